//! Can a rule still be broken from here, and by which rest of the schedule? And how many context switches does it take at
//! least?
//!
//! A run that somebody made step by step, in steps of any size, is gone on with in every way: fewest context switches first,
//! those of the run included, then fewest steps. A thread may stand in the middle of a critical section; its first step is then what
//! is left of that. What is found is replayed on the machine that stood there before it is told.
//!
//! This shares only the engine and the automata with the search through the graph of states: tests hold one to the other.

use super::replay::{Aim, switches};
use super::space::{Space, WorldId};
use crate::Map;
use crate::automaton::NodeId;
use crate::options::Bounds;
use daxscope_core::check::{Rule, violations};
use daxscope_core::digest::Digest;
use daxscope_core::machine::Machine;
use daxscope_core::run::Run;
use daxscope_core::scenario::limits::MAX_THREADS;
use daxscope_core::scenario::{Choice, FailPoint, Scenario, Schedule};
use daxscope_core::units::ThreadId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RestOf {
    /// The rule that is to break; not [`Rule::Livelock`], which is no state but a circle of them.
    pub rule: Rule,
    /// What was done so far, and how far a step goes.
    pub made: Schedule,
    /// How many calls may be made to fail in the whole run, beyond those of the script.
    pub failures: u32,
    /// Which calls.
    pub fail_points: Vec<FailPoint>,
    /// Most states, each counted with the thread that ran last.
    pub states: usize,
}

/// What is known so far.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RestVerdict {
    /// Nothing yet.
    Running,
    /// The run has broken the rule already, in the step of that number, from 1.
    Broken(usize),
    /// This rest breaks it; no other has fewer context switches, and of those that have as many none has fewer steps.
    Rest(Vec<Choice>),
    /// No rest breaks it.
    Never,
    /// Too many states: nobody knows.
    BoundHit,
    /// Why the question makes no sense.
    Refused(String),
}

/// No thread has run yet.
const NOBODY: u8 = u8::MAX;
const NO_ORIGIN: u32 = u32::MAX;

/// A state, who ran last, and how it was come by.
#[derive(Clone, Copy, Debug)]
struct Label {
    world: WorldId,
    failures: u32,
    nodes: [u32; MAX_THREADS],
    last: u8,
    origin: u32,
    /// Does the rule break here?
    is_end: bool,
}

impl Label {
    fn key(&self) -> Digest {
        Digest::of(&(self.world, self.failures, self.nodes, self.last, self.is_end))
    }
}

/// Context switches, then steps.
type Cost = (u32, u32);

/// From where, and by which choice.
#[derive(Clone, Copy, Debug)]
struct Origin {
    parent: u32,
    choice: Choice,
}

/// The question, asked in slices.
#[derive(Debug)]
pub struct Rest {
    asked: RestOf,
    here: Machine,
    space: Space,
    waiting: BTreeMap<Cost, Vec<Label>>,
    /// By what cost each state was come by so far.
    seen: Map<Digest, Cost>,
    origins: Vec<Origin>,
    verdict: RestVerdict,
}

impl Rest {
    /// The beginning.
    #[must_use]
    pub fn new(scenario: &Arc<Scenario>, asked: RestOf) -> Rest {
        let aim = Aim { rule: asked.rule, bug: None, site: None };
        let space = Space::in_steps(scenario, aim, asked.fail_points.clone(), asked.made.step_size);
        let mut rest = Rest {
            here: Machine::new(Arc::clone(scenario)),
            space,
            asked,
            waiting: BTreeMap::new(),
            seen: Map::default(),
            origins: Vec::new(),
            verdict: RestVerdict::Running,
        };
        rest.begin(scenario);
        rest
    }

    fn begin(&mut self, scenario: &Arc<Scenario>) {
        if self.asked.rule == Rule::Livelock {
            self.verdict = RestVerdict::Refused("A livelock is a circle of states, and this asks for one.".into());
            return;
        }
        let mut run = Run::new(Arc::clone(scenario));
        if let Err(cannot) = run.follow(&self.asked.made) {
            self.verdict = RestVerdict::Refused(format!("Step {}: {}.", cannot.followed + 1, cannot.reason));
            return;
        }
        if let Some((step, _)) = run.violations().find(|(_, violation)| violation.rule == self.asked.rule) {
            self.verdict = RestVerdict::Broken(step);
            return;
        }
        let used = self.asked.made.choices.iter().filter(|choice| choice.fail).count() as u32;
        let left = match self.asked.failures {
            Bounds::ANY_FAILURES => Some(Bounds::ANY_FAILURES),
            allowed => allowed.checked_sub(used),
        };
        let Some(failures) = left.filter(|_| run.machine.world.bug.is_none()) else {
            self.verdict = RestVerdict::Never;
            return;
        };
        let mut nodes = [0; MAX_THREADS];
        for (thread, node) in nodes.iter_mut().enumerate().take(self.space.threads()) {
            let own = run.steps.iter().filter(|step| step.record.choice.thread.index() == thread);
            let outcomes = own.flat_map(|step| step.record.performed.iter().map(|performed| &performed.outcome));
            *node = self.space.node_after(thread, outcomes).0;
        }
        let world = self.space.number(run.machine.world.clone());
        let last = self.asked.made.choices.last().map_or(NOBODY, |choice| choice.thread.0);
        self.here = run.machine;
        let made = &self.asked.made.choices;
        let cost = (switches(made) as u32, made.len() as u32);
        self.reach(Label { world, failures, nodes, last, origin: NO_ORIGIN, is_end: false }, cost);
    }

    /// States that were met, each with the thread that ran last.
    #[must_use]
    pub fn states(&self) -> u64 {
        self.seen.len() as u64
    }

    /// The rule that is to break.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        self.asked.rule
    }

    /// What is known so far.
    #[must_use]
    pub const fn verdict(&self) -> &RestVerdict {
        &self.verdict
    }

    /// Looks at about so many more steps.
    pub fn advance(&mut self, budget: u64) -> &RestVerdict {
        let mut left = budget.max(1);
        while self.verdict == RestVerdict::Running && left > 0 {
            left = left.saturating_sub(self.space.threads() as u64);
            match self.next() {
                Some((_, label)) if label.is_end => self.end(&label),
                Some((cost, label)) => self.expand(cost, &label),
                None => self.verdict = RestVerdict::Never,
            }
        }
        &self.verdict
    }

    /// The cheapest state that waits.
    fn next(&mut self) -> Option<(Cost, Label)> {
        loop {
            let mut first = self.waiting.first_entry()?;
            let cost = *first.key();
            match first.get_mut().pop() {
                None => {
                    first.remove();
                }
                Some(label) if self.seen.get(&label.key()).is_some_and(|&best| best < cost) => {}
                Some(label) => return Some((cost, label)),
            }
        }
    }

    /// The cheapest way to break the rule, if the machine says so too.
    fn end(&mut self, label: &Label) {
        let way = self.way(label.origin);
        if self.is_broken_by(&way) {
            self.verdict = RestVerdict::Rest(way);
        }
    }

    fn is_broken_by(&self, way: &[Choice]) -> bool {
        let mut machine = self.here.clone();
        let mut is_broken = false;
        for &choice in way {
            let before = machine.world.clone();
            let Some(record) = machine.step(choice, self.asked.made.step_size) else { return false };
            is_broken = violations(&before, &record, &machine).iter().any(|found| found.rule == self.asked.rule);
        }
        is_broken
    }

    fn expand(&mut self, cost: Cost, label: &Label) {
        let mut can_anybody = false;
        for thread in 0..self.space.threads() {
            for fail in [false, true] {
                if fail && label.failures == 0 {
                    continue;
                }
                can_anybody |= self.make(cost, label, thread, fail);
            }
        }
        let asks_for_standstill = matches!(self.asked.rule, Rule::LostWakeup | Rule::Deadlock);
        if asks_for_standstill && !can_anybody && label.origin != NO_ORIGIN && !self.is_done(label) {
            self.reach(Label { is_end: true, ..*label }, cost);
        }
    }

    fn is_done(&self, label: &Label) -> bool {
        label.nodes.iter().take(self.space.threads()).all(|&node| NodeId(node) == NodeId::FINISHED)
    }

    /// A step of a thread; `false` if it cannot make one.
    fn make(&mut self, (switches, steps): Cost, label: &Label, thread: usize, fail: bool) -> bool {
        let Some(step) = self.space.step(thread, fail, NodeId(label.nodes[thread]), label.world) else { return false };
        let is_switch = label.last != NOBODY && usize::from(label.last) != thread;
        let cost = (switches + u32::from(is_switch), steps + 1);
        let choice = Choice { thread: ThreadId(thread as u8), fail };
        let mut after = Label { world: step.world, last: thread as u8, is_end: step.breaks, ..*label };
        after.nodes[thread] = step.node.0;
        if fail && label.failures != Bounds::ANY_FAILURES {
            after.failures -= 1;
        }
        after.is_end |= step.ends_operation && self.is_quiet(&after) && self.space.breaks_when_quiet(after.world);
        if step.node == NodeId::CRASHED && !after.is_end {
            return true;
        }
        after.origin = self.origins.len() as u32;
        if self.reach(after, cost) {
            self.origins.push(Origin { parent: label.origin, choice });
        }
        true
    }

    /// A state has been reached: `false` if it was reached before as cheaply.
    fn reach(&mut self, label: Label, cost: Cost) -> bool {
        let key = label.key();
        if self.seen.get(&key).is_some_and(|&best| best <= cost) {
            return false;
        }
        if self.seen.len() >= self.asked.states {
            self.verdict = RestVerdict::BoundHit;
            return false;
        }
        self.seen.insert(key, cost);
        self.waiting.entry(cost).or_default().push(label);
        true
    }

    fn is_quiet(&self, label: &Label) -> bool {
        let aimed = matches!(self.asked.rule, Rule::StaleMapping | Rule::LostDirtyTag | Rule::Accounting);
        let is_between = |thread| self.space.is_between_operations(thread, NodeId(label.nodes[thread]));
        aimed && (0..self.space.threads()).all(is_between)
    }

    fn way(&self, last: u32) -> Vec<Choice> {
        let mut choices = Vec::new();
        let mut at = last;
        while let Some(origin) = self.origins.get(at as usize) {
            choices.push(origin.choice);
            at = origin.parent;
        }
        choices.reverse();
        choices
    }
}
