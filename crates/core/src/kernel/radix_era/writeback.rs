//! fsync: tag what is dirty, then write-protect and flush entry by entry (fs/dax.c, v4.10).

use super::lock::{get_unlocked_mapping_entry, put_locked_mapping_entry, put_unlocked_mapping_entry};
use super::pagevec::{Batch, PAGEVEC_SIZE};
use crate::entry::{Entry, Slot};
use crate::errno::Errno;
use crate::event::{Event, LockId};
use crate::mm::PmdTarget;
use crate::op::{CounterOp, FileOp, PageTableOp, PmdSeen, RadixOp};
use crate::pmem::Namespace;
use crate::radix::Tag;
use crate::revision::MkcleanRange;
use crate::scenario::Without;
use crate::sync::LockMode;
use crate::task::Task;
use crate::units::{MmId, PAGE_SIZE, PageIndex, VirtualPage};
use std::sync::Arc;

/// `dax_writeback_mapping_range` (fs/dax.c, v4.10) over pages `start..=end`.
pub async fn dax_writeback_mapping_range(task: &Task, start: PageIndex, end: PageIndex) -> Result<u64, Errno> {
    task.within("dax_writeback_mapping_range", async {
        if task.perform::<u64>(CounterOp::NrExceptional).await == 0 {
            return Ok(0);
        }
        tag_pages_for_writeback(task, start, end).await;
        let mut start = start;
        let mut seen = Seen::default();
        loop {
            task.cond_resched().await;
            let op = RadixOp::FindGetEntriesTag { first: start, tag: Tag::Towrite, max: PAGEVEC_SIZE };
            let batch = task.perform::<Batch>(op).await;
            if batch.is_empty() {
                return Ok(0);
            }
            for &(index, slot) in batch.iter() {
                if index > end {
                    return Ok(0);
                }
                let written = dax_writeback_one(task, index, slot).await?;
                seen.add(task, index, written);
                task.forget_but(&(start, index, &batch, &seen));
            }
            if task.radix().writeback_advances {
                start = batch[batch.len() - 1].0 + 1;
            }
            task.forget_but(&(start, &seen));
        }
    })
    .await
}

/// Ghost: what one fsync has written back. The kernel keeps no such list.
#[derive(Default, Hash)]
struct Seen {
    written: Vec<PageIndex>,
}

impl Seen {
    /// A scan that goes forward may find a 2 MiB entry once more from within it; that costs a flush. One that begins from
    /// its start again each time may be kept there.
    fn add(&mut self, task: &Task, index: PageIndex, written: u64) {
        if written == 0 || task.radix().writeback_advances {
            return;
        }
        if self.written.contains(&index) {
            task.note(Event::FlushedAgain { index });
        } else {
            self.written.push(index);
        }
    }
}

/// `tag_pages_for_writeback` (mm/page-writeback.c, v4.10): DIRTY to TOWRITE, 4096 entries at a time.
async fn tag_pages_for_writeback(task: &Task, start: PageIndex, end: PageIndex) {
    if task.scenario().leaves_out(Without::Towrite) {
        return;
    }
    task.within("tag_pages_for_writeback", async {
        let mut first = start;
        loop {
            task.spin_lock_tree().await;
            let (count, next) = task.perform::<(u64, PageIndex)>(RadixOp::TagTowrite { first, last: end }).await;
            task.spin_unlock_tree().await;
            if count < 4096 || next == 0 {
                return;
            }
            first = next;
        }
    })
    .await;
}

/// `dax_writeback_one` (fs/dax.c, v4.10): flushes one entry under its lock. Write protection comes before the flush
/// and the DIRTY tag goes after it, so a later store faults, waits for the lock and tags again.
async fn dax_writeback_one(task: &Task, index: PageIndex, slot: Slot) -> Result<u64, Errno> {
    task.call("dax_writeback_one", index, async {
        let locks_entry = task.radix().writeback_locks_entry;
        let claimed = if locks_entry { claim_locked(task, index, slot).await } else { claim(task, index, slot).await };
        let Some(entry) = claimed? else { return Ok(0) };

        let pages = entry.size().pages();
        let access = FileOp::DirectAccess { sector: Namespace::sector_of(entry.block()), pages };
        let result = match task.perform::<Result<u64, Errno>>(access).await {
            Ok(length) if length < pages => {
                task.note(Event::Warn("dax_writeback_one"));
                Err(Errno::EIO)
            }
            Ok(length) => {
                dax_mapping_entry_mkclean(task, index, pages, entry.block()).await;
                task.perform::<()>(FileOp::Flush { block: entry.block(), count: pages }).await;
                task.spin_lock_tree().await;
                if !locks_entry {
                    task.radix_tree_tag_clear(index, Tag::Towrite).await;
                }
                task.radix_tree_tag_clear(index, Tag::Dirty).await;
                task.spin_unlock_tree().await;
                Ok(if task.radix().dax_direct_access { length } else { length * PAGE_SIZE })
            }
            Err(errno) => Err(errno),
        };
        if locks_entry {
            put_locked_mapping_entry(task, index, Slot::Entry(entry)).await;
        }
        result
    })
    .await
}

/// Waits for the entry, checks that it still is to be written back, and locks it; `None` if it is not.
async fn claim_locked(task: &Task, index: PageIndex, slot: Slot) -> Result<Option<Entry>, Errno> {
    let Some(entry) = slot.entry() else {
        task.note(Event::Warn("dax_writeback_one"));
        return Err(Errno::EIO);
    };
    task.spin_lock_tree().await;
    let current = get_unlocked_mapping_entry(task, index).await;
    let same_place = current.entry().is_some_and(|current| current.sector() == entry.sector());
    let mut result = Ok(None);
    if same_place && !entry.is_block() {
        task.note(Event::Warn("dax_writeback_one"));
        result = Err(Errno::EIO);
    }
    // Another fsync may have written it back already.
    if !same_place || result.is_err() || !task.radix_tree_tag_get(index, Tag::Towrite).await {
        put_unlocked_mapping_entry(task, index, current).await;
        task.spin_unlock_tree().await;
        return result;
    }
    let locked = task.lock_slot(index).await;
    task.radix_tree_tag_clear(index, Tag::Towrite).await;
    task.spin_unlock_tree().await;
    Ok(locked.entry())
}

/// The way of 4.9: takes no lock and compares the slot with what the look-up of the scan found, lock bit and all. An
/// entry that was locked or unlocked in between is passed over without a word. It stays tagged TOWRITE: a scan that
/// starts again from its beginning comes back to it, one that goes forward does not.
async fn claim(task: &Task, index: PageIndex, slot: Slot) -> Result<Option<Entry>, Errno> {
    task.spin_lock_tree().await;
    let same = task.radix_tree_lookup(index).await == slot;
    let due = same && task.radix_tree_tag_get(index, Tag::Towrite).await;
    task.spin_unlock_tree().await;
    match slot.entry() {
        _ if !due => Ok(None),
        Some(entry) if entry.is_block() => Ok(Some(entry)),
        _ => {
            task.note(Event::Warn("dax_writeback_one"));
            Err(Errno::EIO)
        }
    }
}

/// `dax_mapping_entry_mkclean` (fs/dax.c, v4.10): write-protects and cleans the shared mappings of the entry. Up to
/// 5.18 it looks only for mappings of the first page of the entry. The walk holds `i_mmap_rwsem`, so nobody unmaps
/// meanwhile, and no page table goes away.
async fn dax_mapping_entry_mkclean(task: &Task, index: PageIndex, pages: u64, frame: u64) {
    if task.scenario().leaves_out(Without::Protect) {
        return;
    }
    task.enter("dax_mapping_entry_mkclean", index, async {
        let excludes_unmap = task.scenario().i_mmap_rwsem;
        if excludes_unmap {
            task.acquire(LockId::IMmap, LockMode::Read).await;
        }
        let head = task.revision().common.mkclean_range == MkcleanRange::Head;
        let last = if head { index } else { index + pages - 1 };
        let mut pmdp = None;
        for mm in task.scenario().process_ids() {
            let vma = task.vma(mm);
            let (first, last) = (index.max(vma.start), last.min((vma.start + vma.pages).saturating_sub(1)));
            if !vma.shared || first > last {
                continue;
            }
            let page = first + vma.skew;
            if head {
                follow_pte_pmd(task, mm, page, frame, &mut pmdp).await;
                task.remember(&pmdp);
                continue;
            }
            let op = PageTableOp::MappedPages { mm, page, count: last - first + 1 };
            let mapped = task.perform::<Arc<[VirtualPage]>>(op).await;
            for &at in mapped.iter() {
                pmdp = None;
                // The call before returned nothing that would tell this one from it.
                task.remember(&at);
                follow_pte_pmd(task, mm, at, frame + (first - index) + (at - page), &mut pmdp).await;
            }
        }
        if excludes_unmap {
            task.release(LockId::IMmap).await;
        }
    })
    .await;
}

/// `__follow_pte_pmd` (mm/memory.c, v4.10) with what is done under the lock that it takes.
///
/// `pmdp` is set once a huge mapping is found, and it is nobody's duty to clear it: up to 5.18 a pte that is found
/// later is left alone, because that pmd is cleaned once more in its stead.
pub async fn follow_pte_pmd(
    task: &Task,
    mm: MmId,
    page: VirtualPage,
    frame: u64,
    pmdp: &mut Option<(MmId, VirtualPage)>,
) {
    task.within("__follow_pte_pmd", async {
        let head = task.revision().common.mkclean_range == MkcleanRange::Head;
        let mut pmd = task.perform::<PmdSeen>(PageTableOp::ReadPmd { mm, page }).await;
        if matches!(pmd, PmdSeen::Huge { target: PmdTarget::HugeZeroPage, .. }) {
            task.note(Event::VmBug("__follow_pte_pmd"));
        }
        if matches!(pmd, PmdSeen::Huge { .. }) {
            if !task.radix().mkclean_wrprotects_pmd {
                // `follow_pte`, which was called up to 4.10-rc, knows ptes only.
                return;
            }
            if task.perform::<bool>(PageTableOp::MkcleanPmd { mm, page, frame, head }).await {
                *pmdp = Some((mm, page));
                return;
            }
            pmd = task.perform::<PmdSeen>(PageTableOp::ReadPmd { mm, page }).await;
        }
        if pmd == PmdSeen::Table {
            task.perform::<()>(PageTableOp::MkcleanPte { mm, page, frame, stale_pmd: *pmdp }).await;
        }
    })
    .await;
}
