//! Which operations others can see in the middle of: where a step of a search has to end.
//!
//! A step of a search is a run of operations that nobody can tell from one atomic operation: first operations that may
//! as well be made later (*right movers*), then at most one that others can see (*no mover*), then operations that may as
//! well have been made earlier (*left movers*). Any run of a machine in which others come between can then be rearranged
//! into one in which they do not, without a change to what anybody sees. docs/steps.md has the table with the reasons;
//! `tests/movers.rs` derives it from what operations touch.
//!
//! Source: R. J. Lipton, Reduction: a method of proving properties of parallel programs, CACM 18 (1975).

use super::Op;

/// How an operation of one thread may be exchanged with those of others next to it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Mover {
    /// Both ways: what it touches nobody else can change or look at meanwhile.
    Both,
    /// With what others do after it: taking `tree_lock`, which others then cannot take.
    Right,
    /// With what others do before it: giving a lock back, which others could not take before.
    Left,
    /// Not at all: it reads what others can change, or changes what others can see.
    None,
}

impl Op {
    /// How the operation may be exchanged with those of others. `holds_tree_lock`: does its thread hold `tree_lock`? Then
    /// the tree stays as it is but for what the thread itself does: all that change it hold the lock. Changing it is
    /// no mover even so, because scans and look-ups of pages read the tree without the lock.
    #[must_use]
    pub const fn mover(&self, holds_tree_lock: bool) -> Mover {
        match self {
            // What waits for walks over the mappings looks at `i_mmap_rwsem`.
            _ if self.unmaps() => Mover::None,
            // Nothing is touched, or only what is the thread's own: its CPU, its place in a queue that it has left.
            Op::Start
            | Op::NextOperation { .. }
            | Op::AccessRetry
            | Op::TreeUnlocked
            | Op::CondResched
            | Op::Schedule
            | Op::FinishWait
            | Op::AwaitGrant { .. }
            | Op::PreloadEnd
            | Op::LoadZero { .. } => Mover::Both,
            Op::Lookup { .. } | Op::TagGet { .. } | Op::NrExceptional | Op::NrPages if holds_tree_lock => Mover::Both,
            Op::SpinLock => Mover::Right,
            Op::SpinUnlock | Op::Release { .. } => Mover::Left,
            _ => Mover::None,
        }
    }

    /// Does the operation wait until something is so? A step that has begun must be able to go on, so it begins one.
    #[must_use]
    pub const fn waits(&self) -> bool {
        matches!(self, Op::SpinLock | Op::Schedule | Op::AwaitPage(_) | Op::AwaitGrant { .. }) || self.unmaps()
    }
}
