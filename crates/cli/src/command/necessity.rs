//! `daxscope necessity`: which guards a scenario needs.

use crate::args::names::Named;
use crate::args::output::OutputArgs;
use crate::args::search::SearchArgs;
use crate::failure::Failure;
use crate::input;
use crate::interrupt::Interrupt;
use crate::memory::share_of;
use crate::progress::Progress;
use crate::report::Format;
use crate::report::necessity::{self, Asked};
use crate::searching::BUDGET;
use clap::Args;
use daxscope_core::scenario::Scenario;
use daxscope_explore as explore;
use daxscope_explore::{Bounds, Necessity, Need, Options, Verdict};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

/// Set each lock, check, wake-up and error path that has a switch otherwise, one at a time, and search
///
/// Says which rule breaks without it, after how many steps. One call may fail (--failures 1) unless told otherwise. Exit
/// code 1 if a rule breaks with nothing changed, 3 if a bound was hit or the search was interrupted.
#[derive(Args, Debug)]
pub(crate) struct Words {
    /// A script, `-` for standard input, or museum:ID
    #[arg(value_name = "FILE")]
    file: String,
    /// Only what makes stores durable: leave out each flush, mark, wait and commit of fsync and MAP_SYNC too, look for lost
    /// durability alone, and say what would be lost (docs/crash.md)
    #[arg(long)]
    flushes: bool,
    /// human or json (docs/report.schema.json)
    #[arg(long, value_name = "FORMAT", default_value = "human", hide_default_value = true)]
    #[arg(value_parser = Named::new(&[Format::Human, Format::Json], Format::name))]
    format: Format,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    search: SearchArgs,
}

/// So many calls may fail if nothing else is said: without any, an error path is never needed.
const FAILURES: u32 = 1;

pub(crate) fn run(words: Words) -> Result<ExitCode, Failure> {
    let target = words.output.target()?;
    let source = input::source(&words.file)?;
    let revision = words.search.revision_of(&source.scenario);
    let scenario = Scenario { revision, schedule: None, ..source.scenario.clone() };
    let scenario = Arc::new(input::fitting(scenario)?);
    let options = words.search.options(&source, FAILURES, false)?;

    let begun = Instant::now();
    let trials = search(&scenario, &options, words.flushes, &Interrupt::listen()?);
    let seconds = begun.elapsed().as_secs_f64();
    let asked = Asked { script: words.file, scenario, options, seconds, flushes: words.flushes };
    let code = exit_code(&trials);
    target.write(&match words.format {
        Format::Json => necessity::to_json(&asked, &trials, code),
        _ => necessity::to_text(&asked, &trials),
    })?;
    Ok(ExitCode::from(code))
}

/// The same with that much memory as a bound, if there is no other.
fn within(options: &Options, memory: Option<u64>) -> Options {
    let mut options = options.clone();
    options.bounds.memory = options.bounds.memory.or(memory);
    options
}

/// Makes all trials, or as many as there was time for.
fn search(scenario: &Arc<Scenario>, options: &Options, flushes: bool, interrupt: &Interrupt) -> Necessity {
    let begin = if flushes { Necessity::of_durability } else { Necessity::new };
    let mut trials = begin(Arc::clone(scenario), within(options, share_of(1))).watched(interrupt.watch());
    // One more than trials: nothing changed.
    let progress = Progress::new(trials.trials().len() + 1, false);
    let line = progress.line("nothing changed");
    let (mut done, mut since) = (0, Instant::now());
    while !interrupt.is_asked() && trials.advance(BUDGET) == explore::Progress::Running {
        let now = usize::from(trials.baseline().is_some()) + trials.rows().len();
        if now > done {
            (done..now).for_each(|_| progress.step());
            (done, since) = (now, Instant::now());
        }
        if let (Some(_), Some(trial)) = (trials.baseline(), trials.trials().get(trials.rows().len())) {
            line.rename(format!("{}={}", trial.guard.name(), trial.to));
        }
        line.show(trials.counts(), since, &Bounds::default(), None);
    }
    line.remove();
    progress.end();
    trials
}

/// 0 every trial has an answer, 1 a rule breaks with nothing changed, 3 a bound was hit or the search was interrupted.
fn exit_code(trials: &Necessity) -> u8 {
    match trials.baseline() {
        Some(Verdict::Complete) => {
            let unknown = trials.rows().iter().any(|row| matches!(row.need, Need::Unknown(_)));
            if unknown || trials.progress() == explore::Progress::Running { 3 } else { 0 }
        }
        Some(Verdict::Violation(_)) => 1,
        _ => 3,
    }
}
