//! What is proved of less where a bound was hit: the same search with fewer failing calls, and by context switches. Each is a
//! search of its own, with an eighth of the states, so the same words give the same answer on every machine.

use crate::searching::BUDGET;
use daxscope_core::scenario::Scenario;
use daxscope_explore::{Bound, Bounds, Options, Policy, Reductions, Search, Verdict, Watch};
use std::sync::Arc;

/// Of the states of a search that was cut, each lesser search may store so much.
const SHARE: usize = 8;
/// No more failing calls are tried than this.
const MOST_FAILURES: u32 = 3;

/// What lesser searches have proved.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Lesser {
    /// Every interleaving with at most so many failing calls was looked at, and no rule is broken.
    pub(crate) failures: Option<u32>,
    /// No way with at most so many context switches breaks a rule.
    pub(crate) switches: Option<u32>,
    /// States that they stored.
    pub(crate) states: u64,
}

/// What came of them.
#[derive(Clone, Debug)]
pub(crate) enum Tried {
    /// This is proved, if anything.
    Proved(Lesser),
    /// A rule is broken: it is found by a search with these options.
    Broken(Box<Options>),
}

/// Makes lesser searches if a search ended so that they may prove something.
pub(crate) fn lesser(
    scenario: &Arc<Scenario>,
    options: &Options,
    verdict: &Verdict,
    watch: &Watch,
    memory: Option<u64>,
) -> Tried {
    let mut proved = Lesser::default();
    let is_graph = !matches!(options.policy, Policy::Random { .. } | Policy::Pct { .. });
    let is_cut = matches!(verdict, Verdict::BoundHit(Bound::States | Bound::Memory | Bound::Depth));
    if !is_graph || !is_cut || !options.reductions.caching {
        return Tried::Proved(proved);
    }
    let states = options.bounds.states / SHARE;
    let bounds = Bounds { states, memory: options.bounds.memory.or(memory), ..options.bounds.clone() };
    let mut tries: Vec<Options> = Vec::new();
    for failures in 0..options.bounds.failures.min(MOST_FAILURES + 1) {
        let bounds = Bounds { failures, ..bounds.clone() };
        tries.push(Options { bounds, ..options.clone() });
    }
    for asked in tries {
        let search = made(scenario, &asked, watch);
        proved.states += search.counts().states;
        match search.verdict() {
            Verdict::Complete => proved.failures = Some(asked.bounds.failures),
            Verdict::Violation(_) => return Tried::Broken(Box::new(asked)),
            Verdict::Running | Verdict::BoundHit(_) => break,
        }
    }
    let reductions = Reductions { persistent_sets: false, ..options.reductions };
    let asked = Options { bounds, policy: Policy::FewestSwitches, reductions };
    if asked != *options {
        let search = made(scenario, &asked, watch);
        proved.states += search.counts().states;
        match search.verdict() {
            Verdict::Violation(_) => return Tried::Broken(Box::new(asked)),
            _ => proved.switches = search.proved().switches,
        }
    }
    Tried::Proved(proved)
}

fn made(scenario: &Arc<Scenario>, options: &Options, watch: &Watch) -> Search {
    let mut search = Search::new(Arc::clone(scenario), options.clone()).watched(watch.clone());
    while *search.advance(BUDGET) == Verdict::Running {}
    search
}
