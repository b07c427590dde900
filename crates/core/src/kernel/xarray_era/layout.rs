//! Breaking layouts: who frees blocks looks first whether somebody uses their pages (fs/dax.c; fs/ext4/inode.c).

use super::invalidate::delete;
use super::state::State;
use super::wait::{Seen, get_unlocked_entry, put_unlocked_entry, wait_entry_unlocked_exclusive};
use super::writeback::dax_writeback_mapping_range;
use crate::entry::XEntry;
use crate::event::{Event, LockId};
use crate::op::FolioOp;
use crate::revision::{LayoutBreak, LayoutScan, WakeMode};
use crate::scenario::Layouts;
use crate::sync::LockMode;
use crate::task::Task;
use crate::units::{Block, PageIndex};
use std::hash::Hash;

/// `ext4_break_layouts`: waits until nobody uses a page of the range, or of the whole file, as the file system has it. From
/// 6.15 on the entries are deleted then (`dax_break_layout`); to write back what is dirty before is a proposal. Called with `invalidate_lock` held alone, which is given back
/// while it waits. `of_caller`: what the caller has still to know afterwards.
pub async fn break_layouts(task: &Task, first: PageIndex, last: PageIndex, of_caller: &impl Hash) {
    let (first, last) = match task.scenario().layouts {
        Layouts::None => return,
        Layouts::Whole => (0, u64::MAX),
        Layouts::Range => (first, last),
    };
    let deletes = task.xarray().layout_break != LayoutBreak::Keeps;
    if deletes {
        task.note(Event::Call { function: "dax_break_layout", index: u64::MAX });
    }
    while let Some(block) = dax_layout_busy_page_range(task, first, last).await {
        wait_until_idle(task, block, of_caller).await;
        task.forget_but(&(first, last, of_caller));
    }
    if task.xarray().layout_break == LayoutBreak::Flushes {
        // Nobody can make anything dirty meanwhile: nothing is mapped, and whoever faults waits for `invalidate_lock`.
        let _ = dax_writeback_mapping_range(task, first, last).await;
    }
    if deletes {
        dax_delete_mapping_range(task, first, last).await;
        task.note(Event::Return { function: "dax_break_layout", value: crate::event::Value::Number(0) });
    }
}

/// `___wait_var_event` with `ext4_wait_dax_page`: sleeps until the page is idle, without `invalidate_lock`.
async fn wait_until_idle(task: &Task, block: Block, of_caller: &impl Hash) {
    while task.perform::<bool>(FolioOp::PrepareToWait(block)).await {
        let locks = task.scenario().fs_lock;
        if locks {
            task.release(LockId::Fs).await;
        }
        task.perform::<()>(FolioOp::AwaitIdle(block)).await;
        if locks {
            task.acquire(LockId::Fs, LockMode::Write).await;
        }
        task.forget_but(&(block, of_caller));
    }
}

/// `dax_layout_busy_page_range` (fs/dax.c, v5.10): unmaps the range and looks at every entry. The first page of one that
/// somebody uses.
pub async fn dax_layout_busy_page_range(task: &Task, first: PageIndex, last: PageIndex) -> Option<Block> {
    task.call("dax_layout_busy_page_range", u64::MAX, async {
        let count = if last == u64::MAX { 0 } else { last - first + 1 };
        task.unmap_mapping_range(first, count, false).await;
        let mut xas = State::new(task, first, 0);
        let mut busy = None;
        task.spin_lock_tree().await;
        while let Some(entry) = xas.find(last).await {
            let entry = match task.xarray().layout_scan {
                LayoutScan::Waits => wait_entry_unlocked_exclusive(task, &mut xas, entry).await,
                LayoutScan::WaitsThenNext if entry.is_locked() => wait_and_look_behind(task, &mut xas, entry).await,
                LayoutScan::WaitsThenNext => Some(entry),
                LayoutScan::SkipsLocked if entry.is_locked() => match get_unlocked_entry(task, &mut xas, 0).await {
                    Seen::Entry(entry) => Some(entry),
                    Seen::Nothing | Seen::Conflict => None,
                },
                LayoutScan::SkipsLocked => Some(entry),
            };
            if let Some(entry) = entry {
                busy = task.perform::<Option<Block>>(FolioOp::Busy { entry }).await;
            }
            let seen = entry.map_or(Seen::Nothing, Seen::Entry);
            put_unlocked_entry(task, &xas, seen, WakeMode::One).await;
            task.forget_but(&(xas.at, busy));
            if busy.is_some() {
                break;
            }
        }
        task.spin_unlock_tree().await;
        if busy.is_none() && task.scenario().pins() {
            task.perform::<()>(FolioOp::FoundNoneBusy { first, last }).await;
        }
        busy
    })
    .await
}

/// As 6.15-rc waited: `xas_pause` before the wait moves the state on behind the entry, so that what is looked at afterwards is the
/// next index.
async fn wait_and_look_behind(task: &Task, xas: &mut State<'_>, entry: XEntry) -> Option<XEntry> {
    wait_entry_unlocked_exclusive(task, xas, entry).await;
    xas.set(entry.size().start(xas.index()) + entry.size().pages());
    xas.load().await
}

/// `dax_delete_mapping_range` (fs/dax.c, v6.15): deletes every entry that reaches into the range, dirty or not.
async fn dax_delete_mapping_range(task: &Task, first: PageIndex, last: PageIndex) {
    task.enter("dax_delete_mapping_range", u64::MAX, async {
        let mut xas = State::new(task, first, 0);
        task.spin_lock_tree().await;
        while let Some(entry) = xas.find(last).await {
            let Some(entry) = wait_entry_unlocked_exclusive(task, &mut xas, entry).await else {
                task.forget_but(&xas.at);
                continue;
            };
            delete(task, &mut xas, entry).await;
            put_unlocked_entry(task, &xas, Seen::Entry(entry), WakeMode::All).await;
            task.forget_but(&xas.at);
        }
        task.spin_unlock_tree().await;
    })
    .await;
}
