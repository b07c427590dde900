//! Persistent sets: where the next step of one thread cannot be affected by, or affect, anything that the others can do
//! before it, looking at that thread alone is enough.
//!
//! What the others can do is taken from the automata as far as they are learnt ([`crate::futures`]), and every decision is
//! noted. When more is learnt the decisions are asked again; if one no longer holds, the search has to begin anew,
//! knowing more. A search that ends with all its decisions valid has looked at everything: take the first operation that
//! the search missed and that should have been considered; the way to it goes through places that the search did visit, in
//! another order, so the automata know it.
//!
//! Further conditions: a step that closes a loop of its thread's places is never taken alone (or a loop could shut the
//! others out for ever), nor is one that ends a quiet moment by a change (rules for quiet moments would miss it), nor one
//! that breaks a rule.
//!
//! Source: P. Godefroid, Partial-Order Methods for the Verification of Concurrent Systems, LNCS 1032 (1996), chapters 4 and
//! 6; for the conditions, Clarke, Grumberg and Peled, Model Checking (1999), chapter 10.

use crate::automaton::{NodeId, SiteId};
use crate::footprints::{AccessSet, ClassId};
use crate::futures::{Futures, RangesId};
use crate::mix::{Identity, scramble};
use crate::steps::{Learning, Steps};
use daxscope_core::units::ThreadId;
use std::collections::HashMap;

/// What decides whether a thread may be looked at alone.
#[derive(Debug, Default)]
pub struct Independence {
    futures: Futures,
    /// By class: everything known that conflicts with it, and how many accesses were known then.
    conflicts: Vec<(AccessSet, usize)>,
    /// By the number of the mapping and the thread.
    locked: HashMap<u64, RangesId, Identity>,
    decisions: Vec<Decisions>,
    decision_numbers: HashMap<u64, usize, Identity>,
    /// What the automata knew when the futures were computed.
    knowledge: usize,
}

/// For one step and what its thread has locked, by thread and site: does it hold that from there the thread cannot touch
/// what conflicts with the step while the ranges stay locked?
#[derive(Clone, Debug)]
struct Decisions {
    class: ClassId,
    ranges: RangesId,
    from: usize,
    by_thread: Vec<Vec<Decision>>,
}

/// The step that might be looked at alone.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// What it touches.
    pub class: ClassId,
    /// Whose it is.
    pub thread: usize,
    /// What that thread has locked.
    pub ranges: RangesId,
    /// 1 if it makes no difference which calls are made to fail, otherwise 0.
    pub from: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Decision {
    Open,
    Holds,
    Fails,
}

impl Independence {
    /// Knows nothing.
    #[must_use]
    pub fn new(threads: &[Steps], learning: &Learning) -> Independence {
        let mut independence = Independence::default();
        independence.futures.number(Vec::new(), threads, &learning.accesses);
        independence
    }

    /// The ranges that a thread has locked.
    pub fn locked(&mut self, mapping: u32, thread: usize, threads: &[Steps], learning: &Learning) -> RangesId {
        let key = scramble(u64::from(mapping) << 8 | thread as u64);
        if let Some(&known) = self.locked.get(&key) {
            return known;
        }
        let ranges = learning.store.mapping(mapping).locked_ranges(ThreadId(thread as u8));
        let number = self.futures.number(ranges, threads, &learning.accesses);
        self.locked.insert(key, number);
        number
    }

    /// Can none of the others, who are at these places, touch what conflicts with the step before its thread moves?
    pub fn is_free(&mut self, asked: Asked, places: &[u32], threads: &[Steps], learning: &Learning) -> bool {
        let number = self.decisions(asked, threads.len());
        for (other, (&node, steps)) in places.iter().zip(threads).enumerate() {
            if other == asked.thread || node >= NodeId::CRASHED.0 {
                continue;
            }
            let site = steps.automaton.node(NodeId(node)).site;
            let known = self.decisions[number].by_thread[other].get(site as usize).copied();
            let holds = match known {
                Some(Decision::Holds) => true,
                Some(Decision::Fails) => false,
                Some(Decision::Open) | None => self.decide(number, other, site, learning),
            };
            if !holds {
                return false;
            }
        }
        true
    }

    /// The number of the decisions about a step.
    fn decisions(&mut self, asked: Asked, threads: usize) -> usize {
        let Asked { class, ranges, from, .. } = asked;
        let key = scramble(u64::from(class) << 32 | u64::from(ranges) << 1 | from as u64);
        let decisions = &mut self.decisions;
        *self.decision_numbers.entry(key).or_insert_with(|| {
            decisions.push(Decisions { class, ranges, from, by_thread: vec![Vec::new(); threads] });
            decisions.len() - 1
        })
    }

    #[cold]
    fn decide(&mut self, number: usize, thread: usize, site: SiteId, learning: &Learning) -> bool {
        self.learn_conflicts(self.decisions[number].class, learning);
        let holds = self.holds(&self.decisions[number], thread, site);
        let sites = &mut self.decisions[number].by_thread[thread];
        if site as usize >= sites.len() {
            sites.resize(site as usize + 1, Decision::Open);
        }
        sites[site as usize] = if holds { Decision::Holds } else { Decision::Fails };
        holds
    }

    fn holds(&self, decisions: &Decisions, thread: usize, site: SiteId) -> bool {
        let conflicts = &self.conflicts[decisions.class as usize].0;
        !self.futures.may_touch(decisions.ranges, thread, site, conflicts, decisions.from)
    }

    fn learn_conflicts(&mut self, class: ClassId, learning: &Learning) {
        if class as usize >= self.conflicts.len() {
            self.conflicts.resize(learning.classes.len(), (AccessSet::default(), usize::MAX));
        }
        let known = learning.accesses.len();
        let entry = &mut self.conflicts[class as usize];
        if entry.1 != known {
            *entry = (learning.accesses.conflicts(learning.classes.set(class)), known);
        }
    }

    /// Has so much been learnt since the last look that the futures are worth computing again?
    #[must_use]
    pub fn is_stale(&self, threads: &[Steps]) -> bool {
        knowledge(threads) > self.knowledge + self.knowledge / 8 + 32
    }

    /// Computes the futures from what is known now; do all decisions still hold?
    pub fn refresh(&mut self, threads: &[Steps], learning: &Learning) -> bool {
        if knowledge(threads) == self.knowledge {
            return true;
        }
        self.knowledge = knowledge(threads);
        self.futures.refresh(threads, &learning.accesses);
        for class in 0..self.conflicts.len() {
            self.learn_conflicts(class as ClassId, learning);
        }
        let mut hold = true;
        let mut decisions = std::mem::take(&mut self.decisions);
        for decisions in &mut decisions {
            for thread in 0..decisions.by_thread.len() {
                for site in 0..decisions.by_thread[thread].len() {
                    if decisions.by_thread[thread][site] == Decision::Holds
                        && !self.holds(decisions, thread, site as SiteId)
                    {
                        hold = false;
                        decisions.by_thread[thread][site] = Decision::Fails;
                    }
                }
            }
        }
        self.decisions = decisions;
        hold
    }
}

fn knowledge(threads: &[Steps]) -> usize {
    threads.iter().map(|steps| steps.automaton.knowledge()).sum()
}
