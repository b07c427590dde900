//! The units everything else is measured in.
//!
//! The kernel counts a file in 4 KiB pages (`pgoff_t`, here [`PageIndex`]), a file system in blocks (here always
//! one page, as fsdax demands), and a block device in 512-byte sectors.

/// Offset into a file in 4 KiB pages: the kernel's `pgoff_t`, the index of the radix tree.
pub type PageIndex = u64;

/// A block of the file system: 4 KiB. A *file* block counts from the start of the file, a *device* block from the
/// start of the data area of the namespace; in this model the device block is also the page frame, counted from
/// the first frame of the data area.
pub type Block = u64;

/// A 512-byte sector of the block device.
pub type Sector = u64;

/// Address of a mapped page in 4 KiB pages; page 0 is 2 MiB aligned.
pub type VirtualPage = u64;

/// log2 of the size of a page in bytes (x86-64 `PAGE_SHIFT`).
pub const PAGE_SHIFT: u32 = 12;
/// Bytes in a page and in a file system block.
pub const PAGE_SIZE: u64 = 1 << PAGE_SHIFT;
/// The order of a 2 MiB entry: 2^9 pages (`PMD_SHIFT - PAGE_SHIFT`).
pub const PMD_ORDER: u32 = 9;
/// Pages in a 2 MiB range.
pub const PMD_PAGES: u64 = 1 << PMD_ORDER;
/// `PG_PMD_COLOUR` of fs/dax.c: the bits of a page index inside its 2 MiB range.
pub const PG_PMD_COLOUR: u64 = PMD_PAGES - 1;
/// Sectors in a block.
pub const SECTORS_PER_BLOCK: u64 = PAGE_SIZE / 512;

/// The first page of the aligned 2 MiB range that holds `page`.
#[must_use]
pub const fn pmd_start(page: u64) -> u64 {
    page & !PG_PMD_COLOUR
}

/// A thread of the scenario, counted from 0 and shown as a letter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ThreadId(pub u8);

impl ThreadId {
    /// The position of the thread in the scenario.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// `A` for the first thread, `B` for the second: the name in every sentence and lane.
    #[must_use]
    pub const fn letter(self) -> char {
        (b'A' + self.0 % 26) as char
    }
}

impl std::fmt::Debug for ThreadId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.letter())
    }
}

impl std::fmt::Display for ThreadId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.letter())
    }
}

/// A process of the scenario: one address space (`struct mm_struct`) with one mapping of the file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MmId(pub u8);

impl MmId {
    /// The position of the process in the scenario.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A `struct page`: the zeroed page-cache page that stands for a 4 KiB hole. Numbered in order of allocation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PageId(pub u16);

impl PageId {
    /// The position in the arena of pages.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl std::fmt::Display for PageId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "page{}", self.0)
    }
}
