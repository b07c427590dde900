//! `daxscope necessity`: which guards a scenario needs.

use super::Command;
use crate::args::search::SearchArgs;
use crate::failure::{Failure, print};
use crate::input;
use crate::progress::Progress;
use crate::report::Format;
use crate::report::necessity::{self, Asked};
use crate::searching::BUDGET;
use daxscope_core::scenario::Scenario;
use daxscope_explore as explore;
use daxscope_explore::{Necessity, Need, Verdict};
use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

pub(super) const COMMAND: Command = Command {
    name: "necessity",
    usage: "FILE [--format human|json] [HOW TO SEARCH]",
    about: "Sets each lock, check, wake-up and error path that has a switch otherwise, one at a time, and searches: which\n      \
            rule breaks, after how many steps. One call may fail (--failures 1) unless told otherwise. Exit code 1 if a\n      \
            rule breaks with nothing changed, 3 if a bound was hit.",
    run,
};

/// So many calls may fail if nothing else is said: without any, an error path is never needed.
const FAILURES: u32 = 1;

fn run(words: Vec<OsString>) -> Result<ExitCode, Failure> {
    use lexopt::prelude::{Long, Value, ValueExt};
    let (mut file, mut format, mut search) = (None, Format::default(), SearchArgs::default());
    let mut parser = lexopt::Parser::from_args(words);
    while let Some(word) = parser.next()? {
        match word {
            Long("format") => format = Format::among(&[Format::Human, Format::Json], &parser.value()?.string()?)?,
            Long(name) if SearchArgs::NAMES.contains(&name) => {
                let name = name.to_owned();
                search.take(&name, &parser.value()?.string()?)?;
            }
            Value(name) if file.is_none() => file = Some(name.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let file = file.ok_or_else(|| Failure::usage(format!("which script? daxscope necessity {}", COMMAND.usage)))?;
    let source = input::source(&file)?;
    let revision = search.revision.unwrap_or(source.scenario.revision);
    let scenario = Arc::new(Scenario { revision, schedule: None, ..source.scenario.clone() });
    let options = search.options(&source, FAILURES);

    let begun = Instant::now();
    let mut trials = Necessity::new(Arc::clone(&scenario), options.clone());
    // One more than trials: nothing changed.
    let progress = Progress::new(trials.trials().len() + 1);
    let line = progress.line("nothing changed");
    let (mut done, mut since) = (0, begun);
    while trials.advance(BUDGET) == explore::Progress::Running {
        let now = usize::from(trials.baseline().is_some()) + trials.rows().len();
        if now > done {
            (done..now).for_each(|_| progress.step());
            (done, since) = (now, Instant::now());
        }
        if let (Some(_), Some(trial)) = (trials.baseline(), trials.trials().get(trials.rows().len())) {
            line.rename(format!("{}={}", trial.switch.name, trial.to));
        }
        line.show(trials.counts(), since);
    }
    line.remove();
    progress.end();
    let seconds = begun.elapsed().as_secs_f64();
    let asked = Asked { script: file, scenario, options, seconds };
    print(&match format {
        Format::Json => necessity::to_json(&asked, &trials, exit_code(&trials)),
        _ => necessity::to_text(&asked, &trials),
    })?;
    Ok(ExitCode::from(exit_code(&trials)))
}

/// 0 every trial has an answer, 1 a rule breaks with nothing changed, 3 a bound was hit.
fn exit_code(trials: &Necessity) -> u8 {
    match trials.baseline() {
        Some(Verdict::Complete) => {
            let unknown = trials.rows().iter().any(|row| matches!(row.need, Need::Unknown(_)));
            if unknown { 3 } else { 0 }
        }
        Some(Verdict::Violation(_)) => 1,
        _ => 3,
    }
}
