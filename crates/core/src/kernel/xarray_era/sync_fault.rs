//! The end of a synchronous fault (`MAP_SYNC`): sync the file, then map.

use super::install::{vmf_insert_page, vmf_insert_pmd, with_reference};
use super::state::State;
use super::wait::{Seen, dax_lock_entry, dax_unlock_entry, get_unlocked_entry, put_unlocked_entry};
use super::writeback::vfs_fsync_range;
use crate::entry::EntrySize;
use crate::event::FaultFlags;
use crate::kernel::mm::Vmf;
use crate::mm::PteTarget;
use crate::revision::WakeMode;
use crate::scenario::Without;
use crate::task::Task;
use crate::tree::xarray::Mark;
use crate::units::Block;

/// `dax_finish_sync_fault` (fs/dax.c, v4.20).
pub async fn dax_finish_sync_fault(task: &Task, vmf: &Vmf, size: EntrySize, block: Block) -> FaultFlags {
    let last = vmf.pgoff.saturating_add(size.pages()).saturating_sub(1);
    if vfs_fsync_range(task, vmf.pgoff, last).await.is_err() {
        return FaultFlags::SIGBUS;
    }
    dax_insert_pfn_mkwrite(task, vmf, size, block).await
}

/// `dax_insert_pfn_mkwrite` (fs/dax.c, v4.20): looks the entry up again, marks it dirty, maps the block that the fault has
/// remembered. If the entry is gone or smaller, nothing is mapped and the access faults again.
async fn dax_insert_pfn_mkwrite(task: &Task, vmf: &Vmf, size: EntrySize, block: Block) -> FaultFlags {
    task.call("dax_insert_pfn_mkwrite", vmf.pgoff, async {
        let mut xas = State::new(task, vmf.pgoff, size.order() as u8);
        task.spin_lock_tree().await;
        let seen = get_unlocked_entry(task, &mut xas, size.order() as u8).await;
        let entry = match seen {
            Seen::Entry(entry) if entry.size() == size => entry,
            _ => {
                put_unlocked_entry(task, &xas, seen, WakeMode::One).await;
                task.spin_unlock_tree().await;
                return FaultFlags::NOPAGE;
            }
        };
        if !task.scenario().leaves_out(Without::Dirty) {
            xas.set_mark(Mark::Dirty).await;
        }
        dax_lock_entry(&mut xas, entry).await;
        task.spin_unlock_tree().await;
        let flags = match size {
            EntrySize::Pte => {
                with_reference(task, block, vmf_insert_page(task, vmf, PteTarget::Frame(block), true)).await
            }
            EntrySize::Pmd => with_reference(task, block, vmf_insert_pmd(task, vmf, block, true)).await,
        };
        dax_unlock_entry(task, &mut xas, entry).await;
        flags
    })
    .await
}
