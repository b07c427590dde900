//! `daxscope completions`: what makes a shell complete the words of the command line.

use crate::args::Cli;
use crate::failure::Failure;
use crate::output::print_file;
use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};
use std::process::ExitCode;

/// Print a script that makes a shell complete the words of this program
#[derive(Args, Debug)]
pub(crate) struct Words {
    /// Which shell
    shell: Shell,
}

pub(crate) fn run(words: Words) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    generate(words.shell, &mut Cli::command(), "daxscope", &mut script);
    print_file(&String::from_utf8_lossy(&script))?;
    Ok(ExitCode::SUCCESS)
}
