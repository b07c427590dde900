//! truncate(2) and hole punch: unmap, then take every entry and page of the range out of the tree
//! (mm/truncate.c, v4.10).

use super::invalidate::dax_invalidate_entry;
use super::page_cache::delete_from_page_cache;
use super::pagevec::{cache_is_empty, pagevec_lookup_entries, pagevec_release, warn_if_elsewhere};
use crate::entry::Slot;
use crate::event::{Event, LockId, OpResult};
use crate::kernel::file::asked::Asked;
use crate::kernel::file::fallocate::punch_range;
use crate::kernel::file::fs_lock::{lock_fs, unlock_fs};
use crate::kernel::file::xfs::is_xfs;
use crate::kernel::mm::truncate_pagecache::truncate_pagecache;
use crate::op::{FileOp, PageOp};
use crate::sync::LockMode;
use crate::task::Task;
use crate::units::{PMD_PAGES, PageId, PageIndex, pmd_start};

/// `fallocate(FALLOC_FL_PUNCH_HOLE)` of `count` pages from `first`.
pub async fn punch(task: &Task, first: PageIndex, count: u64) -> OpResult {
    task.acquire(LockId::Inode, LockMode::Write).await;
    lock_fs(task).await;
    let end = first.saturating_add(count);
    let result = punch_range(task, first, end).await;
    unlock_fs(task).await;
    task.release(LockId::Inode).await;
    result
}

/// `truncate(2)` to `size` pages.
pub async fn truncate(task: &Task, size: u64) -> OpResult {
    task.acquire(LockId::Inode, LockMode::Write).await;
    // XFS keeps faults out for every change of the size, ext4 only while blocks go.
    let keeps_out = is_xfs(task);
    if keeps_out {
        lock_fs(task).await;
    }
    let old_size = task.perform::<u64>(FileOp::ReadSize).await;
    task.perform::<()>(FileOp::SetSize { size }).await;
    let shrinks = size < old_size;
    if shrinks {
        if !keeps_out {
            lock_fs(task).await;
        }
        truncate_pagecache(task, size).await;
        task.perform::<()>(FileOp::FreeBlocks { first: size, end: u64::MAX, own_step: false }).await;
    }
    if shrinks || keeps_out {
        unlock_fs(task).await;
    }
    task.release(LockId::Inode).await;
    OpResult::Done
}

/// `truncate_inode_pages_range` (mm/truncate.c, v4.10) over whole pages `start..end`: one pass over what is not
/// locked, then passes until nothing is left.
pub async fn truncate_inode_pages_range(task: &Task, start: PageIndex, end: PageIndex) {
    task.within("truncate_inode_pages_range", async {
        if cache_is_empty(task).await {
            return;
        }
        let asked = Asked { first: start, last: end.saturating_sub(1) };
        let mut index = start;
        while index < end {
            let batch = pagevec_lookup_entries(task, index, end - index).await;
            if batch.is_empty() {
                break;
            }
            for &(at, slot) in batch.iter() {
                index = at;
                if index >= end {
                    break;
                }
                match slot {
                    Slot::Page(page) => {
                        if task.perform::<bool>(PageOp::TryLockPage(page)).await {
                            let at = warn_if_elsewhere(task, page, index, "truncate_inode_pages_range").await;
                            truncate_inode_page(task, page, at, asked).await;
                            task.unlock_page(slot).await;
                        }
                    }
                    _ => truncate_exceptional_entry(task, index, slot, asked).await,
                }
                task.forget_but(&(index, &batch));
            }
            pagevec_release(task, &batch).await;
            index = index.wrapping_add(1);
            task.forget_but(&index);
        }
        if start < end {
            truncate_until_empty(task, start, end).await;
        }
    })
    .await;
}

/// The second loop: waits for locked pages and starts again until the range is empty.
async fn truncate_until_empty(task: &Task, start: PageIndex, end: PageIndex) {
    let asked = Asked { first: start, last: end.saturating_sub(1) };
    let mut index = start;
    loop {
        task.forget_but(&index);
        task.cond_resched().await;
        let batch = pagevec_lookup_entries(task, index, end - index).await;
        if batch.is_empty() {
            if index == start {
                return;
            }
            index = start;
            continue;
        }
        if index == start && batch[0].0 >= end {
            pagevec_release(task, &batch).await;
            return;
        }
        for &(at, slot) in batch.iter() {
            index = at;
            if index >= end {
                // Start again, to be sure that all is gone.
                index = start.wrapping_sub(1);
                break;
            }
            match slot {
                Slot::Page(page) => {
                    task.lock_page(page).await;
                    let at = warn_if_elsewhere(task, page, index, "truncate_inode_pages_range").await;
                    truncate_inode_page(task, page, at, asked).await;
                    task.unlock_page(slot).await;
                }
                _ => truncate_exceptional_entry(task, index, slot, asked).await,
            }
            task.forget_but(&(index, &batch));
        }
        pagevec_release(task, &batch).await;
        index = index.wrapping_add(1);
    }
}

/// `truncate_inode_page`: unmaps the page at `index`, its own, if somebody mapped it meanwhile, and takes it out.
async fn truncate_inode_page(task: &Task, page: PageId, index: PageIndex, asked: Asked) {
    task.within("truncate_inode_page", async {
        if task.perform::<bool>(PageOp::PageMapped(page)).await {
            task.unmap_mapping_range(index, 1, false).await;
        }
        if task.perform::<bool>(PageOp::PageInCache(page)).await {
            delete_from_page_cache(task, page).await;
            asked.took(task, index, 1);
        }
    })
    .await;
}

/// `dax_delete_mapping_entry` (fs/dax.c, v4.10): waits for the entry and deletes it. Its caller must have kept
/// everybody else from deleting it first.
///
/// A 2 MiB entry goes as a whole, even if the range to be truncated is only a part of it. Nobody unmaps the other part
/// or flushes it; `delete_unmaps_entry` is a proposal to do both.
async fn truncate_exceptional_entry(task: &Task, index: PageIndex, found: Slot, asked: Asked) {
    task.call("dax_delete_mapping_entry", index, async {
        if let Some(entry) = found.entry().filter(|entry| entry.is_pmd() && task.radix().delete_unmaps_entry) {
            task.unmap_mapping_range(pmd_start(index), PMD_PAGES, false).await;
            if entry.is_block() {
                task.perform::<()>(FileOp::Flush { block: entry.block(), count: PMD_PAGES }).await;
            }
        }
        let deleted = dax_invalidate_entry(task, index, asked, true).await;
        if !deleted {
            task.note(Event::Warn("dax_delete_mapping_entry"));
        }
        deleted
    })
    .await;
}
