//! How far one step goes: which operations belong to it.

use crate::op::{Mover, Op, PauseOp};
use crate::scenario::StepSize;

/// A step on its way: what decides whether the next operation still belongs to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Extent {
    size: StepSize,
    so_far: SoFar,
}

/// What a step has come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum SoFar {
    /// Nothing yet.
    Nothing,
    /// Only the beginning of the thread.
    Start,
    /// Only what may as well be done later.
    Early,
    /// Something that others can see, or that gives a lock back.
    Late,
}

impl Extent {
    /// A step that has not begun.
    #[must_use]
    pub const fn new(size: StepSize) -> Extent {
        Extent { size, so_far: SoFar::Nothing }
    }

    /// Does the thread's next operation belong to this step? The first one always does. `holds_tree_lock`: does the thread
    /// hold `tree_lock` before it?
    #[must_use]
    pub const fn goes_on(&self, next: &Op, holds_tree_lock: bool) -> bool {
        if matches!(self.so_far, SoFar::Nothing) {
            return true;
        }
        match self.size {
            StepSize::Atom => false,
            StepSize::Point => next.point().is_none(),
            _ if matches!(next, Op::Pause(PauseOp::NextOperation { .. })) => matches!(self.so_far, SoFar::Start),
            // A person steps from one change to the next: what only reads comes along with what was done before it.
            StepSize::Operation => next.is_only_a_point() || (next.point().is_none() && next.only_reads()),
            StepSize::Section if next.waits() => false,
            StepSize::Section => match next.mover(holds_tree_lock) {
                Mover::Both | Mover::Left => true,
                Mover::Right => false,
                Mover::None => !matches!(self.so_far, SoFar::Late),
            },
        }
    }

    /// The operation is performed. `holds_tree_lock`: did the thread hold `tree_lock` before it?
    pub const fn add(&mut self, op: &Op, holds_tree_lock: bool) {
        self.so_far = match (self.so_far, op.mover(holds_tree_lock)) {
            (SoFar::Nothing, _) if matches!(op, Op::Pause(PauseOp::Start)) => SoFar::Start,
            (SoFar::Late, _) | (_, Mover::Left | Mover::None) => SoFar::Late,
            _ => SoFar::Early,
        };
    }
}
