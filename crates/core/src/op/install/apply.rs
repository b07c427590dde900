//! What sections under the page-table lock do in the XArray's era.

use super::{Cleaned, Installed};
use crate::event::Event;
use crate::mm::{Pmd, PmdTarget, Pte, PteTarget};
use crate::op::step::Step;
use crate::revision::InsertPage;
use crate::units::{Block, MmId, PMD_PAGES, PageId, VirtualPage, pmd_start};

impl Step<'_> {
    /// Does a store that finds its page mapped leave the dirty bit to the CPU?
    pub(in crate::op) fn leaves_dirty_to_cpu(&self) -> bool {
        self.insert_page() == InsertPage::Page
    }

    fn insert_page(&self) -> InsertPage {
        self.world.scenario.revision.xarray().map_or(InsertPage::Pfn, |switches| switches.insert_page)
    }

    fn is_table(&self, mm: MmId, page: VirtualPage) -> bool {
        matches!(self.tables(mm).pmd(page), Pmd::Table(_))
    }

    pub(super) fn insert_pte(&mut self, mm: MmId, page: VirtualPage, target: PteTarget, mkwrite: bool) -> Installed {
        if !self.is_table(mm, page) {
            return Installed::NoTable;
        }
        let Some(pte) = self.tables(mm).pte(page) else {
            let new = Pte::read_only(target);
            self.store_pte(mm, page, if mkwrite { new.made_writable() } else { new });
            if let PteTarget::Frame(frame) = target {
                self.frame_mapped(frame);
            }
            return Installed::Done;
        };
        if !mkwrite {
            return Installed::Taken;
        }
        if pte.target != target {
            if pte.target != PteTarget::Zero {
                self.emit(Event::Warn("insert_pfn"));
            }
            return Installed::OtherPage;
        }
        let dirty = pte.dirty || !self.leaves_dirty_to_cpu();
        let new = Pte { writable: true, dirty, young: true, ..pte };
        if new != pte {
            self.store_pte(mm, page, new);
        }
        Installed::Done
    }

    pub(super) fn insert_pmd(&mut self, mm: MmId, page: VirtualPage, target: PmdTarget, write: bool) -> Installed {
        let new = Pmd::Huge { target, writable: write, dirty: write };
        match self.tables(mm).pmd(page).clone() {
            Pmd::None => {
                if let PmdTarget::Frames(first) = target {
                    self.frame_mapped(first);
                }
            }
            Pmd::Huge { target: there, writable: false, .. } if write && there == target => {}
            Pmd::Huge { target: there, .. } if !write || there == target => return Installed::Taken,
            Pmd::Huge { target: PmdTarget::HugeZeroPage, .. } => return Installed::OtherPage,
            Pmd::Table(_) if !write => return Installed::Taken,
            Pmd::Huge { .. } | Pmd::Table(_) => {
                self.emit(Event::Warn("insert_pmd"));
                return Installed::OtherPage;
            }
        }
        self.tables_mut(mm).set_pmd(page, new);
        self.emit(Event::SetPmd { mm, page: pmd_start(page), target, writable: write, dirty: write });
        Installed::Done
    }

    pub(super) fn insert_copy(&mut self, mm: MmId, page: VirtualPage, copy: PageId) -> Installed {
        if !self.is_table(mm, page) {
            return Installed::NoTable;
        }
        if self.tables(mm).pte(page).is_some() {
            return Installed::Taken;
        }
        self.map_copy(mm, page, copy);
        Installed::Done
    }

    pub(super) fn copy_over(&mut self, mm: MmId, page: VirtualPage, seen: Pte, copy: PageId) -> Installed {
        if !self.is_table(mm, page) || self.tables(mm).pte(page) != Some(seen) {
            return Installed::Taken;
        }
        self.map_copy(mm, page, copy);
        if let PteTarget::Frame(frame) = seen.target {
            self.frame_unmapped(frame);
        }
        Installed::Done
    }

    pub(super) fn clean_pmd(&mut self, mm: MmId, page: VirtualPage, frame: Block, count: u64) -> Cleaned {
        let Pmd::Huge { target, writable, dirty } = *self.tables(mm).pmd(page) else {
            return if self.is_table(mm, page) { Cleaned::Table } else { Cleaned::Over };
        };
        let maps = match target {
            PmdTarget::Frames(first) => first < frame + count && frame < first + PMD_PAGES,
            PmdTarget::HugeZeroPage => false,
        };
        if maps && (writable || dirty) {
            self.tables_mut(mm).set_pmd(page, Pmd::Huge { target, writable: false, dirty: false });
            self.emit(Event::SetPmd { mm, page: pmd_start(page), target, writable: false, dirty: false });
        }
        Cleaned::Over
    }

    pub(super) fn clean_ptes(
        &mut self,
        mm: MmId,
        (first, last): (VirtualPage, VirtualPage),
        frame: Block,
        count: u64,
    ) -> Cleaned {
        let Pmd::Table(ptes) = self.tables(mm).pmd(first) else { return Cleaned::NoTable };
        for (page, pte) in ptes.as_ref().clone() {
            let maps = matches!(pte.target, PteTarget::Frame(at) if (frame..frame + count).contains(&at));
            if (first..=last).contains(&page) && maps && (pte.writable || pte.dirty) {
                self.store_pte(mm, page, Pte { writable: false, dirty: false, ..pte });
            }
        }
        Cleaned::Over
    }
}
