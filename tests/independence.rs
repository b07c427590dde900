//! What the reductions rest on: what `core::op::accesses` calls exchangeable can be exchanged, and no reduction changes a
//! verdict or the number of final states.

use daxscope_core::check::Rule;
use daxscope_core::digest::Digest;
use daxscope_core::event::Event;
use daxscope_core::extent::Extent;
use daxscope_core::machine::LiveThread;
use daxscope_core::op::{Access, AccessKind, Object, Op, Outcome, accesses};
use daxscope_core::scenario::{Scenario, StepSize, parse, parse_revision};
use daxscope_core::task::Posted;
use daxscope_core::units::ThreadId;
use daxscope_core::world::World;
use daxscope_explore::{Bounds, Options, Reductions, Search, Verdict};
use std::sync::Arc;

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

/// A thread: what it has received, and where it is. `None`: done.
#[derive(Clone)]
struct Thread {
    log: Vec<Outcome>,
    posted: Option<Posted>,
}

/// What a thread's step came to.
#[derive(Clone, PartialEq, Debug)]
struct Came {
    /// What the operations were answered with.
    outcomes: Vec<Outcome>,
    /// What happened, and what the thread noted.
    events: Vec<Event>,
    /// Where the thread is afterwards.
    next: Option<Digest>,
}

/// Makes a step; `None` if the thread has to wait, or if the kernel dies.
fn step(
    world: &mut World,
    at: usize,
    thread: &Thread,
    size: StepSize,
    fail: bool,
) -> Option<(Thread, Came, Vec<Access>, Vec<Op>)> {
    let id = ThreadId(at as u8);
    let mut posted = thread.posted.clone()?;
    if !world.is_enabled(id, &posted.op) {
        return None;
    }
    let mut live = LiveThread::rebuild(id, Arc::clone(&world.scenario), &thread.log);
    let mut after = thread.clone();
    let (mut came, mut touched, mut ops) =
        (Came { outcomes: Vec::new(), events: Vec::new(), next: None }, Vec::new(), Vec::new());
    let mut fails_left = fail;
    let mut extent = Extent::new(size);
    let held = world.locks.tree_lock == Some(id);
    loop {
        extent.add(&posted.op, world.locks.tree_lock == Some(id));
        let before = world.clone();
        let fails = fails_left && posted.op.fail_point().is_some();
        fails_left &= !fails;
        let outcome = world.apply(id, &posted.op, fails, &mut came.events);
        touched.extend(accesses(&before, world, id, &posted.op, &outcome));
        ops.push(posted.op);
        came.outcomes.push(outcome.clone());
        after.log.push(outcome.clone());
        if world.bug.is_some() {
            return None;
        }
        let (next, notes) = live.resume(outcome);
        came.events.extend(notes);
        after.posted = next.clone();
        came.next = next.as_ref().map(|next| next.digest);
        match next {
            Some(next) if extent.goes_on(&next.op, world.locks.tree_lock == Some(id)) => posted = next,
            _ => break,
        }
    }
    lock_of_whole_step(&mut touched, held, world.locks.tree_lock == Some(id));
    (!fails_left).then_some((after, came, touched, ops))
}

/// What a step does to `tree_lock`, as searches see it: one that takes it and gives it back looks at it, one that keeps it
/// changes it.
fn lock_of_whole_step(touched: &mut [Access], held_before: bool, held_after: bool) {
    let keeps = held_after != held_before;
    for access in touched.iter_mut().filter(|access| access.object == Object::Lock(None) && !keeps) {
        access.kind = AccessKind::Read;
    }
}

/// Worlds without what no search looks at: whether a CPU ever filled its pool.
fn comparable(mut world: World) -> World {
    world.threads.iter_mut().for_each(|thread| thread.has_pool = false);
    world
}

/// How many pairs were tried, and how many of them could be exchanged.
#[derive(Default, Debug)]
struct Tried {
    pairs: u64,
    exchanged: u64,
}

/// Every two enabled steps of two threads in a state.
fn try_pairs(world: &World, threads: &[Thread], what: &str, tried: &mut Tried, failed: &mut Vec<String>) {
    for size in [StepSize::Atom, StepSize::Section] {
        let mut steps = Vec::new();
        for (at, thread) in threads.iter().enumerate() {
            for fail in [false, true] {
                let mut after = world.clone();
                if let Some((to, came, touched, ops)) = step(&mut after, at, thread, size, fail) {
                    steps.push((at, fail, after, to, came, touched, ops));
                }
            }
        }
        for (number, a) in steps.iter().enumerate() {
            for b in steps[number + 1..].iter().filter(|b| b.0 != a.0) {
                tried.pairs += 1;
                if a.5.iter().any(|mine| b.5.iter().any(|theirs| mine.conflicts(theirs))) {
                    continue;
                }
                tried.exchanged += 1;
                let (mut ab, mut ba) = (a.2.clone(), b.2.clone());
                let b_second = step(&mut ab, b.0, &threads[b.0], size, b.1);
                let a_second = step(&mut ba, a.0, &threads[a.0], size, a.1);
                let problem = match (&a_second, &b_second) {
                    (None, _) => "the second disables the first",
                    (_, None) => "the first disables the second",
                    (Some((_, came, ..)), _) if *came != a.4 => "the first comes to something else",
                    (_, Some((_, came, ..))) if *came != b.4 => "the second comes to something else",
                    _ if comparable(ab) != comparable(ba) => "the worlds differ",
                    _ => continue,
                };
                failed.push(format!("{what}: {problem}: {:?} fail {} | {:?} fail {}", a.6, a.1, b.6, b.1));
            }
        }
    }
}

/// One random run, every pair of steps tried in some of its states.
fn walk(scenario: &Arc<Scenario>, random: &mut Random, what: &str, tried: &mut Tried, failed: &mut Vec<String>) {
    const MOST_STEPS: u32 = 250;
    let mut world = World::new(Arc::clone(scenario));
    world.reuse_page_ids = true;
    let mut threads: Vec<Thread> = (0..scenario.threads.len())
        .map(|at| Thread { log: Vec::new(), posted: LiveThread::start(ThreadId(at as u8), Arc::clone(scenario)).1 })
        .collect();
    let look_once_in = 1 + random.below(6);
    for _ in 0..MOST_STEPS {
        if random.below(look_once_in) == 0 {
            try_pairs(&world, &threads, what, tried, failed);
        }
        let first = random.below(threads.len() as u64) as usize;
        let fail = random.below(10) == 0;
        let mut moved = None;
        for at in (0..threads.len()).map(|on| (first + on) % threads.len()) {
            for fail in [fail, false] {
                let mut after = world.clone();
                if let Some((to, ..)) = step(&mut after, at, &threads[at], StepSize::Atom, fail) {
                    moved = Some((at, after, to));
                    break;
                }
            }
            if moved.is_some() {
                break;
            }
        }
        let Some((at, after, to)) = moved else { break };
        world = after;
        threads[at] = to;
    }
}

const OTHERS: [&str; 6] = [
    "file 4p\nextent 0..4p mapped at 16M\nthread A\n write(2) 0..2p\nthread B\n truncate 1p\nthread C\n read 4K at 1p\n",
    "file 2M\nthread A\n write 4K at 1p\n fsync\nthread B\n punch 0..2M\nthread C\n read 2M at 0\n",
    "file 2M\nextent 0..2M mapped at 16M\nprocess P\nprocess Q\nthread A in P\n write 2M at 0\n munmap\nthread B in Q\n \
     write 4K at 1p\nthread C in P\n read 4K at 2p\n",
    "file 2M\nextent 0..2M mapped at 16M\nprocess P private\nprocess Q\nthread A in P\n write 4K at 1p\nthread B in Q\n \
     fsync\n write 4K at 1p\nthread C in P\n read 4K at 1p\n",
    "file 4M\nthread A\n read 4K at 1p\n write 4K at 1p\nthread B\n invalidate2\nthread C\n punch 2M..4M\nthread D\n \
     write(2) 513p..514p\n",
    "file 1p\nthread A\n write(2) 1p..3p\nthread B\n write 4K at 0\n fsync\nthread C\n truncate 0\n",
];

fn check(scripts: impl IntoIterator<Item = (String, &'static str, Vec<String>)>, runs: u64) {
    let (mut random, mut tried, mut failed) = (Random(0x0da5_c09e_5eed), Tried::default(), Vec::new());
    for (name, script, revisions) in scripts {
        let parsed = parse(script);
        assert_eq!(parsed.diagnostics, [], "{name}");
        for revision in revisions {
            let what = format!("{name} on {revision}");
            let revision = parse_revision(&revision).expect("a revision");
            for fs_lock in [false, true] {
                let scenario = Scenario { revision, fs_lock, schedule: None, ..parsed.scenario.clone() };
                let scenario = Arc::new(scenario);
                (0..runs).for_each(|_| walk(&scenario, &mut random, &what, &mut tried, &mut failed));
            }
        }
    }
    eprintln!("{tried:?}");
    let all = failed.len();
    failed.sort();
    failed.dedup();
    assert!(failed.is_empty(), "{all} of {tried:?}:\n{}", failed.join("\n"));
    assert!(tried.exchanged * 3 > tried.pairs, "hardly anything may be exchanged: {tried:?}");
}

#[test]
fn what_may_be_exchanged_can_be_in_small_scenarios() {
    let revisions = ["4.10.0", "v6", "4.13.4", "fixed"].map(str::to_owned).to_vec();
    let mixes = [include_str!("mix/2x2.dax"), include_str!("mix/3x1.dax")];
    let scripts = mixes.into_iter().chain(OTHERS).enumerate();
    check(scripts.map(|(number, script)| (format!("script {number}"), script, revisions.clone())), 3);
}

#[test]
fn what_may_be_exchanged_can_be_in_the_museum() {
    let all = daxscope_museum::exhibits().iter();
    check(
        all.map(|exhibit| {
            (exhibit.id.to_owned(), exhibit.script, exhibit.revisions.iter().map(|&name| name.to_owned()).collect())
        }),
        2,
    );
}

/// How a search came out.
#[derive(PartialEq, Debug)]
enum Kind {
    /// With how many final states.
    Complete(u64),
    Violation,
    /// More states than this test waits for.
    TooLarge,
}

/// A search to be made with several reductions.
struct Table {
    name: String,
    scenario: Arc<Scenario>,
    bounds: Bounds,
    /// Is it looked for one rule, so that the one that is found must be that?
    rule: Option<Rule>,
}

impl Table {
    fn explore(&self, reductions: Reductions, states: usize) -> Kind {
        let bounds = Bounds { states, ..self.bounds.clone() };
        let options = Options { bounds, reductions, ..Options::default() };
        let mut search = Search::new(Arc::clone(&self.scenario), options);
        while *search.advance(10_000) == Verdict::Running {}
        match search.verdict() {
            Verdict::Complete => Kind::Complete(search.counts().finals),
            Verdict::Violation(found) => {
                assert!(self.rule.is_none_or(|rule| found.rules.contains(&rule)), "{}: {found:?}", self.name);
                Kind::Violation
            }
            Verdict::BoundHit(_) | Verdict::Running => Kind::TooLarge,
        }
    }
}

/// The museum (but C8, which goes in circles until somebody counts them), looking for the exhibit's rule where the kernel is broken and for any where it is not, and some of the mix.
fn tables() -> Vec<Table> {
    let mut tables = Vec::new();
    for exhibit in daxscope_museum::exhibits()
        .iter()
        .filter(|exhibit| exhibit.id != "c8" && !exhibit.slow && exhibit.known_failure.is_none())
    {
        for (at, name) in exhibit.revisions.iter().enumerate() {
            // All of them where the engine is optimised.
            if cfg!(debug_assertions) && at != 0 && at != exhibit.broken {
                continue;
            }
            let rule = exhibit.expect.filter(|_| at < exhibit.broken);
            let (failures, fail_points) = (exhibit.failures, exhibit.fail_points.clone());
            let bounds = Bounds { failures, fail_points, rules: rule.into_iter().collect(), ..Bounds::default() };
            let revision = parse_revision(name).expect("a revision");
            let scenario = Scenario { revision, schedule: None, ..parse(exhibit.script).scenario };
            let name = format!("{} on {name}", exhibit.id);
            tables.push(Table { name, scenario: Arc::new(scenario), bounds, rule });
        }
    }
    for (name, script) in [("2x1", include_str!("mix/2x1.dax")), ("3x1", include_str!("mix/3x1.dax"))] {
        for revision in ["fixed", "4.10.0", "v6"] {
            for failures in [0, 1, Bounds::ANY_FAILURES] {
                let bounds = Bounds { failures, ..Bounds::default() };
                let parsed = parse_revision(revision).expect("a revision");
                let scenario = Scenario { revision: parsed, ..parse(script).scenario };
                let name = format!("mix {name} on {revision}, {failures} failures");
                tables.push(Table { name, scenario: Arc::new(scenario), bounds, rule: None });
            }
        }
    }
    tables
}

#[test]
fn reductions_agree_on_verdicts_and_final_states() {
    const ALL: Reductions = Reductions::ALL;
    // Name, reductions, whether final states are counted alike, and states up to which a search is tried; more where the
    // engine is optimised.
    let others = [
        ("no persistent sets", Reductions::SHORTEST, true, 3_000),
        ("no symmetry", Reductions { symmetry: false, ..ALL }, false, 2_000),
        ("no merging", Reductions { merging: false, ..ALL }, true, 300),
        // Two allocations of hole pages may change places within what else is one step: the pages' numbers differ then.
        ("no critical sections", Reductions { critical_sections: false, ..ALL }, false, 1_000),
        ("only caching", Reductions { caching: true, ..Reductions::NONE }, false, 500),
        ("no caching", Reductions { caching: false, ..ALL }, false, 1_000),
    ];
    let times = if cfg!(debug_assertions) { 1 } else { 10 };
    let mut compared = vec![(0, 0); others.len()];
    let mut differ = Vec::new();
    for table in tables() {
        let all = table.explore(ALL, 2_000 * times);
        if table.rule.is_some() {
            assert!(!matches!(all, Kind::Complete(_)), "{}", table.name);
        }
        for ((name, reductions, same_finals, states), compared) in others.iter().zip(&mut compared) {
            let other = table.explore(*reductions, *states * times);
            match (&all, &other) {
                (Kind::TooLarge, _) | (_, Kind::TooLarge) => continue,
                (Kind::Complete(_), Kind::Complete(_)) if !same_finals => compared.0 += 1,
                (one, other) if one == other && *one == Kind::Violation => compared.1 += 1,
                (one, other) if one == other => compared.0 += 1,
                (one, other) => differ.push(format!("{}: {one:?}, with {name} {other:?}", table.name)),
            }
        }
    }
    eprintln!("{compared:?}");
    assert!(differ.is_empty(), "{}", differ.join("\n"));
    assert!(compared.iter().all(|&(complete, violations)| complete >= 3 && violations >= 3), "{compared:?}");
}
