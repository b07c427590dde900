//! All interleavings of two faults on one 2 MiB range, and the same final states at both granularities.
//!
//! In the first tests a thread is preempted only where it is about to take `tree_lock` (or sleeps, or is done): what
//! lies between is private to it in these cases, since there is one process and the file does not change. That makes
//! the interleavings few enough to write out.

use daxscope_core::machine::{Machine, Status};
use daxscope_core::op::{Op, TreeLockOp};
use daxscope_core::scenario::{Choice, StepSize, parse};
use daxscope_core::units::ThreadId;
use daxscope_core::world::World;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;

fn machine(script: &str) -> Machine {
    let parsed = parse(script);
    assert_eq!(parsed.diagnostics, []);
    Machine::new(Arc::new(parsed.scenario))
}

/// Lets `thread` run through one `tree_lock` section, and on to the next place where it could be preempted.
fn section(machine: &mut Machine, thread: ThreadId) {
    loop {
        machine.step(Choice::run(thread), StepSize::Point).expect("the thread can run");
        let at_lock = machine.position(thread).stop().is_some_and(|stop| stop.op == Op::TreeLock(TreeLockOp::SpinLock));
        if at_lock || !machine.is_enabled(thread) {
            return;
        }
    }
}

/// Brings every thread to its first `tree_lock`, then writes down every order of sections and how it ends.
fn interleavings(script: &str) -> BTreeMap<String, String> {
    let mut start = machine(script);
    for thread in start.thread_ids() {
        section(&mut start, thread);
    }
    let mut all = BTreeMap::new();
    let mut todo = vec![(start, String::new())];
    while let Some((machine, path)) = todo.pop() {
        let enabled: Vec<_> = machine.enabled().collect();
        if enabled.is_empty() {
            all.insert(path.clone(), ending(&machine));
        }
        for thread in enabled {
            let mut next = machine.clone();
            section(&mut next, thread);
            todo.push((next, format!("{path}{thread}")));
        }
    }
    all
}

/// The entries of the tree, or what went wrong.
fn ending(machine: &Machine) -> String {
    match machine.status() {
        Status::Done => {
            let leaves = machine.world.mapping.tree.leaves();
            let leaf = |leaf: &daxscope_core::radix::Leaf| format!("{:#x}/{}", leaf.index, leaf.order);
            leaves.iter().map(leaf).collect::<Vec<_>>().join(" ")
        }
        status => format!("{status:?}"),
    }
}

/// The list: one line per way to end, `ending: PATH PATH ...`.
fn list(script: &str) -> (usize, String) {
    let all = interleavings(script);
    let mut by_ending: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (path, ending) in &all {
        by_ending.entry(ending).or_default().push(path);
    }
    let lines = by_ending.iter().map(|(ending, paths)| format!("{ending}: {}\n", paths.join(" ")));
    (all.len(), lines.collect())
}

const TWO_4K: &str = "extent 0..2M mapped at 16M\nthread A\n read 4K at 1p\nthread B\n read 4K at 1p\n";
const ONE_OF_EACH: &str = "extent 0..2M mapped at 16M\nthread A\n read 4K at 1p\nthread B\n read 2M at 0\n";
const TWO_2M: &str = "extent 0..2M mapped at 16M\nthread A\n read 2M at 0\nthread B\n read 2M at 0\n";

/// 4.10.0: both look, both insert (the second finds the entry and starts again), both map, both unlock.
#[test]
fn two_4k_faults() {
    let (count, list) = list(TWO_4K);
    assert_eq!(list, include_str!("interleavings/two_4k.txt"));
    assert_eq!(count, 30);
}

/// 4.10.0: where the 4 KiB fault finds the 2 MiB block entry after the 2 MiB fault has mapped it, it takes the huge
/// mapping for a page table: the bug that `recheck_pmd_after_grab` (e2093926a098) fixes.
#[test]
fn a_4k_and_a_2m_fault() {
    let (count, list) = list(ONE_OF_EACH);
    assert_eq!(list, include_str!("interleavings/one_of_each.txt"));
    assert_eq!(count, 85);
}

/// 4.10.0: where both find nothing, the second takes the first one's 2 MiB entry for 4 KiB entries and falls back: the
/// bug that `recheck_after_preload` (e11f8b7b6c4e) fixes.
#[test]
fn two_2m_faults() {
    let (count, list) = list(TWO_2M);
    assert_eq!(list, include_str!("interleavings/two_2m.txt"));
    assert_eq!(count, 94);
}

/// With every switch at its corrected setting all of them end well.
#[test]
fn the_fixed_kernel_survives_them_all() {
    for (script, count) in [(TWO_4K, 30), (ONE_OF_EACH, 85), (TWO_2M, 30)] {
        let all = interleavings(&format!("revision fixed\n{script}"));
        assert!(all.values().all(|ending| ending.starts_with("0x")), "{all:?}");
        assert_eq!(all.len(), count);
    }
}

/// A `tree_lock` section as one step.
fn whole_sections(machine: &mut Machine, thread: ThreadId) {
    machine.step(Choice::run(thread), StepSize::Point);
}

/// Every operation under `tree_lock` as a step of its own.
fn single_operations(machine: &mut Machine, thread: ThreadId) {
    loop {
        machine.step(Choice::run(thread), StepSize::Operation);
        let holds_lock = machine.world.locks.tree_lock == Some(thread);
        let at_point = machine.position(thread).stop().is_none_or(|stop| stop.op.point().is_some());
        if holds_lock || at_point {
            return;
        }
    }
}

fn hash(machine: &Machine) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(machine)
}

/// Every final state that can be reached with that stepping.
fn final_worlds(script: &str, step: fn(&mut Machine, ThreadId)) -> HashSet<World> {
    let mut seen = HashMap::new();
    let mut finals = HashSet::new();
    let mut todo = vec![machine(script)];
    while let Some(machine) = todo.pop() {
        let enabled: Vec<_> = machine.enabled().collect();
        if enabled.is_empty() {
            finals.insert(machine.world.clone());
        }
        for thread in enabled {
            let mut next = machine.clone();
            step(&mut next, thread);
            let same_hash: &mut Vec<Machine> = seen.entry(hash(&next)).or_default();
            if !same_hash.contains(&next) {
                same_hash.push(next.clone());
                todo.push(next);
            }
        }
    }
    finals
}

/// What runs under `tree_lock` may be one step or many: the same final states are reached.
#[test]
fn both_granularities_reach_the_same_final_states() {
    for script in [
        "revision fixed\nfs_lock off\nextent 0..2M mapped at 0x1003p\nthread A\n read 4K at 1p\nthread B\n invalidate2 0..2M\n",
        "fs_lock off\nextent 0..2M mapped at 16M\nthread A\n read 4K at 1p\nthread B\n read 4K at 1p\n",
    ] {
        let coarse = final_worlds(script, whole_sections);
        let fine = final_worlds(script, single_operations);
        assert!(coarse == fine, "{script}: {} and {} final states", coarse.len(), fine.len());
        assert!(!coarse.is_empty());
    }
}
