//! The command line of daxscope: one file per subcommand.
//!
//! Exit codes: 0 as it should be, 1 a rule was broken, a search is not as expected or a recording differs, 2 usage or
//! bad input, 3 a bound was hit.

mod args;
mod command;
mod failure;
mod input;
mod progress;
mod report;
mod searching;

use failure::Failure;
use std::process::ExitCode;

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(Failure::Closed) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("daxscope: {failure}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<ExitCode, Failure> {
    let mut args = std::env::args_os().skip(1);
    let name = args.next().map(|name| name.to_string_lossy().into_owned());
    match name.as_deref() {
        None | Some("help" | "--help" | "-h") => {
            failure::print(&command::help())?;
            Ok(ExitCode::SUCCESS)
        }
        Some("--version" | "-V") => {
            failure::print(concat!("daxscope ", env!("CARGO_PKG_VERSION"), "\n"))?;
            Ok(ExitCode::SUCCESS)
        }
        Some(name) => match command::COMMANDS.iter().find(|command| command.name == name) {
            Some(command) => {
                let words: Vec<_> = args.collect();
                if words.iter().any(|word| word == "--help" || word == "-h") {
                    failure::print(&command.help())?;
                    return Ok(ExitCode::SUCCESS);
                }
                (command.run)(words)
            }
            None => Err(Failure::usage(format!("there is no command `{name}`; `daxscope help` lists them"))),
        },
    }
}
