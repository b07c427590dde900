//! A Chromium and its driver, for the tests.

use super::Browser;
use crate::failure::{Failure, Result};
use crate::process;
use std::env;
use std::path::PathBuf;
use std::process::Command;

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
    install()?;
    find()?.ok_or_else(|| Failure::new(format!("There is still no browser to test in. {BY_HAND}")))
}

fn find() -> Result<Option<Browser>> {
    let chrome = match chosen("CHROME")? {
        Some(path) => Some(path),
        None => CHROME_NAMES
            .iter()
            .find_map(|name| process::find_on_path(name))
            .or_else(|| Some(PathBuf::from(MAC_CHROME)).filter(|path| path.is_file())),
    };
    let chromedriver = match chosen("CHROMEDRIVER")? {
        Some(path) => Some(path),
        None => process::find_on_path("chromedriver"),
    };
    Ok(chrome.zip(chromedriver).map(|(chrome, chromedriver)| Browser { chrome, chromedriver }))
}

/// The program that an environment variable names.
fn chosen(variable: &str) -> Result<Option<PathBuf>> {
    let Some(path) = env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from) else {
        return Ok(None);
    };
    if path.is_file() {
        return Ok(Some(path));
    }
    Err(Failure::new(format!("{variable} names {}, which is not a file; correct or unset it.", path.display())))
}

fn install() -> Result {
    let Some(prefix) = root_prefix().filter(|_| process::find_on_path("apt-get").is_some()) else {
        return Err(Failure::new(format!(
            "There is no browser to test in, and this user cannot install one. {BY_HAND}"
        )));
    };
    eprintln!(
        "setup: installing Chromium and its driver with apt-get, for the browser tests; this usually takes a minute"
    );
    let apt_get = |arguments: &[&str]| {
        let mut words =
            prefix.iter().chain(&["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]).chain(arguments);
        let mut command = Command::new(words.next().copied().unwrap_or("env"));
        command.args(words);
        command
    };
    // A list of packages that is a day old is good enough, so a failed update decides nothing.
    let _ = apt_get(&["update"]).status();
    // The recommended packages are desktop integration, but for the fonts.
    let packages = [
        "install",
        "--yes",
        "--no-install-recommends",
        "chromium",
        "chromium-driver",
        "fonts-dejavu-core",
        "fonts-liberation",
    ];
    process::run(&mut apt_get(&packages), "Installing Chromium")
        .map_err(|failure| Failure::new(format!("{failure} {BY_HAND}")))
}

/// What to put before a command that needs root; nothing when we are root already.
fn root_prefix() -> Option<&'static [&'static str]> {
    let user = process::output(Command::new("id").arg("-u"))?;
    if user.trim() == "0" {
        return Some(&[]);
    }
    process::output(Command::new("sudo").args(["-n", "true"])).map(|_| &["sudo", "-n"][..])
}
