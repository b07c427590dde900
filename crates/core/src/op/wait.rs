//! The wait table: sleeping on entries and waking.

use super::facts::{Facts, Failure, Until};
use super::step::Step;
use super::touched::Touched;
use super::{AccessKind, Mover, Object, Op, Outcome, Parts, Point};
use crate::entry::{Entry, XEntry};
use crate::event::Event;
use crate::revision::WakeMode;
use crate::sync::WaitKey;
use crate::units::{PageIndex, ThreadId};
use crate::world::Run;

/// An operation on the wait table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum WaitOp {
    /// `prepare_to_wait_exclusive` on the queue of the entry that was seen.
    PrepareToWait {
        /// Where.
        key: WaitKey,
    },
    /// `prepare_to_wait`, not exclusive: before all others (`wait_entry_unlocked`, XArray's era).
    PrepareToWaitFirst {
        /// Where.
        key: WaitKey,
    },
    /// `schedule()`: sleep until woken.
    Schedule,
    /// `finish_wait`.
    FinishWait,
    /// `dax_wake_mapping_entry_waiter`.
    Wake {
        /// The index.
        index: PageIndex,
        /// The entry whose size makes the key.
        entry: Entry,
        /// One or all.
        mode: WakeMode,
    },
    /// `dax_wake_entry`, of the XArray's era.
    WakeEntry {
        /// The index.
        index: PageIndex,
        /// The entry whose size makes the key.
        entry: Option<XEntry>,
        /// One or all.
        mode: WakeMode,
    },
}

impl WaitOp {
    pub(super) const fn point(&self) -> Option<Point> {
        match self {
            WaitOp::Schedule => Some(Point::Schedule),
            WaitOp::PrepareToWait { .. }
            | WaitOp::PrepareToWaitFirst { .. }
            | WaitOp::FinishWait
            | WaitOp::Wake { .. }
            | WaitOp::WakeEntry { .. } => None,
        }
    }

    pub(super) const fn look(&self) -> Option<Op> {
        match self {
            WaitOp::PrepareToWait { .. }
            | WaitOp::PrepareToWaitFirst { .. }
            | WaitOp::Schedule
            | WaitOp::FinishWait
            | WaitOp::Wake { .. }
            | WaitOp::WakeEntry { .. } => None,
        }
    }

    pub(super) const fn facts(&self) -> Facts {
        match self {
            WaitOp::PrepareToWait { .. }
            | WaitOp::PrepareToWaitFirst { .. }
            | WaitOp::Wake { .. }
            | WaitOp::WakeEntry { .. } => Facts::CHANGES,
            WaitOp::Schedule => Facts::CHANGES.and_sleeps(),
            WaitOp::FinishWait => Facts::LOOKS,
        }
    }

    pub(super) const fn failure(&self) -> Option<Failure> {
        match self {
            WaitOp::PrepareToWait { .. }
            | WaitOp::PrepareToWaitFirst { .. }
            | WaitOp::Schedule
            | WaitOp::FinishWait
            | WaitOp::Wake { .. }
            | WaitOp::WakeEntry { .. } => None,
        }
    }

    pub(super) const fn until(&self) -> Option<Until> {
        match self {
            WaitOp::Schedule => Some(Until::IsWoken),
            WaitOp::PrepareToWait { .. }
            | WaitOp::PrepareToWaitFirst { .. }
            | WaitOp::FinishWait
            | WaitOp::Wake { .. }
            | WaitOp::WakeEntry { .. } => None,
        }
    }

    pub(super) const fn mover(&self, _: bool) -> Mover {
        match self {
            // Only its own place, in a queue that it has left.
            WaitOp::Schedule | WaitOp::FinishWait => Mover::Both,
            WaitOp::PrepareToWait { .. }
            | WaitOp::PrepareToWaitFirst { .. }
            | WaitOp::Wake { .. }
            | WaitOp::WakeEntry { .. } => Mover::None,
        }
    }

    pub(super) const fn parts(&self, _: ThreadId) -> Parts {
        match self {
            WaitOp::PrepareToWait { .. }
            | WaitOp::PrepareToWaitFirst { .. }
            | WaitOp::Schedule
            | WaitOp::FinishWait
            | WaitOp::Wake { .. }
            | WaitOp::WakeEntry { .. } => Parts::WAITS,
        }
    }

    pub(super) fn touches(&self, touched: &mut Touched<'_>) {
        let key = match *self {
            WaitOp::PrepareToWait { key } | WaitOp::PrepareToWaitFirst { key } => key,
            WaitOp::Wake { index, entry, .. } => WaitKey::new(index, entry),
            WaitOp::WakeEntry { index, entry, .. } => WaitKey::of_xarray(index, entry),
            WaitOp::Schedule | WaitOp::FinishWait => return,
        };
        touched.add(Object::Waits, key.0, key.0, AccessKind::Write);
    }

    pub(super) fn apply(&self, step: &mut Step<'_>) -> Outcome {
        match *self {
            WaitOp::PrepareToWait { key } => {
                step.world.waits.enqueue(step.thread, key);
                step.world.threads[step.thread.index()].run = Run::Uninterruptible(key);
            }
            WaitOp::PrepareToWaitFirst { key } => {
                step.world.waits.enqueue_first(step.thread, key);
                step.world.threads[step.thread.index()].run = Run::Uninterruptible(key);
            }
            WaitOp::Schedule => {}
            WaitOp::FinishWait => {
                step.world.waits.dequeue(step.thread);
                step.world.threads[step.thread.index()].run = Run::Runnable;
            }
            WaitOp::Wake { index, entry, mode } => {
                let key = WaitKey::new(index, entry);
                step.emit(Event::WakeCall { index, entry, key, mode });
                step.wake(key, mode);
            }
            WaitOp::WakeEntry { index, entry, mode } => {
                let key = WaitKey::of_xarray(index, entry);
                step.emit(Event::WakeEntry { index, entry, key, mode });
                step.wake(key, mode);
            }
        }
        Outcome::Done
    }
}

impl Step<'_> {
    fn wake(&mut self, key: WaitKey, mode: WakeMode) {
        for thread in self.world.waits.wake(key, mode) {
            self.world.threads[thread.index()].run = Run::Runnable;
            self.emit(Event::Wake(thread));
        }
    }
}
