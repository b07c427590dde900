//! What is so of an operation in every state.

use crate::errno::Errno;
use crate::event::LockId;
use crate::op::Outcome;
use crate::scenario::FailPoint;
use crate::units::PageId;

/// Yes or no.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Facts {
    /// See [`super::Op::only_reads`].
    pub(super) only_reads: bool,
    /// Can it end the kernel?
    pub(super) can_crash: bool,
    /// See [`super::Op::may_sleep`].
    pub(super) may_sleep: bool,
    /// See [`super::Op::unmaps`].
    pub(super) unmaps: bool,
}

impl Facts {
    /// It looks at shared state, or changes what is its own thread's.
    pub(super) const LOOKS: Facts = Facts { only_reads: true, can_crash: false, may_sleep: false, unmaps: false };
    /// It changes what others see.
    pub(super) const CHANGES: Facts = Facts { only_reads: false, ..Facts::LOOKS };

    /// It can end the kernel.
    pub(super) const fn and_crashes(self) -> Facts {
        Facts { can_crash: true, ..self }
    }

    /// It may sleep.
    pub(super) const fn and_sleeps(self) -> Facts {
        Facts { may_sleep: true, ..self }
    }

    /// It takes `i_mmap_rwsem` alone.
    pub(super) const fn and_unmaps(self) -> Facts {
        Facts { unmaps: true, ..self }
    }
}

/// A call that can be made to fail.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failure {
    /// Its name. An operation that may allocate nodes of the XArray asks for the failure of each itself.
    pub(super) what: FailPoint,
    /// What it answers then.
    pub(super) answer: fn(Errno) -> Outcome,
}

/// What an operation waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Until {
    /// Nobody holds `tree_lock`.
    TreeLockIsFree,
    /// Its thread has been woken from the wait table.
    IsWoken,
    /// Its thread is no more in the queue of the page.
    IsWokenAtPage(PageId),
    /// Its thread sleeps no more for a page to become idle.
    IsWokenAtFrame,
    /// Its thread holds the lock.
    IsGranted(LockId),
}
