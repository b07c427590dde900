//! Which guards a scenario needs: known ones are found, with the way without them, and the trials can be resumed.

use daxscope_core::check::Rule;
use daxscope_core::revision::{Revision, SWITCHES};
use daxscope_core::run::Run;
use daxscope_core::scenario::{Scenario, parse, parse_revision};
use daxscope_explore::crash::pull_the_plug;
use daxscope_explore::{Bound, Bounds, Guard, Necessity, Need, Options, Progress, Reductions, Search, Verdict};
use std::sync::Arc;

fn scenario(script: &str, revision: &str) -> Arc<Scenario> {
    let parsed = parse(script);
    assert_eq!(parsed.diagnostics, []);
    let revision = parse_revision(revision).expect("a revision");
    Arc::new(Scenario { revision, schedule: None, ..parsed.scenario })
}

fn options(failures: u32) -> Options {
    Options { bounds: Bounds { failures, ..Bounds::default() }, ..Options::default() }
}

fn tried(scenario: &Arc<Scenario>, options: Options, budget: u64) -> Necessity {
    let mut trials = Necessity::new(Arc::clone(scenario), options);
    while trials.advance(budget) == Progress::Running {}
    trials
}

/// The first rule that breaks and the length of the way, by switch and setting.
fn needed(trials: &Necessity) -> Vec<(&'static str, &'static str, Rule, usize)> {
    let rows = trials.rows().iter().filter_map(|row| match &row.need {
        Need::Needed { found, shortest: true } => {
            Some((row.trial.guard.name(), row.trial.to, found.rules[0], found.schedule.choices.len()))
        }
        _ => None,
    });
    rows.collect()
}

const MIX: &str = include_str!("mix/2x1.dax");

#[test]
fn the_error_path_and_the_downgrade_are_needed() {
    let scenario = scenario(MIX, "fixed");
    let trials = tried(&scenario, options(1), u64::MAX);
    assert_eq!(trials.progress(), Progress::Done);
    let needed = needed(&trials);
    let rule = |switch: &str, to: &str| needed.iter().find(|row| (row.0, row.1) == (switch, to)).map(|row| row.2);
    assert_eq!(rule("lock_before_drop", "off"), Some(Rule::NotOwner));
    assert_eq!(rule("unlock_on_preload_fail", "always"), Some(Rule::KernelBug));
    assert_eq!(rule("unlock_on_preload_fail", "never"), Some(Rule::LeftLocked));
    assert_eq!(rule("unmap_before_preload", "off"), Some(Rule::SleepInAtomic));
    assert_eq!(rule("writeback_advances", "off"), None, "nobody writes back");
    for row in trials.rows() {
        let Need::Needed { found, .. } = &row.need else { continue };
        let mut run = Run::new(row.trial.scenario(&scenario));
        run.follow(&found.schedule).expect("the way can be stepped");
        let last = run.steps.last().expect("a step");
        assert!(last.violations.iter().any(|violation| found.rules.contains(&violation.rule)), "{:?}", row.trial);
    }
}

#[test]
fn without_failing_calls_no_error_path_is_needed() {
    let trials = tried(&scenario(MIX, "fixed"), options(0), u64::MAX);
    assert!(needed(&trials).iter().all(|row| row.0 != "unlock_on_preload_fail"), "{:?}", needed(&trials));
}

#[test]
fn ways_are_as_short_as_the_shortest_search_finds_them() {
    let scenario = scenario(MIX, "fixed");
    for (switch, to, _, length) in needed(&tried(&scenario, options(1), u64::MAX)) {
        let mut revision = scenario.revision;
        let switch = SWITCHES.iter().find(|known| known.name == switch).expect("a switch");
        assert!((switch.set)(&mut revision, to));
        let changed = Arc::new(Scenario { revision, ..Scenario::clone(&scenario) });
        let mut search = Search::new(changed, Options { reductions: Reductions::SHORTEST, ..options(1) });
        while *search.advance(u64::MAX) == Verdict::Running {}
        let Verdict::Violation(found) = search.verdict() else { panic!("{switch:?}: {:?}", search.verdict()) };
        assert_eq!(found.schedule.choices.len(), length, "{switch:?}");
    }
}

#[test]
fn only_guards_at_their_corrected_setting_are_tried() {
    let trials = Necessity::new(scenario(MIX, "v6"), options(0));
    for trial in trials.trials() {
        let Guard::Switch(switch) = trial.guard else { continue };
        assert!(switch.is_guard, "{trial:?}");
        assert_eq!(trial.from, (switch.get)(&Revision::FIXED), "{trial:?}");
        assert_ne!(trial.from, trial.to);
    }
    assert!(trials.trials().iter().any(|trial| trial.guard.name() == "lock_before_drop"));
    assert!(trials.trials().iter().all(|trial| trial.guard.name() != "unlock_on_preload_fail"), "v6 has it wrong");
    let told_apart: Vec<_> = SWITCHES.iter().filter(|switch| !switch.is_guard).map(|switch| switch.name).collect();
    assert_eq!(
        told_apart,
        ["insert_index", "invalidate_skips_empty", "delete_unmaps_entry", "merged_handlers", "dax_direct_access"]
    );
}

#[test]
fn trials_can_be_resumed_and_bounds_are_no_answers() {
    let scenario = scenario(MIX, "fixed");
    let (whole, pieces) = (tried(&scenario, options(0), u64::MAX), tried(&scenario, options(0), 7));
    assert_eq!(needed(&whole), needed(&pieces));
    assert_eq!(whole.rows().len(), whole.trials().len());
    assert_eq!(whole.omission_probability(), pieces.omission_probability());
    assert!(whole.omission_probability() > 0.0);
    // So many states that the scenario as it is just fits, and some trial does not.
    let mut search = Search::new(Arc::clone(&scenario), options(0));
    while *search.advance(u64::MAX) == Verdict::Running {}
    let states = search.counts().states as usize;
    let tight = Options { bounds: Bounds { states, ..Bounds::default() }, ..Options::default() };
    let trials = tried(&scenario, tight, u64::MAX);
    assert_eq!(trials.baseline(), Some(&Verdict::Complete));
    let unknown = trials.rows().iter().filter(|row| row.need == Need::Unknown(Bound::States)).count();
    assert!(unknown > 0, "{:#?}", trials.rows().iter().map(|row| (row.trial, row.counts)).collect::<Vec<_>>());
}

#[test]
fn a_scenario_that_is_broken_as_it_is_says_nothing_of_its_guards() {
    let trials = tried(&scenario(MIX, "v6"), options(1), u64::MAX);
    assert_eq!(trials.progress(), Progress::NoBaseline);
    assert!(matches!(trials.baseline(), Some(Verdict::Violation(_))));
    assert_eq!(trials.rows().len(), 0);
}

/// The walk of fsync needs `i_mmap_rwsem` beside munmap; a lock that the script leaves out is not tried.
#[test]
fn locks_are_guards_as_well() {
    let script = "file 1p\nthread A\n write 4K at 0\n munmap\nthread B\n fsync\n";
    let locks = |script: &str| {
        let trials = tried(&scenario(script, "fixed"), Options::default(), 100_000);
        let locks = trials.rows().iter().filter(|row| !matches!(row.trial.guard, Guard::Switch(_)));
        let rows = locks.map(|row| (row.trial.guard.name(), matches!(row.need, Need::Needed { .. })));
        rows.collect::<Vec<_>>()
    };
    let with = |lines: &str| locks(&format!("{lines}{script}"));
    assert_eq!(with(""), [("fs_lock", false), ("i_mmap_rwsem", true)]);
    assert_eq!(with("journal on\n"), [("fs_lock", false), ("journal", false), ("i_mmap_rwsem", true)]);
    assert_eq!(with("fs_lock off\n"), [("i_mmap_rwsem", true)]);
}

/// What makes stores durable: each part is needed exactly where it is there for something.
#[test]
fn every_part_of_fsync_is_needed_where_it_is_there_for_something() {
    let once = "file 8p\nextent 0..8p mapped at 16M\nthread A\n write 4K at 3p\n fsync\n";
    let twice = "file 8p\nextent 0..8p mapped at 16M\nthread A\n write 4K at 3p\n fsync\n write 4K at 3p\n fsync\n";
    let synchronous = "revision 6.12\nfile 8p\nprocess P maps 0..8p shared rw sync\nthread A in P\n write 4K at 3p\n";
    let cases: [(&str, &[&str], &[&str]); 3] = [
        (once, &["flush", "dirty", "towrite"], &["protect"]),
        (twice, &["flush", "protect", "dirty", "towrite"], &[]),
        (synchronous, &["commit", "sync_fault"], &[]),
    ];
    for (script, needed, not_needed) in cases {
        let kernels: &[&str] = if script == synchronous { &["5.10", "7.3-fixed"] } else { &["fixed", "7.3-fixed"] };
        for kernel in kernels {
            let scenario = scenario(script, kernel);
            let mut trials = Necessity::of_durability(Arc::clone(&scenario), options(0));
            while trials.advance(u64::MAX) == Progress::Running {}
            assert_eq!(trials.progress(), Progress::Done, "{kernel}: {script}");
            let durable = trials.rows().iter().filter(|row| matches!(row.trial.guard, Guard::Durable(_)));
            let (mut lost, mut kept) = (Vec::new(), Vec::new());
            for row in durable {
                let name = row.trial.guard.name();
                let Need::Needed { found, .. } = &row.need else {
                    assert_eq!(row.need, Need::NotNeeded);
                    kept.push(name);
                    continue;
                };
                lost.push(name);
                assert_eq!(found.rules, [Rule::LostDurability]);
                let scenario = row.trial.scenario(&scenario);
                let crash = pull_the_plug(&scenario, &found.schedule, found.schedule.choices.len()).expect("a run");
                assert!(!crash.losses.is_empty(), "{name} on {kernel}: {crash:#?}");
            }
            assert_eq!((lost.as_slice(), kept.as_slice()), (needed, not_needed), "{kernel}: {script}");
        }
    }
}
