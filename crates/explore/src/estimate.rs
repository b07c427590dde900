//! How large will a search be? Known before it is made, from its beginning.
//!
//! The search itself is begun, breadth first, and stopped after [`PILOT`] states, if it has not ended. How many states are left says
//! [`crate::pace`]: those that wait, once for each step that is missing to the longest of a few random runs, fewer and fewer of them.
//!
//! How far off that may be shows on the way: the same is said after an eighth, a quarter and a half of those states. It grows where the
//! search grows faster than its runs end, and goes on to grow behind the pilot: so the factor is the square of how far these are apart.
//!
//! What was tried beside it, on the mixes (docs/exploring.md has the figures). *Knuth's estimate*, random probes down the tree of the search weighted by how many ways
//! there are at each state, is exact on average, but of the tree: it counts each state as often as there are ways to it, and states are met by so many ways that
//! its average is 10^12 times the states of 2x2 and 10^19 times those of 3x1. *Parts*: the same scenario with fewer threads, put together by factors, was up to 17 times off on 3x2 and 850 times on 4x1.
//!
//! Source: D. E. Knuth, Estimating the Efficiency of Backtrack Programs, Mathematics of Computation 29 (1975).

use crate::options::{Bounds, Options, Policy};
use crate::pace::{longest_run, states_left};
use crate::search::Search;
use crate::verdict::{Counts, Verdict};
use crate::watch::Watch;
use daxscope_core::check::Rule;
use daxscope_core::scenario::Scenario;
use std::sync::Arc;

/// States that are searched for an estimate.
pub const PILOT: usize = 200_000;
/// Transitions between two looks.
const SLICE: u64 = 5_000;

/// What is known of a search before it is made.
#[derive(Clone, PartialEq, Debug)]
pub struct Guess {
    /// About so many states.
    pub states: f64,
    /// It may be so many times fewer or more; 1: that is how many there are, since the search has ended.
    pub factor: f64,
    /// States that were stored for that.
    pub searched: u64,
    /// Steps of the longest of the random runs.
    pub longest: u32,
    /// Bytes that a state takes.
    pub bytes_a_state: f64,
    /// Bytes of what was learnt.
    pub learnt_bytes: u64,
    /// Rules that are broken already: then the search ends early.
    pub broken: Option<Vec<Rule>>,
}

/// An estimate that is being made.
#[derive(Debug)]
pub struct Estimate {
    scenario: Arc<Scenario>,
    options: Options,
    search: Search,
    longest: Option<u32>,
    /// What would have been said after so many states of the round.
    said: Vec<(u64, f64)>,
}

impl Estimate {
    /// An estimate of that search, nothing of it made yet.
    #[must_use]
    pub fn new(scenario: Arc<Scenario>, options: Options, watch: Watch) -> Estimate {
        let states = PILOT.min(options.bounds.states);
        let options = Options {
            bounds: Bounds { states, ..options.bounds.clone() },
            policy: Policy::BreadthFirst,
            reductions: options.reductions,
        };
        let search = Search::new(Arc::clone(&scenario), options.clone()).watched(watch);
        Estimate { scenario, options, search, longest: None, said: Vec::new() }
    }

    /// Searches on for a while; `false` if there is enough.
    pub fn advance(&mut self) -> bool {
        let Some(longest) = self.longest else {
            self.longest = longest_run(&self.scenario, &self.options);
            return true;
        };
        let goes_on = *self.search.advance(SLICE) == Verdict::Running;
        let counts = self.search.counts();
        if self.said.last().is_some_and(|&(states, _)| states > counts.states) {
            // The search has begun anew.
            self.said.clear();
        }
        self.said.push((counts.states, counts.states as f64 + states_left(&counts, longest)));
        goes_on
    }

    /// What the beginning of the search says of the whole.
    #[must_use]
    pub fn guess(&self) -> Guess {
        let counts = self.search.counts();
        let Counts { states, bytes, memory, .. } = counts;
        let is_all = *self.search.verdict() == Verdict::Complete;
        let broken = match self.search.verdict() {
            Verdict::Violation(found) => Some(found.rules.clone()),
            _ => None,
        };
        let told = self.said.last().map_or(states as f64, |&(_, told)| told);
        Guess {
            states: if is_all { states as f64 } else { told },
            factor: if is_all { 1.0 } else { self.apart() },
            searched: states,
            longest: self.longest.unwrap_or(0),
            bytes_a_state: bytes as f64 / states.max(1) as f64,
            learnt_bytes: memory.saturating_sub(bytes),
            broken,
        }
    }

    /// The square of how far apart what was said since an eighth of the states is; at least 2.
    fn apart(&self) -> f64 {
        let last = self.said.last().map_or(0, |&(states, _)| states);
        let late = self.said.iter().filter(|&&(states, _)| states >= last / 8).map(|&(_, told)| told);
        let (least, most) =
            late.fold((f64::INFINITY, 1.0_f64), |(least, most), told| (least.min(told), most.max(told)));
        (most / least.max(1.0)).powi(2).max(2.0)
    }
}
