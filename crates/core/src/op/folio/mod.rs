//! Pages and folios of the device in the XArray's era: which file they belong to, and who uses them.

mod apply;

use super::facts::{Facts, Failure, Until};
use super::step::Step;
use super::touched::Touched;
use super::{AccessKind, Mover, Object, Op, Outcome, Parts, Point};
use crate::entry::XEntry;
use crate::units::{Block, MmId, PageIndex, ThreadId, VirtualPage};

/// An operation on pages or folios of the device.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FolioOp {
    /// `dax_associate_entry`: the blocks of the entry belong to the file. Nothing for zero and empty entries.
    Associate {
        /// First index of the entry.
        index: PageIndex,
        /// The entry.
        entry: XEntry,
    },
    /// `dax_disassociate_entry`, with `dax_folio_put` from 6.15 on.
    Disassociate {
        /// The entry.
        entry: XEntry,
    },
    /// `dax_busy_page`: the first page of the entry that somebody uses who does not map it.
    Busy {
        /// The entry.
        entry: XEntry,
    },
    /// `folio_get`, from 6.15 on.
    Get(Block),
    /// `folio_put`, from 6.15 on; wakes who waits for the last reference.
    Put(Block),
    /// Takes a reference of what is mapped at a virtual page.
    Pin {
        /// The process.
        mm: MmId,
        /// The virtual page.
        page: VirtualPage,
    },
    /// Drops the reference that the thread took last.
    Unpin,
    /// `prepare_to_wait_event` and the look at the count: does the thread have to sleep until the page is idle?
    PrepareToWait(Block),
    /// Sleeps until the page is idle.
    AwaitIdle(Block),
    /// `folio->mapping` and `folio->index`: which page of the file it is.
    IndexOf(Block),
    /// A scan for busy pages has found none. A ghost, of scripts that pin.
    FoundNoneBusy {
        /// First page of its range.
        first: PageIndex,
        /// Last page of its range.
        last: PageIndex,
    },
}

impl FolioOp {
    pub(super) const fn point(&self) -> Option<Point> {
        match self {
            FolioOp::AwaitIdle(_) => Some(Point::WaitPin),
            FolioOp::Associate { .. }
            | FolioOp::Disassociate { .. }
            | FolioOp::Busy { .. }
            | FolioOp::Get(_)
            | FolioOp::Put(_)
            | FolioOp::Pin { .. }
            | FolioOp::Unpin
            | FolioOp::PrepareToWait(_)
            | FolioOp::IndexOf(_)
            | FolioOp::FoundNoneBusy { .. } => None,
        }
    }

    pub(super) const fn look(&self) -> Option<Op> {
        match self {
            FolioOp::Busy { .. } | FolioOp::IndexOf(_) => Some(Op::Folio(*self)),
            FolioOp::Associate { .. }
            | FolioOp::Disassociate { .. }
            | FolioOp::Get(_)
            | FolioOp::Put(_)
            | FolioOp::Pin { .. }
            | FolioOp::Unpin
            | FolioOp::PrepareToWait(_)
            | FolioOp::AwaitIdle(_)
            | FolioOp::FoundNoneBusy { .. } => None,
        }
    }

    pub(super) const fn facts(&self) -> Facts {
        match self {
            FolioOp::Busy { .. } | FolioOp::IndexOf(_) | FolioOp::FoundNoneBusy { .. } => Facts::LOOKS,
            FolioOp::AwaitIdle(_) => Facts::CHANGES.and_sleeps(),
            FolioOp::Associate { .. }
            | FolioOp::Disassociate { .. }
            | FolioOp::Get(_)
            | FolioOp::Put(_)
            | FolioOp::Pin { .. }
            | FolioOp::Unpin
            | FolioOp::PrepareToWait(_) => Facts::CHANGES,
        }
    }

    /// None of them can fail.
    pub(super) const fn failure(&self) -> Option<Failure> {
        None
    }

    pub(super) const fn until(&self) -> Option<Until> {
        match self {
            FolioOp::AwaitIdle(_) => Some(Until::IsWokenAtFrame),
            FolioOp::Associate { .. }
            | FolioOp::Disassociate { .. }
            | FolioOp::Busy { .. }
            | FolioOp::Get(_)
            | FolioOp::Put(_)
            | FolioOp::Pin { .. }
            | FolioOp::Unpin
            | FolioOp::PrepareToWait(_)
            | FolioOp::IndexOf(_)
            | FolioOp::FoundNoneBusy { .. } => None,
        }
    }

    /// Not at all: page tables and pins count without the lock of the tree.
    pub(super) const fn mover(&self, _: bool) -> Mover {
        Mover::None
    }

    pub(super) const fn parts(&self, _: ThreadId) -> Parts {
        match self {
            FolioOp::Pin { mm, .. } => Parts::page_tables(*mm).union(Parts::PAGES),
            FolioOp::FoundNoneBusy { .. } => Parts::FILE.union(Parts::PAGES),
            FolioOp::Associate { .. }
            | FolioOp::Disassociate { .. }
            | FolioOp::Busy { .. }
            | FolioOp::Get(_)
            | FolioOp::Put(_)
            | FolioOp::Unpin
            | FolioOp::PrepareToWait(_)
            | FolioOp::AwaitIdle(_)
            | FolioOp::IndexOf(_) => Parts::PAGES,
        }
    }

    pub(super) fn touches(&self, touched: &mut Touched<'_>) {
        match *self {
            FolioOp::Busy { entry } => touched.frames_of(entry, AccessKind::Read),
            FolioOp::IndexOf(block) => touched.frames(block, block, AccessKind::Read),
            FolioOp::Pin { mm, page } => {
                touched.mapping(mm, page, page);
                touched.pinned();
            }
            FolioOp::Unpin => touched.pinned(),
            FolioOp::AwaitIdle(_) => {}
            FolioOp::Associate { entry, .. } | FolioOp::Disassociate { entry } => {
                touched.frames_of(entry, AccessKind::Write);
                touched.changed_frames();
            }
            FolioOp::Get(_) | FolioOp::Put(_) => touched.changed_frames(),
            FolioOp::PrepareToWait(_) => touched.all_frames(),
            FolioOp::FoundNoneBusy { first, last } => {
                touched.frames(0, u64::MAX, AccessKind::Read);
                touched.add(Object::Extents, first, last, AccessKind::Read);
            }
        }
    }

    #[inline(never)]
    pub(super) fn apply(&self, step: &mut Step<'_>) -> Outcome {
        match *self {
            FolioOp::Associate { index, entry } => step.associate(index, entry),
            FolioOp::Disassociate { entry } => step.disassociate(entry),
            FolioOp::Busy { entry } => step.busy_page(entry),
            FolioOp::Get(block) => step.folio_get(block),
            FolioOp::Put(block) => step.folio_put(block),
            FolioOp::Pin { mm, page } => step.pin(mm, page),
            FolioOp::Unpin => step.unpin(),
            FolioOp::PrepareToWait(block) => step.prepare_to_wait_idle(block),
            FolioOp::AwaitIdle(_) => Outcome::Done,
            FolioOp::IndexOf(block) => step.index_of(block),
            FolioOp::FoundNoneBusy { first, last } => step.found_none_busy(first, last),
        }
    }
}

impl Touched<'_> {
    /// The pages or the folio of an entry, if it has blocks.
    fn frames_of(&mut self, entry: XEntry, kind: AccessKind) {
        if entry.is_block() {
            self.frames(entry.frame(), entry.frame() + entry.size().pages() - 1, kind);
        }
    }

    /// The block that was pinned or is no more, if there is one.
    fn pinned(&mut self) {
        if let Outcome::Block(Some(block)) = *self.outcome {
            self.frames(block, block, AccessKind::Add);
            self.changed_frames();
        }
    }
}
