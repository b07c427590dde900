//! Words that several subcommands take.

use crate::failure::Failure;
use daxscope_core::revision::{PRESETS, Revision, preset};
use daxscope_core::scenario::{Schedule, parse, render};

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

/// A preset by its name.
pub(crate) fn revision(name: &str) -> Result<Revision, Failure> {
    preset(name).map(|preset| preset.revision).ok_or_else(|| {
        let names: Vec<_> = PRESETS.iter().map(|preset| preset.name).collect();
        Failure::usage(format!("--revision: there is no `{name}`; known are {}", names.join(", ")))
    })
}
