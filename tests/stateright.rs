//! Stateright, a model checker by others, counts as many reachable states as our search without the reductions that
//! leave states out.
//!
//! The model here knows nothing of automata, parts of the world or remembered steps: a state is a whole world and the
//! outcomes that each thread has received, and a step runs the kernel code for as long as nobody can see it in the middle, or
//! for one operation.

use daxscope_core::extent::Extent;
use daxscope_core::machine::LiveThread;
use daxscope_core::op::Outcome;
use daxscope_core::scenario::{FailPoint, Scenario, StepSize, parse, parse_revision};
use daxscope_core::task::Posted;
use daxscope_core::units::ThreadId;
use daxscope_core::world::World;
use daxscope_explore::{Bounds, Options, Policy, Reductions, Search, Verdict};
use stateright::{Checker, HasDiscoveries, Model, Property};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The kernel code itself as a Stateright model.
struct Kernel {
    scenario: Arc<Scenario>,
    failures: u32,
    fail_points: Vec<FailPoint>,
    /// How far a step goes.
    size: StepSize,
}

#[derive(Clone, Debug)]
struct State {
    world: World,
    threads: Vec<Thread>,
    failures_left: u32,
}

/// A thread: the outcomes it has received, and what it is about to do because of them.
#[derive(Clone, Debug)]
struct Thread {
    log: Vec<Outcome>,
    posted: Option<Posted>,
}

impl State {
    /// All that can differ between two states. Whether a CPU ever filled its pool of tree nodes changes nothing.
    fn identity(&self) -> impl Hash + Eq + '_ {
        let world = &self.world;
        let threads: Vec<_> = world.threads.iter().map(|thread| (thread.run, thread.preloads)).collect();
        let places: Vec<_> = self.threads.iter().map(|t| t.posted.as_ref().map(|posted| posted.digest)).collect();
        (
            (&world.mapping, &world.pages, &world.page_tables, &world.file),
            (&world.waits, &world.locks, &world.failures, world.bug),
            (threads, places, self.failures_left),
        )
    }
}

impl PartialEq for State {
    fn eq(&self, other: &State) -> bool {
        self.identity() == other.identity()
    }
}

impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.identity().hash(hasher);
    }
}

impl Kernel {
    fn live(&self, thread: usize, log: &[Outcome]) -> LiveThread {
        LiveThread::rebuild(ThreadId(thread as u8), Arc::clone(&self.scenario), log)
    }

    /// One step of one thread; `None` if it cannot run, or if it shall fail and cannot.
    fn step(&self, state: &State, thread: usize, fail: bool) -> Option<State> {
        let id = ThreadId(thread as u8);
        let mut next = state.clone();
        let Thread { log, posted } = &mut next.threads[thread];
        if !state.world.is_enabled(id, &posted.as_ref()?.op) || (fail && state.failures_left == 0) {
            return None;
        }
        let mut live = self.live(thread, log);
        let mut fails_left = fail;
        let mut extent = Extent::new(self.size);
        while let Some(op) = posted.as_ref().map(|posted| posted.op) {
            let holds_tree_lock = next.world.locks.tree_lock == Some(id);
            if !extent.goes_on(&op, holds_tree_lock) {
                break;
            }
            extent.add(&op, holds_tree_lock);
            if fails_left && op.fail_point().is_some_and(|what| !self.fail_points.contains(&what)) {
                return None;
            }
            let fails = fails_left && op.fail_point().is_some_and(|what| self.fail_points.contains(&what));
            fails_left &= !fails;
            let outcome = next.world.apply(id, &op, fails, &mut Vec::new());
            assert_eq!(next.world.bug, None, "the models are free of bugs");
            log.push(outcome.clone());
            *posted = live.resume(outcome).0;
        }
        if self.failures != Bounds::ANY_FAILURES {
            next.failures_left -= u32::from(fail);
        }
        (!fails_left).then_some(next)
    }
}

impl Model for Kernel {
    type State = State;
    type Action = (usize, bool);

    fn init_states(&self) -> Vec<State> {
        let mut world = World::new(Arc::clone(&self.scenario));
        world.reuse_page_ids = true;
        let threads = (0..self.scenario.threads.len()).map(|thread| {
            let (_, posted) = LiveThread::start(ThreadId(thread as u8), Arc::clone(&self.scenario));
            Thread { log: Vec::new(), posted }
        });
        vec![State { world, threads: threads.collect(), failures_left: self.failures }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<(usize, bool)>) {
        actions.extend((0..state.threads.len()).flat_map(|thread| [(thread, false), (thread, true)]));
    }

    fn next_state(&self, state: &State, (thread, fail): (usize, bool)) -> Option<State> {
        self.step(state, thread, fail)
    }

    /// Stateright stops when it has nothing to look for.
    fn properties(&self) -> Vec<Property<Kernel>> {
        vec![Property::always("the kernel is alive", |_, state: &State| state.world.bug.is_none())]
    }
}

fn check(script: &str, revision: &str, failures: u32, fail_points: &[FailPoint], least: u64) {
    let parsed = parse(script);
    assert_eq!(parsed.diagnostics, []);
    let revision = parse_revision(revision).expect("a revision");
    let scenario = Arc::new(Scenario { revision, schedule: None, ..parsed.scenario });
    for size in [StepSize::Section, StepSize::Atom] {
        let critical_sections = size == StepSize::Section;
        let reductions = Reductions {
            critical_sections,
            persistent_sets: false,
            symmetry: false,
            bisimulation: false,
            ..Reductions::ALL
        };
        let bounds = Bounds { failures, fail_points: fail_points.to_vec(), ..Bounds::default() };
        let options = Options { bounds, policy: Policy::BreadthFirst, reductions };
        let mut search = Search::new(Arc::clone(&scenario), options);
        while *search.advance(100_000) == Verdict::Running {}
        assert_eq!(*search.verdict(), Verdict::Complete);
        assert!(search.counts().states >= least, "{}: too small to say much", search.counts().states);
        let scenario = Arc::clone(&scenario);
        let kernel = Kernel { scenario, failures, fail_points: fail_points.to_vec(), size };
        let checker = kernel.checker().finish_when(HasDiscoveries::All).spawn_bfs().join();
        assert!(checker.is_done());
        assert_eq!(checker.unique_state_count() as u64, search.counts().states, "{script}{size:?}");
    }
}

#[test]
fn a5_has_as_many_states() {
    let script = daxscope_museum::exhibit("a5").expect("the reviewed bug").script;
    check(script, "v9", 0, &[], 7);
    // The same without the failure that the script brings: instead, any two calls may fail at any time.
    let free: String =
        script.lines().filter(|line| !line.starts_with("fail")).map(|line| format!("{line}\n")).collect();
    assert_ne!(free, script);
    check(&free, "v9", Bounds::ANY_FAILURES, &FailPoint::RADIX, 15);
    check(&free, "4.10.0", 2, &FailPoint::RADIX, 20);
}

#[test]
fn two_threads_of_the_mix_have_as_many_states() {
    check(include_str!("mix/2x1.dax"), "fixed", 1, &[FailPoint::Preload], 1_000);
    check(include_str!("mix/2x1.dax"), "fixed", 0, &[], 500);
    check(include_str!("mix/2x2.dax"), "fixed", 0, &[], 5_000);
}

#[test]
fn two_threads_that_wait_for_each_other_have_as_many_states() {
    let script = "file 2M\nthread A\n write 4K at 1p\nthread B\n write 4K at 1p\n";
    check(script, "fixed", 0, &[], 100);
    check(script, "4.10.0", 0, &[], 100);
}
