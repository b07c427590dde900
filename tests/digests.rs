//! The states of small scenarios, pinned: a change of the code that changes no behaviour leaves every digest as it is.
//!
//! A digest is made of what a state is to a reader, written out as text (tree, counters, pages, page tables, file, locks,
//! waiters, and where in which kernel function each thread stands), sorted; not of how the program stores it. Nothing of
//! the search is used: a state here is a whole world and what each thread has received, and every step is stepped.
//!
//! Where the modelled behaviour is meant to change, `DAXSCOPE_BLESS=1 cargo test -p daxscope-explore --test digests` writes
//! `tests/digests.txt` anew; the commit says why.

use daxscope_core::digest::Digest;
use daxscope_core::extent::Extent;
use daxscope_core::machine::LiveThread;
use daxscope_core::op::Outcome;
use daxscope_core::scenario::{Scenario, StepSize, parse, parse_revision};
use daxscope_core::task::Posted;
use daxscope_core::units::ThreadId;
use daxscope_core::world::World;
use std::collections::{BTreeSet, HashSet};
use std::fmt::Write;
use std::sync::Arc;

/// The smallest scenarios: exhibits on their first broken and first fixed kernel, some of the mix, and cases.
const SCENARIOS: [(&str, &str); 20] = [
    ("museum:a1", "v4"),
    ("museum:a1", "v5"),
    ("museum:a3", "v5"),
    ("museum:a3", "v6"),
    ("museum:a5", "v6"),
    ("museum:a5", "v9"),
    ("museum:a6", "v6"),
    ("museum:c1", "4.10.0"),
    ("museum:c7", "4.10.0"),
    ("museum:d1", "4.10.0"),
    ("museum:d4", "4.10.0"),
    ("museum:d5", "4.10.0"),
    ("museum:e3", "fixed"),
    ("museum:e2", "4.10.0"),
    ("museum:e3", "4.10.0"),
    ("museum:h3", "4.13.4"),
    ("mix/2x1", "fixed"),
    ("mix/2x1", "4.10.0"),
    ("verdicts/r1_unmap_and_copy_are_two_steps", "fixed"),
    ("verdicts/r1_invalidate_and_two_faults", "fixed entry_locks=off"),
];

/// States of one scenario that are looked at at most: the smallest have far fewer.
const MOST_STATES: usize = 20_000;

#[derive(Clone)]
struct State {
    world: World,
    threads: Vec<(Vec<Outcome>, Option<Posted>)>,
}

impl State {
    fn start(scenario: &Arc<Scenario>) -> State {
        let mut world = World::new(Arc::clone(scenario));
        world.reuse_page_ids = true;
        let ids = (0..scenario.threads.len()).map(|at| ThreadId(at as u8));
        let threads = ids.map(|id| (Vec::new(), LiveThread::start(id, Arc::clone(scenario)).1)).collect();
        State { world, threads }
    }

    /// What tells states apart while this program runs.
    fn identity(&self) -> Digest {
        let places: Vec<_> = self.threads.iter().map(|(_, at)| at.as_ref().map(|at| at.digest)).collect();
        let threads: Vec<_> = self.world.threads.iter().map(|thread| (thread.run, thread.preloads)).collect();
        let world = &self.world;
        let memory = (&world.mapping, &world.pages, &world.page_tables, &world.file);
        Digest::of(&(memory, (&world.waits, &world.locks, &world.failures, world.bug), threads, places))
    }

    /// One step as searches make it.
    fn step(&self, scenario: &Arc<Scenario>, thread: usize) -> Option<State> {
        let id = ThreadId(thread as u8);
        let mut next = self.clone();
        let (log, posted) = &mut next.threads[thread];
        if !self.world.is_enabled(id, &posted.as_ref()?.op) {
            return None;
        }
        let mut live = LiveThread::rebuild(id, Arc::clone(scenario), log.iter());
        let mut extent = Extent::new(StepSize::Section);
        while let Some(op) = posted.as_ref().map(|posted| posted.op) {
            let holds = next.world.locks.tree_lock == Some(id);
            if !extent.goes_on(&op, holds) {
                break;
            }
            extent.add(&op, holds);
            let outcome = next.world.apply(id, &op, false, &mut Vec::new());
            log.push(outcome.clone());
            if next.world.bug.is_some() {
                *posted = None;
                break;
            }
            *posted = live.resume(outcome).0;
        }
        Some(next)
    }

    /// What the state is to a reader.
    fn text(&self) -> String {
        let mut text = String::new();
        let world = &self.world;
        for leaf in world.mapping.tree.leaves() {
            write!(text, "{:x}+{}={:x}/{} ", leaf.index, leaf.order, leaf.word, leaf.tags).expect("a string");
        }
        write!(text, "nr {} {};", world.mapping.nrexceptional, world.mapping.nrpages).expect("a string");
        for page in world.pages.iter() {
            let owner = page.locked_by.map(|by| by.0);
            let counts = (page.refcount, page.mapcount, page.waiters.len(), page.woken.len());
            write!(text, " page {:x} {} {owner:?} {counts:?}", page.index, page.in_cache).expect("a string");
        }
        for mm in world.scenario.process_ids() {
            for (start, pmd) in world.page_tables[mm.index()].ranges() {
                write!(text, "; mm{} {start:x} {pmd:?}", mm.0).expect("a string");
            }
        }
        write!(text, "; size {} {:?}", world.file.size_pages, world.file.blocks.extents()).expect("a string");
        write!(text, "; tree_lock {:?}", world.locks.tree_lock.map(|by| by.0)).expect("a string");
        for (name, lock) in world.locks.queue_locks() {
            write!(text, "; {name:?} {:?} {:?}", lock.holders(), lock.queue()).expect("a string");
        }
        for (thread, (_, posted)) in world.threads.iter().zip(&self.threads) {
            write!(text, "; {:?} {} at ", thread.run, thread.preloads).expect("a string");
            for frame in posted.iter().flat_map(|posted| posted.frames.iter()) {
                write!(text, "{}({:x?}) ", frame.function, frame.index).expect("a string");
            }
            let op = posted.as_ref().map(|posted| format!("{:?}", posted.op)).unwrap_or_default();
            // The operation's name, behind that of its family.
            text.push_str(op.split([' ', '(', ')']).nth(1).unwrap_or_default());
        }
        write!(text, "; {:?}", world.bug.map(|bug| bug.text())).expect("a string");
        text
    }
}

/// How many states and final states there are, and the digest of each set.
fn line(name: &str, revision: &str) -> String {
    let script = match name.strip_prefix("museum:") {
        Some(id) => daxscope_museum::exhibit(id).expect("an exhibit").script.to_owned(),
        None => {
            let path = format!("{}/../../tests/{name}.dax", env!("CARGO_MANIFEST_DIR"));
            std::fs::read_to_string(path).expect("a script")
        }
    };
    let kernel = parse_revision(revision).expect("a revision");
    let scenario = Arc::new(Scenario { revision: kernel, schedule: None, ..parse(&script).scenario });
    let start = State::start(&scenario);
    let mut met = HashSet::from([start.identity()]);
    let (mut all, mut finals) = (BTreeSet::new(), BTreeSet::new());
    let mut waiting = vec![start];
    while let Some(state) = waiting.pop() {
        assert!(met.len() <= MOST_STATES, "{name} is too large for this test");
        let next: Vec<_> = (0..state.threads.len()).filter_map(|thread| state.step(&scenario, thread)).collect();
        let text = state.text();
        if next.is_empty() || state.world.bug.is_some() {
            finals.insert(text.clone());
        }
        all.insert(text);
        if state.world.bug.is_none() {
            waiting.extend(next.into_iter().filter(|state| met.insert(state.identity())));
        }
    }
    let digest = |set: &BTreeSet<String>| Digest::of(&set.iter().collect::<Vec<_>>()).bits() >> 64;
    format!(
        "{name} on {revision}: {} {:016x}, final {} {:016x}\n",
        all.len(),
        digest(&all),
        finals.len(),
        digest(&finals)
    )
}

#[test]
fn the_states_of_the_smallest_scenarios_stay_as_they_are() {
    let now: String = SCENARIOS.iter().map(|(name, revision)| line(name, revision)).collect();
    let path = format!("{}/../../tests/digests.txt", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("DAXSCOPE_BLESS").is_some() {
        std::fs::write(&path, &now).expect("the file can be written");
    }
    let pinned = std::fs::read_to_string(&path).unwrap_or_default();
    let changed: Vec<_> = now.lines().filter(|line| !pinned.lines().any(|known| known == *line)).collect();
    assert!(
        changed.is_empty() && now == pinned,
        "the states of some scenarios have changed. If that was meant, write them anew with DAXSCOPE_BLESS=1:\n{}",
        changed.join("\n")
    );
}
