//! The words of the command line: what each subcommand takes is a struct, and clap reads, checks and explains it.

pub(crate) mod names;
pub(crate) mod output;
pub(crate) mod search;
pub(crate) mod values;

use crate::command;
use crate::failure::Failure;
use clap::{Parser, Subcommand};
use daxscope_core::revision::Revision;
use daxscope_core::scenario::{Schedule, parse, parse_revision, render};

/// What stands below every help text.
const EXIT_CODES: &str = "\
FILE is a script (docs/script.md), `-` for standard input, or `museum:ID` for an exhibit.

Exit codes: 0 as it should be, 1 a rule was broken, a search is not as expected or a recording differs,
2 wrong words, bad input or output that cannot be written, 3 a bound was hit or the search was interrupted:
nobody knows.";

/// Step races of Linux DAX page faults, and search all their interleavings.
#[derive(Parser, Debug)]
#[command(name = "daxscope", version, after_help = EXIT_CODES, args_override_self = true)]
#[command(disable_help_subcommand = false, infer_long_args = false)]
pub(crate) struct Cli {
    /// What is to be done; without it, the help.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// The subcommands.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    Run(command::run::Words),
    Explore(command::explore::Words),
    Necessity(command::necessity::Words),
    Judge(command::judge::Words),
    Museum(command::museum::Words),
    Export(command::export::Words),
    Compare(command::compare::Words),
    Fmt(command::fmt::Words),
    Conform(command::conform::Words),
    Record(command::record::Words),
    Import(command::import::Words),
    Completions(command::completions::Words),
    Man(command::man::Words),
}

/// A schedule as scripts write it (`A5 B A!`, `by point A5`), or in the compact form of links (`o1x5.2`).
pub(crate) fn schedule(text: &str) -> Result<Schedule, String> {
    if text.starts_with(['o', 'p']) {
        return Schedule::from_compact(text).map_err(|error| error.to_string());
    }
    let threads: String = ('A'..='I').map(|letter| format!("thread {letter}\n")).collect();
    let script = format!("{threads}schedule {text}\n");
    let parsed = parse(&script);
    match parsed.diagnostics.first() {
        Some(diagnostic) => Err(in_word(&render(diagnostic, &script))),
        None => Ok(parsed.scenario.schedule.unwrap_or_default()),
    }
}

/// A revision as scripts write it: a preset, perhaps with changes to its switches.
pub(crate) fn revision(text: &str) -> Result<Revision, String> {
    parse_revision(text).map_err(|diagnostic| in_word(&render(&diagnostic, &format!("revision {text}\nthread A\n"))))
}

/// What is wrong with a word of the command line, without the line of a file that is none.
fn in_word(rendered: &str) -> String {
    rendered.split_once(": ").map_or(rendered, |(_, message)| message).to_owned()
}

/// The same for names that are ours: of exhibits.
pub(crate) fn known_revision(text: &str) -> Result<Revision, Failure> {
    revision(text).map_err(Failure::usage)
}
