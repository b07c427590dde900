//! Estimates before a search: held to searches.

use daxscope_core::check::Rule;
use daxscope_core::scenario::{Scenario, parse};
use daxscope_explore::estimate::{Estimate, Guess};
use daxscope_explore::pace::{longest_run, states_left};
use daxscope_explore::{Bounds, Options, Policy, Search, Verdict, Watch};
use std::sync::Arc;

fn guess(scenario: &Arc<Scenario>, options: &Options) -> Guess {
    let mut estimate = Estimate::new(Arc::clone(scenario), options.clone(), Watch::default());
    while estimate.advance() {}
    estimate.guess()
}

fn mix(name: &str) -> Arc<Scenario> {
    let path = format!("{}/../../tests/mix/{name}.dax", env!("CARGO_MANIFEST_DIR"));
    let script = std::fs::read_to_string(&path).expect(&path);
    Arc::new(Scenario { schedule: None, ..parse(&script).scenario })
}

/// What is small enough is searched to its end: then that is no estimate.
#[test]
fn what_is_small_is_counted() {
    for name in ["2x2", "3x1"] {
        let mut options = Options::default();
        options.bounds.failures = Bounds::ANY_FAILURES;
        let guess = guess(&mix(name), &options);
        let mut search = Search::new(mix(name), options);
        while *search.advance(100_000) == Verdict::Running {}
        assert_eq!(*search.verdict(), Verdict::Complete);
        assert_eq!((guess.states as u64, guess.searched), (search.counts().states, search.counts().states));
        assert!((guess.factor - 1.0).abs() < 1e-9 && guess.broken.is_none());
    }
}

/// A search that is cut early has as many states as the estimate says, as far as that says how far off it may be.
#[test]
fn searches_are_as_large_as_was_said() {
    for (name, cut) in [("2x2", 1_000), ("3x1", 3_000), ("3x1", 10_000)] {
        let mut options = Options::default();
        options.bounds.failures = Bounds::ANY_FAILURES;
        let mut search = Search::new(mix(name), options.clone());
        while *search.advance(100_000) == Verdict::Running {}
        options.bounds.states = cut;
        let guess = guess(&mix(name), &options);
        let states = search.counts().states as f64;
        let off = (states / guess.states).max(guess.states / states);
        assert!(off <= guess.factor && guess.factor < 50.0, "{name}: {states} states, {guess:?}");
        assert!(guess.searched as usize <= cut, "{guess:?}");
    }
}

/// While a search goes on it is known how much of it is left: never off by more than four times in its second half.
#[test]
fn what_is_left_is_known_while_a_search_goes_on() {
    let mut options = Options::default();
    options.bounds.failures = Bounds::ANY_FAILURES;
    let longest = longest_run(&mix("3x1"), &options).expect("breadth first");
    let mut search = Search::new(mix("3x1"), options.clone());
    let mut seen = Vec::new();
    while *search.advance(2_000) == Verdict::Running {
        seen.push(search.counts());
    }
    let all = search.counts();
    let late = seen
        .iter()
        .filter(|counts| counts.rounds == all.rounds && (all.states / 3..all.states * 4 / 5).contains(&counts.states));
    let mut looked = 0;
    for counts in late {
        let (told, left) = (states_left(counts, longest), (all.states - counts.states) as f64);
        assert!(told < 4.0 * left && left < 4.0 * told, "{told} told, {left} left, {counts:?}");
        looked += 1;
    }
    assert!(looked > 3, "a search of several slices");
    assert_eq!(longest_run(&mix("3x1"), &Options { policy: Policy::DepthFirst, ..options }), None);
}

/// What breaks at once is said.
#[test]
fn a_rule_that_breaks_at_once_is_named() {
    let script = "revision v6\nfile 2M\nthread A\n read 4K at 5p\nthread B\n read 4K at 1p\n";
    let mut options = Options::default();
    options.bounds.failures = 1;
    let broken = guess(&Arc::new(parse(script).scenario), &options).broken.expect("a rule");
    assert!(broken.contains(&Rule::KernelBug), "{broken:?}");
}
