//! What searches and runs say of small scripts whose verdicts were once wrong, and of their siblings: the rules that break,
//! whatever the step size and whichever reduction is off. One row is one script.

use daxscope_core::check::Rule;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Scenario, StepSize, parse, parse_revision};
use daxscope_explore::{Bounds, Options, Reductions, Search, Verdict};
use std::sync::Arc;

/// A script, the kernels to be asked besides its own, and every rule that breaks there.
struct Row {
    name: &'static str,
    script: &'static str,
    revisions: &'static [&'static str],
    broken: &'static [Rule],
    /// Rules of which the scripts are asked; none: all.
    asked: &'static [Rule],
}

macro_rules! row {
    ($name:literal, $revisions:expr, $broken:expr) => {
        row!($name, $revisions, $broken, &[])
    };
    ($name:literal, $revisions:expr, $broken:expr, $asked:expr) => {
        Row {
            name: $name,
            script: include_str!(concat!("verdicts/", $name, ".dax")),
            revisions: $revisions,
            broken: $broken,
            asked: $asked,
        }
    };
}

const ROWS: &[Row] = &[
    row!("f1_waiting_store_is_no_livelock", &["4.12.4", "4.13.4"], &[]),
    row!("f1_waiting_for_punch", &["fixed"], &[], &[Rule::Livelock]),
    row!("f3_zeroes_behind_first_page", &[], &[Rule::StaleMapping]),
    row!("f3_no_entry_behind_zeroes", &[], &[Rule::StaleMapping]),
    row!("f5_rules_at_every_step_size", &[], &[Rule::DirtyEmptyEntry], &[Rule::DirtyEmptyEntry]),
    row!("r2_tree_rules_by_operation", &[], &[Rule::DirtyEmptyEntry], &[Rule::DirtyEmptyEntry]),
    row!("f10_fsync_repeats", &["4.12.4", "4.13.4"], &[], &[Rule::FsyncRepeats]),
    row!("f13_given_up_access", &["4.12.4", "fixed"], &[]),
    row!(
        "fsync_second_one_returns_early",
        &["4.10.0", "4.11", "4.12.4", "4.13.4"],
        &[Rule::LostDurability],
        &[Rule::LostDurability]
    ),
    row!("fsync_alone", &["4.10.0", "4.11", "4.12.4", "4.13.4"], &[], &[Rule::LostDurability]),
    row!(
        "fsync_misses_half_a_hole",
        &["4.10.0", "4.11", "4.12.4", "4.13.4"],
        &[Rule::LostDurability],
        &[Rule::LostDurability]
    ),
];

const REDUCTIONS: [(&str, Reductions); 7] = [
    ("all", Reductions::ALL),
    ("no critical sections", Reductions { critical_sections: false, ..Reductions::ALL }),
    ("no bisimulation", Reductions { bisimulation: false, ..Reductions::ALL }),
    ("no merging", Reductions { merging: false, ..Reductions::ALL }),
    ("no persistent sets", Reductions { persistent_sets: false, ..Reductions::ALL }),
    ("no symmetry", Reductions { symmetry: false, ..Reductions::ALL }),
    ("only caching", Reductions { caching: true, merging: true, ..Reductions::NONE }),
];

fn scenarios(row: &Row) -> Vec<(String, Arc<Scenario>)> {
    let parsed = parse(row.script);
    assert_eq!(parsed.diagnostics, [], "{}", row.name);
    let own = (format!("{} as written", row.name), parsed.scenario.revision);
    let others =
        row.revisions.iter().map(|name| (format!("{} on {name}", row.name), parse_revision(name).expect(name)));
    let on = |revision| Arc::new(Scenario { revision, schedule: None, ..parsed.scenario.clone() });
    std::iter::once(own).chain(others).map(|(name, revision)| (name, on(revision))).collect()
}

/// Every rule that some search for just that rule finds.
fn found(scenario: &Arc<Scenario>, reductions: Reductions, asked: &[Rule], what: &str) -> Vec<Rule> {
    let mut found = Vec::new();
    let asked = if asked.is_empty() { Rule::ALL.as_slice() } else { asked };
    let mut left: Vec<Rule> = asked.to_vec();
    while !left.is_empty() {
        let bounds = Bounds { rules: left.clone(), ..Bounds::default() };
        let mut search = Search::new(Arc::clone(scenario), Options { bounds, reductions, ..Options::default() });
        while *search.advance(10_000) == Verdict::Running {}
        match search.verdict() {
            Verdict::Complete => break,
            Verdict::Violation(way) => {
                check_replay(scenario, way, what);
                found.extend(way.rules.iter().filter(|rule| left.contains(rule)));
                left.retain(|rule| !way.rules.contains(rule));
            }
            verdict => panic!("{what}: {verdict:?}"),
        }
    }
    found.sort_unstable();
    found
}

/// What was found is told by the machine too.
fn check_replay(scenario: &Arc<Scenario>, way: &daxscope_explore::Found, what: &str) {
    let mut run = Run::new(Arc::clone(scenario));
    run.follow(&way.schedule).unwrap_or_else(|cannot| panic!("{what}: {cannot:?}"));
    for rule in &way.rules {
        assert!(run.violations().any(|(_, violation)| violation.rule == *rule), "{what}: {rule:?}");
    }
}

#[test]
fn every_reduction_finds_the_same_rules() {
    for row in ROWS {
        for (name, scenario) in scenarios(row) {
            for (reduction, reductions) in REDUCTIONS {
                let what = format!("{name}, {reduction}");
                assert_eq!(found(&scenario, reductions, row.asked, &what), row.broken, "{what}");
            }
        }
    }
}

/// One thread has one way: the same rules break on it at both step sizes.
#[test]
fn both_step_sizes_tell_the_same_of_one_thread() {
    for row in ROWS {
        for (name, scenario) in scenarios(row).into_iter().filter(|(_, scenario)| scenario.threads.len() == 1) {
            let told = |size| {
                let mut run = Run::new(Arc::clone(&scenario));
                run.run_on(size, 10_000);
                let told = run.violations().map(|(_, violation)| violation.sentence.clone());
                told.collect::<Vec<_>>()
            };
            assert_eq!(told(StepSize::Point), told(StepSize::Operation), "{name}");
            assert!(!told(StepSize::Point).is_empty(), "{name}");
        }
    }
}

#[test]
fn the_third_violation_of_f5_is_a_dirty_empty_entry() {
    let row = ROWS.iter().find(|row| row.name.starts_with("f5")).expect("a row");
    for (_, scenario) in scenarios(row) {
        let mut run = Run::new(scenario);
        run.run_on(StepSize::Operation, 10_000);
        let rules: Vec<Rule> = run.violations().map(|(_, violation)| violation.rule).collect();
        assert_eq!(rules.len(), 3, "{rules:?}");
        assert!(rules.contains(&Rule::DirtyEmptyEntry), "{rules:?}");
    }
}
