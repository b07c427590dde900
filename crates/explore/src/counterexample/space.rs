//! The states of a scenario by scheduling points, each step of a thread run once.
//!
//! Unlike the search this counts every point as a step, also those that have no effect: what is said here about lengths
//! and context switches is exact.

use super::replay::{Aim, STEP_SIZE};
use crate::Map;
use crate::automaton::{Automaton, NodeId};
use crate::parts::world_before;
use daxscope_core::check::{quiet_rules, step_violations};
use daxscope_core::digest::Digest;
use daxscope_core::event::Event;
use daxscope_core::extent::Extent;
use daxscope_core::machine::{Performed, Position, StepRecord};
use daxscope_core::op::Outcome;
use daxscope_core::scenario::{Choice, FailPoint, Scenario, StepSize};
use daxscope_core::units::ThreadId;
use daxscope_core::world::World;
use std::sync::Arc;

/// The number of a world.
pub(super) type WorldId = u32;

/// What a step leads to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Move {
    pub(super) world: WorldId,
    pub(super) node: NodeId,
    /// Does the step by itself break what is aimed at?
    pub(super) breaks: bool,
    /// Does it end an operation?
    pub(super) ends_operation: bool,
}

/// All worlds that were met, and the steps between them.
#[derive(Debug)]
pub(super) struct Space {
    aim: Aim,
    size: StepSize,
    fail_points: Vec<FailPoint>,
    automata: Vec<Automaton>,
    worlds: Vec<World>,
    numbers: Map<Digest, WorldId>,
    moves: Map<(u8, bool, NodeId, WorldId), Option<Move>>,
    /// Worlds that were asked what they break when nothing is under way.
    quiet: Map<WorldId, bool>,
}

impl Space {
    /// Only the start is known; it is world 0.
    pub(super) fn new(scenario: &Arc<Scenario>, aim: Aim, fail_points: Vec<FailPoint>) -> Space {
        Space::in_steps(scenario, aim, fail_points, STEP_SIZE)
    }

    /// The same in steps of any size.
    pub(super) fn in_steps(scenario: &Arc<Scenario>, aim: Aim, fail_points: Vec<FailPoint>, size: StepSize) -> Space {
        let mut space = Space {
            aim,
            size,
            fail_points,
            automata: Automaton::of_all(scenario),
            worlds: Vec::new(),
            numbers: Map::default(),
            moves: Map::default(),
            quiet: Map::default(),
        };
        space.number(world_before(scenario));
        space
    }

    pub(super) fn threads(&self) -> usize {
        self.automata.len()
    }

    /// Where a thread begins.
    pub(super) fn start(&self, thread: usize) -> NodeId {
        self.automata[thread].start()
    }

    /// Where a thread stands that has received these outcomes.
    pub(super) fn node_after<'a>(&mut self, thread: usize, outcomes: impl Iterator<Item = &'a Outcome>) -> NodeId {
        let (mut at, mut standing) = (self.start(thread), None);
        for outcome in outcomes {
            if matches!(at, NodeId::FINISHED | NodeId::CRASHED) {
                break;
            }
            at = self.automata[thread].follow(at, outcome, false, &mut standing).next;
        }
        at
    }

    pub(super) fn number(&mut self, mut world: World) -> WorldId {
        // Nothing reads it but the count of nodes that is shown.
        for thread in &mut world.threads {
            thread.has_pool = false;
        }
        *self.numbers.entry(Digest::of(&world)).or_insert_with(|| {
            self.worlds.push(world);
            (self.worlds.len() - 1) as WorldId
        })
    }

    /// Can the thread make a step from there?
    pub(super) fn can_move(&self, thread: usize, node: NodeId, world: WorldId) -> bool {
        !matches!(node, NodeId::FINISHED | NodeId::CRASHED)
            && self.worlds[world as usize].is_enabled(ThreadId(thread as u8), self.automata[thread].node(node).op())
    }

    /// The step of a thread; `None` if it cannot make one, or if it shall fail and nothing in it can.
    pub(super) fn step(&mut self, thread: usize, fail: bool, node: NodeId, world: WorldId) -> Option<Move> {
        if !self.can_move(thread, node, world) {
            return None;
        }
        let key = (thread as u8, fail, node, world);
        if let Some(&known) = self.moves.get(&key) {
            return known;
        }
        let found = self.run(thread, fail, node, world);
        self.moves.insert(key, found);
        found
    }

    /// Runs the engine for one step as searches make it.
    fn run(&mut self, thread: usize, fail: bool, node: NodeId, before: WorldId) -> Option<Move> {
        let id = ThreadId(thread as u8);
        let mut world = self.worlds[before as usize].clone();
        let mut at = node;
        let mut performed: Vec<Performed> = Vec::new();
        let mut extent = Extent::new(self.size);
        let mut fails_left = fail;
        while let Position::At(stop) = self.automata[thread].position(&world, at) {
            let holds_tree_lock = world.locks.tree_lock == Some(id);
            if !extent.goes_on(&stop.op, holds_tree_lock) {
                break;
            }
            extent.add(&stop.op, holds_tree_lock);
            let fails = fails_left && stop.op.fail_point().is_some();
            // The machine makes the first call fail that can; if that is not one of ours, this is no choice.
            if fails && !stop.op.fail_point().is_some_and(|what| self.fail_points.contains(&what)) {
                return None;
            }
            fails_left &= !fails;
            let mut events = Vec::new();
            let outcome = world.apply(id, &stop.op, fails, &mut events);
            if world.bug.is_some() {
                at = NodeId::CRASHED;
            } else {
                let edge = self.automata[thread].follow(at, &outcome, false, &mut None);
                events.extend(edge.notes.iter().cloned());
                at = edge.next;
                if at == NodeId::FINISHED && world.threads[thread].preloads > 0 {
                    events.push(Event::PreemptLeak(world.threads[thread].preloads.into()));
                }
            }
            performed.push(Performed { stop, outcome, events });
        }
        if fails_left {
            return None;
        }
        let after = self.automata[thread].position(&world, at);
        let record = StepRecord { choice: Choice { thread: id, fail }, performed, after };
        let ends_operation = record.events().any(|event| matches!(event, Event::Result(_)));
        let broken = step_violations(&self.worlds[before as usize], &record);
        let breaks = broken.iter().any(|violation| violation.rule == self.aim.rule) && self.aim.fits(&world);
        Some(Move { world: self.number(world), node: at, breaks, ends_operation })
    }

    /// Is the thread between two operations?
    pub(super) fn is_between_operations(&self, thread: usize, node: NodeId) -> bool {
        match node {
            NodeId::FINISHED => true,
            NodeId::CRASHED => false,
            node => self.automata[thread].node(node).op().begins_operation(),
        }
    }

    /// Does the world break what is aimed at when nothing is under way?
    pub(super) fn breaks_when_quiet(&mut self, world: WorldId) -> bool {
        if let Some(&known) = self.quiet.get(&world) {
            return known;
        }
        let value = &self.worlds[world as usize];
        let breaks = value.bug.is_none() && quiet_rules(value).contains(&self.aim.rule);
        self.quiet.insert(world, breaks);
        breaks
    }
}
