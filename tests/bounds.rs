//! Bounds hold from the first moment, and an interrupted search says what it has proved all the same.

use daxscope_core::scenario::{Scenario, parse};
use daxscope_explore::{Bound, Bounds, Options, Policy, Proved, Reductions, Search, Use, Verdict, Watch};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// 40 s of random runs came before the first bound was looked at.
const LONG: &str = include_str!("verdicts/r6_bounds_bound.dax");
const MIX: &str = include_str!("mix/3x2.dax");

fn scenario(script: &str) -> Arc<Scenario> {
    let parsed = parse(script);
    assert_eq!(parsed.diagnostics, []);
    Arc::new(Scenario { schedule: None, ..parsed.scenario })
}

fn options(bounds: Bounds) -> Options {
    Options { bounds, ..Options::default() }
}

fn finish(mut search: Search) -> Search {
    while *search.advance(1_000) == Verdict::Running {}
    search
}

/// A clock on which a second passes with every look.
fn fast_clock() -> Watch {
    let looks = AtomicU64::new(0);
    Watch::default().with_clock(move || Duration::from_secs(looks.fetch_add(1, Ordering::Relaxed)))
}

#[test]
fn a_bound_on_states_holds_while_the_search_still_learns() {
    for script in [LONG, MIX] {
        let search = finish(Search::new(scenario(script), options(Bounds { states: 1, ..Bounds::default() })));
        assert_eq!(*search.verdict(), Verdict::BoundHit(Bound::States));
        let counts = search.counts();
        assert!(counts.practice <= 1 && counts.transitions < 100 && counts.learnt < 100, "{counts:?}");
    }
}

#[test]
fn seconds_are_bound_by_the_callers_clock() {
    let bounds = Bounds { seconds: Some(3), ..Bounds::default() };
    for policy in [Policy::BreadthFirst, Policy::DepthFirst, Policy::Random { seed: 1, runs: 1_000_000 }] {
        let options = Options { policy, ..options(bounds.clone()) };
        let search = finish(Search::new(scenario(LONG), options).watched(fast_clock()));
        assert_eq!(*search.verdict(), Verdict::BoundHit(Bound::Seconds), "{policy:?}");
    }
    // Without a clock no time passes.
    let search = finish(Search::new(scenario(include_str!("mix/2x1.dax")), options(bounds)));
    assert_eq!(*search.verdict(), Verdict::Complete);
}

#[test]
fn memory_is_bound_while_the_search_learns_and_while_it_searches() {
    for (script, megabytes) in [(LONG, 1), (MIX, 1), (MIX, 4)] {
        let most = megabytes << 20;
        let search = finish(Search::new(scenario(script), options(Bounds { memory: Some(most), ..Bounds::default() })));
        assert_eq!(*search.verdict(), Verdict::BoundHit(Bound::Memory));
        let counts = search.counts();
        assert!(counts.memory > most && counts.memory < 3 * most, "{counts:?}");
        assert!(counts.memory >= counts.bytes);
    }
}

#[test]
fn an_interrupted_search_says_what_it_has_proved() {
    let shortest = |policy| Options { policy, reductions: Reductions::SHORTEST, ..Options::default() };
    let run = |options: Options| {
        let stop = Arc::new(AtomicBool::new(false));
        let watch = Watch::default().with_stop(Arc::clone(&stop));
        let mut search = Search::new(scenario(MIX), options).watched(watch);
        search.advance(100_000);
        assert_eq!(*search.verdict(), Verdict::Running);
        stop.store(true, Ordering::Relaxed);
        finish(search)
    };
    let search = run(shortest(Policy::BreadthFirst));
    assert_eq!(*search.verdict(), Verdict::BoundHit(Bound::Interrupted));
    let proved = search.proved();
    assert!(proved.steps.is_some_and(|steps| steps > 5), "{proved:?}");
    assert_eq!(proved.text(), proved.steps.map(|steps| format!("no way of at most {steps} steps breaks a rule")));
    let proved = run(shortest(Policy::FewestSwitches)).proved();
    assert!(proved.switches.is_some_and(|switches| switches >= 1) && proved.steps.is_none(), "{proved:?}");
    // Persistent sets keep other ways than the shortest, and deepest first keeps to no order that proves anything.
    assert_eq!(run(Options::default()).proved(), Proved::default());
    assert_eq!(run(shortest(Policy::DepthFirst)).proved(), Proved::default());
}

#[test]
fn what_ran_is_said_and_not_what_was_asked() {
    let ran = |script: &str, options: Options| finish(Search::new(scenario(script), options)).ran();
    let of = |ran: &daxscope_explore::Ran, name: &str| {
        ran.reductions.iter().find(|(other, _)| *other == name).map(|(_, used)| used.clone()).expect("a reduction")
    };
    let mix = include_str!("mix/2x1.dax");
    let usual = ran(mix, Options::default());
    assert_eq!((usual.step_size.name(), of(&usual, "persistent-sets")), ("section", Use::Used));
    assert!(matches!(of(&usual, "symmetry"), Use::Idle(_)), "no two threads of the mix are identical");
    let equal = ran("thread A\n read 4K at 0\nthread B\n read 4K at 0\n", Options::default());
    assert_eq!(of(&equal, "symmetry"), Use::Used);
    let none = ran(mix, Options { reductions: Reductions { caching: true, ..Reductions::NONE }, ..Options::default() });
    assert_eq!((none.step_size.name(), of(&none, "symmetry")), ("atom", Use::NotAsked));
    let runs = ran(mix, Options { policy: Policy::Random { seed: 1, runs: 2 }, ..Options::default() });
    assert!(matches!(of(&runs, "persistent-sets"), Use::Idle(_)) && matches!(of(&runs, "caching"), Use::Idle(_)));
    assert!(usual.text().starts_with("by section; caching used, "), "{}", usual.text());
}
