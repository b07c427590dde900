//! What the memory manager does around a fault, whichever tree the file has (mm/memory.c).

pub mod dontneed;
pub mod mm_fault;
pub mod pte_map;
pub mod truncate_pagecache;
pub mod write_protect;

use crate::units::{MmId, PageId, PageIndex, VirtualPage};

/// A fault on one page, as the handlers get it (`struct vm_fault`).
#[derive(Clone, Copy, Debug)]
pub struct Vmf {
    /// The process.
    pub mm: MmId,
    /// The virtual page.
    pub page: VirtualPage,
    /// The file page (`vmf->pgoff`).
    pub pgoff: PageIndex,
    /// `FAULT_FLAG_WRITE`.
    pub write: bool,
    /// The page to copy into (`vmf->cow_page`), in a private write.
    pub cow_page: Option<PageId>,
}
