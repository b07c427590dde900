//! From a state back to the start: the schedule that leads there.

use daxscope_core::machine::Position;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Choice, Scenario, Schedule, StepSize};
use daxscope_core::units::ThreadId;
use std::sync::Arc;

/// Where a state was reached from: the state and the choice.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    parent: u32,
    thread: u8,
    fail: bool,
}

impl Origin {
    /// The start comes from nowhere.
    pub const START: Origin = Origin { parent: u32::MAX, thread: 0, fail: false };

    /// A step of `thread` from the state of that number.
    #[must_use]
    pub const fn new(parent: u32, thread: u8, fail: bool) -> Origin {
        Origin { parent, thread, fail }
    }

    /// The number of the state that it comes from; `None` at the start.
    #[must_use]
    pub const fn parent(self) -> Option<u32> {
        if self.parent == u32::MAX { None } else { Some(self.parent) }
    }

    const fn choice(self) -> Choice {
        Choice { thread: ThreadId(self.thread), fail: self.fail }
    }
}

/// The choices from the start to the state of that number.
#[must_use]
pub fn way_to(origins: &[Origin], number: u32, step_size: StepSize) -> Schedule {
    let mut choices = Vec::new();
    let mut origin = origins[number as usize];
    while origin.parent != u32::MAX {
        choices.push(origin.choice());
        origin = origins[origin.parent as usize];
    }
    choices.reverse();
    Schedule { step_size, choices }
}

/// Leaves out what threads did since they were last between two operations, if they have changed nothing since: a quiet
/// moment that the search saw through it.
#[must_use]
pub fn back_to_quiet(scenario: &Arc<Scenario>, schedule: &Schedule) -> Schedule {
    let mut run = Run::new(Arc::clone(scenario));
    let mut quiet_since = vec![0; scenario.threads.len()];
    for (at, &choice) in schedule.choices.iter().enumerate() {
        if run.step(choice, schedule.step_size).is_none() {
            return schedule.clone();
        }
        let between = match run.machine.position(choice.thread) {
            Position::At(stop) => stop.op.begins_operation(),
            Position::Finished | Position::Crashed => true,
        };
        if between {
            quiet_since[choice.thread.index()] = at + 1;
        }
    }
    let choices = schedule.choices.iter().enumerate();
    let kept = choices.filter(|(at, choice)| *at < quiet_since[choice.thread.index()]).map(|(_, choice)| *choice);
    let mut choices: Vec<Choice> = kept.collect();
    // The moment becomes quiet with the last operation that ends.
    let mut run = Run::new(Arc::clone(scenario));
    let mut end = 0;
    for (at, &choice) in choices.iter().enumerate() {
        let Some(step) = run.step(choice, schedule.step_size) else { return schedule.clone() };
        if !step.violations.is_empty() {
            end = at + 1;
        }
    }
    choices.truncate(end);
    Schedule { step_size: schedule.step_size, choices }
}
