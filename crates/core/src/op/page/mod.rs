//! Hole pages and private copies: references, the page lock, and their place in the tree.

mod apply;

use super::facts::{Facts, Failure, Until};
use super::step::Step;
use super::touched::Touched;
use super::{AccessKind, Mover, Object, Op, Outcome, Parts, Point};
use crate::entry::Slot;
use crate::scenario::FailPoint;
use crate::units::{PageId, PageIndex, ThreadId};

/// An operation on a hole page or private copy.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PageOp {
    /// Allocates a zeroed page.
    PageAlloc {
        /// The index it is for.
        index: PageIndex,
    },
    /// Allocates a page for a private copy (`alloc_page_vma`).
    CopyAlloc {
        /// The index that it is a copy of.
        index: PageIndex,
    },
    /// The same in the XArray's era, where it can fail.
    AnonAlloc {
        /// The index that it is a copy of.
        index: PageIndex,
    },
    /// The storing part of `page_cache_tree_insert`, with the reference and `page->mapping` that go with it.
    PageCacheStore {
        /// The page.
        page: PageId,
    },
    /// `__delete_from_page_cache`.
    PageCacheDelete {
        /// The page.
        page: PageId,
    },
    /// `get_page`.
    GetPage(PageId),
    /// `put_page`.
    PutPage(PageId),
    /// `put_page` of a copy that was never mapped (XArray's era): nobody has seen it, and recordings do not note it.
    DropCopy(PageId),
    /// `lock_page`: tries once; queues if somebody holds it.
    LockPage(PageId),
    /// Sleeps until woken, then tries `lock_page` again.
    AwaitPage(PageId),
    /// `trylock_page`.
    TryLockPage(PageId),
    /// `unlock_page`, also of NULL.
    UnlockPage(Slot),
    /// Reads `page->mapping`: is the page still in the page cache?
    PageInCache(PageId),
    /// `page_mapped`.
    PageMapped(PageId),
    /// Reads `page->index`.
    PageIndexOf(PageId),
    /// `page_ref_freeze(page, 2)` of reclaim, and if nobody but the cache and the caller has a reference,
    /// `__delete_from_page_cache` and `page_ref_unfreeze`: nobody gets at a page whose count is frozen.
    RemoveMapping(PageId),
}

impl PageOp {
    pub(super) const fn point(&self) -> Option<Point> {
        match self {
            PageOp::LockPage(_) => Some(Point::PageLock),
            PageOp::AwaitPage(_) => Some(Point::WaitPage),
            PageOp::PageAlloc { .. }
            | PageOp::CopyAlloc { .. }
            | PageOp::AnonAlloc { .. }
            | PageOp::PageCacheStore { .. }
            | PageOp::PageCacheDelete { .. }
            | PageOp::GetPage(_)
            | PageOp::PutPage(_)
            | PageOp::DropCopy(_)
            | PageOp::TryLockPage(_)
            | PageOp::UnlockPage(_)
            | PageOp::PageInCache(_)
            | PageOp::PageMapped(_)
            | PageOp::PageIndexOf(_)
            | PageOp::RemoveMapping(_) => None,
        }
    }

    /// None: in another world there need not be a page of that number.
    pub(super) const fn look(&self) -> Option<Op> {
        None
    }

    pub(super) const fn facts(&self) -> Facts {
        match self {
            PageOp::PageInCache(_) | PageOp::PageMapped(_) | PageOp::PageIndexOf(_) => Facts::LOOKS,
            PageOp::LockPage(_) | PageOp::AwaitPage(_) => Facts::CHANGES.and_sleeps(),
            PageOp::UnlockPage(_)
            | PageOp::PageCacheStore { .. }
            | PageOp::PageCacheDelete { .. }
            | PageOp::RemoveMapping(_) => Facts::CHANGES.and_crashes(),
            PageOp::PageAlloc { .. }
            | PageOp::CopyAlloc { .. }
            | PageOp::AnonAlloc { .. }
            | PageOp::GetPage(_)
            | PageOp::PutPage(_)
            | PageOp::DropCopy(_)
            | PageOp::TryLockPage(_) => Facts::CHANGES,
        }
    }

    pub(super) const fn failure(&self) -> Option<Failure> {
        match self {
            PageOp::PageAlloc { .. } | PageOp::AnonAlloc { .. } => {
                Some(Failure { what: FailPoint::PageAlloc, answer: |_| Outcome::Page(None) })
            }
            PageOp::CopyAlloc { .. }
            | PageOp::PageCacheStore { .. }
            | PageOp::PageCacheDelete { .. }
            | PageOp::GetPage(_)
            | PageOp::PutPage(_)
            | PageOp::DropCopy(_)
            | PageOp::LockPage(_)
            | PageOp::AwaitPage(_)
            | PageOp::TryLockPage(_)
            | PageOp::UnlockPage(_)
            | PageOp::PageInCache(_)
            | PageOp::PageMapped(_)
            | PageOp::PageIndexOf(_)
            | PageOp::RemoveMapping(_) => None,
        }
    }

    pub(super) const fn until(&self) -> Option<Until> {
        match self {
            PageOp::AwaitPage(page) => Some(Until::IsWokenAtPage(*page)),
            PageOp::PageAlloc { .. }
            | PageOp::CopyAlloc { .. }
            | PageOp::AnonAlloc { .. }
            | PageOp::PageCacheStore { .. }
            | PageOp::PageCacheDelete { .. }
            | PageOp::GetPage(_)
            | PageOp::PutPage(_)
            | PageOp::DropCopy(_)
            | PageOp::LockPage(_)
            | PageOp::TryLockPage(_)
            | PageOp::UnlockPage(_)
            | PageOp::PageInCache(_)
            | PageOp::PageMapped(_)
            | PageOp::PageIndexOf(_)
            | PageOp::RemoveMapping(_) => None,
        }
    }

    /// Not at all: who has a reference, the lock or a mapping of a page can be anybody.
    pub(super) const fn mover(&self, _: bool) -> Mover {
        Mover::None
    }

    pub(super) const fn parts(&self, _: ThreadId) -> Parts {
        match self {
            PageOp::PageCacheStore { .. } | PageOp::PageCacheDelete { .. } | PageOp::RemoveMapping(_) => {
                Parts::MAPPING.union(Parts::PAGES)
            }
            PageOp::PageAlloc { .. }
            | PageOp::CopyAlloc { .. }
            | PageOp::AnonAlloc { .. }
            | PageOp::GetPage(_)
            | PageOp::PutPage(_)
            | PageOp::DropCopy(_)
            | PageOp::LockPage(_)
            | PageOp::AwaitPage(_)
            | PageOp::TryLockPage(_)
            | PageOp::UnlockPage(_)
            | PageOp::PageInCache(_)
            | PageOp::PageMapped(_)
            | PageOp::PageIndexOf(_) => Parts::PAGES,
        }
    }

    pub(super) fn touches(&self, touched: &mut Touched<'_>) {
        match *self {
            PageOp::PageAlloc { .. } | PageOp::CopyAlloc { .. } | PageOp::AnonAlloc { .. } => {
                touched.write(Object::PageIds);
                if let Outcome::Page(Some(page)) = touched.outcome {
                    touched.write(Object::Page(*page));
                }
            }
            PageOp::RemoveMapping(page) if *touched.outcome == Outcome::Bool(false) => {
                touched.read(Object::Page(page));
            }
            PageOp::PageCacheStore { page } | PageOp::PageCacheDelete { page } | PageOp::RemoveMapping(page) => {
                let index = touched.before.page(page).index;
                touched.slots(index, AccessKind::Write);
                touched.tags(index, index, AccessKind::Write);
                touched.count(Object::Counters);
                touched.write(Object::Page(page));
                touched.changed_pages();
            }
            PageOp::GetPage(page) => touched.count(Object::Page(page)),
            PageOp::PutPage(page) | PageOp::DropCopy(page) => {
                if touched.after.page(page).is_free() {
                    touched.write(Object::Page(page));
                    touched.count(Object::PageIds);
                } else {
                    touched.count(Object::Page(page));
                }
            }
            PageOp::LockPage(page) | PageOp::AwaitPage(page) | PageOp::TryLockPage(page) => {
                touched.write(Object::Page(page));
            }
            PageOp::UnlockPage(Slot::Page(page)) => touched.write(Object::Page(page)),
            PageOp::UnlockPage(Slot::Null | Slot::Entry(_)) => {}
            PageOp::PageInCache(page) | PageOp::PageMapped(page) | PageOp::PageIndexOf(page) => {
                touched.read(Object::Page(page));
            }
        }
    }

    #[inline(never)]
    pub(super) fn apply(&self, step: &mut Step<'_>) -> Outcome {
        match *self {
            PageOp::PageAlloc { index } => step.page_alloc(index),
            PageOp::CopyAlloc { index } => step.copy_alloc(index),
            PageOp::AnonAlloc { index } => step.anon_alloc(index),
            PageOp::PageCacheStore { page } => step.page_cache_store(page),
            PageOp::PageCacheDelete { page } => step.page_cache_delete(page),
            PageOp::GetPage(page) => step.get_page(page),
            PageOp::PutPage(page) => step.put_page(page),
            PageOp::DropCopy(page) => step.drop_copy(page),
            PageOp::LockPage(page) | PageOp::AwaitPage(page) => step.lock_page(page),
            PageOp::TryLockPage(page) => step.try_lock_page(page),
            PageOp::UnlockPage(slot) => step.unlock_page(slot),
            PageOp::PageInCache(page) => Outcome::Bool(step.world.page(page).in_cache),
            PageOp::PageMapped(page) => Outcome::Bool(step.world.page(page).mapcount > 0),
            PageOp::PageIndexOf(page) => Outcome::Number(step.world.page(page).index),
            PageOp::RemoveMapping(page) => step.remove_mapping(page),
        }
    }
}
