//! `daxscope museum`: the exhibits.

use super::Command;
use crate::failure::{Failure, print};
use std::ffi::OsString;
use std::process::ExitCode;

pub(super) const COMMAND: Command =
    Command { name: "museum", usage: "[ID]", about: "Lists the exhibits, or prints the story and script of one.", run };

fn run(words: Vec<OsString>) -> Result<ExitCode, Failure> {
    let mut text = String::new();
    match words.as_slice() {
        [] => {
            for exhibit in daxscope_museum::exhibits() {
                text.push_str(&format!("{:<4} {}\n     {}\n", exhibit.id, exhibit.title, exhibit.about));
            }
        }
        [id] => {
            let id = id.to_string_lossy();
            let exhibit = daxscope_museum::exhibit(&id)
                .ok_or_else(|| Failure::usage(format!("there is no exhibit `{id}`; `daxscope museum` lists them")))?;
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
