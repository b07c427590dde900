//! The steps of a scenario as a diagram sees them: a step ends where something happens that a line may say.
//!
//! Operations that no line says and that nobody can tell from later or earlier ones go along with those that somebody can
//! ([`daxscope_core::extent::Extent`], by section). What a line says counts as seen by all, so the order of the lines is the
//! order in which it happened.

use super::claim::{Line, Lines};
use crate::Map;
use crate::automaton::{Automaton, NodeId};
use crate::parts::world_before;
use daxscope_core::check::{quiet_rules, step_violations};
use daxscope_core::digest::Digest;
use daxscope_core::event::Event;
use daxscope_core::extent::Extent;
use daxscope_core::machine::{Performed, Position, StepRecord, Stop};
use daxscope_core::narrate::{Entered, Spoken, entered, spoken};
use daxscope_core::op::{CounterOp, Op, WaitOp};
use daxscope_core::scenario::{Choice, FailPoint, Operation, Scenario, StepSize};
use daxscope_core::units::ThreadId;
use daxscope_core::world::World;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The number of a world.
pub(super) type WorldId = u32;

/// What lines say of an operation.
#[derive(Clone, Default, Debug)]
pub(super) struct Said {
    /// Those that say the operation.
    pub(super) does: Lines,
    /// Those that say a function which the thread enters behind it.
    pub(super) enters: Lines,
    /// Those that say that it sleeps behind it.
    pub(super) sleeps: Lines,
    /// Those that name this call and say it otherwise: the line, and how it comes out.
    pub(super) nearly: Vec<(usize, String)>,
}

impl Said {
    fn is_nothing(&self) -> bool {
        (self.does | self.enters | self.sleeps).is_empty()
    }
}

/// What a step leads to.
#[derive(Clone, Debug)]
pub(super) struct Move {
    pub(super) world: WorldId,
    pub(super) node: NodeId,
    /// What lines say of each of its operations.
    pub(super) said: Arc<[Said]>,
    /// The operation that was made to fail, from 0.
    pub(super) fails_at: Option<usize>,
    /// The rules that it breaks by itself ([`bit`]).
    pub(super) broken: u64,
    /// Does it end an operation of the script?
    pub(super) ends: bool,
    /// Has it gone round a loop of the kernel?
    pub(super) goes_round: bool,
}

/// All worlds that were met, and the steps between them.
#[derive(Debug)]
pub(super) struct Space {
    scenario: Arc<Scenario>,
    lines: Vec<Line>,
    fail_points: Vec<FailPoint>,
    automata: Vec<Automaton>,
    worlds: Vec<World>,
    numbers: Map<Digest, WorldId>,
    moves: Map<(u8, bool, u8, NodeId, WorldId), Option<Move>>,
    quiet: Map<WorldId, u64>,
    /// Lines that were said by anything at all.
    pub(super) ever: Lines,
    /// Names of all functions and calls that were met.
    pub(super) names: BTreeSet<String>,
}

/// A rule as a bit.
pub(super) fn bit(rule: daxscope_core::check::Rule) -> u64 {
    let at = daxscope_core::check::Rule::ALL.iter().position(|known| *known == rule);
    at.map_or(0, |at| 1 << at)
}

impl Space {
    pub(super) fn new(scenario: &Arc<Scenario>, lines: Vec<Line>, fail_points: Vec<FailPoint>) -> Space {
        let mut space = Space {
            scenario: Arc::clone(scenario),
            lines,
            fail_points,
            automata: Automaton::of_all(scenario),
            worlds: Vec::new(),
            numbers: Map::default(),
            moves: Map::default(),
            quiet: Map::default(),
            ever: Lines::default(),
            names: BTreeSet::new(),
        };
        space.number(world_before(scenario));
        space
    }

    pub(super) fn threads(&self) -> usize {
        self.automata.len()
    }

    pub(super) fn start(&self, thread: usize) -> NodeId {
        self.automata[thread].start()
    }

    pub(super) fn lines(&self) -> &[Line] {
        &self.lines
    }

    fn number(&mut self, mut world: World) -> WorldId {
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
        node < NodeId::CRASHED
            && self.worlds[world as usize].is_enabled(ThreadId(thread as u8), self.automata[thread].node(node).op())
    }

    /// Is the thread between two operations?
    pub(super) fn is_between(&self, thread: usize, node: NodeId) -> bool {
        match node {
            NodeId::FINISHED => true,
            NodeId::CRASHED => false,
            node => self.automata[thread].node(node).is_quiet(),
        }
    }

    /// The rules that the world breaks when nothing is under way.
    pub(super) fn broken_when_quiet(&mut self, world: WorldId) -> u64 {
        if let Some(&known) = self.quiet.get(&world) {
            return known;
        }
        let value = &self.worlds[world as usize];
        let rules = if value.bug.is_none() { quiet_rules(value) } else { Vec::new() };
        let broken = rules.into_iter().fold(0, |all, rule| all | bit(rule));
        self.quiet.insert(world, broken);
        broken
    }

    /// The step of a thread, as far as `size` goes (none: as far as nobody and no line can tell); `None` if it cannot make
    /// one, or if it shall fail and nothing in it can.
    pub(super) fn step(
        &mut self,
        (thread, fail): (usize, bool),
        size: Option<StepSize>,
        node: NodeId,
        world: WorldId,
    ) -> Option<Move> {
        if !self.can_move(thread, node, world) {
            return None;
        }
        let key = (thread as u8, fail, size.map_or(u8::MAX, |size| size as u8), node, world);
        if let Some(known) = self.moves.get(&key) {
            return known.clone();
        }
        let found = self.run((thread, fail), size, node, world);
        self.moves.insert(key, found.clone());
        found
    }

    fn run(
        &mut self,
        (thread, fail): (usize, bool),
        size: Option<StepSize>,
        node: NodeId,
        before: WorldId,
    ) -> Option<Move> {
        let id = ThreadId(thread as u8);
        let mut world = self.worlds[before as usize].clone();
        let mut at = node;
        let mut performed: Vec<Performed> = Vec::new();
        let mut said = Vec::new();
        let mut extent = Extent::new(size.unwrap_or(StepSize::Section));
        let mut fails_left = fail;
        let mut fails_at = None;
        while let Position::At(stop) = self.automata[thread].position(&world, at) {
            let holds_tree_lock = world.locks.tree_lock == Some(id);
            if !extent.goes_on(&stop.op, holds_tree_lock) {
                break;
            }
            let fails = fails_left && stop.op.fail_point().is_some();
            // The machine makes the first call fail that can; if that is not one of ours, this is no choice.
            if fails && !stop.op.fail_point().is_some_and(|what| self.fail_points.contains(&what)) {
                return None;
            }
            let (made, after, next) = self.perform(thread, stop, at, &world, fails);
            let told = self.said(thread, &world, &made, &after, next, at);
            let is_said = size.is_none() && !told.is_nothing();
            if is_said && !performed.is_empty() && !extent.goes_on(&SEEN, false) {
                break;
            }
            extent.add(&made.stop.op, holds_tree_lock);
            if is_said {
                extent.add(&SEEN, false);
            }
            fails_left &= !fails;
            if fails {
                fails_at = Some(performed.len());
            }
            let ends_here = size.is_none() && !told.enters.is_empty();
            performed.push(made);
            said.push(told);
            (world, at) = (after, next);
            if ends_here {
                break;
            }
        }
        if fails_left {
            return None;
        }
        let after = self.automata[thread].position(&world, at);
        let record = StepRecord { choice: Choice { thread: id, fail }, performed, after };
        let ends = record.events().any(|event| matches!(event, Event::Result(_)));
        let goes_round = record.events().any(Event::goes_round);
        let broken = step_violations(&self.worlds[before as usize], &record);
        let broken = broken.iter().fold(0, |all, violation| all | bit(violation.rule));
        self.ever |= said.iter().fold(Lines::default(), |all, said: &Said| all | said.does | said.enters | said.sleeps);
        Some(Move { world: self.number(world), node: at, said: said.into(), fails_at, broken, ends, goes_round })
    }

    /// Performs one operation: what was done, the world behind it, and where the thread is then.
    fn perform(
        &mut self,
        thread: usize,
        stop: Stop,
        at: NodeId,
        before: &World,
        fails: bool,
    ) -> (Performed, World, NodeId) {
        let id = ThreadId(thread as u8);
        let mut world = before.clone();
        let mut events = Vec::new();
        let outcome = world.apply(id, &stop.op, fails, &mut events);
        let mut next = NodeId::CRASHED;
        if world.bug.is_none() {
            let edge = self.automata[thread].follow(at, &outcome, false, &mut None);
            events.extend(edge.notes.iter().cloned());
            next = edge.next;
            if next == NodeId::FINISHED && world.threads[thread].preloads > 0 {
                events.push(Event::PreemptLeak(world.threads[thread].preloads.into()));
            }
        }
        (Performed { stop, outcome, events }, world, next)
    }

    /// What lines say of an operation.
    fn said(
        &mut self,
        thread: usize,
        before: &World,
        made: &Performed,
        after: &World,
        next: NodeId,
        at: NodeId,
    ) -> Said {
        let id = ThreadId(thread as u8);
        let spoken = spoken(before, made);
        let stands = self.automata[thread].position(after, next);
        let now = stands.stop();
        let operation = self.operation(thread, if next < NodeId::CRASHED { next } else { at });
        let frames = now.map_or(&[][..], |stop| &stop.frames);
        let functions: Vec<Entered> = entered(&made.stop.frames, frames, operation, &self.scenario);
        let sleeps = now.is_some_and(|stop| stop.op == Op::Wait(WaitOp::Schedule) && !stop.woken_before_sleeping);
        self.names.extend(functions.iter().flat_map(|one| one.names.iter().map(|name| (*name).to_owned())));
        self.names.extend(super::pattern::as_call(&spoken.call).map(|(name, _)| name.to_owned()));
        let mut said = Said::default();
        for (at, line) in self.lines.iter().enumerate().filter(|(_, line)| line.threads.contains(&id)) {
            if line.pattern.is_said_by(&spoken) {
                said.does.add(at);
            } else if line.pattern.is_nearly(&spoken) {
                said.nearly.push((at, told(&spoken)));
            }
            if functions.iter().any(|function| line.pattern.is_entered(function)) {
                said.enters.add(at);
            }
            if sleeps && line.pattern.is_sleep() {
                said.sleeps.add(at);
            }
        }
        said
    }

    /// The operation of the script that a thread is in.
    fn operation(&self, thread: usize, node: NodeId) -> Option<Operation> {
        let number = self.automata[thread].node(node).operation();
        self.scenario.threads[thread].operations.get(usize::from(number)).copied()
    }
}

/// Something that others can see: a look at a counter without `tree_lock`.
const SEEN: Op = Op::Counter(CounterOp::NrPages);

fn told(spoken: &Spoken) -> String {
    if spoken.result.is_empty() { spoken.call.clone() } else { format!("{} -> {}", spoken.call, spoken.result) }
}
