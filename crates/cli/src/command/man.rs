//! `daxscope man`: the manual pages, made of the same words as the help.

use crate::args::Cli;
use crate::failure::Failure;
use crate::output::{Target, print_file};
use clap::{Args, CommandFactory};
use clap_mangen::Man;
use std::path::PathBuf;
use std::process::ExitCode;

/// Print the manual page (daxscope man | man -l -), or write those of all commands into a folder
#[derive(Args, Debug)]
pub(crate) struct Words {
    /// Write daxscope.1, daxscope-run.1 and so on into this folder
    folder: Option<PathBuf>,
}

pub(crate) fn run(words: Words) -> Result<ExitCode, Failure> {
    let mut whole = Cli::command();
    whole.build();
    let Some(folder) = words.folder else {
        print_file(&page(whole)?)?;
        return Ok(ExitCode::SUCCESS);
    };
    let commands: Vec<_> = whole.get_subcommands().filter(|command| command.get_name() != "help").cloned().collect();
    for command in std::iter::once(whole).chain(commands) {
        let name = command.get_bin_name().unwrap_or("daxscope").replace(' ', "-");
        let target = Target::file(&folder.join(format!("{name}.1")))?;
        target.write(&page(command.display_name(name))?)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn page(command: clap::Command) -> Result<String, Failure> {
    let mut text = Vec::new();
    Man::new(command)
        .render(&mut text)
        .map_err(|error| Failure::usage(format!("the manual page cannot be written: {error}")))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
