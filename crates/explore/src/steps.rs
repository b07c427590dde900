//! Steps, remembered: by where the thread is and by the parts of the world that the step looks at.

use crate::automaton::{Automaton, NodeId};
use crate::footprints::{AccessSet, Accesses, ClassId, Classes};
use crate::mix;
use crate::options::Options;
use crate::parts::PartStore;
use daxscope_core::check::{Rule, step_violations};
use daxscope_core::event::{Event, OpResult};
use daxscope_core::machine::{Performed, Position, StepRecord, goes_on};
use daxscope_core::op::Parts;
use daxscope_core::scenario::{Choice, FailPoint, Scenario, StepSize};
use daxscope_core::units::ThreadId;
use daxscope_core::world::{accesses, leaves_state_alone};
use std::collections::HashMap;
use std::sync::Arc;

/// What a step does to a state.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where the thread is afterwards.
    pub next: NodeId,
    /// The parts that it changes: position and new number.
    pub changes: Box<[(u8, u32)]>,
    /// What it touches.
    pub class: ClassId,
    /// Does it leave alone what rules for quiet moments look at?
    pub calm: bool,
    /// Does it contain a call that the search can make fail?
    pub can_fail: bool,
    /// The rules that the step broke by itself.
    pub broken: Box<[Rule]>,
    /// The expectations of the script that an operation which ended in the step does not meet.
    pub unexpected: Box<[u8]>,
}

/// What all threads' steps are learnt with.
#[derive(Debug)]
pub struct Learning {
    /// The values of the parts of the world.
    pub store: PartStore,
    /// What operations touch.
    pub accesses: Accesses,
    /// What whole steps touch.
    pub classes: Classes,
    /// The calls that the search may make fail.
    pub fail_points: Vec<FailPoint>,
    /// Is what runs under `tree_lock` one step?
    pub critical_sections: bool,
    /// Are places told apart by whether the thread has changed anything yet? Persistent sets need it.
    pub keeps_calm: bool,
}

impl Learning {
    /// Knows nothing yet.
    #[must_use]
    pub fn new(scenario: &Arc<Scenario>, options: &Options) -> Learning {
        Learning {
            store: PartStore::new(Arc::clone(scenario)),
            accesses: Accesses::default(),
            classes: Classes::default(),
            fail_points: options.bounds.fail_points.clone(),
            critical_sections: options.reductions.critical_sections,
            keeps_calm: options.reductions.persistent_sets,
        }
    }
}

impl Learning {
    /// How far a step goes.
    #[must_use]
    pub const fn step_size(&self) -> StepSize {
        if self.critical_sections { StepSize::Point } else { StepSize::Operation }
    }
}

/// The steps of one thread.
#[derive(Debug)]
pub struct Steps {
    thread: ThreadId,
    /// The thread's automaton.
    pub automaton: Automaton,
    /// For each place, the parts that steps from there have looked at so far, and their positions.
    looked_at: Vec<(Parts, Box<[u8]>)>,
    known: HashMap<u64, u32, mix::Identity>,
    steps: Vec<Step>,
}

/// A step was never asked for, so it is not known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NeverAsked;

/// There is no such step: the thread has to wait, or nothing in the step can fail.
const NONE: u32 = u32::MAX;

impl Steps {
    /// Knows nothing yet.
    #[must_use]
    pub fn new(thread: ThreadId, scenario: &Arc<Scenario>, merge: bool) -> Steps {
        Steps {
            thread,
            automaton: Automaton::new(thread, Arc::clone(scenario), merge),
            looked_at: Vec::new(),
            known: HashMap::with_hasher(mix::Identity),
            steps: Vec::new(),
        }
    }

    /// Steps that were run rather than looked up.
    #[must_use]
    pub fn learnt(&self) -> usize {
        self.known.len()
    }

    /// A step by its number.
    #[inline]
    #[must_use]
    pub fn step(&self, number: u32) -> &Step {
        &self.steps[number as usize]
    }

    /// The number of the step that the thread makes from there, if it is known. `values` are those of the parts of the state, by position ([`mix::value`]).
    ///
    /// No step: the thread has to wait, or it shall fail and nothing in the step can.
    ///
    /// # Errors
    ///
    /// If it never was asked for.
    #[inline]
    pub fn look_up(&self, node: NodeId, values: &[u64], fail: bool) -> Result<Option<u32>, NeverAsked> {
        if node >= NodeId::CRASHED {
            return Ok(None);
        }
        let Some((_, positions)) = self.looked_at.get(node.0 as usize) else { return Err(NeverAsked) };
        match self.known.get(&key(node, fail, values, positions)) {
            Some(&NONE) => Ok(None),
            Some(&number) => Ok(Some(number)),
            None => Err(NeverAsked),
        }
    }

    /// The number of the step that the thread makes from there; runs the engine if it never was asked for.
    #[inline]
    pub fn find(
        &mut self,
        learning: &mut Learning,
        node: NodeId,
        state: &[u32],
        values: &[u64],
        fail: bool,
    ) -> Option<u32> {
        match self.look_up(node, values, fail) {
            Ok(known) => known,
            Err(NeverAsked) => self.learn(learning, node, state, values, fail),
        }
    }

    #[cold]
    fn learn(
        &mut self,
        learning: &mut Learning,
        node: NodeId,
        state: &[u32],
        values: &[u64],
        fail: bool,
    ) -> Option<u32> {
        let at = node.0 as usize;
        if at >= self.looked_at.len() {
            self.looked_at.resize(at + 1, (Parts::NONE, Box::default()));
        }
        let (found, looked_at) = self.run(learning, node, state, fail);
        let all = self.looked_at[at].0.union(looked_at);
        if all != self.looked_at[at].0 {
            let parts = learning.store.parts().iter().enumerate();
            let positions = parts.filter(|(_, part)| all.contains(**part)).map(|(at, _)| at as u8).collect();
            self.looked_at[at] = (all, positions);
        }
        let number = found.map_or(NONE, |step| {
            self.steps.push(step);
            (self.steps.len() - 1) as u32
        });
        self.known.insert(key(node, fail, values, &self.looked_at[at].1), number);
        (number != NONE).then_some(number)
    }

    /// Runs the engine from one scheduling point to the next, or for one operation.
    fn run(&mut self, learning: &mut Learning, node: NodeId, state: &[u32], fail: bool) -> (Option<Step>, Parts) {
        let before = learning.store.world(state);
        let first = *self.automaton.node(node).op();
        let mut looked_at = first.parts(self.thread).union(Parts::FAILURES);
        if !before.is_enabled(self.thread, &first) {
            return (None, looked_at);
        }
        let mut world = before.clone();
        let mut at = node;
        let mut performed = Vec::new();
        let mut touched = AccessSet::default();
        let (mut can_fail, mut all_calm) = (false, true);
        let mut fails_left = fail;
        while let Position::At(stop) = self.automaton.position(&world, at) {
            let size = learning.step_size();
            if performed.last().is_some_and(|before: &Performed| !goes_on(&before.stop.op, &stop.op, size)) {
                break;
            }
            looked_at = looked_at.union(stop.op.parts(self.thread));
            let may_fail = stop.op.fail_point().is_some_and(|what| learning.fail_points.contains(&what));
            can_fail |= may_fail;
            if fails_left && stop.op.fail_point().is_some() && !may_fail {
                // The machine makes the first call fail that can, and this one is not asked for.
                return (None, looked_at);
            }
            let fails = fails_left && may_fail;
            fails_left &= !fails;
            let mut events = Vec::new();
            let old = world.clone();
            let outcome = world.apply(self.thread, &stop.op, fails, &mut events);
            let list = accesses(&old, &world, self.thread, &stop.op, &outcome);
            let calm = leaves_state_alone(&list);
            all_calm &= calm;
            for access in list {
                let number = learning.accesses.number(access);
                touched.insert(number);
                self.automaton.touches(at, number);
            }
            if may_fail {
                touched.insert(Accesses::CAN_FAIL);
                self.automaton.touches(at, Accesses::CAN_FAIL);
            }
            if world.bug.is_some() {
                at = NodeId::CRASHED;
            } else {
                let edge = self.automaton.follow(at, &outcome, calm && learning.keeps_calm);
                events.extend(edge.notes.iter().cloned());
                at = edge.next;
            }
            performed.push(Performed { stop, outcome, events });
        }
        if fails_left {
            return (None, looked_at);
        }
        let after = self.automaton.position(&world, at);
        let record = StepRecord { choice: Choice { thread: self.thread, fail }, performed, after };
        if record.events().any(|event| matches!(event, Event::Result(_))) {
            // What is left locked after an operation is asked of all of these.
            looked_at = looked_at.union(Parts::MAPPING).union(Parts::PAGES).union(Parts::cpu(self.thread));
            looked_at = world.locks.queue_locks().fold(looked_at, |all, (lock, _)| all.union(Parts::lock(lock)));
        }
        if record.events().any(|event| matches!(event, Event::Result(OpResult::Livelock { .. }))) {
            // Whether it would go on for ever is asked of everything.
            looked_at = learning.store.parts().iter().fold(looked_at, |all, part| all.union(*part));
        }
        let mut broken: Vec<Rule> =
            step_violations(&before, &record, &world).into_iter().map(|violation| violation.rule).collect();
        broken.sort_unstable();
        broken.dedup();
        let unexpected = record.events().filter_map(|event| match event {
            Event::Unexpected(at) => Some(*at),
            _ => None,
        });
        let unexpected = unexpected.collect();
        let mut after = state[..learning.store.parts().len()].to_vec();
        learning.store.intern(&world, Some(looked_at), &mut after);
        let changes = after.iter().zip(state).enumerate().filter(|(_, (new, old))| new != old);
        let changes = changes.map(|(at, (&new, _))| (at as u8, new)).collect();
        let class = learning.classes.number(touched);
        (
            Some(Step { next: at, changes, class, calm: all_calm, can_fail, broken: broken.into(), unexpected }),
            looked_at,
        )
    }
}

#[inline]
fn key(node: NodeId, fail: bool, values: &[u64], positions: &[u8]) -> u64 {
    let start = mix::value(usize::MAX - usize::from(fail) - 1, node.0);
    positions.iter().fold(start, |sum, &at| sum.wrapping_add(values[usize::from(at)]))
}
