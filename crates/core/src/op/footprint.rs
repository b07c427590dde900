//! Which parts of the world an operation looks at or changes: what a search may remember it by, and when two
//! operations do not depend on each other.

use super::Op;
use crate::event::LockId;

/// A set of parts of the world.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Parts(u8);

impl Parts {
    /// Nothing.
    pub const NONE: Parts = Parts(0);
    /// The tree with its counters and lock owners.
    pub const MAPPING: Parts = Parts(1);
    /// Hole pages and private copies.
    pub const PAGES: Parts = Parts(2);
    /// Page tables.
    pub const PAGE_TABLES: Parts = Parts(4);
    /// The file system.
    pub const FILE: Parts = Parts(8);
    /// The wait table and who sleeps.
    pub const WAITS: Parts = Parts(16);
    /// Sleeping locks.
    pub const LOCKS: Parts = Parts(32);
    /// Preloads of each CPU.
    pub const CPUS: Parts = Parts(64);
    /// Counts of calls that the script makes fail, and whether the kernel is alive.
    pub const FAILURES: Parts = Parts(128);
    /// How many parts there are.
    pub const COUNT: usize = 8;

    /// Both sets.
    #[must_use]
    pub const fn union(self, other: Parts) -> Parts {
        Parts(self.0 | other.0)
    }

    /// Is every part of `other` in here?
    #[must_use]
    pub const fn contains(self, other: Parts) -> bool {
        self.0 & other.0 == other.0
    }

    /// Is some part of `other` in here?
    #[must_use]
    pub const fn meets(self, other: Parts) -> bool {
        self.0 & other.0 != 0
    }

    /// The positions of the parts, in order: 0 for [`Parts::MAPPING`].
    pub fn positions(self) -> impl Iterator<Item = usize> {
        (0..Parts::COUNT).filter(move |position| self.0 >> position & 1 != 0)
    }
}

impl Op {
    /// The parts that the operation may look at or change, whatever the state. `tree_lock` does not count: at a
    /// scheduling point nobody holds it.
    #[must_use]
    pub const fn parts(&self) -> Parts {
        let parts = match self {
            Op::Start | Op::NextOperation { .. } | Op::AccessRetry | Op::TreeUnlocked | Op::CondResched => Parts::NONE,
            Op::SpinLock | Op::SpinUnlock => Parts::NONE,
            Op::PrepareToWait { .. } | Op::Schedule | Op::FinishWait | Op::Wake { .. } => Parts::WAITS,
            Op::Preload(_) | Op::PreloadEnd => Parts::CPUS,
            Op::Lookup { .. }
            | Op::LockSlot { .. }
            | Op::UnlockSlot { .. }
            | Op::Insert { .. }
            | Op::Delete { .. }
            | Op::Replace { .. }
            | Op::TagSet { .. }
            | Op::TagClear { .. }
            | Op::TagGet { .. }
            | Op::TagTowrite { .. }
            | Op::NrExceptional
            | Op::NrPages => Parts::MAPPING,
            Op::FindGetEntries { .. }
            | Op::FindGetEntriesTag { .. }
            | Op::PageCacheStore { .. }
            | Op::PageCacheDelete { .. } => Parts::MAPPING.union(Parts::PAGES),
            Op::PageAlloc { .. }
            | Op::CopyAlloc { .. }
            | Op::GetPage(_)
            | Op::PutPage(_)
            | Op::LockPage(_)
            | Op::AwaitPage(_)
            | Op::TryLockPage(_)
            | Op::UnlockPage(_)
            | Op::PageInCache(_)
            | Op::PageMapped(_)
            | Op::PageIndexOf(_)
            | Op::PageRefFreeze(_) => Parts::PAGES,
            Op::CheckAccess { .. }
            | Op::ReadPmd { .. }
            | Op::ReadPte { .. }
            | Op::PmdTransUnstable { .. }
            | Op::MappedPages { .. }
            | Op::HugeZeroPage(_) => Parts::PAGE_TABLES,
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
            | Op::MkcleanPte { .. }
            | Op::UnmapMappingRange { .. }
            | Op::Munmap(_) => Parts::PAGE_TABLES.union(Parts::PAGES),
            Op::ReadSize
            | Op::IomapBegin { .. }
            | Op::DirectAccess { .. }
            | Op::Flush { .. }
            | Op::Store { .. }
            | Op::Load { .. }
            | Op::LoadZero { .. }
            | Op::ExtendFile { .. }
            | Op::SetSize { .. }
            | Op::FreeBlocks { .. } => Parts::FILE,
            Op::Acquire { lock, .. } | Op::AwaitGrant { lock, .. } | Op::Release { lock } => match lock {
                LockId::Fs | LockId::Inode | LockId::Mm(_) => Parts::LOCKS,
            },
        };
        // Every operation that can end the kernel, or that a script can make fail, also touches this part.
        if self.fail_point().is_some() || self.can_crash() { parts.union(Parts::FAILURES) } else { parts }
    }

    const fn can_crash(&self) -> bool {
        matches!(
            self,
            Op::UnlockPage(_)
                | Op::TagSet { .. }
                | Op::Replace { .. }
                | Op::InsertPfn { .. }
                | Op::SetPte { .. }
                | Op::PteFault { .. }
                | Op::FinishMkwrite { .. }
                | Op::CopyPte { .. }
                | Op::MkcleanPte { .. }
                | Op::PageCacheDelete { .. }
                | Op::PageCacheStore { .. }
        )
    }
}
