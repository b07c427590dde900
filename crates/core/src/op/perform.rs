//! Whether an operation can be performed, and how: the only way to change a world.

use super::facts::Until;
use super::step::Step;
use super::{Op, Outcome, PageTableOp};
use crate::event::Event;
use crate::revision::UnmapHolds;
use crate::scenario::FailPoint;
use crate::units::ThreadId;
use crate::world::{Run, World};

impl World {
    /// Can `thread` perform `op` now, or does it have to wait?
    #[must_use]
    pub fn is_enabled(&self, thread: ThreadId, op: &Op) -> bool {
        self.bug.is_none() && self.can_perform(thread, op)
    }

    /// The same without asking whether the kernel is alive.
    #[must_use]
    pub fn can_perform(&self, thread: ThreadId, op: &Op) -> bool {
        let is_so = match op.until() {
            None => true,
            Some(Until::TreeLockIsFree) => self.locks.tree_lock.is_none(),
            Some(Until::IsWoken) => self.threads[thread.index()].run == Run::Runnable,
            Some(Until::IsWokenAtPage(page)) => !self.page(page).waiters.contains(&thread),
            Some(Until::IsWokenAtFrame) => !self.waits_for_frame(thread),
            Some(Until::IsGranted(lock)) => self.locks.queue_lock(lock).is_held_by(thread),
        };
        is_so && !(self.excludes_walks(op) && self.is_walked())
    }

    /// Does the kernel take `i_mmap_rwsem` for writing around `op`? From 5.18 on `unmap_mapping_range` shares it.
    fn excludes_walks(&self, op: &Op) -> bool {
        let shares = || {
            matches!(op, Op::PageTable(PageTableOp::UnmapMappingRange { .. }))
                && self.scenario.revision.xarray().is_some_and(|kernel| kernel.unmap_holds == UnmapHolds::Shared)
        };
        op.unmaps() && !shares()
    }

    /// Does the thread sleep until a page of the device is idle?
    fn waits_for_frame(&self, thread: ThreadId) -> bool {
        self.pages.frames.get().is_some_and(|frames| frames.waiters().iter().any(|&(waiter, _)| waiter == thread))
    }

    /// Does somebody walk the mappings of the file under `i_mmap_rwsem`?
    fn is_walked(&self) -> bool {
        !self.locks.i_mmap.holders().is_empty()
    }

    /// Performs `op` for `thread`. `fail`: if it is a call that can fail, it does.
    ///
    /// The caller has asked [`World::is_enabled`]. Events are appended in order.
    pub fn apply(&mut self, thread: ThreadId, op: &Op, fail: bool, events: &mut Vec<Event>) -> Outcome {
        let mut step = Step { world: self, thread, events, fail };
        if let Some(failure) = op.failure()
            && failure.what != FailPoint::NodeAlloc
            && let Some(errno) = step.injected_failure(failure.what, fail)
        {
            return (failure.answer)(errno);
        }
        op.apply(&mut step)
    }
}
