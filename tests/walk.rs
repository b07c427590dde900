//! Single runs find what the search through all states finds, break rules that the machine breaks too, and are the same for
//! the same seed; a recorded schedule is checked by the same machinery.

use daxscope_core::run::{Run, RunStep};
use daxscope_core::scenario::{Scenario, Schedule, StepSize, parse, parse_revision};
use daxscope_explore::{Bound, Bounds, Found, Options, Policy, Reductions, Search, Verdict};
use std::sync::Arc;

fn scenario(script: &str, revision: &str) -> Arc<Scenario> {
    let parsed = parse(script);
    assert_eq!(parsed.diagnostics, []);
    let revision = parse_revision(revision).expect("a revision");
    Arc::new(Scenario { revision, schedule: None, ..parsed.scenario })
}

fn exhibit(id: &str, revision: usize) -> (Arc<Scenario>, Options) {
    let exhibit = daxscope_museum::exhibit(id).expect("an exhibit");
    let rules = exhibit.expect.into_iter().collect();
    let (failures, fail_points) = (exhibit.failures, exhibit.fail_points.clone());
    let bounds = Bounds { failures, fail_points, rules, ..Bounds::default() };
    (scenario(exhibit.script, exhibit.revisions[revision]), Options { bounds, ..Options::default() })
}

fn finish(mut search: Search) -> Search {
    while *search.advance(1_000) == Verdict::Running {}
    search
}

fn found<'a>(search: &'a Search, what: &str) -> &'a Found {
    let Verdict::Violation(found) = search.verdict() else { panic!("{what}: {:?}", search.verdict()) };
    found
}

const RANDOM: Policy = Policy::Random { seed: 7, runs: 100_000 };
const PCT: Policy = Policy::Pct { seed: 7, runs: 100_000, changes: 3 };

#[test]
fn both_find_bugs_of_the_museum_and_the_machine_agrees() {
    for id in ["a4", "a5", "b1", "b2b", "c2", "c8", "d1", "e1"] {
        let (scenario, options) = exhibit(id, 0);
        for policy in [RANDOM, PCT] {
            for critical_sections in [true, false] {
                let what = format!("{id}, {policy:?}, whole sections: {critical_sections}");
                let reductions = Reductions { critical_sections, ..Reductions::ALL };
                let search = Search::new(Arc::clone(&scenario), Options { policy, reductions, ..options.clone() });
                let search = finish(search);
                let found = found(&search, &what);
                let mut run = Run::new(Arc::clone(&scenario));
                run.follow(&found.schedule).expect("the way can be stepped");
                let last = run.steps.last().expect("a step");
                for rule in &found.rules {
                    let broken = last.violations.iter().any(|violation| violation.rule == *rule);
                    assert!(broken, "{what}: {rule:?}: {:?}", last.violations);
                }
            }
        }
    }
}

#[test]
fn runs_that_find_nothing_are_no_verdict() {
    let fixed = daxscope_museum::exhibit("b2").expect("an exhibit").broken;
    let (scenario, options) = exhibit("b2", fixed);
    for policy in [Policy::Random { seed: 1, runs: 50 }, Policy::Pct { seed: 1, runs: 50, changes: 2 }] {
        let search = finish(Search::new(Arc::clone(&scenario), Options { policy, ..options.clone() }));
        assert_eq!(*search.verdict(), Verdict::BoundHit(Bound::Runs));
        let counts = search.counts();
        assert_eq!((counts.runs, counts.finals, counts.states), (50, 50, 0));
        assert!(counts.transitions >= 50 * 20 && u64::from(counts.depth) * 50 >= counts.transitions, "{counts:?}");
        // Steps are told apart by 64 bits, here too.
        assert!(search.omission_probability() < 1e-12);
    }
}

#[test]
fn a_seed_gives_its_runs_however_they_are_sliced() {
    let (scenario, options) = exhibit("b2", 0);
    for policy in [RANDOM, PCT] {
        let new = || Search::new(Arc::clone(&scenario), Options { policy, ..options.clone() });
        let whole = finish(new());
        let mut sliced = new();
        while *sliced.advance(1) == Verdict::Running {}
        assert_eq!((whole.verdict(), whole.counts()), (sliced.verdict(), sliced.counts()));
    }
    let other = Policy::Random { seed: 8, runs: 10_000 };
    let other = finish(Search::new(Arc::clone(&scenario), Options { policy: other, ..options.clone() }));
    let first = finish(Search::new(Arc::clone(&scenario), Options { policy: RANDOM, ..options.clone() }));
    assert_ne!(other.counts().runs, first.counts().runs, "another seed, other runs");
}

/// The numbers of a seed are part of what `repeat:` promises; they must be the same on every target and in every release.
#[test]
fn the_first_run_of_a_seed_stays_what_it_is() {
    let (scenario, options) = exhibit("a4", 0);
    let way = |policy| {
        let search = finish(Search::new(Arc::clone(&scenario), Options { policy, ..options.clone() }));
        (search.counts().runs, found(&search, "the runs").schedule.to_compact())
    };
    assert_eq!(way(RANDOM), (3, "s231221223112.1x4.2112313121132.1x4.2333221.2x4.12.1x4.2.1x4.221221".to_owned()));
    assert_eq!(way(PCT), (162, "s1x10.2x8.3x8.11222.1x6.22323.2x9.3x10".to_owned()));
}

#[test]
fn a_run_that_is_too_long_is_left() {
    let (scenario, mut options) = exhibit("a4", 0);
    options.bounds.depth = 10;
    options.policy = Policy::Random { seed: 7, runs: 20 };
    let search = finish(Search::new(scenario, options));
    assert_eq!(*search.verdict(), Verdict::BoundHit(Bound::Runs));
    let counts = search.counts();
    assert_eq!((counts.runs, counts.finals, counts.depth, counts.transitions), (20, 0, 10, 200));
}

#[test]
fn failures_are_choices_within_their_budget() {
    let scenario = scenario("file 2M\nthread A\n read 4K at 1p\n", "v6");
    let search = |failures| {
        let bounds = Bounds { failures, ..Bounds::default() };
        finish(Search::new(Arc::clone(&scenario), Options { bounds, policy: RANDOM, ..Options::default() }))
    };
    assert_eq!(*search(0).verdict(), Verdict::BoundHit(Bound::Runs));
    for failures in [1, Bounds::ANY_FAILURES] {
        let search = search(failures);
        assert!(found(&search, "a failure").schedule.choices.iter().any(|choice| choice.fail));
    }
}

#[test]
fn a_recorded_schedule_is_checked_by_the_same_machinery() {
    for exhibit in daxscope_museum::exhibits().iter().filter(|exhibit| exhibit.known_failure.is_none()) {
        let (scenario, options) = self::exhibit(exhibit.id, 0);
        let schedule = parse(exhibit.script).scenario.schedule.expect("a schedule");
        let rules = options.bounds.rules.clone();
        let search = finish(Search::replay(Arc::clone(&scenario), options, schedule.clone()));
        assert_eq!(search.counts().runs, 1);
        let broken_by = |schedule: &Schedule| {
            let mut run = Run::new(Arc::clone(&scenario));
            run.follow(schedule).expect("the schedule can be stepped");
            let broken = |step: &RunStep| step.violations.iter().any(|v| rules.contains(&v.rule));
            run.steps.iter().position(broken)
        };
        match broken_by(&schedule) {
            Some(_) => {
                let found = found(&search, exhibit.id);
                assert_eq!(broken_by(&found.schedule), Some(found.schedule.choices.len() - 1), "{}", exhibit.id);
            }
            None => assert_eq!(*search.verdict(), Verdict::BoundHit(Bound::Runs), "{}", exhibit.id),
        }
    }
}

#[test]
fn a_schedule_is_followed_only_as_far_as_it_goes() {
    let (scenario, options) = exhibit("a4", 0);
    let mut schedule =
        found(&finish(Search::new(Arc::clone(&scenario), options.clone())), "breadth first").schedule.clone();
    assert_eq!(schedule.step_size, StepSize::Section);
    let end = schedule.choices.len();
    schedule.choices.truncate(end - 1);
    let search = finish(Search::replay(Arc::clone(&scenario), options.clone(), schedule.clone()));
    assert_eq!(*search.verdict(), Verdict::BoundHit(Bound::Runs));
    assert_eq!(search.counts().transitions, end as u64 - 1);
    // Nothing in the first step can fail.
    schedule.choices[0].fail = true;
    let search = finish(Search::replay(scenario, options, schedule));
    assert_eq!(search.counts().transitions, 0);
}
