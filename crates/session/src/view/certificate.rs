//! The certificate of a search: what was asked and found, line by line.

use super::explore::{CertificateLine, seconds, states_per_second};
use crate::search::{Bounds, Measured, Options, Outcome, Policy, REDUCTIONS};
use crate::session::{Asked, Phase, plural};
use daxscope_core::check::Rule;
use daxscope_core::digest::Digest;
use daxscope_core::narrate::grouped;
use daxscope_core::scenario::{Scenario, format};

/// What was asked and found, line by line.
pub(crate) fn certificate(asked: &Asked, scenario: &Scenario, title: &str) -> Vec<CertificateLine> {
    let Some(measured) = asked.measured() else { return Vec::new() };
    let Options { bounds, policy, reductions } = &asked.options;
    // What is searched is the script without its schedule, under the kernel that was asked for.
    let searched = Scenario { revision: asked.revision, schedule: None, ..scenario.clone() };
    let digest = Digest::of(&format(&searched)).bits();
    let with: Vec<_> = REDUCTIONS.iter().filter(|one| (one.get)(reductions)).map(|one| one.name).collect();
    let mut lines = Vec::new();
    let mut line = |name, value: String| lines.push(CertificateLine { name, value: value.into() });
    line("verdict", verdict(asked, measured));
    line("scenario", format!("{title}, {}", plural(scenario.threads.len(), "thread")));
    line("script digest", format!("{digest:032x}"));
    line("kernel", asked.revision.name());
    line("failing calls", failures(bounds));
    line(
        "rules",
        match &bounds.rules[..] {
            [] => "all".into(),
            rules => rules.iter().map(|rule| rule.headline()).collect::<Vec<_>>().join(", "),
        },
    );
    line("order", order(*policy));
    line("reductions", if with.is_empty() { "none".into() } else { with.join(", ") });
    if !measured.ran.is_empty() {
        line("what ran", measured.ran.clone());
    }
    line("bounds", format!("{} states, depth {}", grouped(bounds.states as u64), grouped(bounds.depth.into())));
    line("states", grouped(measured.states));
    line("transitions", grouped(measured.transitions));
    line("depth", grouped(measured.depth));
    line("omission", omission(measured.omission));
    line("time", format!("{} s, {} states/s", seconds(measured), grouped(states_per_second(measured))));
    if let Some(schedule) = asked.found() {
        line("schedule", schedule.words());
    }
    lines
}

/// `no rule is broken`, or of which rules that is true: `the rule "Lost wake-up" is not broken`.
pub(super) fn unbroken(rules: &[Rule]) -> String {
    let mut names = String::new();
    for rule in rules {
        names.push_str(if names.is_empty() { "\"" } else { "\", \"" });
        names.push_str(rule.headline());
    }
    match rules.len() {
        0 => "no rule is broken".into(),
        1 => format!("the rule {names}\" is not broken"),
        _ => format!("the rules {names}\" are not broken"),
    }
}

fn verdict(asked: &Asked, measured: &Measured) -> String {
    match (&asked.phase, &measured.outcome) {
        (_, Outcome::Complete) => format!("complete: {} in any interleaving", unbroken(&asked.options.bounds.rules)),
        (_, Outcome::Violation { rules, schedule }) => {
            let rules: Vec<_> = rules.iter().map(|rule| rule.headline()).collect();
            let steps = asked.found().unwrap_or(schedule).choices.len();
            format!("violation: {}, after {}", rules.join(", "), plural(steps, "step"))
        }
        (_, Outcome::BoundHit(bound)) => format!("the bound on {bound} was hit: this proves nothing"),
        (Phase::Running, _) => "not done yet: this proves nothing".into(),
        _ => "stopped: this proves nothing".into(),
    }
}

fn failures(bounds: &Bounds) -> String {
    let points: Vec<_> = bounds.fail_points.iter().map(|point| point.name()).collect();
    match (bounds.failures, &points[..]) {
        (0, _) | (_, []) => "none but those of the script".into(),
        (Bounds::ANY_FAILURES, _) => format!("any number of {}", points.join(", ")),
        (most, _) => format!("at most {most} of {}", points.join(", ")),
    }
}

/// The order in a few words.
fn order(policy: Policy) -> String {
    match policy {
        Policy::BreadthFirst => "shortest ways first".into(),
        Policy::DepthFirst => "deepest first".into(),
        Policy::FewestSwitches => "fewest context switches first".into(),
        Policy::Random { seed, runs } => format!("{} random runs, seed {seed}", grouped(runs.into())),
        Policy::Pct { seed, runs, changes } => {
            format!("{} runs with random priorities, {changes} changes, seed {seed}", grouped(runs.into()))
        }
    }
}

/// The probability that a state was left out, as one in so many.
fn omission(probability: f64) -> String {
    const MOST: f64 = 1e15;
    match 1.0 / probability {
        one_in if one_in > MOST => "below 1 in 1,000,000,000,000,000 that a state was left out".into(),
        one_in => format!("1 in {} that a state was left out", grouped(one_in as u64)),
    }
}
