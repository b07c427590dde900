//! 2 MiB of addresses of a process: what is mapped there, as far as faults show.

use super::pages::Pages;
use crate::event::File;

/// Which: file, process (0 where the trace does not say), address / 2 MiB.
pub(super) type Key = (File, u32, u64);

/// What is mapped.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Window {
    /// By 2 MiB; may it be stored to?
    huge: Option<bool>,
    /// By 4 KiB.
    small: Pages,
    /// Of those, may be stored to.
    writable: Pages,
    /// The counts of the range when this was last right.
    unmapped: u32,
    cleaned: u32,
    has_table: bool,
}

impl Window {
    /// Takes out what has gone since: mappings, or the right to store.
    pub(super) fn renew(&mut self, unmapped: u32, cleaned: u32) {
        if self.unmapped != unmapped {
            *self = Window { unmapped, cleaned, has_table: self.has_table, ..Window::default() };
        }
        if self.cleaned != cleaned {
            self.cleaned = cleaned;
            self.huge = self.huge.map(|_| false);
            self.writable = Pages::default();
        }
    }

    /// Is the page mapped with that right already?
    pub(super) fn has(&self, page: u64, is_write: bool) -> bool {
        let by_huge = self.huge.is_some_and(|writable| writable || !is_write);
        by_huge || if is_write { self.writable.has(page) } else { self.small.has(page) }
    }

    /// Is there a page table?
    pub(super) const fn has_table(&self) -> bool {
        self.has_table
    }

    /// 2 MiB are mapped.
    pub(super) const fn map_huge(&mut self, is_write: bool) {
        self.huge = Some(is_write);
        self.has_table = false;
    }

    /// A page is mapped.
    pub(super) const fn map_small(&mut self, page: u64, is_write: bool) {
        self.huge = None;
        self.has_table = true;
        self.small.add(page);
        if is_write {
            self.writable.add(page);
        }
    }
}
