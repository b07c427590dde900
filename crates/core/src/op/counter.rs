//! The counters of `struct address_space`.

use super::facts::{Facts, Failure, Until};
use super::step::Step;
use super::touched::Touched;
use super::{Mover, Object, Op, Outcome, Parts, Point};
use crate::units::ThreadId;

/// A counter that is read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CounterOp {
    /// Reads `mapping->nrexceptional`.
    NrExceptional,
    /// Reads `mapping->nrpages`.
    NrPages,
}

impl CounterOp {
    pub(super) const fn point(&self) -> Option<Point> {
        match self {
            CounterOp::NrExceptional | CounterOp::NrPages => None,
        }
    }

    pub(super) const fn look(&self) -> Option<Op> {
        match self {
            CounterOp::NrExceptional | CounterOp::NrPages => Some(Op::Counter(*self)),
        }
    }

    pub(super) const fn facts(&self) -> Facts {
        match self {
            CounterOp::NrExceptional | CounterOp::NrPages => Facts::LOOKS,
        }
    }

    pub(super) const fn failure(&self) -> Option<Failure> {
        match self {
            CounterOp::NrExceptional | CounterOp::NrPages => None,
        }
    }

    pub(super) const fn until(&self) -> Option<Until> {
        match self {
            CounterOp::NrExceptional | CounterOp::NrPages => None,
        }
    }

    pub(super) const fn mover(&self, holds_tree_lock: bool) -> Mover {
        match self {
            CounterOp::NrExceptional | CounterOp::NrPages if holds_tree_lock => Mover::Both,
            CounterOp::NrExceptional | CounterOp::NrPages => Mover::None,
        }
    }

    pub(super) const fn parts(&self, _: ThreadId) -> Parts {
        match self {
            CounterOp::NrExceptional | CounterOp::NrPages => Parts::MAPPING,
        }
    }

    pub(super) fn touches(&self, touched: &mut Touched<'_>) {
        match self {
            CounterOp::NrExceptional | CounterOp::NrPages => touched.read(Object::Counters),
        }
    }

    pub(super) fn apply(&self, step: &mut Step<'_>) -> Outcome {
        let mapping = &step.world.mapping;
        Outcome::Number(match self {
            CounterOp::NrExceptional => mapping.nrexceptional as u64,
            CounterOp::NrPages => mapping.nrpages as u64,
        })
    }
}
