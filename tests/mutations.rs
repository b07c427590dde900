//! The reductions under mutation: each guard of `necessity` set otherwise, in small scenarios, and every subset of the
//! reductions has to find the same rules broken. A reduction that is wrong only where a kernel is wrong shows here.
//!
//! `DAXSCOPE_SLOW=1` (`cargo xtask test --slow`) takes every mix and exhibit that is small instead of a few.

use daxscope_core::scenario::{Scenario, parse, parse_revision};
use daxscope_explore::necessity::trials;
use daxscope_explore::self_check::compare::differences_between;
use daxscope_explore::self_check::ways::every_subset;
use daxscope_explore::self_check::{Case, Effort};
use daxscope_museum::exhibits;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn is_slow() -> bool {
    std::env::var_os("DAXSCOPE_SLOW").is_some()
}

/// What is cut is compared one-sidedly, so small bounds only make the test weaker.
fn effort() -> Effort {
    let states = if is_slow() { 8_000 } else { 1_000 };
    Effort { states, walks: 0, walk_steps: 0 }
}

/// A scenario and its name.
type Named = (String, Case);

fn mix(size: &str) -> Named {
    let path = format!("{}/../../tests/mix/{size}.dax", env!("CARGO_MANIFEST_DIR"));
    let parsed = parse(&std::fs::read_to_string(path).expect("a file of the mix"));
    assert_eq!(parsed.diagnostics, [], "{size}");
    (format!("mix/{size}"), Case { scenario: Arc::new(parsed.scenario), failures: 1 })
}

/// An exhibit on the first kernel that has it fixed.
fn exhibit(id: &str) -> Named {
    let exhibit = daxscope_museum::exhibit(id).expect("an exhibit");
    let revision = parse_revision(exhibit.revisions[exhibit.broken]).expect("a revision");
    let scenario = Scenario { revision, schedule: None, ..parse(exhibit.script).scenario };
    (format!("museum:{id}"), Case { scenario: Arc::new(scenario), failures: exhibit.failures.min(1) })
}

fn scenarios() -> Vec<Named> {
    if !is_slow() {
        return vec![mix("2x1"), exhibit("a7"), exhibit("c2")];
    }
    let small = exhibits().iter().filter(|exhibit| !exhibit.slow && exhibit.known_failure.is_none());
    let all = small.map(|small| exhibit(small.id));
    ["2x1", "3x1", "2x2"].into_iter().map(mix).chain(all).collect()
}

/// The case as it is, and with each guard set otherwise.
fn mutants(named: &Named) -> Vec<Named> {
    let (name, case) = named;
    let mutant = |trial: daxscope_explore::Trial| {
        let mutated = Case { scenario: trial.scenario(&case.scenario), failures: case.failures };
        (format!("{name} with {}={}", trial.guard.name(), trial.to), mutated)
    };
    let mut all = vec![named.clone()];
    all.extend(trials(&case.scenario).into_iter().map(mutant));
    all
}

/// What differs between the subsets of the reductions.
fn wrong(named: &Named) -> Vec<String> {
    let (name, case) = named;
    let subsets = every_subset();
    let ways: Vec<_> = subsets.iter().filter(|way| way.matters(case)).collect();
    let found = differences_between(case, effort(), &ways, false);
    found.iter().map(|difference| format!("{name}: {difference}\n{}", case.text())).collect()
}

#[test]
fn every_subset_of_the_reductions_finds_what_a_missing_guard_breaks() {
    let mut mutants: Vec<Named> = scenarios().iter().flat_map(mutants).collect();
    if !is_slow() {
        // Every third of them.
        mutants = mutants.into_iter().step_by(3).collect();
    }
    let next = AtomicUsize::new(0);
    let jobs = std::thread::available_parallelism().map_or(1, |jobs| jobs.get());
    let work = || {
        let mut all = Vec::new();
        while let Some(mutant) = mutants.get(next.fetch_add(1, Ordering::Relaxed)) {
            all.extend(wrong(mutant));
        }
        all
    };
    let all: Vec<String> = std::thread::scope(|scope| {
        let jobs: Vec<_> = (0..jobs).map(|_| scope.spawn(work)).collect();
        jobs.into_iter().flat_map(|job| job.join().expect("no job died")).collect()
    });
    assert!(all.is_empty(), "{} differences\n{}", all.len(), all.join("\n"));
}
