//! A scenario: the file, the device, the processes, what each thread does, and what fails.
//!
//! A scenario is immutable while it runs; everything that changes is in [`crate::world::World`].
//!
//! People write scenarios in a small line-oriented language (docs/script.md): [`parse`] reads it and never fails,
//! [`format()`] writes it, [`as_run()`] has a script say what became of it. A script passes through `line` (words), `statement` and `read` (one line at a time) and
//! `build` (names, overlaps, defaults); what is wrong with it is a list of [`Diagnostic`]s.

mod as_run;
mod assist;
mod build;
mod compact;
mod diagnostic;
mod edit;
mod expectation;
mod filled;
mod format;
pub mod limits;
mod line;
mod misfit;
mod read;
mod schedule;
mod size;
mod statement;

pub use as_run::{AsRun, as_run, revision_name};
pub use assist::{Completions, ScriptWord, completions, words};
pub use build::{Parsed, SourceMap, parse, parse_revision};
pub use compact::Compact;
pub use diagnostic::{Diagnostic, Severity, Span, line_span, render};
pub use edit::{Edit, Flag, Refusal, edit};
pub use expectation::{EndedHow, EntryKind, Expectation, Fact, MappedHow, ResultWord};
pub use filled::Filled;
pub use format::{format, format_text, operation_text};
pub use read::heard::WordKind;
pub use schedule::{CompactError, CompactReason};
pub use size::{SizeError, format_pages, parse_bytes};
pub(crate) use statement::name_text;

use crate::revision::Revision;
use crate::units::{Block, MmId, PageIndex, ThreadId};

/// A whole scenario, ready to run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scenario {
    /// One line for headings; may be empty.
    pub title: String,
    /// The kernel that runs it.
    pub revision: Revision,
    /// The file and where its blocks are.
    pub file: FileLayout,
    /// What the tree holds before the first step; no two entries overlap.
    pub entries: Vec<Filled>,
    /// How the file system allocates new blocks.
    pub allocator: Allocator,
    /// The persistent memory behind the file system.
    pub device: Device,
    /// Do fault handlers, punch and truncate take the file-system lock (`i_mmap_sem`, XFS_MMAPLOCK)?
    pub fs_lock: bool,
    /// Does fsync walk the mappings under `i_mmap_rwsem`, so that nobody unmaps meanwhile? Every kernel does; the recorded
    /// runs were made without.
    pub i_mmap_rwsem: bool,
    /// Has the file system a journal, as ext4 has? Then write(2) and write faults hold a transaction open from
    /// `iomap_begin` to `iomap_end`, and fsync commits it.
    pub journal: bool,
    /// What punch and truncate look at before they free blocks, in the XArray's era.
    pub layouts: Layouts,
    /// The processes; each maps the file once.
    pub processes: Vec<Process>,
    /// The threads, `A` first.
    pub threads: Vec<ThreadScript>,
    /// Failures that are injected.
    pub failures: Vec<InjectedFailure>,
    /// What should come of it.
    pub expectations: Vec<Expectation>,
    /// The schedule to begin with, if one was written.
    pub schedule: Option<Schedule>,
    /// Does it come from a recording? The recorder gave each hole page a new number, and up an access after 24 faults; a
    /// script does neither.
    pub recorded: bool,
}

/// Size and extents of the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileLayout {
    /// `i_size`, in pages.
    pub size_pages: u64,
    /// Length of the block map in blocks; what lies beyond reads as a hole.
    pub block_count: u64,
    /// The extents; blocks that none of them lists are holes. Sorted by `first`, not overlapping.
    pub extents: Vec<Extent>,
}

/// A run of blocks of one kind.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Extent {
    /// First file block.
    pub first: Block,
    /// Number of blocks.
    pub count: u64,
    /// What they are.
    pub kind: ExtentKind,
    /// First device block; 0 for holes.
    pub phys: Block,
}

/// What backs a run of blocks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ExtentKind {
    /// Nothing: reads as zeroes (`IOMAP_HOLE`).
    Hole,
    /// Allocated, never written: reads as zeroes (`IOMAP_UNWRITTEN`).
    Unwritten,
    /// Allocated and written (`IOMAP_MAPPED`).
    Mapped,
}

/// Where new blocks come from. Freed blocks are never used again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Allocator {
    /// The next free device block.
    pub next: Block,
    /// Round `next` up to 2 MiB for an aligned 2 MiB hole.
    pub align: bool,
    /// Most blocks handed out at once.
    pub max: u64,
}

/// The persistent memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Device {
    /// Size of the data area in blocks.
    pub blocks: u64,
    /// Has the device `struct page`s (`pfn_t_devmap`)? Without them no 2 MiB mapping is possible.
    pub devmap: bool,
}

/// Which part of the file is searched for pages that somebody uses, before blocks are freed (the XArray's era).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Layouts {
    /// All of it, as ext4 and XFS do.
    #[default]
    Whole,
    /// The part that is punched or cut off, as virtiofs does.
    Range,
    /// None of it.
    None,
}

impl Layouts {
    /// All of them.
    pub const ALL: [Layouts; 3] = [Layouts::Whole, Layouts::Range, Layouts::None];

    /// The word in scripts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Layouts::Whole => "whole",
            Layouts::Range => "range",
            Layouts::None => "none",
        }
    }
}

/// A process and its one mapping of the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Process {
    /// The name in scripts; may be empty.
    pub name: String,
    /// The mapping.
    pub mapping: Mapping,
}

/// A `vm_area_struct` over the file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Mapping {
    /// `MAP_SHARED` rather than `MAP_PRIVATE`.
    pub shared: bool,
    /// `PROT_WRITE`.
    pub writable: bool,
    /// First file page mapped.
    pub start: PageIndex,
    /// Number of pages mapped.
    pub pages: u64,
    /// Virtual page of file page 0: 0 or a multiple of 512 where address and offset are of one colour.
    pub skew: u64,
    /// `MAP_SYNC`, in the XArray's era.
    pub sync: bool,
}

/// What one thread does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ThreadScript {
    /// The process it runs in.
    pub mm: MmId,
    /// Its operations, in order.
    pub operations: Vec<Operation>,
}

/// One operation of a thread.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Operation {
    /// A load or store of a mapped page: one page fault after another until the page table allows it.
    Access {
        /// File page.
        page: PageIndex,
        /// A store?
        write: bool,
        /// May 2 MiB faults be tried (transparent huge pages on)?
        huge: bool,
        /// Through the mapping of this process; `None`: the thread's own.
        mm: Option<MmId>,
    },
    /// `fallocate(FALLOC_FL_PUNCH_HOLE)`.
    Punch {
        /// First page.
        first: PageIndex,
        /// Number of pages.
        count: u64,
    },
    /// `truncate(2)` to `size` pages.
    Truncate {
        /// New size in pages.
        size: u64,
    },
    /// `fsync(2)` of a range.
    Fsync {
        /// First page.
        first: PageIndex,
        /// Number of pages; `None`: to the end.
        count: Option<u64>,
    },
    /// Opportunistic cache invalidation (`invalidate_mapping_pages`: drop_caches, fadvise).
    Invalidate {
        /// First page.
        first: PageIndex,
        /// Number of pages; `None`: to the end.
        count: Option<u64>,
    },
    /// Strict cache invalidation (`invalidate_inode_pages2_range`: direct I/O, write(2) over new blocks).
    Invalidate2 {
        /// First page.
        first: PageIndex,
        /// Number of pages; `None`: to the end.
        count: Option<u64>,
        /// Under the inode lock, as direct I/O calls it; FUSE and virtiofs call it without.
        inode_lock: bool,
    },
    /// `write(2)` of whole pages.
    Write {
        /// First page.
        first: PageIndex,
        /// Number of pages.
        count: u64,
        /// The user's buffer is the thread's own mapping of the file from this page on; `None`: other memory.
        from: Option<PageIndex>,
    },
    /// `read(2)` of whole pages.
    Read {
        /// First page.
        first: PageIndex,
        /// Number of pages.
        count: u64,
    },
    /// Takes a reference of the block that is mapped at a page, as direct I/O and RDMA do (XArray's era).
    Pin {
        /// File page.
        page: PageIndex,
    },
    /// Drops the reference that the thread has taken last (XArray's era).
    Unpin,
    /// Looks for pages that somebody uses (`dax_layout_busy_page_range`, XArray's era).
    Layout {
        /// First page.
        first: PageIndex,
        /// Number of pages; `None`: to the end.
        count: Option<u64>,
    },
    /// Locks the entry of the block of a page by its page, and unlocks it, as memory failure does (XArray's era).
    Hold {
        /// File page.
        page: PageIndex,
    },
    /// Removes all mappings and page tables of a process; the mapping itself stays usable.
    Munmap {
        /// The process; `None`: the thread's own.
        mm: Option<MmId>,
    },
}

/// A call that fails when it is reached.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct InjectedFailure {
    /// Which call.
    pub what: FailPoint,
    /// The nth such call fails, counted from 1: over all threads, or in `thread`.
    pub nth: u32,
    /// The error that it returns.
    pub errno: crate::errno::Errno,
    /// Count only the calls of this thread.
    pub thread: Option<ThreadId>,
}

/// The calls that can be made to fail.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FailPoint {
    /// `radix_tree_preload` of an entry insertion or of a hole replacement.
    Preload,
    /// `radix_tree_maybe_preload` of a page-cache insertion.
    MaybePreload,
    /// Allocation of a hole page; it returns nothing, the error is not used.
    PageAlloc,
    /// Allocation of the huge zero page; it returns nothing, the error is not used.
    HzpAlloc,
    /// `bdev_direct_access`.
    DirectAccess,
    /// The file system's `iomap_begin`.
    IomapBegin,
    /// Allocation of a node of the XArray under its lock.
    NodeAlloc,
    /// Allocation of a node of the XArray without the lock, where it may wait.
    NodeAllocWait,
}

impl FailPoint {
    /// Those of the radix tree's era.
    pub const ALL: [FailPoint; 6] = [
        FailPoint::Preload,
        FailPoint::MaybePreload,
        FailPoint::PageAlloc,
        FailPoint::HzpAlloc,
        FailPoint::DirectAccess,
        FailPoint::IomapBegin,
    ];

    /// Those of the XArray's era.
    pub const XARRAY: [FailPoint; 6] = [
        FailPoint::NodeAlloc,
        FailPoint::NodeAllocWait,
        FailPoint::PageAlloc,
        FailPoint::HzpAlloc,
        FailPoint::DirectAccess,
        FailPoint::IomapBegin,
    ];

    /// Those of a kernel's era.
    #[must_use]
    pub const fn of(revision: &Revision) -> [FailPoint; 6] {
        if revision.is_xarray() { Self::XARRAY } else { Self::ALL }
    }

    /// Those of both eras, each once.
    pub const EVERY: [FailPoint; 8] = [
        FailPoint::Preload,
        FailPoint::MaybePreload,
        FailPoint::PageAlloc,
        FailPoint::HzpAlloc,
        FailPoint::DirectAccess,
        FailPoint::IomapBegin,
        FailPoint::NodeAlloc,
        FailPoint::NodeAllocWait,
    ];

    /// Those of both eras, each once.
    pub fn every() -> impl Iterator<Item = FailPoint> + Clone {
        Self::ALL.into_iter().chain([FailPoint::NodeAlloc, FailPoint::NodeAllocWait])
    }

    /// The name in scripts and recordings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            FailPoint::Preload => "preload",
            FailPoint::MaybePreload => "maybe_preload",
            FailPoint::PageAlloc => "page_alloc",
            FailPoint::HzpAlloc => "hzp_alloc",
            FailPoint::DirectAccess => "direct_access",
            FailPoint::IomapBegin => "iomap_begin",
            FailPoint::NodeAlloc => "node_alloc",
            FailPoint::NodeAllocWait => "node_alloc_wait",
        }
    }

    /// The one with that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<FailPoint> {
        Self::every().find(|what| what.name() == name)
    }
}

/// Which thread runs when.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Schedule {
    /// How far one choice goes.
    pub step_size: StepSize,
    /// The choices, in order.
    pub choices: Vec<Choice>,
}

/// How far one step goes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum StepSize {
    /// One atomic operation: take a lock, look up, set the lock bit.
    #[default]
    Operation,
    /// Up to the next scheduling point of the recorded runs: a whole `tree_lock` section is one step.
    Point,
    /// Up to the next operation that others can see or that can see what others do ([`crate::op::Mover`]): what searches
    /// use.
    Section,
    /// One operation alone, whatever it is.
    Atom,
}

/// One decision of the scheduler: who makes the next step, and does a call in it fail?
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Choice {
    /// The thread.
    pub thread: ThreadId,
    /// The first call of the step that can fail does fail, as if the script had injected it here.
    pub fail: bool,
}

impl Choice {
    /// `thread` runs, and nothing fails but what the script injects.
    #[must_use]
    pub const fn run(thread: ThreadId) -> Choice {
        Choice { thread, fail: false }
    }
}

impl Scenario {
    /// All processes.
    pub fn process_ids(&self) -> impl Iterator<Item = MmId> + use<> {
        (0..self.processes.len() as u8).map(MmId)
    }
}

impl Operation {
    /// The name in recordings, and of the outermost function of the thread while it runs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Operation::Access { .. } => "access",
            Operation::Punch { .. } => "punch",
            Operation::Truncate { .. } => "truncate",
            Operation::Fsync { .. } => "fsync",
            Operation::Invalidate { .. } => "invalidate",
            Operation::Invalidate2 { .. } => "invalidate2",
            Operation::Write { .. } => "write",
            Operation::Read { .. } => "read",
            Operation::Munmap { .. } => "munmap",
            Operation::Pin { .. } => "pin",
            Operation::Unpin => "unpin",
            Operation::Layout { .. } => "layout",
            Operation::Hold { .. } => "hold",
        }
    }
}
