//! The page tables of each process.

use super::Text;
use daxscope_core::units::MmId;
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
    /// The 2 MiB ranges that hold something.
    pub pmds: Rc<[PmdView]>,
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
    /// The ptes that are present.
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
    /// `block 0x1002`, `zero page 3`, `private copy 1`.
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
