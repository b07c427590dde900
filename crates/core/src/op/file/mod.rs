//! The file system, the device, and what an fsync promises.

mod apply;

use super::facts::{Facts, Failure, Until};
use super::step::Step;
use super::touched::Touched;
use super::{AccessKind, Mover, Object, Op, Outcome, Parts, Point};
use crate::scenario::{ExtentKind, FailPoint};
use crate::units::{Block, PageIndex, Sector, ThreadId};
use crate::world::World;

/// An operation on the file system or the device, or a ghost: what an fsync promises.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FileOp {
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
    /// The file system makes the first run of one kind in `first..end` be allocated and unwritten: a hole gets blocks, and
    /// `unwrites` says whether written blocks count as never written from now on. How many blocks the run has.
    Preallocate {
        /// First file block.
        first: Block,
        /// File block behind the last.
        end: Block,
        /// FALLOC_FL_ZERO_RANGE where it converts in place.
        unwrites: bool,
    },
    /// The file system cuts `count` blocks out at `first` and moves what is behind them there, or makes room for them.
    ShiftBlocks {
        /// First file block.
        first: Block,
        /// Blocks.
        count: u64,
        /// Makes room?
        up: bool,
    },
    /// Is there metadata that no fsync has committed (`IOMAP_F_DIRTY`, XArray's era)?
    IsUncommitted,
    /// An fsync has committed it.
    Committed,
    /// The block of the device that is at a page of the file, if there is one.
    BlockAt(PageIndex),
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
}

/// Who calls `iomap_begin`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum IomapPurpose {
    /// A page fault.
    Fault,
    /// read(2) or write(2).
    ReadWrite,
}

impl FileOp {
    pub(super) const fn point(&self) -> Option<Point> {
        match self {
            FileOp::IomapBegin { .. } => Some(Point::IomapBegin),
            FileOp::SetSize { .. } => Some(Point::SetSize),
            FileOp::FreeBlocks { own_step: true, .. } => Some(Point::FreeBlocks),
            FileOp::Preallocate { .. } => Some(Point::AllocBlocks),
            FileOp::ShiftBlocks { .. } => Some(Point::ShiftBlocks),
            FileOp::FreeBlocks { own_step: false, .. }
            | FileOp::ReadSize
            | FileOp::DirectAccess { .. }
            | FileOp::Flush { .. }
            | FileOp::Store { .. }
            | FileOp::Load { .. }
            | FileOp::LoadZero { .. }
            | FileOp::ExtendFile { .. }
            | FileOp::IsUncommitted
            | FileOp::Committed
            | FileOp::BlockAt(_)
            | FileOp::FsyncBegins { .. }
            | FileOp::FsyncEnds { .. } => None,
        }
    }

    pub(super) const fn look(&self) -> Option<Op> {
        match self {
            FileOp::ReadSize | FileOp::IomapBegin { .. } | FileOp::IsUncommitted | FileOp::BlockAt(_) => {
                Some(Op::File(*self))
            }
            FileOp::DirectAccess { .. }
            | FileOp::Flush { .. }
            | FileOp::Store { .. }
            | FileOp::Load { .. }
            | FileOp::LoadZero { .. }
            | FileOp::ExtendFile { .. }
            | FileOp::SetSize { .. }
            | FileOp::FreeBlocks { .. }
            | FileOp::Preallocate { .. }
            | FileOp::ShiftBlocks { .. }
            | FileOp::Committed
            | FileOp::FsyncBegins { .. }
            | FileOp::FsyncEnds { .. } => None,
        }
    }

    pub(super) const fn facts(&self) -> Facts {
        match self {
            FileOp::ReadSize
            | FileOp::DirectAccess { .. }
            | FileOp::IsUncommitted
            | FileOp::BlockAt(_)
            | FileOp::FsyncBegins { .. }
            | FileOp::FsyncEnds { .. } => Facts::LOOKS,
            FileOp::IomapBegin { .. } => Facts::CHANGES.and_sleeps(),
            FileOp::Flush { .. }
            | FileOp::Store { .. }
            | FileOp::Load { .. }
            | FileOp::LoadZero { .. }
            | FileOp::ExtendFile { .. }
            | FileOp::SetSize { .. }
            | FileOp::Committed
            | FileOp::FreeBlocks { .. } => Facts::CHANGES,
            FileOp::Preallocate { .. } | FileOp::ShiftBlocks { .. } => Facts::CHANGES.and_sleeps(),
        }
    }

    pub(super) const fn failure(&self) -> Option<Failure> {
        match self {
            FileOp::IomapBegin { .. } => {
                Some(Failure { what: FailPoint::IomapBegin, answer: |errno| Outcome::Iomap(Err(errno)) })
            }
            FileOp::DirectAccess { .. } => {
                Some(Failure { what: FailPoint::DirectAccess, answer: |errno| Outcome::Length(Err(errno)) })
            }
            FileOp::ReadSize
            | FileOp::Flush { .. }
            | FileOp::Store { .. }
            | FileOp::Load { .. }
            | FileOp::LoadZero { .. }
            | FileOp::ExtendFile { .. }
            | FileOp::SetSize { .. }
            | FileOp::FreeBlocks { .. }
            | FileOp::Preallocate { .. }
            | FileOp::ShiftBlocks { .. }
            | FileOp::IsUncommitted
            | FileOp::Committed
            | FileOp::BlockAt(_)
            | FileOp::FsyncBegins { .. }
            | FileOp::FsyncEnds { .. } => None,
        }
    }

    /// None of them waits: what excludes others is a sleeping lock, which is another family.
    pub(super) const fn until(&self) -> Option<Until> {
        None
    }

    pub(super) const fn mover(&self, _: bool) -> Mover {
        match self {
            // It touches nothing.
            FileOp::LoadZero { .. } => Mover::Both,
            FileOp::ReadSize
            | FileOp::IomapBegin { .. }
            | FileOp::DirectAccess { .. }
            | FileOp::Flush { .. }
            | FileOp::Store { .. }
            | FileOp::Load { .. }
            | FileOp::ExtendFile { .. }
            | FileOp::SetSize { .. }
            | FileOp::FreeBlocks { .. }
            | FileOp::Preallocate { .. }
            | FileOp::ShiftBlocks { .. }
            | FileOp::IsUncommitted
            | FileOp::Committed
            | FileOp::BlockAt(_)
            | FileOp::FsyncBegins { .. }
            | FileOp::FsyncEnds { .. } => Mover::None,
        }
    }

    pub(super) const fn parts(&self, _: ThreadId) -> Parts {
        match self {
            // Who uses them?
            FileOp::FreeBlocks { .. } | FileOp::ShiftBlocks { .. } => Parts::FILE.union(Parts::PAGES),
            FileOp::ReadSize
            | FileOp::IomapBegin { .. }
            | FileOp::DirectAccess { .. }
            | FileOp::Flush { .. }
            | FileOp::Store { .. }
            | FileOp::Load { .. }
            | FileOp::LoadZero { .. }
            | FileOp::ExtendFile { .. }
            | FileOp::SetSize { .. }
            | FileOp::Preallocate { .. }
            | FileOp::IsUncommitted
            | FileOp::Committed
            | FileOp::BlockAt(_)
            | FileOp::FsyncBegins { .. }
            | FileOp::FsyncEnds { .. } => Parts::FILE,
        }
    }

    pub(super) fn touches(&self, touched: &mut Touched<'_>) {
        match *self {
            FileOp::ReadSize => touched.read(Object::Size),
            FileOp::ExtendFile { .. } => {
                let grows = touched.before.file.size_pages != touched.after.file.size_pages;
                if grows { touched.write(Object::Size) } else { touched.read(Object::Size) }
            }
            FileOp::SetSize { .. } => touched.write(Object::Size),
            FileOp::IomapBegin { first, count, .. } => {
                touched.extents(first, count);
                touched.uncommitted();
            }
            FileOp::FreeBlocks { first, end, .. } => {
                touched.uncommitted();
                touched.users();
                touched.add(Object::Extents, first, end.saturating_sub(1).max(first), AccessKind::Write);
                touched.durability(Object::Unflushed, (0, u64::MAX), AccessKind::Write);
                touched.durability(Object::Owed, (0, u64::MAX), AccessKind::Add);
            }
            FileOp::Preallocate { first, end, unwrites } => touched.preallocated(first, end, unwrites),
            FileOp::ShiftBlocks { first, .. } => {
                touched.uncommitted();
                touched.users();
                touched.add(Object::Extents, first, u64::MAX, AccessKind::Write);
                touched.durability(Object::Unflushed, (0, u64::MAX), AccessKind::Write);
                touched.durability(Object::Owed, (0, u64::MAX), AccessKind::Write);
            }
            FileOp::Store { block, count } => {
                touched.add(Object::Contents, block, block.saturating_add(count), AccessKind::Add);
                touched.flushed(block, count);
            }
            FileOp::Flush { block, count } => touched.flushed(block, count),
            FileOp::Load { block, count } => {
                touched.add(Object::Contents, block, block.saturating_add(count), AccessKind::Read);
            }
            FileOp::FsyncBegins { .. } => touched.add(Object::Unflushed, 0, u64::MAX, AccessKind::Read),
            FileOp::FsyncEnds { .. } => touched.add(Object::Owed, 0, u64::MAX, AccessKind::Read),
            FileOp::IsUncommitted => touched.read(Object::Metadata),
            FileOp::Committed => touched.write(Object::Metadata),
            FileOp::BlockAt(page) => touched.add(Object::Extents, page, page, AccessKind::Read),
            FileOp::DirectAccess { .. } | FileOp::LoadZero { .. } => {}
        }
    }

    #[inline(never)]
    pub(super) fn apply(&self, step: &mut Step<'_>) -> Outcome {
        match *self {
            FileOp::ReadSize => Outcome::Number(step.world.file.size_pages),
            FileOp::IomapBegin { first, count, write, purpose } => step.iomap_begin(first, count, write, purpose),
            FileOp::DirectAccess { sector, pages } => step.direct_access(sector, pages),
            FileOp::Flush { block, count } => step.flush(block, count),
            FileOp::Store { block, count } => step.store(block, count),
            FileOp::Load { block, count } => step.load(block, count),
            FileOp::LoadZero { count } => step.load_zero(count),
            FileOp::ExtendFile { size } => step.extend_file(size),
            FileOp::SetSize { size } => step.set_size(size),
            FileOp::FreeBlocks { first, end, .. } => step.free_blocks(first, end),
            FileOp::Preallocate { first, end, unwrites } => step.preallocate(first, end, unwrites),
            FileOp::ShiftBlocks { first, count, up } => step.shift_blocks(first, count, up),
            FileOp::IsUncommitted => Outcome::Bool(step.world.file.uncommitted.get() == Some(&true)),
            FileOp::Committed => step.committed(),
            FileOp::BlockAt(page) => step.block_at(page),
            FileOp::FsyncBegins { first, last } => step.fsync_begins(first, last),
            FileOp::FsyncEnds { complete } => step.fsync_ends(complete),
        }
    }
}

impl Touched<'_> {
    /// Who has pinned blocks that are freed: asked where anybody pins.
    fn users(&mut self) {
        if self.before.scenario.pins() {
            self.frames(0, u64::MAX, AccessKind::Read);
        }
    }

    /// A range of the block map that the file system was asked for.
    fn extents(&mut self, first: Block, count: u64) {
        let last = first.saturating_add(count.max(1) - 1);
        let lengthened = self.before.file.blocks.length() != self.after.file.blocks.length();
        let new = matches!(self.outcome, Outcome::Iomap(Ok(iomap)) if iomap.new);
        if lengthened {
            self.add(Object::Extents, 0, u64::MAX, AccessKind::Write);
        } else {
            let kind = if new { AccessKind::Write } else { AccessKind::Read };
            self.add(Object::Extents, first, last, kind);
        }
        if new {
            self.write(Object::BlockAllocator);
        }
    }

    /// A run of the block map that is allocated and unwritten from now on.
    fn preallocated(&mut self, first: Block, end: Block, unwrites: bool) {
        let run = self.before.file.blocks.run_at(first, end - first);
        let last = first + (run.count.max(1) - 1);
        if self.before.file.blocks.length() != self.after.file.blocks.length() {
            self.add(Object::Extents, 0, u64::MAX, AccessKind::Write);
        } else {
            let changed = self.before.file.blocks != self.after.file.blocks;
            self.add(Object::Extents, first, last, if changed { AccessKind::Write } else { AccessKind::Read });
        }
        self.uncommitted();
        if run.kind == ExtentKind::Hole {
            self.write(Object::BlockAllocator);
        }
        if unwrites && run.kind == ExtentKind::Mapped {
            self.add(Object::Contents, run.phys, run.phys + run.count, AccessKind::Write);
            self.durability(Object::Unflushed, (0, u64::MAX), AccessKind::Write);
            self.durability(Object::Owed, (0, u64::MAX), AccessKind::Add);
        }
    }

    /// Metadata is uncommitted from now on, where it was not.
    fn uncommitted(&mut self) {
        let extents = |world: &World| world.file.durability.uncommitted().to_vec();
        if self.before.file.uncommitted != self.after.file.uncommitted || extents(self.before) != extents(self.after) {
            self.write(Object::Metadata);
        }
    }

    /// These blocks are durable from now on.
    fn flushed(&mut self, block: u64, count: u64) {
        let range = (block, block.saturating_add(count));
        self.durability(Object::Unflushed, range, AccessKind::Read);
        self.durability(Object::Owed, range, AccessKind::Add);
    }
}
