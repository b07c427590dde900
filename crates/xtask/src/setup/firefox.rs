//! A Firefox, for the walks that are made in both browsers. It needs no driver: it speaks WebDriver BiDi itself.

use super::apt;
use crate::failure::{Failure, Result};
use crate::process;
use std::path::PathBuf;

/// Ubuntu's `firefox` is a snap, which sees no profile in /tmp, so the other name comes first.
const NAMES: &[&str] = &["firefox-esr", "firefox"];
const MAC: &str = "/Applications/Firefox.app/Contents/MacOS/firefox";

const BY_HAND: &str = "Install Firefox 153 or newer (Debian: `sudo apt-get install firefox-esr`; Ubuntu: the package of \
    packages.mozilla.org, not the snap; Fedora: `sudo dnf install firefox`; macOS: `brew install --cask firefox`), or set \
    FIREFOX to the program. `cargo xtask test --native --browser --e2e` needs no Firefox.";

/// Finds a Firefox, or installs Debian's.
pub(super) fn ensure() -> Result<PathBuf> {
    if let Some(found) = find()? {
        return Ok(found);
    }
    apt::install("Firefox", &["firefox-esr", "fonts-dejavu-core", "fonts-liberation"], BY_HAND)?;
    find()?.ok_or_else(|| Failure::new(format!("There is still no Firefox to test in. {BY_HAND}")))
}

fn find() -> Result<Option<PathBuf>> {
    if let Some(path) = apt::chosen("FIREFOX")? {
        return Ok(Some(path));
    }
    let on_path = NAMES.iter().find_map(|name| process::find_on_path(name));
    Ok(on_path.or_else(|| Some(PathBuf::from(MAC)).filter(|path| path.is_file())))
}
