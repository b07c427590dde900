//! A run from its first step: the machine with what every step did, in words, and which rules it broke.

use crate::check::{Rounds, Rule, Violation, violations};
use crate::event::Event;
use crate::fallback::FallbackReason;
use crate::machine::{Machine, Performed, StepRecord};
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
    rounds: Rounds,
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
        Run { machine: Machine::new(scenario), steps: Vec::new(), rounds: Rounds::default() }
    }

    /// Makes a step; `None` if that thread cannot make one.
    pub fn step(&mut self, choice: Choice, size: StepSize) -> Option<&RunStep> {
        let before = self.machine.world.clone();
        let record = self.machine.step(choice, size)?;
        let sentence = narrate::sentence(&before, &record, &self.machine);
        let told = |violation: &Violation| self.steps.iter().any(|step| step.violations.contains(violation));
        let mut violations: Vec<_> =
            violations(&before, &record, &self.machine).into_iter().filter(|v| !told(v)).collect();
        let earlier = self.steps.iter().map(|step| &step.record);
        violations.extend(self.rounds.step(&record, &self.machine, earlier));
        self.steps.push(RunStep { record, sentence, violations });
        self.steps.last()
    }

    /// Makes the steps of a schedule, as far as they go.
    ///
    /// # Errors
    ///
    /// If a thread that is to run cannot, or is to fail where nothing can.
    pub fn follow(&mut self, schedule: &Schedule) -> Result<(), CannotFollow> {
        for (followed, &choice) in schedule.choices.iter().enumerate() {
            let Some(step) = self.step(choice, schedule.step_size) else {
                return Err(CannotFollow { followed, reason: self.why_not(choice) });
            };
            if let Some(reason) = nothing_fails(&step.record) {
                return Err(CannotFollow { followed, reason });
            }
        }
        Ok(())
    }

    /// Lets [`whose_turn`] make every step, until nobody can, the run goes round for ever, or `limit` steps are made.
    /// Returns whether the run ended.
    pub fn run_on(&mut self, size: StepSize, limit: usize) -> bool {
        if self.goes_round() {
            return false;
        }
        for _ in 0..limit {
            if self.violations().any(|(_, violation)| violation.rule == Rule::Livelock) {
                return false;
            }
            let Some(thread) = self.whose_turn() else { return true };
            self.step(Choice::run(thread), size);
        }
        self.machine.enabled().next().is_none()
    }

    /// Has the run come to where it goes round for ever?
    #[must_use]
    pub fn goes_round(&self) -> bool {
        self.violations().any(|(_, violation)| violation.rule == Rule::Livelock)
    }

    /// Who runs if nobody says who.
    #[must_use]
    pub fn whose_turn(&self) -> Option<ThreadId> {
        whose_turn(&self.machine, self.steps.iter().map(|step| &step.record))
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

/// Who runs if nobody says who: the first thread that can, but one that goes round a loop lets all others go before it, or it
/// might wait for ever for one of them. `steps`: those that led to the state of the machine.
pub fn whose_turn<'a>(
    machine: &Machine,
    steps: impl DoubleEndedIterator<Item = &'a StepRecord> + Clone,
) -> Option<ThreadId> {
    whose_turn_by(machine, |thread| steps.clone().rev().enumerate().find(|(_, record)| record.choice.thread == thread))
}

/// The same where the last step of each thread is known: how many others were made since, and the step.
pub fn whose_turn_by<'a>(
    machine: &Machine,
    last: impl Fn(ThreadId) -> Option<(usize, &'a StepRecord)>,
) -> Option<ThreadId> {
    let mut longest_ago = None;
    for thread in machine.enabled() {
        match last(thread) {
            Some((ago, last)) if last.events().any(Event::goes_round) => {
                if longest_ago.is_none_or(|(most, _)| most < ago) {
                    longest_ago = Some((ago, thread));
                }
            }
            _ => return Some(thread),
        }
    }
    longest_ago.map(|(_, thread)| thread)
}

/// If a call was to fail in the step and there is none that can: why that is a mistake.
#[must_use]
pub fn nothing_fails(record: &StepRecord) -> Option<String> {
    let can_fail = |performed: &Performed| performed.stop.op.fail_point().is_some();
    let thread = record.choice.thread;
    (record.choice.fail && !record.performed.iter().any(can_fail))
        .then(|| format!("`{thread}!`: nothing that {thread} does in this step can fail; write `{thread}`"))
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
