//! `dax_pfn_mkwrite`: a store to a present read-only pte of a block.

use super::lock::{get_unlocked_mapping_entry, put_locked_mapping_entry, put_unlocked_mapping_entry};
use crate::event::FaultFlags;
use crate::kernel::mm::Vmf;
use crate::mm::Pte;
use crate::op::PageTableOp;
use crate::radix::Tag;
use crate::scenario::Without;
use crate::task::Task;

/// `dax_pfn_mkwrite` (fs/dax.c, v4.10): tags whatever entry is there dirty and makes the pte writable. Without an
/// entry nothing changes and the access faults again; with `mkwrite_checks_entry` neither without blocks.
pub async fn dax_pfn_mkwrite(task: &Task, vmf: Vmf, seen: Pte) -> FaultFlags {
    let index = vmf.pgoff;
    task.call("dax_pfn_mkwrite", index, async {
        task.spin_lock_tree().await;
        let entry = get_unlocked_mapping_entry(task, index).await;
        // What was mapped may have been punched while this thread waited for the file system's lock, and another fault
        // may have left an entry without blocks since.
        let checks = task.radix().mkwrite_checks_entry;
        if !entry.entry().is_some_and(|entry| entry.is_block() || !checks) {
            if !entry.is_null() {
                put_unlocked_mapping_entry(task, index, entry).await;
            }
            task.spin_unlock_tree().await;
            return FaultFlags::NOPAGE;
        }
        if !task.scenario().leaves_out(Without::Dirty) {
            task.radix_tree_tag_set(index, Tag::Dirty).await;
        }
        let entry = task.lock_slot(index).await;
        task.spin_unlock_tree().await;
        let op = PageTableOp::FinishMkwrite { mm: vmf.mm, page: vmf.page, seen };
        task.within("finish_mkwrite_fault", task.perform::<()>(op)).await;
        task.forget_but(&());
        put_locked_mapping_entry(task, index, entry).await;
        FaultFlags::NOPAGE
    })
    .await
}
