//! What the world knows of each thread, and of the preload pool of its CPU.

use crate::sync::WaitKey;

/// `RADIX_TREE_PRELOAD_SIZE`: nodes in a full pool.
pub const PRELOAD_NODES: u64 = 21;

/// A thread, seen from the world. Every thread has a CPU of its own.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct ThreadState {
    /// Its task state.
    pub run: Run,
    /// `preempt_count` from preloads: while it is above 0 the thread must not sleep.
    pub preloads: u8,
    /// Has its CPU's pool of tree nodes been filled? Insertions take their nodes from the slab, so it stays full.
    pub has_pool: bool,
}

/// The task state as far as entry waits go.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Run {
    /// `TASK_RUNNING`.
    #[default]
    Runnable,
    /// `TASK_UNINTERRUPTIBLE`, queued on that key: asleep, or about to be.
    Uninterruptible(WaitKey),
}
