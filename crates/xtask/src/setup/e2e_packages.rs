//! The npm packages that the end-to-end tests use.

use crate::failure::{Explain, Failure, Result};
use crate::process;
use crate::versions::reported_version;
use crate::workspace;
use std::fs;
use std::process::Command;

/// The oldest Node whose test runner the tests rely on.
const OLDEST_NODE: u32 = 20;

/// Installs exactly what `package-lock.json` names, unless it is there already.
pub(super) fn ensure() -> Result {
    let directory = workspace::e2e();
    let lock = directory.join("package-lock.json");
    let stamp = directory.join("node_modules/.daxscope-lock.json");
    let wanted = fs::read(&lock).explain(|| {
        "tests/e2e/package-lock.json could not be read; restore it with `git checkout tests/e2e`.".to_owned()
    })?;
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    check_node()?;
    eprintln!("setup: installing the npm packages of the end-to-end tests; this usually takes a few seconds");
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    // No scripts: playwright-core drives the installed browser and must not download its own.
    command.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]).current_dir(&directory);
    process::run(&mut command, "`npm ci` in tests/e2e")?;
    fs::write(&stamp, wanted).explain(|| format!("{} could not be written.", stamp.display()))
}

fn check_node() -> Result {
    let printed = process::output(Command::new("node").arg("--version"));
    let version = printed.as_deref().and_then(reported_version);
    if version.is_some_and(|version| major(version) >= OLDEST_NODE) {
        return Ok(());
    }
    Err(Failure::new(format!(
        "The end-to-end tests need Node {OLDEST_NODE} or newer with npm, and {}. Install it from your system's packages \
         or nodejs.org; `cargo xtask test --native` and `--browser` do without.",
        version.map_or_else(|| "there is none on PATH".to_owned(), |version| format!("PATH has Node {version}")),
    )))
}

fn major(version: &str) -> u32 {
    version.split('.').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn major_versions() {
        assert_eq!(major("20.20.2"), 20);
        assert_eq!(major("nightly"), 0);
    }
}
