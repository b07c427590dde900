//! `daxscope museum`: the exhibits.

mod check;

use super::Command;
use crate::failure::{Failure, print};
use crate::input;
use std::ffi::OsString;
use std::process::ExitCode;

pub(super) const COMMAND: Command = Command {
    name: "museum",
    usage: "[ID] | check [ID...] [--slow] [--jobs N] [--format human|json|junit|sarif]",
    about: "Lists the exhibits, or prints the story and script of one; `check` searches all of them: the broken revisions \
            must\n      show their bug, the fixed ones must come out complete and clean.",
    run,
};

fn run(words: Vec<OsString>) -> Result<ExitCode, Failure> {
    let mut text = String::new();
    match words.as_slice() {
        [] => {
            for exhibit in daxscope_museum::exhibits() {
                text.push_str(&format!("{:<4} {}\n     {}\n", exhibit.id, exhibit.title, exhibit.about));
            }
        }
        [check, words @ ..] if check == "check" => return check::run(words),
        [id] => {
            let exhibit = input::exhibit(&id.to_string_lossy())?;
            text = format!(
                "{}\n\n{}\n\nSource: {}\nRevisions: {}\n\n{}",
                exhibit.title,
                exhibit.story,
                exhibit.source,
                exhibit.revisions.join(", "),
                exhibit.script
            );
        }
        _ => return Err(Failure::usage("daxscope museum takes one ID at the most")),
    }
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}
