//! Words that several subcommands take.

pub(crate) mod search;

use crate::failure::Failure;
use daxscope_core::revision::Revision;
use daxscope_core::scenario::{Schedule, parse, parse_revision, render};

/// A schedule as scripts write it (`A5 B A!`, `by point A5`), or in the compact form of links (`o1x5.2`).
pub(crate) fn schedule(text: &str) -> Result<Schedule, Failure> {
    if text.starts_with(['o', 'p']) {
        return Schedule::from_compact(text).map_err(|error| Failure::usage(format!("--schedule: {error}")));
    }
    let threads: String = ('A'..='I').map(|letter| format!("thread {letter}\n")).collect();
    let script = format!("{threads}schedule {text}\n");
    let parsed = parse(&script);
    match parsed.diagnostics.first() {
        Some(diagnostic) => Err(Failure::usage(format!("--schedule: {}", render(diagnostic, &script)))),
        None => Ok(parsed.scenario.schedule.unwrap_or_default()),
    }
}

/// A revision as scripts write it: a preset, perhaps with changes to its switches.
pub(crate) fn revision(text: &str) -> Result<Revision, Failure> {
    parse_revision(text).map_err(|diagnostic| {
        Failure::usage(format!("--revision: {}", render(&diagnostic, &format!("revision {text}\nthread A\n"))))
    })
}
