//! DAX entries: what stands in the tree for a page or 2 MiB of the file, and carries the lock. Each era has words of its
//! own for them.

mod radix_word;
mod xarray_word;

pub use radix_word::{Entry, Slot};
pub use xarray_word::XEntry;

use crate::units::{PMD_ORDER, PageIndex, pmd_start};

/// The size of an entry or of a request for one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum EntrySize {
    /// 4 KiB: order 0.
    Pte,
    /// 2 MiB: order 9.
    Pmd,
}

impl EntrySize {
    /// The order in the tree: 0 or 9.
    #[must_use]
    pub const fn order(self) -> u32 {
        match self {
            EntrySize::Pte => 0,
            EntrySize::Pmd => PMD_ORDER,
        }
    }

    /// Pages covered: 1 or 512.
    #[must_use]
    pub const fn pages(self) -> u64 {
        1 << self.order()
    }

    /// `4 KiB` or `2 MiB`, for sentences.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            EntrySize::Pte => "4 KiB",
            EntrySize::Pmd => "2 MiB",
        }
    }

    /// The first page of the range of this size that holds `index`.
    #[must_use]
    pub const fn start(self, index: PageIndex) -> PageIndex {
        match self {
            EntrySize::Pte => index,
            EntrySize::Pmd => pmd_start(index),
        }
    }
}
