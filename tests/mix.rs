//! The mix of `tests/mix`, as far as it is quick: which rule breaks on which kernel, and after how few steps.
//!
//! The rest of the mix is searched by `cargo bench -p daxscope-explore`: docs/benches.md.

use daxscope_core::check::Rule;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Scenario, parse, parse_revision};
use daxscope_explore::{Bounds, Options, Reductions, Search, Verdict};
use std::path::Path;
use std::sync::Arc;

const ONE_WAITER: &str = "fixed wake_mode_delete=one";

/// Searches a file of the mix; any preload may fail. The rules that break first and how many steps lead there; `None`: complete.
fn searched(size: &str, kernel: &str, reductions: Reductions) -> Option<(Vec<Rule>, usize)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/mix").join(size).with_extension("dax");
    let parsed = parse(&std::fs::read_to_string(path).expect("a file of the mix"));
    assert_eq!(parsed.diagnostics, [], "{size}");
    let revision = parse_revision(kernel).expect("a kernel");
    let scenario = Arc::new(Scenario { revision, ..parsed.scenario });
    let bounds = Bounds { failures: Bounds::ANY_FAILURES, ..Bounds::default() };
    let mut search = Search::new(Arc::clone(&scenario), Options { bounds, reductions, ..Options::default() });
    while *search.advance(100_000) == Verdict::Running {}
    match search.verdict() {
        Verdict::Complete => None,
        Verdict::Violation(found) => {
            let mut run = Run::new(scenario);
            run.follow(&found.schedule).expect("the machine goes the same way");
            let broken = &run.steps.last().expect("a step").violations;
            for rule in &found.rules {
                assert!(broken.iter().any(|violation| violation.rule == *rule), "{size} on {kernel}: {rule:?}");
            }
            Some((found.rules.clone(), found.schedule.choices.len()))
        }
        other => panic!("{size} on {kernel}: {other:?}"),
    }
}

/// Both ways of searching agree: the one that keeps shortest lengths, and the one with all reductions.
fn check(size: &str, kernel: &str, expected: Option<(&[Rule], usize)>) {
    let what = format!("{size} on {kernel}");
    let shortest = searched(size, kernel, Reductions::SHORTEST);
    assert_eq!(shortest, expected.map(|(rules, length)| (rules.to_vec(), length)), "{what}");
    let reduced = searched(size, kernel, Reductions::ALL);
    assert_eq!(reduced.is_none(), expected.is_none(), "{what}: {reduced:?}");
    let longer = reduced.map_or(0, |(_, length)| length);
    assert!(longer >= expected.map_or(0, |(_, length)| length), "{what}: {longer} points are fewer than the fewest");
}

#[test]
fn what_is_fixed_is_clean_and_complete() {
    check("2x1", "fixed", None);
    check("2x2", "fixed", None);
    check("3x1", "fixed", None);
}

#[test]
fn fewer_than_four_threads_lose_no_wake_up_where_a_deletion_wakes_one() {
    check("2x1", ONE_WAITER, None);
    check("2x2", ONE_WAITER, None);
    check("3x1", ONE_WAITER, None);
}

#[test]
fn four_threads_lose_one() {
    // Where the wake-up is lost and how: docs/benches.md.
    let found = searched("4x1", ONE_WAITER, Reductions::ALL).expect("a lost wake-up");
    assert_eq!(found.0, [Rule::LostWakeup]);
    assert!(found.1 >= 37, "shorter than the shortest: {}", found.1);
}

#[test]
fn linux_4_10_0_breaks_these_rules() {
    check("2x1", "4.10.0", None);
    check("2x2", "4.10.0", Some((&[Rule::Warning], 52)));
    check("3x1", "4.10.0", Some((&[Rule::FalseExist], 18)));
}

#[test]
fn revision_6_breaks_these_rules() {
    check("2x1", "v6", Some((&[Rule::KernelBug], 9)));
    check("2x2", "v6", Some((&[Rule::KernelBug], 9)));
    check("3x1", "v6", Some((&[Rule::KernelBug], 9)));
}
