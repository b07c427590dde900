//! `grab_mapping_entry`: find or make the entry for a fault, and lock it.

use super::state::State;
use super::wait::{Seen, dax_lock_entry, dax_wake_entry, get_unlocked_entry, put_unlocked_entry};
use crate::entry::{EntrySize, XEntry};
use crate::event::FaultFlags;
use crate::op::{FolioOp, XArrayOp};
use crate::revision::{DowngradeDecided, WakeMode};
use crate::task::Task;
use crate::units::{PMD_PAGES, pmd_start};

/// `grab_mapping_entry` (fs/dax.c, v4.20): a locked entry, as it is without the lock bit; or the fault flags to end with.
///
/// Look-up and insertion are under one hold of the lock. A 4 KiB request that meets a 2 MiB zero or empty entry downgrades it;
/// one that meets 2 MiB of blocks uses them. A 2 MiB request that meets something smaller is refused.
pub async fn grab_mapping_entry(task: &Task, xas: &mut State<'_>, size: EntrySize) -> Result<XEntry, FaultFlags> {
    let index = xas.index();
    task.call("grab_mapping_entry", index, async {
        let mut downgrade = false;
        loop {
            if task.xarray().downgrade_decided == DowngradeDecided::EachTime {
                downgrade = false;
            }
            task.spin_lock_tree().await;
            let mut entry = match get_unlocked_entry(task, xas, size.order() as u8).await {
                Seen::Conflict => {
                    task.spin_unlock_tree().await;
                    return Err(FaultFlags::FALLBACK);
                }
                Seen::Nothing => None,
                seen @ Seen::Entry(entry) if entry.size() < size => {
                    put_unlocked_entry(task, xas, seen, WakeMode::One).await;
                    task.spin_unlock_tree().await;
                    return Err(FaultFlags::FALLBACK);
                }
                Seen::Entry(entry) => Some(entry),
            };
            downgrade |= size == EntrySize::Pte && entry.is_some_and(|entry| entry.is_pmd() && !entry.is_block());
            if downgrade {
                take_apart(task, xas, entry).await;
                entry = None;
                xas.set(index);
            }
            let entry = lock_or_insert(task, xas, size, entry).await;
            task.spin_unlock_tree().await;
            if xas.nomem().await {
                task.forget_but(&(downgrade, xas.at));
                continue;
            }
            return if xas.has_no_memory() { Err(FaultFlags::OOM) } else { Ok(entry) };
        }
    })
    .await
}

/// Locks the entry that is there, or inserts a locked empty one. Called with the lock held.
async fn lock_or_insert(task: &Task, xas: &mut State<'_>, size: EntrySize, entry: Option<XEntry>) -> XEntry {
    if let Some(entry) = entry {
        dax_lock_entry(xas, entry).await;
        return entry;
    }
    let entry = XEntry::empty(size);
    dax_lock_entry(xas, entry).await;
    if !xas.has_no_memory() {
        task.perform::<()>(XArrayOp::Count { pages: size.pages() as i64 }).await;
    }
    entry
}

/// The downgrade: the 2 MiB entry is locked, unmapped if it is a zero page, and taken out over its whole range. Called with
/// the lock held, returns with it held.
///
/// Where the decision is an old one (to 5.13), there may be nothing any more, or what somebody else has put there.
async fn take_apart(task: &Task, xas: &mut State<'_>, entry: Option<XEntry>) {
    // The value of nothing is 0: with the lock bit it is an entry for block 0.
    let value = entry.unwrap_or(XEntry::of_block(0, EntrySize::Pte));
    dax_lock_entry(xas, value).await;
    if entry.is_some_and(XEntry::is_zero) {
        task.spin_unlock_tree().await;
        task.unmap_mapping_range(pmd_start(xas.index()), PMD_PAGES, false).await;
        xas.reset();
        task.spin_lock_tree().await;
    }
    if let Some(entry) = entry {
        task.perform::<()>(FolioOp::Disassociate { entry }).await;
    }
    xas.store(None).await;
    // The size changes under the waiters: whoever sleeps on the 2 MiB key has to look again.
    dax_wake_entry(task, xas.index(), entry, WakeMode::All).await;
    task.perform::<()>(XArrayOp::Count { pages: -(PMD_PAGES as i64) }).await;
}
