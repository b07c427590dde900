//! The whole product in a real browser: the release build, served as it would be, walked by Node.

use super::summary::Tally;
use crate::build::{self, Profile};
use crate::dist;
use crate::failure::{Failure, Result};
use crate::server::{Ports, Server};
use crate::setup;
use crate::site;
use crate::size;
use crate::workspace;
use std::path::PathBuf;
use std::process::Command;

/// What Firefox does not repeat unless it is asked to with `--slow`: these look at pictures and speed, not at what can be done.
const LONG: [&str; 3] = ["axe.test.mjs", "scale.test.mjs", "speed.test.mjs"];

/// Every walk, in Chromium.
pub(super) fn chromium() -> Result<Tally> {
    let browser = setup::browser()?;
    walk(&test_files()?, &[("CHROME", browser.chrome)])
}

/// The same walks in Firefox; the long ones only if `whole`.
pub(super) fn firefox(whole: bool) -> Result<Tally> {
    let firefox = setup::firefox()?;
    let mut files = test_files()?;
    files.retain(|file| whole || !LONG.iter().any(|name| file.ends_with(name)));
    walk(&files, &[("BROWSER", "firefox".into()), ("FIREFOX", firefox)])
}

fn walk(files: &[PathBuf], browser: &[(&str, PathBuf)]) -> Result<Tally> {
    setup::e2e_packages()?;
    build::run(Profile::Release)?;
    dist::check_budget(&size::weigh(&workspace::dist())?)?;
    let server = Server::start(&workspace::dist(), Ports::ANY)?;
    let mut command = Command::new("node");
    // One file after another: several browsers starting at once on two cores time out.
    command
        .args(["--test", "--test-reporter=spec", "--test-concurrency=1"])
        .args(files)
        .current_dir(workspace::e2e())
        .env("BASE_URL", server.url())
        .env("DAXSCOPE_SCREENSHOTS", workspace::target().join("screenshots"))
        .envs(browser.iter().map(|(name, value)| (name, value)));
    super::count(&mut command, "`node --test`")
}

/// The test files by name: what Node does with a directory differs between its versions.
fn test_files() -> Result<Vec<PathBuf>> {
    let files = site::files(&workspace::e2e())?;
    let tests: Vec<_> = files
        .into_iter()
        .filter(|file| !file.starts_with("node_modules") && file.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    if tests.is_empty() {
        return Err(Failure::new("There is no *.test.mjs in tests/e2e; restore it with `git checkout tests/e2e`."));
    }
    Ok(tests)
}
