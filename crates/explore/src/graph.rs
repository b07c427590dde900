//! The search through the graph of states.

use crate::automaton::NodeId;
use crate::frontier::{Buckets, Frontier, Queue, Stack};
use crate::mix::{Identity, Random, scramble, value};
use crate::options::{Bound, Bounds, Options, Policy};
use crate::persistent::{Asked, Independence};
use crate::search::{Counts, Found, Verdict};
use crate::steps::{Learning, Step, Steps};
use crate::way::{Origin, back_to_quiet, way_to};
use daxscope_core::check::{Rule, quiet_rules};
use daxscope_core::op::Parts;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Scenario, StepSize};
use daxscope_core::units::ThreadId;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A row that describes a state: the parts of the world, then these.
///
/// The failures that are left.
const FAILURES: usize = 0;
/// The thread that ran last, for policies that count context switches; 0 otherwise.
const LAST: usize = 1;
/// Where each thread is, from here on.
const NODES: usize = 2;

/// Behind the state: what is kept with it while it waits, but is no part of it.
///
/// Its number.
const NUMBER: usize = 0;
/// Steps from the start.
const DEPTH: usize = 1;
/// Context switches from the start.
const SWITCHES: usize = 2;
/// The one thread to look at, or [`EVERYBODY`].
const ALONE: usize = 3;
/// Both halves of the fingerprint.
const FINGERPRINT: usize = 4;
const BEHIND: usize = 6;

const EVERYBODY: u32 = u32::MAX;

/// Fingerprints of states that were reached lately, before the steps that are taken at once.
const RECENT: usize = 1 << 17;

/// The search through the graph of states.
#[derive(Debug)]
pub struct Graph {
    scenario: Arc<Scenario>,
    options: Options,
    learning: Learning,
    threads: Vec<Steps>,
    independence: Option<Independence>,
    frontier: Box<dyn Frontier>,
    /// 64-bit fingerprints of all states.
    visited: HashSet<u64, Identity>,
    recent: Vec<u64>,
    origins: Vec<Origin>,
    quiet: HashMap<u64, Box<[Rule]>, Identity>,
    counts: Counts,
    parts: usize,
    verdict: Verdict,
    /// A decision has proved wrong: the search goes on to learn more, up to so many transitions, and then begins anew.
    doomed_until: Option<u64>,
    /// Room for the state that is looked at, and the one that is reached from it.
    here: State,
    there: State,
    hops: Vec<Origin>,
}

/// A state with what is kept with it, and what each number adds to the fingerprint.
#[derive(Clone, Debug)]
struct State {
    row: Vec<u32>,
    values: Vec<u64>,
}

impl State {
    fn new(width: usize) -> State {
        State { row: vec![0; width], values: vec![0; width] }
    }

    /// The values of the numbers that the state consists of.
    fn compute_values(&mut self, length: usize) {
        for at in 0..length {
            self.values[at] = value(at, self.row[at]);
        }
    }

    /// Changes a number; what that adds to the fingerprint.
    #[inline]
    fn change(&mut self, at: usize, number: u32) -> u64 {
        let old = std::mem::replace(&mut self.values[at], value(at, number));
        self.row[at] = number;
        self.values[at].wrapping_sub(old)
    }

    fn copy(&mut self, other: &State) {
        self.row.copy_from_slice(&other.row);
        self.values.copy_from_slice(&other.values);
    }
}

impl Graph {
    /// A search that has not begun.
    #[must_use]
    pub fn new(scenario: Arc<Scenario>, options: Options) -> Graph {
        let learning = Learning::new(&scenario, &options);
        let threads: Vec<_> = (0..scenario.threads.len())
            .map(|at| Steps::new(ThreadId(at as u8), &scenario, options.reductions.merging))
            .collect();
        let independence =
            options.reductions.persistent_sets.then(|| Independence::new(&scenario, &threads, &learning));
        let parts = learning.store.parts().len();
        let frontier: Box<dyn Frontier> = match options.policy {
            Policy::DepthFirst => Box::new(Stack::default()),
            Policy::FewestSwitches => Box::new(Buckets::default()),
            _ => Box::new(Queue::default()),
        };
        let mut graph = Graph {
            scenario,
            options,
            learning,
            threads,
            independence,
            frontier,
            visited: HashSet::with_hasher(Identity),
            recent: Vec::new(),
            origins: Vec::new(),
            quiet: HashMap::with_hasher(Identity),
            counts: Counts::default(),
            parts,
            verdict: Verdict::Running,
            doomed_until: None,
            here: State::new(0),
            there: State::new(0),
            hops: Vec::new(),
        };
        let width = graph.width();
        (graph.here, graph.there) = (State::new(width), State::new(width));
        if graph.independence.is_some() {
            graph.learn_by_walking();
        }
        graph.begin();
        graph
    }

    /// Makes random runs to learn what threads can do, until many in a row teach nothing.
    fn learn_by_walking(&mut self) {
        const MOST: u32 = 5_000;
        const ENOUGH: u32 = 300;
        const STEPS: u32 = 2_000;
        let mut random = Random::new(0x0da5_c09e);
        let mut taught_nothing = 0;
        let knowledge = |threads: &[Steps]| threads.iter().map(|steps| steps.automaton.knowledge()).sum::<usize>();
        for _ in 0..MOST {
            let known = knowledge(&self.threads);
            let mut state = self.start();
            for _ in 0..STEPS {
                let fail = random.below(12) == 0;
                let first = random.below(self.threads.len() as u64) as usize;
                let threads = self.threads.len();
                let mut found = None;
                for thread in (0..threads).map(|at| (first + at) % threads) {
                    let choices = [fail, false];
                    found = choices.iter().find_map(|&fail| Some((thread, fail, self.find(&state, thread, fail)?)));
                    if found.is_some() {
                        break;
                    }
                }
                let Some((thread, fail, number)) = found else { break };
                if self.step(thread, number).next == NodeId::CRASHED {
                    break;
                }
                self.apply(&mut state, thread, number, fail);
            }
            taught_nothing = if knowledge(&self.threads) == known { taught_nothing + 1 } else { 0 };
            if taught_nothing == ENOUGH {
                break;
            }
        }
        self.decisions_hold();
    }

    /// The state before the first step.
    fn start(&mut self) -> State {
        let mut state = State::new(self.width());
        let start = self.learning.store.start().clone();
        self.learning.store.intern(&start, None, &mut state.row);
        state.row[self.parts + FAILURES] = self.options.bounds.failures;
        for (thread, steps) in self.threads.iter().enumerate() {
            state.row[self.parts + NODES + thread] = steps.automaton.start().0;
        }
        state.compute_values(self.behind());
        let fingerprint = state.values.iter().fold(0, |sum: u64, &value| sum.wrapping_add(value));
        self.set_fingerprint(&mut state.row, fingerprint);
        state.row[self.behind() + ALONE] = EVERYBODY;
        state
    }

    /// Forgets all states, but nothing that was learnt.
    fn begin(&mut self) {
        self.visited.clear();
        self.recent = vec![0; if self.independence.is_some() { RECENT } else { 0 }];
        self.origins = vec![Origin::START];
        self.doomed_until = None;
        let rounds = self.counts.rounds + 1;
        let transitions = self.counts.all_transitions;
        self.counts = Counts { states: 1, rounds, all_transitions: transitions, ..Counts::default() };
        while self.frontier.pop(&mut self.here.row) {}
        let state = self.start();
        self.visited.insert(self.fingerprint(&state.row));
        self.frontier.push(&state.row, 0);
    }

    const fn behind(&self) -> usize {
        self.parts + NODES + self.threads.len()
    }

    const fn width(&self) -> usize {
        self.behind() + BEHIND
    }

    fn fingerprint(&self, state: &[u32]) -> u64 {
        let at = self.behind() + FINGERPRINT;
        u64::from(state[at]) | u64::from(state[at + 1]) << 32
    }

    fn set_fingerprint(&self, state: &mut [u32], fingerprint: u64) {
        let at = self.behind() + FINGERPRINT;
        state[at] = fingerprint as u32;
        state[at + 1] = (fingerprint >> 32) as u32;
    }

    /// What the search says so far.
    #[must_use]
    pub const fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// How far it has come.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts {
            frontier: self.frontier.len() as u64,
            nodes: self.threads.iter().map(|steps| steps.automaton.nodes().len() as u64).sum(),
            learnt: self.threads.iter().map(|steps| steps.learnt() as u64).sum(),
            parts: self.learning.store.len() as u64,
            bytes: (self.frontier.bytes() + self.visited.capacity() * 9 + self.origins.capacity() * 8) as u64,
            ..self.counts
        }
    }

    /// Looks at states until about `budget` transitions are made or the verdict is there.
    pub fn advance(&mut self, budget: u64) -> &Verdict {
        let end = self.counts.all_transitions.saturating_add(budget.max(1));
        while self.verdict == Verdict::Running && self.counts.all_transitions < end {
            if self.independence.as_ref().is_some_and(|independence| independence.is_stale(&self.threads))
                && !self.decisions_hold()
            {
                let made = self.counts.transitions;
                self.doomed_until.get_or_insert(2 * made + 1000);
            }
            if self.doomed_until.is_some_and(|end| self.counts.transitions >= end) {
                self.begin();
                continue;
            }
            let mut here = std::mem::replace(&mut self.here, State::new(0));
            if self.frontier.pop(&mut here.row) {
                here.compute_values(self.behind());
                self.expand(&here);
            } else if self.decisions_hold() && self.doomed_until.is_none() {
                self.verdict = Verdict::Complete;
            } else {
                self.here = here;
                self.begin();
                continue;
            }
            self.here = here;
        }
        &self.verdict
    }

    fn decisions_hold(&mut self) -> bool {
        self.independence.as_mut().is_none_or(|independence| independence.refresh(&self.threads, &self.learning))
    }

    /// Looks at the steps from a state.
    fn expand(&mut self, state: &State) {
        let behind = self.behind();
        if self.options.policy == Policy::FewestSwitches && self.options.reductions.caching {
            // Cheaper ways may have been found while it waited: what counts is the first time that it is taken out.
            if !self.visited.insert(scramble(self.fingerprint(&state.row) ^ 1)) {
                return;
            }
        }
        let depth = state.row[behind + DEPTH];
        self.counts.depth = self.counts.depth.max(depth);
        if depth >= self.options.bounds.depth {
            self.verdict = Verdict::BoundHit(Bound::Depth);
            return;
        }
        let alone = state.row[behind + ALONE];
        let mut moved = false;
        for thread in 0..self.threads.len() {
            if alone != EVERYBODY && alone != thread as u32 {
                continue;
            }
            for fail in [false, true] {
                let Some(step) = self.find(state, thread, fail) else { continue };
                moved |= !fail;
                let mut there = std::mem::replace(&mut self.there, State::new(0));
                let mut hops = std::mem::take(&mut self.hops);
                there.copy(state);
                hops.clear();
                hops.push(Origin::new(state.row[behind + NUMBER], thread, fail));
                if self.take(&mut there, thread, step, fail, &hops) {
                    self.settle(&mut there, thread, &mut hops);
                }
                self.there = there;
                self.hops = hops;
                if self.verdict != Verdict::Running {
                    return;
                }
            }
        }
        if !moved {
            self.stuck(&state.row);
        }
    }

    /// The step of a thread, if it can make one.
    #[inline]
    fn find(&mut self, state: &State, thread: usize, fail: bool) -> Option<u32> {
        if fail && state.row[self.parts + FAILURES] == 0 {
            return None;
        }
        let node = NodeId(state.row[self.parts + NODES + thread]);
        self.threads[thread].find(&mut self.learning, node, &state.row, &state.values, fail)
    }

    fn step(&self, thread: usize, number: u32) -> &Step {
        self.threads[thread].step(number)
    }

    /// Makes a step; `false` if the way ends there. The last of `hops` is this step.
    fn take(&mut self, state: &mut State, thread: usize, number: u32, fail: bool, hops: &[Origin]) -> bool {
        self.counts.transitions += 1;
        self.counts.all_transitions += 1;
        let step = self.threads[thread].step(number);
        if step.broken.iter().any(|&rule| self.options.bounds.looks_for(rule)) {
            let rules = step.broken.to_vec();
            self.violation(rules, hops, false);
            return false;
        }
        if step.next == NodeId::CRASHED {
            return false;
        }
        self.apply(state, thread, number, fail);
        true
    }

    /// What a step does to a state.
    fn apply(&self, state: &mut State, thread: usize, number: u32, fail: bool) {
        let behind = self.behind();
        let step = self.threads[thread].step(number);
        let before = self.fingerprint(&state.row);
        let mut difference = 0_u64;
        for &(at, number) in &step.changes {
            difference = difference.wrapping_add(state.change(at.into(), number));
        }
        difference = difference.wrapping_add(state.change(self.parts + NODES + thread, step.next.0));
        let left = self.parts + FAILURES;
        if fail && state.row[left] != Bounds::ANY_FAILURES {
            difference = difference.wrapping_add(state.change(left, state.row[left] - 1));
        }
        let (last, now) = (self.parts + LAST, thread as u32 + 1);
        if self.options.policy == Policy::FewestSwitches && state.row[last] != now {
            state.row[behind + SWITCHES] += u32::from(state.row[last] != 0);
            difference = difference.wrapping_add(state.change(last, now));
        }
        state.row[behind + DEPTH] += 1;
        self.set_fingerprint(&mut state.row, before.wrapping_add(difference));
    }

    /// A state has been reached: goes on as long as only one step has to be looked at, and keeps where that ends if it is
    /// new.
    fn settle(&mut self, state: &mut State, came_by: usize, hops: &mut Vec<Origin>) {
        let behind = self.behind();
        let caching = self.options.reductions.caching;
        let mut alone = EVERYBODY;
        if self.independence.is_some() {
            if caching {
                let fingerprint = self.fingerprint(&state.row);
                let place = &mut self.recent[fingerprint as usize % RECENT];
                if std::mem::replace(place, fingerprint) == fingerprint {
                    return;
                }
            }
            let mut prefer = came_by;
            loop {
                if !self.check_quiet(&state.row, hops) {
                    return;
                }
                let Some((thread, step, single)) = self.choose(state, prefer) else { break };
                if !single {
                    alone = thread as u32;
                    break;
                }
                prefer = thread;
                hops.push(Origin::new((self.origins.len() + hops.len() - 1) as u32, thread, false));
                if !self.take(state, thread, step, false, hops) {
                    return;
                }
            }
        } else if !self.check_quiet(&state.row, hops) {
            return;
        }
        let fingerprint = self.fingerprint(&state.row);
        if caching && !self.visited.insert(fingerprint) {
            let by_cost = self.options.policy == Policy::FewestSwitches;
            if !by_cost || self.visited.contains(&scramble(fingerprint ^ 1)) {
                return;
            }
        } else {
            if self.counts.states as usize >= self.options.bounds.states {
                self.verdict = Verdict::BoundHit(Bound::States);
                return;
            }
            self.counts.states += 1;
        }
        self.origins.extend_from_slice(hops);
        state.row[behind + NUMBER] = (self.origins.len() - 1) as u32;
        state.row[behind + ALONE] = alone;
        let cost = u64::from(state.row[behind + SWITCHES]) << 32 | u64::from(state.row[behind + DEPTH]);
        self.frontier.push(&state.row, cost);
    }

    /// The thread that may be looked at alone, with its step, and whether that is its only one. `prefer` is asked first.
    fn choose(&mut self, state: &State, prefer: usize) -> Option<(usize, u32, bool)> {
        let failures = state.row[self.parts + FAILURES];
        // Which calls fail makes no difference to others if none can fail any more, or any number can.
        let from = usize::from(failures == 0 || failures == Bounds::ANY_FAILURES);
        let others = (0..self.threads.len()).filter(|&thread| thread != prefer);
        for thread in std::iter::once(prefer).chain(others) {
            let node = NodeId(state.row[self.parts + NODES + thread]);
            let Some(number) = self.find(state, thread, false) else { continue };
            if !self.may_go_alone(&state.row, thread, node, number, from) {
                continue;
            }
            let may_fail = failures > 0 && self.step(thread, number).can_fail;
            let Some(failing) = may_fail.then(|| self.find(state, thread, true)).flatten() else {
                return Some((thread, number, true));
            };
            if self.may_go_alone(&state.row, thread, node, failing, from) {
                return Some((thread, number, false));
            }
        }
        None
    }

    fn may_go_alone(&mut self, row: &[u32], thread: usize, node: NodeId, number: u32, from: usize) -> bool {
        let step = self.threads[thread].step(number);
        let closes_a_loop = step.next <= node;
        let ends_quiet = !step.calm && self.threads[thread].automaton.node(node).calm;
        if closes_a_loop || ends_quiet || !step.broken.is_empty() || step.next == NodeId::CRASHED {
            return false;
        }
        let class = step.class;
        let places = &row[self.parts + NODES..self.parts + NODES + self.threads.len()];
        let Some(independence) = &mut self.independence else { return false };
        let ranges = independence.locked(row[crate::parts::MAPPING], thread, &self.threads, &self.learning);
        let tables = independence.tables(row, thread, &self.learning);
        let asked = Asked { class, thread, ranges, tables, from };
        independence.is_free(asked, places, &self.threads, &self.learning)
            || ranges != 0 && independence.is_free(Asked { ranges: 0, ..asked }, places, &self.threads, &self.learning)
    }

    /// If nobody is in the middle of changing anything: are the rules for quiet moments kept?
    fn check_quiet(&mut self, state: &[u32], hops: &[Origin]) -> bool {
        let looks_through = self.independence.is_some();
        let nodes = &state[self.parts + NODES..self.behind()];
        let quiet = nodes.iter().zip(&self.threads).all(|(&node, steps)| match NodeId(node) {
            NodeId::FINISHED => true,
            NodeId::CRASHED => false,
            node => {
                let node = steps.automaton.node(node);
                if looks_through { node.calm } else { node.is_quiet() }
            }
        });
        if !quiet {
            return true;
        }
        let relevant = Parts::MAPPING.union(Parts::PAGES).union(Parts::FILE).union(Parts::all_page_tables());
        let parts = self.learning.store.parts().iter().enumerate().filter(|(_, part)| relevant.contains(**part));
        let key = parts.fold(0, |sum: u64, (at, _)| sum.wrapping_add(value(at, state[at])));
        let rules = self.quiet.entry(key).or_insert_with(|| {
            let mut rules = quiet_rules(&self.learning.store.world(state));
            rules.sort_unstable();
            rules.dedup();
            rules.into()
        });
        let rules: Vec<Rule> = rules.iter().copied().filter(|&rule| self.options.bounds.looks_for(rule)).collect();
        if rules.is_empty() {
            return true;
        }
        self.violation(rules, hops, true);
        false
    }

    fn violation(&mut self, rules: Vec<Rule>, hops: &[Origin], quiet: bool) {
        self.origins.extend_from_slice(hops);
        let mut schedule = way_to(&self.origins, (self.origins.len() - 1) as u32, self.step_size());
        if quiet {
            schedule = back_to_quiet(&self.scenario, &schedule);
        }
        self.verdict = Verdict::Violation(Found { rules, schedule });
    }

    const fn step_size(&self) -> StepSize {
        if self.options.reductions.critical_sections { StepSize::Point } else { StepSize::Operation }
    }

    /// Nobody can run: is everybody done?
    fn stuck(&mut self, state: &[u32]) {
        self.counts.finals += 1;
        let nodes = &state[self.parts + NODES..self.behind()];
        if nodes.iter().all(|&node| NodeId(node) == NodeId::FINISHED) {
            return;
        }
        let schedule = way_to(&self.origins, state[self.behind() + NUMBER], self.step_size());
        let mut run = Run::new(Arc::clone(&self.scenario));
        let mut rules: Vec<Rule> = match run.follow(&schedule) {
            Ok(()) => run.steps.last().map(|step| step.violations.iter().map(|v| v.rule).collect()).unwrap_or_default(),
            Err(_) => vec![Rule::Deadlock],
        };
        rules.retain(|rule| matches!(rule, Rule::LostWakeup | Rule::Deadlock));
        rules.sort_unstable();
        rules.dedup();
        if rules.is_empty() {
            rules.push(Rule::Deadlock);
        }
        if rules.iter().any(|&rule| self.options.bounds.looks_for(rule)) {
            self.verdict = Verdict::Violation(Found { rules, schedule });
        }
    }
}
