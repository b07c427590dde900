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
mod failure;
mod filled;
mod format;
pub mod limits;
mod line;
mod misfit;
mod operation;
mod platform;
mod read;
mod schedule;
mod size;
mod statement;
mod without;

pub use as_run::{AsRun, as_run, revision_name};
pub use assist::{Completions, ScriptWord, completions, words};
pub use build::{Parsed, SourceMap, parse, parse_revision};
pub use compact::Compact;
pub use diagnostic::{Diagnostic, Severity, Span, line_span, render};
pub use edit::{Edit, Flag, Refusal, edit};
pub use expectation::{EndedHow, EntryKind, Expectation, Fact, MappedHow, ResultWord};
pub use failure::{FailPoint, InjectedFailure};
pub use filled::Filled;
pub use format::{format, format_text, operation_text};
pub use operation::Operation;
pub use platform::Platform;
pub use read::heard::WordKind;
pub use schedule::{CompactError, CompactReason};
pub use size::{SizeError, format_pages, parse_bytes};
pub(crate) use statement::name_text;
pub use without::Without;

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
    /// What a power failure leaves of the CPU caches.
    pub platform: Platform,
    /// What of it all is left out, to see what would be lost.
    pub without: Option<Without>,
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
    /// Which file system it is, where its system calls differ.
    pub fs: FsKind,
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

/// Which file system, where callers of DAX differ.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum FsKind {
    /// As recorded: allocation ahead of use keeps nobody out, zeroing converts in place.
    #[default]
    Ext4,
    /// Every `fallocate` keeps faults out and breaks the layout; a range is flushed before it goes; zeroing frees and allocates.
    Xfs,
}

impl FsKind {
    /// All of them.
    pub const ALL: [FsKind; 2] = [FsKind::Ext4, FsKind::Xfs];

    /// The word in scripts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            FsKind::Ext4 => "ext4",
            FsKind::Xfs => "xfs",
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

    /// Does anybody fsync?
    #[must_use]
    pub fn has_fsync(&self) -> bool {
        let operations = self.threads.iter().flat_map(|thread| &thread.operations);
        operations.into_iter().any(|operation| matches!(operation, Operation::Fsync { .. }))
    }

    /// Is there a mapping whose write faults vouch for extents (`MAP_SYNC`)?
    #[must_use]
    pub fn syncs_faults(&self) -> bool {
        self.processes.iter().any(|process| process.mapping.sync)
    }

    /// Does `dax_flush` write caches back?
    #[must_use]
    pub fn flushes(&self) -> bool {
        self.platform.flushes() && !self.leaves_out(Without::Flush)
    }

    /// Is that part of what makes stores durable left out?
    #[must_use]
    pub fn leaves_out(&self, what: Without) -> bool {
        self.without == Some(what)
    }

    /// Does anybody pin a page?
    #[must_use]
    pub fn pins(&self) -> bool {
        let operations = self.threads.iter().flat_map(|thread| &thread.operations);
        operations.into_iter().any(|operation| matches!(operation, Operation::Pin { .. }))
    }
}
