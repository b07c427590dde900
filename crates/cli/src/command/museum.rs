//! `daxscope museum`: the exhibits.

mod check;

use crate::failure::Failure;
use crate::input;
use crate::output::print;
use clap::{Args, Subcommand};
use std::process::ExitCode;

/// List the exhibits, print one with its story and script, or check them all
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Words {
    /// The exhibit to print
    id: Option<String>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand, Debug)]
enum Command {
    Check(check::Words),
}

pub(crate) fn run(words: Words) -> Result<ExitCode, Failure> {
    let text = match (words.command, words.id) {
        (Some(Command::Check(words)), _) => return check::run(words),
        (None, None) => list(),
        (None, Some(id)) => story(&id)?,
    };
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn list() -> String {
    let line =
        |exhibit: &daxscope_museum::Exhibit| format!("{:<4} {}\n     {}\n", exhibit.id, exhibit.title, exhibit.about);
    daxscope_museum::exhibits().iter().map(line).collect()
}

fn story(id: &str) -> Result<String, Failure> {
    let exhibit = input::exhibit(id)?;
    let leaves_out = match exhibit.leaves_out {
        "" => String::new(),
        leaves_out => format!("What the model leaves out. {leaves_out}\n\n"),
    };
    Ok(format!(
        "{}\n\n{}\n\n{leaves_out}Source: {}\nRevisions: {}\n\n{}",
        exhibit.title,
        exhibit.story(),
        exhibit.source,
        exhibit.revisions.join(", "),
        exhibit.script
    ))
}
