//! Sleeping locks.

use super::facts::{Facts, Failure, Until};
use super::step::Step;
use super::touched::Touched;
use super::{AccessKind, Mover, Object, Op, Outcome, Parts, Point};
use crate::event::{Event, LockId};
use crate::sync::LockMode;
use crate::units::ThreadId;

/// An operation on a sleeping lock.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum LockOp {
    /// Takes a lock, or queues for it.
    Acquire {
        /// Which.
        lock: LockId,
        /// How.
        mode: LockMode,
    },
    /// Sleeps until the lock is granted.
    AwaitGrant {
        /// Which.
        lock: LockId,
        /// How.
        mode: LockMode,
    },
    /// Releases a lock.
    Release {
        /// Which.
        lock: LockId,
    },
}

impl LockOp {
    pub(super) const fn point(&self) -> Option<Point> {
        match *self {
            LockOp::Acquire { lock, mode } => point_before(lock, mode),
            LockOp::AwaitGrant { lock, mode } => point_of_wait(lock, mode),
            LockOp::Release { .. } => None,
        }
    }

    pub(super) const fn look(&self) -> Option<Op> {
        match self {
            LockOp::Acquire { .. } | LockOp::AwaitGrant { .. } | LockOp::Release { .. } => None,
        }
    }

    pub(super) const fn facts(&self) -> Facts {
        match self {
            LockOp::Acquire { lock: LockId::Mm(_), mode: LockMode::Write }
            | LockOp::AwaitGrant { lock: LockId::Mm(_), mode: LockMode::Write } => {
                Facts::CHANGES.and_sleeps().and_unmaps()
            }
            LockOp::Acquire { lock: LockId::IMmap, .. } => Facts::LOOKS.and_sleeps(),
            LockOp::Acquire { .. } | LockOp::AwaitGrant { .. } => Facts::CHANGES.and_sleeps(),
            LockOp::Release { lock: LockId::IMmap } => Facts::LOOKS,
            LockOp::Release { .. } => Facts::CHANGES,
        }
    }

    pub(super) const fn failure(&self) -> Option<Failure> {
        match self {
            LockOp::Acquire { .. } | LockOp::AwaitGrant { .. } | LockOp::Release { .. } => None,
        }
    }

    pub(super) const fn until(&self) -> Option<Until> {
        match self {
            LockOp::AwaitGrant { lock, .. } => Some(Until::IsGranted(*lock)),
            LockOp::Acquire { .. } | LockOp::Release { .. } => None,
        }
    }

    pub(super) const fn mover(&self, _: bool) -> Mover {
        match self {
            // Nothing is touched: the lock was handed over.
            LockOp::AwaitGrant { .. } => Mover::Both,
            LockOp::Release { .. } => Mover::Left,
            LockOp::Acquire { .. } => Mover::None,
        }
    }

    pub(super) const fn parts(&self, _: ThreadId) -> Parts {
        match self {
            LockOp::Acquire { lock, .. } | LockOp::AwaitGrant { lock, .. } | LockOp::Release { lock } => {
                Parts::lock(*lock)
            }
        }
    }

    pub(super) fn touches(&self, touched: &mut Touched<'_>) {
        let (lock, shared) = match *self {
            LockOp::Acquire { lock, mode } => (lock, mode == LockMode::Read && *touched.outcome == Outcome::Bool(true)),
            LockOp::Release { lock } => {
                let held = touched.before.locks.queue_lock(lock);
                let all_read = held.holders().iter().all(|&(_, mode)| mode == LockMode::Read);
                (lock, held.queue().is_empty() && all_read)
            }
            LockOp::AwaitGrant { .. } => return,
        };
        let kind = if shared { AccessKind::Add } else { AccessKind::Write };
        touched.add(Object::Lock(Some(lock)), 0, 0, kind);
    }

    pub(super) fn apply(&self, step: &mut Step<'_>) -> Outcome {
        match *self {
            LockOp::Acquire { lock, mode } => {
                Outcome::Bool(step.world.locks.queue_lock_mut(lock).acquire(step.thread, mode))
            }
            LockOp::AwaitGrant { .. } => Outcome::Done,
            LockOp::Release { lock } => {
                for thread in step.world.locks.queue_lock_mut(lock).release(step.thread) {
                    step.emit(Event::Granted { lock, thread });
                }
                Outcome::Done
            }
        }
    }
}

/// Where a thread stands before it takes a lock.
const fn point_before(lock: LockId, mode: LockMode) -> Option<Point> {
    Some(match (lock, mode) {
        (LockId::Fs, LockMode::Read) => Point::FsLockRead,
        (LockId::Fs, LockMode::Write) => Point::FsLockWrite,
        (LockId::Inode, _) => Point::InodeLock,
        (LockId::Journal, LockMode::Read) => Point::JournalStart,
        (LockId::Journal, LockMode::Write) => Point::JournalCommit,
        (LockId::Mm(_), LockMode::Write) => Point::Munmap,
        (LockId::Mm(_), LockMode::Read) | (LockId::IMmap, _) => return None,
    })
}

/// Where a thread stands that waits for a lock.
const fn point_of_wait(lock: LockId, mode: LockMode) -> Option<Point> {
    Some(match (lock, mode) {
        (LockId::Fs, LockMode::Read) => Point::WaitFsLockRead,
        (LockId::Fs, LockMode::Write) => Point::WaitFsLockWrite,
        (LockId::Inode, _) => Point::WaitInode,
        (LockId::Journal, LockMode::Read) => Point::WaitJournalStart,
        (LockId::Journal, LockMode::Write) => Point::WaitJournalCommit,
        (LockId::Mm(_), LockMode::Read) => Point::WaitMmRead,
        (LockId::Mm(_), LockMode::Write) => Point::WaitMmWrite,
        // Nobody queues for it.
        (LockId::IMmap, _) => return None,
    })
}
