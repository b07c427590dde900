//! What the search rests on: a place that a thread cannot tell from another goes on as that other does.
//!
//! Random runs of every exhibit and of the mix, on many kernels, note for each place (its digest) and outcome where the thread
//! comes next and what it notes on the way. Two threads' histories that meet in one place must agree on that, or a local
//! variable was forgotten too early (`Task::forget_but`) or never told (`Task::remember`).

use daxscope_core::digest::Digest;
use daxscope_core::event::Event;
use daxscope_core::machine::LiveThread;
use daxscope_core::op::{Op, Outcome};
use daxscope_core::revision::PRESETS;
use daxscope_core::scenario::{Scenario, parse};
use daxscope_core::task::Posted;
use daxscope_core::units::ThreadId;
use daxscope_core::world::World;
use std::collections::HashMap;
use std::sync::Arc;

/// Where an outcome leads from a place, and what is noted on the way.
type Next = (Option<(Digest, Op)>, Vec<Event>);

/// What each thread of a scenario was seen to do.
#[derive(Default)]
struct Seen(HashMap<(usize, Digest, Outcome), Next>);

/// A random number generator (xorshift64).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// One run to its end, or so many operations.
fn walk(scenario: &Arc<Scenario>, random: &mut Random, seen: &mut Seen, what: &str) {
    const MOST_OPERATIONS: u32 = 3_000;
    let mut world = World::new(Arc::clone(scenario));
    world.reuse_page_ids = true;
    let ids = (0..scenario.threads.len()).map(|at| ThreadId(at as u8));
    let mut threads: Vec<(LiveThread, Option<Posted>)> =
        ids.map(|id| LiveThread::start(id, Arc::clone(scenario))).collect();
    // Some runs switch often, others seldom.
    let patience = 1 + random.below(12);
    let mut current = 0;
    for _ in 0..MOST_OPERATIONS {
        if random.below(patience) == 0 {
            current = random.below(threads.len() as u64) as usize;
        }
        let can_run = |at: usize| {
            let op = threads[at].1.as_ref().map(|posted| posted.op);
            op.is_some_and(|op| world.is_enabled(ThreadId(at as u8), &op))
        };
        let Some(at) = (0..threads.len()).map(|on| (current + on) % threads.len()).find(|&at| can_run(at)) else {
            break;
        };
        current = at;
        let (live, posted) = &mut threads[at];
        let Some(here) = posted.take() else { break };
        let fail = here.op.fail_point().is_some() && random.below(8) == 0;
        let outcome = world.apply(ThreadId(at as u8), &here.op, fail, &mut Vec::new());
        if world.bug.is_some() {
            break;
        }
        let (next, notes) = live.resume(outcome.clone());
        let found: Next = (next.as_ref().map(|next| (next.digest, next.op)), notes);
        let known = seen.0.entry((at, here.digest, outcome)).or_insert_with(|| found.clone());
        assert_eq!(*known, found, "{what}, thread {at}, behind {:?} at {}", here.op, here.at);
        *posted = next;
    }
}

fn check(scenario: &Scenario, runs: u64, what: &str) {
    let scenario = Arc::new(Scenario { schedule: None, ..scenario.clone() });
    let (mut random, mut seen) = (Random(0x0da5_c09e_5eed), Seen::default());
    (0..runs).for_each(|_| walk(&scenario, &mut random, &mut seen, what));
    assert!(!seen.0.is_empty());
}

#[test]
fn places_tell_all_on_every_kernel() {
    let mixes = [include_str!("mix/2x2.dax"), include_str!("mix/3x2.dax"), include_str!("mix/5x2.dax")];
    let writers = "file 2M\nthread A\n write 4K at 1p\nthread B\n write 4K at 1p\n";
    let spoilers = "file 4M\nthread A\n write 4K at 1p\n fsync\nthread B\n invalidate2 0..4M\n punch 0..2M\nthread C\n \
                    read 2M at 0\n write 2M at 0\n";
    for (number, script) in mixes.into_iter().chain([writers, spoilers]).enumerate() {
        let parsed = parse(script);
        assert_eq!(parsed.diagnostics, []);
        for preset in PRESETS {
            let scenario = Scenario { revision: preset.revision, ..parsed.scenario.clone() };
            check(&scenario, 100, &format!("script {number} on {}", preset.name));
        }
    }
}

#[test]
fn places_tell_all_in_the_museum() {
    for exhibit in daxscope_museum::exhibits() {
        let scenario = parse(exhibit.script).scenario;
        for revision in &exhibit.revisions {
            let revision = daxscope_core::scenario::parse_revision(revision).expect("a revision");
            let name = format!("{} on {}", exhibit.id, revision.name());
            check(&Scenario { revision, ..scenario.clone() }, 60, &name);
        }
    }
}
