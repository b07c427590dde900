//! The page tables of each process.

use super::Build;
use super::Text;
use crate::action::Object;
use crate::objects::{pmd_target, process_name, pte_target};
use crate::session::{TABLE_ROWS, all_rows, rows_of};
use daxscope_core::mm::{Pmd, PmdTarget, PteTarget};
use daxscope_core::narrate::page as hex;
use daxscope_core::units::MmId;
use std::ops::Range;
use std::rc::Rc;

/// A process.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProcessView {
    /// Which.
    pub mm: MmId,
    /// Its name, or `process 1`.
    pub name: Text,
    /// Its mapping in a line: `shared, writable, file pages 0x0 to 0x3ff`.
    pub mapping: Text,
    /// Virtual page of file page 0.
    pub skew: u64,
    /// The 2 MiB ranges that hold something; of many those around the last change.
    pub pmds: Rc<[PmdView]>,
    /// Rows before those that are listed: a range is one, and each of its ptes.
    pub rows_before: usize,
    /// Rows behind them.
    pub rows_behind: usize,
}

/// A 2 MiB range.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PmdView {
    /// First virtual page.
    pub page: u64,
    /// First file page, if the range begins within the file's mapping.
    pub index: Option<u64>,
    /// What the pmd holds.
    pub kind: PmdKind,
    /// `2 MiB of frames from 0x1400`, `huge zero page`, `page table`.
    pub label: Text,
    /// `pmd_write`.
    pub is_writable: bool,
    /// `pmd_dirty`.
    pub is_dirty: bool,
    /// The ptes that are present, as far as they are listed.
    pub ptes: Rc<[PteView]>,
    /// Did this step change it?
    pub is_changed: bool,
}

/// What a pmd holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PmdKind {
    /// Frames of the device.
    Frames(u64),
    /// The huge zero page.
    HugeZeroPage,
    /// A page table.
    Table,
}

/// A pte.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PteView {
    /// The virtual page.
    pub page: u64,
    /// The file page.
    pub index: Option<u64>,
    /// `block 0x1002`, `zero page 3`, `private copy page1`.
    pub label: Text,
    /// The device block that it maps.
    pub block: Option<u64>,
    /// `pte_write`.
    pub is_writable: bool,
    /// `pte_dirty`.
    pub is_dirty: bool,
    /// Did this step change it?
    pub is_changed: bool,
}

impl Build<'_> {
    pub(super) fn page_tables(&self) -> Vec<ProcessView> {
        (0..self.world().page_tables.len()).map(|at| self.process(MmId(at as u8))).collect()
    }

    fn process(&self, mm: MmId) -> ProcessView {
        let world = self.world();
        let mapping = world.scenario.processes[mm.index()].mapping;
        let shared = if mapping.shared { "shared" } else { "private" };
        let writable = if mapping.writable { "writable" } else { "read-only" };
        let last = (mapping.start + mapping.pages).saturating_sub(1);
        let line = format!("{shared}, {writable}, file pages {} to {}", hex(mapping.start), hex(last));
        let tables = &world.page_tables[mm.index()];
        let from = self.session.tables.from(mm, tables);
        let (pmds, all) = (self.listed(mm, mapping.skew, from), all_rows(tables));
        ProcessView {
            mm,
            name: process_name(world, mm).into(),
            mapping: line.into(),
            skew: mapping.skew,
            rows_before: from,
            rows_behind: all.saturating_sub(from + TABLE_ROWS),
            pmds: pmds.into(),
        }
    }

    /// The ranges that have one of the rows that are listed, each with those of its ptes.
    fn listed(&self, mm: MmId, skew: u64, from: usize) -> Vec<PmdView> {
        let (mut listed, mut above) = (Vec::new(), 0);
        for (page, pmd) in self.world().page_tables[mm.index()].ranges() {
            let rows = above..above + rows_of(pmd);
            above = rows.end;
            if rows.end > from && rows.start < from + TABLE_ROWS {
                // The first row is that of the range itself.
                let first = from.saturating_sub(rows.start + 1);
                let end = from + TABLE_ROWS - rows.start;
                listed.push(self.pmd(mm, skew, (*page, pmd), first..end - 1));
            }
        }
        listed
    }

    fn pmd(&self, mm: MmId, skew: u64, (page, pmd): (u64, &Pmd), listed: Range<usize>) -> PmdView {
        let is_changed = self.is_changed(Object::Pmd(mm, page));
        let index = page.checked_sub(skew);
        let (kind, label, is_writable, is_dirty) = match pmd {
            Pmd::Huge { target, writable, dirty } => {
                let kind = match target {
                    PmdTarget::Frames(block) => PmdKind::Frames(*block),
                    PmdTarget::HugeZeroPage => PmdKind::HugeZeroPage,
                };
                (kind, pmd_target(*target), *writable, *dirty)
            }
            Pmd::None | Pmd::Table(_) => (PmdKind::Table, "page table".into(), false, false),
        };
        let ptes = match pmd {
            Pmd::Table(ptes) => ptes.as_slice(),
            _ => &[],
        };
        let ptes = &ptes[listed.start.min(ptes.len())..listed.end.min(ptes.len())];
        let ptes = ptes.iter().map(|&(page, pte)| PteView {
            page,
            index: page.checked_sub(skew),
            label: pte_target(pte.target).into(),
            block: match pte.target {
                PteTarget::Frame(block) => Some(block),
                _ => None,
            },
            is_writable: pte.writable,
            is_dirty: pte.dirty,
            is_changed: self.is_changed(Object::Pte(mm, page)),
        });
        PmdView { page, index, kind, label: label.into(), is_writable, is_dirty, ptes: ptes.collect(), is_changed }
    }
}
