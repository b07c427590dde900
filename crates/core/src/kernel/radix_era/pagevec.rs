//! Scans of the tree in batches, as truncation, invalidation and writeback make them (mm/swap.c and mm/truncate.c, v4.10).

use crate::entry::Slot;
use crate::event::Event;
use crate::op::{CounterOp, PageOp, RadixOp};
use crate::task::Task;
use crate::units::{PageId, PageIndex};
use std::sync::Arc;

/// `PAGEVEC_SIZE`: entries looked up at once.
pub const PAGEVEC_SIZE: u8 = 14;

/// A batch of entries with their first indices.
pub type Batch = Arc<[(PageIndex, Slot)]>;

/// `mapping->nrpages == 0 && mapping->nrexceptional == 0`.
pub async fn cache_is_empty(task: &Task) -> bool {
    task.perform::<u64>(CounterOp::NrPages).await == 0 && task.perform::<u64>(CounterOp::NrExceptional).await == 0
}

/// `pagevec_lookup_entries`: up to 14 entries from `first` on, at most `wanted` of them.
pub async fn pagevec_lookup_entries(task: &Task, first: PageIndex, wanted: u64) -> Batch {
    let max = wanted.min(PAGEVEC_SIZE.into()) as u8;
    task.perform(RadixOp::FindGetEntries { first, max }).await
}

/// `pagevec_release` after `pagevec_remove_exceptionals`: drops the references of the pages.
pub async fn pagevec_release(task: &Task, batch: &Batch) {
    for &(_, slot) in batch.iter() {
        if let Slot::Page(page) = slot {
            task.put_page(page).await;
        }
    }
}

/// `WARN_ON(page_to_index(page) != index)`; returns the index that the page says.
pub async fn warn_if_elsewhere(task: &Task, page: PageId, index: PageIndex, function: &'static str) -> PageIndex {
    let at = task.perform::<u64>(PageOp::PageIndexOf(page)).await;
    if at != index {
        task.note(Event::Warn(function));
    }
    at
}
