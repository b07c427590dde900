//! The search checked against itself at length: thousands of random scripts, every small scenario without each of its guards.
//! The engine is optimised for it.

use super::summary::Tally;
use crate::failure::Result;
use crate::workspace;
use std::process::Command;

/// The tests that do more when `DAXSCOPE_SLOW` is set.
const TESTS: [&str; 2] = ["self_check", "mutations"];

pub(super) fn run() -> Result<Tally> {
    let mut command = Command::new(workspace::cargo());
    command.args(["test", "--release", "--package", "daxscope-explore", "--no-fail-fast"]);
    command.args(TESTS.iter().flat_map(|test| ["--test", test]));
    command.env("DAXSCOPE_SLOW", "1").current_dir(workspace::root());
    super::count(&mut command, "`cargo test`, the slow tests")
}
