//! Ghost: what a scan of the page cache was asked to take away.
//!
//! A 2 MiB entry is found under its first index, which may lie before the range. A scan that goes on from there comes to pages
//! that it was not asked for.

use crate::event::Event;
use crate::task::Task;
use crate::units::PageIndex;

/// The pages that a scan was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Asked {
    /// The first one.
    pub first: PageIndex,
    /// The last one; `u64::MAX`: to the end.
    pub last: PageIndex,
}

impl Asked {
    /// The scan has taken away what covered `index`, `pages` long. What reaches into the range was asked for: there is no such
    /// thing as a part of an entry.
    pub fn took(self, task: &Task, index: PageIndex, pages: u64) {
        let start = index & !(pages - 1);
        if start > self.last || start + (pages - 1) < self.first {
            task.note(Event::TookUnasked { index, first: self.first, last: self.last });
        }
    }
}
