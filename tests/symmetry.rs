//! Identical threads can change places: the engine, the automata and the rows do not tell one from another.

use daxscope_core::machine::LiveThread;
use daxscope_core::op::{Access, Object, accesses};
use daxscope_core::renaming::Renaming;
use daxscope_core::scenario::{FailPoint, Scenario, parse};
use daxscope_core::task::Posted;
use daxscope_core::units::ThreadId;
use daxscope_core::world::World;
use daxscope_explore::automaton::NodeId;
use daxscope_explore::mix::{Random, value};
use daxscope_explore::state::Layout;
use daxscope_explore::steps::{Learning, Steps};
use daxscope_explore::symmetry::Symmetry;
use daxscope_explore::{Bounds, Options};
use daxscope_museum::{exhibit, exhibits};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Two threads that read and write through huge mappings, two others that invalidate, one that is like none.
const MIX: &str = "
revision fixed
file     2M
extent   0..2M mapped at 16M
thread A
  read 2M at 0
  write 4K at 1p
thread B
  read 2M at 0
  write 4K at 1p
thread C
  invalidate2
thread D
  invalidate2
thread E
  write 2M at 0
";

fn scenario(script: &str) -> Arc<Scenario> {
    let parsed = parse(script);
    assert_eq!(parsed.diagnostics, []);
    Arc::new(Scenario { schedule: None, ..parsed.scenario })
}

/// Scenarios with identical threads.
fn with_twins() -> Vec<(String, Arc<Scenario>)> {
    let of_museum = ["a2", "b1", "b2", "b2b"].map(|id| {
        let script = exhibit(id).unwrap_or_else(|| panic!("no exhibit {id}")).script;
        (id.to_owned(), scenario(script))
    });
    let mut all = of_museum.to_vec();
    for revision in ["fixed", "4.10.0", "v6"] {
        all.push((format!("mix on {revision}"), scenario(&MIX.replace("fixed", revision))));
    }
    all
}

/// A random renaming of so many threads.
fn renaming(threads: usize, random: &mut Random) -> Renaming {
    let mut names: Vec<ThreadId> = (0..threads).map(|at| ThreadId(at as u8)).collect();
    for at in (1..threads).rev() {
        names.swap(at, random.below(at as u64 + 1) as usize);
    }
    Renaming::new(names).expect("each name once")
}

/// Steps random threads; `each` sees the world before, the thread, what it was about to do, whether that failed, the world
/// behind, and the outcome of it.
fn walk(
    scenario: &Arc<Scenario>,
    random: &mut Random,
    mut each: impl FnMut(&mut Random, &World, usize, &Posted, bool, &World),
) {
    let mut world = World::new(Arc::clone(scenario));
    world.reuse_page_ids = true;
    let ids = (0..scenario.threads.len()).map(|at| ThreadId(at as u8));
    let mut threads: Vec<(LiveThread, Option<Posted>)> =
        ids.map(|id| LiveThread::start(id, Arc::clone(scenario))).collect();
    for _ in 0..2_000 {
        let first = random.below(threads.len() as u64) as usize;
        let can_run = |at: &usize| {
            let posted = threads[*at].1.as_ref();
            posted.is_some_and(|posted| world.is_enabled(ThreadId(*at as u8), &posted.op))
        };
        let Some(at) = (0..threads.len()).map(|on| (first + on) % threads.len()).find(can_run) else { return };
        let Some(posted) = threads[at].1.take() else { return };
        let fail = posted.op.fail_point().is_some() && random.below(8) == 0;
        let before = world.clone();
        let outcome = world.apply(ThreadId(at as u8), &posted.op, fail, &mut Vec::new());
        each(random, &before, at, &posted, fail, &world);
        if world.bug.is_some() {
            return;
        }
        threads[at].1 = threads[at].0.resume(outcome).0;
    }
}

#[test]
fn renaming_and_stepping_can_be_exchanged() {
    let mut random = Random::new(1);
    let mut steps = 0;
    let museum = exhibits().iter().map(|exhibit| (exhibit.id.to_owned(), scenario(exhibit.script)));
    for (what, scenario) in museum.chain(with_twins()) {
        if scenario.failures.iter().any(|failure| failure.thread.is_some()) {
            continue;
        }
        for _ in 0..30 {
            walk(&scenario, &mut random, |random, before, at, posted, fail, after| {
                let renaming = renaming(scenario.threads.len(), random);
                let (old, new) = (ThreadId(at as u8), renaming.of(ThreadId(at as u8)));
                let start = before.renamed(&renaming);
                assert_eq!(start.renamed(&renaming.inverse()), *before, "{what}");
                let (mut world, mut same) = (start.clone(), before.clone());
                let outcome = world.apply(new, &posted.op, fail, &mut Vec::new());
                let expected = same.apply(old, &posted.op, fail, &mut Vec::new());
                assert_eq!(outcome, expected, "{what}: {:?} of {old} as {new}", posted.op);
                assert_eq!(world, after.renamed(&renaming), "{what}: {:?} of {old} as {new}", posted.op);
                let renamed = |access: Access| match access.object {
                    Object::Cpu(thread) => Access { object: Object::Cpu(renaming.of(thread)), ..access },
                    _ => access,
                };
                let touched = accesses(before, after, old, &posted.op, &expected).into_iter().map(renamed);
                let touched: BTreeSet<Access> = touched.collect();
                let found: BTreeSet<Access> = accesses(&start, &world, new, &posted.op, &outcome).into_iter().collect();
                assert_eq!(found, touched, "{what}: {:?} of {old} as {new}", posted.op);
                steps += 1;
            });
        }
    }
    assert!(steps > 50_000, "{steps} steps");
}

#[test]
fn identical_threads_are_at_places_with_equal_digests() {
    for (what, scenario) in with_twins() {
        let symmetry = Symmetry::new(&scenario).expect("identical threads");
        let twin = |at: usize| {
            let names = symmetry.renamings().iter().map(|renaming| renaming.of(ThreadId(at as u8)));
            names.max().expect("at least its own name")
        };
        let mut random = Random::new(2);
        for _ in 0..20 {
            let mut twins: Vec<(LiveThread, Option<Posted>)> =
                (0..scenario.threads.len()).map(|at| LiveThread::start(twin(at), Arc::clone(&scenario))).collect();
            walk(&scenario, &mut random, |_, before, at, posted, fail, _| {
                let place = |posted: &Posted| (posted.op, posted.digest, posted.at, posted.frames.to_vec());
                let (live, other) = &mut twins[at];
                assert_eq!(Some(place(posted)), other.as_ref().map(place), "{what}: thread {at}");
                let outcome = before.clone().apply(ThreadId(at as u8), &posted.op, fail, &mut Vec::new());
                *other = live.resume(outcome).0;
            });
        }
    }
}

/// Steps and states as a search has them.
struct Searching {
    learning: Learning,
    threads: Vec<Steps>,
    symmetry: Symmetry,
    layout: Layout,
}

impl Searching {
    fn new(scenario: &Arc<Scenario>) -> Searching {
        let bounds = Bounds { failures: 2, fail_points: FailPoint::RADIX.to_vec(), ..Bounds::default() };
        let options = Options { bounds, ..Options::default() };
        let learning = Learning::new(scenario, &options);
        let ids = (0..scenario.threads.len()).map(|at| ThreadId(at as u8));
        let threads: Vec<_> = ids.map(|id| Steps::new(id, scenario, true)).collect();
        let layout = Layout { parts: learning.store.parts().len(), threads: threads.len() };
        Searching { learning, threads, symmetry: Symmetry::new(scenario).expect("identical threads"), layout }
    }

    fn start(&mut self) -> Vec<u32> {
        let mut row = vec![0; self.layout.length()];
        let start = self.learning.store.start().clone();
        self.learning.store.intern(&start, None, &mut row);
        row[self.layout.failures()] = 2;
        for (thread, steps) in self.threads.iter().enumerate() {
            row[self.layout.place(thread)] = steps.automaton.start().0;
        }
        row
    }

    fn step(&mut self, row: &[u32], thread: usize, fail: bool) -> Option<Vec<u32>> {
        if fail && row[self.layout.failures()] == 0 {
            return None;
        }
        let values: Vec<u64> = row.iter().enumerate().map(|(at, &number)| value(at, number)).collect();
        let place = NodeId(row[self.layout.place(thread)]);
        let found = self.threads[thread].find(&mut self.learning, place, row, &values, fail);
        self.symmetry.share(thread, &mut self.threads, &mut self.learning.accesses);
        let step = self.threads[thread].step(found?);
        let mut row = row.to_vec();
        step.changes.iter().for_each(|&(at, number)| row[usize::from(at)] = number);
        row[self.layout.place(thread)] = step.next.0;
        row[self.layout.failures()] -= u32::from(fail);
        row[self.layout.last()] = thread as u32 + 1;
        Some(row)
    }

    fn renamed(&mut self, row: &[u32], renaming: &Renaming) -> Vec<u32> {
        let world = self.learning.store.world(row).renamed(renaming);
        let mut renamed = row.to_vec();
        self.learning.store.intern(&world, None, &mut renamed);
        let places = renaming.moved(&row[self.layout.place(0)..]);
        renamed.truncate(self.layout.place(0));
        renamed.extend(places);
        if let Some(last) = row[self.layout.last()].checked_sub(1) {
            renamed[self.layout.last()] = renaming.of(ThreadId(last as u8)).index() as u32 + 1;
        }
        renamed
    }

    fn canonical(&mut self, row: &[u32]) -> Vec<u32> {
        self.symmetry.canonical(row, &mut self.learning.store)
    }
}

#[test]
fn states_have_one_row_exactly_if_they_differ_in_names_only() {
    for (what, scenario) in with_twins() {
        let mut search = Searching::new(&scenario);
        let mut random = Random::new(3);
        // The least of all renamed rows, by the one that stands for them.
        let mut least: BTreeMap<Vec<u32>, Vec<u32>> = BTreeMap::new();
        let renamings = search.symmetry.renamings().to_vec();
        let mut met = BTreeSet::new();
        for _ in 0..60 {
            let mut row = search.start();
            for _ in 0..400 {
                if met.insert(row.clone()) {
                    let canonical = search.canonical(&row);
                    let orbit: Vec<_> = renamings.iter().map(|renaming| search.renamed(&row, renaming)).collect();
                    assert_eq!(orbit[0], row, "{what}: the first renaming changes nothing");
                    for other in &orbit {
                        assert_eq!(search.canonical(other), canonical, "{what}: {row:?} and {other:?}");
                    }
                    let first = orbit.into_iter().min().expect("at least itself");
                    assert_eq!(*least.entry(canonical).or_insert_with(|| first.clone()), first, "{what}: one for two");
                }
                let threads = scenario.threads.len();
                let first = random.below(threads as u64) as usize;
                let fail = random.below(6) == 0;
                let choices =
                    (0..threads).flat_map(|on| [((first + on) % threads, fail), ((first + on) % threads, false)]);
                let mut next = None;
                for (thread, fail) in choices {
                    let Some(there) = search.step(&row, thread, fail) else { continue };
                    for renaming in &renamings {
                        let renamed = search.renamed(&row, renaming);
                        let other = renaming.of(ThreadId(thread as u8)).index();
                        let stepped = search.step(&renamed, other, fail).expect("the other can step as well");
                        assert_eq!(stepped, search.renamed(&there, renaming), "{what}");
                    }
                    next = Some(there);
                    break;
                }
                match next {
                    Some(there) if there[search.layout.place(0)..].iter().all(|&at| NodeId(at) != NodeId::CRASHED) => {
                        row = there
                    }
                    _ => break,
                }
            }
        }
        assert!(least.len() < met.len(), "{what}: {} of {} states", least.len(), met.len());
    }
}

#[test]
fn threads_are_identical_only_if_nothing_tells_them_apart() {
    let read = |process: &str| format!("  read 4K at 0 {process}\n");
    let script = |a: &str, b: &str, rest: &str| {
        let processes = "process one shared\nprocess two shared\n";
        format!("revision fixed\nfile 1p\n{processes}thread A in one\n{a}thread B in {b}{rest}")
    };
    let twins = |script: &str| Symmetry::new(&scenario(script)).map(|symmetry| symmetry.renamings().len());
    assert_eq!(twins(&script(&read(""), "one\n", &read(""))), Some(2));
    assert_eq!(twins(&script(&read(""), "two\n", &read(""))), None);
    assert_eq!(twins(&script(&read(""), "one\n", &(read("") + "  munmap\n"))), None);
    assert_eq!(twins(&script(&read(""), "one\n", &(read("") + "fail preload 1 in B with ENOMEM\n"))), None);
    assert_eq!(twins(&script(&read(""), "one\n", &(read("") + "fail preload 1 with ENOMEM\n"))), Some(2));
}

#[test]
fn of_too_many_identical_threads_some_are_exchanged() {
    let letters = ["A", "B", "C", "D", "E", "F"];
    let script = |count: usize| {
        let threads = letters[..count].iter().map(|name| format!("thread {name}\n  read 4K at 0\n"));
        format!("revision fixed\nfile 1p\n{}", threads.collect::<String>())
    };
    let symmetry = |count| Symmetry::new(&scenario(&script(count))).expect("identical threads");
    assert_eq!((symmetry(4).renamings().len(), symmetry(4).is_complete()), (24, true));
    assert_eq!((symmetry(6).renamings().len(), symmetry(6).is_complete()), (24, false));
}
