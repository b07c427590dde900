//! One search as several that know nothing of each other: each follows the runs that begin in its share of all ways to begin.
//!
//! The ways to begin are a tree of first steps, made on the machine itself without any reduction, so that it is the same wherever it is made. Its
//! leaves are dealt out in turn. A leaf is where the search proper takes over: what breaks a rule, ends an operation, goes
//! round a loop or ends the run is never behind a leaf's own first step, so all that is judged is judged there. Every run of the scenario goes through a
//! leaf, or through the same state as one; so if all shards are complete, everything was looked at.
//!
//! Single runs ([`crate::walk`]) are dealt out by their number; each shard has a seed of its own.

use crate::Map;
use crate::mix::scramble;
use crate::options::{Bounds, Options, Policy};
use daxscope_core::check::violations;
use daxscope_core::digest::Digest;
use daxscope_core::event::Event;
use daxscope_core::machine::{Machine, StepRecord};
use daxscope_core::scenario::{Choice, Scenario};
use std::collections::VecDeque;
use std::sync::Arc;

/// Most shards of one search.
pub const MOST_SHARDS: u32 = 1_000;
/// So many ways to begin for each shard, if there are as many: some take longer than others.
const BEGINNINGS_EACH: usize = 16;
/// Most steps of a way to begin.
const MOST_STEPS: usize = 64;

/// One of several searches that together are one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Shard {
    /// Which, from 1.
    pub number: u32,
    /// How many there are.
    pub of: u32,
}

/// The ways to begin of a shard, and how many there are in all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Beginnings {
    /// Those of the shard.
    pub own: Vec<Vec<Choice>>,
    /// Those of all shards.
    pub all: usize,
}

impl Shard {
    /// Does the shard have the thing of that number, from 0?
    #[must_use]
    pub const fn has(self, at: usize) -> bool {
        at % self.of as usize == self.number as usize - 1
    }

    /// The policy of single runs with the shard's own seed and its share of the runs; other policies stay as they are.
    #[must_use]
    pub fn policy(self, policy: Policy) -> Policy {
        let share = |runs: u32| runs / self.of + if runs % self.of >= self.number { 1 } else { 0 };
        let own = |seed: u64| scramble(seed ^ (self.number as u64) << 32 ^ self.of as u64);
        match policy {
            Policy::Random { seed, runs } => Policy::Random { seed: own(seed), runs: share(runs) },
            Policy::Pct { seed, runs, changes } => Policy::Pct { seed: own(seed), runs: share(runs), changes },
            other => other,
        }
    }

    /// The shard's ways to begin, in the steps of the search.
    #[must_use]
    pub fn beginnings(self, scenario: &Arc<Scenario>, options: &Options) -> Beginnings {
        let all = beginnings(scenario, options, self.of as usize * BEGINNINGS_EACH);
        let count = all.len();
        let own = all.into_iter().enumerate().filter(|(at, _)| self.has(*at)).map(|(_, way)| way).collect();
        Beginnings { own, all: count }
    }
}

/// A state at the end of a way to begin.
struct Leaf {
    way: Vec<Choice>,
    machine: Machine,
    failures: u32,
}

/// At least so many ways to begin, if there are as many.
fn beginnings(scenario: &Arc<Scenario>, options: &Options, wanted: usize) -> Vec<Vec<Choice>> {
    let start =
        Leaf { way: Vec::new(), machine: Machine::new(Arc::clone(scenario)), failures: options.bounds.failures };
    let mut met: Map<Digest, ()> = Map::default();
    let mut open = VecDeque::from([start]);
    let mut closed = Vec::new();
    while open.len() + closed.len() < wanted {
        let Some(leaf) = open.pop_front() else { break };
        match next(&leaf, options) {
            Some(children) if leaf.way.len() < MOST_STEPS => {
                for child in children {
                    let key = Digest::of(&(child.machine.state(), child.failures));
                    if met.insert(key, ()).is_none() {
                        open.push_back(child);
                    }
                }
            }
            _ => closed.push(leaf.way),
        }
    }
    closed.extend(open.into_iter().map(|leaf| leaf.way));
    closed.sort_by_key(|way| key(way));
    closed
}

fn key(way: &[Choice]) -> Vec<(u8, bool)> {
    way.iter().map(|choice| (choice.thread.0, choice.fail)).collect()
}

/// All steps from there; `None`: one of them has to be judged, or there is none.
fn next(leaf: &Leaf, options: &Options) -> Option<Vec<Leaf>> {
    let mut children = Vec::new();
    for thread in leaf.machine.thread_ids() {
        for fail in [false, true] {
            if fail && leaf.failures == 0 {
                continue;
            }
            let choice = Choice { thread, fail };
            let mut machine = leaf.machine.clone();
            let Some(record) = machine.step(choice, options.reductions.step_size()) else { continue };
            if fail && !fails_as_asked(&record, options) {
                continue;
            }
            let is_judged = |event: &Event| event.goes_round() || matches!(event, Event::Result(_));
            let breaks = !violations(&leaf.machine.world, &record, &machine).is_empty();
            if breaks || machine.world.bug.is_some() || record.events().any(is_judged) {
                return None;
            }
            let left = leaf.failures - u32::from(fail && leaf.failures != Bounds::ANY_FAILURES);
            let way = leaf.way.iter().copied().chain([choice]).collect();
            children.push(Leaf { way, machine, failures: left });
        }
    }
    (!children.is_empty()).then_some(children)
}

/// Is the call that fails one of those that may?
fn fails_as_asked(record: &StepRecord, options: &Options) -> bool {
    let first = record.performed.iter().find_map(|performed| performed.stop.op.fail_point());
    first.is_some_and(|what| options.bounds.fail_points.contains(&what))
}
