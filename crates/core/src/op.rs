//! The alphabet: every atomic thing that a kernel thread can ask the world for, and what it can be answered.
//!
//! Nothing but these crosses between a thread and the world, so a thread is a function of the outcomes it has
//! received. An operation is atomic. Some stand at a *scheduling point*: there another thread may run first. The
//! others run in the same step as the operation before them.

use crate::entry::{Entry, Slot};
use crate::errno::Errno;
use crate::event::LockId;
use crate::mm::{PmdTarget, Pte, PteTarget};
use crate::pmem::Iomap;
use crate::radix::Tag;
use crate::revision::WakeMode;
use crate::scenario::FailPoint;
use crate::sync::{LockMode, WaitKey};
use crate::units::{Block, MmId, PageId, PageIndex, Sector, VirtualPage};
use std::sync::Arc;

/// An atomic operation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Op {
    // Points without an effect on shared state.
    /// The thread begins.
    Start,
    /// The thread begins its next scripted operation.
    NextOperation {
        /// Its position in the script.
        number: u8,
    },
    /// The access looks at the page table again after a fault.
    AccessRetry,
    /// `tree_lock` has just been released.
    TreeUnlocked,
    /// `cond_resched` of a scan that has gone round many times.
    CondResched,

    // tree_lock and the wait table.
    /// `spin_lock_irq(&mapping->tree_lock)`.
    SpinLock,
    /// `spin_unlock_irq(&mapping->tree_lock)`.
    SpinUnlock,
    /// `prepare_to_wait_exclusive` on the queue of the entry that was seen.
    PrepareToWait {
        /// Where.
        key: WaitKey,
    },
    /// `schedule()`: sleep until woken.
    Schedule,
    /// `finish_wait`.
    FinishWait,
    /// `dax_wake_mapping_entry_waiter`.
    Wake {
        /// The index.
        index: PageIndex,
        /// The entry whose size makes the key.
        entry: Entry,
        /// One or all.
        mode: WakeMode,
    },

    // Preload.
    /// `radix_tree_preload` or `radix_tree_maybe_preload`: may sleep, may fail, disables preemption.
    Preload(FailPoint),
    /// `radix_tree_preload_end`.
    PreloadEnd,

    // The radix tree.
    /// `__radix_tree_lookup`.
    Lookup {
        /// The index.
        index: PageIndex,
    },
    /// `lock_slot`.
    LockSlot {
        /// Any index in the entry.
        index: PageIndex,
    },
    /// `unlock_slot`.
    UnlockSlot {
        /// Any index in the entry.
        index: PageIndex,
    },
    /// `__radix_tree_insert` of an entry, counted in `nrexceptional` if it succeeds.
    Insert {
        /// The index.
        index: PageIndex,
        /// The entry.
        entry: Entry,
    },
    /// `radix_tree_delete` of an entry; `nrexceptional` goes down whatever was there.
    Delete {
        /// Any index in the entry.
        index: PageIndex,
    },
    /// Look-up and `__radix_tree_replace` of an entry by another; answers what was there.
    Replace {
        /// Any index in the entry.
        index: PageIndex,
        /// The new entry.
        entry: Entry,
    },
    /// `radix_tree_tag_set`.
    TagSet {
        /// Any index in the entry.
        index: PageIndex,
        /// The tag.
        tag: Tag,
    },
    /// `radix_tree_tag_clear`.
    TagClear {
        /// Any index in the entry.
        index: PageIndex,
        /// The tag.
        tag: Tag,
    },
    /// `radix_tree_tag_get`.
    TagGet {
        /// Any index in the entry.
        index: PageIndex,
        /// The tag.
        tag: Tag,
    },
    /// Sets TOWRITE on every entry of the range that is DIRTY, at most 4096 of them.
    TagTowrite {
        /// First index.
        first: PageIndex,
        /// Last index.
        last: PageIndex,
    },
    /// `find_get_entries`: up to 14 entries from `first` on; pages get a reference each.
    FindGetEntries {
        /// Where to begin.
        first: PageIndex,
        /// At most so many.
        max: u8,
    },
    /// `find_get_entries_tag`.
    FindGetEntriesTag {
        /// Where to begin.
        first: PageIndex,
        /// With this tag.
        tag: Tag,
        /// At most so many.
        max: u8,
    },
    /// Reads `mapping->nrexceptional`.
    NrExceptional,
    /// Reads `mapping->nrpages`.
    NrPages,

    // Hole pages.
    /// Allocates a zeroed page.
    PageAlloc {
        /// The index it is for.
        index: PageIndex,
    },
    /// The storing part of `page_cache_tree_insert`, with the reference and `page->mapping` that go with it.
    PageCacheStore {
        /// The page.
        page: PageId,
    },
    /// `__delete_from_page_cache`.
    PageCacheDelete {
        /// The page.
        page: PageId,
    },
    /// `get_page`.
    GetPage(PageId),
    /// `put_page`.
    PutPage(PageId),
    /// `lock_page`: tries once; queues if somebody holds it.
    LockPage(PageId),
    /// Sleeps until woken, then tries `lock_page` again.
    AwaitPage(PageId),
    /// `trylock_page`.
    TryLockPage(PageId),
    /// `unlock_page`, also of NULL.
    UnlockPage(Slot),
    /// Reads `page->mapping`: is the page still in the page cache?
    PageInCache(PageId),
    /// `page_mapped`.
    PageMapped(PageId),
    /// Reads `page->index`.
    PageIndexOf(PageId),
    /// `page_ref_freeze(page, 2)` of reclaim: nobody but the cache and the caller has a reference.
    PageRefFreeze(PageId),

    // Page tables. Those at the point `pt_lock` are whole sections under the page-table lock.
    /// Reads the page table without a lock: may the access go on?
    CheckAccess {
        /// The process.
        mm: MmId,
        /// The virtual page.
        page: VirtualPage,
        /// A store?
        write: bool,
    },
    /// Reads `*pmd` without a lock.
    ReadPmd {
        /// The process.
        mm: MmId,
        /// The virtual page.
        page: VirtualPage,
    },
    /// Reads `*pte` without a lock; the page table must be there.
    ReadPte {
        /// The process.
        mm: MmId,
        /// The virtual page.
        page: VirtualPage,
    },
    /// `pmd_trans_unstable(pmd) || pmd_devmap(*pmd)`: is this no place for a pte? Clears a device-mapped pmd.
    PmdTransUnstable {
        /// The process.
        mm: MmId,
        /// The virtual page.
        page: VirtualPage,
    },
    /// `__pte_alloc`: under the pmd lock, a page table if there still is none.
    PteAlloc {
        /// The process.
        mm: MmId,
        /// The virtual page.
        page: VirtualPage,
    },
    /// `insert_pfn`: under the pte lock, the frame if the pte still is none.
    InsertPfn {
        /// The process.
        mm: MmId,
        /// The virtual page.
        page: VirtualPage,
        /// The frame.
        frame: Block,
    },
    /// `alloc_set_pte`: under the pte lock, a hole page or an anonymous copy if the pte still is none.
    SetPte {
        /// The process.
        mm: MmId,
        /// The virtual page.
        page: VirtualPage,
        /// What to map.
        target: PteTarget,
    },
    /// `handle_pte_fault` over a present pte: under the pte lock, unless it changed meanwhile.
    PteFault {
        /// The process.
        mm: MmId,
        /// The virtual page.
        page: VirtualPage,
        /// The pte that was read before.
        seen: Pte,
        /// A store?
        write: bool,
    },
    /// `finish_mkwrite_fault`: under the pte lock, write permission unless the pte changed meanwhile.
    FinishMkwrite {
        /// The process.
        mm: MmId,
        /// The virtual page.
        page: VirtualPage,
        /// The pte that was read before.
        seen: Pte,
    },
    /// `wp_page_copy`: under the pte lock, an anonymous copy unless the pte changed meanwhile.
    CopyPte {
        /// The process.
        mm: MmId,
        /// The virtual page.
        page: VirtualPage,
        /// The pte that was read before.
        seen: Pte,
    },
    /// `insert_pfn_pmd`: under the pmd lock, the huge mapping, whatever was there.
    InsertPfnPmd {
        /// The process.
        mm: MmId,
        /// The virtual page.
        page: VirtualPage,
        /// First frame.
        frame: Block,
        /// A store: writable and dirty.
        write: bool,
    },
    /// Last section of `dax_pmd_load_hole`: under the pmd lock, the huge zero page if the pmd still is none.
    SetHugeZero {
        /// The process.
        mm: MmId,
        /// The virtual page.
        page: VirtualPage,
    },
    /// `__split_huge_pmd`: under the pmd lock, removes a huge mapping (a DAX mapping is only cleared).
    SplitHugePmd {
        /// The process.
        mm: MmId,
        /// The virtual page.
        page: VirtualPage,
    },
    /// `dax_mapping_entry_mkclean` under the pmd lock: write-protects and cleans the huge mapping if it maps `frame`.
    /// `false` if the pmd is huge no more.
    MkcleanPmd {
        /// The process.
        mm: MmId,
        /// The virtual page.
        page: VirtualPage,
        /// The frame.
        frame: Block,
        /// Only if `frame` is the first one of the mapping.
        head: bool,
    },
    /// `dax_mapping_entry_mkclean` under the pte lock: write-protects and cleans the pte if it maps `frame`.
    MkcleanPte {
        /// The process.
        mm: MmId,
        /// The virtual page.
        page: VirtualPage,
        /// The frame.
        frame: Block,
        /// 4.10 to 5.18 forget to clear the pmd pointer between mappings: once one was found, it is used for all
        /// later ones.
        stale_pmd: Option<(MmId, VirtualPage)>,
    },
    /// The virtual pages from `page` on that a walk over `count` pages would look at: the first page of each huge
    /// mapping, and each present pte.
    MappedPages {
        /// The process.
        mm: MmId,
        /// First virtual page.
        page: VirtualPage,
        /// Number of pages.
        count: u64,
    },
    /// `unmap_mapping_range`, in all processes at once.
    UnmapMappingRange {
        /// First file page.
        first: PageIndex,
        /// Number of pages; 0: to the end.
        count: u64,
        /// Also private copies.
        even_cows: bool,
    },
    /// Removes all mappings and page tables of a process.
    Munmap(MmId),
    /// `mm_get_huge_zero_page`: is there one?
    HugeZeroPage(MmId),

    // File system and device.
    /// Reads `i_size`, in pages.
    ReadSize,
    /// The file system's `iomap_begin`.
    IomapBegin {
        /// First file block.
        first: Block,
        /// Blocks wanted.
        count: u64,
        /// `IOMAP_WRITE`.
        write: bool,
        /// Who asks.
        purpose: IomapPurpose,
    },
    /// `bdev_direct_access` through `dax_map_atomic`.
    DirectAccess {
        /// First sector.
        sector: Sector,
        /// Pages wanted.
        pages: u64,
    },
    /// `wb_cache_pmem`.
    Flush {
        /// First device block.
        block: Block,
        /// Blocks.
        count: u64,
    },
    /// write(2) copies into device blocks.
    Store {
        /// First device block.
        block: Block,
        /// Blocks.
        count: u64,
    },
    /// read(2) copies from device blocks.
    Load {
        /// First device block.
        block: Block,
        /// Blocks.
        count: u64,
    },
    /// read(2) of a hole.
    LoadZero {
        /// Blocks.
        count: u64,
    },
    /// write(2) past the end: the size grows.
    ExtendFile {
        /// At least so many pages.
        size: u64,
    },
    /// `i_size_write`.
    SetSize {
        /// New size in pages.
        size: u64,
    },
    /// The file system frees the blocks of a range.
    FreeBlocks {
        /// First file block.
        first: Block,
        /// First file block that is kept; `u64::MAX`: to the end.
        end: Block,
        /// Is this a step of its own (punch), or part of the one before (truncate)?
        own_step: bool,
    },

    // Sleeping locks.
    /// Takes a lock, or queues for it.
    Acquire {
        /// Which.
        lock: LockId,
        /// How.
        mode: LockMode,
    },
    /// Sleeps until the lock is granted.
    AwaitGrant {
        /// Which.
        lock: LockId,
        /// How.
        mode: LockMode,
    },
    /// Releases a lock.
    Release {
        /// Which.
        lock: LockId,
    },
}

/// Who calls `iomap_begin`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum IomapPurpose {
    /// A page fault.
    Fault,
    /// read(2) or write(2).
    ReadWrite,
}

/// What the world answers.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Outcome {
    /// Done.
    Done,
    /// Yes or no.
    Bool(bool),
    /// What a slot holds.
    Slot(Slot),
    /// Success or an error.
    Status(Result<(), Errno>),
    /// A number.
    Number(u64),
    /// A page, or none.
    Page(Option<PageId>),
    /// An extent, or an error.
    Iomap(Result<Iomap, Errno>),
    /// What the pmd holds.
    Pmd(PmdSeen),
    /// A pte, or none.
    Pte(Option<Pte>),
    /// What is to be done about a fault on a present pte.
    PteFault(PteFault),
    /// Pages that the device could map, or an error.
    Length(Result<u64, Errno>),
    /// A batch of entries with their first indices.
    Entries(Arc<[(PageIndex, Slot)]>),
    /// Virtual pages.
    Pages(Arc<[VirtualPage]>),
    /// Number of entries tagged, and where to go on.
    Tagged {
        /// Entries.
        count: u64,
        /// Next index.
        next: PageIndex,
    },
}

/// A pmd as an unlocked read sees it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PmdSeen {
    /// `pmd_none`.
    None,
    /// A huge mapping.
    Huge {
        /// Of what.
        target: PmdTarget,
        /// `pmd_write`.
        writable: bool,
    },
    /// A page table.
    Table,
}

/// What `handle_pte_fault` finds to do about a present pte.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PteFault {
    /// The pte changed meanwhile, or allows the access: nothing to do.
    Nothing,
    /// A store to a read-only pte that maps a frame of the device (`wp_pfn_shared`).
    WriteToFrame,
    /// A store to a read-only pte that maps a hole page (`wp_page_shared`); the page got a reference.
    WriteToPage(PageId),
    /// A store through a private mapping (`wp_page_copy`).
    Copy,
}

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
    AccessRetry,
    SetSize,
    FreeBlocks,
    Munmap,
    Schedule,
    WaitPage,
    WaitFsLockRead,
    WaitFsLockWrite,
    WaitInode,
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
            Point::AccessRetry => "access_retry",
            Point::SetSize => "set_size",
            Point::FreeBlocks => "free_blocks",
            Point::Munmap => "munmap",
            Point::Schedule => "wait_entry",
            Point::WaitPage => "wait_page",
            Point::WaitFsLockRead => "wait_fs_lock_read",
            Point::WaitFsLockWrite => "wait_fs_lock_write",
            Point::WaitInode => "wait_inode",
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
            Op::AwaitGrant { lock, mode } => match (lock, mode) {
                (LockId::Fs, LockMode::Read) => Point::WaitFsLockRead,
                (LockId::Fs, LockMode::Write) => Point::WaitFsLockWrite,
                (LockId::Inode, _) => Point::WaitInode,
                (LockId::Mm(_), LockMode::Read) => Point::WaitMmRead,
                (LockId::Mm(_), LockMode::Write) => Point::WaitMmWrite,
            },
            _ => return None,
        })
    }

    /// Does the operation neither read nor change anything shared?
    #[must_use]
    pub const fn is_only_a_point(&self) -> bool {
        matches!(self, Op::Start | Op::NextOperation { .. } | Op::AccessRetry | Op::TreeUnlocked | Op::CondResched)
    }

    /// Does the operation look at shared state without changing it, or change only what is its own thread's?
    #[must_use]
    pub const fn only_reads(&self) -> bool {
        matches!(
            self,
            Op::Lookup { .. }
                | Op::TagGet { .. }
                | Op::NrExceptional
                | Op::NrPages
                | Op::PreloadEnd
                | Op::FinishWait
                | Op::PageInCache(_)
                | Op::PageMapped(_)
                | Op::PageIndexOf(_)
                | Op::PageRefFreeze(_)
                | Op::ReadPmd { .. }
                | Op::ReadPte { .. }
                | Op::PmdTransUnstable { .. }
                | Op::MappedPages { .. }
                | Op::HugeZeroPage(_)
                | Op::ReadSize
                | Op::DirectAccess { .. }
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

/// An outcome as the kernel function that asked expects it.
pub trait FromOutcome: Sized {
    /// Unpacks the outcome; `None` if it is of another kind, which is an error of the model.
    fn from_outcome(outcome: Outcome) -> Option<Self>;
}

macro_rules! from_outcome {
    ($($type:ty: $pattern:pat => $value:expr;)*) => {
        $(impl FromOutcome for $type {
            fn from_outcome(outcome: Outcome) -> Option<Self> {
                match outcome {
                    $pattern => Some($value),
                    _ => None,
                }
            }
        })*
    };
}

from_outcome! {
    (): Outcome::Done => ();
    bool: Outcome::Bool(value) => value;
    Slot: Outcome::Slot(slot) => slot;
    Result<(), Errno>: Outcome::Status(status) => status;
    u64: Outcome::Number(number) => number;
    Option<PageId>: Outcome::Page(page) => page;
    Result<Iomap, Errno>: Outcome::Iomap(iomap) => iomap;
    PmdSeen: Outcome::Pmd(pmd) => pmd;
    Option<Pte>: Outcome::Pte(pte) => pte;
    PteFault: Outcome::PteFault(fault) => fault;
    Result<u64, Errno>: Outcome::Length(length) => length;
    Arc<[(PageIndex, Slot)]>: Outcome::Entries(entries) => entries;
    Arc<[VirtualPage]>: Outcome::Pages(pages) => pages;
    (u64, PageIndex): Outcome::Tagged { count, next } => (count, next);
}
