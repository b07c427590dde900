//! `struct page` of a hole page, the zeroed page-cache page that stands for a 4 KiB hole up to 4.13, and of a private
//! copy.

use crate::units::{PageIndex, ThreadId};

/// A hole page, or a private copy, which is never in the page cache.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Page {
    /// `page->index`.
    pub index: PageIndex,
    /// `page->mapping == mapping`: is it in the page cache?
    pub in_cache: bool,
    /// `PG_locked`, with the thread that locked it (a ghost: the kernel does not know).
    pub locked_by: Option<ThreadId>,
    /// `page_count`.
    pub refcount: i32,
    /// `page_mapcount`: page table entries that map it.
    pub mapcount: i32,
    /// Sleepers in `lock_page`, first in line first; a woken one is taken off and has to try again.
    pub waiters: Vec<ThreadId>,
    /// Woken sleepers that have not run yet.
    pub woken: Vec<ThreadId>,
}

impl Page {
    /// A freshly allocated page: one reference, nowhere.
    #[must_use]
    pub const fn allocated(index: PageIndex) -> Page {
        Page {
            index,
            in_cache: false,
            locked_by: None,
            refcount: 1,
            mapcount: 0,
            waiters: Vec::new(),
            woken: Vec::new(),
        }
    }

    /// Has the last reference been dropped?
    #[must_use]
    pub const fn is_free(&self) -> bool {
        self.refcount == 0
    }
}
