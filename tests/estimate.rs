//! Estimates before a search: held to searches.

use daxscope_core::check::Rule;
use daxscope_core::scenario::{Scenario, parse};
use daxscope_explore::estimate::{Estimate, Guess};
use daxscope_explore::{Bounds, Options, Search, Verdict, Watch};
use std::sync::Arc;

fn guess(scenario: &Arc<Scenario>, options: &Options) -> Option<Guess> {
    let mut estimate = Estimate::new(Arc::clone(scenario), options.clone(), Watch::default());
    while estimate.advance() {}
    estimate.guess()
}

fn mix(name: &str) -> Arc<Scenario> {
    let path = format!("{}/../../tests/mix/{name}.dax", env!("CARGO_MANIFEST_DIR"));
    let script = std::fs::read_to_string(&path).expect(&path);
    Arc::new(Scenario { schedule: None, ..parse(&script).scenario })
}

/// The search has as many states as the estimate says, as far as that says how far off it may be; and no estimate says anything.
#[test]
fn searches_are_as_large_as_was_said() {
    for name in ["3x1"] {
        for failures in [0, Bounds::ANY_FAILURES] {
            let mut options = Options::default();
            options.bounds.failures = failures;
            let scenario = mix(name);
            let guess = guess(&scenario, &options).expect("an estimate");
            let mut search = Search::new(scenario, options);
            while *search.advance(100_000) == Verdict::Running {}
            assert_eq!(*search.verdict(), Verdict::Complete);
            let states = search.counts().states as f64;
            let off = (states / guess.states).max(guess.states / states);
            assert!(off <= guess.factor && guess.factor < 50.0, "{name}: {states} states, {guess:?}");
            assert!(guess.broken.is_none() && guess.searched < search.counts().states, "{guess:?}");
        }
    }
}

/// Of two threads nothing is said: no pair is known before.
#[test]
fn two_threads_have_no_estimate() {
    assert_eq!(guess(&mix("2x2"), &Options::default()), None);
}

/// A thread that breaks a rule alone breaks it in any company.
#[test]
fn a_part_that_breaks_a_rule_is_named() {
    let script = "revision v6\nfile 2M\nthread A\n read 4K at 5p\nthread B\n read 4K at 1p\n";
    let mut options = Options::default();
    options.bounds.failures = 1;
    let guess = guess(&Arc::new(parse(script).scenario), &options).expect("something to say");
    let (threads, rules) = guess.broken.expect("a part");
    assert_eq!((threads.len(), rules.contains(&Rule::KernelBug)), (1, true), "{rules:?}");
}
