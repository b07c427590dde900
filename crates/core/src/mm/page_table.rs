//! The page tables of one process over its mapping of the file: per 2 MiB range nothing, a huge mapping, or a table
//! of 4 KiB mappings.
//!
//! A table stays, possibly empty, until munmap; while it stands, 2 MiB faults are not attempted.

use crate::units::{Block, PageId, VirtualPage, pmd_start};
use std::sync::Arc;

/// The page tables of one process.
///
/// # Invariants
///
/// `ranges` is sorted by start, every start is 2 MiB aligned, and no range is [`Pmd::None`]. `lost` holds the page tables
/// that a huge mapping was put over, in the order in which that happened: nothing leads to them any more but the pointers
/// of those who had looked a pte up before.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct PageTables {
    ranges: Vec<(VirtualPage, Pmd)>,
    lost: Vec<(VirtualPage, Ptes)>,
}

/// The present ptes of a page table, sorted by virtual page. States share them until one of them is changed.
pub type Ptes = Arc<Vec<(VirtualPage, Pte)>>;

/// What the pmd entry of a 2 MiB range holds.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub enum Pmd {
    /// `pmd_none`.
    #[default]
    None,
    /// A huge mapping.
    Huge {
        /// What it maps.
        target: PmdTarget,
        /// `pmd_write`.
        writable: bool,
        /// `pmd_dirty`.
        dirty: bool,
    },
    /// A page table.
    Table(Ptes),
}

/// What a huge mapping maps.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PmdTarget {
    /// 512 page frames from this one (`pmd_devmap`).
    Frames(Block),
    /// The huge zero page.
    HugeZeroPage,
}

/// A present 4 KiB mapping.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Pte {
    /// What it maps.
    pub target: PteTarget,
    /// `pte_write`.
    pub writable: bool,
    /// `pte_dirty`.
    pub dirty: bool,
    /// `pte_young`: set by a fault that found nothing else to do, and by write permission. The recorded runs map new
    /// pages without it, and `pte_same` sees the difference.
    pub young: bool,
}

impl Pte {
    /// A pte as it is first set: read-only.
    #[must_use]
    pub const fn read_only(target: PteTarget) -> Pte {
        Pte { target, writable: false, dirty: false, young: false }
    }

    /// The same pte, writable, dirty and young.
    #[must_use]
    pub const fn made_writable(self) -> Pte {
        Pte { writable: true, dirty: true, young: true, ..self }
    }
}

/// What a 4 KiB mapping maps.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PteTarget {
    /// A page frame of the device.
    Frame(Block),
    /// A hole page.
    Page(PageId),
    /// A private anonymous copy.
    Anon(PageId),
    /// The zero page of 4 KiB, in the XArray's era.
    Zero,
}

impl PageTables {
    /// The ranges that hold something: start and pmd.
    #[must_use]
    pub fn ranges(&self) -> &[(VirtualPage, Pmd)] {
        &self.ranges
    }

    /// The pmd of the range that holds `page`.
    #[must_use]
    pub fn pmd(&self, page: VirtualPage) -> &Pmd {
        static NONE: Pmd = Pmd::None;
        match self.position(page) {
            Ok(at) => &self.ranges[at].1,
            Err(_) => &NONE,
        }
    }

    /// The pte of `page`, if its range has a table and the pte is present.
    #[must_use]
    pub fn pte(&self, page: VirtualPage) -> Option<Pte> {
        match self.pmd(page) {
            Pmd::Table(ptes) => ptes.binary_search_by_key(&page, |&(at, _)| at).ok().map(|at| ptes[at].1),
            _ => None,
        }
    }

    /// The number of the page table that a look-up of `page` comes to: how many tables of its range were lost before.
    #[must_use]
    pub fn table_number(&self, page: VirtualPage) -> u8 {
        self.lost_tables(page).count().min(u8::MAX.into()) as u8
    }

    /// The pte of `page` in the page table of that number, through a pointer that was kept. `None` if there is no such
    /// table.
    #[must_use]
    pub fn pte_in(&self, number: u8, page: VirtualPage) -> Option<Option<Pte>> {
        if number == self.table_number(page) {
            return matches!(self.pmd(page), Pmd::Table(_)).then(|| self.pte(page));
        }
        let at = self.lost_tables(page).nth(number.into())?;
        let ptes = &self.lost[at].1;
        Some(ptes.binary_search_by_key(&page, |&(at, _)| at).ok().map(|at| ptes[at].1))
    }

    /// Changes a pte that is present in the page table of that number.
    pub fn change_pte_in(&mut self, number: u8, page: VirtualPage, pte: Pte) {
        if number == self.table_number(page) {
            self.set_pte(page, Some(pte));
            return;
        }
        let lost = self.lost_tables(page).nth(number.into());
        if let Some(ptes) = lost.map(|at| &mut self.lost[at].1)
            && let Ok(at) = ptes.binary_search_by_key(&page, |&(at, _)| at)
        {
            Arc::make_mut(ptes)[at].1 = pte;
        }
    }

    /// Remembers a page table that something else was put over.
    pub fn lose(&mut self, page: VirtualPage, ptes: Ptes) {
        self.lost.push((pmd_start(page), ptes));
    }

    /// The page tables that were lost.
    #[must_use]
    pub fn lost(&self) -> &[(VirtualPage, Ptes)] {
        &self.lost
    }

    fn lost_tables(&self, page: VirtualPage) -> impl Iterator<Item = usize> + '_ {
        let tables = self.lost.iter().enumerate();
        tables.filter(move |(_, (start, _))| *start == pmd_start(page)).map(|(at, _)| at)
    }

    /// Sets the pmd of the range that holds `page`, returning the old one.
    pub fn set_pmd(&mut self, page: VirtualPage, pmd: Pmd) -> Pmd {
        match (self.position(page), pmd) {
            (Ok(at), Pmd::None) => self.ranges.remove(at).1,
            (Ok(at), pmd) => std::mem::replace(&mut self.ranges[at].1, pmd),
            (Err(_), Pmd::None) => Pmd::None,
            (Err(at), pmd) => {
                self.ranges.insert(at, (pmd_start(page), pmd));
                Pmd::None
            }
        }
    }

    /// Sets or removes the pte of `page`. Without a page table nothing happens and `false` is returned.
    pub fn set_pte(&mut self, page: VirtualPage, pte: Option<Pte>) -> bool {
        let Ok(at) = self.position(page) else { return false };
        let Pmd::Table(ptes) = &mut self.ranges[at].1 else { return false };
        let ptes = Arc::make_mut(ptes);
        match (ptes.binary_search_by_key(&page, |&(at, _)| at), pte) {
            (Ok(at), Some(pte)) => ptes[at].1 = pte,
            (Ok(at), None) => {
                ptes.remove(at);
            }
            (Err(at), Some(pte)) => ptes.insert(at, (page, pte)),
            (Err(_), None) => {}
        }
        true
    }

    fn position(&self, page: VirtualPage) -> Result<usize, usize> {
        self.ranges.binary_search_by_key(&pmd_start(page), |&(start, _)| start)
    }
}
