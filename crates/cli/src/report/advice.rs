//! What may still find something when a search is not complete.

use super::certificate;
use daxscope_explore::{Bound, Policy, Verdict};

/// What to try next, in words; `None` if the search has come to its end.
pub(crate) fn advice(policy: Policy, verdict: &Verdict) -> Option<String> {
    let more = match verdict {
        Verdict::Complete | Verdict::Violation(_) => return None,
        Verdict::Running | Verdict::BoundHit(Bound::Interrupted | Bound::Runs) => String::new(),
        Verdict::BoundHit(bound) => format!("a higher --bound {}=..., or ", bound.name()),
    };
    let first = match policy {
        Policy::BreadthFirst => "breadth first",
        Policy::DepthFirst => "depth first",
        Policy::FewestSwitches => "fewest switches first",
        Policy::Random { seed, runs } => {
            return Some(other_runs(Policy::Random { seed: seed.wrapping_add(1), runs }));
        }
        Policy::Pct { seed, runs, changes } => {
            return Some(other_runs(Policy::Pct { seed: seed.wrapping_add(1), runs, changes }));
        }
    };
    Some(format!("{more}`--policy pct:1:1000:3`, which may find in seconds what {first} does not reach"))
}

fn other_runs(policy: Policy) -> String {
    format!("other runs, such as `--policy {}`; no number of them is complete", certificate::policy(policy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_policy_is_told_to_try_another() {
        let told = |policy, verdict: Verdict| advice(policy, &verdict).unwrap_or_default();
        let states = Verdict::BoundHit(Bound::States);
        let pct = Policy::Pct { seed: 1, runs: 10, changes: 3 };
        assert_eq!(
            told(pct, Verdict::BoundHit(Bound::Runs)),
            "other runs, such as `--policy pct:2:10:3`; no number of them is complete"
        );
        let breadth = told(Policy::BreadthFirst, states.clone());
        assert!(breadth.starts_with("a higher --bound states=..., or `--policy pct:1:1000:3`, which"), "{breadth}");
        assert!(told(Policy::DepthFirst, states).ends_with("what depth first does not reach"));
        let interrupted = told(Policy::BreadthFirst, Verdict::BoundHit(Bound::Interrupted));
        assert!(interrupted.starts_with("`--policy pct:"), "{interrupted}");
        assert_eq!(advice(Policy::BreadthFirst, &Verdict::Complete), None);
    }
}
