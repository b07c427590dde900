//! Where a thread can be preempted.

/// Where a thread can be preempted: the scheduling points of the recorded runs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the variants are the points of docs/steps.md")]
pub enum Point {
    Start,
    Op,
    TreeLock,
    TreeUnlocked,
    Preload,
    PageLock,
    PtLock,
    IomapBegin,
    Unmap,
    FsLockRead,
    FsLockWrite,
    InodeLock,
    JournalStart,
    JournalCommit,
    AccessRetry,
    SetSize,
    FreeBlocks,
    AllocBlocks,
    ShiftBlocks,
    Munmap,
    Schedule,
    WaitPage,
    WaitFsLockRead,
    WaitFsLockWrite,
    WaitInode,
    WaitJournalStart,
    WaitJournalCommit,
    WaitMmRead,
    WaitMmWrite,
    CondResched,
    NodeAlloc,
    WaitPin,
    Hold,
}

impl Point {
    /// The name in recordings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Point::Start => "start",
            Point::Op => "op",
            Point::TreeLock => "tree_lock",
            Point::TreeUnlocked => "tree_unlocked",
            Point::Preload => "preload",
            Point::PageLock => "page_lock",
            Point::PtLock => "pt_lock",
            Point::IomapBegin => "iomap_begin",
            Point::Unmap => "unmap",
            Point::FsLockRead => "fs_lock_read",
            Point::FsLockWrite => "fs_lock_write",
            Point::InodeLock => "inode_lock",
            Point::JournalStart => "journal_start",
            Point::JournalCommit => "journal_commit",
            Point::AccessRetry => "access_retry",
            Point::SetSize => "set_size",
            Point::FreeBlocks => "free_blocks",
            Point::AllocBlocks => "alloc_blocks",
            Point::ShiftBlocks => "shift_blocks",
            Point::Munmap => "munmap",
            Point::Schedule => "wait_entry",
            Point::WaitPage => "wait_page",
            Point::WaitFsLockRead => "wait_fs_lock_read",
            Point::WaitFsLockWrite => "wait_fs_lock_write",
            Point::WaitInode => "wait_inode",
            Point::WaitJournalStart => "wait_journal_start",
            Point::WaitJournalCommit => "wait_journal_commit",
            Point::WaitMmRead => "wait_mm_read",
            Point::WaitMmWrite => "wait_mm_write",
            Point::CondResched => "cond_resched",
            Point::NodeAlloc => "node_alloc",
            Point::WaitPin => "wait_pin",
            Point::Hold => "hold",
        }
    }
}
