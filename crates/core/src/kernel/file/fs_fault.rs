//! The file system's fault handlers: its locks and transactions around those of DAX (fs/ext4/file.c, fs/xfs/xfs_file.c,
//! v4.10).

use super::journal;
use crate::event::{FaultFlags, LockId};
use crate::kernel::mm::Vmf;
use crate::kernel::radix_era::mkwrite::dax_pfn_mkwrite;
use crate::kernel::radix_era::pmd_fault::dax_iomap_pmd_fault;
use crate::kernel::radix_era::pte_fault::dax_iomap_fault;
use crate::kernel::radix_era::unlocked_fault::dax_fault;
use crate::mm::Pte;
use crate::op::FileOp;
use crate::sync::LockMode;
use crate::task::Task;

/// The file system's `fault` and `page_mkwrite`: its lock around [`dax_iomap_fault`].
pub async fn fs_fault(task: &Task, vmf: Vmf) -> FaultFlags {
    if task.radix().entry_locks {
        task.within("fs_fault", under_fs_lock(task, in_transaction(task, &vmf, dax_iomap_fault(task, vmf)))).await
    } else {
        task.within("fs_fault", under_fs_lock(task, dax_fault(task, vmf))).await
    }
}

/// The file system's `pmd_fault`: its lock around [`dax_iomap_pmd_fault`].
pub async fn fs_pmd_fault(task: &Task, vmf: Vmf) -> FaultFlags {
    task.within("fs_pmd_fault", under_fs_lock(task, in_transaction(task, &vmf, dax_iomap_pmd_fault(task, vmf)))).await
}

/// `ext4_dax_huge_fault` (fs/ext4/file.c, v4.12): a write fault opens its handle before it comes to DAX.
async fn in_transaction(task: &Task, vmf: &Vmf, handler: impl Future<Output = FaultFlags>) -> FaultFlags {
    journal::under_handle(task, vmf.write && task.radix().fault_starts_transaction, handler).await
}

/// The file system's `pfn_mkwrite`: its lock and a check of the size around [`dax_pfn_mkwrite`].
pub async fn fs_pfn_mkwrite(task: &Task, vmf: Vmf, seen: Pte) -> FaultFlags {
    let checked = async {
        if vmf.pgoff >= task.perform::<u64>(FileOp::ReadSize).await {
            return FaultFlags::SIGBUS;
        }
        dax_pfn_mkwrite(task, vmf, seen).await
    };
    task.within("fs_pfn_mkwrite", under_fs_lock(task, checked)).await
}

/// Runs a handler under the file system's lock, held for reading, if the file system has one.
async fn under_fs_lock(task: &Task, handler: impl Future<Output = FaultFlags>) -> FaultFlags {
    if !task.scenario().fs_lock {
        return handler.await;
    }
    task.acquire(LockId::Fs, LockMode::Read).await;
    let flags = handler.await;
    task.release(LockId::Fs).await;
    flags
}
