//! The subcommands.

mod conform;
mod explore;
mod fmt;
mod museum;
mod necessity;
mod record;
mod run;

use crate::args::search;
use crate::failure::Failure;
use std::ffi::OsString;
use std::process::ExitCode;

/// A subcommand.
pub(crate) struct Command {
    /// Its name.
    pub(crate) name: &'static str,
    /// How to call it.
    usage: &'static str,
    /// What it does.
    about: &'static str,
    /// Runs it with the words behind its name.
    pub(crate) run: fn(Vec<OsString>) -> Result<ExitCode, Failure>,
}

/// All subcommands.
pub(crate) const COMMANDS: &[Command] = &[
    run::COMMAND,
    explore::COMMAND,
    necessity::COMMAND,
    museum::COMMAND,
    fmt::COMMAND,
    conform::COMMAND,
    record::COMMAND,
];

impl Command {
    /// How to call it, with the words that it shares with others.
    pub(crate) fn help(&self) -> String {
        let search = if self.usage.contains("HOW TO SEARCH") { how_to_search() } else { String::new() };
        format!("daxscope {} {}\n      {}\n{search}", self.name, self.usage, self.about)
    }
}

/// The help text.
pub(crate) fn help() -> String {
    let mut text = String::from("daxscope: step races of Linux DAX page faults\n\n");
    for command in COMMANDS {
        text.push_str(&format!("  daxscope {} {}\n      {}\n", command.name, command.usage, command.about));
    }
    text.push_str("\nFILE is a script (docs/script.md), `-` for standard input, or `museum:ID` for an exhibit.\n");
    text.push_str(&how_to_search());
    text.push_str(
        "\nExit codes: 0 as it should be, 1 a rule was broken, a search is not as expected or a recording differs,\n\
         2 usage or bad input, 3 a bound was hit: nobody knows.\n",
    );
    text
}

fn how_to_search() -> String {
    format!("\nHOW TO SEARCH is any of (docs/exploring.md)\n{}\n", search::USAGE)
}
