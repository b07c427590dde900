//! What happens in a step, in order: the events of the recorded runs.
//!
//! Events are observations. Nothing in the model reads them; the page, the transcript and the vectors do.

mod fault_flags;
mod value;

pub use fault_flags::FaultFlags;
pub use value::Value;

use crate::entry::{Entry, XEntry};
use crate::errno::Errno;
use crate::fallback::FallbackReason;
use crate::mm::{PmdTarget, PteTarget};
use crate::pmem::Iomap;
use crate::revision::WakeMode;
use crate::scenario::{FailPoint, Operation};
use crate::sync::WaitKey;
use crate::units::{Block, MmId, PageId, PageIndex, ThreadId, VirtualPage};

/// One thing that happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// The thread begins an operation.
    Operation(Operation),
    /// A kernel function is entered.
    Call {
        /// Its name.
        function: &'static str,
        /// The page index that it works on.
        index: PageIndex,
    },
    /// A kernel function returns.
    Return {
        /// Its name.
        function: &'static str,
        /// What it returns.
        value: Value,
    },
    /// `dax_wake_mapping_entry_waiter` is called; it may find nobody.
    WakeCall {
        /// The index it was called with.
        index: PageIndex,
        /// The entry whose size makes the key.
        entry: Entry,
        /// The key that follows.
        key: WaitKey,
        /// One waiter or all.
        mode: WakeMode,
    },
    /// `dax_wake_entry` is called (XArray's era); it may find nobody.
    WakeEntry {
        /// The index it was called with.
        index: PageIndex,
        /// The entry whose size makes the key.
        entry: Option<XEntry>,
        /// The key that follows.
        key: WaitKey,
        /// One waiter or all.
        mode: WakeMode,
    },
    /// A sleeping thread is made runnable.
    Wake(ThreadId),
    /// A queued lock is granted to a thread.
    Granted {
        /// The lock.
        lock: LockId,
        /// The thread.
        thread: ThreadId,
    },
    /// `iomap_begin` answers.
    Iomap(Iomap),
    /// The file system allocates blocks.
    Alloc {
        /// First file block.
        first: Block,
        /// Number of blocks.
        count: u64,
        /// First device block.
        phys: Block,
    },
    /// The file system converts unwritten blocks to written ones.
    Convert {
        /// First file block.
        first: Block,
        /// Number of blocks.
        count: u64,
        /// First device block.
        phys: Block,
    },
    /// The file system frees the blocks `first..end`.
    FreeBlocks {
        /// First file block.
        first: Block,
        /// First file block that is kept.
        end: Block,
    },
    /// The file system allocates blocks that count as never written (`fallocate`, `zero`).
    Preallocate {
        /// First file block.
        first: Block,
        /// Number of blocks.
        count: u64,
        /// First device block.
        phys: Block,
    },
    /// The file system says that written blocks count as never written (`zero`).
    Unwrite {
        /// First file block.
        first: Block,
        /// Number of blocks.
        count: u64,
        /// First device block.
        phys: Block,
    },
    /// The file system moves all blocks from `first` on by `count`; those that are cut out are freed.
    ShiftBlocks {
        /// First file block of the range that is cut out, or that is made.
        first: Block,
        /// Its length.
        count: u64,
        /// Up, to make room?
        up: bool,
    },
    /// A pte is set.
    SetPte {
        /// The process.
        mm: MmId,
        /// The virtual page.
        page: VirtualPage,
        /// What it maps.
        target: PteTarget,
        /// `pte_write`.
        writable: bool,
        /// `pte_dirty`.
        dirty: bool,
    },
    /// A huge pmd is set.
    SetPmd {
        /// The process.
        mm: MmId,
        /// First virtual page of the range.
        page: VirtualPage,
        /// What it maps.
        target: PmdTarget,
        /// `pmd_write`.
        writable: bool,
        /// `pmd_dirty`.
        dirty: bool,
    },
    /// A huge mapping is removed.
    ZapPmd {
        /// The process.
        mm: MmId,
        /// First virtual page of the range.
        page: VirtualPage,
    },
    /// Ptes are removed.
    ZapPtes {
        /// The process.
        mm: MmId,
        /// First file page of the range.
        first: PageIndex,
        /// Last file page of the range.
        last: PageIndex,
        /// How many there were.
        count: u64,
    },
    /// `pmd_clear_bad`: a device-mapped pmd was taken for a bad one and cleared.
    BadPmdCleared,
    /// A hole page is allocated.
    PageAlloc(PageId),
    /// The last reference of a hole page is dropped.
    PageFree(PageId),
    /// CPU caches are flushed over device blocks.
    Flush {
        /// First device block.
        block: Block,
        /// Number of blocks.
        count: u64,
    },
    /// write(2) stores to device blocks.
    Store {
        /// First device block.
        block: Block,
        /// Number of blocks.
        count: u64,
    },
    /// read(2) loads from device blocks.
    Load {
        /// First device block.
        block: Block,
        /// Number of blocks.
        count: u64,
    },
    /// read(2) reads zeroes from a hole.
    LoadZero {
        /// Number of blocks.
        count: u64,
    },
    /// A call fails because the script or the scheduler made it fail.
    Inject {
        /// Which call.
        what: FailPoint,
        /// With which error.
        errno: Errno,
    },
    /// A 2 MiB fault goes on as a 4 KiB fault.
    FallBack(FallbackReason),
    /// A page fault is over.
    Fault(FaultFlags),
    /// The operation is over.
    Result(OpResult),
    /// The operation has ended otherwise than that line of [`Scenario::expectations`] says.
    ///
    /// [`Scenario::expectations`]: crate::scenario::Scenario::expectations
    Unexpected(u8),
    /// A non-fatal warning of that kernel function (`WARN_ON_ONCE`).
    Warn(&'static str),
    /// A check that only debug kernels have (`VM_BUG_ON`); the run goes on.
    VmBug(&'static str),
    /// Page tables are unmapped, which may sleep, while a preload has disabled preemption.
    SleepWhilePreloaded(&'static str),
    /// An access has faulted three times or more, and the last fault did not help either.
    FaultsAgain,
    /// A scan has come to that page three times running or more, and has found and kept the same entry each time.
    ScanGoesInCircles {
        /// The page.
        index: PageIndex,
    },
    /// Ghost: a scan took something out of the tree that does not reach into the pages that it was asked for.
    TookUnasked {
        /// Where it took it.
        index: PageIndex,
        /// First page asked for.
        first: PageIndex,
        /// Last page asked for; `u64::MAX`: to the end.
        last: PageIndex,
    },
    /// An fsync whose scan begins from its start again has written back an entry that it had written back before.
    FlushedAgain {
        /// First index of the entry.
        index: PageIndex,
    },
    /// An fsync has returned 0, and the page was stored to before it began and not flushed since.
    LeftUnflushed {
        /// The page.
        index: PageIndex,
        /// Its device block.
        block: Block,
    },
    /// A store through a synchronous mapping goes to a block whose place in the file no commit has written.
    LeftUncommitted {
        /// The page.
        index: PageIndex,
        /// Its device block.
        block: Block,
    },
    /// Ghost: a scan for busy pages has found none, and this page of its range is pinned.
    MissedBusy {
        /// The page.
        index: PageIndex,
        /// Its device block.
        block: Block,
    },
    /// Ghost: a block is freed that somebody uses.
    FreedInUse {
        /// The page of the file that it was.
        index: PageIndex,
        /// The block; of a folio the first.
        block: Block,
        /// References and mappings of the folio, from 6.15 on.
        counts: Option<(i32, i32)>,
        /// Is it pinned, and not only mapped?
        pinned: bool,
    },
    /// Memory corruption that the kernel does not notice.
    Corrupt {
        /// What was corrupted.
        what: &'static str,
        /// A number that goes with it.
        count: u64,
    },
    /// The kernel is dead: the run ends here.
    Bug(Bug),
    /// The thread ended with preemption disabled that many times.
    PreemptLeak(u32),
}

/// Why a run ended badly.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Bug {
    /// `unlock_page(NULL)` or of a page that is not locked.
    UnlockPage,
    /// A 4 KiB page table access under a huge pmd, in that function.
    PteUnderHugePmd(&'static str),
    /// A 4 KiB page table access where there is no page table, in that function.
    PteUnderNonePmd(&'static str),
    /// `radix_tree_tag_set` of an index that holds nothing.
    TagSet,
    /// An access through a null pointer, in that function.
    NullPointer(&'static str),
}

impl Bug {
    /// The name in recordings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Bug::UnlockPage => "unlock_page",
            Bug::PteUnderHugePmd(_) => "pte_access_under_huge_pmd",
            Bug::PteUnderNonePmd(_) => "pte_access_under_none_pmd",
            Bug::TagSet => "radix_tree_tag_set",
            Bug::NullPointer(_) => "null_pointer",
        }
    }

    /// The kernel function in which it struck, where the recordings name one.
    #[must_use]
    pub const fn function(self) -> Option<&'static str> {
        match self {
            Bug::UnlockPage | Bug::TagSet => None,
            Bug::PteUnderHugePmd(function) | Bug::PteUnderNonePmd(function) | Bug::NullPointer(function) => {
                Some(function)
            }
        }
    }

    /// The text of the recordings' end record.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Bug::UnlockPage | Bug::TagSet => format!("BUG {}", self.name()),
            Bug::PteUnderHugePmd(function) => format!("PTE access under huge PMD in {function}"),
            Bug::PteUnderNonePmd(function) => format!("PTE access under none PMD in {function}"),
            Bug::NullPointer(function) => format!("NULL pointer in {function}"),
        }
    }
}

/// A lock that threads queue for. What a kernel calls it says [`crate::narrate::LockNames`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LockId {
    /// The file system's lock around faults, truncate and punch (`i_mmap_sem`, XFS_MMAPLOCK).
    Fs,
    /// `inode_lock`, `i_rwsem`.
    Inode,
    /// The running transaction of the journal: whoever has a handle open holds it for reading, the commit for writing.
    Journal,
    /// `i_mmap_rwsem` of the file: fsync holds it for reading while it walks the mappings. Whoever unmaps takes it alone,
    /// for no longer than one operation.
    IMmap,
    /// `mmap_sem` of a process.
    Mm(MmId),
}

impl Event {
    /// Has the thread gone round a loop of the kernel that others may have to end? Every loop that can go round without
    /// anybody's progress tells so, each time but the first ones.
    #[must_use]
    pub const fn goes_round(&self) -> bool {
        matches!(self, Event::FaultsAgain | Event::ScanGoesInCircles { .. })
    }

    /// Is it there to be told, and looked at by no rule and no expectation: which functions were called and what they returned, why a fault fell back?
    #[must_use]
    pub const fn is_only_told(&self) -> bool {
        matches!(self, Event::Call { .. } | Event::Return { .. } | Event::FallBack(_))
    }
}

/// How an operation ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum OpResult {
    /// An access succeeded after that many faults.
    Accessed {
        /// Page faults that it took; outside recordings 3 stands for more.
        faults: u32,
    },
    /// A fault of an access failed (`SIGBUS`, out of memory).
    FaultFailed {
        /// Its flags.
        flags: FaultFlags,
        /// Page faults up to and with it.
        faults: u32,
    },
    /// The access is not allowed by the mapping.
    Segv,
    /// Recordings only: the access faulted 24 times, and the recorder went on with the next operation.
    Livelock {
        /// Page faults.
        faults: u32,
    },
    /// The operation has no result but that it is done.
    Done,
    /// A number, or a negative error.
    Number(i64),
}

impl From<Result<u64, Errno>> for OpResult {
    fn from(result: Result<u64, Errno>) -> OpResult {
        OpResult::Number(match result {
            Ok(number) => number as i64,
            Err(errno) => -i64::from(errno.0),
        })
    }
}
