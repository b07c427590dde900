//! What a search that is not complete has found out all the same, and what may still find something.

use super::certificate;
use super::model::unbroken;
use daxscope_core::narrate::grouped;
use daxscope_explore::{Bound, Counts, Options, Policy, Verdict};

/// What is known when a search is cut.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SoFar {
    /// What holds for every interleaving; `None`: nothing yet.
    pub(crate) proved: Option<String>,
    /// What was looked at.
    seen: String,
    /// What to try next.
    pub(crate) advice: String,
}

impl SoFar {
    /// Of a search that was cut.
    pub(crate) fn of(options: &Options, verdict: &Verdict, counts: &Counts) -> SoFar {
        let seen = match counts.runs {
            0 => format!("{} states, up to {} steps deep", grouped(counts.states), counts.depth),
            runs => format!("{} runs, {} to their end", grouped(runs), grouped(counts.finals)),
        };
        SoFar { proved: proved(options, counts), seen, advice: advice(options.policy, verdict) }
    }

    /// The same for people.
    pub(crate) fn lines(&self) -> String {
        let proved = self.proved.as_deref().unwrap_or("nothing about what was not looked at");
        format!("seen: {}\nproved: {proved}\nnext: {}\n", self.seen, self.advice)
    }
}

/// Breadth first, every state that is fewer steps away than the one looked at last has been looked at with all its steps.
/// Persistent sets put steps of others first, so there the same number says nothing of interleavings as the machine has
/// them.
fn proved(options: &Options, counts: &Counts) -> Option<String> {
    let by_steps = options.policy == Policy::BreadthFirst && !options.reductions.persistent_sets;
    let steps = counts.depth;
    let place = format!("within the first {steps} steps of any interleaving");
    (by_steps && steps > 0).then(|| unbroken(&options.bounds.rules, &place))
}

fn advice(policy: Policy, verdict: &Verdict) -> String {
    let more = match verdict {
        Verdict::BoundHit(Bound::Runs) => String::new(),
        Verdict::BoundHit(bound) => format!("a higher --bound {}=..., or ", bound.name()),
        _ => String::new(),
    };
    let first = match policy {
        Policy::BreadthFirst => "breadth first",
        Policy::DepthFirst => "depth first",
        Policy::FewestSwitches => "fewest switches first",
        Policy::Random { seed, runs } => return other_runs(Policy::Random { seed: seed.wrapping_add(1), runs }),
        Policy::Pct { seed, runs, changes } => {
            return other_runs(Policy::Pct { seed: seed.wrapping_add(1), runs, changes });
        }
    };
    format!("{more}`--policy pct:1:1000:3`, which may find in seconds what {first} does not reach")
}

fn other_runs(policy: Policy) -> String {
    format!("other runs, such as `--policy {}`; no number of them is complete", certificate::policy(policy))
}

#[cfg(test)]
mod tests {
    use super::*;
    use daxscope_explore::Reductions;

    fn told(policy: Policy, reductions: Reductions, depth: u32) -> SoFar {
        let options = Options { policy, reductions, ..Options::default() };
        SoFar::of(&options, &Verdict::BoundHit(Bound::States), &Counts { depth, ..Counts::default() })
    }

    #[test]
    fn only_what_is_searched_step_by_step_proves_anything() {
        let proved = told(Policy::BreadthFirst, Reductions::SHORTEST, 7).proved;
        assert_eq!(proved.as_deref(), Some("no rule is broken within the first 7 steps of any interleaving"));
        assert_eq!(told(Policy::BreadthFirst, Reductions::SHORTEST, 0).proved, None);
        assert_eq!(told(Policy::BreadthFirst, Reductions::ALL, 7).proved, None);
        assert_eq!(told(Policy::DepthFirst, Reductions::SHORTEST, 7).proved, None);
        assert_eq!(told(Policy::FewestSwitches, Reductions::SHORTEST, 7).proved, None);
    }

    #[test]
    fn random_runs_are_told_to_try_others() {
        let advice = told(Policy::Pct { seed: 1, runs: 10, changes: 3 }, Reductions::ALL, 7).advice;
        assert_eq!(advice, "other runs, such as `--policy pct:2:10:3`; no number of them is complete");
        let advice = told(Policy::BreadthFirst, Reductions::ALL, 7).advice;
        assert!(
            advice.starts_with("a higher --bound states=..., or `--policy pct:1:1000:3`, which may find"),
            "{advice}"
        );
    }
}
