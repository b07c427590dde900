//! What operations on pages do.

use crate::entry::Slot;
use crate::event::{Bug, Event};
use crate::mm::Page;
use crate::op::Outcome;
use crate::op::step::Step;
use crate::units::{PageId, PageIndex};
use std::sync::Arc;

impl Step<'_> {
    pub(super) fn page_alloc(&mut self, index: PageIndex) -> Outcome {
        let page = self.new_page(Page { locked_by: Some(self.thread), ..Page::allocated(index) });
        self.emit(Event::PageAlloc(page));
        Outcome::Page(Some(page))
    }

    /// The recordings number copies among the hole pages, but do not note their allocation.
    pub(super) fn copy_alloc(&mut self, index: PageIndex) -> Outcome {
        Outcome::Page(Some(self.new_page(Page::allocated(index))))
    }

    pub(super) fn anon_alloc(&mut self, index: PageIndex) -> Outcome {
        let page = self.new_page(Page::allocated(index));
        self.emit(Event::PageAlloc(page));
        Outcome::Page(Some(page))
    }

    pub(in crate::op) fn new_page(&mut self, page: Page) -> PageId {
        let reuse = self.world.reuse_page_ids;
        let pages = Arc::make_mut(&mut self.world.pages);
        match pages.iter().position(Page::is_free).filter(|_| reuse) {
            Some(free) => {
                pages[free] = page;
                PageId(free as u16)
            }
            None => {
                pages.push(page);
                PageId((pages.len() - 1) as u16)
            }
        }
    }

    /// The page takes the slot of its index: of a locked empty entry, or of nothing.
    pub(super) fn page_cache_store(&mut self, page: PageId) -> Outcome {
        let index = self.world.page(page).index;
        let mapping = Arc::make_mut(&mut self.world.mapping);
        mapping.owners.retain(|&(at, _)| at != index);
        if mapping.slot(index).is_null() {
            // A page at order 0 cannot collide: nothing covers the index.
            let _ = mapping.tree.insert(index, 0, Slot::Page(page).word());
        } else {
            mapping.tree.replace(index, Slot::Page(page).word());
            mapping.nrexceptional -= 1;
        }
        mapping.nrpages += 1;
        let page = self.world.page_mut(page);
        page.in_cache = true;
        page.refcount += 1;
        Outcome::Done
    }

    pub(super) fn page_cache_delete(&mut self, page: PageId) -> Outcome {
        if self.world.page(page).mapcount > 0 {
            self.emit(Event::VmBug("__delete_from_page_cache"));
        }
        let index = self.world.page(page).index;
        let mapping = Arc::make_mut(&mut self.world.mapping);
        mapping.tree.replace(index, 0);
        mapping.nrpages -= 1;
        self.world.page_mut(page).in_cache = false;
        Outcome::Done
    }

    /// Only the cache and the caller have a reference: the page goes out of the cache, which gives its own back.
    pub(super) fn remove_mapping(&mut self, page: PageId) -> Outcome {
        let unused = self.world.page(page).refcount == 2;
        if unused {
            self.page_cache_delete(page);
            self.put_page(page);
        }
        Outcome::Bool(unused)
    }

    pub(in crate::op) fn get_page(&mut self, page: PageId) -> Outcome {
        self.world.page_mut(page).refcount += 1;
        Outcome::Done
    }

    pub(in crate::op) fn put_page(&mut self, page: PageId) -> Outcome {
        let state = self.world.page_mut(page);
        state.refcount -= 1;
        if state.is_free() {
            self.emit(Event::PageFree(page));
        }
        Outcome::Done
    }

    pub(super) fn drop_copy(&mut self, page: PageId) -> Outcome {
        self.world.page_mut(page).refcount -= 1;
        Outcome::Done
    }

    /// Tries to lock; on failure the thread goes to the tail of the queue.
    pub(super) fn lock_page(&mut self, page: PageId) -> Outcome {
        let thread = self.thread;
        let state = self.world.page_mut(page);
        state.woken.retain(|&woken| woken != thread);
        let free = state.locked_by.is_none();
        if free {
            state.locked_by = Some(thread);
        } else {
            state.waiters.push(thread);
        }
        Outcome::Bool(free)
    }

    pub(super) fn try_lock_page(&mut self, page: PageId) -> Outcome {
        let thread = self.thread;
        let state = self.world.page_mut(page);
        let free = state.locked_by.is_none();
        if free {
            state.locked_by = Some(thread);
        }
        Outcome::Bool(free)
    }

    /// `unlock_page` of what is no page is the end of the kernel: it dereferences NULL.
    pub(super) fn unlock_page(&mut self, slot: Slot) -> Outcome {
        let Slot::Page(page) = slot else {
            self.crash(Bug::UnlockPage);
            return Outcome::Done;
        };
        if self.world.page(page).locked_by.is_none() {
            self.crash(Bug::UnlockPage);
            return Outcome::Done;
        }
        let state = self.world.page_mut(page);
        state.locked_by = None;
        if !state.waiters.is_empty() {
            let next = state.waiters.remove(0);
            state.woken.push(next);
            self.emit(Event::Wake(next));
        }
        Outcome::Done
    }

    /// A pte that mapped the page is gone.
    pub(in crate::op) fn page_remove_rmap(&mut self, page: PageId) {
        self.world.page_mut(page).mapcount -= 1;
        self.put_page(page);
    }

    /// A pte maps the page now.
    pub(in crate::op) fn page_add_rmap(&mut self, page: PageId) {
        self.world.page_mut(page).mapcount += 1;
    }
}
