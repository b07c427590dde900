//! From a state back to the start: the schedule that leads there.

use daxscope_core::check::Rule;
use daxscope_core::machine::{Machine, Position};
use daxscope_core::op::Op;
use daxscope_core::run::{Run, RunStep};
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
    pub const fn new(parent: u32, thread: usize, fail: bool) -> Origin {
        Origin { parent, thread: thread as u8, fail }
    }

    const fn choice(self) -> Choice {
        Choice { thread: ThreadId(self.thread), fail: self.fail }
    }
}

/// The choices from the start to the state of that number.
#[must_use]
pub fn way_to(origins: &[Origin], number: u32) -> Vec<Choice> {
    let mut choices = Vec::new();
    let mut origin = origins[number as usize];
    while origin.parent != u32::MAX {
        choices.push(origin.choice());
        origin = origins[origin.parent as usize];
    }
    choices.reverse();
    choices
}

/// What a search went along, as a schedule that the machine can follow into one of the rules.
#[must_use]
pub fn schedule(scenario: &Arc<Scenario>, choices: Vec<Choice>, critical_sections: bool, rules: &[Rule]) -> Schedule {
    if critical_sections {
        return Schedule { step_size: StepSize::Point, choices };
    }
    let ways =
        [(StepSize::Point, false), (StepSize::Point, true), (StepSize::Operation, false), (StepSize::Operation, true)];
    let drawn_together = ways.into_iter().filter_map(|(size, late)| draw_together(scenario, &choices, size, late));
    let confirmed = drawn_together.filter_map(|schedule| cut_behind(scenario, schedule, rules)).next();
    confirmed.unwrap_or(Schedule { step_size: StepSize::Operation, choices })
}

/// The schedule up to the first step that breaks one of the rules, if there is one.
fn cut_behind(scenario: &Arc<Scenario>, mut schedule: Schedule, rules: &[Rule]) -> Option<Schedule> {
    let mut run = Run::new(Arc::clone(scenario));
    run.follow(&schedule).ok()?;
    let breaks = |step: &RunStep| step.violations.iter().any(|violation| rules.contains(&violation.rule));
    let last = run.steps.iter().position(breaks)?;
    schedule.choices.truncate(last + 1);
    Some(schedule)
}

/// A search by single operations makes a step of each; the machine makes larger ones. Each is made when its first operation
/// is due that looks at anything (`late`: that changes anything). What follows it in the step is mostly under its lock. Where
/// it is not, others may have come between, and the machine cannot follow: `None`.
fn draw_together(scenario: &Arc<Scenario>, singles: &[Choice], step_size: StepSize, late: bool) -> Option<Schedule> {
    let mut machine = Machine::new(Arc::clone(scenario));
    let mut made = vec![0; scenario.threads.len()];
    let mut asked = vec![0; scenario.threads.len()];
    let mut choices = Vec::new();
    for &Choice { thread, .. } in singles {
        let at = thread.index();
        asked[at] += 1;
        if asked[at] <= made[at] {
            continue;
        }
        let mut plain = machine.clone();
        let step = plain.step(Choice { thread, fail: false }, step_size)?;
        let is_idle = |op: &Op| op.is_only_a_point() || late && op.only_reads();
        let idle = step.performed.iter().take_while(|performed| is_idle(&performed.stop.op)).count();
        if asked[at] <= made[at] + idle.min(step.performed.len() - 1) {
            continue;
        }
        let mut mine = singles.iter().filter(|single| single.thread == thread).skip(made[at]);
        let fail = mine.by_ref().take(step.performed.len()).any(|single| single.fail);
        if fail {
            made[at] += machine.step(Choice { thread, fail }, step_size)?.performed.len();
        } else {
            machine = plain;
            made[at] += step.performed.len();
        }
        choices.push(Choice { thread, fail });
    }
    Some(Schedule { step_size, choices })
}

/// The single operations of a schedule, as far as the machine can follow it.
#[must_use]
pub fn single_operations(scenario: &Arc<Scenario>, schedule: &Schedule) -> Vec<Choice> {
    let mut machine = Machine::new(Arc::clone(scenario));
    let mut singles = Vec::new();
    for &choice in &schedule.choices {
        let Some(step) = machine.step(choice, schedule.step_size) else { break };
        let mut fails_left = choice.fail;
        for performed in step.performed {
            let fail = fails_left && performed.stop.op.fail_point().is_some();
            fails_left &= !fail;
            singles.push(Choice { thread: choice.thread, fail });
        }
    }
    singles
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
            Position::At(stop) => matches!(stop.op, Op::Start | Op::NextOperation { .. }),
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
