//! The search finds the bugs of the museum in the broken revisions and proves them absent in the fixed ones, and its
//! reduction changes no verdict.

use daxscope_core::check::Rule;
use daxscope_core::machine::Status;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Scenario, parse, parse_revision};
use daxscope_explore::{Bound, Bounds, Found, Options, Reductions, Search, Verdict};
use daxscope_museum::{Exhibit, exhibits};
use std::sync::Arc;

fn scenario(script: &str, revision: &str) -> Arc<Scenario> {
    let parsed = parse(script);
    assert_eq!(parsed.diagnostics, []);
    let revision = parse_revision(revision).expect("a revision");
    Arc::new(Scenario { revision, schedule: None, ..parsed.scenario })
}

fn bounded(bounds: Bounds) -> Options {
    Options { bounds, ..Options::default() }
}

fn unmerged() -> Options {
    Options { reductions: Reductions { merging: false, ..Reductions::ALL }, ..Options::default() }
}

fn explore(scenario: &Arc<Scenario>, options: Options) -> Search {
    let mut search = Search::new(Arc::clone(scenario), options);
    while *search.advance(10_000) == Verdict::Running {}
    search
}

/// The machine, stepped along what was found, breaks the same rules at the last step.
fn check_replay(scenario: &Arc<Scenario>, found: &Found) {
    let mut run = Run::new(Arc::clone(scenario));
    run.follow(&found.schedule).expect("the way can be stepped");
    let last = run.steps.last().expect("a step");
    for rule in &found.rules {
        assert!(last.violations.iter().any(|violation| violation.rule == *rule), "{rule:?}: {:?}", last.violations);
    }
}

/// What an exhibit asks of a search that looks for `rules`.
fn asked(exhibit: &Exhibit, rules: Vec<Rule>, reductions: Reductions) -> Options {
    let default = Bounds::default();
    let bounds = Bounds {
        states: exhibit.states.unwrap_or(default.states),
        failures: exhibit.failures,
        fail_points: exhibit.fail_points.clone(),
        rules,
        ..default
    };
    Options { bounds, reductions, ..Options::default() }
}

/// The broken revisions break the expected rule, the first of them as early as it says; the fixed ones break none.
fn check_exhibit(exhibit: &Exhibit) {
    let expect = exhibit.expect.expect("a rule");
    for (at, revision) in exhibit.revisions.iter().enumerate() {
        let what = format!("{} on {revision}", exhibit.id);
        let scenario = scenario(exhibit.script, revision);
        if at >= exhibit.broken {
            let search = explore(&scenario, asked(exhibit, exhibit.rules_of_the_fixed(), Reductions::ALL));
            assert_eq!(*search.verdict(), Verdict::Complete, "{what}");
            continue;
        }
        let search = explore(&scenario, asked(exhibit, vec![expect], Reductions::SHORTEST));
        let Verdict::Violation(found) = search.verdict() else { panic!("{what}: {:?}", search.verdict()) };
        assert!(found.rules.contains(&expect), "{what}: {found:?}");
        check_replay(&scenario, found);
        if at == 0 {
            assert_eq!(exhibit.length, Some(found.schedule.choices.len() as u32), "{what}: `length`");
        }
    }
}

/// The exhibits that can be shown; those that take long only where the engine is optimised.
fn shown() -> impl Iterator<Item = &'static Exhibit> {
    let has_time = |exhibit: &&Exhibit| !exhibit.slow || !cfg!(debug_assertions);
    exhibits().iter().filter(|exhibit| exhibit.known_failure.is_none()).filter(has_time)
}

#[test]
fn every_exhibit_is_found_and_its_fix_is_clean() {
    shown().for_each(check_exhibit);
}

#[test]
fn no_exhibit_has_an_operation_too_many() {
    for exhibit in shown() {
        let whole = scenario(exhibit.script, exhibit.revisions[0]);
        let operations = whole.threads.iter().enumerate();
        let places = operations.flat_map(|(thread, script)| (0..script.operations.len()).map(move |at| (thread, at)));
        for (thread, at) in places {
            let mut smaller = Scenario::clone(&whole);
            let left_out = smaller.threads[thread].operations.remove(at);
            let search =
                explore(&Arc::new(smaller), asked(exhibit, exhibit.expect.into_iter().collect(), Reductions::ALL));
            if *search.verdict() == Verdict::Complete {
                continue;
            }
            // Without some the bug is still there, but the kernel that has it mended never comes to an end.
            let mended = exhibit.revisions.get(exhibit.broken).copied().unwrap_or_default();
            let mut smaller = Scenario::clone(&scenario(exhibit.script, mended));
            smaller.threads[thread].operations.remove(at);
            let proof = explore(&Arc::new(smaller), asked(exhibit, exhibit.rules_of_the_fixed(), Reductions::ALL));
            assert_ne!(*proof.verdict(), Verdict::Complete, "{} without {left_out:?}", exhibit.id);
        }
    }
}

const TWO: &str = "extent 0..2M mapped at 16M\nthread A\n read 4K at 1p\nthread B\n read 2M at 0\n";

const JOURNAL: &str =
    "file 2p\njournal on\nthread A\n write(2) 0..1p from 1p\nthread B\n write 4K at 1p\nthread C\n fsync\n";

#[test]
fn merging_places_changes_no_verdict_and_no_final_state() {
    for (script, revision) in [
        (TWO, "fixed"),
        ("file 2M\nthread A\n write 4K at 1p\nthread B\n punch 0..2M\n", "fixed"),
        ("file 2M\nthread A\n read 4K at 1p\n fsync\nthread B\n read 4K at 1p\n", "fixed"),
        ("file 2p\nthread A\n read 4K at 1p\n invalidate2\nthread B\n read 4K at 0\n invalidate\n", "fixed"),
        (
            "file 2p\nthread A\n write 4K at 0\nthread B\n read 4K at 0\n",
            "4.10.0 order_iomap_vs_grab=grab entry_locks=off",
        ),
        (JOURNAL, "4.12.4"),
        (JOURNAL, "fixed fault_starts_transaction=off"),
    ] {
        let scenario = scenario(script, revision);
        let merged = explore(&scenario, Options::default());
        let plain = explore(&scenario, unmerged());
        assert_eq!(merged.verdict(), plain.verdict(), "{script}");
        assert_eq!(merged.counts().finals, plain.counts().finals, "{script}");
        assert!(merged.counts().states <= plain.counts().states);
    }
}

/// Invalidations that remember entries which are gone, and faults that remember entries which are decided on.
const REMEMBERS: &str = "file 4M\nprocess P1\nprocess P2\nthread A in P1\n read 2M at 0\nthread B in P2\n write 4K at 1p\n\
     thread C\n invalidate2 0..2p unlocked\n";

#[test]
fn bisimulation_changes_no_verdict_no_final_state_and_no_shortest_way() {
    for (script, revision) in
        [(REMEMBERS, "fixed"), (REMEMBERS, "7.3-fixed"), (REMEMBERS, "4.10.0"), (JOURNAL, "4.12.4")]
    {
        let scenario = scenario(script, revision);
        for persistent_sets in [true, false] {
            let bounds = Bounds { failures: Bounds::ANY_FAILURES, ..Bounds::default() };
            let reductions = Reductions { persistent_sets, ..Reductions::ALL };
            let options = Options { bounds, reductions, ..Options::default() };
            let mut merged = Search::new(Arc::clone(&scenario), options.clone()).with_places_from(1);
            while *merged.advance(u64::MAX) == Verdict::Running {}
            let without = Options { reductions: Reductions { bisimulation: false, ..reductions }, ..options };
            let plain = explore(&scenario, without);
            let length = |verdict: &Verdict| match verdict {
                Verdict::Violation(found) => Some((found.rules.clone(), found.schedule.choices.len())),
                _ => None,
            };
            if let Verdict::Violation(found) = merged.verdict() {
                check_replay(&scenario, found);
                assert!(persistent_sets || length(merged.verdict()) == length(plain.verdict()), "{revision}");
            } else {
                assert_eq!(merged.verdict(), plain.verdict(), "{revision}");
                assert_eq!(merged.counts().finals, plain.counts().finals, "{revision}");
                let fewer = merged.counts().states < plain.counts().states;
                assert!(fewer || revision != "fixed", "nothing was taken for one");
            }
        }
    }
}

#[test]
fn what_is_found_is_shortest() {
    let scenario = scenario(TWO, "4.10.0");
    let search = explore(&scenario, Options::default());
    let Verdict::Violation(found) = search.verdict() else { panic!("{:?}", search.verdict()) };
    check_replay(&scenario, found);
    let plain = explore(&scenario, unmerged());
    let Verdict::Violation(other) = plain.verdict() else { panic!("{:?}", plain.verdict()) };
    assert_eq!(found.schedule.choices.len(), other.schedule.choices.len());
}

#[test]
fn a_bound_is_no_verdict_and_a_search_can_be_resumed() {
    let scenario = scenario(TWO, "fixed");
    let bounded = explore(&scenario, bounded(Bounds { states: 50, ..Bounds::default() }));
    assert_eq!(*bounded.verdict(), Verdict::BoundHit(Bound::States));
    let whole = explore(&scenario, Options::default());
    let mut pieces = Search::new(scenario, Options::default());
    while *pieces.advance(1) == Verdict::Running {}
    assert_eq!((pieces.verdict(), pieces.counts()), (whole.verdict(), whole.counts()));
}

#[test]
fn failures_are_choices_within_their_budget() {
    let script = "file 2M\nthread A\n read 4K at 1p\n";
    let scenario = scenario(script, "v6");
    assert_eq!(*explore(&scenario, Options::default()).verdict(), Verdict::Complete);
    let search = explore(&scenario, bounded(Bounds { failures: 1, ..Bounds::default() }));
    let Verdict::Violation(found) = search.verdict() else { panic!("{:?}", search.verdict()) };
    assert_eq!(found.schedule.choices.iter().filter(|choice| choice.fail).count(), 1);
    let mut run = Run::new(scenario);
    run.follow(&found.schedule).expect("the way can be stepped");
    assert!(matches!(run.machine.status(), Status::Dead(_)));
}
