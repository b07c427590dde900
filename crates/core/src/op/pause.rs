//! Points without an effect on shared state: others may run first, and that is all.

use super::facts::{Facts, Failure, Until};
use super::step::Step;
use super::touched::Touched;
use super::{Mover, Op, Outcome, Parts, Point};
use crate::units::ThreadId;

/// A point without an effect on shared state.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PauseOp {
    /// The thread begins.
    Start,
    /// The thread begins its next scripted operation.
    NextOperation {
        /// Its position in the script.
        number: u16,
    },
    /// The access looks at the page table again after a fault.
    AccessRetry,
    /// `tree_lock` has just been released.
    TreeUnlocked,
    /// `cond_resched` of a scan that has gone round many times.
    CondResched,
    /// The entry is held that was locked by its page.
    Hold,
}

impl PauseOp {
    pub(super) const fn point(&self) -> Option<Point> {
        Some(match self {
            PauseOp::Start => Point::Start,
            PauseOp::NextOperation { .. } => Point::Op,
            PauseOp::AccessRetry => Point::AccessRetry,
            PauseOp::TreeUnlocked => Point::TreeUnlocked,
            PauseOp::CondResched => Point::CondResched,
            PauseOp::Hold => Point::Hold,
        })
    }

    // What is so of all of them, because they are nothing but points.

    pub(super) const fn look(&self) -> Option<Op> {
        None
    }

    pub(super) const fn facts(&self) -> Facts {
        Facts::CHANGES
    }

    pub(super) const fn failure(&self) -> Option<Failure> {
        None
    }

    pub(super) const fn until(&self) -> Option<Until> {
        None
    }

    pub(super) const fn mover(&self, _: bool) -> Mover {
        Mover::Both
    }

    pub(super) const fn parts(&self, _: ThreadId) -> Parts {
        Parts::NONE
    }

    pub(super) const fn touches(&self, _: &mut Touched<'_>) {}

    pub(super) const fn apply(&self, _: &mut Step<'_>) -> Outcome {
        Outcome::Done
    }
}
