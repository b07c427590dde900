//! Page tables: unlocked reads, sections under the page-table lock, and unmapping.

mod apply;
mod touches;

use super::facts::{Facts, Failure, Until};
use super::step::Step;
use super::{Mover, Op, Outcome, Parts, Point, PteSeen};
use crate::mm::{Pte, PteTarget};
use crate::scenario::FailPoint;
use crate::units::{Block, MmId, PageIndex, ThreadId, VirtualPage};

/// An operation on page tables. Those at the point `pt_lock` are whole sections under the page-table lock.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PageTableOp {
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
    /// `zap_pmd_range` of `madvise(MADV_DONTNEED)`: drops what is mapped of a range within one 2 MiB range, private copies too.
    /// A huge mapping goes as a whole; the page table stays.
    ZapRange {
        /// The process.
        mm: MmId,
        /// First virtual page.
        page: VirtualPage,
        /// Number of pages.
        count: u64,
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
}

impl PageTableOp {
    pub(super) const fn point(&self) -> Option<Point> {
        match self {
            PageTableOp::PteAlloc { .. }
            | PageTableOp::InsertPfn { .. }
            | PageTableOp::SetPte { .. }
            | PageTableOp::PteFault { .. }
            | PageTableOp::FinishMkwrite { .. }
            | PageTableOp::CopyPte { .. }
            | PageTableOp::InsertPfnPmd { .. }
            | PageTableOp::SetHugeZero { .. }
            | PageTableOp::SplitHugePmd { .. }
            | PageTableOp::ZapRange { .. }
            | PageTableOp::MkcleanPmd { .. }
            | PageTableOp::MkcleanPte { .. } => Some(Point::PtLock),
            PageTableOp::UnmapMappingRange { .. } => Some(Point::Unmap),
            PageTableOp::CheckAccess { .. }
            | PageTableOp::ReadPmd { .. }
            | PageTableOp::ReadPte { .. }
            | PageTableOp::PmdTransUnstable { .. }
            | PageTableOp::MappedPages { .. }
            | PageTableOp::Munmap(_)
            | PageTableOp::HugeZeroPage(_) => None,
        }
    }

    pub(super) const fn look(&self) -> Option<Op> {
        Some(Op::PageTable(match *self {
            PageTableOp::ReadPmd { .. }
            | PageTableOp::ReadPte { .. }
            | PageTableOp::CheckAccess { .. }
            | PageTableOp::PmdTransUnstable { .. }
            | PageTableOp::MappedPages { .. } => *self,
            PageTableOp::InsertPfn { mm, page, .. }
            | PageTableOp::SetPte { mm, page, .. }
            | PageTableOp::PteFault { mm, page, .. }
            | PageTableOp::FinishMkwrite { mm, page, .. }
            | PageTableOp::CopyPte { mm, page, .. } => PageTableOp::ReadPte { mm, page },
            PageTableOp::InsertPfnPmd { mm, page, .. } | PageTableOp::SetHugeZero { mm, page } => {
                PageTableOp::ReadPmd { mm, page }
            }
            PageTableOp::PteAlloc { .. }
            | PageTableOp::SplitHugePmd { .. }
            | PageTableOp::ZapRange { .. }
            | PageTableOp::MkcleanPmd { .. }
            | PageTableOp::MkcleanPte { .. }
            | PageTableOp::UnmapMappingRange { .. }
            | PageTableOp::Munmap(_)
            | PageTableOp::HugeZeroPage(_) => return None,
        }))
    }

    pub(super) const fn facts(&self) -> Facts {
        match self {
            PageTableOp::ReadPmd { .. }
            | PageTableOp::PmdTransUnstable { .. }
            | PageTableOp::MappedPages { .. }
            | PageTableOp::HugeZeroPage(_) => Facts::LOOKS,
            PageTableOp::ReadPte { .. } => Facts::LOOKS.and_crashes(),
            PageTableOp::InsertPfn { .. }
            | PageTableOp::SetPte { .. }
            | PageTableOp::PteFault { .. }
            | PageTableOp::FinishMkwrite { .. }
            | PageTableOp::CopyPte { .. }
            | PageTableOp::MkcleanPte { .. } => Facts::CHANGES.and_crashes(),
            PageTableOp::CheckAccess { .. }
            | PageTableOp::PteAlloc { .. }
            | PageTableOp::InsertPfnPmd { .. }
            | PageTableOp::SetHugeZero { .. }
            | PageTableOp::SplitHugePmd { .. }
            | PageTableOp::ZapRange { .. }
            | PageTableOp::MkcleanPmd { .. } => Facts::CHANGES,
            PageTableOp::UnmapMappingRange { .. } => Facts::CHANGES.and_sleeps().and_unmaps(),
            PageTableOp::Munmap(_) => Facts::CHANGES.and_unmaps(),
        }
    }

    pub(super) const fn failure(&self) -> Option<Failure> {
        match self {
            PageTableOp::HugeZeroPage(_) => {
                Some(Failure { what: FailPoint::HzpAlloc, answer: |_| Outcome::Bool(false) })
            }
            PageTableOp::CheckAccess { .. }
            | PageTableOp::ReadPmd { .. }
            | PageTableOp::ReadPte { .. }
            | PageTableOp::PmdTransUnstable { .. }
            | PageTableOp::PteAlloc { .. }
            | PageTableOp::InsertPfn { .. }
            | PageTableOp::SetPte { .. }
            | PageTableOp::PteFault { .. }
            | PageTableOp::FinishMkwrite { .. }
            | PageTableOp::CopyPte { .. }
            | PageTableOp::InsertPfnPmd { .. }
            | PageTableOp::SetHugeZero { .. }
            | PageTableOp::SplitHugePmd { .. }
            | PageTableOp::ZapRange { .. }
            | PageTableOp::MkcleanPmd { .. }
            | PageTableOp::MkcleanPte { .. }
            | PageTableOp::MappedPages { .. }
            | PageTableOp::UnmapMappingRange { .. }
            | PageTableOp::Munmap(_) => None,
        }
    }

    /// None by itself: what unmaps waits for walks over the mappings, see [`Op::unmaps`].
    pub(super) const fn until(&self) -> Option<Until> {
        None
    }

    /// Not at all: other threads of the process read page tables without a lock.
    pub(super) const fn mover(&self, _: bool) -> Mover {
        Mover::None
    }

    pub(super) const fn parts(&self, _: ThreadId) -> Parts {
        match self {
            // A store is remembered with the file.
            PageTableOp::CheckAccess { mm, write: true, .. } => Parts::page_tables(*mm).union(Parts::FILE),
            PageTableOp::CheckAccess { mm, write: false, .. }
            | PageTableOp::ReadPmd { mm, .. }
            | PageTableOp::ReadPte { mm, .. }
            | PageTableOp::PmdTransUnstable { mm, .. }
            | PageTableOp::MappedPages { mm, .. } => Parts::page_tables(*mm),
            PageTableOp::PteAlloc { mm, .. }
            | PageTableOp::InsertPfn { mm, .. }
            | PageTableOp::SetPte { mm, .. }
            | PageTableOp::PteFault { mm, .. }
            | PageTableOp::FinishMkwrite { mm, .. }
            | PageTableOp::CopyPte { mm, .. }
            | PageTableOp::InsertPfnPmd { mm, .. }
            | PageTableOp::SetHugeZero { mm, .. }
            | PageTableOp::SplitHugePmd { mm, .. }
            | PageTableOp::ZapRange { mm, .. }
            | PageTableOp::MkcleanPmd { mm, .. }
            | PageTableOp::Munmap(mm) => Parts::page_tables(*mm).union(Parts::PAGES),
            PageTableOp::MkcleanPte { .. } | PageTableOp::UnmapMappingRange { .. } => {
                Parts::all_page_tables().union(Parts::PAGES)
            }
            PageTableOp::HugeZeroPage(_) => Parts::NONE,
        }
    }

    pub(super) fn apply(&self, step: &mut Step<'_>) -> Outcome {
        match *self {
            PageTableOp::CheckAccess { mm, page, write } => step.check_access(mm, page, write),
            PageTableOp::ReadPmd { mm, page } => step.read_pmd(mm, page),
            PageTableOp::ReadPte { mm, page } => step.read_pte(mm, page),
            PageTableOp::PmdTransUnstable { mm, page } => step.pmd_trans_unstable(mm, page),
            PageTableOp::PteAlloc { mm, page } => step.pte_alloc(mm, page),
            PageTableOp::InsertPfn { mm, page, frame } => step.insert_pfn(mm, page, frame),
            PageTableOp::SetPte { mm, page, target } => step.set_pte(mm, page, target),
            PageTableOp::PteFault { mm, page, seen, write } => step.pte_fault(mm, page, seen, write),
            PageTableOp::FinishMkwrite { mm, page, seen } => step.finish_mkwrite(mm, page, seen),
            PageTableOp::CopyPte { mm, page, seen, index } => step.copy_pte(mm, page, seen, index),
            PageTableOp::InsertPfnPmd { mm, page, frame, write } => step.insert_pfn_pmd(mm, page, frame, write),
            PageTableOp::SetHugeZero { mm, page } => step.set_huge_zero(mm, page),
            PageTableOp::SplitHugePmd { mm, page } => step.split_huge_pmd(mm, page),
            PageTableOp::ZapRange { mm, page, count } => step.zap_range_of_one(mm, page, count),
            PageTableOp::MkcleanPmd { mm, page, frame, head } => step.mkclean_pmd(mm, page, frame, head),
            PageTableOp::MkcleanPte { mm, page, frame, stale_pmd } => step.mkclean_pte(mm, page, frame, stale_pmd),
            PageTableOp::MappedPages { mm, page, count } => step.mapped_pages(mm, page, count),
            PageTableOp::UnmapMappingRange { first, count, even_cows } => {
                step.unmap_mapping_range(first, count, even_cows)
            }
            PageTableOp::Munmap(mm) => step.munmap(mm),
            PageTableOp::HugeZeroPage(_) => Outcome::Bool(true),
        }
    }
}
