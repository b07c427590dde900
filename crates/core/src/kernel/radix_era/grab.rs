//! `grab_mapping_entry`: find or make the entry for a fault, and lock it.

use super::lock::{
    dax_wake_mapping_entry_waiter, get_unlocked_mapping_entry, put_locked_mapping_entry, put_unlocked_mapping_entry,
};
use crate::entry::{Entry, EntrySize, Slot};
use crate::errno::Errno;
use crate::event::Event;
use crate::op::PageOp;
use crate::revision::UnlockOnPreloadFail;
use crate::scenario::FailPoint;
use crate::task::Task;
use crate::units::{PMD_PAGES, PageIndex, pmd_start};

/// `grab_mapping_entry` (fs/dax.c, v4.10): returns a locked entry or a locked page.
///
/// A 4 KiB request that meets a 2 MiB hole or empty entry downgrades it; one that meets 2 MiB of blocks uses them. A
/// 2 MiB request that meets a 4 KiB entry or a page is refused with `-EEXIST`.
pub async fn grab_mapping_entry(task: &Task, index: PageIndex, size: EntrySize) -> Result<Slot, Errno> {
    task.call("grab_mapping_entry", index, async {
        loop {
            match grab_once(task, index, size).await {
                Grab::Done(result) => return result,
                Grab::Restart => task.forget_but(&()),
            }
        }
    })
    .await
}

/// How one pass of `grab_mapping_entry` ends.
enum Grab {
    Done(Result<Slot, Errno>),
    Restart,
}

/// One pass from the `restart` label to the end.
async fn grab_once(task: &Task, index: PageIndex, size: EntrySize) -> Grab {
    let revision = task.radix();
    task.spin_lock_tree().await;
    let entry = get_unlocked_mapping_entry(task, index).await;

    let is_pmd = entry.entry().is_some_and(Entry::is_pmd);
    if size == EntrySize::Pmd && !entry.is_null() && !is_pmd {
        if revision.put_unlocked_on_refuse {
            put_unlocked_mapping_entry(task, index, entry).await;
        }
        task.spin_unlock_tree().await;
        return Grab::Done(Err(Errno::EEXIST));
    }
    let pmd_downgrade = size == EntrySize::Pte && is_pmd && entry.entry().is_some_and(|entry| !entry.is_block());

    if entry.is_null() || pmd_downgrade {
        return insert_empty(task, index, size, entry, pmd_downgrade).await;
    }
    if let Some(page) = entry.page() {
        task.get_page(page).await;
        task.spin_unlock_tree().await;
        task.lock_page(page).await;
        // Truncated or replaced while we slept?
        if !task.perform::<bool>(PageOp::PageInCache(page)).await {
            task.unlock_page(entry).await;
            task.put_page(page).await;
            return Grab::Restart;
        }
        return Grab::Done(Ok(entry));
    }
    let entry = task.lock_slot(index).await;
    task.spin_unlock_tree().await;
    Grab::Done(Ok(entry))
}

/// The branch that makes a new locked empty entry, after taking away the 2 MiB entry in a downgrade. Called with
/// `tree_lock` held.
async fn insert_empty(task: &Task, index: PageIndex, size: EntrySize, entry: Slot, pmd_downgrade: bool) -> Grab {
    let revision = task.radix();
    let mut entry = entry;
    let locked = pmd_downgrade && revision.lock_before_drop;
    if locked {
        entry = task.lock_slot(index).await;
    }
    task.spin_unlock_tree().await;

    // Only a huge zero page can be mapped; an empty entry never is.
    let unmap = pmd_downgrade && entry.entry().is_some_and(Entry::is_hzp);
    if unmap && revision.unmap_before_preload {
        task.unmap_mapping_range(pmd_start(index), PMD_PAGES, false).await;
    }
    if let Err(errno) = task.radix_tree_preload(FailPoint::Preload).await {
        let put = match revision.unlock_on_preload_fail {
            UnlockOnPreloadFail::Never => false,
            UnlockOnPreloadFail::Always => true,
            UnlockOnPreloadFail::IfDowngrade => locked,
        };
        if put {
            put_locked_mapping_entry(task, index, entry).await;
        }
        return Grab::Done(Err(errno));
    }
    if unmap && !revision.unmap_before_preload {
        task.note(Event::SleepWhilePreloaded("unmap"));
        task.unmap_mapping_range(pmd_start(index), PMD_PAGES, false).await;
    }

    task.spin_lock_tree().await;
    if revision.recheck_after_preload && entry.is_null() && !task.radix_tree_lookup(index).await.is_null() {
        // Somebody was faster while tree_lock was dropped.
        task.radix_tree_preload_end().await;
        task.spin_unlock_tree().await;
        return Grab::Restart;
    }
    if pmd_downgrade {
        task.radix_tree_delete(index).await;
        // The size changes under the waiters: whoever sleeps on the 2 MiB key has to look again.
        dax_wake_mapping_entry_waiter(task, index, entry, revision.wake_mode_downgrade).await;
    }
    let entry = Entry::locked_empty(size);
    let inserted = task.radix_tree_insert(index, entry).await;
    task.radix_tree_preload_end().await;
    task.spin_unlock_tree().await;
    match inserted {
        Ok(()) => Grab::Done(Ok(Slot::Entry(entry))),
        // For a 2 MiB request this means that there are 4 KiB entries in the range.
        Err(Errno::EEXIST) if size == EntrySize::Pte && !revision.recheck_after_preload => Grab::Restart,
        Err(errno) => Grab::Done(Err(errno)),
    }
}
