//! Which parts of the world an operation looks at or changes: what a search may remember it by.

use super::Op;
use crate::event::LockId;
use crate::scenario::Scenario;
use crate::units::{MmId, ThreadId};

/// A set of parts of the world.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Parts(u64);

impl Parts {
    /// Nothing.
    pub const NONE: Parts = Parts(0);
    /// The tree with its counters and lock owners.
    pub const MAPPING: Parts = Parts(1);
    /// Hole pages and private copies.
    pub const PAGES: Parts = Parts(2);
    /// The file system.
    pub const FILE: Parts = Parts(4);
    /// The wait table and who sleeps.
    pub const WAITS: Parts = Parts(8);
    /// Counts of calls that the script makes fail, and whether the kernel is alive.
    pub const FAILURES: Parts = Parts(16);
    /// `tree_lock`.
    pub const TREE_LOCK: Parts = Parts(32);
    /// How many kinds of parts come before those of which there are several.
    pub const SINGLE: u32 = 9;
    /// Most processes or threads that there can be.
    const MOST: u32 = 16;

    /// A sleeping lock.
    #[must_use]
    pub const fn lock(lock: LockId) -> Parts {
        match lock {
            LockId::Fs => Parts(64),
            // One part: the journal matters only to few scenarios.
            LockId::Inode | LockId::Journal => Parts(128),
            LockId::IMmap => Parts(256),
            LockId::Mm(mm) => Parts(1 << (Self::SINGLE + mm.0 as u32)),
        }
    }

    /// The page tables of a process.
    #[must_use]
    pub const fn page_tables(mm: MmId) -> Parts {
        Parts(1 << (Self::SINGLE + Self::MOST + mm.0 as u32))
    }

    /// The page tables of all processes that there can be.
    #[must_use]
    pub const fn all_page_tables() -> Parts {
        Parts(((1 << Self::MOST) - 1) << (Self::SINGLE + Self::MOST))
    }

    /// The preloads of a thread's CPU.
    #[must_use]
    pub const fn cpu(thread: ThreadId) -> Parts {
        Parts(1 << (Self::SINGLE + 2 * Self::MOST + thread.0 as u32))
    }

    /// The parts that there are in a scenario, in order.
    pub fn of(scenario: &Scenario) -> impl Iterator<Item = Parts> + '_ {
        let mms = (0..scenario.processes.len() as u8).map(MmId);
        (0..Self::SINGLE)
            .map(|bit| Parts(1 << bit))
            .chain(mms.clone().map(|mm| Parts::lock(LockId::Mm(mm))))
            .chain(mms.map(Parts::page_tables))
            .chain((0..scenario.threads.len()).map(|at| Parts::cpu(ThreadId(at as u8))))
    }

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
}

impl Op {
    /// The parts that the operation may look at or change when `thread` performs it, whatever the state.
    #[must_use]
    pub const fn parts(&self, thread: ThreadId) -> Parts {
        let parts = match self {
            Op::Start | Op::NextOperation { .. } | Op::AccessRetry | Op::TreeUnlocked | Op::CondResched => Parts::NONE,
            Op::SpinLock | Op::SpinUnlock => Parts::TREE_LOCK,
            Op::PrepareToWait { .. } | Op::Schedule | Op::FinishWait | Op::Wake { .. } => Parts::WAITS,
            Op::Preload(_) | Op::PreloadEnd => Parts::cpu(thread),
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
            Op::FindGetEntry { .. }
            | Op::FindGetEntries { .. }
            | Op::FindGetEntriesTag { .. }
            | Op::RemoveMapping(_)
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
            | Op::PageIndexOf(_) => Parts::PAGES,
            Op::HugeZeroPage(_) => Parts::NONE,
            Op::CheckAccess { mm, .. }
            | Op::ReadPmd { mm, .. }
            | Op::ReadPte { mm, .. }
            | Op::PmdTransUnstable { mm, .. }
            | Op::MappedPages { mm, .. } => Parts::page_tables(*mm),
            Op::PteAlloc { mm, .. }
            | Op::InsertPfn { mm, .. }
            | Op::SetPte { mm, .. }
            | Op::PteFault { mm, .. }
            | Op::FinishMkwrite { mm, .. }
            | Op::CopyPte { mm, .. }
            | Op::InsertPfnPmd { mm, .. }
            | Op::SetHugeZero { mm, .. }
            | Op::SplitHugePmd { mm, .. }
            | Op::MkcleanPmd { mm, .. }
            | Op::Munmap(mm) => Parts::page_tables(*mm).union(Parts::PAGES),
            Op::MkcleanPte { .. } | Op::UnmapMappingRange { .. } => Parts::all_page_tables().union(Parts::PAGES),
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
            Op::Acquire { lock, .. } | Op::AwaitGrant { lock, .. } | Op::Release { lock } => Parts::lock(*lock),
        };
        // Every operation that can end the kernel, or that a script can make fail, also touches this part.
        let parts = if self.unmaps() { parts.union(Parts::lock(LockId::IMmap)) } else { parts };
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
                | Op::ReadPte { .. }
                | Op::FinishMkwrite { .. }
                | Op::CopyPte { .. }
                | Op::MkcleanPte { .. }
                | Op::PageCacheDelete { .. }
                | Op::PageCacheStore { .. }
                | Op::RemoveMapping(_)
        )
    }
}
