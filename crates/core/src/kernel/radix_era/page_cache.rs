//! Hole pages in the page cache: inserting, deleting, reclaiming (mm/filemap.c, mm/vmscan.c, v4.10).

use super::lock::dax_wake_mapping_entry_waiter;
use crate::entry::{Entry, EntrySize, Slot};
use crate::errno::Errno;
use crate::event::Event;
use crate::op::{PageOp, RadixOp};
use crate::revision::WakeMode;
use crate::scenario::FailPoint;
use crate::task::Task;
use crate::units::{PageId, PageIndex};

/// `find_or_create_page` (include/linux/pagemap.h, v4.10): a locked, zeroed page at `index`, or `None` for want of
/// memory.
pub async fn find_or_create_page(task: &Task, index: PageIndex) -> Option<PageId> {
    let knowledge = task.knowledge();
    loop {
        task.forget_since(knowledge, &());
        if let Slot::Page(page) = task.perform(RadixOp::FindGetEntry { index }).await {
            task.within("pagecache_get_page", task.lock_page(page)).await;
            if task.perform::<bool>(PageOp::PageInCache(page)).await {
                return Some(page);
            }
            task.unlock_page(Slot::Page(page)).await;
            task.put_page(page).await;
            continue;
        }
        let page = task.perform::<Option<PageId>>(PageOp::PageAlloc { index }).await?;
        match add_to_page_cache_locked(task, index, page).await {
            Ok(()) => return Some(page),
            Err(errno) => {
                task.put_page(page).await;
                if errno != Errno::EEXIST {
                    return None;
                }
            }
        }
    }
}

/// `__add_to_page_cache_locked` (mm/filemap.c, v4.10): the new page takes the place of a locked empty entry.
async fn add_to_page_cache_locked(task: &Task, index: PageIndex, page: PageId) -> Result<(), Errno> {
    task.within("__add_to_page_cache_locked", async {
        task.radix_tree_preload(FailPoint::MaybePreload).await?;
        task.spin_lock_tree().await;
        let inserted = page_cache_tree_insert(task, index, page).await;
        task.radix_tree_preload_end().await;
        task.spin_unlock_tree().await;
        inserted
    })
    .await
}

/// `page_cache_tree_insert` (mm/filemap.c, v4.10). DAX may replace a locked empty entry; its waiters wait for an
/// entry lock that will never be released, so all of them are woken. Before there were entry locks (v4.6) a DAX entry was
/// never to be found here.
async fn page_cache_tree_insert(task: &Task, index: PageIndex, page: PageId) -> Result<(), Errno> {
    match task.radix_tree_lookup(index).await {
        Slot::Page(_) => return Err(Errno::EEXIST),
        Slot::Null => {}
        Slot::Entry(_) if !task.radix().entry_locks => {
            task.note(Event::Warn("page_cache_tree_insert"));
            return Err(Errno::EINVAL);
        }
        found @ Slot::Entry(entry) => {
            if entry != Entry::locked_empty(EntrySize::Pte) {
                task.note(Event::Warn("page_cache_tree_insert"));
            }
            let mode = if task.radix().hole_page_wakes_all { WakeMode::All } else { WakeMode::One };
            dax_wake_mapping_entry_waiter(task, index, found, mode).await;
        }
    }
    task.perform::<()>(PageOp::PageCacheStore { page }).await;
    Ok(())
}

/// `delete_from_page_cache` (mm/filemap.c, v4.10): takes a locked page out of the page cache.
pub async fn delete_from_page_cache(task: &Task, page: PageId) {
    task.within("delete_from_page_cache", async {
        task.spin_lock_tree().await;
        task.perform::<()>(PageOp::PageCacheDelete { page }).await;
        task.spin_unlock_tree().await;
        task.put_page(page).await;
    })
    .await;
}

/// `remove_mapping` (mm/vmscan.c, v4.10): takes a page out of the page cache that nobody else uses; returns whether
/// it did. The caller keeps its reference.
pub async fn remove_mapping(task: &Task, page: PageId) -> bool {
    task.within("remove_mapping", async {
        task.spin_lock_tree().await;
        let removed = task.perform::<bool>(PageOp::RemoveMapping(page)).await;
        task.spin_unlock_tree().await;
        removed
    })
    .await
}

/// `invalidate_complete_page2` (mm/truncate.c, v4.10): takes a locked page out of the page cache whoever uses it.
pub async fn invalidate_complete_page2(task: &Task, page: PageId) -> bool {
    task.within("invalidate_complete_page2", async {
        task.spin_lock_tree().await;
        task.perform::<()>(PageOp::PageCacheDelete { page }).await;
        task.spin_unlock_tree().await;
        task.put_page(page).await;
        true
    })
    .await
}
