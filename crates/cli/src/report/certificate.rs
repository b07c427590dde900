//! Everything that is needed to repeat a search, as words.

use super::model::{Case, LookedFor, looked_for};
use crate::args::values::size;
use daxscope_core::scenario::{FailPoint, Scenario};
use daxscope_explore::{Bounds, Options, Policy, Reductions};

/// The command that repeats the search.
pub(crate) fn repeat(script: &str, case: &Case) -> String {
    let jobs = if case.jobs > 1 { format!(" --jobs {}", case.jobs) } else { String::new() };
    let shard = case.shard.map_or(String::new(), |shard| format!(" --shard {}/{}", shard.number, shard.of));
    command("explore", script, &case.scenario, &case.options) + &shard + &jobs
}

/// A command with every option in words, so that other defaults change nothing.
pub(crate) fn command(name: &str, script: &str, scenario: &Scenario, options: &Options) -> String {
    let mut words = vec![format!("daxscope {name}"), quoted(script)];
    words.push(format!("--revision {}", quoted(&scenario.revision.name())));
    let bounds = &options.bounds;
    words.push(format!("--failures {}", failures(bounds)));
    if bounds.failures > 0 {
        words.push(format!("--fail {}", fail_points(bounds)));
    }
    words.push(format!("--bound states={} --bound depth={}", bounds.states, bounds.depth));
    words.extend(bounds.seconds.map(|seconds| format!("--bound seconds={seconds}")));
    words.extend(bounds.memory.map(|bytes| format!("--bound memory={}", size(bytes))));
    match looked_for(&bounds.rules) {
        // An exhibit would bring its rule.
        LookedFor::All if script.starts_with("museum:") => words.push("--rule any".to_owned()),
        LookedFor::All => {}
        LookedFor::Only(rules) => words.extend(rules.iter().map(|rule| format!("--rule {}", rule.name()))),
        LookedFor::AllBut(rules) => words.extend(rules.iter().map(|rule| format!("--except {}", rule.name()))),
    }
    words.push(format!("--policy {}", policy(options.policy)));
    words.extend(left_off(options.reductions).map(|name| format!("--without {name}")));
    words.join(" ")
}

/// How far the search was allowed to go, as a sentence without its end.
pub(crate) fn allowed(options: &Options) -> String {
    let bounds = &options.bounds;
    let failing = match bounds.failures {
        0 => "no failing call beyond those of the script".to_owned(),
        Bounds::ANY_FAILURES => format!("any number of failing calls ({})", fail_points(bounds)),
        1 => format!("1 failing call ({})", fail_points(bounds)),
        number => format!("{number} failing calls ({})", fail_points(bounds)),
    };
    let seconds = bounds.seconds.map(|seconds| format!(", {seconds} s"));
    let memory = bounds.memory.map(|bytes| format!(", {} of memory", size(bytes)));
    format!(
        "{failing}; at most {} states, {} steps deep{}{}",
        bounds.states,
        bounds.depth,
        seconds.unwrap_or_default(),
        memory.unwrap_or_default()
    )
}

/// `1`, `any`.
pub(crate) fn failures(bounds: &Bounds) -> String {
    if bounds.failures == Bounds::ANY_FAILURES { "any".to_owned() } else { bounds.failures.to_string() }
}

fn fail_points(bounds: &Bounds) -> String {
    bounds.fail_points.iter().copied().map(FailPoint::name).collect::<Vec<_>>().join(",")
}

/// `random:1:10000`, as the command line takes it.
pub(crate) fn policy(policy: Policy) -> String {
    match policy {
        Policy::BreadthFirst => "breadth".to_owned(),
        Policy::DepthFirst => "depth".to_owned(),
        Policy::FewestSwitches => "switches".to_owned(),
        Policy::Random { seed, runs } => format!("random:{seed}:{runs}"),
        Policy::Pct { seed, runs, changes } => format!("pct:{seed}:{runs}:{changes}"),
    }
}

/// Every reduction by its name, and whether it is used.
pub(crate) const fn reductions(reductions: Reductions) -> [(&'static str, bool); 6] {
    let Reductions { caching, merging, bisimulation, critical_sections, persistent_sets, symmetry } = reductions;
    [
        ("caching", caching),
        ("merging", merging),
        ("bisimulation", bisimulation),
        ("critical-sections", critical_sections),
        ("persistent-sets", persistent_sets),
        ("symmetry", symmetry),
    ]
}

/// The reductions that are not used.
fn left_off(used: Reductions) -> impl Iterator<Item = &'static str> {
    reductions(used).into_iter().filter(|(_, used)| !used).map(|(name, _)| name)
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
