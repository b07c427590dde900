//! The versions of the tools that read what the compiler writes.

use crate::failure::{Explain, Failure, Result};
use crate::workspace;
use std::fs;

/// The wasm-pack that builds and tests the page. Change it here and nowhere else.
pub(crate) const WASM_PACK: &str = "0.15.0";

/// The tool that takes the page's module apart; its format is that of wasm_split_helpers 0.2.
pub(crate) const WASM_SPLIT: &str = "0.2.4";

/// The version of wasm-bindgen that the workspace pins, after checking that the lock file agrees.
pub(crate) fn wasm_bindgen() -> Result<String> {
    let read = |name: &str| {
        fs::read_to_string(workspace::root().join(name)).explain(|| {
            format!("{name} at the top of the clone could not be read; restore it with `git checkout {name}`.")
        })
    };
    agreed_wasm_bindgen(&read("Cargo.toml")?, &read("Cargo.lock")?)
}

fn agreed_wasm_bindgen(manifest: &str, lock: &str) -> Result<String> {
    let pinned = pinned_version(manifest, "wasm-bindgen").ok_or_else(|| {
        Failure::new(
            "Cargo.toml must pin wasm-bindgen exactly, as in `wasm-bindgen = \"=0.2.130\"`, \
             because the tool that reads its output must be the same version.",
        )
    })?;
    let locked = locked_version(lock, "wasm-bindgen").unwrap_or("no version");
    if pinned == locked {
        return Ok(pinned.to_owned());
    }
    Err(Failure::new(format!(
        "Cargo.toml pins wasm-bindgen {pinned} but Cargo.lock holds {locked}; \
         run `cargo update -p wasm-bindgen --precise {pinned}` and commit Cargo.lock."
    )))
}

/// The version in a line `name = "=1.2.3"` of a manifest.
fn pinned_version<'a>(manifest: &'a str, name: &str) -> Option<&'a str> {
    manifest.lines().find_map(|line| {
        let value = line.trim().strip_prefix(name)?.trim_start().strip_prefix('=')?;
        value.trim().strip_prefix("\"=")?.split('"').next()
    })
}

/// The version of a package in a lock file.
fn locked_version<'a>(lock: &'a str, name: &str) -> Option<&'a str> {
    let header = format!("name = \"{name}\"");
    let mut lines = lock.lines().skip_while(|line| line.trim() != header);
    lines.nth(1)?.trim().strip_prefix("version = \"")?.strip_suffix('"')
}

/// The version in what `tool --version` prints: the first word that starts with a digit.
pub(crate) fn reported_version(output: &str) -> Option<&str> {
    output
        .split_whitespace()
        .map(|word| word.trim_start_matches('v'))
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[workspace.dependencies]\nwasm-bindgen-test = \"0.3.80\"\nwasm-bindgen = \"=0.2.130\"\n";

    fn lock(version: &str) -> String {
        format!(
            "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.2.1\"\n\n\
             [[package]]\nname = \"wasm-bindgen\"\nversion = \"{version}\"\nsource = \"registry\"\n"
        )
    }

    #[test]
    fn manifest_and_lock_agree() {
        assert_eq!(agreed_wasm_bindgen(MANIFEST, &lock("0.2.130")).unwrap(), "0.2.130");
    }

    #[test]
    fn a_mismatch_says_how_to_mend_it() {
        let failure = agreed_wasm_bindgen(MANIFEST, &lock("0.2.131")).unwrap_err().to_string();
        assert!(failure.contains("pins wasm-bindgen 0.2.130 but Cargo.lock holds 0.2.131"), "{failure}");
        assert!(failure.contains("cargo update -p wasm-bindgen --precise 0.2.130"), "{failure}");
    }

    #[test]
    fn a_loose_requirement_is_refused() {
        assert!(agreed_wasm_bindgen("wasm-bindgen = \"0.2\"\n", &lock("0.2.130")).is_err());
        assert!(agreed_wasm_bindgen(MANIFEST, "").is_err());
    }

    #[test]
    fn versions_that_tools_report() {
        assert_eq!(reported_version("wasm-pack 0.15.0\n"), Some("0.15.0"));
        assert_eq!(reported_version("wasm-bindgen 0.2.130 (abc)"), Some("0.2.130"));
        assert_eq!(reported_version("v20.20.2"), Some("20.20.2"));
        assert_eq!(reported_version("no digits"), None);
    }
}
