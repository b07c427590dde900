//! What makes stores durable, and can be left out to see what would be lost.

/// A part of what makes stores durable, left out by a line `without` (docs/script.md). No kernel leaves it out; the trials of
/// `daxscope necessity --flushes` do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Without {
    /// fsync writes no cache back.
    Flush,
    /// fsync takes no write permission away before it flushes.
    Protect,
    /// No fault marks an entry DIRTY.
    Dirty,
    /// fsync does not mark what it has to write back TOWRITE.
    Towrite,
    /// No sync commits metadata.
    Commit,
    /// A synchronous fault does not sync.
    SyncFault,
}

impl Without {
    /// All of them.
    pub const ALL: [Without; 6] =
        [Without::Flush, Without::Protect, Without::Dirty, Without::Towrite, Without::Commit, Without::SyncFault];

    /// The word in scripts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Without::Flush => "flush",
            Without::Protect => "protect",
            Without::Dirty => "dirty",
            Without::Towrite => "towrite",
            Without::Commit => "commit",
            Without::SyncFault => "sync_fault",
        }
    }

    /// What it is there for.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Without::Flush => "fsync writes back the caches of every entry that it finds (dax_flush, with its fence)",
            Without::Protect => "fsync takes write permission away before it flushes, so that the next store faults",
            Without::Dirty => "a write fault marks its entry DIRTY: all that tells fsync of the store",
            Without::Towrite => "fsync marks what is DIRTY when it begins TOWRITE, and walks over that mark",
            Without::Commit => "a sync commits the block map, so that recovery finds the blocks of the file",
            Without::SyncFault => "a write fault on a synchronous mapping commits the block map before it maps",
        }
    }
}
