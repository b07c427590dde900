//! How much of a search is left, while it goes on.
//!
//! Breadth first, a search goes through the states by their number of steps from the start. How far the last ones are from it is
//! known before: a few random runs end where all runs end, give or take a few steps ([`longest_run`]). So the states that are left are those that
//! wait now, once for each step that is missing, but fewer and fewer of them: [`SHAPE`]. It was measured on the mixes of 2x2, 3x1 and 3x2: in the last
//! round of a search, from a tenth of its time on, what this says of the states that are left was between 0.6 and 1.7 times what it was (docs/exploring.md).

use crate::options::{Options, Policy};
use crate::search::Search;
use crate::verdict::{Counts, Verdict};
use daxscope_core::scenario::Scenario;
use std::sync::Arc;

/// How many states of each level that is missing there are, beside those that wait now.
pub const SHAPE: f64 = 0.4;
/// Runs that are made to know how long runs are, by random priorities: those of a random thread each time are all alike.
const RUNS: u32 = 200;
/// How often a priority is lowered in one.
const CHANGES: u32 = 8;
/// Steps in all of them together; what goes round a loop is cut there.
const MOST_STEPS: u64 = 50_000;

/// How many steps the longest run has, by the longest of a few random ones and a tenth more; `None` where the search does not go breadth first.
#[must_use]
pub fn longest_run(scenario: &Arc<Scenario>, options: &Options) -> Option<u32> {
    if options.policy != Policy::BreadthFirst {
        return None;
    }
    let policy = Policy::Pct { seed: 1, runs: RUNS, changes: CHANGES };
    let mut runs = Search::new(Arc::clone(scenario), Options { policy, ..options.clone() });
    while *runs.advance(1_000) == Verdict::Running && runs.counts().all_transitions < MOST_STEPS {}
    let longest = runs.counts().depth;
    Some(longest + longest / 10)
}

/// About how many states a search that has come so far will still store, if runs are so long.
#[must_use]
pub fn states_left(counts: &Counts, longest: u32) -> f64 {
    let missing = longest.saturating_sub(counts.depth).max(1);
    SHAPE * counts.frontier as f64 * f64::from(missing)
}

/// About how many seconds are left of a search that has taken so many for this and all rounds before it; `None`: nobody can say yet.
#[must_use]
pub fn seconds_left(counts: &Counts, longest: u32, seconds: f64) -> Option<f64> {
    // What the rounds before have taught is not to be learnt again: the time of this round is its share of all steps.
    let share = counts.transitions as f64 / counts.all_transitions.max(1) as f64;
    let per_state = seconds * share / counts.states.max(1) as f64;
    (counts.frontier > 0 && counts.states >= LEAST).then(|| per_state * states_left(counts, longest))
}

/// With fewer states nobody knows anything, and it takes no time either.
const LEAST: u64 = 2_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_counts_once_for_each_step_that_is_missing() {
        let counts = |depth, frontier| Counts {
            depth,
            frontier,
            states: 10_000,
            transitions: 40_000,
            all_transitions: 80_000,
            ..Counts::default()
        };
        assert!((states_left(&counts(90, 100), 100) - 400.0).abs() < 1e-9);
        // Behind the longest run that was seen there is at least one more step.
        assert!((states_left(&counts(120, 100), 100) - 40.0).abs() < 1e-9);
        let left = seconds_left(&counts(90, 100), 100, 20.0).expect("enough states");
        assert!((left - 0.4).abs() < 1e-9, "10 of 20 s for 10,000 states, and 400 are left: {left}");
        assert_eq!(seconds_left(&counts(90, 0), 100, 20.0), None);
    }
}
