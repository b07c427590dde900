//! Calls of fsync and msync, and what they flushed.

use crate::event::File;
use daxscope_core::units::PMD_PAGES;

/// A call that looked for dirty entries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sync {
    /// The line at which it begins.
    pub line: u64,
    /// The line at which it ends; `None`: not in the trace.
    pub end: Option<u64>,
    /// Whose.
    pub task: String,
    /// Number of the thread.
    pub tid: u32,
    /// The file.
    pub file: File,
    /// First page.
    pub first: u64,
    /// Last page; `None`: to the end of the file.
    pub last: Option<u64>,
    /// Entries of 2 MiB that were flushed.
    pub huge: u64,
    /// Entries of 4 KiB.
    pub small: u64,
    /// Entries that were dirty before, as far as the trace shows, and were not flushed.
    pub left: u64,
}

/// Pages from here on mean: to the end.
const UNBOUNDED: u64 = 0x7_ffff_ffff_ffff;

impl Sync {
    /// The last page, or `None` if it means the end.
    pub(crate) fn bound(last: u64) -> Option<u64> {
        (last < UNBOUNDED).then_some(last)
    }

    /// An entry was flushed.
    pub(super) const fn flushed(&mut self, first: u64, last: u64) {
        if last - first + 1 == PMD_PAGES {
            self.huge += 1;
        } else {
            self.small += 1;
        }
    }
}
