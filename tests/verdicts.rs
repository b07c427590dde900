//! Scripts with the verdict that is right, whatever the search does to save work: one row each.
//!
//! The scripts lie in `tests/verdicts`. Each was once judged wrongly, or is a sibling of one that was.

use daxscope_core::check::Rule;
use daxscope_core::revision::PRESETS;
use daxscope_core::scenario::{Scenario, parse, parse_revision};
use daxscope_explore::{Bounds, Options, Reductions, Search, Verdict};
use std::sync::Arc;

/// A script, the kernels that run it (`all` presets, or a list; empty: the one of the script), and what is right: `complete`,
/// the rule that breaks, or `no` and a rule that does not, where others do.
const CASES: &[(&str, &[&str], &str)] = &[
    ("f2_fsync_beside_munmap", ALL, "complete"),
    ("f2_range_fsync_beside_munmap_of_another", ALL, "complete"),
    ("f2_fsync_of_2m_beside_munmap", ALL, "complete"),
    ("f2_two_fsyncs_beside_munmap", &["fixed", "4.13.4", "4.12.4"], "no kernel-bug"),
    ("f2_munmap_beside_punch", ALL, "complete"),
    ("f2_munmap_beside_truncate", ALL, "complete"),
    ("f2_munmap_beside_invalidate2", &["fixed", "4.13.4", "4.12.4", "4.10.17"], "complete"),
    ("f2_without_i_mmap_rwsem", &["fixed", "4.10.0"], "kernel-bug"),
    ("two_ptes_of_one_entry", &["fixed", "4.13.4 mkclean_range=all"], "complete"),
    ("n1_scan_steps_back", &["4.12.4", "4.13.4"], "outside-range"),
    ("n1_scan_steps_back", &["fixed", "4.13.4 invalidate_steps_over_pmd=on"], "complete"),
    ("mkwrite_of_a_punched_page", &["4.10.0", "4.13.4", "fixed mkwrite_checks_entry=off"], "dirty-empty-entry"),
    ("mkwrite_of_a_punched_page", &["fixed"], "complete"),
    ("f12_bad_pmd_is_a_warning", &[], "warning"),
    ("f12_bad_pmd_is_a_warning", &["4.12.4", "fixed"], "complete"),
    ("f14_direct_io_holds_the_inode_lock", &["fixed", "4.13.4", "4.12.4", "4.10.17"], "complete"),
    ("f14_invalidate2_beside_truncate", &["fixed", "4.13.4", "4.12.4", "4.10.17"], "complete"),
    ("f14_unlocked_invalidate2_beside_punch", &["fixed", "4.13.4"], "warning"),
    ("r1_unmap_and_copy_are_two_steps", &["fixed", "4.13.4", "4.12.4"], "stale-mapping"),
    ("r1_read_and_copy_are_two_steps", &["fixed"], "stale-mapping"),
    // A look-up of a page takes its reference at once, as in the kernel: what broke here by single operations never was.
    ("r1_invalidate_and_two_faults", &[], "complete"),
    ("r1_reclaim_and_a_fault", &[], "complete"),
];

/// All presets.
const ALL: &[&str] = &["all"];

fn scenario(name: &str, kernel: Option<&str>) -> Arc<Scenario> {
    let path = format!("{}/../../tests/verdicts/{name}.dax", env!("CARGO_MANIFEST_DIR"));
    let script = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let parsed = parse(&script);
    assert_eq!(parsed.diagnostics, [], "{name}");
    let revision = kernel.map_or(parsed.scenario.revision, |kernel| parse_revision(kernel).expect("a revision"));
    Arc::new(Scenario { revision, schedule: None, ..parsed.scenario })
}

fn verdict(scenario: Arc<Scenario>, rules: Vec<Rule>) -> String {
    let bounds = Bounds { rules, ..Bounds::default() };
    searched(scenario, Options { bounds, ..Options::default() })
}

fn searched(scenario: Arc<Scenario>, options: Options) -> String {
    let mut search = Search::new(scenario, options);
    while *search.advance(10_000) == Verdict::Running {}
    match search.verdict() {
        Verdict::Complete => "complete".into(),
        Verdict::Violation(found) => found.rules.iter().map(|rule| rule.name()).collect::<Vec<_>>().join(", "),
        other => format!("{other:?}"),
    }
}

/// The same verdict by single operations, without persistent sets.
#[test]
fn how_far_a_step_goes_makes_no_difference() {
    let reductions = Reductions { critical_sections: false, persistent_sets: false, ..Reductions::ALL };
    for &(name, kernels, right) in CASES.iter().filter(|(name, ..)| name.starts_with("r1_")) {
        let kernel = kernels.first().copied();
        let rules = Rule::from_name(right).into_iter().collect();
        let bounds = Bounds { rules, ..Bounds::default() };
        let options = Options { bounds, reductions, ..Options::default() };
        assert_eq!(searched(scenario(name, kernel), options), right, "{name}");
    }
}

#[test]
fn every_verdict_is_the_right_one() {
    let mut wrong = Vec::new();
    for &(name, kernels, right) in CASES {
        let kernels: Vec<Option<&str>> = match kernels {
            [] => vec![None],
            ["all"] => PRESETS.iter().map(|preset| Some(preset.name)).collect(),
            some => some.iter().copied().map(Some).collect(),
        };
        for kernel in kernels {
            // A rule is looked for by itself: another may break earlier on the way.
            let (rule, right) = match right.strip_prefix("no ") {
                Some(rule) => (rule, "complete"),
                None => (right, right),
            };
            let rules = Rule::from_name(rule).into_iter().collect();
            let found = verdict(scenario(name, kernel), rules);
            if found != right {
                wrong.push(format!("{name} on {}: {found}, not {right}", kernel.unwrap_or("its kernel")));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
