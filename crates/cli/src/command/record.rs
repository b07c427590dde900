//! `daxscope record`: writes a run of ours in the format of the recordings.

use super::Command;
use crate::failure::{Failure, print};
use crate::{args, input};
use daxscope_core::machine::Machine;
use daxscope_core::scenario::{Choice, Scenario, Schedule, StepSize};
use daxscope_core::units::ThreadId;
use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;

pub(super) const COMMAND: Command = Command {
    name: "record",
    usage: "FILE [--schedule S] [--revision R]",
    about: "Writes a run as one recording (tests/vectors/dax/README.md), for other implementations to compare with.",
    run,
};

/// A run that has not ended after so many steps is cut.
const MAX_STEPS: usize = 20_000;

fn run(words: Vec<OsString>) -> Result<ExitCode, Failure> {
    use lexopt::prelude::{Long, Value, ValueExt};
    let (mut file, mut schedule, mut revision) = (None, None, None);
    let mut parser = lexopt::Parser::from_args(words);
    while let Some(word) = parser.next()? {
        match word {
            Long("schedule") => schedule = Some(args::schedule(&parser.value()?.string()?)?),
            Long("revision") => revision = Some(args::revision(&parser.value()?.string()?)?),
            Value(name) if file.is_none() => file = Some(name.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let file = file.ok_or_else(|| Failure::usage(format!("which script? daxscope record {}", COMMAND.usage)))?;
    let mut scenario = input::scenario(&file)?;
    if let Some(revision) = revision {
        scenario.revision = revision;
    }
    let schedule = schedule.or_else(|| scenario.schedule.clone()).unwrap_or_default();
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
