//! Waiting for entries, locking, unlocking and waking.

use crate::entry::Slot;
use crate::op::WaitOp;
use crate::revision::WakeMode;
use crate::sync::WaitKey;
use crate::task::Task;
use crate::units::PageIndex;

/// `get_unlocked_mapping_entry` (fs/dax.c, v4.10): looks the index up until what is there is not locked, sleeping in
/// between. Called with `tree_lock` held, returns with it held.
///
/// Being woken does not mean owning: another thread may be faster. Whoever leaves with an exceptional entry must
/// lock it or wake the next waiter.
pub async fn get_unlocked_mapping_entry(task: &Task, index: PageIndex) -> Slot {
    task.call("get_unlocked_mapping_entry", index, async {
        loop {
            let slot = task.radix_tree_lookup(index).await;
            let Some(entry) = slot.entry().filter(|entry| entry.is_locked()) else {
                return slot;
            };
            let key = WaitKey::new(index, entry);
            task.forget_but(&key);
            task.prepare_to_wait_exclusive(key).await;
            task.spin_unlock_tree().await;
            task.schedule().await;
            task.finish_wait().await;
            task.spin_lock_tree().await;
            task.forget_but(&());
        }
    })
    .await
}

/// `dax_wake_mapping_entry_waiter` (fs/dax.c, v4.10): wakes one or all of those who wait under the key that `entry`
/// makes. Does not look at the tree.
#[track_caller]
pub fn dax_wake_mapping_entry_waiter(
    task: &Task,
    index: PageIndex,
    entry: Slot,
    mode: WakeMode,
) -> impl Future<Output = ()> + '_ {
    let wake = entry.entry().map(|entry| task.perform::<()>(WaitOp::Wake { index, entry, mode }));
    async move {
        if let Some(wake) = wake {
            wake.await;
        }
    }
}

/// `put_unlocked_mapping_entry` (fs/dax.c, v4.10): relays a wake-up for an entry that was looked at but not locked.
/// Does nothing for NULL or a page.
pub async fn put_unlocked_mapping_entry(task: &Task, index: PageIndex, entry: Slot) {
    task.enter("put_unlocked_mapping_entry", index, async {
        dax_wake_mapping_entry_waiter(task, index, entry, WakeMode::One).await;
    })
    .await;
}

/// `dax_unlock_mapping_entry` (fs/dax.c, v4.10): clears the lock bit of whatever entry covers `index` and wakes the
/// next waiter.
pub async fn dax_unlock_mapping_entry(task: &Task, index: PageIndex) {
    task.within("dax_unlock_mapping_entry", async {
        task.spin_lock_tree().await;
        let entry = task.radix_tree_lookup(index).await;
        if !entry.entry().is_some_and(|entry| entry.is_locked()) {
            task.note(crate::event::Event::Warn("dax_unlock_mapping_entry"));
            task.spin_unlock_tree().await;
            return;
        }
        task.unlock_slot(index).await;
        task.spin_unlock_tree().await;
        dax_wake_mapping_entry_waiter(task, index, entry, WakeMode::One).await;
    })
    .await;
}

/// `put_locked_mapping_entry` (fs/dax.c, v4.10): unlocks what `grab_mapping_entry` locked.
///
/// What is not an exceptional entry is taken for a page, and NULL is not an exceptional entry.
pub async fn put_locked_mapping_entry(task: &Task, index: PageIndex, entry: Slot) {
    task.enter("put_locked_mapping_entry", index, async {
        if entry.entry().is_none() {
            task.unlock_page(entry).await;
            if let Some(page) = entry.page() {
                task.put_page(page).await;
            }
        } else {
            dax_unlock_mapping_entry(task, index).await;
        }
    })
    .await;
}
