//! Every switch of the XArray's era says whose it is.

use daxscope_core::revision::{XARRAY_PRESETS, XARRAY_SWITCHES};

/// Switches with a setting that kernels had which are no preset: release candidates, and 4.20 to 5.4.
const BETWEEN: [&str; 5] = ["smaller_entry", "layout_scan", "unlock_by_page", "page_lock_waits", "mixed_association"];

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
