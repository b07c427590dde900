//! The search itself: breadth first, so that what it finds is shortest.

use crate::Map;
use crate::automaton::{Automaton, NodeId};
use crate::options::{Bound, Bounds, Options};
use crate::parts::{PartIds, PartStore};
use crate::steps::Steps;
use daxscope_core::check::{Rule, quiet_rules};
use daxscope_core::digest::Digest;
use daxscope_core::op::{Op, Parts};
use daxscope_core::run::Run;
use daxscope_core::scenario::{Choice, Scenario, Schedule, StepSize};
use daxscope_core::units::ThreadId;
use daxscope_core::world::World;
use std::collections::HashSet;
use std::sync::Arc;

/// How far a search has come.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// Different states.
    pub states: u64,
    /// Steps from one state to another, known ones included.
    pub transitions: u64,
    /// Steps from the start to the states that are looked at now.
    pub depth: u32,
    /// States that wait to be looked at.
    pub frontier: u64,
    /// Final states: nobody can run.
    pub finals: u64,
    /// Places in all threads' automata.
    pub nodes: u64,
    /// Steps that the engine ran; all others were looked up.
    pub learnt: u64,
    /// Different values of the parts of the world.
    pub parts: u64,
}

/// A way into a broken rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// The rules that are broken at its end.
    pub rules: Vec<Rule>,
    /// The way, by scheduling points.
    pub schedule: Schedule,
}

/// What a search says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Not done yet.
    Running,
    /// Every state was looked at, and no rule is broken in any.
    Complete,
    /// A rule is broken.
    Violation(Found),
    /// A bound was hit before everything was looked at: this proves nothing.
    BoundHit(Bound),
}

/// Where a state was reached from: the state and the choice.
#[derive(Clone, Copy, Debug)]
struct Origin {
    parent: u32,
    thread: u8,
    fail: bool,
}

/// A search over all interleavings of a scenario.
#[derive(Debug)]
pub struct Search {
    scenario: Arc<Scenario>,
    options: Options,
    store: PartStore,
    steps: Vec<Steps>,
    /// 64-bit fingerprints of all states.
    visited: HashSet<u64, Identity>,
    origins: Vec<Origin>,
    /// The states that are looked at now, and the next: each `width` numbers.
    current: Vec<u32>,
    next: Vec<u32>,
    position: usize,
    quiet: Map<[u32; 4], Vec<Rule>>,
    counts: Counts,
    verdict: Verdict,
}

/// A state: the parts, the failures left, where each thread is, and its number.
const FIXED: usize = Parts::COUNT + 1;

impl Search {
    /// A search that has not begun.
    #[must_use]
    pub fn new(scenario: Arc<Scenario>, options: Options) -> Search {
        let mut store = PartStore::new(Arc::clone(&scenario));
        let steps: Vec<_> = (0..scenario.threads.len())
            .map(|at| {
                let thread = ThreadId(at as u8);
                let automaton = Automaton::new(thread, Arc::clone(&scenario), options.reductions.merging);
                Steps::new(thread, automaton, options.bounds.fail_points.clone())
            })
            .collect();
        let mut world = World::new(Arc::clone(&scenario));
        world.reuse_page_ids = true;
        let mut start: Vec<u32> = store.intern(&world).to_vec();
        start.push(options.bounds.failures);
        start.extend(steps.iter().map(|steps| steps.automaton.start().0));
        let mut visited = HashSet::with_hasher(Identity);
        visited.insert(fingerprint(&start));
        start.push(0);
        Search {
            scenario,
            options,
            store,
            steps,
            visited,
            origins: vec![Origin { parent: u32::MAX, thread: 0, fail: false }],
            current: start,
            next: Vec::new(),
            position: 0,
            quiet: Map::default(),
            counts: Counts { states: 1, ..Counts::default() },
            verdict: Verdict::Running,
        }
    }

    /// What the search says so far.
    #[must_use]
    pub const fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// How far it has come.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let width = self.width();
        Counts {
            frontier: ((self.current.len() - self.position.min(self.current.len())) / width + self.next.len() / width)
                as u64,
            nodes: self.steps.iter().map(|steps| steps.automaton.len() as u64).sum(),
            learnt: self.steps.iter().map(|steps| steps.learnt() as u64).sum(),
            parts: self.store.len() as u64,
            ..self.counts
        }
    }

    /// The probability that two of the states that were met have one fingerprint, so that one was left out.
    #[must_use]
    pub fn omission_probability(&self) -> f64 {
        let states = self.counts.states as f64;
        states * states / 2.0 / 2.0_f64.powi(64)
    }

    /// Looks at about `budget` more transitions. Returns the verdict.
    pub fn advance(&mut self, budget: u64) -> &Verdict {
        let end = self.counts.transitions.saturating_add(budget);
        while self.verdict == Verdict::Running && self.counts.transitions < end {
            if self.position >= self.current.len() {
                std::mem::swap(&mut self.current, &mut self.next);
                self.next.clear();
                self.position = 0;
                if self.current.is_empty() {
                    self.verdict = Verdict::Complete;
                    break;
                }
                self.counts.depth += 1;
                if self.counts.depth > self.options.bounds.depth {
                    self.verdict = Verdict::BoundHit(Bound::Depth);
                    break;
                }
            }
            self.expand();
        }
        &self.verdict
    }

    fn width(&self) -> usize {
        FIXED + self.steps.len() + 1
    }

    /// Looks at all steps from the next state.
    fn expand(&mut self) {
        let width = self.width();
        let mut state = [0_u32; FIXED + 10];
        state[..width].copy_from_slice(&self.current[self.position..self.position + width]);
        self.position += width;
        let number = state[width - 1];
        let parts: PartIds = std::array::from_fn(|at| state[at]);
        let failures = state[Parts::COUNT];
        let mut moved = false;
        for thread in 0..self.steps.len() {
            let node = NodeId(state[FIXED + thread]);
            for fail in [false, true] {
                if fail && failures == 0 {
                    continue;
                }
                let Some(found) = self.steps[thread].find(&mut self.store, node, &parts, fail) else { continue };
                moved |= !fail;
                self.counts.transitions += 1;
                let step = self.steps[thread].step(found);
                let origin = Origin { parent: number, thread: thread as u8, fail };
                if step
                    .broken
                    .iter()
                    .any(|rule| self.options.bounds.rules.is_empty() || self.options.bounds.rules.contains(rule))
                {
                    let rules = step.broken.clone();
                    self.verdict = Verdict::Violation(Found { rules, schedule: self.schedule(origin) });
                    return;
                }
                let after = step.apply(&parts);
                let mut next = state;
                next[..Parts::COUNT].copy_from_slice(&after);
                let limited = failures != Bounds::ANY_FAILURES;
                next[Parts::COUNT] = failures - u32::from(fail && limited);
                next[FIXED + thread] = step.next.0;
                if step.next == NodeId::CRASHED {
                    continue;
                }
                self.reach(&mut next, origin);
                if self.verdict != Verdict::Running {
                    return;
                }
            }
        }
        if !moved {
            self.counts.finals += 1;
            self.stuck(&state, number);
        }
    }

    /// A state has been reached: stores it if it is new.
    fn reach(&mut self, next: &mut [u32; FIXED + 10], origin: Origin) {
        let width = self.width();
        if !self.visited.insert(fingerprint(&next[..width - 1])) {
            return;
        }
        if self.counts.states as usize >= self.options.bounds.states {
            self.verdict = Verdict::BoundHit(Bound::States);
            return;
        }
        next[width - 1] = self.origins.len() as u32;
        self.counts.states += 1;
        self.origins.push(origin);
        let state = &next[..width];
        if state[FIXED..width - 1].iter().enumerate().all(|(thread, &node)| self.is_quiet(thread, NodeId(node))) {
            let key = [state[0], state[1], state[2], state[3]];
            if !self.quiet.contains_key(&key) {
                let parts: PartIds = std::array::from_fn(|at| state[at]);
                let mut rules = quiet_rules(&self.store.world(&parts));
                rules.retain(|rule| self.options.bounds.rules.is_empty() || self.options.bounds.rules.contains(rule));
                rules.sort_unstable();
                rules.dedup();
                self.quiet.insert(key, rules);
            }
            let rules = self.quiet[&key].clone();
            if !rules.is_empty() {
                self.verdict = Verdict::Violation(Found { rules, schedule: self.schedule(origin) });
                return;
            }
        }
        self.next.extend_from_slice(state);
    }

    /// Is the thread between two operations?
    fn is_quiet(&self, thread: usize, node: NodeId) -> bool {
        match node {
            NodeId::FINISHED => true,
            NodeId::CRASHED => false,
            node => matches!(self.steps[thread].automaton.node(node).op(), Op::Start | Op::NextOperation { .. }),
        }
    }

    /// Nobody can run: is everybody done?
    fn stuck(&mut self, state: &[u32], number: u32) {
        let threads = &state[FIXED..FIXED + self.steps.len()];
        if threads.iter().all(|&node| NodeId(node) == NodeId::FINISHED) {
            return;
        }
        let schedule = self.way_to(number);
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
        if self.options.bounds.rules.is_empty() || rules.iter().any(|rule| self.options.bounds.rules.contains(rule)) {
            self.verdict = Verdict::Violation(Found { rules, schedule });
        }
    }

    /// The way to a state by its number.
    fn way_to(&self, number: u32) -> Schedule {
        match self.origins[number as usize] {
            Origin { parent: u32::MAX, .. } => Schedule { step_size: StepSize::Point, choices: Vec::new() },
            origin => self.schedule(origin),
        }
    }

    /// The way through `last`, in the steps that the machine makes: where the search passes an invisible point at once
    /// the machine makes two steps.
    fn schedule(&self, last: Origin) -> Schedule {
        let mut origins = vec![last];
        while let Some(&Origin { parent, .. }) = origins.last() {
            let before = self.origins[parent as usize];
            if before.parent == u32::MAX {
                break;
            }
            origins.push(before);
        }
        let mut run = Run::new(Arc::clone(&self.scenario));
        let mut choices = Vec::new();
        for Origin { thread, fail, .. } in origins.into_iter().rev() {
            let thread = ThreadId(thread);
            let choice = Choice { thread, fail };
            if run.step(choice, StepSize::Point).is_none() {
                break;
            }
            choices.push(choice);
            while passes_at_once(&run, thread) {
                run.step(Choice::run(thread), StepSize::Point);
                choices.push(Choice::run(thread));
            }
        }
        Schedule { step_size: StepSize::Point, choices }
    }
}

/// Does the thread stand at a point that a search passes at once? (The twin of `Steps::is_invisible`.)
fn passes_at_once(run: &Run, thread: ThreadId) -> bool {
    let Some(stop) = run.machine.position(thread).stop() else { return false };
    if !matches!(stop.op, Op::TreeUnlocked | Op::AccessRetry | Op::CondResched) {
        return false;
    }
    let mut ahead = run.machine.clone();
    let record = ahead.step(Choice::run(thread), StepSize::Point);
    record.is_some_and(|record| record.performed.len() == 1 && record.after.stop().is_some())
}

/// 64 of the 128 bits over all numbers of a state.
fn fingerprint(state: &[u32]) -> u64 {
    let mut digest = Digest::default();
    for pair in state.chunks(2) {
        let low = u64::from(pair[0]);
        let high = pair.get(1).map_or(0, |&word| u64::from(word));
        std::hash::Hasher::write_u64(&mut digest, low | high << 32);
    }
    std::hash::Hasher::finish(&digest)
}

/// Fingerprints are hashes already.
#[derive(Clone, Copy, Default, Debug)]
pub struct Identity;

impl std::hash::BuildHasher for Identity {
    type Hasher = IdentityHasher;

    fn build_hasher(&self) -> IdentityHasher {
        IdentityHasher(0)
    }
}

/// Passes a 64-bit number through.
#[derive(Clone, Copy, Debug)]
pub struct IdentityHasher(u64);

impl std::hash::Hasher for IdentityHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}
