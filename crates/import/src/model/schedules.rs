//! Which schedules of the model print the events in the order in which they were seen.
//!
//! First one is looked for, depth first; then all are counted, each state once for each number of steps, so that ways are counted
//! exactly. A silent operation begins where its marker stands, and where a snapshot stands the tree has to be the one that was seen: without
//! it, events leave several ends. Bounded: beyond [`MOST_STATES`] either ends, and says so.

use super::compare::compare;
use super::lanes::Seen;
use super::lift::{Lifted, Step};
use super::told::{Teller, Told};
use crate::snapshot::Snapshot;
use daxscope_core::digest::Digest;
use daxscope_core::event::Event;
use daxscope_core::machine::{Machine, StepRecord};
use daxscope_core::scenario::{Choice, StepSize};
use daxscope_core::units::ThreadId;
use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// States that are looked at to find one schedule.
pub const MOST_STATES: usize = 60_000;
/// States that are looked at to count all.
const MOST_COUNTED: usize = 20_000;

/// What the search has found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// Schedules that fit, by atom, up to the last event; `u64::MAX` stands for more.
    pub ways: u64,
    /// How many different states they end in.
    pub ends: usize,
    /// Was everything looked at?
    pub is_complete: bool,
    /// States that were looked at.
    pub states: usize,
    /// The first that fits, and goes on until every operation has ended.
    pub first: Option<Vec<Choice>>,
    /// Have they the trees of the snapshots as well?
    pub trees: Trees,
    /// Where none goes on: the first event that none fits.
    pub stuck: Option<Stuck>,
}

/// What snapshots say of the schedules that fit the events.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trees {
    /// There are none.
    NotSeen,
    /// All schedules that are told have these trees.
    Same,
    /// No schedule has them, and those that are told fit the events only.
    Others,
    /// The search for one that has them came to its bound.
    Open,
}

/// An event that no schedule of the model prints there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stuck {
    /// Its line.
    pub line: u64,
    /// What was seen.
    pub seen: String,
    /// What the model can print there instead, in all the ways that lead there.
    pub model: Vec<String>,
}

/// What has to come next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Expected {
    Event(ThreadId, Seen),
    /// An operation without events begins.
    Begins(ThreadId, usize, u64),
    /// The tree is that of the snapshot, and every operation before it has ended; which of `Search::pictures`.
    Tree(usize, u64),
}

/// A snapshot in the order of things.
struct Picture<'a> {
    of: &'a Snapshot,
    /// How many operations of each thread have ended before it.
    ended: Vec<usize>,
}

struct Node {
    machine: Machine,
    teller: Teller,
    at: usize,
    ways: u64,
    /// The step that led here, in `Search::steps`.
    step: usize,
}

/// What tells nodes apart.
type Key = (Digest, u64, usize);

impl Node {
    fn key(&self) -> Key {
        (self.machine.state(), hash_of(&self.teller), self.at)
    }
}

struct Search<'a> {
    pictures: Vec<Picture<'a>>,
    range: Option<u64>,
    expected: Vec<Expected>,
    /// Operations that no event shows, as (thread, number).
    silent: Vec<(ThreadId, usize)>,
    /// Each step with the one before it; the first is none.
    steps: Vec<(usize, ThreadId)>,
    furthest: usize,
    instead: Vec<String>,
}

/// Looks for all schedules that fit: first for one, then for how many there are. Those whose trees are the snapshots, if there is one.
#[must_use]
pub fn search(lifted: &Lifted, snapshots: &[Snapshot]) -> Found {
    let mut search = Search::new(lifted, snapshots);
    if search.pictures.is_empty() {
        return search.found(lifted);
    }
    let found = search.found(lifted);
    let trees = match (&found.first, found.is_complete) {
        (Some(_), _) => return Found { trees: Trees::Same, ..found },
        (None, true) => Trees::Others,
        (None, false) => Trees::Open,
    };
    Found { trees, ..Search::new(lifted, &[]).found(lifted) }
}

impl<'a> Search<'a> {
    fn new(lifted: &Lifted, snapshots: &'a [Snapshot]) -> Search<'a> {
        let mut lined = Vec::new();
        let mut silent = Vec::new();
        let (mut pictures, mut ended) = (Vec::new(), vec![0; lifted.scenario.threads.len()]);
        for step in &lifted.steps {
            match step {
                Step::Snapshot { at, line } => {
                    if let Some(of) = snapshots.get(*at) {
                        lined.push((*line, Expected::Tree(pictures.len(), *line)));
                        pictures.push(Picture { of, ended: ended.clone() });
                    }
                }
                Step::Operation { thread, number, lines, events } => {
                    ended[thread.index()] = number + 1;
                    if events.is_empty() {
                        silent.push((*thread, *number));
                        lined.push((lines.0, Expected::Begins(*thread, *number, lines.0)));
                    }
                    lined.extend(events.iter().map(|seen| (seen.line, Expected::Event(*thread, *seen))));
                }
            }
        }
        lined.sort_by_key(|&(line, _)| line);
        let expected = lined.into_iter().map(|(_, expected)| expected).collect();
        let steps = vec![(0, ThreadId(0))];
        let range = lifted.range;
        Search { pictures, range, expected, silent, steps, furthest: 0, instead: Vec::new() }
    }

    fn found(&mut self, lifted: &Lifted) -> Found {
        let machine = Machine::new(Arc::new(lifted.scenario.clone()));
        let teller = Teller::new(&lifted.scenario);
        let at = self.looked(0, &machine, &teller);
        let begin = || at.map(|at| Node { machine: machine.clone(), teller: teller.clone(), at, ways: 1, step: 0 });
        let (one, seen, is_exhausted) = self.one(begin());
        let trees = Trees::NotSeen;
        let Some(one) = one else {
            let stuck = is_exhausted.then(|| self.stuck());
            return Found { ways: 0, ends: 0, is_complete: is_exhausted, states: seen, first: None, trees, stuck };
        };
        let first = Some(self.whole(one, lifted));
        let (ways, ends, is_complete, states) = self.all(begin());
        let (ways, ends, states) = (ways.max(1), ends.max(1), states + seen);
        Found { ways, ends, is_complete, states, first, trees, stuck: None }
    }

    /// Passes snapshots whose operations have ended; `None`: the tree is another one.
    fn looked(&self, mut at: usize, machine: &Machine, teller: &Teller) -> Option<usize> {
        while let Some(&Expected::Tree(which, _)) = self.expected.get(at) {
            let picture = &self.pictures[which];
            let has_ended = |(thread, &count): (usize, &usize)| teller.ended(ThreadId(thread as u8)) >= count;
            if !picture.ended.iter().enumerate().all(has_ended) {
                break;
            }
            let differences = compare(&machine.world, picture.of, self.range);
            if differences.iter().any(|difference| difference.name.is_none()) {
                return None;
            }
            at += 1;
        }
        Some(at)
    }

    /// One that fits, depth first: whose event comes next goes first. Also how many states were looked at, and whether all were.
    fn one(&mut self, begin: Option<Node>) -> (Option<Node>, usize, bool) {
        let mut stack: Vec<Node> = begin.into_iter().collect();
        let mut seen: HashSet<Key> = HashSet::new();
        while let Some(node) = stack.pop() {
            if node.at == self.expected.len() {
                return (Some(node), seen.len(), false);
            }
            if seen.len() >= MOST_STATES {
                return (None, seen.len(), false);
            }
            let mut next = Vec::new();
            self.expand(&node, &mut next, &mut HashMap::new());
            let wanted = match self.expected[node.at] {
                Expected::Event(thread, _) | Expected::Begins(thread, ..) => Some(thread),
                Expected::Tree(..) => None,
            };
            let steps = &self.steps;
            next.sort_by_key(|node| Some(steps[node.step].1) == wanted);
            stack.extend(next.into_iter().filter(|node| seen.insert(node.key())));
        }
        (None, seen.len(), true)
    }

    /// All that fit, by number of steps: how many, in how many different states they end, whether that is all, and how many states
    /// were looked at.
    fn all(&mut self, begin: Option<Node>) -> (u64, usize, bool, usize) {
        let mut layer: Vec<Node> = begin.into_iter().collect();
        let (mut states, mut ways, mut ends) = (1, 0u64, HashSet::new());
        while !layer.is_empty() && states < MOST_COUNTED {
            let mut next: Vec<Node> = Vec::new();
            let mut known: HashMap<Key, usize> = HashMap::new();
            for node in layer {
                if node.at == self.expected.len() {
                    ways = ways.saturating_add(node.ways);
                    ends.insert(node.machine.state());
                } else {
                    self.expand(&node, &mut next, &mut known);
                }
            }
            states += next.len();
            layer = next;
        }
        (ways, ends.len(), layer.is_empty(), states)
    }

    fn expand(&mut self, node: &Node, next: &mut Vec<Node>, known: &mut HashMap<Key, usize>) {
        for thread in node.machine.enabled() {
            let mut machine = node.machine.clone();
            let Some(record) = machine.step(Choice::run(thread), StepSize::Atom) else { continue };
            let mut teller = node.teller.clone();
            let mut told = Vec::new();
            teller.step(&record, &node.machine.world, &mut told);
            let fits = self.fits(node, thread, &record, &told);
            let Some(at) = fits.and_then(|at| self.looked(at, &machine, &teller)) else { continue };
            let key = (machine.state(), hash_of(&teller), at);
            if let Some(&known) = known.get(&key) {
                next[known].ways = next[known].ways.saturating_add(node.ways);
                continue;
            }
            known.insert(key, next.len());
            self.steps.push((node.step, thread));
            next.push(Node { machine, teller, at, ways: node.ways, step: self.steps.len() - 1 });
        }
    }

    /// How many of the expected have come with this step; `None`: it does not fit.
    fn fits(&mut self, node: &Node, thread: ThreadId, record: &StepRecord, told: &[Told]) -> Option<usize> {
        let mut at = node.at;
        if record.events().any(|event| matches!(event, Event::Operation(_))) {
            // What begins behind a snapshot has to wait for it.
            if matches!(self.expected.get(at), Some(Expected::Tree(..))) {
                return None;
            }
            let number = node.teller.begun(thread);
            if self.silent.contains(&(thread, number)) {
                match self.expected.get(at) {
                    Some(&Expected::Begins(who, which, _)) if who == thread && which == number => at += 1,
                    _ => return None,
                }
            }
        }
        for seen in told.iter().filter_map(Told::seen) {
            match self.expected.get(at) {
                Some(&Expected::Event(who, event))
                    if who == thread && event.kind == seen.kind && event.page == seen.page =>
                {
                    at += 1;
                }
                _ => {
                    self.differs(at, thread, seen);
                    return None;
                }
            }
        }
        Some(at)
    }

    /// Keeps what the model prints instead, of the furthest places.
    fn differs(&mut self, at: usize, thread: ThreadId, seen: Seen) {
        if at > self.furthest {
            self.furthest = at;
            self.instead.clear();
        }
        let words = format!("{}: {}", thread.letter(), seen.kind.words(seen.page));
        if at == self.furthest && self.instead.len() < 8 && !self.instead.contains(&words) {
            self.instead.push(words);
        }
    }

    fn stuck(&self) -> Stuck {
        let (line, seen) = match self.expected.get(self.furthest) {
            Some(Expected::Event(thread, seen)) => {
                (seen.line, format!("{}: {}", thread.letter(), seen.kind.words(seen.page)))
            }
            Some(Expected::Begins(thread, _, line)) => (*line, format!("{}: an operation begins", thread.letter())),
            Some(Expected::Tree(which, line)) => {
                (*line, format!("the tree of the snapshot {}", self.pictures[*which].of.tag))
            }
            None => (0, "no more events".into()),
        };
        Stuck { line, seen, model: self.instead.clone() }
    }

    /// The choices that led to a state, and those that bring every operation that was seen to its end.
    fn whole(&self, node: Node, lifted: &Lifted) -> Vec<Choice> {
        let mut choices = Vec::new();
        let mut at = node.step;
        while at != 0 {
            let (before, thread) = self.steps[at];
            choices.push(Choice::run(thread));
            at = before;
        }
        choices.reverse();
        let Node { mut machine, mut teller, .. } = node;
        for _ in 0..MOST_STATES {
            let is_open =
                |thread: &ThreadId| teller.ended(*thread) < lifted.scenario.threads[thread.index()].operations.len();
            let Some(thread) = machine.enabled().find(is_open) else { break };
            let before = machine.world.clone();
            let Some(record) = machine.step(Choice::run(thread), StepSize::Atom) else { break };
            teller.step(&record, &before, &mut Vec::new());
            choices.push(Choice::run(thread));
        }
        choices
    }
}

fn hash_of(teller: &Teller) -> u64 {
    let mut hasher = DefaultHasher::new();
    teller.hash(&mut hasher);
    hasher.finish()
}
