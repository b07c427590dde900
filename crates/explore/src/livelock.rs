//! Livelocks: states that a run goes round in for ever although every thread that can run, wherever it can, runs again and
//! again.
//!
//! From a state, all states and all steps are made, so that cycles show. A strongly connected set of states out of which no
//! step leads is a livelock; a thread that spins until another goes on is in none, nor are two threads that undo each
//! other's work and of which each gets through as soon as the other is late. Steps in which a call is made to fail
//! belong to no cycle, and are no way out of one. The rule on runs ([`daxscope_core::check::Rounds`]) says the same of one
//! run, so what is found here is told there.
//!
//! A search ([`crate::graph`], [`crate::walk`]) asks this from every state behind a step that went round a loop of the kernel
//! ([`daxscope_core::event::Event::goes_round`]): is the thread caught there ([`judged`])? Every other loop of the kernel code
//! goes round only if somebody else got on meanwhile, so every circle has such a step. Persistent sets and symmetry are not
//! used here: they may leave out the very way out of a circle.

mod judged;

pub use judged::{Judged, TooMany};

use judged::Clean;

use crate::automaton::NodeId;
use crate::mix::value;
use crate::options::{Bound, Bounds, Options};
use crate::rows::Rows;
use crate::steps::{Learning, Step, Steps};
use crate::symmetry::Symmetry;
use crate::verdict::{Found, Verdict};
use daxscope_core::check::Rule;
use daxscope_core::scenario::{Choice, Scenario, Schedule};
use daxscope_core::units::ThreadId;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// What makes steps.
pub struct Engine<'a> {
    /// What steps are learnt with.
    pub learning: &'a mut Learning,
    /// The steps of each thread.
    pub threads: &'a mut [Steps],
    /// Identical threads, which learn together.
    pub symmetry: Option<&'a Symmetry>,
}

impl Engine<'_> {
    fn step(&mut self, thread: usize, state: &[u32], values: &[u64], fail: bool) -> Option<&Step> {
        let node = NodeId(state[self.learning.store.parts().len() + thread]);
        let found = self.threads[thread].find(self.learning, node, state, values, fail);
        if let Some(symmetry) = self.symmetry {
            symmetry.share(thread, self.threads, &mut self.learning.accesses);
        }
        Some(self.threads[thread].step(found?))
    }

    /// Which operation of the script the thread is in; `None` at its end.
    fn operation(&self, thread: usize, state: &[u32]) -> Option<u16> {
        let node = NodeId(state[self.learning.store.parts().len() + thread]);
        (node < NodeId::CRASHED).then(|| self.threads[thread].automaton.node(node).operation())
    }
}

/// The state behind a step, but for the failures that are left. `place`: where its row has the place of the thread.
fn behind(step: &Step, state: &[u32], place: usize) -> Box<[u32]> {
    let mut there: Box<[u32]> = state.into();
    step.changes.iter().for_each(|&(at, number)| there[usize::from(at)] = number);
    there[place] = step.next.0;
    there
}

/// A step from one state to another.
#[derive(Clone, Copy, Debug)]
struct Edge {
    from: u32,
    to: u32,
    thread: u8,
    fails: bool,
    /// Has it gone round a loop of the kernel?
    goes_round: bool,
}

impl Edge {
    const fn choice(self) -> Choice {
        Choice { thread: ThreadId(self.thread), fail: self.fails }
    }
}

/// All states from one on, and the steps between them.
#[derive(Debug)]
struct Circles {
    /// Per state: the parts of the world, where each thread is, and how many calls may still fail.
    states: Vec<Box<[u32]>>,
    numbers: Rows,
    /// In the order of the states that they begin at.
    edges: Vec<Edge>,
    /// By state, the first edge that led there.
    origins: Vec<Option<u32>>,
    /// By state, does a step lead where nothing has to be looked at: to what is judged already, or to another broken rule?
    leads_out: Vec<bool>,
    at: usize,
    /// A thread whose operation is not followed beyond its end, and which operation that is.
    only: Option<usize>,
    within: Option<u16>,
}

impl Circles {
    fn new(start: &[u32], threads: usize, only: Option<usize>) -> Circles {
        let mut numbers = Rows::new(start.len(), threads + 1);
        numbers.number(start);
        Circles {
            states: vec![start.into()],
            numbers,
            edges: Vec::new(),
            origins: vec![None],
            leads_out: Vec::new(),
            at: 0,
            only,
            within: None,
        }
    }

    /// Makes all steps from the next state; `false` if there is none.
    fn expand(&mut self, engine: &mut Engine<'_>, bounds: &Bounds, clean: &mut Clean) -> bool {
        let Some(state) = self.states.get(self.at).cloned() else { return false };
        let from = self.at as u32;
        self.at += 1;
        self.leads_out.push(false);
        let (parts, left) = (engine.learning.store.parts().len(), state.len() - 1);
        let is_dead = state[parts..left].iter().any(|&node| NodeId(node) == NodeId::CRASHED);
        let is_over = self.only.is_some_and(|thread| engine.operation(thread, &state) != self.within);
        if is_dead || is_over {
            return true;
        }
        let values: Vec<u64> = state.iter().enumerate().map(|(at, &number)| value(at, number)).collect();
        for thread in 0..left - parts {
            for fails in [false, true] {
                if fails && state[left] == 0 {
                    continue;
                }
                let Some(step) = engine.step(thread, &state, &values, fails) else { continue };
                if step.broken.iter().any(|&rule| bounds.looks_for(rule)) {
                    self.leads_out[from as usize] |= !fails;
                    continue;
                }
                let mut there = behind(step, &state, parts + thread);
                if fails && there[left] != Bounds::ANY_FAILURES {
                    there[left] -= 1;
                }
                let edge = Edge { from, to: 0, thread: thread as u8, fails, goes_round: step.goes_round };
                self.reach(edge, there, clean);
            }
        }
        true
    }

    fn reach(&mut self, edge: Edge, state: Box<[u32]>, clean: &mut Clean) {
        if self.only.is_some_and(|thread| clean.contains(&state, thread)) {
            self.leads_out[edge.from as usize] |= !edge.fails;
            return;
        }
        let (to, is_new) = self.numbers.number(&state);
        if is_new {
            self.states.push(state);
            self.origins.push(Some(self.edges.len() as u32));
        }
        self.edges.push(Edge { to, ..edge });
    }

    /// The edges from a state.
    fn edges_from(&self, state: u32) -> impl Iterator<Item = Edge> + '_ {
        let first = self.edges.partition_point(|edge| edge.from < state);
        self.edges[first..].iter().copied().take_while(move |edge| edge.from == state)
    }

    /// The way into a livelock and once round, to where it is for the second time after it went round a loop of the kernel.
    fn once_round(&self) -> Option<Vec<Choice>> {
        let (component, is_in) = self.closed()?;
        let mut within = component.iter().flat_map(|&state| self.edges_from(state));
        let closing = within.find(|edge| edge.goes_round && self.is_within(*edge, &is_in))?;
        let mut way = self.way_to(closing.from);
        way.push(closing);
        self.go(closing.to, closing.from, &is_in, &mut way);
        way.push(closing);
        Some(self.up_to_the_first_round(&way, &is_in).iter().map(|edge| edge.choice()).collect())
    }

    /// The way up to where a run would be told that it goes round ([`daxscope_core::check::Rounds`]).
    fn up_to_the_first_round<'a>(&self, way: &'a [Edge], is_in: &[bool]) -> &'a [Edge] {
        // A way that begins behind a step that went round begins at a state that is met.
        let mut met: Vec<u32> = self.only.iter().map(|_| 0).collect();
        for (at, edge) in way.iter().enumerate().filter(|(_, edge)| edge.goes_round) {
            if is_in[edge.to as usize] && met.contains(&edge.to) {
                return &way[..=at];
            }
            met.push(edge.to);
        }
        way
    }

    fn is_within(&self, edge: Edge, is_in: &[bool]) -> bool {
        !edge.fails && is_in[edge.from as usize] && is_in[edge.to as usize]
    }

    /// A strongly connected set of states out of which no step leads, and which states are in it.
    fn closed(&self) -> Option<(Vec<u32>, Vec<bool>)> {
        let states: Vec<u32> = (0..self.states.len() as u32).collect();
        let mut is_in = vec![true; self.states.len()];
        let components = self.components(&states, &is_in);
        components.into_iter().find_map(|component| {
            is_in.fill(false);
            component.iter().for_each(|&state| is_in[state as usize] = true);
            let mut leaving = component.iter().flat_map(|&state| self.edges_from(state)).filter(|edge| !edge.fails);
            let is_closed = !component.iter().any(|&state| self.leads_out[state as usize])
                && leaving.all(|edge| is_in[edge.to as usize]);
            is_closed.then(|| (component, is_in.clone()))
        })
    }

    /// The strongly connected components that have an edge within, of the states that are in (Tarjan, 1972).
    fn components(&self, states: &[u32], is_in: &[bool]) -> Vec<Vec<u32>> {
        const NEW: u32 = u32::MAX;
        let mut order = vec![NEW; self.states.len()];
        let mut low = vec![0_u32; self.states.len()];
        let mut is_open = vec![false; self.states.len()];
        let (mut stack, mut count, mut found) = (Vec::new(), 0, Vec::new());
        for &start in states.iter().filter(|&&state| is_in[state as usize]) {
            if order[start as usize] != NEW {
                continue;
            }
            let targets = |state: u32| -> Vec<u32> {
                self.edges_from(state).filter(|edge| self.is_within(*edge, is_in)).map(|edge| edge.to).collect()
            };
            let mut walk: Vec<(u32, Vec<u32>)> = Vec::new();
            let mut enter = Some(start);
            loop {
                if let Some(state) = enter.take() {
                    (order[state as usize], low[state as usize]) = (count, count);
                    count += 1;
                    stack.push(state);
                    is_open[state as usize] = true;
                    walk.push((state, targets(state)));
                }
                let Some((state, left)) = walk.last_mut() else { break };
                let state = *state;
                if let Some(to) = left.pop() {
                    if order[to as usize] == NEW {
                        enter = Some(to);
                    } else if is_open[to as usize] {
                        low[state as usize] = low[state as usize].min(order[to as usize]);
                    }
                    continue;
                }
                walk.pop();
                if let Some(&(parent, _)) = walk.last() {
                    low[parent as usize] = low[parent as usize].min(low[state as usize]);
                }
                if low[state as usize] == order[state as usize] {
                    let first = stack.iter().rposition(|&open| open == state).unwrap_or(0);
                    let component = stack.split_off(first);
                    component.iter().for_each(|&state| is_open[state as usize] = false);
                    if component.len() > 1 || targets(state).contains(&state) {
                        found.push(component);
                    }
                }
            }
        }
        found
    }

    /// The edges from the start to a state.
    fn way_to(&self, state: u32) -> Vec<Edge> {
        let mut way = Vec::new();
        let mut at = state;
        while let Some(edge) = self.origins[at as usize].map(|edge| self.edges[edge as usize]) {
            way.push(edge);
            at = edge.from;
        }
        way.reverse();
        way
    }

    /// Adds the shortest way from one state to another within a cycle.
    fn go(&self, from: u32, to: u32, is_in: &[bool], way: &mut Vec<Edge>) {
        let mut came: HashMap<u32, Edge> = HashMap::new();
        let mut waiting = VecDeque::from([from]);
        while let Some(state) = waiting.pop_front().filter(|_| from != to && !came.contains_key(&to)) {
            for edge in self.edges_from(state).filter(|edge| self.is_within(*edge, is_in)) {
                if edge.to != from && !came.contains_key(&edge.to) {
                    came.insert(edge.to, edge);
                    waiting.push_back(edge.to);
                }
            }
        }
        let mut at = to;
        let first = way.len();
        while at != from {
            let Some(&edge) = came.get(&at) else { return };
            way.push(edge);
            at = edge.from;
        }
        way[first..].reverse();
    }
}

/// A search for livelocks among all states of a small scenario.
#[derive(Debug)]
pub struct Livelocks {
    bounds: Bounds,
    learning: Learning,
    threads: Vec<Steps>,
    circles: Circles,
    verdict: Verdict,
}

impl Livelocks {
    /// A search that has not begun. Of the options, the bounds on states and failures count, merging and critical sections.
    #[must_use]
    pub fn new(scenario: Arc<Scenario>, mut options: Options) -> Livelocks {
        options.reductions.persistent_sets = false;
        // Other rules are no reason to stop.
        options.bounds.rules = vec![Rule::Livelock];
        let mut learning = Learning::new(&scenario, &options);
        let ids = (0..scenario.threads.len()).map(|at| ThreadId(at as u8));
        let threads: Vec<_> = ids.map(|id| Steps::new(id, &scenario, options.reductions.merging)).collect();
        let mut state = vec![0; learning.store.parts().len()];
        let start = learning.store.start().clone();
        learning.store.intern(&start, None, &mut state);
        state.extend(threads.iter().map(|steps| steps.automaton.start().0));
        state.push(options.bounds.failures);
        let circles = Circles::new(&state, threads.len(), None);
        Livelocks { bounds: options.bounds, learning, threads, circles, verdict: Verdict::Running }
    }

    /// What the search says so far. `Complete`: there is no livelock.
    #[must_use]
    pub const fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// Looks at states until about `budget` steps are made or the verdict is there.
    pub fn advance(&mut self, budget: u64) -> &Verdict {
        let end = self.circles.edges.len() as u64 + budget.max(1);
        let mut none = Clean::default();
        while self.verdict == Verdict::Running && (self.circles.edges.len() as u64) < end {
            let mut engine = Engine { learning: &mut self.learning, threads: &mut self.threads, symmetry: None };
            if !self.circles.expand(&mut engine, &self.bounds, &mut none) {
                self.verdict = match self.circles.once_round() {
                    None => Verdict::Complete,
                    Some(choices) => {
                        let schedule = Schedule { step_size: self.learning.step_size(), choices };
                        Verdict::Violation(Found { rules: vec![Rule::Livelock], schedule })
                    }
                };
            } else if self.circles.states.len() > self.bounds.states {
                self.verdict = Verdict::BoundHit(Bound::States);
            }
        }
        &self.verdict
    }
}
