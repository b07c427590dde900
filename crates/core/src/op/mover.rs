//! Which operations others can see in the middle of: where a step of a search has to end.
//!
//! A step of a search is a run of operations that nobody can tell from one atomic operation: first operations that may
//! as well be made later (*right movers*), then at most one that others can see (*no mover*), then operations that may as
//! well have been made earlier (*left movers*). Any run of a machine in which others come between can then be rearranged
//! into one in which they do not, without a change to what anybody sees. docs/steps.md has the table with the reasons;
//! `tests/movers.rs` derives it from what operations touch.
//!
//! Source: R. J. Lipton, Reduction: a method of proving properties of parallel programs, CACM 18 (1975).

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
