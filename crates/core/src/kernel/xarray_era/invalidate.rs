//! Deleting entries: `__dax_invalidate_entry` (fs/dax.c), strict invalidation and what only looks (mm/truncate.c, v6.12).

use super::state::State;
use super::wait::{Seen, get_unlocked_entry, put_unlocked_entry};
use crate::entry::XEntry;
use crate::errno::Errno;
use crate::kernel::file::asked::Asked;
use crate::op::{FolioOp, XArrayOp};
use crate::task::Task;
use crate::tree::xarray::Mark;
use crate::units::PageIndex;
use std::sync::Arc;

/// `__dax_invalidate_entry` (fs/dax.c, v4.20): waits for the entry and deletes it, unless it is marked and this is no
/// truncation. Returns whether it did. Whoever waits is woken also if the entry stays.
pub async fn dax_invalidate_entry(task: &Task, index: PageIndex, asked: Asked, truncating: bool) -> bool {
    task.call("__dax_invalidate_entry", index, async {
        let mut xas = State::new(task, index, 0);
        task.spin_lock_tree().await;
        let seen = get_unlocked_entry(task, &mut xas, 0).await;
        let mut deleted = false;
        if let Seen::Entry(entry) = seen {
            let keeps = !truncating && (xas.get_mark(Mark::Dirty).await || xas.get_mark(Mark::Towrite).await);
            if !keeps {
                delete(task, &mut xas, entry).await;
                asked.took(task, index, entry.size().pages());
                deleted = true;
            }
        }
        put_unlocked_entry(task, &xas, seen, task.revision().common.wake_mode_delete).await;
        task.spin_unlock_tree().await;
        deleted
    })
    .await
}

/// Takes an entry out, with what its pages say. Called with the lock held.
pub async fn delete(task: &Task, xas: &mut State<'_>, entry: XEntry) {
    task.perform::<()>(FolioOp::Disassociate { entry }).await;
    xas.store(None).await;
    task.perform::<()>(XArrayOp::Count { pages: -(entry.size().pages() as i64) }).await;
}

/// `find_get_entries`, or `find_lock_entries` if `whole`: up to 31 entries up to `last`; `start` moves on behind them.
pub async fn find_entries(task: &Task, start: &mut PageIndex, last: PageIndex, whole: bool) -> Arc<[PageIndex]> {
    let op = XArrayOp::FindBatch { first: *start, last, whole };
    let found = task.perform::<Arc<[PageIndex]>>(op).await;
    let Some((next, indices)) = found.split_last() else { return Arc::new([]) };
    *start = *next;
    indices.into()
}

/// `invalidate_mapping_pages` (mm/truncate.c, v6.12): entries of DAX are counted and stay.
pub async fn invalidate_mapping_pages(task: &Task, first: PageIndex, last: PageIndex) -> u64 {
    task.within("invalidate_mapping_pages", async {
        let (mut start, mut count) = (first, 0);
        while start <= last {
            let found = find_entries(task, &mut start, last, true).await;
            if found.is_empty() {
                break;
            }
            count += found.len() as u64;
            task.forget_but(&(start, count));
        }
        count
    })
    .await
}

/// `invalidate_inode_pages2_range` (mm/truncate.c, v6.12) over `first..=last`: entries first, mappings afterwards. `-EBUSY` if
/// something had to stay.
pub async fn invalidate_inode_pages2_range(task: &Task, first: PageIndex, last: PageIndex) -> Result<u64, Errno> {
    task.within("invalidate_inode_pages2_range", async {
        if !task.perform::<bool>(XArrayOp::IsTagged(None)).await {
            return Ok(0);
        }
        let asked = Asked { first, last };
        let (mut start, mut result) = (first, Ok(0));
        while start <= last {
            let found = find_entries(task, &mut start, last, false).await;
            if found.is_empty() {
                break;
            }
            for &index in found.iter() {
                if !dax_invalidate_entry(task, index, asked, false).await {
                    result = Err(Errno::EBUSY);
                }
            }
            task.forget_but(&(start, &result));
        }
        // 0 pages would mean: to the end.
        let count = if last == u64::MAX { 0 } else { last - first + 1 };
        task.unmap_mapping_range(first, count, false).await;
        result
    })
    .await
}
