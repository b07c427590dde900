//! `tree_lock`: the spin lock around the tree of the file.

use super::facts::{Facts, Failure, Until};
use super::step::Step;
use super::touched::Touched;
use super::{Mover, Object, Op, Outcome, Parts, Point};
use crate::units::ThreadId;

/// An operation on `tree_lock`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TreeLockOp {
    /// `spin_lock_irq(&mapping->tree_lock)`.
    SpinLock,
    /// `spin_unlock_irq(&mapping->tree_lock)`.
    SpinUnlock,
}

impl TreeLockOp {
    pub(super) const fn point(&self) -> Option<Point> {
        match self {
            TreeLockOp::SpinLock => Some(Point::TreeLock),
            TreeLockOp::SpinUnlock => None,
        }
    }

    pub(super) const fn look(&self) -> Option<Op> {
        match self {
            TreeLockOp::SpinLock | TreeLockOp::SpinUnlock => None,
        }
    }

    pub(super) const fn facts(&self) -> Facts {
        match self {
            TreeLockOp::SpinLock | TreeLockOp::SpinUnlock => Facts::CHANGES,
        }
    }

    pub(super) const fn failure(&self) -> Option<Failure> {
        match self {
            TreeLockOp::SpinLock | TreeLockOp::SpinUnlock => None,
        }
    }

    pub(super) const fn until(&self) -> Option<Until> {
        match self {
            TreeLockOp::SpinLock => Some(Until::TreeLockIsFree),
            TreeLockOp::SpinUnlock => None,
        }
    }

    pub(super) const fn mover(&self, _: bool) -> Mover {
        match self {
            TreeLockOp::SpinLock => Mover::Right,
            TreeLockOp::SpinUnlock => Mover::Left,
        }
    }

    pub(super) const fn parts(&self, _: ThreadId) -> Parts {
        match self {
            TreeLockOp::SpinLock | TreeLockOp::SpinUnlock => Parts::TREE_LOCK,
        }
    }

    pub(super) fn touches(&self, touched: &mut Touched<'_>) {
        match self {
            TreeLockOp::SpinLock | TreeLockOp::SpinUnlock => touched.write(Object::Lock(None)),
        }
    }

    pub(super) fn apply(&self, step: &mut Step<'_>) -> Outcome {
        step.world.locks.tree_lock = match self {
            TreeLockOp::SpinLock => Some(step.thread),
            TreeLockOp::SpinUnlock => None,
        };
        Outcome::Done
    }
}
