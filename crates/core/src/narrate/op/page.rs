//! The words for operations on hole pages and private copies.

use super::{LockNames, Told, Words};
use crate::entry::Slot;
use crate::narrate::words::page;
use crate::op::{Outcome, PageOp};

impl Words for PageOp {
    fn next(&self, _: LockNames) -> String {
        match *self {
            PageOp::PageAlloc { index } => format!("allocate a page for the hole at {}", page(index)),
            PageOp::CopyAlloc { .. } | PageOp::AnonAlloc { .. } => "allocate a page for a private copy".into(),
            PageOp::PageCacheStore { page } => format!("put {page} into the tree"),
            PageOp::PageCacheDelete { page } => format!("take {page} out of the tree"),
            PageOp::GetPage(page) => format!("take a reference of {page}"),
            PageOp::PutPage(page) => format!("drop a reference of {page}"),
            PageOp::DropCopy(_) => "throw the copy away".into(),
            PageOp::LockPage(page) | PageOp::TryLockPage(page) => format!("lock {page}"),
            PageOp::AwaitPage(page) => format!("lock {page} once it is woken"),
            PageOp::UnlockPage(Slot::Page(page)) => format!("unlock {page}"),
            PageOp::UnlockPage(Slot::Null | Slot::Entry(_)) => "call unlock_page(NULL)".into(),
            PageOp::PageInCache(page) | PageOp::PageMapped(page) | PageOp::PageIndexOf(page) => {
                format!("look at {page}")
            }
            PageOp::RemoveMapping(page) => format!("take {page} out of the tree if nobody else uses it"),
        }
    }

    fn done(&self, told: Told<'_>) -> Option<String> {
        let outcome = told.outcome();
        Some(match *self {
            PageOp::PageAlloc { index } => match outcome {
                Outcome::Page(Some(hole)) => format!("allocates {hole} for the hole at {}", page(index)),
                _ => format!("gets no page for the hole at {}: page_alloc fails{}", page(index), told.injected()),
            },
            PageOp::CopyAlloc { index } | PageOp::AnonAlloc { index } => match outcome {
                Outcome::Page(Some(_)) => "allocates a page for a private copy".into(),
                _ => format!("gets no page for a private copy of page {}{}", page(index), told.injected()),
            },
            PageOp::PageCacheStore { page: hole } => format!("puts {hole} into the tree"),
            PageOp::PageCacheDelete { page: hole } => format!("takes {hole} out of the tree"),
            PageOp::GetPage(hole) => format!("takes a reference of {hole}"),
            PageOp::PutPage(hole) => format!("drops a reference of {hole}"),
            PageOp::DropCopy(_) => "throws the copy away".into(),
            PageOp::LockPage(hole) | PageOp::AwaitPage(hole) | PageOp::TryLockPage(hole) => match outcome {
                Outcome::Bool(true) => format!("locks {hole}"),
                _ => format!("finds {hole} locked"),
            },
            PageOp::UnlockPage(Slot::Page(hole)) => format!("unlocks {hole}"),
            PageOp::UnlockPage(Slot::Null | Slot::Entry(_)) => {
                "takes NULL for a page and calls unlock_page(NULL)".into()
            }
            PageOp::PageInCache(hole) => match outcome {
                Outcome::Bool(true) => format!("finds {hole} still in the page cache"),
                _ => format!("finds {hole} gone from the page cache"),
            },
            PageOp::PageMapped(hole) => match outcome {
                Outcome::Bool(true) => format!("finds {hole} mapped"),
                _ => format!("finds {hole} not mapped"),
            },
            PageOp::RemoveMapping(hole) => match outcome {
                Outcome::Bool(true) => format!("takes {hole} out of the tree, which nobody else uses"),
                _ => format!("finds {hole} in use"),
            },
            PageOp::PageIndexOf(_) => return None,
        })
    }

    fn aside(&self, outcome: &Outcome) -> Option<String> {
        match (self, outcome) {
            (PageOp::PageIndexOf(hole), Outcome::Number(index)) => {
                Some(format!("reads the index of {hole}: {}", page(*index)))
            }
            _ => None,
        }
    }

    fn call(&self, _: Told<'_>) -> Option<(String, String)> {
        None
    }

    fn is_visible(&self, outcome: &Outcome) -> bool {
        match self {
            PageOp::PageCacheStore { .. } | PageOp::PageCacheDelete { .. } | PageOp::AwaitPage(_) => true,
            PageOp::RemoveMapping(_) => *outcome == Outcome::Bool(true),
            PageOp::LockPage(_) => *outcome != Outcome::Bool(true),
            PageOp::PageAlloc { .. }
            | PageOp::CopyAlloc { .. }
            | PageOp::AnonAlloc { .. }
            | PageOp::GetPage(_)
            | PageOp::PutPage(_)
            | PageOp::DropCopy(_)
            | PageOp::TryLockPage(_)
            | PageOp::UnlockPage(_)
            | PageOp::PageInCache(_)
            | PageOp::PageMapped(_)
            | PageOp::PageIndexOf(_) => false,
        }
    }
}
