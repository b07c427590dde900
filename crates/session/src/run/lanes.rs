//! How a thread stands after a step, in as few words as a lane needs.

use daxscope_core::event::LockId;
use daxscope_core::machine::{Blocked, Machine};
use daxscope_core::standstill::Standstill;
use daxscope_core::units::PageId;

/// How a thread stands after a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Lane {
    /// It can run, or is done.
    Free,
    /// It waits for `tree_lock`.
    TreeLock,
    /// It waits for a page lock.
    Page(PageId),
    /// It waits for a sleeping lock.
    Lock(LockId),
    /// It sleeps until the page of a block is idle.
    Idle(u64),
    /// It sleeps on an entry, under that key.
    Asleep(u64),
    /// The same, and nobody will wake it.
    Lost(u64),
}

/// How all threads stand.
pub(super) fn lanes(machine: &Machine) -> Box<[Lane]> {
    let standstill = Standstill::of(machine).unwrap_or_default();
    let lane = |thread| match machine.blocked(thread) {
        None => Lane::Free,
        Some(Blocked::TreeLock { .. }) => Lane::TreeLock,
        Some(Blocked::Page { page, .. }) => Lane::Page(page),
        Some(Blocked::Lock { lock, .. }) => Lane::Lock(lock),
        Some(Blocked::Idle { block, .. }) => Lane::Idle(block),
        Some(Blocked::Entry { key, .. }) if standstill.is_lost(thread) => Lane::Lost(key.0),
        Some(Blocked::Entry { key, .. }) => Lane::Asleep(key.0),
    };
    machine.thread_ids().map(lane).collect()
}
