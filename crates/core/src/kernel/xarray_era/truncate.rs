//! truncate(2) and hole punch: break the layout, unmap, take every entry of the range out of the tree (mm/truncate.c, v6.12).

use super::invalidate::{dax_invalidate_entry, find_entries};
use super::layout::break_layouts;
use crate::event::{Event, LockId, OpResult};
use crate::kernel::file::asked::Asked;
use crate::kernel::file::fallocate::punch_range;
use crate::kernel::file::fs_lock::{lock_fs, unlock_fs};
use crate::kernel::mm::truncate_pagecache::truncate_pagecache;
use crate::op::{FileOp, XArrayOp};
use crate::revision::LayoutBreak;
use crate::sync::LockMode;
use crate::task::Task;
use crate::units::PageIndex;

/// `fallocate(FALLOC_FL_PUNCH_HOLE)` of `count` pages from `first`.
pub async fn punch(task: &Task, first: PageIndex, count: u64) -> OpResult {
    let end = first.saturating_add(count);
    task.acquire(LockId::Inode, LockMode::Write).await;
    lock_fs(task).await;
    break_layouts(task, first, end.saturating_sub(1), &()).await;
    let result = punch_range(task, first, end).await;
    unlock_fs(task).await;
    task.release(LockId::Inode).await;
    result
}

/// `truncate(2)` to `size` pages.
pub async fn truncate(task: &Task, size: u64) -> OpResult {
    task.acquire(LockId::Inode, LockMode::Write).await;
    let shrinks = size < task.perform::<u64>(FileOp::ReadSize).await;
    // The recorder broke layouts only where blocks are freed; file systems do it for every change of the size.
    let breaks = shrinks || !task.scenario().recorded;
    if breaks {
        lock_fs(task).await;
        break_layouts(task, size, u64::MAX, &shrinks).await;
    }
    task.perform::<()>(FileOp::SetSize { size }).await;
    if shrinks {
        truncate_pagecache(task, size).await;
        task.perform::<()>(FileOp::FreeBlocks { first: size, end: u64::MAX, own_step: false }).await;
    }
    if breaks {
        unlock_fs(task).await;
    }
    task.release(LockId::Inode).await;
    OpResult::Done
}

/// `truncate_inode_pages_range` (mm/truncate.c, v6.12) over whole pages `start..end`: one pass over the entries that lie
/// within, then passes until nothing is left, which take entries that reach in as a whole.
pub async fn truncate_inode_pages_range(task: &Task, start: PageIndex, end: PageIndex) {
    task.within("truncate_inode_pages_range", async {
        if !task.perform::<bool>(XArrayOp::IsTagged(None)).await {
            return;
        }
        let asked = Asked { first: start, last: end.saturating_sub(1) };
        let mut index = start;
        while index < end {
            let found = find_entries(task, &mut index, end - 1, true).await;
            if found.is_empty() {
                break;
            }
            delete_all(task, &found, asked).await;
            task.forget_but(&index);
        }
        index = start;
        while index < end {
            let found = find_entries(task, &mut index, end - 1, false).await;
            if found.is_empty() {
                if index == start {
                    return;
                }
                index = start;
                continue;
            }
            delete_all(task, &found, asked).await;
            task.forget_but(&index);
        }
    })
    .await;
}

/// `truncate_folio_batch_exceptionals` with `dax_delete_mapping_entry`. Where breaking the layout has deleted all entries there
/// should be none.
async fn delete_all(task: &Task, found: &[PageIndex], asked: Asked) {
    for &index in found {
        if task.xarray().layout_break != LayoutBreak::Keeps {
            task.note(Event::Warn("truncate_folio_batch_exceptionals"));
        }
        if !dax_invalidate_entry(task, index, asked, true).await {
            task.note(Event::Warn("dax_delete_mapping_entry"));
        }
    }
}
