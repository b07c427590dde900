//! How large will a search be? Known before it is made, from its parts: the same scenario with fewer threads.
//!
//! Threads that have nothing to do with each other have as many states together as the product of each alone. What two of them
//! make of each other shows when both are searched, what three do when three are, and so on: each set of threads has a
//! factor by which it has more or fewer states than the factors of its own parts say. The product of all factors that are known is
//! the estimate (in physics the superposition approximation of J. G. Kirkwood, 1935). With threads in each other's way it comes out by turns too
//! large and too small as larger parts are taken in, so the last two are put together.
//!
//! How far off it may be is measured the same way: the largest parts are known, and what this would have said of them is too.

use crate::Map;
use crate::options::{Bounds, Options, Policy};
use crate::search::Search;
use crate::verdict::Verdict;
use crate::watch::Watch;
use daxscope_core::check::Rule;
use daxscope_core::scenario::Scenario;
use daxscope_core::units::ThreadId;
use std::sync::Arc;

/// A part that has more states than this is not used, nor are larger ones.
pub const MOST_STATES: usize = 1_000_000;
/// What the larger of the last two estimates counts.
const WEIGHT: f64 = 0.75;

/// What is known of a search before it is made.
#[derive(Clone, PartialEq, Debug)]
pub struct Guess {
    /// About so many states.
    pub states: f64,
    /// It may be so many times fewer or more.
    pub factor: f64,
    /// Threads of the largest parts that were searched.
    pub threads: usize,
    /// Parts that were searched.
    pub parts: usize,
    /// States that were stored for that, in all parts together.
    pub searched: u64,
    /// Bytes that a state takes in the largest part.
    pub bytes_a_state: f64,
    /// Bytes of what was learnt in the largest part.
    pub learnt_bytes: u64,
    /// A part that breaks rules already: then a search ends early.
    pub broken: Option<(Vec<ThreadId>, Vec<Rule>)>,
}

/// An estimate that is being made, part by part.
#[derive(Debug)]
pub struct Estimate {
    scenario: Arc<Scenario>,
    options: Options,
    watch: Watch,
    /// The parts that are still to be searched, by their threads; smallest last.
    left: Vec<u16>,
    /// The logarithm of how many states each part has.
    known: Map<u16, f64>,
    /// No part of so many threads is searched.
    too_large: u32,
    guess: Guess,
}

impl Estimate {
    /// An estimate of that search, nothing of it made yet.
    #[must_use]
    pub fn new(scenario: Arc<Scenario>, options: Options, watch: Watch) -> Estimate {
        let threads = scenario.threads.len();
        let all: u16 = if threads >= 16 { u16::MAX } else { (1 << threads) - 1 };
        let mut left: Vec<u16> = (1..all).collect();
        left.sort_by_key(|part| std::cmp::Reverse((part.count_ones(), *part)));
        let guess = Guess {
            states: 0.0,
            factor: 1.0,
            threads: 0,
            parts: 0,
            searched: 0,
            bytes_a_state: 0.0,
            learnt_bytes: 0,
            broken: None,
        };
        Estimate { scenario, options, watch, left, known: Map::default(), too_large: u32::MAX, guess }
    }

    /// Searches the next part; `false` if there is none.
    pub fn advance(&mut self) -> bool {
        let Some(part) = self.left.pop() else { return false };
        let size = part.count_ones();
        if size >= self.too_large || self.guess.broken.is_some() || self.watch.is_stopped() {
            return true;
        }
        let bounds = Bounds { states: MOST_STATES.min(self.options.bounds.states), ..self.options.bounds.clone() };
        let options = Options { bounds, policy: Policy::DepthFirst, ..self.options.clone() };
        let scenario = Arc::new(part_of(&self.scenario, part));
        let mut search = Search::new(scenario, options).watched(self.watch.clone());
        while *search.advance(100_000) == Verdict::Running {}
        let counts = search.counts();
        self.guess.searched += counts.states;
        self.guess.parts += 1;
        match search.verdict() {
            Verdict::Complete => {
                self.known.insert(part, (counts.states.max(1) as f64).ln());
                self.guess.bytes_a_state = counts.bytes as f64 / counts.states.max(1) as f64;
                self.guess.learnt_bytes = self.guess.learnt_bytes.max(counts.memory - counts.bytes.min(counts.memory));
            }
            Verdict::Violation(found) => self.guess.broken = Some((members(part), found.rules.clone())),
            Verdict::Running | Verdict::BoundHit(_) => self.too_large = size,
        }
        true
    }

    /// What the parts that are known say of the whole; `None`: nothing.
    #[must_use]
    pub fn guess(&self) -> Option<Guess> {
        let threads = self.scenario.threads.len() as u32;
        let all = if threads >= 16 { return None } else { (1_u16 << threads) - 1 };
        let complete =
            |size: &u32| (1..all).filter(|part| part.count_ones() == *size).all(|part| self.known.contains_key(&part));
        let order = (1..threads).take_while(complete).last();
        // A thread alone says nothing: persistent sets store next to none of its states.
        let Some(order) = order.filter(|&order| order > 1) else {
            return self.guess.broken.is_some().then(|| self.guess.clone());
        };
        // How wrong the same would have been on the largest parts.
        let parts = (1..all).filter(|part| part.count_ones() == order);
        let off = |part: u16| (self.by_parts(part, order - 1) - self.known[&part]).abs();
        let wrong = parts.map(off).fold(0.0, f64::max);
        Some(Guess {
            states: self.by_parts(all, order).exp(),
            // What is left out is left out once for every size that is missing.
            factor: (wrong.max(2.0_f64.ln()) * f64::from(threads - order)).exp(),
            threads: order as usize,
            ..self.guess.clone()
        })
    }

    /// The logarithm of the states of a set of threads, from its parts of so many threads at most.
    fn by_parts(&self, whole: u16, order: u32) -> f64 {
        let sums: Vec<f64> = (1..=order)
            .map(|order| {
                let parts =
                    (1..=whole).filter(|part| part & !whole == 0 && part.count_ones() <= order && *part != whole);
                parts.map(|part| self.factor_of(part)).sum()
            })
            .collect();
        match sums.as_slice() {
            [] => 0.0,
            [one] => *one,
            [.., before, last] => WEIGHT * last + (1.0 - WEIGHT) * before,
        }
    }

    /// The logarithm of the factor that a set of threads has of its own.
    fn factor_of(&self, part: u16) -> f64 {
        let smaller = (1..part).filter(|smaller| smaller & !part == 0);
        self.known.get(&part).copied().unwrap_or(0.0) - smaller.map(|smaller| self.factor_of(smaller)).sum::<f64>()
    }
}

/// The threads of a part.
fn members(part: u16) -> Vec<ThreadId> {
    (0..16).filter(|at| part >> at & 1 == 1).map(ThreadId).collect()
}

/// The scenario with these threads only; they have the names of the first ones then.
fn part_of(whole: &Scenario, part: u16) -> Scenario {
    let kept = members(part);
    let mut scenario = Scenario { schedule: None, expectations: Vec::new(), ..whole.clone() };
    scenario.threads = kept.iter().map(|thread| whole.threads[thread.index()].clone()).collect();
    scenario.failures.retain(|failure| failure.thread.is_none_or(|thread| kept.contains(&thread)));
    for failure in &mut scenario.failures {
        let place = failure.thread.and_then(|thread| kept.iter().position(|kept| *kept == thread));
        failure.thread = place.map(|place| ThreadId(place as u8));
    }
    scenario
}
