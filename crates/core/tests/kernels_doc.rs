//! docs/kernels.md is written by the code: every preset with every switch of its era.

use daxscope_core::revision::{PRESETS, Preset, SWITCHES, Switch, XARRAY_PRESETS, XARRAY_SWITCHES};
use std::fmt::Write;
use std::path::Path;

const HEAD: &str = "# Kernels and their switches

Written by `DAXSCOPE_BLESS=1 cargo test -p daxscope-core --test kernels_doc`; the same test fails when it is not up to date.
A kernel is a setting of all switches of its era. A script says it as `revision 6.12` or `kernel 6.12`, and changes switches
behind it: `kernel 7.3 layout_break=keeps`.
";

/// The switches of one era: what they decide, and what each kernel has.
fn era(text: &mut String, title: &str, presets: &[Preset], switches: &[Switch]) {
    let _ = write!(text, "\n## {title}\n\n| kernel | |\n|---|---|\n");
    for preset in presets {
        let _ = writeln!(text, "| `{}` | {} |", preset.name, preset.about);
    }
    text.push_str("\n| switch | values | decides | flipped by |\n|---|---|---|---|\n");
    for switch in switches {
        let values: Vec<String> = switch.values.iter().map(|value| format!("`{value}`")).collect();
        let _ = writeln!(text, "| `{}` | {} | {} | {} |", switch.name, values.join(", "), switch.about, switch.source);
    }
    text.push_str("\n| |");
    presets.iter().for_each(|preset| _ = write!(text, " {} |", preset.name));
    text.push_str("\n|---|");
    presets.iter().for_each(|_| text.push_str("---|"));
    text.push('\n');
    for switch in switches {
        let _ = write!(text, "| `{}` |", switch.name);
        presets.iter().for_each(|preset| _ = write!(text, " {} |", (switch.get)(&preset.revision)));
        text.push('\n');
    }
}

#[test]
fn the_table_of_kernels_is_that_of_the_code() {
    let mut text = HEAD.to_owned();
    era(&mut text, "The radix tree: to 4.19", PRESETS, SWITCHES);
    era(&mut text, "The XArray: from 4.20 on", XARRAY_PRESETS, XARRAY_SWITCHES);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/kernels.md");
    if std::env::var_os("DAXSCOPE_BLESS").is_some() {
        std::fs::write(&path, &text).expect("docs/kernels.md is written");
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), text);
}

#[test]
fn every_switch_of_the_era_tells_some_kernels_apart_or_is_a_variant() {
    for preset in XARRAY_PRESETS {
        assert_eq!(preset.revision.name(), preset.name);
        for switch in XARRAY_SWITCHES {
            assert!(switch.values.contains(&(switch.get)(&preset.revision)), "{}: {}", preset.name, switch.name);
            let mut changed = preset.revision;
            for value in switch.values {
                assert!((switch.set)(&mut changed, value), "{}", switch.name);
                assert_eq!((switch.get)(&changed), *value);
            }
        }
        let mut other = preset.revision;
        assert!(!(SWITCHES[0].set)(&mut other, SWITCHES[0].values[0]), "a switch of the other era");
        assert_eq!((SWITCHES[0].get)(&other), "");
    }
}
