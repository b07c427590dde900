//! A run from its first step: the machine with what every step did, in words, and which rules it broke.

use crate::check::{Violation, violations};
use crate::event::Event;
use crate::fallback::FallbackReason;
use crate::machine::{Machine, StepRecord};
use crate::narrate;
use crate::scenario::{Choice, Operation, Scenario, Schedule, StepSize};
use crate::units::ThreadId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A step with its sentence.
#[derive(Clone, Debug)]
pub struct RunStep {
    /// What was performed.
    pub record: StepRecord,
    /// One sentence.
    pub sentence: String,
    /// Rules broken in this step and not told before.
    pub violations: Vec<Violation>,
}

/// A machine and the steps that brought it where it is.
#[derive(Debug)]
pub struct Run {
    /// The machine after the last step.
    pub machine: Machine,
    /// All steps.
    pub steps: Vec<RunStep>,
}

/// A 2 MiB fault that went on as a 4 KiB fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FellBack {
    /// The number of the step, from 1.
    pub step: usize,
    /// Whose fault.
    pub thread: ThreadId,
    /// The number of the operation that faulted, from 0.
    pub number: usize,
    /// The operation.
    pub operation: Operation,
    /// Why.
    pub reason: FallbackReason,
}

/// Why a schedule could not be followed to its end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CannotFollow {
    /// Steps that were made.
    pub followed: usize,
    /// One sentence.
    pub reason: String,
}

impl Run {
    /// Before the first step.
    #[must_use]
    pub fn new(scenario: Arc<Scenario>) -> Run {
        Run { machine: Machine::new(scenario), steps: Vec::new() }
    }

    /// Makes a step; `None` if that thread cannot make one.
    pub fn step(&mut self, choice: Choice, size: StepSize) -> Option<&RunStep> {
        let before = self.machine.world.clone();
        let record = self.machine.step(choice, size)?;
        let sentence = narrate::sentence(&before, &record, &self.machine);
        let told = |violation: &Violation| self.steps.iter().any(|step| step.violations.contains(violation));
        let violations = violations(&before, &record, &self.machine).into_iter().filter(|v| !told(v)).collect();
        self.steps.push(RunStep { record, sentence, violations });
        self.steps.last()
    }

    /// Makes the steps of a schedule, as far as they go.
    ///
    /// # Errors
    ///
    /// If a thread that is to run cannot.
    pub fn follow(&mut self, schedule: &Schedule) -> Result<(), CannotFollow> {
        for (followed, &choice) in schedule.choices.iter().enumerate() {
            if self.step(choice, schedule.step_size).is_none() {
                return Err(CannotFollow { followed, reason: self.why_not(choice) });
            }
        }
        Ok(())
    }

    /// Lets the first thread that can run make every step, until nobody can or `limit` steps are made. Returns whether
    /// the run ended.
    pub fn run_on(&mut self, size: StepSize, limit: usize) -> bool {
        for _ in 0..limit {
            let Some(thread) = self.machine.enabled().next() else { return true };
            self.step(Choice::run(thread), size);
        }
        self.machine.enabled().next().is_none()
    }

    /// All violations with the number of their step, counted from 1.
    pub fn violations(&self) -> impl Iterator<Item = (usize, &Violation)> {
        self.steps.iter().enumerate().flat_map(|(at, step)| step.violations.iter().map(move |v| (at + 1, v)))
    }

    /// The 2 MiB faults that went on as 4 KiB faults.
    #[must_use]
    pub fn fell_back(&self) -> Vec<FellBack> {
        fell_back(self.steps.iter().map(|step| &step.record))
    }

    fn why_not(&self, choice: Choice) -> String {
        let thread = choice.thread;
        if self.machine.world.bug.is_some() {
            return "the kernel is dead".into();
        }
        if thread.index() >= self.machine.scenario().threads.len() {
            return format!("there is no thread {thread}");
        }
        match narrate::why_blocked(&self.machine, thread) {
            Some(why) => format!("{thread} cannot run: it {why}", why = with_verb(&why)),
            None => format!("{thread} is done"),
        }
    }
}

/// The 2 MiB faults that went on as 4 KiB faults, of steps from the first one on.
#[must_use]
pub fn fell_back<'a>(steps: impl Iterator<Item = &'a StepRecord>) -> Vec<FellBack> {
    let mut doing: BTreeMap<ThreadId, (usize, Operation)> = BTreeMap::new();
    let mut all = Vec::new();
    for (at, record) in steps.enumerate() {
        let thread = record.choice.thread;
        for event in record.events() {
            match (event, doing.get(&thread)) {
                (Event::Operation(begun), _) => {
                    let number = doing.get(&thread).map_or(0, |(number, _)| number + 1);
                    doing.insert(thread, (number, *begun));
                }
                (&Event::FallBack(reason), Some(&(number, operation))) => {
                    all.push(FellBack { step: at + 1, thread, number, operation, reason });
                }
                _ => {}
            }
        }
    }
    all
}

/// `asleep on ...` needs an `is`.
fn with_verb(why: &str) -> String {
    if why.starts_with("asleep") { format!("is {why}") } else { why.to_owned() }
}
