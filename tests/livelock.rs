//! A livelock is a circle of states that nobody leads out of, and the museum has no other than those that it says.

use daxscope_core::check::Rule;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Scenario, Schedule, parse, parse_revision};
use daxscope_explore::{Bound, Bounds, Found, Livelocks, Options, Verdict};
use std::sync::Arc;

fn scenario(script: &str, revision: &str) -> Arc<Scenario> {
    let revision = parse_revision(revision).expect("a revision");
    Arc::new(Scenario { revision, schedule: None, ..parse(script).scenario })
}

fn search(script: &str, revision: &str, bounds: Bounds) -> Verdict {
    let mut search = Livelocks::new(scenario(script, revision), Options { bounds, ..Options::default() });
    while *search.advance(1_000) == Verdict::Running {}
    search.verdict().clone()
}

/// The run is told that it goes round at the last step, and not before.
fn check_replay(scenario: &Arc<Scenario>, found: Found) {
    let mut run = Run::new(Arc::clone(scenario));
    run.follow(&found.schedule).expect("the way can be stepped");
    let told: Vec<_> = run.violations().filter(|(_, violation)| violation.rule == Rule::Livelock).collect();
    assert_eq!(told.iter().map(|(step, _)| *step).collect::<Vec<_>>(), [run.steps.len()], "{told:?}");
}

fn few_states(states: usize) -> Bounds {
    Bounds { states, ..Bounds::default() }
}

/// C8: invalidation looks up the same entry for ever. Only one thread, so the way round is the way of that thread.
#[test]
fn a_scan_that_finds_the_same_entry_for_ever_is_a_circle() {
    let c8 = daxscope_museum::exhibit("c8").expect("an exhibit");
    for (at, revision) in c8.revisions.iter().enumerate() {
        let verdict = search(c8.script, revision, few_states(10_000));
        if at < c8.broken {
            let Verdict::Violation(found) = verdict else { panic!("{revision}: {verdict:?}") };
            let Schedule { choices, .. } = &found.schedule;
            assert!(choices.len() > 20 && choices.len() < 40, "{revision}: {}", choices.len());
            check_replay(&scenario(c8.script, revision), found.clone());
        } else {
            assert_eq!(verdict, Verdict::Complete, "{revision}");
        }
    }
}

#[test]
fn there_are_no_other_circles() {
    let mut complete = 0;
    for exhibit in daxscope_museum::exhibits() {
        let is_one = exhibit.expect == Some(Rule::Livelock);
        for (at, revision) in exhibit.revisions.iter().enumerate() {
            let what = format!("{} on {revision}", exhibit.id);
            match search(exhibit.script, revision, few_states(3_000)) {
                Verdict::Violation(found) => {
                    assert!(is_one && at < exhibit.broken, "{what}: {found:?}");
                    check_replay(&scenario(exhibit.script, revision), found);
                }
                Verdict::Complete => {
                    assert!(!is_one || at >= exhibit.broken, "{what}");
                    complete += 1;
                }
                verdict => assert_eq!(verdict, Verdict::BoundHit(Bound::States), "{what}"),
            }
        }
    }
    assert!(complete > 50, "{complete}");
}

/// Two threads that undo what the other did, one mapping 2 MiB and the other one splitting them: each of them gets through as
/// soon as the other one is late, and no access is ever given up.
#[test]
fn two_threads_that_disturb_each_other_are_no_livelock() {
    let script = "file 2M\nprocess P private\nthread A\n write 4K at 0\nthread B\n read 2M at 1p\n read 2M at 0\n";
    for (merging, critical_sections) in [(true, false), (false, true), (true, true)] {
        let mut options = Options::default();
        (options.reductions.merging, options.reductions.critical_sections) = (merging, critical_sections);
        let mut search = Livelocks::new(scenario(script, "fixed"), options);
        while *search.advance(1_000) == Verdict::Running {}
        assert_eq!(*search.verdict(), Verdict::Complete);
    }
}

/// A store that spins until another thread goes on: each of these ends as soon as the other one runs.
#[test]
fn waiting_for_another_thread_is_no_livelock() {
    for (other, extent) in [
        ("invalidate2", true),
        ("punch 0..1p", true),
        ("truncate 0", true),
        ("fsync", true),
        ("write(2) 0..1p", false),
        ("read(2) 0..1p", true),
    ] {
        let extent = if extent { "extent 0..1p mapped at 16M\n" } else { "" };
        let script = format!("file 1p\n{extent}thread A\n read 4K at 0\n write 4K at 0\nthread B\n {other}\n");
        for revision in ["4.12.4", "4.13.4", "fixed"] {
            assert_eq!(search(&script, revision, few_states(100_000)), Verdict::Complete, "{other} on {revision}");
        }
    }
}

/// The same scan, and a thread that takes the entry away. Whoever is caught is let out again: only where that thread came too
/// early, and is done, is there no way out. A thread that only reads lets nobody out.
#[test]
fn a_way_out_is_seen() {
    let c8 = daxscope_museum::exhibit("c8").expect("an exhibit");
    let script = c8.script.split("schedule").next().expect("a script");
    let steps_of_b = |operation: &str| {
        let script = format!("{script}thread B\n {operation}\n");
        let verdict = search(&script, c8.revisions[0], few_states(50_000));
        let Verdict::Violation(found) = verdict else { panic!("{operation}: {verdict:?}") };
        found.schedule.choices.iter().filter(|choice| choice.thread.letter() == 'B').count()
    };
    // It is done before the scan is caught.
    assert!(steps_of_b("truncate 0") > 3);
    assert!(steps_of_b("read 4K at 1p") >= 2);
}
