//! Shards of a search: together they say what the whole search says, and each run is in one of them.

use daxscope_core::machine::Machine;
use daxscope_core::scenario::{Choice, Scenario, parse, parse_revision};
use daxscope_explore::mix::Random;
use daxscope_explore::{Options, Policy, Search, Shard, Verdict};
use daxscope_museum::exhibits;
use std::collections::BTreeSet;
use std::sync::Arc;

fn on(script: &str, revision: &str) -> Arc<Scenario> {
    let revision = parse_revision(revision).expect("a revision");
    Arc::new(Scenario { revision, schedule: None, ..parse(script).scenario })
}

fn done(mut search: Search) -> Search {
    while *search.advance(50_000) == Verdict::Running {}
    search
}

/// What all shards say together: complete only if all are.
fn together(scenario: &Arc<Scenario>, options: &Options, of: u32) -> (Vec<bool>, u64) {
    let mut broken = Vec::new();
    let mut states = 0;
    for number in 1..=of {
        let search = done(Search::of_shard(Arc::clone(scenario), options.clone(), Shard { number, of }));
        states += search.counts().states;
        match search.verdict() {
            Verdict::Complete => broken.push(false),
            Verdict::Violation(_) => broken.push(true),
            other => panic!("{other:?}"),
        }
    }
    (broken, states)
}

/// On every small exhibit and kernel, whatever the number of shards; and a shard left out may be the one that has the bug.
#[test]
fn shards_say_what_the_whole_says() {
    let (mut broken, mut clean, mut would_be_lost) = (0, 0, 0);
    for exhibit in exhibits().iter().filter(|exhibit| !exhibit.slow) {
        for (at, revision) in exhibit.revisions.iter().enumerate() {
            let scenario = on(exhibit.script, revision);
            let mut options = Options::default();
            options.bounds.failures = exhibit.failures.min(1);
            options.bounds.fail_points = exhibit.fail_points.clone();
            options.bounds.states = 3_000;
            if at < exhibit.broken {
                options.bounds.rules = exhibit.expect.into_iter().collect();
            }
            let whole = done(Search::new(Arc::clone(&scenario), options.clone()));
            let is_broken = match whole.verdict() {
                Verdict::Complete => false,
                Verdict::Violation(_) => true,
                _ => continue,
            };
            options.bounds.states = 100_000;
            for of in [1, 3] {
                let (shards, _) = together(&scenario, &options, of);
                assert_eq!(
                    shards.contains(&true),
                    is_broken,
                    "{} on {revision} in {of} shards: {shards:?}",
                    exhibit.id
                );
                would_be_lost += usize::from(is_broken && shards.contains(&false));
            }
            *(if is_broken { &mut broken } else { &mut clean }) += 1;
        }
    }
    assert!(broken > 20 && clean > 20, "{broken} broken, {clean} clean");
    assert!(would_be_lost > 5, "shards that all find the same would prove nothing: {would_be_lost}");
}

/// The ways to begin are dealt out without a rest, none begins with another, and every run goes through the state behind one.
#[test]
fn every_run_is_in_a_shard() {
    let script =
        "file 2M\nextent 0..2M mapped at 16M\nthread A\n read 2M at 0\nthread B\n write 4K at 1p\nthread C\n fsync\n";
    let scenario = on(script, "4.12.4");
    let mut options = Options::default();
    options.bounds.failures = 1;
    let of = 5;
    let shards: Vec<_> = (1..=of).map(|number| Shard { number, of }.beginnings(&scenario, &options)).collect();
    let all: Vec<&Vec<Choice>> = shards.iter().flat_map(|shard| &shard.own).collect();
    assert!(all.len() >= 80 && shards.iter().all(|shard| shard.all == all.len()), "{}", all.len());
    for (at, way) in all.iter().enumerate() {
        assert!(all.iter().enumerate().all(|(other, begins)| other == at || !way.starts_with(begins)), "{way:?}");
    }
    let state = |way: &[Choice]| {
        let mut machine = Machine::new(Arc::clone(&scenario));
        for &choice in way {
            machine.step(choice, options.reductions.step_size()).expect("a step");
        }
        machine.state()
    };
    let behind: BTreeSet<_> = all.iter().map(|way| state(way).bits()).collect();
    let mut random = Random::new(5);
    for _ in 0..300 {
        let mut machine = Machine::new(Arc::clone(&scenario));
        let mut passes = behind.contains(&machine.state().bits());
        for _ in 0..100 {
            let enabled: Vec<_> = machine.enabled().collect();
            if enabled.is_empty() || passes {
                break;
            }
            let choice = Choice::run(enabled[random.below(enabled.len() as u64) as usize]);
            machine.step(choice, options.reductions.step_size()).expect("a step");
            passes |= behind.contains(&machine.state().bits());
        }
        assert!(passes, "a run that no shard follows");
    }
}

/// Single runs are dealt out too: all of them, no two shards with the same seed.
#[test]
fn single_runs_are_dealt_out() {
    for of in [1, 3, 7, 200] {
        let policies: Vec<_> =
            (1..=of).map(|number| Shard { number, of }.policy(Policy::Random { seed: 1, runs: 100 })).collect();
        let told = |policy: &Policy| match *policy {
            Policy::Random { seed, runs } => (seed, runs),
            _ => (0, 0),
        };
        assert_eq!(policies.iter().map(|policy| told(policy).1).sum::<u32>(), 100);
        assert_eq!(policies.iter().map(|policy| told(policy).0).collect::<BTreeSet<_>>().len(), of as usize);
    }
}
