//! What each task did.

use super::range::Counts;

/// A task.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct TaskFindings {
    /// Number of the thread.
    pub tid: u32,
    /// Number of the process, where the trace has it.
    pub tgid: Option<u32>,
    /// Its name; the last one, where it changed.
    pub name: String,
    /// Had it another name before?
    pub is_renamed: bool,
    /// Its accesses.
    pub counts: Counts,
    /// Its calls of fsync and msync.
    pub syncs: u64,
    /// Times that it went to sleep inside of a fault, uninterruptibly.
    pub waits: u64,
}
