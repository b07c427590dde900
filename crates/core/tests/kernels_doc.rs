//! docs/kernels.md: its tables are those of the code. `DAXSCOPE_WRITE=1` writes them anew.

use daxscope_core::revision::{PRESETS, Preset, SWITCHES, Switch, XARRAY_PRESETS, XARRAY_SWITCHES};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/kernels.md");

/// Switches with a setting that kernels had which are no preset: release candidates, and 4.20 to 5.4.
const BETWEEN: [&str; 4] = ["smaller_entry", "layout_scan", "unlock_by_page", "mixed_association"];

/// What each kernel is, then each switch with its setting in each kernel and where it comes from.
fn tables(presets: &[Preset], switches: &[Switch]) -> String {
    let mut text = String::from("| kernel | what it is |\n|---|---|\n");
    for preset in presets {
        text.push_str(&format!("| `{}` | {} |\n", preset.name, preset.about));
    }
    text.push_str("\n| switch |");
    presets.iter().for_each(|preset| text.push_str(&format!(" {} |", preset.name)));
    text.push_str(" what it decides | commit |\n|---|");
    text.push_str(&"---|".repeat(presets.len() + 2));
    text.push('\n');
    for switch in switches {
        text.push_str(&format!("| `{}` |", switch.name));
        let mut left = "";
        for preset in presets {
            let value = (switch.get)(&preset.revision);
            text.push_str(&format!(" {} |", if value == left { "=" } else { value }));
            left = value;
        }
        text.push_str(&format!(" {} | {} |\n", switch.about, switch.source));
    }
    text
}

/// The text with the tables of one era between its two marks.
fn with_tables(text: &str, era: &str, tables: &str) -> String {
    let (begin, end) = (format!("<!-- {era}: from the code -->\n"), format!("<!-- {era}: end -->"));
    let (before, rest) = text.split_once(&begin).expect("where the tables begin");
    let (_, after) = rest.split_once(&end).expect("where they end");
    format!("{before}{begin}\n{tables}\n{end}{after}")
}

#[test]
fn the_tables_are_those_of_the_code() {
    let text = std::fs::read_to_string(PATH).expect("docs/kernels.md");
    let now = with_tables(&text, "xarray", &tables(XARRAY_PRESETS, XARRAY_SWITCHES));
    let now = with_tables(&now, "radix", &tables(PRESETS, SWITCHES));
    if std::env::var_os("DAXSCOPE_WRITE").is_some() {
        std::fs::write(PATH, &now).expect("docs/kernels.md");
    }
    assert!(text == now, "docs/kernels.md is not what the code says: DAXSCOPE_WRITE=1 writes it anew");
}

#[test]
fn every_switch_of_the_xarray_says_whose_it_is() {
    for switch in XARRAY_SWITCHES {
        let has_commit = switch
            .source
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| word.len() >= 12 && word.chars().all(|c| c.is_ascii_hexdigit()));
        let has_release = switch.source.contains(|c: char| c.is_ascii_digit());
        assert!(has_commit || has_release, "{}: {}", switch.name, switch.source);
        // What no kernel has is a proposal, and says so.
        for value in switch.values {
            let in_a_kernel = XARRAY_PRESETS
                .iter()
                .any(|preset| !preset.name.ends_with("fixed") && (switch.get)(&preset.revision) == *value);
            let told = switch.source.contains("proposal") || BETWEEN.contains(&switch.name);
            assert!(in_a_kernel || told, "{}={value} is in no kernel, and nothing says why", switch.name);
        }
    }
}
