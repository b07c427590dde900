//! Steps, remembered: by where the thread is and by the parts of the world that the step looks at.

use crate::Map;
use crate::automaton::{Automaton, NodeId};
use crate::parts::{PartIds, PartStore};
use daxscope_core::check::{Rule, step_violations};
use daxscope_core::event::Event;
use daxscope_core::machine::{Performed, Position, StepRecord};
use daxscope_core::op::{Op, Parts};
use daxscope_core::scenario::{Choice, FailPoint};
use daxscope_core::units::ThreadId;

/// What a step does to a state.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where the thread is afterwards.
    pub next: NodeId,
    /// The parts afterwards, those that the step looks at.
    parts: PartIds,
    /// Which those are.
    looked_at: Parts,
    /// Did a call fail because the search made it fail?
    pub failed: bool,
    /// The rules that the step broke by itself.
    pub broken: Vec<Rule>,
}

impl Step {
    /// The parts of the whole world after the step.
    #[must_use]
    pub fn apply(&self, parts: &PartIds) -> PartIds {
        let mut after = *parts;
        for position in self.looked_at.positions() {
            after[position] = self.parts[position];
        }
        after
    }
}

/// By what a step is remembered; parts that it does not look at are 0.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Key {
    node: NodeId,
    fail: bool,
    parts: PartIds,
}

/// The steps of one thread.
#[derive(Debug)]
pub struct Steps {
    thread: ThreadId,
    /// The thread's automaton.
    pub automaton: Automaton,
    /// For each place, the parts that steps from there have looked at so far.
    looked_at: Vec<Parts>,
    known: Map<Key, Option<u32>>,
    steps: Vec<Step>,
    /// The calls that the search may make fail.
    fail_points: Vec<FailPoint>,
}

impl Steps {
    /// Knows nothing yet.
    #[must_use]
    pub fn new(thread: ThreadId, automaton: Automaton, fail_points: Vec<FailPoint>) -> Steps {
        Steps { thread, automaton, looked_at: Vec::new(), known: Map::default(), steps: Vec::new(), fail_points }
    }

    /// Steps that were run rather than looked up.
    #[must_use]
    pub fn learnt(&self) -> usize {
        self.known.len()
    }

    /// A step by its number.
    #[must_use]
    pub fn step(&self, number: u32) -> &Step {
        &self.steps[number as usize]
    }

    /// The number of the step that the thread makes from there; `None` if it has to wait, or if it shall fail and
    /// nothing in the step can.
    pub fn find(&mut self, store: &mut PartStore, node: NodeId, parts: &PartIds, fail: bool) -> Option<u32> {
        if node == NodeId::FINISHED || node == NodeId::CRASHED {
            return None;
        }
        let at = node.0 as usize;
        if at >= self.looked_at.len() {
            self.looked_at.resize(at + 1, Parts::NONE);
        }
        let key = key(node, fail, parts, self.looked_at[at]);
        if let Some(&known) = self.known.get(&key) {
            return known;
        }
        let (found, looked_at) = self.run(store, node, parts, fail);
        self.looked_at[at] = self.looked_at[at].union(looked_at);
        let number = found.map(|mut step| {
            step.looked_at = self.looked_at[at];
            self.steps.push(step);
            (self.steps.len() - 1) as u32
        });
        self.known.insert(crate::steps::key(node, fail, parts, self.looked_at[at]), number);
        number
    }

    /// Runs the engine from one scheduling point to the next.
    fn run(&mut self, store: &mut PartStore, node: NodeId, parts: &PartIds, fail: bool) -> (Option<Step>, Parts) {
        let before = store.world(parts);
        let first = *self.automaton.node(node).op();
        let mut looked_at = first.parts();
        if !before.is_enabled(self.thread, &first) {
            return (None, looked_at.union(Parts::FAILURES));
        }
        let mut world = before.clone();
        let mut at = node;
        let mut performed = Vec::new();
        let mut fails_left = fail;
        while let Position::At(stop) = self.automaton.position(&world, at) {
            if !performed.is_empty() && stop.op.point().is_some() && !self.is_invisible(at) {
                break;
            }
            looked_at = looked_at.union(stop.op.parts());
            let fails = fails_left && stop.op.fail_point().is_some_and(|what| self.fail_points.contains(&what));
            fails_left &= !fails;
            let mut events = Vec::new();
            let outcome = world.apply(self.thread, &stop.op, fails, &mut events);
            if world.bug.is_some() {
                at = NodeId::CRASHED;
            } else {
                let edge = self.automaton.follow(at, &outcome);
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
            for all in [Parts::MAPPING, Parts::PAGES, Parts::LOCKS, Parts::CPUS] {
                looked_at = looked_at.union(all);
            }
        }
        let mut broken: Vec<Rule> =
            step_violations(&before, &record, &world).into_iter().map(|violation| violation.rule).collect();
        broken.sort_unstable();
        broken.dedup();
        let step = Step { next: at, parts: store.intern(&world), looked_at, failed: fail, broken };
        (Some(step), looked_at)
    }

    /// Is the place only a point, with another point right behind it? Then nothing is lost by passing it at once: what
    /// it does nobody can see.
    fn is_invisible(&mut self, node: NodeId) -> bool {
        if !self.automaton.node(node).op().is_only_a_point() {
            return false;
        }
        if matches!(self.automaton.node(node).op(), Op::NextOperation { .. } | Op::Start) {
            return false;
        }
        let next = self.automaton.follow(node, &daxscope_core::op::Outcome::Done).next;
        next != NodeId::FINISHED && self.automaton.node(next).op().point().is_some()
    }
}

fn key(node: NodeId, fail: bool, parts: &PartIds, looked_at: Parts) -> Key {
    let mut masked = [0; Parts::COUNT];
    for position in looked_at.positions() {
        masked[position] = parts[position] + 1;
    }
    Key { node, fail, parts: masked }
}
