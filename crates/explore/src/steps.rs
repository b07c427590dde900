//! Steps, remembered: by where the thread is and by the parts of the world that the step looks at.

use crate::alike::Alike;
use crate::automaton::{Automaton, NodeId, Standing};
use crate::footprints::{AccessSet, Accesses, ClassId, Classes};
use crate::mix;
use crate::options::Options;
use crate::parts::PartStore;
use daxscope_core::check::{Rule, observed, operation_violations};
use daxscope_core::event::Event;
use daxscope_core::extent::Extent;
use daxscope_core::machine::{Performed, Position, StepRecord};
use daxscope_core::op::{Access, AccessKind, Object, Parts, accesses, leaves_state_alone};
use daxscope_core::scenario::{Choice, FailPoint, Scenario, StepSize};
use daxscope_core::units::ThreadId;
use daxscope_core::world::World;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// What a step does to a state.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where the thread is afterwards: the place that stands for it.
    pub next: NodeId,
    /// The place itself.
    lands: NodeId,
    /// The parts that it changes: position and new number.
    pub changes: Box<[(u8, u32)]>,
    /// The same as parts.
    pub changed: Parts,
    /// What it touches.
    pub class: ClassId,
    /// Does it leave alone what rules for quiet moments look at?
    pub calm: bool,
    /// Does it contain a call that the search can make fail?
    pub can_fail: bool,
    /// The rules that the step broke by itself.
    pub broken: Box<[Rule]>,
    /// Has it gone round a loop of the kernel: is there a livelock to be looked for ([`crate::livelock`])?
    pub goes_round: bool,
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
    size: StepSize,
    /// By thread: one that stands where it was last asked for.
    standing: Vec<Option<Standing>>,
    /// Operations that the engine has performed.
    pub performed: u64,
    /// Are places told apart by whether the thread has changed anything yet? Persistent sets need it.
    pub keeps_calm: bool,
    /// May asking for a node of the XArray fail? Otherwise nobody can tell which nodes there are.
    nodes_may_fail: bool,
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
            size: options.reductions.step_size(),
            standing: scenario.threads.iter().map(|_| None).collect(),
            performed: 0,
            keeps_calm: options.reductions.persistent_sets,
            nodes_may_fail: nodes_may_fail(scenario, options),
        }
    }

    /// Bytes in use, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.store.bytes() + self.accesses.bytes() + self.classes.bytes()
    }

    /// How far a step goes.
    #[must_use]
    pub const fn step_size(&self) -> StepSize {
        self.size
    }

    /// Steps shall go so far, whatever was asked; to be said before any is learnt.
    pub const fn set_step_size(&mut self, size: StepSize) {
        self.size = size;
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
    /// Bytes of what the steps hold, beside themselves.
    held_bytes: usize,
    /// The places where steps land.
    met: BTreeSet<NodeId>,
    /// Which places are alike; none: none was taken for another.
    alike: Option<Alike>,
    /// Two places that were taken for one have proved different.
    parted: bool,
}

/// A step was never asked for, so it is not known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NeverAsked;

/// What one known step takes in its table: a key, a number, and what the table adds.
const KNOWN_BYTES: usize = 17;

/// `tree_lock`.
const TREE_LOCK: Object = Object::Lock(None);

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
            held_bytes: 0,
            met: BTreeSet::new(),
            alike: None,
            parted: false,
        }
    }

    /// Steps that were run rather than looked up.
    #[must_use]
    pub fn learnt(&self) -> usize {
        self.known.len()
    }

    /// Bytes in use, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.automaton.bytes()
            + self.looked_at.capacity() * size_of::<(Parts, Box<[u8]>)>()
            + self.known.capacity() * KNOWN_BYTES
            + self.steps.capacity() * size_of::<Step>()
            + self.held_bytes
            + self.alike.as_ref().map_or(0, Alike::bytes)
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

    /// The parts that steps from a place have looked at so far.
    #[inline]
    #[must_use]
    pub fn looks_at(&self, node: NodeId) -> Parts {
        self.looked_at.get(node.0 as usize).map_or(Parts::NONE, |(parts, _)| *parts)
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
        if self.parted {
            return None;
        }
        let at = node.0 as usize;
        if at >= self.looked_at.len() {
            self.looked_at.resize(at + 1, (Parts::NONE, Box::default()));
        }
        let (found, looked_at) = self.run(learning, node, state, fail);
        if self.parted {
            return None;
        }
        let all = self.looked_at[at].0.union(looked_at);
        if all != self.looked_at[at].0 {
            let parts = learning.store.parts().iter().enumerate();
            let positions = parts.filter(|(_, part)| all.contains(**part)).map(|(at, _)| at as u8).collect();
            self.looked_at[at] = (all, positions);
        }
        let number = found.map_or(NONE, |step| {
            self.held_bytes += size_of_val(&*step.changes) + size_of_val(&*step.broken);
            self.steps.push(step);
            (self.steps.len() - 1) as u32
        });
        self.known.insert(key(node, fail, values, &self.looked_at[at].1), number);
        (number != NONE).then_some(number)
    }

    /// Have two places that were taken for one proved different? Then the thread makes no step any more that was never asked
    /// for, until places are compared anew.
    #[must_use]
    pub const fn parted(&self) -> bool {
        self.parted
    }

    /// Compares places: from now on steps land on the places that stand for others.
    pub fn compare_places(&mut self) {
        let met: Vec<_> = self.met.iter().copied().filter(|&at| at < NodeId::CRASHED).collect();
        self.parted = self.alike.get_or_insert_default().compare(&mut self.automaton, &met).is_err();
        for step in &mut self.steps {
            step.next = self.automaton.stands_for(step.lands);
        }
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
        let mut extent = Extent::new(learning.size);
        let mut performed = Vec::new();
        let mut broken: Vec<Rule> = Vec::new();
        let mut touched = AccessSet::default();
        let (mut can_fail, mut all_calm) = (false, true);
        let mut fails_left = fail;
        while let Position::At(stop) = self.automaton.position(&world, at) {
            let holds_tree_lock = world.locks.tree_lock == Some(self.thread);
            if stop.op.mover(true) != stop.op.mover(false) {
                looked_at = looked_at.union(Parts::TREE_LOCK);
            }
            if !extent.goes_on(&stop.op, holds_tree_lock) {
                break;
            }
            extent.add(&stop.op, holds_tree_lock);
            looked_at = looked_at.union(stop.op.parts(self.thread));
            let may_fail = stop.op.fail_point().is_some_and(|what| learning.fail_points.contains(&what));
            can_fail |= may_fail;
            if fails_left && stop.op.fail_point().is_some() && !may_fail {
                // The machine makes the first call fail that can, and this one is not asked for.
                return (None, looked_at);
            }
            let fails = fails_left && may_fail;
            fails_left &= !fails;
            learning.performed += 1;
            let mut events = Vec::new();
            let old = world.clone();
            let outcome = world.apply(self.thread, &stop.op, fails, &mut events);
            let list = accesses(&old, &world, self.thread, &stop.op, &outcome);
            let calm = leaves_state_alone(&list);
            all_calm &= calm;
            for access in list {
                if access.object == Object::Nodes && !learning.nodes_may_fail {
                    continue;
                }
                if access.object == TREE_LOCK {
                    let looks = learning.accesses.number(Access { kind: AccessKind::Read, ..access });
                    self.automaton.touches(at, looks);
                    continue;
                }
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
                let edge = {
                    let standing = &mut learning.standing[self.thread.index()];
                    self.automaton.follow(at, &outcome, calm && learning.keeps_calm, standing)
                };
                if let Some(alike) = &mut self.alike
                    && alike.read(&mut self.automaton).is_err()
                {
                    self.parted = true;
                    return (None, looked_at);
                }
                events.extend(edge.notes.iter().cloned());
                at = edge.next;
            }
            let done = Performed { stop, outcome, events };
            looked_at = looked_at.union(observed(&old, self.thread, &done, &world));
            let broken_now = operation_violations(&old, self.thread, &done, &world);
            broken.extend(broken_now.into_iter().map(|violation| violation.rule));
            performed.push(done);
        }
        if fails_left {
            return (None, looked_at);
        }
        if took_tree_lock(self.thread, &before, &world) {
            let access = Access { object: TREE_LOCK, first: 0, last: 0, kind: AccessKind::Write };
            touched.insert(learning.accesses.number(access));
        }
        let after = self.automaton.position(&world, at);
        let record = StepRecord { choice: Choice { thread: self.thread, fail }, performed, after };
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
        let changes: Box<[(u8, u32)]> = changes.map(|(at, (&new, _))| (at as u8, new)).collect();
        let parts = learning.store.parts();
        let changed = changes.iter().fold(Parts::NONE, |all, &(at, _)| all.union(parts[usize::from(at)]));
        let class = learning.classes.number(touched);
        let goes_round = record.events().any(Event::goes_round);
        let broken = broken.into();
        if let Some(alike) = &mut self.alike
            && at < NodeId::CRASHED
            && !self.met.contains(&at)
        {
            alike.compare_one(&mut self.automaton, at);
        }
        self.met.insert(at);
        let next = self.automaton.stands_for(at);
        let step =
            Step { next, lands: at, changes, changed, class, calm: all_calm, can_fail, broken, goes_round, unexpected };
        (Some(step), looked_at)
    }
}

fn nodes_may_fail(scenario: &Scenario, options: &Options) -> bool {
    let asked = options.bounds.failures > 0 && options.bounds.fail_points.contains(&FailPoint::NodeAlloc);
    asked || scenario.failures.iter().any(|failure| failure.what == FailPoint::NodeAlloc)
}

/// Does a step leave `tree_lock` held that was free before it?
///
/// Such a step keeps the sections of all others from coming first, so it conflicts with each (a *write* of the lock, where
/// taking it is a *look*). One that gives the lock back conflicts only with what others do under it; one that begins
/// with the lock held meets nobody who takes it ([`crate::futures::Held`]).
fn took_tree_lock(thread: ThreadId, before: &World, after: &World) -> bool {
    let holds = |world: &World| world.locks.tree_lock == Some(thread);
    holds(after) && !holds(before)
}

#[inline]
fn key(node: NodeId, fail: bool, values: &[u64], positions: &[u8]) -> u64 {
    let start = mix::value(usize::MAX - usize::from(fail) - 1, node.0);
    positions.iter().fold(start, |sum, &at| sum.wrapping_add(values[usize::from(at)]))
}
