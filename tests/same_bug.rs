//! What is printed is the bug that was found: smaller and simpler scenarios break the same rule only by operations that overlap
//! if the one that was found did, and what made that impossible makes them impossible too.

use daxscope_core::check::Rule;
use daxscope_core::revision::switch;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Choice, FailPoint, Scenario, Schedule, format as written, parse};
use daxscope_core::units::ThreadId;
use daxscope_explore::counterexample::{Explained, Stage, render};
use daxscope_explore::{Bounds, Counterexample, Options, Search, Verdict};
use std::sync::Arc;

/// The script, how many calls may fail, the rule, whether it needs operations that overlap, and something that excludes it.
struct Row {
    script: &'static str,
    failures: u32,
    rule: Rule,
    is_concurrent: bool,
    excluded_by: &'static [&'static str],
}

/// Case f6 and its siblings.
const ROWS: &[Row] = &[
    // Truncation to page 0 makes a file of length 0, in which a 2 MiB fault needs no race (exhibit C7).
    Row {
        script: "revision 4.13.4\nfile 4M\nfs_lock off\nthread A\n read 2M at 2M\nthread B\n truncate 2M\n",
        failures: 0,
        rule: Rule::StaleMapping,
        is_concurrent: true,
        excluded_by: &["fs_lock on"],
    },
    // With operations and a thread that do not matter, but could make another bug.
    Row {
        script: "revision 4.13.4\nfile 6M\nfs_lock off\nthread A\n read 2M at 4M\nthread B\n truncate 2M\n truncate 4M\n\
                 thread C\n read(2) 0..1p\n",
        failures: 0,
        rule: Rule::StaleMapping,
        is_concurrent: true,
        excluded_by: &["fs_lock on"],
    },
    // The bug of an empty file itself stays what it is: nothing has to overlap.
    Row {
        script: "revision 4.13.4\nfile 2M\nthread A\n truncate 0\n read 2M at 0\n",
        failures: 0,
        rule: Rule::StaleMapping,
        is_concurrent: false,
        excluded_by: &["zero_length_check=on"],
    },
    // The failing call that makes the bug stays, whether the script or the search makes it fail.
    Row {
        script: "revision v6\nfile 4M\nthread A\n read 4K at 0x203p\nthread B\n read 4K at 1p\nfail preload 1 in A\n",
        failures: 0,
        rule: Rule::KernelBug,
        is_concurrent: false,
        excluded_by: &["no failing call"],
    },
    Row {
        script: "revision v6\nfile 4M\nthread A\n read 4K at 0x203p\nthread B\n read 4K at 1p\n",
        failures: 1,
        rule: Rule::KernelBug,
        is_concurrent: false,
        excluded_by: &["no failing call"],
    },
    // The journal that makes the ring stays.
    Row {
        script: "revision 4.10.0 order_iomap_vs_grab=grab\njournal on\nfile 4p\nextent 0..4p mapped at 16M\nthread A\n \
                 write(2) 0..1p from 1p\nthread B\n write 4K at 1p\nthread C\n fsync\n",
        failures: 0,
        rule: Rule::Deadlock,
        is_concurrent: true,
        excluded_by: &["journal off"],
    },
    // A switch: the wake-up that one of two waiters does not get.
    Row {
        script: "revision v5\nfile 4M\nextent 2M..4M mapped at 0x1007p\nthread A\n read 2M at 0x202p\nthread B\n read 4K at \
                 0x203p\nthread C\n read 4K at 0x204p\n",
        failures: 0,
        rule: Rule::LostWakeup,
        is_concurrent: true,
        excluded_by: &["wake_mode_downgrade=all"],
    },
];

fn explain(script: &str, failures: u32, rule: Rule) -> Explained {
    let parsed = parse(script);
    assert_eq!(parsed.diagnostics, [], "{script}");
    let scenario = Arc::new(parsed.scenario);
    let options = Options { bounds: bounds(failures, rule), ..Options::default() };
    let mut search = Search::new(Arc::clone(&scenario), options.clone());
    while *search.advance(100_000) == Verdict::Running {}
    let Verdict::Violation(found) = search.verdict() else { panic!("{:?}: {script}", search.verdict()) };
    let mut counterexample = Counterexample::new(scenario, options, found);
    while !counterexample.is_done() {
        counterexample.advance(100_000);
    }
    match counterexample.stage() {
        Stage::Done(explained) => Explained::clone(explained),
        other => panic!("{other:?}: {script}"),
    }
}

fn bounds(failures: u32, rule: Rule) -> Bounds {
    Bounds { failures, fail_points: FailPoint::RADIX.to_vec(), rules: vec![rule], ..Bounds::default() }
}

/// The scenario with what is said to exclude the bug, and the calls that may still fail.
fn with_guard(scenario: &Scenario, guard: &str, failures: u32) -> (Scenario, u32) {
    let mut changed = Scenario { schedule: None, ..scenario.clone() };
    match guard {
        "fs_lock on" => changed.fs_lock = true,
        "fs_lock off" => changed.fs_lock = false,
        "journal on" => changed.journal = true,
        "journal off" => changed.journal = false,
        "no failing call" => {
            changed.failures.clear();
            return (changed, 0);
        }
        other => {
            let (name, value) = other.split_once('=').expect("a switch");
            assert!((switch(name).expect("a switch").set)(&mut changed.revision, value), "{other}");
        }
    }
    (changed, failures)
}

/// Does the rule break if each thread runs to its end before the next begins?
fn breaks_one_after_another(scenario: &Scenario, rule: Rule) -> bool {
    let mut orders = vec![Vec::new()];
    for _ in 0..scenario.threads.len() {
        let threads = 0..scenario.threads.len() as u8;
        let longer = |order: &Vec<u8>| -> Vec<Vec<u8>> {
            let next = threads.clone().filter(|thread| !order.contains(thread));
            next.map(|thread| [order.as_slice(), &[thread]].concat()).collect()
        };
        orders = orders.iter().flat_map(longer).collect();
    }
    orders.iter().any(|order| {
        let mut run = Run::new(Arc::new(Scenario { schedule: None, ..scenario.clone() }));
        for &thread in order {
            while run.step(Choice::run(ThreadId(thread)), step_size(scenario)).is_some() {}
        }
        run.violations().any(|(_, violation)| violation.rule == rule)
    })
}

fn step_size(scenario: &Scenario) -> daxscope_core::scenario::StepSize {
    scenario.schedule.as_ref().map_or_else(Default::default, |schedule: &Schedule| schedule.step_size)
}

#[test]
fn what_is_printed_is_the_bug_that_was_found() {
    for row in ROWS {
        let explained = explain(row.script, row.failures, row.rule);
        assert_eq!((explained.rule, explained.is_concurrent), (row.rule, row.is_concurrent), "{}", row.script);
        for guard in row.excluded_by {
            assert!(explained.excluded_by.iter().any(|known| known == guard), "{guard}: {:?}", explained.excluded_by);
        }
        let failures = explained.schedule.choices.iter().filter(|choice| choice.fail).count() as u32;
        for guard in &explained.excluded_by {
            let (changed, failures) = with_guard(&explained.scenario, guard, failures);
            let options = Options { bounds: bounds(failures, row.rule), ..Options::default() };
            let mut search = Search::new(Arc::new(changed), options);
            while *search.advance(100_000) == Verdict::Running {}
            let printed = written(&explained.scenario);
            assert_eq!(
                *search.verdict(),
                Verdict::Complete,
                "{guard} excludes what was found, not what is printed:\n{printed}"
            );
        }
        if row.is_concurrent {
            assert!(!breaks_one_after_another(&explained.scenario, row.rule), "{}", written(&explained.scenario));
        }
        let text = render(&explained);
        assert_eq!(text.contains("needs     operations that overlap"), row.is_concurrent, "{text}");
        assert!(text.contains("excluded  by "), "{text}");
    }
}

/// The numbers of the scenario in case f6 may become smaller, but not so small that it is another bug.
#[test]
fn a_truncation_does_not_become_one_to_nothing() {
    for size in ["2M", "1p", "513p"] {
        let script = std::format!(
            "revision 4.13.4\nfile 4M\nfs_lock off\nthread A\n read 2M at 2M\nthread B\n truncate {size}\n"
        );
        let explained = explain(&script, 0, Rule::StaleMapping);
        assert!(explained.is_concurrent, "{size}");
        assert!(!breaks_one_after_another(&explained.scenario, explained.rule), "{}", written(&explained.scenario));
    }
}
