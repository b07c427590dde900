//! A run: the steps made so far, the state after each, and where the reader stands among them.
//!
//! A snapshot of the world is kept for every step (what steps do not change is shared), and a whole machine for every 128th:
//! going anywhere reads at most that many records and makes no step again, and a long run stays as fast as a short one.

mod lanes;
mod operations;
mod replay;
mod touched;
mod trail;

pub(crate) use lanes::Lane;
pub(crate) use operations::Begun;
pub(crate) use replay::{Followed, follow, resized};
pub(crate) use touched::Steps;
pub(crate) use trail::Trail;

use crate::action::Object;
use crate::changes::changes;
use crate::view::Text;
use daxscope_core::check::{Rounds, Violation, violations};
use daxscope_core::event::Event;
use daxscope_core::machine::{Machine, Status, StepRecord};
use daxscope_core::narrate;
use daxscope_core::run::whose_turn_by;
use daxscope_core::scenario::{Choice, Compact, Scenario, Schedule, StepSize};
use daxscope_core::units::ThreadId;
use daxscope_core::world::World;
use operations::Operations;
use std::ops::Range;
use std::sync::Arc;
use touched::Touched;

/// The longest run. A link can name more steps; the rest is kept but not made.
pub(crate) const MAX_STEPS: usize = daxscope_core::scenario::limits::MAX_SCHEDULE_STEPS;
const CHECKPOINT_STEPS: usize = 128;

/// A step that was made.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) record: StepRecord,
    /// The state after it.
    pub(crate) after: World,
    pub(crate) sentence: Text,
    pub(crate) violations: Vec<Violation>,
    /// Did an injected call fail in it?
    pub(crate) is_failure: bool,
    /// Did somebody begin or end an operation, fall back to 4 KiB, or wake somebody? Most steps need no second look.
    pub(crate) has_news: bool,
    /// What it changed, in the order in which a reader wants it.
    pub(crate) changes: Box<[Object]>,
    /// How the run stands after it.
    pub(crate) status: Status,
    /// How each thread stands after it.
    pub(crate) lanes: Box<[Lane]>,
    /// The last step of each thread up to this one, from 1; 0: none.
    pub(crate) last_by: Box<[u32]>,
}

/// The steps made so far.
///
/// # Invariants
///
/// `here` is the machine after `position` steps, `position <= steps.len()`, and `checkpoints[n]` is the machine after
/// `n * CHECKPOINT_STEPS` steps, for all such numbers up to `steps.len()`.
#[derive(Debug)]
pub(crate) struct Run {
    size: StepSize,
    start: World,
    steps: Vec<Step>,
    here: Machine,
    position: usize,
    checkpoints: Vec<Machine>,
    trail: Trail,
    rounds: Rounds,
    touched: Touched,
    operations: Operations,
}

impl Run {
    /// A run before its first step.
    pub(crate) fn new(scenario: Arc<Scenario>, size: StepSize) -> Run {
        let here = Machine::new(scenario);
        Run {
            size,
            start: here.world.clone(),
            steps: Vec::new(),
            checkpoints: vec![here.clone()],
            here,
            position: 0,
            trail: Trail::new(size),
            rounds: Rounds::default(),
            touched: Touched::default(),
            operations: Operations::default(),
        }
    }

    pub(crate) fn scenario(&self) -> &Arc<Scenario> {
        self.here.scenario()
    }

    pub(crate) fn size(&self) -> StepSize {
        self.size
    }

    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    pub(crate) fn len(&self) -> usize {
        self.steps.len()
    }

    pub(crate) fn position(&self) -> usize {
        self.position
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.position == self.steps.len()
    }

    /// The machine in the state that is shown.
    pub(crate) fn here(&self) -> &Machine {
        &self.here
    }

    /// The step that led to the state that is shown.
    pub(crate) fn current(&self) -> Option<&Step> {
        self.steps[..self.position].last()
    }

    /// The step behind the state that is shown, if one is recorded.
    pub(crate) fn next(&self) -> Option<&Step> {
        self.steps.get(self.position)
    }

    /// The state after `number` steps.
    pub(crate) fn world_at(&self, number: usize) -> &World {
        match number.checked_sub(1).and_then(|at| self.steps.get(at)) {
            Some(step) => &step.after,
            None => &self.start,
        }
    }

    /// The state that is shown.
    pub(crate) fn world(&self) -> &World {
        self.world_at(self.position)
    }

    /// The state before the step that is shown; before the first step, the same state.
    pub(crate) fn world_before(&self) -> &World {
        self.world_at(self.position.saturating_sub(1))
    }

    pub(crate) fn choices(&self) -> &[Choice] {
        self.trail.choices()
    }

    pub(crate) fn schedule(&self) -> Schedule {
        Schedule { step_size: self.size, choices: self.choices().to_vec() }
    }

    /// The schedule as links say it.
    pub(crate) fn compact(&self) -> &Compact {
        self.trail.compact()
    }

    /// Makes a step behind the last one; the reader must stand there. `false`: that thread cannot make one, or the run
    /// is too long.
    pub(crate) fn extend(&mut self, choice: Choice) -> bool {
        if !self.is_at_end() || self.steps.len() >= MAX_STEPS {
            return false;
        }
        let Some(record) = self.here.step(choice, self.size) else { return false };
        let before = self.world_at(self.position);
        let sentence = narrate::sentence(before, &record, &self.here).into();
        let mut violations = violations(before, &record, &self.here);
        let earlier = self.steps[..self.position].iter().map(|step| &step.record);
        violations.extend(self.rounds.step(&record, &self.here, earlier));
        let after = self.here.world.clone();
        let (status, lanes) = (self.here.status(), lanes::lanes(&self.here));
        let is_failure = record.events().any(|event| matches!(event, Event::Inject { .. }));
        let has_news = record.events().any(is_news);
        let changes: Box<[Object]> = changes(self.world_at(self.position), &after).into();
        let before = self.steps.last().map_or(&self.start, |step| &step.after);
        self.touched.add(self.position + 1, &record, &changes, before, &after);
        if has_news {
            self.operations.add(self.position + 1, &record);
        }
        let last_by = self.last_by(choice.thread);
        self.trail.push(choice, !violations.is_empty());
        self.steps.push(Step {
            record,
            after,
            sentence,
            violations,
            is_failure,
            has_news,
            changes,
            status,
            lanes,
            last_by,
        });
        self.position += 1;
        if self.position.is_multiple_of(CHECKPOINT_STEPS) {
            self.checkpoints.push(self.here.clone());
        }
        true
    }

    /// The last step of each thread, if this one makes the next.
    fn last_by(&self, thread: ThreadId) -> Box<[u32]> {
        let mut last_by = match self.steps.last() {
            Some(step) => step.last_by.clone(),
            None => vec![0; self.scenario().threads.len()].into(),
        };
        if let Some(last) = last_by.get_mut(thread.index()) {
            *last = self.steps.len() as u32 + 1;
        }
        last_by
    }

    /// Who made each step, in short.
    pub(crate) fn trail(&self) -> &Trail {
        &self.trail
    }

    /// The last step of a thread up to the position, from 1.
    pub(crate) fn last_step_of(&self, thread: ThreadId) -> Option<usize> {
        let last = self.current().and_then(|step| step.last_by.get(thread.index()));
        last.map(|&step| step as usize).filter(|&step| step > 0)
    }

    /// To the state after `number` steps, or as far as there are any.
    pub(crate) fn go_to(&mut self, number: usize) {
        let number = number.min(self.steps.len());
        if number == self.position {
            return;
        }
        let checkpoint = number / CHECKPOINT_STEPS;
        let records = self.steps[checkpoint * CHECKPOINT_STEPS..number].iter().map(|step| &step.record);
        self.here = self.checkpoints[checkpoint].behind(records, self.world_at(number));
        self.position = number;
    }

    /// Forgets the steps behind the state that is shown.
    pub(crate) fn truncate(&mut self) {
        if self.is_at_end() {
            return;
        }
        self.steps.truncate(self.position);
        self.rounds.truncate(self.position);
        self.touched.truncate(self.position);
        self.operations.truncate(self.position);
        self.trail.truncate(self.position);
        self.checkpoints.truncate(self.position / CHECKPOINT_STEPS + 1);
    }

    /// The thread that a step at the end would run: the first one that can.
    pub(crate) fn default_thread(&self) -> Option<ThreadId> {
        whose_turn_by(&self.here, |thread| {
            let number = self.last_step_of(thread)?;
            Some((self.position - number, &self.steps[number - 1].record))
        })
    }

    /// What the step that is shown changed.
    pub(crate) fn changes(&self) -> &[Object] {
        self.current().map_or(&[], |step| &step.changes)
    }

    /// The steps up to the position that changed an object, from 1, last first.
    pub(crate) fn changes_of(&self, object: Object) -> impl Iterator<Item = usize> + '_ {
        self.touched.back_from(object, self.position)
    }

    /// The steps of a range, from 1, that changed the value of an object: those behind `range.start` steps up to `range.end`.
    pub(crate) fn writes_of(&self, object: Object, range: Range<usize>) -> Steps<'_> {
        self.touched.writes(object, range, |number| self.world_at(number))
    }

    /// The same for those that looked at it.
    pub(crate) fn reads_of(&self, object: Object, range: Range<usize>) -> Steps<'_> {
        let record = |step: usize| &self.steps[step - 1].record;
        self.touched.reads(object, range, |step| self.world_at(step - 1), record)
    }

    /// The operations of its script that a thread has begun up to the position.
    pub(crate) fn begun(&self, thread: ThreadId) -> &[Begun] {
        self.operations.begun(thread, self.position)
    }

    /// Since which step, from 1, an object has had a property that it has now; `None`: from the beginning.
    pub(crate) fn since(&self, object: Object, holds: impl Fn(&World) -> bool) -> Option<usize> {
        self.changes_of(object).find(|&step| !holds(self.world_at(step - 1)))
    }
}

fn is_news(event: &Event) -> bool {
    matches!(
        event,
        Event::Operation(_) | Event::Result(_) | Event::FallBack(_) | Event::Wake(_) | Event::Granted { .. }
    )
}
