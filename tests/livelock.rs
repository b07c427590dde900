//! Kernel code that goes in circles is a cycle of states without a way out, and there is no other such cycle in the museum.

use daxscope_core::scenario::{Scenario, Schedule, parse, parse_revision};
use daxscope_explore::{Bound, Bounds, Livelocks, Options, Verdict};
use std::sync::Arc;

fn search(script: &str, revision: &str, bounds: Bounds) -> Verdict {
    let revision = parse_revision(revision).expect("a revision");
    let scenario = Scenario { revision, schedule: None, ..parse(script).scenario };
    let mut search = Livelocks::new(Arc::new(scenario), Options { bounds, ..Options::default() });
    while *search.advance(1_000) == Verdict::Running {}
    search.verdict().clone()
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
        } else {
            assert_eq!(verdict, Verdict::Complete, "{revision}");
        }
    }
}

#[test]
fn there_are_no_other_circles() {
    let mut complete = 0;
    for exhibit in daxscope_museum::exhibits().iter().filter(|exhibit| exhibit.id != "c8") {
        for revision in &exhibit.revisions {
            match search(exhibit.script, revision, few_states(3_000)) {
                Verdict::Complete => complete += 1,
                verdict => assert_eq!(verdict, Verdict::BoundHit(Bound::States), "{} on {revision}", exhibit.id),
            }
        }
    }
    assert!(complete > 50, "{complete}");
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
    assert!(steps_of_b("truncate 0") > 3);
    assert_eq!(steps_of_b("read 4K at 1p"), 0);
}
