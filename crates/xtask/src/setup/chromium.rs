//! A Chromium and its driver, for the tests.

use super::{Browser, apt};
use crate::failure::{Failure, Result};
use crate::process;
use std::path::PathBuf;

const CHROME_NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const MAC_CHROME: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

const BY_HAND: &str = "Install Chromium and its driver (Debian, Ubuntu: `sudo apt-get install chromium chromium-driver`; \
    Fedora: `sudo dnf install chromium chromedriver`; macOS: `brew install --cask chromium chromedriver`), or set CHROME \
    and CHROMEDRIVER to the two programs. `cargo xtask test --native` needs no browser.";

/// Finds a browser and its driver, or installs Debian's.
pub(super) fn ensure() -> Result<Browser> {
    if let Some(found) = find()? {
        return Ok(found);
    }
    apt::install("Chromium", &["chromium", "chromium-driver", "fonts-dejavu-core", "fonts-liberation"], BY_HAND)?;
    find()?.ok_or_else(|| Failure::new(format!("There is still no browser to test in. {BY_HAND}")))
}

fn find() -> Result<Option<Browser>> {
    let chrome = match apt::chosen("CHROME")? {
        Some(path) => Some(path),
        None => CHROME_NAMES
            .iter()
            .find_map(|name| process::find_on_path(name))
            .or_else(|| Some(PathBuf::from(MAC_CHROME)).filter(|path| path.is_file())),
    };
    let chromedriver = match apt::chosen("CHROMEDRIVER")? {
        Some(path) => Some(path),
        None => process::find_on_path("chromedriver"),
    };
    Ok(chrome.zip(chromedriver).map(|(chrome, chromedriver)| Browser { chrome, chromedriver }))
}
