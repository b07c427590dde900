//! Searches and counterexamples begin with the entries that a script puts into the tree.

use daxscope_core::check::Rule;
use daxscope_core::scenario::{Scenario, parse, parse_revision};
use daxscope_explore::counterexample::Stage;
use daxscope_explore::{Counterexample, Options, Reductions, Search, Verdict};
use std::sync::Arc;

/// A 2 MiB entry that a fault left behind is taken apart by three loads of 4 KiB.
const DOWNGRADE: &str = "\
file     8M
extent   2M..4M mapped at 0x1007p
entries  2M..4M 2M empty
entries  4M..0x4a0p 4K page
thread A
  read 4K at 0x202p
thread B
  read 4K at 0x203p
thread C
  read 4K at 0x204p
";

/// What an fsync finds was stored before the first step.
const FSYNC: &str = "\
extent   0..2M mapped at 0x1007p
entries  0..0x14p 4K block dirty
thread A
  fsync
thread B
  write 4K at 3p
";

fn scenario(script: &str, revision: &str) -> Arc<Scenario> {
    let parsed = parse(script);
    assert_eq!(parsed.diagnostics, [], "{script}");
    Arc::new(Scenario { revision: parse_revision(revision).expect("a revision"), ..parsed.scenario })
}

fn searched(scenario: &Arc<Scenario>, reductions: Reductions) -> Search {
    let mut search = Search::new(Arc::clone(scenario), Options { reductions, ..Options::default() });
    while *search.advance(10_000) == Verdict::Running {}
    search
}

#[test]
fn a_downgrade_that_wakes_one_is_found() {
    let broken = scenario(DOWNGRADE, "v5");
    for reductions in [Reductions::ALL, Reductions { persistent_sets: false, ..Reductions::ALL }] {
        let search = searched(&broken, reductions);
        let Verdict::Violation(found) = search.verdict() else { panic!("{:?}", search.verdict()) };
        assert_eq!(found.rules, [Rule::LostWakeup]);
    }
    assert_eq!(*searched(&scenario(DOWNGRADE, "fixed"), Reductions::ALL).verdict(), Verdict::Complete);
}

#[test]
fn an_fsync_flushes_what_was_stored_before() {
    for reductions in [Reductions::ALL, Reductions { merging: false, ..Reductions::ALL }] {
        let search = searched(&scenario(FSYNC, "fixed"), reductions);
        assert_eq!(*search.verdict(), Verdict::Complete);
    }
}

/// The entries that do not matter go, the one that does stays.
#[test]
fn a_counterexample_keeps_the_entry_that_matters() {
    let scenario = scenario(DOWNGRADE, "v5");
    let search = searched(&scenario, Reductions::ALL);
    let Verdict::Violation(found) = search.verdict() else { panic!("{:?}", search.verdict()) };
    let mut counterexample = Counterexample::new(scenario, Options::default(), found);
    while !counterexample.is_done() {
        counterexample.advance(100_000);
    }
    let Stage::Done(explained) = counterexample.stage() else { panic!("{:?}", counterexample.stage()) };
    let entries: Vec<String> = explained.scenario.entries.iter().map(ToString::to_string).collect();
    assert_eq!(entries, ["0..2M 2M empty"]);
}
