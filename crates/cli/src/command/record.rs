//! `daxscope record`: writes a run of ours in the format of the recordings.

use crate::failure::Failure;
use crate::output::print;
use crate::{args, input};
use clap::Args;
use daxscope_core::machine::Machine;
use daxscope_core::revision::Revision;
use daxscope_core::scenario::{Choice, Scenario, Schedule, StepSize};
use daxscope_core::units::ThreadId;
use std::process::ExitCode;
use std::sync::Arc;

/// Write a run as one recording (tests/vectors/dax/README.md), for other implementations to compare with
#[derive(Args, Debug)]
pub(crate) struct Words {
    /// A script
    #[arg(value_name = "FILE")]
    file: String,
    /// Follow this schedule, by point, instead of that of the script
    #[arg(long, value_name = "S", value_parser = args::schedule)]
    schedule: Option<Schedule>,
    /// Another kernel than that of the script
    #[arg(long, value_name = "R", value_parser = args::revision)]
    revision: Option<Revision>,
}

/// A run that has not ended after so many steps is cut.
const MAX_STEPS: usize = 20_000;

pub(crate) fn run(words: Words) -> Result<ExitCode, Failure> {
    let mut scenario = input::scenario(&words.file)?;
    scenario.revision = words.revision.unwrap_or(scenario.revision);
    let scenario = input::fitting(scenario)?;
    if !scenario.entries.is_empty() {
        return Err(Failure::usage(
            "a recording begins with an empty tree: it cannot say what `entries` lines say; replace them by the faults that \
             leave those entries",
        ));
    }
    let schedule = words.schedule.or_else(|| scenario.schedule.clone()).unwrap_or_default();
    let scenario = Arc::new(scenario);
    let threads = points(&scenario, &schedule)?;
    print(&format!("{}\n", daxscope_conform::dax::record_run(&scenario, &threads)))?;
    Ok(ExitCode::SUCCESS)
}

/// The schedule as recordings have it: one thread for each step between scheduling points, to the end of the run.
fn points(scenario: &Arc<Scenario>, schedule: &Schedule) -> Result<Vec<ThreadId>, Failure> {
    if schedule.choices.iter().any(|choice| choice.fail) {
        return Err(Failure::usage(
            "a recording has no failing steps (`A!`): write a `fail` line in the script instead",
        ));
    }
    if !schedule.choices.is_empty() && schedule.step_size != StepSize::Point {
        return Err(Failure::usage(
            "recordings are made of steps between scheduling points: write the schedule `by point`, or give \
             --schedule \"by point ...\"",
        ));
    }
    let mut machine = Machine::new(Arc::clone(scenario));
    let mut threads = Vec::new();
    for choice in &schedule.choices {
        machine.step(*choice, StepSize::Point).ok_or_else(|| {
            Failure::usage(format!("step {} of the schedule: {} cannot run", threads.len() + 1, choice.thread))
        })?;
        threads.push(choice.thread);
    }
    while threads.len() < MAX_STEPS {
        let Some(thread) = machine.enabled().next() else { break };
        machine.step(Choice::run(thread), StepSize::Point);
        threads.push(thread);
    }
    Ok(threads)
}
