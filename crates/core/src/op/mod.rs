//! The alphabet: every atomic thing that a kernel thread can ask the world for, and what it can be answered.
//!
//! Nothing but these crosses between a thread and the world, so a thread is a function of the outcomes it has
//! received. An operation is atomic. Some stand at a *scheduling point*: there another thread may run first. The
//! others run in the same step as the operation before them.

mod access;
mod footprint;
mod mover;
mod outcome;
mod point;

pub use access::{Access, AccessKind, Object};
pub use footprint::Parts;
pub use mover::Mover;
pub use outcome::{FromOutcome, Outcome, PmdSeen, PteFault, PteSeen};
pub use point::Point;

use crate::entry::{Entry, Slot};
use crate::event::LockId;
use crate::mm::{Pte, PteTarget};
use crate::radix::Tag;
use crate::revision::WakeMode;
use crate::scenario::FailPoint;
use crate::sync::{LockMode, WaitKey};
use crate::units::{Block, MmId, PageId, PageIndex, Sector, VirtualPage};

/// An atomic operation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Op {
    // Points without an effect on shared state.
    /// The thread begins.
    Start,
    /// The thread begins its next scripted operation.
    NextOperation {
        /// Its position in the script.
        number: u16,
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
    /// `find_get_entry`, without a lock: what is there; a page gets a reference, and is still there once it has it.
    FindGetEntry {
        /// The index.
        index: PageIndex,
    },
    /// Reads `mapping->nrexceptional`.
    NrExceptional,
    /// Reads `mapping->nrpages`.
    NrPages,

    // Ghosts: what an fsync promises.
    /// An fsync begins: it owes what was stored to these pages and is not flushed.
    FsyncBegins {
        /// First page.
        first: PageIndex,
        /// Last page.
        last: PageIndex,
    },
    /// An fsync returns.
    FsyncEnds {
        /// With 0?
        complete: bool,
    },

    // Hole pages.
    /// Allocates a zeroed page.
    PageAlloc {
        /// The index it is for.
        index: PageIndex,
    },
    /// Allocates a page for a private copy (`alloc_page_vma`).
    CopyAlloc {
        /// The index that it is a copy of.
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
    /// `page_ref_freeze(page, 2)` of reclaim, and if nobody but the cache and the caller has a reference,
    /// `__delete_from_page_cache` and `page_ref_unfreeze`: nobody gets at a page whose count is frozen.
    RemoveMapping(PageId),

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
    /// Looks the pte up and reads it without a lock (`pte_offset_map`); the page table must be there.
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
    /// `handle_pte_fault` over a present pte: under the pte lock, unless it changed meanwhile. It goes by the pointer that
    /// was kept, even if something else has been put over the page table.
    PteFault {
        /// The process.
        mm: MmId,
        /// The virtual page.
        page: VirtualPage,
        /// The pte that was read before.
        seen: PteSeen,
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
    /// `wp_page_copy`: looks the pte up anew, and under its lock maps an anonymous copy unless the pte changed meanwhile.
    /// The kernel makes the copy before and throws it away if it came too late; nobody can see it, and the recordings
    /// know no page then, so here the page is taken when it is mapped.
    CopyPte {
        /// The process.
        mm: MmId,
        /// The virtual page.
        page: VirtualPage,
        /// The pte that was read before.
        seen: Pte,
        /// The file page that it is a copy of.
        index: PageIndex,
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
