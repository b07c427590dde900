//! A tree that is filled already: the `entries` lines.

use super::expectation::EntryKind;
use super::size::{format_pages, format_range};
use crate::entry::EntrySize;
use crate::units::PageIndex;
use std::fmt;

/// Entries of one kind that the tree holds before the first step, as earlier faults and `munmap` have left them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Filled {
    /// The first page of the range.
    pub first: PageIndex,
    /// Its pages.
    pub count: u64,
    /// How much each entry covers.
    pub size: EntrySize,
    /// What each holds.
    pub kind: EntryKind,
    /// From the start of one entry to that of the next, in pages.
    pub every: u64,
    /// Is each tagged dirty, its first page stored to and not flushed since?
    pub dirty: bool,
}

impl Filled {
    /// The end of the range.
    #[must_use]
    pub const fn end(&self) -> PageIndex {
        self.first.saturating_add(self.count)
    }

    /// The first page of each entry: those that end inside the range.
    pub fn starts(&self) -> impl Iterator<Item = PageIndex> + use<> {
        let (first, every) = (self.first, self.every.max(1));
        (0..self.entries()).map(move |at| first + at * every)
    }

    /// How many entries that are.
    #[must_use]
    pub fn entries(&self) -> u64 {
        match self.count.checked_sub(self.size.pages()) {
            Some(room) => room / self.every.max(1) + 1,
            None => 0,
        }
    }
}

/// What stands behind `entries`.
impl fmt::Display for Filled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = match self.size {
            EntrySize::Pte => "4K",
            EntrySize::Pmd => "2M",
        };
        write!(f, "{} {size} {}", format_range(self.first, Some(self.end())), self.kind.name())?;
        if self.every != self.size.pages() {
            write!(f, " every {}", format_pages(self.every))?;
        }
        f.write_str(if self.dirty { " dirty" } else { "" })
    }
}
