//! The command line of daxscope: one file per subcommand.
//!
//! Exit codes: 0 as it should be, 1 a rule was broken, a search is not as expected or a recording differs, 2 usage, bad
//! input or output that cannot be written, 3 a bound was hit or the search was interrupted.

mod args;
mod command;
mod estimating;
mod failure;
mod input;
mod interrupt;
mod lesser;
mod memory;
mod opened;
mod output;
mod profiling;
mod progress;
mod report;
mod searching;

use args::{Cli, Command};
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use failure::Failure;
use std::process::ExitCode;

fn main() -> ExitCode {
    let ended = match Cli::try_parse() {
        Ok(cli) => run(cli.command),
        Err(asked) if !asked.use_stderr() => output::print(&asked.to_string()).map(|()| ExitCode::SUCCESS),
        Err(mistake) => {
            output::complain(&format!("{}{}", mistake.to_string().trim_end(), what_to_do(&mistake)));
            return ExitCode::from(2);
        }
    };
    ended.unwrap_or_else(|failure| {
        output::complain(&format!("daxscope: {failure}"));
        ExitCode::from(2)
    })
}

/// What clap's message leaves out.
fn what_to_do(mistake: &clap::Error) -> &'static str {
    match mistake.kind() {
        ErrorKind::InvalidSubcommand => "\nThere is no such command; `daxscope help` lists them.",
        ErrorKind::MissingRequiredArgument => "\nwhich script? Name a file, `-` for standard input, or `museum:ID`.",
        _ => "",
    }
}

fn run(command: Option<Command>) -> Result<ExitCode, Failure> {
    match command {
        None => output::print(&Cli::command().render_long_help().to_string()).map(|()| ExitCode::SUCCESS),
        Some(Command::Run(words)) => command::run::run(words),
        Some(Command::Explore(words)) => command::explore::run(words),
        Some(Command::Necessity(words)) => command::necessity::run(words),
        Some(Command::Judge(words)) => command::judge::run(words),
        Some(Command::Merge(words)) => command::merge::run(words),
        Some(Command::Museum(words)) => command::museum::run(words),
        Some(Command::Export(words)) => command::export::run(words),
        Some(Command::Compare(words)) => command::compare::run(words),
        Some(Command::Fmt(words)) => command::fmt::run(words),
        Some(Command::Conform(words)) => command::conform::run(words),
        Some(Command::Record(words)) => command::record::run(words),
        Some(Command::Import(words)) => command::import::run(words),
        Some(Command::Completions(words)) => command::completions::run(words),
        Some(Command::Man(words)) => command::man::run(words),
    }
}
