//! The fsdax namespace: where in the persistent memory the file system's data area begins, and how sectors, page
//! frames, blocks and bytes translate into each other.
//!
//! Layout of an fsdax namespace with its `struct page`s on the device (`--map=dev`): an info block in the first
//! 8 KiB, the `struct page` array (64 bytes a page), then the data area at the next 2 MiB boundary. Source:
//! drivers/nvdimm/pfn_devs.c of v4.10 (`nd_pfn_init`, `struct nd_pfn_sb`).

use crate::units::{Block, PAGE_SIZE, PMD_PAGES, SECTORS_PER_BLOCK, Sector};

/// `SZ_8K`: the info block with its padding.
pub const INFO_BLOCK_BYTES: u64 = 8 << 10;
/// `sizeof(struct page)` on x86-64.
pub const STRUCT_PAGE_BYTES: u64 = 64;

/// A modelled namespace. All offsets are bytes from the start of the namespace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Namespace {
    /// Blocks of the data area.
    pub blocks: u64,
    /// Are there `struct page`s (`pfn_t_devmap`)?
    pub devmap: bool,
}

/// A named part of the namespace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Area {
    /// What it is.
    pub name: &'static str,
    /// First byte.
    pub start: u64,
    /// Length in bytes.
    pub bytes: u64,
}

impl Namespace {
    /// Where the data area begins: a multiple of 2 MiB.
    #[must_use]
    pub fn data_offset(&self) -> u64 {
        let pages = if self.devmap { self.blocks * STRUCT_PAGE_BYTES } else { 0 };
        (INFO_BLOCK_BYTES + pages).next_multiple_of(PMD_PAGES * PAGE_SIZE)
    }

    /// The parts, in order.
    #[must_use]
    pub fn areas(&self) -> Vec<Area> {
        let data = self.data_offset();
        let mut areas = vec![Area { name: "info block", start: 0, bytes: INFO_BLOCK_BYTES }];
        let mut at = INFO_BLOCK_BYTES;
        if self.devmap {
            let bytes = self.blocks * STRUCT_PAGE_BYTES;
            areas.push(Area { name: "struct page", start: at, bytes });
            at += bytes;
        }
        if at < data {
            areas.push(Area { name: "padding", start: at, bytes: data - at });
        }
        areas.push(Area { name: "data", start: data, bytes: self.blocks * PAGE_SIZE });
        areas
    }

    /// The byte of the namespace at which a block of the data area lies.
    #[must_use]
    pub fn byte_of(&self, block: Block) -> u64 {
        self.data_offset() + block * PAGE_SIZE
    }

    /// The first sector of a block.
    #[must_use]
    pub const fn sector_of(block: Block) -> Sector {
        block * SECTORS_PER_BLOCK
    }

    /// Why `count` blocks from `phys` cannot be mapped by one huge page, or `None` if they can.
    #[must_use]
    pub fn why_not_huge(&self, phys: Block, count: u64) -> Option<NotHuge> {
        if phys + PMD_PAGES > self.blocks {
            Some(NotHuge::BeyondDevice)
        } else if count < PMD_PAGES {
            Some(NotHuge::TooShort { blocks: count })
        } else if !phys.is_multiple_of(PMD_PAGES) {
            Some(NotHuge::Misaligned { offset: phys % PMD_PAGES })
        } else if !self.devmap {
            Some(NotHuge::NoStructPages)
        } else {
            None
        }
    }
}

/// Why a 2 MiB range of the file cannot be mapped by one huge page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotHuge {
    /// The extent ends before the range does.
    TooShort {
        /// Blocks that there are.
        blocks: u64,
    },
    /// The first page frame is no multiple of 512.
    Misaligned {
        /// Frames behind the last multiple.
        offset: u64,
    },
    /// The device has no `struct page`s.
    NoStructPages,
    /// The range does not lie on the device.
    BeyondDevice,
}

impl std::fmt::Display for NotHuge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NotHuge::TooShort { blocks } => write!(f, "the extent ends after {blocks} of 512 blocks"),
            NotHuge::Misaligned { offset } => {
                write!(f, "its first page frame lies {offset} pages past a 2 MiB boundary")
            }
            NotHuge::NoStructPages => f.write_str("the device has no struct pages (devmap off)"),
            NotHuge::BeyondDevice => f.write_str("it reaches beyond the end of the device"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_area_begins_on_a_2_mib_boundary() {
        let namespace = Namespace { blocks: 1 << 20, devmap: true };
        assert_eq!(namespace.data_offset(), (64 << 20) + (2 << 20));
        let bare = Namespace { blocks: 1 << 20, devmap: false };
        assert_eq!(bare.data_offset(), 2 << 20);
        let areas = namespace.areas();
        for pair in areas.windows(2) {
            assert_eq!(pair[0].start + pair[0].bytes, pair[1].start);
        }
    }

    #[test]
    fn a_range_says_why_it_is_not_huge() {
        let namespace = Namespace { blocks: 8192, devmap: true };
        assert_eq!(namespace.why_not_huge(1024, 512), None);
        assert_eq!(namespace.why_not_huge(1031, 512), Some(NotHuge::Misaligned { offset: 7 }));
        assert_eq!(namespace.why_not_huge(1024, 100), Some(NotHuge::TooShort { blocks: 100 }));
        assert_eq!(namespace.why_not_huge(8192 - 100, 512), Some(NotHuge::BeyondDevice));
    }
}
