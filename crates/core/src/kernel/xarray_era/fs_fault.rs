//! The file system's fault handlers: its lock around those of DAX (fs/ext4/file.c, v6.12).

use super::pmd_fault::{Outcome, dax_iomap_pmd_fault};
use super::pte_fault::dax_iomap_pte_fault;
use super::sync_fault::dax_finish_sync_fault;
use crate::entry::EntrySize;
use crate::event::{FaultFlags, LockId};
use crate::kernel::file::journal;
use crate::kernel::mm::Vmf;
use crate::sync::LockMode;
use crate::task::Task;

/// The file system's `fault`, `page_mkwrite` and `pfn_mkwrite`.
pub async fn fs_fault(task: &Task, vmf: Vmf) -> FaultFlags {
    task.within("fs_fault", under_lock(task, &vmf, EntrySize::Pte, dax_iomap_pte_fault(task, vmf))).await
}

/// The file system's `huge_fault`.
pub async fn fs_huge_fault(task: &Task, vmf: Vmf) -> FaultFlags {
    task.within("fs_huge_fault", under_lock(task, &vmf, EntrySize::Pmd, dax_iomap_pmd_fault(task, vmf))).await
}

/// Runs a handler under `invalidate_lock`, held for reading, and what a synchronous fault has to do after it.
async fn under_lock(task: &Task, vmf: &Vmf, size: EntrySize, handler: impl Future<Output = Outcome>) -> FaultFlags {
    let locks = task.scenario().fs_lock;
    if locks {
        task.acquire(LockId::Fs, LockMode::Read).await;
    }
    // A store that does not copy opens its handle before it comes to DAX, and closes it before it syncs.
    let opens = vmf.write && task.vma(vmf.mm).shared;
    let (mut flags, synchronous) = journal::under_handle(task, opens, handler).await;
    if let Some(block) = synchronous.filter(|_| flags.has(FaultFlags::NEEDDSYNC)) {
        flags = dax_finish_sync_fault(task, vmf, size, block).await;
    }
    if locks {
        task.release(LockId::Fs).await;
    }
    flags
}
