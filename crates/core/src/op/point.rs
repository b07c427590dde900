//! Where a thread can be preempted, and what an operation is to the scheduler.

use super::Op;
use crate::event::LockId;
use crate::scenario::FailPoint;
use crate::sync::LockMode;

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
        }
    }
}

impl Op {
    /// The scheduling point at which the operation stands, or `None` if it runs in the step of the one before.
    #[must_use]
    pub const fn point(&self) -> Option<Point> {
        Some(match self {
            Op::Start => Point::Start,
            Op::NextOperation { .. } => Point::Op,
            Op::AccessRetry => Point::AccessRetry,
            Op::TreeUnlocked => Point::TreeUnlocked,
            Op::CondResched => Point::CondResched,
            Op::SpinLock => Point::TreeLock,
            Op::Schedule => Point::Schedule,
            Op::Preload(_) => Point::Preload,
            Op::LockPage(_) => Point::PageLock,
            Op::AwaitPage(_) => Point::WaitPage,
            Op::PteAlloc { .. }
            | Op::InsertPfn { .. }
            | Op::SetPte { .. }
            | Op::PteFault { .. }
            | Op::FinishMkwrite { .. }
            | Op::CopyPte { .. }
            | Op::InsertPfnPmd { .. }
            | Op::SetHugeZero { .. }
            | Op::SplitHugePmd { .. }
            | Op::MkcleanPmd { .. }
            | Op::MkcleanPte { .. } => Point::PtLock,
            Op::IomapBegin { .. } => Point::IomapBegin,
            Op::UnmapMappingRange { .. } => Point::Unmap,
            Op::Acquire { lock: LockId::Mm(_), mode: LockMode::Write } => Point::Munmap,
            Op::SetSize { .. } => Point::SetSize,
            Op::FreeBlocks { own_step: true, .. } => Point::FreeBlocks,
            Op::Acquire { lock: LockId::Fs, mode: LockMode::Read } => Point::FsLockRead,
            Op::Acquire { lock: LockId::Fs, mode: LockMode::Write } => Point::FsLockWrite,
            Op::Acquire { lock: LockId::Inode, .. } => Point::InodeLock,
            Op::Acquire { lock: LockId::Journal, mode: LockMode::Read } => Point::JournalStart,
            Op::Acquire { lock: LockId::Journal, mode: LockMode::Write } => Point::JournalCommit,
            Op::AwaitGrant { lock, mode } => match (lock, mode) {
                (LockId::Fs, LockMode::Read) => Point::WaitFsLockRead,
                (LockId::Fs, LockMode::Write) => Point::WaitFsLockWrite,
                (LockId::Inode, _) => Point::WaitInode,
                (LockId::Journal, LockMode::Read) => Point::WaitJournalStart,
                (LockId::Journal, LockMode::Write) => Point::WaitJournalCommit,
                (LockId::Mm(_), LockMode::Read) => Point::WaitMmRead,
                (LockId::Mm(_), LockMode::Write) => Point::WaitMmWrite,
                // Nobody queues for it.
                (LockId::IMmap, _) => return None,
            },
            _ => return None,
        })
    }

    /// Does the operation neither read nor change anything shared?
    #[must_use]
    pub const fn is_only_a_point(&self) -> bool {
        matches!(self, Op::Start | Op::NextOperation { .. } | Op::AccessRetry | Op::TreeUnlocked | Op::CondResched)
    }

    /// Does the operation look at shared state without changing it but for a reference of a page, or change only what is its
    /// own thread's? To read under `i_mmap_rwsem` changes nothing but when others may unmap.
    #[must_use]
    pub const fn only_reads(&self) -> bool {
        matches!(
            self,
            Op::Lookup { .. }
                | Op::FindGetEntry { .. }
                | Op::TagGet { .. }
                | Op::NrExceptional
                | Op::NrPages
                | Op::PreloadEnd
                | Op::FinishWait
                | Op::PageInCache(_)
                | Op::PageMapped(_)
                | Op::PageIndexOf(_)
                | Op::ReadPmd { .. }
                | Op::ReadPte { .. }
                | Op::PmdTransUnstable { .. }
                | Op::MappedPages { .. }
                | Op::HugeZeroPage(_)
                | Op::ReadSize
                | Op::DirectAccess { .. }
                | Op::Acquire { lock: LockId::IMmap, .. }
                | Op::Release { lock: LockId::IMmap }
        )
    }

    /// Does the operation take `i_mmap_rwsem` alone, itself or in the same step? Then it waits until nobody walks the
    /// mappings.
    #[must_use]
    pub const fn unmaps(&self) -> bool {
        matches!(
            self,
            Op::UnmapMappingRange { .. }
                | Op::Munmap(_)
                | Op::Acquire { lock: LockId::Mm(_), mode: LockMode::Write }
                | Op::AwaitGrant { lock: LockId::Mm(_), mode: LockMode::Write }
        )
    }

    /// The call that can be made to fail here.
    #[must_use]
    pub const fn fail_point(&self) -> Option<FailPoint> {
        Some(match self {
            Op::Preload(what) => *what,
            Op::PageAlloc { .. } => FailPoint::PageAlloc,
            Op::HugeZeroPage(_) => FailPoint::HzpAlloc,
            Op::DirectAccess { .. } => FailPoint::DirectAccess,
            Op::IomapBegin { .. } => FailPoint::IomapBegin,
            _ => return None,
        })
    }
}
