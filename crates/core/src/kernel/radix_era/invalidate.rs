//! Invalidating clean cache: opportunistic (drop_caches, fadvise) and strict (direct I/O, write(2) over new blocks).

use super::lock::{dax_wake_mapping_entry_waiter, get_unlocked_mapping_entry, put_unlocked_mapping_entry};
use super::page_cache::{invalidate_complete_page2, remove_mapping};
use super::pagevec::{Batch, cache_is_empty, pagevec_lookup_entries, pagevec_release, warn_if_elsewhere};
use crate::entry::Slot;
use crate::errno::Errno;
use crate::event::Event;
use crate::kernel::file::asked::Asked;
use crate::op::PageOp;
use crate::radix::Tag;
use crate::revision::WakeMode;
use crate::task::Task;
use crate::units::{PMD_PAGES, PageId, PageIndex, pmd_start};

/// `__dax_invalidate_mapping_entry` (fs/dax.c, v4.10): waits for the entry and deletes it, unless it is dirty and
/// this is no truncation. Returns whether it did.
///
/// Waking one waiter here loses wake-ups: the woken one may find nothing and then wakes nobody.
pub async fn dax_invalidate_entry(task: &Task, index: PageIndex, asked: Asked, truncating: bool) -> bool {
    task.within("__dax_invalidate_mapping_entry", async {
        task.spin_lock_tree().await;
        let entry = get_unlocked_mapping_entry(task, index).await;
        let delete = entry.entry().is_some() && (truncating || !is_dirty(task, index).await);
        if let Some(entry) = entry.entry().filter(|_| delete) {
            task.radix_tree_delete(index).await;
            asked.took(task, index, entry.size().pages());
        }
        if delete && task.revision().common.wake_mode_delete == WakeMode::All {
            dax_wake_mapping_entry_waiter(task, index, entry, WakeMode::All).await;
        } else {
            put_unlocked_mapping_entry(task, index, entry).await;
        }
        task.spin_unlock_tree().await;
        delete
    })
    .await
}

/// Is the entry tagged DIRTY or TOWRITE?
async fn is_dirty(task: &Task, index: PageIndex) -> bool {
    task.radix_tree_tag_get(index, Tag::Dirty).await || task.radix_tree_tag_get(index, Tag::Towrite).await
}

/// `dax_invalidate_mapping_entry` (fs/dax.c, v4.10): deletes a clean, unlocked entry without waiting, although it may
/// be mapped. Removed in 4.12.
async fn dax_invalidate_mapping_entry(task: &Task, index: PageIndex, asked: Asked) -> bool {
    task.call("dax_invalidate_mapping_entry", index, async {
        task.spin_lock_tree().await;
        let entry = task.radix_tree_lookup(index).await;
        let free = entry.entry().is_some_and(|entry| !entry.is_locked());
        let delete = free && !is_dirty(task, index).await;
        if let Some(entry) = entry.entry().filter(|_| delete) {
            task.radix_tree_delete(index).await;
            asked.took(task, index, entry.size().pages());
        }
        task.spin_unlock_tree().await;
        if delete {
            dax_wake_mapping_entry_waiter(task, index, entry, WakeMode::All).await;
        }
        delete
    })
    .await
}

/// `invalidate_mapping_pages` (mm/truncate.c, v4.10) over `start..=end`: drops what can be dropped easily, returns
/// how much.
pub async fn invalidate_mapping_pages(task: &Task, start: PageIndex, end: PageIndex) -> u64 {
    task.within("invalidate_mapping_pages", async {
        let asked = Asked { first: start, last: end };
        let mut count = 0;
        let mut index = start;
        let mut circle = Circle::default();
        while index <= end {
            task.cond_resched().await;
            let from = index;
            let batch = pagevec_lookup_entries(task, index, (end - index).saturating_add(1)).await;
            if batch.is_empty() {
                break;
            }
            for &(at, slot) in batch.iter() {
                index = at;
                if index > end {
                    break;
                }
                match slot {
                    Slot::Page(page) => count += u64::from(try_invalidate_page(task, page, index, asked).await),
                    _ if task.radix().nonblocking_invalidate => {
                        dax_invalidate_mapping_entry(task, index, asked).await;
                    }
                    _ => {}
                }
                task.forget_but(&(from, index, &batch, count, &circle));
            }
            pagevec_release(task, &batch).await;
            index = next_index(task, &batch, index);
            circle.round(task, from, index, &batch);
            task.forget_but(&(index, count, &circle));
        }
        count
    })
    .await
}

/// Where a scan goes on that came to `index`. A 2 MiB entry is found under its first index from anywhere within it, so
/// up to 4.19 a scan that keeps one finds it again and again.
fn next_index(task: &Task, batch: &Batch, index: PageIndex) -> PageIndex {
    match batch.last() {
        Some(&(at, Slot::Entry(entry))) if at == index && entry.is_pmd() && task.radix().invalidate_steps_over_pmd => {
            pmd_start(index).wrapping_add(PMD_PAGES)
        }
        _ => index.wrapping_add(1),
    }
}

/// Ghost: notices a scan that goes in circles.
#[derive(Default, Hash)]
struct Circle {
    /// How often running it came out where it began, with the same entries found; 3 stands for more.
    rounds: u8,
    found: Option<Batch>,
}

impl Circle {
    /// A round that began at `from`, found `batch` and goes on at `next`.
    fn round(&mut self, task: &Task, from: PageIndex, next: PageIndex, batch: &Batch) {
        if next != from {
            *self = Circle::default();
            return;
        }
        self.rounds = if self.found.as_ref() == Some(batch) { (self.rounds + 1).min(3) } else { 1 };
        if self.rounds >= 2 {
            task.note(Event::ScanGoesInCircles { index: from });
        }
        self.found = Some(Batch::clone(batch));
    }
}

/// One page of the opportunistic scan, unless somebody has locked it.
async fn try_invalidate_page(task: &Task, page: PageId, index: PageIndex, asked: Asked) -> bool {
    if !task.perform::<bool>(PageOp::TryLockPage(page)).await {
        return false;
    }
    warn_if_elsewhere(task, page, index, "invalidate_mapping_pages").await;
    let dropped = invalidate_inode_page(task, page).await;
    if dropped {
        asked.took(task, index, 1);
    }
    task.unlock_page(Slot::Page(page)).await;
    dropped
}

/// `invalidate_inode_page`: takes an unmapped page out of the cache if nobody else uses it.
async fn invalidate_inode_page(task: &Task, page: PageId) -> bool {
    task.perform::<bool>(PageOp::PageInCache(page)).await
        && !task.perform::<bool>(PageOp::PageMapped(page)).await
        && remove_mapping(task, page).await
}

/// `invalidate_inode_pages2_range` (mm/truncate.c, v4.10) over `start..=end`: `-EBUSY` if something had to stay.
pub async fn invalidate_inode_pages2_range(task: &Task, start: PageIndex, end: PageIndex) -> Result<u64, Errno> {
    task.within("invalidate_inode_pages2_range", async {
        if task.radix().invalidate_skips_empty && cache_is_empty(task).await {
            return Ok(0);
        }
        let asked = Asked { first: start, last: end };
        let mut result = Ok(0);
        let mut unmapped = false;
        let mut index = start;
        let mut circle = Circle::default();
        while index <= end {
            task.cond_resched().await;
            let from = index;
            let batch = pagevec_lookup_entries(task, index, (end - index).saturating_add(1)).await;
            if batch.is_empty() {
                break;
            }
            for &(at, slot) in batch.iter() {
                index = at;
                if index > end {
                    break;
                }
                let dropped = match slot {
                    Slot::Page(page) => invalidate_page2(task, page, index, asked, &mut unmapped).await,
                    _ => dax_invalidate_mapping_entry_sync(task, index, asked).await,
                };
                if !dropped {
                    result = Err(Errno::EBUSY);
                }
                task.forget_but(&(from, index, &batch, unmapped, &result, &circle));
            }
            pagevec_release(task, &batch).await;
            index = next_index(task, &batch, index);
            circle.round(task, from, index, &batch);
            task.forget_but(&(index, unmapped, &result, &circle));
        }
        if task.radix().invalidate_unmaps {
            // 0 pages would mean: to the end.
            let count = if end == u64::MAX { 0 } else { end - start + 1 };
            task.unmap_mapping_range(start, count, false).await;
        }
        result
    })
    .await
}

/// `dax_invalidate_mapping_entry_sync` (fs/dax.c, v4.10).
async fn dax_invalidate_mapping_entry_sync(task: &Task, index: PageIndex, asked: Asked) -> bool {
    task.call("dax_invalidate_mapping_entry_sync", index, dax_invalidate_entry(task, index, asked, false)).await
}

/// One page of the strict scan: locked, unmapped with the rest of the range, taken out.
async fn invalidate_page2(task: &Task, page: PageId, index: PageIndex, asked: Asked, unmapped: &mut bool) -> bool {
    let end = asked.last;
    task.lock_page(page).await;
    warn_if_elsewhere(task, page, index, "invalidate_inode_pages2_range").await;
    let mut dropped = true;
    if task.perform::<bool>(PageOp::PageInCache(page)).await {
        if task.perform::<bool>(PageOp::PageMapped(page)).await {
            // The first mapped page takes the rest of the range with it.
            let rest = if end == u64::MAX { 0 } else { end - index + 1 };
            let count = if *unmapped { 1 } else { rest };
            *unmapped = true;
            task.unmap_mapping_range(index, count, false).await;
        }
        dropped = invalidate_complete_page2(task, page).await;
        asked.took(task, index, 1);
    }
    task.unlock_page(Slot::Page(page)).await;
    dropped
}
