//! Locking an entry by its page, as memory failure does (`dax_lock_folio`, fs/dax.c, v5.0 as `dax_lock_page`).

use super::state::State;
use super::wait::{
    dax_lock_entry, dax_unlock_entry, get_unlocked_entry, put_unlocked_entry, wait_entry_unlocked,
    wait_entry_unlocked_as_others,
};
use crate::entry::{EntrySize, XEntry};
use crate::event::OpResult;
use crate::op::{FileOp, FolioOp, PauseOp};
use crate::revision::{PageLockWaits, UnlockByPage, WakeMode};
use crate::task::Task;
use crate::units::{Block, PageIndex};

/// Locks the entry of the block of `page` by its page, and unlocks it again. 0 if the page belongs to no file.
pub async fn hold(task: &Task, page: PageIndex) -> OpResult {
    let Some(block) = task.perform::<Option<Block>>(FileOp::BlockAt(page)).await else { return OpResult::Number(0) };
    let Some(entry) = dax_lock_folio(task, block).await else { return OpResult::Number(0) };
    let index = task.perform::<Option<PageIndex>>(FolioOp::IndexOf(block)).await.unwrap_or(page);
    let mut xas = State::new(task, index, 0);
    // What is given here is what the slot holds from now on.
    let value = match task.xarray().unlock_by_page {
        UnlockByPage::Cookie => entry,
        UnlockByPage::Page => XEntry::of_block(block, entry.size()),
        UnlockByPage::SmallPage => XEntry::of_block(block, EntrySize::Pte),
    };
    dax_unlock_entry(task, &mut xas, value).await;
    OpResult::Number(1)
}

/// `dax_lock_folio` (fs/dax.c, v6.12): the entry, locked.
async fn dax_lock_folio(task: &Task, block: Block) -> Option<XEntry> {
    task.within("dax_lock_folio", async {
        loop {
            task.perform::<Option<PageIndex>>(FolioOp::IndexOf(block)).await?;
            task.spin_lock_tree().await;
            let Some(index) = task.perform::<Option<PageIndex>>(FolioOp::IndexOf(block)).await else {
                task.spin_unlock_tree().await;
                task.forget_but(&block);
                continue;
            };
            let mut xas = State::new(task, index, 0);
            let found = xas.load().await;
            if let Some(entry) = found.filter(|entry| entry.is_locked()) {
                wait(task, &mut xas, entry).await;
                task.forget_but(&block);
                continue;
            }
            let entry = found?;
            dax_lock_entry(&mut xas, entry).await;
            task.spin_unlock_tree().await;
            task.perform::<()>(PauseOp::Hold).await;
            return Some(entry);
        }
    })
    .await
}

/// Waits until the entry is not locked. Called with the lock held, returns with it given back (but in 4.19-rc): who waited
/// looks at everything again, because page and file may have parted.
async fn wait(task: &Task, xas: &mut State<'_>, entry: XEntry) {
    let how = task.xarray().page_lock_waits;
    match how {
        PageLockWaits::First => return wait_entry_unlocked(task, xas, entry).await,
        PageLockWaits::Relays => return wait_entry_unlocked_as_others(task, xas, entry).await,
        PageLockWaits::Puts | PageLockWaits::Forgets | PageLockWaits::LocksAgain => {}
    }
    // In 4.20-rc4 the state stood on the entry here, and then nothing is found (docs/conformance.md); what was meant is shown.
    xas.reset();
    let seen = get_unlocked_entry(task, xas, 0).await;
    if how == PageLockWaits::LocksAgain {
        return;
    }
    task.spin_unlock_tree().await;
    if how == PageLockWaits::Puts {
        put_unlocked_entry(task, xas, seen, WakeMode::One).await;
    }
}
