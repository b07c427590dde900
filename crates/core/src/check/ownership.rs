//! Who may touch a locked entry, and who may sleep: kernel-semantics §11 items 1 to 4.

use super::rule::Rule;
use super::violation::{Violation, at};
use crate::narrate::LockNames;
use crate::op::{Op, PageTableOp, RadixOp, XArrayOp};
use crate::units::ThreadId;
use crate::world::World;

/// What a thread that performs this must not do, by what it and others hold before it.
pub(super) fn violations(before: &World, thread: ThreadId, op: &Op) -> Vec<Violation> {
    sleeps(before, thread, op).into_iter().chain(trespasses(before, thread, op)).collect()
}

/// Does the thread call what may sleep while it must not?
fn sleeps(before: &World, thread: ThreadId, op: &Op) -> Option<Violation> {
    let under_lock = before.locks.tree_lock == Some(thread);
    if !op.may_sleep() || (!under_lock && before.threads[thread.index()].preloads == 0) {
        return None;
    }
    let what = match op {
        Op::PageTable(PageTableOp::UnmapMappingRange { .. }) => "unmap_mapping_range, which may sleep on i_mmap_rwsem,",
        _ => "what may sleep",
    };
    let why = match under_lock {
        true => format!("while it holds {}", LockNames::of(&before.scenario.revision).tree()),
        false => "after radix_tree_preload, with preemption off".into(),
    };
    Some(Violation::new(Rule::SleepInAtomic, Some(thread), format!("{thread} calls {what} {why}.")))
}

/// Does the thread touch an entry that another one has locked?
fn trespasses(before: &World, thread: ThreadId, op: &Op) -> Option<Violation> {
    let (verb, index) = match *op {
        Op::Radix(RadixOp::LockSlot { index }) => ("locks", index),
        Op::Radix(RadixOp::UnlockSlot { index }) => ("unlocks", index),
        Op::Radix(RadixOp::Delete { index }) => ("deletes", index),
        Op::Radix(RadixOp::Replace { index, .. }) => ("replaces", index),
        Op::XArray(XArrayOp::Store { at, entry: None }) => ("deletes", at.index),
        Op::XArray(XArrayOp::Store { at, entry: Some(_) }) => ("changes", at.index),
        _ => return None,
    };
    let owner = before.mapping.owner(index).filter(|&owner| owner != thread)?;
    let first = before.mapping.first_index(index)?;
    let sentence = format!("{thread} {verb} the entry at {} although {owner} holds its lock.", at(first));
    Some(Violation::new(Rule::NotOwner, Some(thread), sentence))
}

/// What a thread still holds after a statement of its script.
pub(super) fn left_behind(world: &World, thread: ThreadId) -> Vec<Violation> {
    let names = LockNames::of(&world.scenario.revision);
    let mut held: Vec<String> = Vec::new();
    let entries = world.mapping.owners.iter().filter(|&&(_, owner)| owner == thread);
    held.extend(entries.map(|&(first, _)| format!("the entry at {} locked", at(first))));
    let pages = world.pages.iter().enumerate().filter(|(_, page)| page.locked_by == Some(thread) && !page.is_free());
    held.extend(pages.map(|(number, _)| format!("page{number} locked")));
    if world.locks.tree_lock == Some(thread) {
        held.push(format!("{} held", names.tree()));
    }
    if world.threads[thread.index()].preloads > 0 {
        held.push("preemption off".into());
    }
    let locks = world.locks.queue_locks().filter(|(_, lock)| lock.is_held_by(thread));
    held.extend(locks.map(|(lock, _)| format!("{} held", names.of_lock(lock))));
    held.into_iter()
        .map(|what| {
            let sentence = format!("{thread} is done with its operation and leaves {what}.");
            Violation::new(Rule::LeftLocked, Some(thread), sentence)
        })
        .collect()
}
