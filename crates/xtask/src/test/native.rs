//! The tests of every crate but the page's, on this machine.

use super::summary::Tally;
use crate::failure::Result;
use crate::workspace;
use std::process::Command;

/// Plain `cargo test` and not nextest: documentation tests run too, and many tests are tiny.
pub(super) fn run() -> Result<Tally> {
    let mut command = Command::new(workspace::cargo());
    command.args(["test", "--workspace", "--exclude", "daxscope-web", "--no-fail-fast"]).current_dir(workspace::root());
    super::count(&mut command, "`cargo test`")
}
