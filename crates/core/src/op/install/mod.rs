//! Sections under the page-table lock in the XArray's era. They look again at what is there once they have the lock, so
//! nothing is overwritten and a missing page table is found.

mod apply;

use super::facts::{Facts, Failure, Until};
use super::step::Step;
use super::touched::Touched;
use super::{Mover, Op, Outcome, PageTableOp, Parts, Point};
use crate::mm::{PmdTarget, Pte, PteTarget};
use crate::units::{Block, MmId, PageId, ThreadId, VirtualPage};

/// A section under the page-table lock.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum InstallOp {
    /// `insert_pfn` of 6.12, `insert_page_into_pte_locked` of 7.3: maps a page of the device or the zero page.
    InsertPte {
        /// The process.
        mm: MmId,
        /// The virtual page.
        page: VirtualPage,
        /// What to map.
        target: PteTarget,
        /// Writable and dirty; write permission for what is there already.
        mkwrite: bool,
    },
    /// `insert_pfn_pmd` of 6.12, `insert_pmd` of 7.3: maps 2 MiB of the device, or the huge zero page.
    InsertPmd {
        /// The process.
        mm: MmId,
        /// The virtual page.
        page: VirtualPage,
        /// What to map.
        target: PmdTarget,
        /// Writable and dirty; write permission for what is there already.
        write: bool,
    },
    /// `finish_fault` of a private write: maps the copy, if the pte still is none.
    FinishFault {
        /// The process.
        mm: MmId,
        /// The virtual page.
        page: VirtualPage,
        /// The copy.
        copy: PageId,
    },
    /// `wp_page_copy`: maps the copy, unless the pte has changed meanwhile.
    CopyPte {
        /// The process.
        mm: MmId,
        /// The virtual page.
        page: VirtualPage,
        /// The pte that was read before.
        seen: Pte,
        /// The copy.
        copy: PageId,
    },
    /// `page_vma_mapped_walk` over a huge mapping: write-protects and cleans it if it maps one of the frames.
    CleanPmd {
        /// The process.
        mm: MmId,
        /// The virtual page.
        page: VirtualPage,
        /// First frame.
        frame: Block,
        /// Number of frames.
        count: u64,
    },
    /// The same over the ptes of one page table.
    CleanPtes {
        /// The process.
        mm: MmId,
        /// First virtual page.
        first: VirtualPage,
        /// Last virtual page, in the same table.
        last: VirtualPage,
        /// First frame.
        frame: Block,
        /// Number of frames.
        count: u64,
    },
    /// The walk has met an empty pmd: takes the lock and gives it back, so that who empties it is done.
    SyncWithZap {
        /// The process.
        mm: MmId,
        /// The virtual page.
        page: VirtualPage,
    },
}

/// What a section that maps came to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Installed {
    /// It maps, or gave write permission.
    Done,
    /// Something was there, and stays as it is.
    Taken,
    /// A store found another page mapped there.
    OtherPage,
    /// There is no page table any more.
    NoTable,
}

/// What a section that write-protects came to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Cleaned {
    /// The walk is over.
    Over,
    /// There is a page table now.
    Table,
    /// There is no page table any more.
    NoTable,
}

impl InstallOp {
    const fn place(&self) -> (MmId, VirtualPage, VirtualPage) {
        match *self {
            InstallOp::InsertPte { mm, page, .. }
            | InstallOp::InsertPmd { mm, page, .. }
            | InstallOp::FinishFault { mm, page, .. }
            | InstallOp::CopyPte { mm, page, .. }
            | InstallOp::CleanPmd { mm, page, .. }
            | InstallOp::SyncWithZap { mm, page } => (mm, page, page),
            InstallOp::CleanPtes { mm, first, last, .. } => (mm, first, last),
        }
    }

    // What is so of all of them: each is one section under the lock of page tables of one process.

    pub(super) const fn point(&self) -> Option<Point> {
        Some(Point::PtLock)
    }

    pub(super) const fn look(&self) -> Option<Op> {
        let (mm, page, _) = self.place();
        Some(Op::PageTable(PageTableOp::ReadPmd { mm, page }))
    }

    pub(super) const fn facts(&self) -> Facts {
        Facts::CHANGES
    }

    pub(super) const fn failure(&self) -> Option<Failure> {
        None
    }

    pub(super) const fn until(&self) -> Option<Until> {
        None
    }

    /// Not at all: other threads of the process read page tables without a lock.
    pub(super) const fn mover(&self, _: bool) -> Mover {
        Mover::None
    }

    pub(super) const fn parts(&self, _: ThreadId) -> Parts {
        let (mm, ..) = self.place();
        Parts::page_tables(mm).union(Parts::PAGES)
    }

    pub(super) fn touches(&self, touched: &mut Touched<'_>) {
        let (mm, first, last) = self.place();
        touched.mapping(mm, first, last);
        touched.changed_pages();
    }

    #[inline(never)]
    pub(super) fn apply(&self, step: &mut Step<'_>) -> Outcome {
        match *self {
            InstallOp::InsertPte { mm, page, target, mkwrite } => {
                Outcome::Installed(step.insert_pte(mm, page, target, mkwrite))
            }
            InstallOp::InsertPmd { mm, page, target, write } => {
                Outcome::Installed(step.insert_pmd(mm, page, target, write))
            }
            InstallOp::FinishFault { mm, page, copy } => Outcome::Installed(step.insert_copy(mm, page, copy)),
            InstallOp::CopyPte { mm, page, seen, copy } => Outcome::Installed(step.copy_over(mm, page, seen, copy)),
            InstallOp::CleanPmd { mm, page, frame, count } => Outcome::Cleaned(step.clean_pmd(mm, page, frame, count)),
            InstallOp::CleanPtes { mm, first, last, frame, count } => {
                Outcome::Cleaned(step.clean_ptes(mm, (first, last), frame, count))
            }
            InstallOp::SyncWithZap { .. } => Outcome::Done,
        }
    }
}
