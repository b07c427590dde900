//! What operations on page tables do.

use crate::errno::Errno;
use crate::event::{Bug, Event};
use crate::mm::{Page, PageTables, Pmd, PmdTarget, Pte, PteTarget, Ptes};
use crate::op::step::Step;
use crate::op::{Outcome, PmdSeen, PteFault, PteSeen};
use crate::units::{Block, MmId, PMD_PAGES, PageId, PageIndex, VirtualPage, pmd_start};
use std::sync::Arc;

impl Step<'_> {
    pub(in crate::op) fn tables(&self, mm: MmId) -> &PageTables {
        &self.world.page_tables[mm.index()]
    }

    pub(in crate::op) fn tables_mut(&mut self, mm: MmId) -> &mut PageTables {
        &mut Arc::make_mut(&mut self.world.page_tables)[mm.index()]
    }

    /// The access itself: it succeeds if the page table allows it, and then sets the dirty bit of a store.
    pub(super) fn check_access(&mut self, mm: MmId, page: VirtualPage, write: bool) -> Outcome {
        let allowed = match self.tables(mm).pmd(page) {
            Pmd::None => false,
            Pmd::Huge { writable, .. } => *writable || !write,
            Pmd::Table(_) => self.tables(mm).pte(page).is_some_and(|pte| pte.writable || !write),
        };
        if allowed && write {
            if !self.leaves_dirty_to_cpu() {
                self.set_dirty(mm, page);
            }
            self.stored(mm, page);
        }
        Outcome::Bool(allowed)
    }

    fn set_dirty(&mut self, mm: MmId, page: VirtualPage) {
        match self.tables(mm).pmd(page).clone() {
            Pmd::Huge { target, writable, dirty: false } => {
                self.tables_mut(mm).set_pmd(page, Pmd::Huge { target, writable, dirty: true });
            }
            Pmd::Table(_) => {
                if let Some(pte) = self.tables(mm).pte(page).filter(|pte| !pte.dirty) {
                    self.tables_mut(mm).set_pte(page, Some(Pte { dirty: true, ..pte }));
                }
            }
            _ => {}
        }
    }

    pub(super) fn read_pmd(&self, mm: MmId, page: VirtualPage) -> Outcome {
        Outcome::Pmd(match self.tables(mm).pmd(page) {
            Pmd::None => PmdSeen::None,
            Pmd::Huge { target, writable, .. } => PmdSeen::Huge { target: *target, writable: *writable },
            Pmd::Table(_) => PmdSeen::Table,
        })
    }

    /// `pte_offset_map` and the read behind it.
    pub(super) fn read_pte(&mut self, mm: MmId, page: VirtualPage) -> Outcome {
        if !self.needs_table(mm, page, "handle_pte_fault") {
            return Outcome::Pte(None);
        }
        let table = self.tables(mm).table_number(page);
        Outcome::Pte(self.tables(mm).pte(page).map(|pte| PteSeen { pte, table }))
    }

    fn checks_devmap_first(&self) -> bool {
        self.world.scenario.revision.radix().is_none_or(|radix| radix.devmap_checked_first)
    }

    /// A device-mapped pmd is no transparent huge page for this check: up to 4.11 it looks bad, and is cleared.
    pub(super) fn pmd_trans_unstable(&mut self, mm: MmId, page: VirtualPage) -> Outcome {
        let unstable = match self.tables(mm).pmd(page) {
            Pmd::Table(_) => false,
            Pmd::None | Pmd::Huge { target: PmdTarget::HugeZeroPage, .. } => true,
            Pmd::Huge { target: PmdTarget::Frames(_), .. } if self.checks_devmap_first() => true,
            Pmd::Huge { target: PmdTarget::Frames(_), .. } => {
                self.tables_mut(mm).set_pmd(page, Pmd::None);
                self.emit(Event::BadPmdCleared);
                true
            }
        };
        Outcome::Bool(unstable)
    }

    pub(super) fn pte_alloc(&mut self, mm: MmId, page: VirtualPage) -> Outcome {
        if *self.tables(mm).pmd(page) == Pmd::None {
            self.tables_mut(mm).set_pmd(page, Pmd::Table(Ptes::default()));
        }
        Outcome::Done
    }

    /// Is there a page table to work on? If not, the kernel would take something else for one.
    fn needs_table(&mut self, mm: MmId, page: VirtualPage, function: &'static str) -> bool {
        match self.tables(mm).pmd(page) {
            Pmd::Table(_) => return true,
            Pmd::Huge { .. } => self.crash(Bug::PteUnderHugePmd(function)),
            Pmd::None => self.crash(Bug::PteUnderNonePmd(function)),
        }
        false
    }

    pub(in crate::op) fn store_pte(&mut self, mm: MmId, page: VirtualPage, pte: Pte) {
        self.tables_mut(mm).set_pte(page, Some(pte));
        let Pte { target, writable, dirty, .. } = pte;
        self.emit(Event::SetPte { mm, page, target, writable, dirty });
    }

    pub(super) fn insert_pfn(&mut self, mm: MmId, page: VirtualPage, frame: Block) -> Outcome {
        if !self.needs_table(mm, page, "__get_locked_pte") {
            return Outcome::Status(Ok(()));
        }
        if self.tables(mm).pte(page).is_some() {
            return Outcome::Status(Err(Errno::EBUSY));
        }
        self.store_pte(mm, page, Pte::read_only(PteTarget::Frame(frame)));
        Outcome::Status(Ok(()))
    }

    /// Read-only for a hole page, writable for a private copy.
    pub(super) fn set_pte(&mut self, mm: MmId, page: VirtualPage, target: PteTarget) -> Outcome {
        if !self.needs_table(mm, page, "pte_alloc_one_map") {
            return Outcome::Bool(true);
        }
        if self.tables(mm).pte(page).is_some() {
            return Outcome::Bool(false);
        }
        match target {
            PteTarget::Anon(copy) => self.map_copy(mm, page, copy),
            PteTarget::Page(hole) => {
                self.page_add_rmap(hole);
                self.store_pte(mm, page, Pte::read_only(target));
            }
            PteTarget::Frame(_) | PteTarget::Zero => self.store_pte(mm, page, Pte::read_only(target)),
        }
        Outcome::Bool(true)
    }

    /// Maps a private copy writable. The pte takes over the reference that the copy was made with.
    pub(in crate::op) fn map_copy(&mut self, mm: MmId, page: VirtualPage, copy: PageId) {
        self.page_add_rmap(copy);
        self.store_pte(mm, page, Pte::read_only(PteTarget::Anon(copy)).made_writable());
    }

    /// The pte is reached by the pointer that was kept. Under a huge mapping that was put over the page table it still is
    /// what it was: only who looks it up again finds that there is no table.
    pub(super) fn pte_fault(&mut self, mm: MmId, page: VirtualPage, seen: PteSeen, write: bool) -> Outcome {
        let PteSeen { pte: seen, table } = seen;
        let Some(now) = self.tables(mm).pte_in(table, page) else {
            self.needs_table(mm, page, "handle_pte_fault");
            return Outcome::PteFault(PteFault::Nothing);
        };
        let shared = self.world.scenario.processes[mm.index()].mapping.shared;
        let fault = match now {
            Some(now) if now == seen && write && !now.writable => match now.target {
                PteTarget::Page(hole) => {
                    self.get_page(hole);
                    if shared { PteFault::WriteToPage(hole) } else { PteFault::Copy(Some(hole)) }
                }
                _ if !shared => PteFault::Copy(None),
                PteTarget::Frame(_) | PteTarget::Zero | PteTarget::Anon(_) => PteFault::WriteToFrame,
            },
            Some(now) if now == seen => {
                let touched = Pte { young: true, dirty: now.dirty || write, ..now };
                self.tables_mut(mm).change_pte_in(table, page, touched);
                if touched.dirty != now.dirty && self.leaves_dirty_to_cpu() {
                    let Pte { target, writable, dirty, .. } = touched;
                    self.emit(Event::SetPte { mm, page, target, writable, dirty });
                }
                PteFault::Nothing
            }
            _ => PteFault::Nothing,
        };
        Outcome::PteFault(fault)
    }

    pub(super) fn finish_mkwrite(&mut self, mm: MmId, page: VirtualPage, seen: Pte) -> Outcome {
        if self.needs_table(mm, page, "finish_mkwrite_fault") && self.tables(mm).pte(page) == Some(seen) {
            self.store_pte(mm, page, seen.made_writable());
        }
        Outcome::Done
    }

    pub(super) fn copy_pte(&mut self, mm: MmId, page: VirtualPage, seen: Pte, index: PageIndex) -> Outcome {
        if !self.needs_table(mm, page, "wp_page_copy") || self.tables(mm).pte(page) != Some(seen) {
            return Outcome::Bool(false);
        }
        let copy = self.new_page(Page::allocated(index));
        self.map_copy(mm, page, copy);
        if let PteTarget::Page(hole) = seen.target {
            self.page_remove_rmap(hole);
        }
        Outcome::Bool(true)
    }

    /// Overwrites whatever was there: a page table is lost, and stays in memory as it was.
    pub(super) fn insert_pfn_pmd(&mut self, mm: MmId, page: VirtualPage, frame: Block, write: bool) -> Outcome {
        let target = PmdTarget::Frames(frame);
        let pmd = Pmd::Huge { target, writable: write, dirty: write };
        if let Pmd::Table(ptes) = self.tables_mut(mm).set_pmd(page, pmd) {
            self.emit(Event::Corrupt { what: "pmd_overwrites_page_table", count: ptes.len() as u64 });
            self.tables_mut(mm).lose(page, ptes);
        }
        self.emit(Event::SetPmd { mm, page, target, writable: write, dirty: write });
        Outcome::Done
    }

    pub(super) fn set_huge_zero(&mut self, mm: MmId, page: VirtualPage) -> Outcome {
        if *self.tables(mm).pmd(page) != Pmd::None {
            return Outcome::Bool(false);
        }
        let target = PmdTarget::HugeZeroPage;
        self.tables_mut(mm).set_pmd(page, Pmd::Huge { target, writable: false, dirty: false });
        self.emit(Event::SetPmd { mm, page, target, writable: false, dirty: false });
        Outcome::Bool(true)
    }

    pub(super) fn split_huge_pmd(&mut self, mm: MmId, page: VirtualPage) -> Outcome {
        self.zap_pmd(mm, page);
        Outcome::Done
    }

    fn zap_pmd(&mut self, mm: MmId, page: VirtualPage) {
        if let Pmd::Huge { target, .. } = *self.tables(mm).pmd(page) {
            self.tables_mut(mm).set_pmd(page, Pmd::None);
            if let PmdTarget::Frames(first) = target {
                self.frame_unmapped(first);
            }
            self.emit(Event::ZapPmd { mm, page: pmd_start(page) });
        }
    }

    pub(super) fn mkclean_pmd(&mut self, mm: MmId, page: VirtualPage, frame: Block, head: bool) -> Outcome {
        let Pmd::Huge { target, writable, dirty } = *self.tables(mm).pmd(page) else { return Outcome::Bool(false) };
        let ours = match target {
            PmdTarget::Frames(first) if head => first == frame,
            PmdTarget::Frames(first) => (first..first + PMD_PAGES).contains(&frame),
            PmdTarget::HugeZeroPage => false,
        };
        if ours && (writable || dirty) {
            self.tables_mut(mm).set_pmd(page, Pmd::Huge { target, writable: false, dirty: false });
            self.emit(Event::SetPmd { mm, page: pmd_start(page), target, writable: false, dirty: false });
        }
        Outcome::Bool(true)
    }

    pub(super) fn mkclean_pte(
        &mut self,
        mm: MmId,
        page: VirtualPage,
        frame: Block,
        stale_pmd: Option<(MmId, VirtualPage)>,
    ) -> Outcome {
        if !self.needs_table(mm, page, "__follow_pte_pmd") {
            return Outcome::Done;
        }
        let Some(pte) = self.tables(mm).pte(page) else { return Outcome::Done };
        if let Some((mm, page)) = stale_pmd {
            self.mkclean_pmd(mm, page, frame, true);
        } else if pte.target == PteTarget::Frame(frame) && (pte.writable || pte.dirty) {
            self.store_pte(mm, page, Pte { writable: false, dirty: false, ..pte });
        }
        Outcome::Done
    }

    pub(super) fn mapped_pages(&self, mm: MmId, page: VirtualPage, count: u64) -> Outcome {
        let end = page + count;
        let mut pages = Vec::new();
        for (start, pmd) in self.tables(mm).ranges() {
            match pmd {
                Pmd::Huge { .. } if *start < end && page < start + PMD_PAGES => pages.push(page.max(*start)),
                Pmd::Table(ptes) => {
                    pages.extend(ptes.iter().map(|&(at, _)| at).filter(|at| (page..end).contains(at)));
                }
                _ => {}
            }
        }
        Outcome::Pages(pages.into())
    }

    /// Zaps what every mapping of the file maps of the range. A huge mapping goes as a whole.
    pub(super) fn unmap_mapping_range(&mut self, first: PageIndex, count: u64, even_cows: bool) -> Outcome {
        let end = if count == 0 { u64::MAX } else { first.saturating_add(count) };
        for mm in Arc::clone(&self.world.scenario).process_ids() {
            let vma = self.world.scenario.processes[mm.index()].mapping;
            let (from, to) = (first.max(vma.start), end.min(vma.start + vma.pages));
            if from < to {
                self.zap_range(mm, from, to, even_cows);
            }
        }
        Outcome::Done
    }

    /// A range of one process, within 2 MiB.
    pub(super) fn zap_range_of_one(&mut self, mm: MmId, page: VirtualPage, count: u64) -> Outcome {
        let first = page.saturating_sub(self.world.scenario.processes[mm.index()].mapping.skew);
        self.zap_range(mm, first, first + count, true);
        Outcome::Done
    }

    fn zap_range(&mut self, mm: MmId, from: PageIndex, to: PageIndex, even_cows: bool) {
        let skew = self.world.scenario.processes[mm.index()].mapping.skew;
        let (first, end) = (from + skew, to + skew);
        let ranges: Vec<_> = self.tables(mm).ranges().to_vec();
        let mut zapped = 0;
        for (start, pmd) in ranges.into_iter().filter(|(start, _)| *start < end && first < start + PMD_PAGES) {
            match pmd {
                Pmd::None => {}
                Pmd::Huge { .. } => self.zap_pmd(mm, start),
                Pmd::Table(ptes) => {
                    for &(page, pte) in ptes.iter() {
                        let is_copy = matches!(pte.target, PteTarget::Anon(_));
                        if (first..end).contains(&page) && (even_cows || !is_copy) {
                            self.zap_pte(mm, page, pte);
                            zapped += 1;
                        }
                    }
                }
            }
        }
        if zapped > 0 {
            self.emit(Event::ZapPtes { mm, first: from, last: to - 1, count: zapped });
        }
    }

    fn zap_pte(&mut self, mm: MmId, page: VirtualPage, pte: Pte) {
        self.tables_mut(mm).set_pte(page, None);
        match pte.target {
            PteTarget::Page(page) | PteTarget::Anon(page) => self.page_remove_rmap(page),
            PteTarget::Frame(frame) => self.frame_unmapped(frame),
            PteTarget::Zero => {}
        }
    }

    pub(super) fn munmap(&mut self, mm: MmId) -> Outcome {
        let vma = self.world.scenario.processes[mm.index()].mapping;
        self.zap_range(mm, vma.start, vma.start + vma.pages, true);
        *self.tables_mut(mm) = PageTables::default();
        Outcome::Done
    }
}
