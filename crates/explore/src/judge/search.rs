//! The search: states of the scenario with how far the claim has come.

use super::claim::{Claim, Lines};
use super::space::{Space, WorldId, bit};
use super::why::Furthest;
use super::{Judgement, Terms};
use crate::Map;
use crate::automaton::NodeId;
use crate::livelock::Livelocks;
use crate::options::Bounds;
use daxscope_core::check::Rule;
use daxscope_core::digest::Digest;
use daxscope_core::run::Run;
use daxscope_core::scenario::limits::MAX_THREADS;
use daxscope_core::scenario::{Choice, Scenario, Schedule, StepSize};
use daxscope_core::units::ThreadId;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

pub(super) const NO_ORIGIN: u32 = u32::MAX;

/// A state, and how far the claim has come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label {
    pub(super) world: WorldId,
    failures: u32,
    pub(super) nodes: [u32; MAX_THREADS],
    /// The row that is next, and which of its lines are taken; of steps, the next step.
    pub(super) row: u16,
    pub(super) taken: u16,
    /// Lines that say a function at whose first operation their thread stands.
    pub(super) fresh: Lines,
    /// Rules that were broken on the way.
    broken: u64,
    /// Lines or steps that it has come past.
    pub(super) past: u16,
    pub(super) origin: u32,
}

impl Label {
    fn key(&self) -> Digest {
        Digest::of(&(self.world, self.failures, self.nodes, self.row, self.taken, self.fresh, self.broken))
    }
}

/// From where, and by what: so many operations of a thread, of which one may fail.
#[derive(Clone, Copy, Debug)]
struct Origin {
    parent: u32,
    thread: u8,
    operations: u16,
    fails_at: Option<u16>,
}

/// The question, asked in slices.
#[derive(Debug)]
pub struct Judge {
    pub(super) scenario: Arc<Scenario>,
    pub(super) claim: Claim,
    pub(super) terms: Terms,
    /// The rules that count, as bits.
    pub(super) wanted: u64,
    pub(super) space: Space,
    /// The places of the lines of each row.
    pub(super) rows: Vec<Vec<usize>>,
    waiting: BTreeMap<u16, VecDeque<Label>>,
    seen: Map<Digest, ()>,
    origins: Vec<Origin>,
    pub(super) furthest: Furthest,
    /// The first way past everything.
    pub(super) done: Option<u32>,
    /// Rules that do not count and were broken past everything.
    pub(super) others: u64,
    /// Has a thread gone round a loop of the kernel past everything? Then there may be a livelock.
    pub(super) goes_round: bool,
    /// The search for livelocks that follows, if there is one.
    pub(super) livelocks: Option<Box<Livelocks>>,
    /// Something broke that the machine does not break: a defect of ours, and no verdict.
    pub(super) is_in_doubt: bool,
    pub(super) judgement: Judgement,
}

impl Judge {
    /// The beginning.
    #[must_use]
    pub fn new(scenario: &Arc<Scenario>, claim: Claim, terms: Terms) -> Judge {
        let lines = match &claim {
            Claim::Lines(diagram) => diagram.rows.iter().flatten().cloned().collect(),
            Claim::Steps(_) => Vec::new(),
        };
        let mut rows = Vec::new();
        if let Claim::Lines(diagram) = &claim {
            let mut at = 0;
            for row in &diagram.rows {
                rows.push((at..at + row.len()).collect());
                at += row.len();
            }
        }
        let wanted = match (claim.outcome(), terms.rules.as_slice()) {
            (Some(rule), []) => bit(rule),
            (_, []) => u64::MAX,
            (_, rules) => rules.iter().fold(0, |all, rule| all | bit(*rule)),
        };
        let mut judge = Judge {
            space: Space::new(scenario, lines, terms.fail_points.clone()),
            scenario: Arc::clone(scenario),
            claim,
            wanted,
            rows,
            waiting: BTreeMap::new(),
            seen: Map::default(),
            origins: Vec::new(),
            furthest: Furthest::default(),
            done: None,
            others: 0,
            goes_round: false,
            livelocks: None,
            is_in_doubt: false,
            judgement: Judgement::Running,
            terms,
        };
        judge.reach(judge.start());
        judge
    }

    pub(super) fn start(&self) -> Label {
        let mut nodes = [0; MAX_THREADS];
        for (thread, node) in nodes.iter_mut().enumerate().take(self.space.threads()) {
            *node = self.space.start(thread).0;
        }
        Label {
            world: 0,
            failures: self.terms.failures,
            nodes,
            row: 0,
            taken: 0,
            fresh: Lines::default(),
            broken: 0,
            past: 0,
            origin: NO_ORIGIN,
        }
    }

    /// What is known so far.
    #[must_use]
    pub const fn judgement(&self) -> &Judgement {
        &self.judgement
    }

    /// States that were met, each with how far the claim had come.
    #[must_use]
    pub fn states(&self) -> u64 {
        self.seen.len() as u64
    }

    /// How many lines or steps some run has come past.
    #[must_use]
    pub fn past(&self) -> usize {
        usize::from(self.furthest.past)
    }

    /// Looks at about so many more steps.
    pub fn advance(&mut self, budget: u64) -> &Judgement {
        let mut left = budget.max(1);
        while self.judgement == Judgement::Running && left > 0 {
            left = left.saturating_sub(self.space.threads() as u64);
            match self.next() {
                Some(label) => self.expand(&label),
                None if self.livelocks.is_some() => self.look_for_livelocks(budget),
                None => self.end(),
            }
        }
        &self.judgement
    }

    /// The state that has come past most.
    fn next(&mut self) -> Option<Label> {
        loop {
            let mut last = self.waiting.last_entry()?;
            match last.get_mut().pop_front() {
                Some(label) => return Some(label),
                None => _ = last.remove(),
            }
        }
    }

    /// Has the claim come to its end?
    pub(super) fn is_past(&self, label: &Label) -> bool {
        usize::from(label.past) >= self.claim.len()
    }

    fn expand(&mut self, label: &Label) {
        let mut can_anybody = false;
        match &self.claim {
            Claim::Steps(gapped) if !self.is_past(label) => {
                let (gap, choice) = gapped.steps[usize::from(label.past)];
                let size = gapped.size;
                if choice.thread.index() < self.space.threads() {
                    can_anybody |= self.make(label, (choice.thread.index(), choice.fail), Some(size), true);
                }
                if gap {
                    can_anybody |= self.make_all(label, Some(StepSize::Atom));
                }
            }
            Claim::Steps(_) => can_anybody |= self.make_all(label, Some(StepSize::Atom)),
            Claim::Lines(_) => can_anybody |= self.make_all(label, None),
        }
        let nobody_can = !can_anybody && !(0..self.space.threads()).any(|at| self.can_move(label, at));
        if nobody_can {
            self.standstill(label);
        }
    }

    pub(super) fn can_move(&self, label: &Label, thread: usize) -> bool {
        self.space.can_move(thread, NodeId(label.nodes[thread]), label.world)
    }

    fn make_all(&mut self, label: &Label, size: Option<StepSize>) -> bool {
        let mut can_anybody = false;
        for thread in 0..self.space.threads() {
            let moved = self.make(label, (thread, false), size, false);
            if !moved && label.past == self.furthest.past {
                self.furthest.waits(thread, label);
            }
            can_anybody |= moved;
            if label.failures > 0 {
                can_anybody |= self.make(label, (thread, true), size, false);
            }
        }
        can_anybody
    }

    /// A step of a thread, which is the next claimed one or fills a gap; `false` if it cannot make one.
    fn make(&mut self, label: &Label, (thread, fail): (usize, bool), size: Option<StepSize>, is_claimed: bool) -> bool {
        let node = NodeId(label.nodes[thread]);
        let Some(step) = self.space.step((thread, fail), size, node, label.world) else { return false };
        let mut after = Label { world: step.world, ..*label };
        after.nodes[thread] = step.node.0;
        if fail && label.failures != Bounds::ANY_FAILURES {
            after.failures = after.failures.saturating_sub(1);
        }
        after.broken |= step.broken & !bit(Rule::Livelock);
        if step.ends && (0..self.space.threads()).all(|at| self.space.is_between(at, NodeId(after.nodes[at]))) {
            after.broken |= self.space.broken_when_quiet(after.world);
        }
        for (line, told) in step.said.iter().flat_map(|said| &said.nearly) {
            self.furthest.nearly(*line, label.past, told);
        }
        match &self.claim {
            Claim::Lines(_) => self.take(&mut after, thread, &step.said),
            Claim::Steps(_) => {
                after.past += u16::from(is_claimed);
                after.row = after.past;
            }
        }
        self.goes_round |= step.goes_round && self.is_past(&after);
        after.origin = self.origins.len() as u32;
        if self.reach(after) {
            self.origins.push(Origin {
                parent: label.origin,
                thread: thread as u8,
                operations: step.said.len() as u16,
                fails_at: step.fails_at.map(|at| at as u16),
            });
            self.came(&after);
        }
        true
    }

    /// A state that is new has come past everything, with or without harm.
    fn came(&mut self, label: &Label) {
        if !self.is_past(label) || self.judgement != Judgement::Running {
            return;
        }
        self.done.get_or_insert(label.origin);
        self.others |= label.broken & !self.wanted;
        if label.broken & self.wanted != 0 {
            self.harm(label.origin, label.broken & self.wanted);
        }
    }

    /// A run that does everything and breaks rules, if the machine says so too.
    fn harm(&mut self, origin: u32, broken: u64) {
        let way = self.way(origin);
        let told = self.replayed(&way);
        let broken: Vec<Rule> = rules(broken).into_iter().filter(|rule| told.contains(rule)).collect();
        if !broken.is_empty() {
            self.judgement = Judgement::Possible { rules: broken, way };
        } else {
            self.is_in_doubt = true;
        }
    }

    /// The rules that the machine breaks on a way.
    fn replayed(&self, way: &Schedule) -> Vec<Rule> {
        let mut run = Run::new(Arc::clone(&self.scenario));
        if run.follow(way).is_err() {
            return Vec::new();
        }
        run.violations().map(|(_, violation)| violation.rule).collect()
    }

    /// Nobody can run: is everybody done?
    fn standstill(&mut self, label: &Label) {
        let all_done = label.nodes.iter().take(self.space.threads()).all(|&node| NodeId(node) == NodeId::FINISHED);
        let is_dead = label.nodes.iter().take(self.space.threads()).any(|&node| NodeId(node) == NodeId::CRASHED);
        if all_done || is_dead || !self.is_past(label) {
            return;
        }
        let way = self.way(label.origin);
        let standing = [Rule::LostWakeup, Rule::Deadlock];
        let broken = self.replayed(&way).into_iter().filter(|rule| standing.contains(rule));
        let broken = broken.fold(0, |all, rule| all | bit(rule));
        self.others |= broken & !self.wanted;
        if broken & self.wanted != 0 {
            self.judgement = Judgement::Possible { rules: rules(broken & self.wanted), way };
        }
    }

    /// A state has been reached: `false` if it was reached before.
    fn reach(&mut self, mut label: Label) -> bool {
        if self.is_past(&label) {
            label.fresh = Lines::default();
        }
        let key = label.key();
        if self.seen.contains_key(&key) {
            return false;
        }
        if self.seen.len() >= self.terms.states {
            self.nobody_knows();
            return false;
        }
        self.seen.insert(key, ());
        self.furthest.reached(&label);
        self.waiting.entry(label.past).or_default().push_back(label);
        true
    }

    /// The way to a state, operation by operation; of claimed steps, in their own size where there are no gaps.
    pub(super) fn way(&self, last: u32) -> Schedule {
        let mut made = Vec::new();
        let mut at = last;
        while let Some(origin) = self.origins.get(at as usize) {
            made.push(*origin);
            at = origin.parent;
        }
        let mut choices = Vec::new();
        for origin in made.iter().rev() {
            for number in 0..origin.operations {
                choices.push(Choice { thread: ThreadId(origin.thread), fail: origin.fails_at == Some(number) });
            }
        }
        Schedule { step_size: StepSize::Atom, choices }
    }

    /// The first line of the next row that was not taken, as the furthest state has it.
    pub(super) fn stuck_at(&self, label: &Label) -> usize {
        match &self.claim {
            Claim::Lines(_) => self.open(label).first().map_or(usize::from(label.past), |(_, line)| *line),
            Claim::Steps(_) => usize::from(label.past),
        }
    }
}

pub(super) fn rules(bits: u64) -> Vec<Rule> {
    Rule::ALL.into_iter().filter(|rule| bits & bit(*rule) != 0).collect()
}
