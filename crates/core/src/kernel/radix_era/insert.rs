//! `dax_insert_mapping_entry`: put what the file system says into the entry that we hold.

use crate::entry::{Entry, EntrySize, Slot};
use crate::errno::Errno;
use crate::event::Event;
use crate::op::PageOp;
use crate::radix::Tag;
use crate::scenario::{FailPoint, Without};
use crate::task::Task;
use crate::units::{PMD_PAGES, PageIndex, Sector, pmd_start};

/// What the entry shall become.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NewEntry {
    /// Blocks from this sector.
    Block(Sector, EntrySize),
    /// The huge zero page.
    HugeZeroPage,
}

impl NewEntry {
    const fn locked(self) -> Entry {
        match self {
            NewEntry::Block(sector, size) => Entry::locked_block(sector, size),
            NewEntry::HugeZeroPage => Entry::locked_hzp(),
        }
    }
}

/// `dax_insert_mapping_entry` (fs/dax.c, v4.10): replaces a hole page, an empty or a huge zero entry by `new`. An
/// entry with blocks is left alone; the value returned is the new one all the same.
pub async fn dax_insert_mapping_entry(
    task: &Task,
    index: PageIndex,
    write: bool,
    entry: Slot,
    new: NewEntry,
) -> Result<Slot, Errno> {
    task.call("dax_insert_mapping_entry", index, async {
        if let Some(page) = entry.page() {
            // The page is locked, so it cannot be faulted in again.
            task.unmap_mapping_range(index, 1, false).await;
            task.radix_tree_preload(FailPoint::Preload).await?;
            task.spin_lock_tree().await;
            task.perform::<()>(PageOp::PageCacheDelete { page }).await;
            task.put_page(page).await;
            let inserted = task.radix_tree_insert(index, new.locked()).await;
            if inserted.is_ok() && write && !task.scenario().leaves_out(Without::Dirty) {
                task.radix_tree_tag_set(index, Tag::Dirty).await;
            }
            task.spin_unlock_tree().await;
            task.radix_tree_preload_end().await;
            // Whoever sleeps on the page lock finds the page gone and starts again.
            task.unlock_page(entry).await;
            task.put_page(page).await;
            return inserted.map(|()| Slot::Entry(new.locked()));
        }
        let is_hzp = entry.entry().is_some_and(Entry::is_hzp);
        if is_hzp && new != NewEntry::HugeZeroPage {
            task.unmap_mapping_range(pmd_start(index), PMD_PAGES, false).await;
        }
        task.spin_lock_tree().await;
        if entry.entry().is_some_and(|entry| !entry.is_block()) {
            let found = task.radix_tree_replace(index, new.locked()).await;
            if found != entry {
                task.note(Event::Warn("dax_insert_mapping_entry"));
            }
        }
        if write && !task.scenario().leaves_out(Without::Dirty) {
            task.radix_tree_tag_set(index, Tag::Dirty).await;
        }
        task.spin_unlock_tree().await;
        Ok(Slot::Entry(new.locked()))
    })
    .await
}
