//! Who may touch a locked entry, and who may sleep: kernel-semantics §11 items 1 to 4.

use super::step::{Rule, Violation, at};
use crate::event::Event;
use crate::machine::{Performed, StepRecord};
use crate::op::Op;
use crate::units::{PageIndex, ThreadId};
use crate::world::World;

/// Broken rules of ownership in a step.
pub(super) fn violations(before: &World, record: &StepRecord, after: &World) -> Vec<Violation> {
    let thread = record.choice.thread;
    let mut found = Vec::new();
    let mut holder = Holder::new(before, thread);
    for performed in &record.performed {
        found.extend(holder.sleeps(performed));
        found.extend(holder.trespasses(performed));
    }
    if record.events().any(|event| matches!(event, Event::Result(_))) {
        found.extend(left_behind(after, thread));
    }
    found
}

/// What a thread holds while its step goes on, and what others hold.
struct Holder {
    thread: ThreadId,
    tree_lock: bool,
    preloads: u8,
    /// Entries locked by others when the step began.
    others: Vec<(PageIndex, ThreadId)>,
    /// First index and length of the entries that others hold.
    ranges: Vec<(PageIndex, u64)>,
}

impl Holder {
    fn new(before: &World, thread: ThreadId) -> Holder {
        let others: Vec<_> = before.mapping.owners.iter().copied().filter(|&(_, owner)| owner != thread).collect();
        let ranges = others
            .iter()
            .map(|&(first, _)| (first, before.mapping.slot(first).entry().map_or(1, |entry| entry.size().pages())))
            .collect();
        Holder {
            thread,
            tree_lock: before.locks.tree_lock == Some(thread),
            preloads: before.threads[thread.index()].preloads,
            others,
            ranges,
        }
    }

    /// The other thread that holds the entry at `index`.
    fn owner(&self, index: PageIndex) -> Option<(PageIndex, ThreadId)> {
        let at = self.ranges.iter().position(|&(first, pages)| (first..first + pages).contains(&index))?;
        Some(self.others[at])
    }

    /// Does the thread call what may sleep while it must not?
    fn sleeps(&mut self, performed: &Performed) -> Option<Violation> {
        let op = &performed.stop.op;
        match op {
            Op::SpinLock => self.tree_lock = true,
            Op::SpinUnlock => self.tree_lock = false,
            Op::Preload(_) if performed.events.iter().all(|event| !matches!(event, Event::Inject { .. })) => {
                self.preloads += 1;
                return None;
            }
            Op::PreloadEnd => self.preloads = self.preloads.saturating_sub(1),
            _ => {}
        }
        if !may_sleep(op) || (!self.tree_lock && self.preloads == 0) {
            return None;
        }
        let what = match op {
            Op::UnmapMappingRange { .. } => "unmap_mapping_range, which may sleep on i_mmap_rwsem,",
            _ => "what may sleep",
        };
        let why =
            if self.tree_lock { "while it holds tree_lock" } else { "after radix_tree_preload, with preemption off" };
        let sentence = format!("{} calls {what} {why}.", self.thread);
        Some(Violation::new(Rule::SleepInAtomic, Some(self.thread), sentence))
    }

    /// Does the thread touch an entry that another one has locked?
    fn trespasses(&self, performed: &Performed) -> Option<Violation> {
        let (verb, index) = match performed.stop.op {
            Op::LockSlot { index } => ("locks", index),
            Op::UnlockSlot { index } => ("unlocks", index),
            Op::Delete { index } => ("deletes", index),
            Op::Replace { index, .. } => ("replaces", index),
            _ => return None,
        };
        let (first, owner) = self.owner(index)?;
        let sentence = format!("{} {verb} the entry at {} although {owner} holds its lock.", self.thread, at(first));
        Some(Violation::new(Rule::NotOwner, Some(self.thread), sentence))
    }
}

const fn may_sleep(op: &Op) -> bool {
    matches!(
        op,
        Op::Preload(_)
            | Op::Schedule
            | Op::LockPage(_)
            | Op::AwaitPage(_)
            | Op::UnmapMappingRange { .. }
            | Op::IomapBegin { .. }
            | Op::Acquire { .. }
            | Op::AwaitGrant { .. }
    )
}

/// What a thread still holds after an operation.
fn left_behind(world: &World, thread: ThreadId) -> Vec<Violation> {
    let mut held: Vec<String> = Vec::new();
    let entries = world.mapping.owners.iter().filter(|&&(_, owner)| owner == thread);
    held.extend(entries.map(|&(first, _)| format!("the entry at {} locked", at(first))));
    let pages = world.pages.iter().enumerate().filter(|(_, page)| page.locked_by == Some(thread) && !page.is_free());
    held.extend(pages.map(|(number, _)| format!("page{number} locked")));
    if world.locks.tree_lock == Some(thread) {
        held.push("tree_lock held".into());
    }
    if world.threads[thread.index()].preloads > 0 {
        held.push("preemption off".into());
    }
    let locks = world.locks.queue_locks().filter(|(_, lock)| lock.is_held_by(thread));
    held.extend(locks.map(|(lock, _)| format!("{lock} held")));
    held.into_iter()
        .map(|what| {
            let sentence = format!("{thread} is done with its operation and leaves {what}.");
            Violation::new(Rule::LeftLocked, Some(thread), sentence)
        })
        .collect()
}
