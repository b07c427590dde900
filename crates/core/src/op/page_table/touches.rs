//! What operations on page tables touch.

use super::PageTableOp;
use crate::mm::Pmd;
use crate::op::touched::Touched;
use crate::op::{AccessKind, Object, Outcome};
use crate::units::{MmId, PMD_PAGES, PageIndex, VirtualPage, pmd_start};

impl PageTableOp {
    pub(in crate::op) fn touches(&self, touched: &mut Touched<'_>) {
        match *self {
            PageTableOp::CheckAccess { mm, page, write } => {
                touched.mapping(mm, page, page);
                touched.changed_pages();
                if write && *touched.outcome == Outcome::Bool(true) {
                    touched.stored(mm, page);
                }
            }
            PageTableOp::ReadPmd { mm, page }
            | PageTableOp::ReadPte { mm, page }
            | PageTableOp::PmdTransUnstable { mm, page }
            | PageTableOp::PteAlloc { mm, page }
            | PageTableOp::InsertPfn { mm, page, .. }
            | PageTableOp::SetPte { mm, page, .. }
            | PageTableOp::PteFault { mm, page, .. }
            | PageTableOp::FinishMkwrite { mm, page, .. } => {
                touched.mapping(mm, page, page);
                touched.changed_pages();
            }
            PageTableOp::CopyPte { mm, page, .. } => {
                touched.mapping(mm, page, page);
                touched.changed_pages();
                if *touched.outcome == Outcome::Bool(true) {
                    touched.write(Object::PageIds);
                }
            }
            PageTableOp::InsertPfnPmd { mm, page, .. }
            | PageTableOp::SetHugeZero { mm, page }
            | PageTableOp::SplitHugePmd { mm, page }
            | PageTableOp::ZapRange { mm, page, .. }
            | PageTableOp::MkcleanPmd { mm, page, .. } => {
                touched.mapping(mm, pmd_start(page), pmd_start(page) + PMD_PAGES - 1);
                touched.changed_pages();
            }
            PageTableOp::MkcleanPte { mm, page, stale_pmd, .. } => {
                touched.mapping(mm, page, page);
                if let Some((mm, page)) = stale_pmd {
                    touched.mapping(mm, pmd_start(page), pmd_start(page) + PMD_PAGES - 1);
                }
            }
            PageTableOp::MappedPages { mm, page, count } => {
                touched.mapping(mm, page, page.saturating_add(count.max(1) - 1));
            }
            PageTableOp::UnmapMappingRange { first, count, .. } => {
                let last = if count == 0 { u64::MAX } else { first.saturating_add(count) - 1 };
                touched.unmapped(first, last);
                touched.changed_pages();
            }
            PageTableOp::Munmap(mm) => {
                touched.add(Object::Pmds(mm), 0, u64::MAX, AccessKind::Write);
                touched.add(Object::Ptes(mm), 0, u64::MAX, AccessKind::Write);
                touched.changed_pages();
            }
            PageTableOp::HugeZeroPage(_) => {}
        }
    }
}

impl Touched<'_> {
    /// What lies between two virtual pages was looked at, and changed where it is not the same any more.
    pub(in crate::op) fn mapping(&mut self, mm: MmId, first: VirtualPage, last: VirtualPage) {
        let range = (pmd_start(first), pmd_start(last).saturating_add(PMD_PAGES - 1));
        let (pmds, ptes) = self.changed_mappings(mm, range);
        self.add(Object::Pmds(mm), range.0, range.1, kind(pmds));
        // A page table without ptes maps no more than none at all.
        let maps = ptes || self.changed_huge(mm, range);
        self.add(Object::Ptes(mm), first, last, kind(maps));
    }

    /// What is mapped between two virtual pages was changed, or looked at to see that there is nothing. Whether a page
    /// table is there makes no difference.
    fn mapped(&mut self, mm: MmId, first: VirtualPage, last: VirtualPage) {
        let range = (pmd_start(first), pmd_start(last).saturating_add(PMD_PAGES - 1));
        let (pmds, ptes) = self.changed_mappings(mm, range);
        if pmds {
            self.add(Object::Pmds(mm), range.0, range.1, AccessKind::Write);
        }
        self.add(Object::Ptes(mm), first, last, kind(pmds || ptes));
    }

    /// Were pmds changed in the range, and ptes?
    fn changed_mappings(&self, mm: MmId, range: (VirtualPage, VirtualPage)) -> (bool, bool) {
        let (before, after) = (&self.before.page_tables[mm.index()], &self.after.page_tables[mm.index()]);
        let (mut pmds, mut ptes) = (false, before.lost() != after.lost());
        for &(page, _) in before.ranges().iter().chain(after.ranges()) {
            if !(range.0..=range.1).contains(&page) {
                continue;
            }
            match (before.pmd(page), after.pmd(page)) {
                (Pmd::Table(old), Pmd::Table(new)) => ptes |= old != new,
                (old, new) => pmds |= old != new,
            }
        }
        (pmds, ptes)
    }

    /// Were huge mappings changed in the range, or page tables with ptes in them?
    fn changed_huge(&self, mm: MmId, range: (VirtualPage, VirtualPage)) -> bool {
        let (before, after) = (&self.before.page_tables[mm.index()], &self.after.page_tables[mm.index()]);
        let maps = |pmd: &Pmd| match pmd {
            Pmd::None => false,
            Pmd::Huge { .. } => true,
            Pmd::Table(ptes) => !ptes.is_empty(),
        };
        before.ranges().iter().chain(after.ranges()).any(|&(page, _)| {
            let (old, new) = (before.pmd(page), after.pmd(page));
            (range.0..=range.1).contains(&page) && old != new && (maps(old) || maps(new))
        })
    }

    fn unmapped(&mut self, first: PageIndex, last: PageIndex) {
        for mm in self.before.scenario.process_ids() {
            let vma = self.before.scenario.processes[mm.index()].mapping;
            let (from, to) = (first.max(vma.start), last.min((vma.start + vma.pages).saturating_sub(1)));
            if from <= to {
                self.mapped(mm, from + vma.skew, to + vma.skew);
            }
        }
    }

    /// A store through a mapping.
    fn stored(&mut self, mm: MmId, page: VirtualPage) {
        if let Some((index, block)) = self.before.block_behind(mm, page) {
            if self.before.scenario.processes[mm.index()].mapping.sync {
                self.read(Object::Metadata);
                self.add(Object::Extents, index, index, AccessKind::Read);
            }
            self.add(Object::Contents, block, block, AccessKind::Add);
            self.durability(Object::Unflushed, (block, block), AccessKind::Add);
        }
    }
}

const fn kind(changed: bool) -> AccessKind {
    if changed { AccessKind::Write } else { AccessKind::Read }
}
