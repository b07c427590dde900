//! fsync: mark what is dirty, then write-protect and flush entry by entry (fs/dax.c, v4.20).

use super::mkclean::dax_entry_mkclean;
use super::state::State;
use super::wait::wait_entry_unlocked_exclusive;
use super::wait::{Seen, dax_lock_entry, dax_wake_entry, get_unlocked_entry, put_unlocked_entry};
use crate::entry::XEntry;
use crate::errno::Errno;
use crate::event::Event;
use crate::kernel::file::journal;
use crate::op::{FileOp, XArrayOp};
use crate::revision::{TowriteCleared, WakeMode, WritebackMeetsLock};
use crate::scenario::Without;
use crate::task::Task;
use crate::tree::xarray::Mark;
use crate::units::PageIndex;

/// `vfs_fsync_range`: writes back, then commits what the file system has to commit.
pub async fn vfs_fsync_range(task: &Task, first: PageIndex, last: PageIndex) -> Result<u64, Errno> {
    let result = file_write_and_wait_range(task, first, last).await;
    if result.is_ok() {
        journal::commit(task).await;
    }
    if !task.scenario().leaves_out(Without::Commit) {
        task.perform::<()>(FileOp::Committed).await;
    }
    result
}

/// `file_write_and_wait_range` (mm/filemap.c): nothing, if no entry of the file is dirty. The recorder called
/// `dax_writeback_mapping_range` all the same.
pub async fn file_write_and_wait_range(task: &Task, first: PageIndex, last: PageIndex) -> Result<u64, Errno> {
    if !task.scenario().recorded && !task.perform::<bool>(XArrayOp::IsTagged(Some(Mark::Dirty))).await {
        return Ok(0);
    }
    dax_writeback_mapping_range(task, first, last).await
}

/// `dax_writeback_mapping_range` (fs/dax.c, v4.20) over pages `first..=last`.
pub async fn dax_writeback_mapping_range(task: &Task, first: PageIndex, last: PageIndex) -> Result<u64, Errno> {
    task.within("dax_writeback_mapping_range", async {
        if !task.perform::<bool>(XArrayOp::IsTagged(None)).await {
            return Ok(0);
        }
        tag_pages_for_writeback(task, first, last).await;
        let mut xas = State::new(task, first, 0);
        task.spin_lock_tree().await;
        let mut result = Ok(0);
        while let Some(entry) = xas.find_marked(last, Mark::Towrite).await {
            result = dax_writeback_one(task, &mut xas, entry).await;
            task.forget_but(&(xas.at, &result));
            if result.is_err() {
                break;
            }
        }
        task.spin_unlock_tree().await;
        result
    })
    .await
}

/// `tag_pages_for_writeback` (mm/page-writeback.c): DIRTY to TOWRITE, 4096 entries at a time.
async fn tag_pages_for_writeback(task: &Task, first: PageIndex, last: PageIndex) {
    if task.scenario().leaves_out(Without::Towrite) {
        return;
    }
    task.within("tag_pages_for_writeback", async {
        let mut first = first;
        loop {
            task.spin_lock_tree().await;
            let (count, next) = task.perform::<(u64, PageIndex)>(XArrayOp::TagTowrite { first, last }).await;
            task.spin_unlock_tree().await;
            if count < 4096 || next == 0 {
                return;
            }
            first = next;
        }
    })
    .await;
}

/// `dax_writeback_one` (fs/dax.c, v4.20): flushes one entry under its lock. Called with the lock of the tree held and the state
/// on the entry, returns the same way.
async fn dax_writeback_one(task: &Task, xas: &mut State<'_>, entry: XEntry) -> Result<u64, Errno> {
    let result = task
        .call("dax_writeback_one", xas.index(), async {
            let entry = if entry.is_locked() { claim(task, xas, entry).await? } else { Some(entry) };
            let Some(entry) = entry else { return Ok(0) };
            let clears_late = task.xarray().towrite_cleared == TowriteCleared::AfterFlush;
            dax_lock_entry(xas, entry).await;
            if !clears_late {
                xas.clear_mark(Mark::Towrite).await;
            }
            task.spin_unlock_tree().await;

            let count = entry.size().pages();
            let first = entry.size().start(xas.index());
            dax_entry_mkclean(task, first, count, entry.frame()).await;
            task.perform::<()>(FileOp::Flush { block: entry.frame(), count }).await;

            xas.reset();
            task.spin_lock_tree().await;
            xas.store(Some(entry)).await;
            if clears_late {
                xas.clear_mark(Mark::Towrite).await;
            }
            xas.clear_mark(Mark::Dirty).await;
            dax_wake_entry(task, xas.index(), Some(entry), WakeMode::One).await;
            Ok(0)
        })
        .await;
    task.remember(&xas.at);
    result
}

/// The entry was locked when the scan came to it. The kernel means to wait and to look again; but the state stands on the
/// slot, and so the look-up finds nothing: the entry is passed over, marks and all.
async fn claim(task: &Task, xas: &mut State<'_>, old: XEntry) -> Result<Option<XEntry>, Errno> {
    let seen = match task.xarray().writeback_meets_lock {
        WritebackMeetsLock::Skips => get_unlocked_entry(task, xas, 0).await,
        WritebackMeetsLock::WalksAgain => {
            xas.reset();
            get_unlocked_entry(task, xas, 0).await
        }
        WritebackMeetsLock::Waits => {
            let found = wait_entry_unlocked_exclusive(task, xas, old).await;
            found.map_or(Seen::Nothing, Seen::Entry)
        }
    };
    let mut result = Ok(None);
    if let Seen::Entry(entry) = seen
        && entry.frame() == old.frame()
    {
        if !entry.is_block() {
            task.note(Event::Warn("dax_writeback_one"));
            result = Err(Errno::EIO);
        } else if xas.get_mark(Mark::Towrite).await {
            return Ok(Some(entry));
        }
    }
    put_unlocked_entry(task, xas, seen, WakeMode::One).await;
    result
}
