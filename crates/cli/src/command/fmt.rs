//! `daxscope fmt`: prints a script in its canonical form, comments kept.

use super::Command;
use crate::failure::{Failure, print};
use crate::input;
use daxscope_core::scenario::format_text;
use std::ffi::OsString;
use std::process::ExitCode;

pub(super) const COMMAND: Command =
    Command { name: "fmt", usage: "FILE", about: "Prints a script in its canonical form, comments kept.", run };

fn run(words: Vec<OsString>) -> Result<ExitCode, Failure> {
    let [file] = words.as_slice() else { return Err(Failure::usage("daxscope fmt takes one FILE")) };
    let file = file.to_string_lossy();
    input::scenario(&file)?;
    print(&format_text(&input::script(&file)?))?;
    Ok(ExitCode::SUCCESS)
}
