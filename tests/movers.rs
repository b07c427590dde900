//! Where steps of searches end rests on which operations are movers (`Op::mover`): derived here from what operations touch,
//! and tried out in random runs.

use daxscope_core::machine::{Machine, Performed};
use daxscope_core::op::{Access, AccessKind, LockOp, Mover, Object, Op, accesses};
use daxscope_core::scenario::{Choice, Scenario, StepSize, parse, parse_revision};
use daxscope_core::units::ThreadId;
use daxscope_core::world::World;
use std::collections::{BTreeMap, BTreeSet};
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

/// What runs have shown.
#[derive(Default)]
struct Seen {
    /// Kinds of operations, without and with `tree_lock`, and the movers that they are.
    movers: BTreeMap<(String, bool), BTreeSet<String>>,
    /// Pairs that were exchanged.
    exchanged: u64,
    problems: BTreeSet<String>,
}

/// The variant's name, behind that of its family.
fn kind(op: &Op) -> String {
    format!("{op:?}").split([' ', '(', ')', '{']).nth(1).unwrap_or_default().to_owned()
}

fn holds(world: &World, thread: ThreadId) -> bool {
    world.locks.tree_lock == Some(thread)
}

/// May an operation with this access be fused with the one before it, as far as what it touches goes?
fn may_be_fused(thread: ThreadId, access: &Access, mover: Mover, holds_tree_lock: bool) -> bool {
    match (access.object, mover) {
        (Object::Cpu(of), _) => of == thread,
        // Nobody changes the tree without `tree_lock` (see `look_at`).
        (Object::Slots | Object::Tags | Object::Counters, Mover::Both) => {
            holds_tree_lock && access.kind == AccessKind::Read
        }
        (Object::Lock(None), Mover::Left) => holds_tree_lock,
        (Object::Lock(None), Mover::Right) => !holds_tree_lock,
        // Whoever gives a lock back holds it.
        (Object::Lock(Some(_)), Mover::Left) => true,
        _ => false,
    }
}

/// What the operation touches must be what its mover allows.
fn look_at(before: &World, after: &World, thread: ThreadId, performed: &Performed, seen: &mut Seen) {
    let op = performed.stop.op;
    let held = holds(before, thread);
    let mover = op.mover(held);
    seen.movers.entry((kind(&op), held)).or_default().insert(format!("{mover:?}"));
    for access in accesses(before, after, thread, &op, &performed.outcome) {
        let is_tree = matches!(access.object, Object::Slots | Object::Tags | Object::Counters);
        if is_tree && access.kind != AccessKind::Read && !held {
            seen.problems.insert(format!("{op:?} changes the tree without tree_lock"));
        }
        if mover != Mover::None && !may_be_fused(thread, &access, mover, held) {
            seen.problems.insert(format!("{op:?} is {mover:?} and touches {access:?}"));
        }
    }
}

/// Worlds without what no search looks at: whether a CPU ever filled its pool.
fn comparable(world: &World) -> World {
    let mut world = world.clone();
    world.threads.iter_mut().for_each(|thread| thread.has_pool = false);
    world
}

/// One operation.
fn step(machine: &mut Machine, thread: ThreadId) -> Option<Performed> {
    machine.step(Choice::run(thread), StepSize::Atom)?.performed.pop()
}

/// `first` and then `second`, each one operation; `None` if that cannot be.
fn both(machine: &Machine, first: ThreadId, second: ThreadId) -> Option<(World, [Performed; 2])> {
    let mut machine = machine.clone();
    let one = step(&mut machine, first)?;
    let two = step(&mut machine, second)?;
    Some((comparable(&machine.world), [one, two]))
}

/// Two threads' next operations, one after the other: may they be exchanged as the mover of one of them says?
fn exchange(machine: &Machine, first: ThreadId, second: ThreadId, seen: &mut Seen) {
    let Some((there, [one, two])) = both(machine, first, second) else { return };
    let mut between = machine.clone();
    step(&mut between, first);
    let right = matches!(one.stop.op.mover(holds(&machine.world, first)), Mover::Both | Mover::Right);
    let left = matches!(two.stop.op.mover(holds(&between.world, second)), Mover::Both | Mover::Left);
    // A right mover waits for nobody that comes later; a left mover may have been what the first one waited for.
    if !right && !left || machine.world.bug.is_some() || there.bug.is_some() {
        return;
    }
    // Who queues for a lock a moment before it is given back is granted it instead of taking it: see docs/steps.md.
    let queues = |op: &Op| matches!(op, Op::Lock(LockOp::Acquire { .. }));
    if left && queues(&one.stop.op) && matches!(two.stop.op, Op::Lock(LockOp::Release { .. })) {
        return;
    }
    // What has just been enabled by the first cannot come before it.
    if right && !machine.is_enabled(second) {
        seen.problems.insert(format!("{:?} is a right mover and lets {:?} run", one.stop.op, two.stop.op));
        return;
    }
    seen.exchanged += 1;
    match both(machine, second, first) {
        Some((other, [other_two, other_one]))
            if other == there && other_one.outcome == one.outcome && other_two.outcome == two.outcome => {}
        _ => {
            seen.problems.insert(format!("{:?} and {:?} cannot be exchanged", one.stop.op, two.stop.op));
        }
    }
}

fn walk(scenario: &Arc<Scenario>, random: &mut Random, seen: &mut Seen) {
    let mut machine = Machine::new(Arc::clone(scenario));
    machine.world.reuse_page_ids = true;
    let patience = 1 + random.below(8);
    let mut current = ThreadId(0);
    for _ in 0..400 {
        let enabled: Vec<ThreadId> = machine.enabled().collect();
        if enabled.is_empty() {
            return;
        }
        if random.below(patience) == 0 || !enabled.contains(&current) {
            current = enabled[random.below(enabled.len() as u64) as usize];
        }
        let other = enabled[random.below(enabled.len() as u64) as usize];
        if other != current {
            exchange(&machine, current, other, seen);
            exchange(&machine, other, current, seen);
        }
        let before = machine.world.clone();
        let choice = Choice { fail: random.below(12) == 0, ..Choice::run(current) };
        let Some(record) = machine.step(choice, StepSize::Atom) else { return };
        look_at(&before, &machine.world, current, &record.performed[0], seen);
    }
}

/// The whole museum and the mix, on all kernels that their exhibits name and some more.
fn seen() -> Seen {
    let (mut random, mut seen) = (Random(0x0da5_c09e_0001), Seen::default());
    let exhibits = daxscope_museum::exhibits().iter().map(|exhibit| (exhibit.script, exhibit.revisions.to_vec()));
    let mixes = [include_str!("mix/3x2.dax"), include_str!("mix/4x1.dax"), MORE];
    let mixes =
        mixes.into_iter().map(|script| (script, vec!["4.10.0", "4.12.4", "v6", "fixed", "fixed entry_locks=off"]));
    for (script, revisions) in exhibits.chain(mixes) {
        let parsed = parse(script);
        assert_eq!(parsed.diagnostics, []);
        for revision in revisions {
            let revision = parse_revision(revision).expect("a revision");
            let scenario = Arc::new(Scenario { revision, schedule: None, ..parsed.scenario.clone() });
            (0..6).for_each(|_| walk(&scenario, &mut random, &mut seen));
        }
    }
    seen
}

/// What the others leave out: every lock, and both kinds of invalidation.
const MORE: &str = "file 4M\njournal on\nprocess P\nprocess Q private\nthread A in P\n write(2) 0..2p from 1p\n munmap\nthread B \
                    in P\n read 4K at 0\n invalidate\n invalidate2\n read(2) 0..4p\nthread C in Q\n read 4K at 0\n write 4K at \
                    0\n truncate 1p\nthread D\n write 4K at 1p\n fsync\n";

#[test]
fn movers_touch_only_what_nobody_else_can_and_can_be_exchanged() {
    let seen = seen();
    assert!(seen.problems.is_empty(), "{}", seen.problems.into_iter().collect::<Vec<_>>().join("\n"));
    assert!(seen.exchanged > 1_000, "{}: too few to say much", seen.exchanged);
}

#[test]
fn the_table_in_the_documentation_names_every_mover() {
    let text = include_str!("../docs/steps.md");
    let table = text.split("## Which operations may be fused").nth(1).expect("the section").split("\n## ").next();
    let mut named = BTreeMap::new();
    for line in table.unwrap_or_default().lines().filter(|line| line.starts_with("| `")) {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        let (Some(ops), Some(mover)) = (cells.next(), cells.next()) else { continue };
        for op in ops.split('`').skip(1).step_by(2) {
            named.insert(op.to_owned(), mover.to_owned());
        }
    }
    for ((op, held), movers) in seen().movers {
        let found: Vec<_> = movers.into_iter().collect();
        let expected = match named.get(&op).map(String::as_str) {
            Some("both, under `tree_lock`") if held => "Both",
            Some("both") => "Both",
            Some("left") => "Left",
            Some("right") => "Right",
            _ => "None",
        };
        // Some are none only for some locks.
        let fits = found.iter().all(|mover| mover == expected || mover == "None");
        assert!(fits, "{op}, with tree_lock held: {held}: {found:?}, not {expected}");
    }
    assert!(named.len() >= 15, "{named:?}");
}
