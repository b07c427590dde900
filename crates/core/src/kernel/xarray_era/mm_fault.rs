//! The way of a memory access to the file system's handlers: `__handle_mm_fault` (mm/memory.c, v6.12).

use super::cow::{do_cow_fault, wp_page_copy};
use super::fs_fault::{fs_fault, fs_huge_fault};
use crate::event::{FaultFlags, LockId};
use crate::fallback::FallbackReason;
use crate::kernel::mm::Vmf;
use crate::op::{PageTableOp, PmdSeen, PteFault, PteSeen};
use crate::sync::LockMode;
use crate::task::Task;

/// `__handle_mm_fault` under `mmap_lock`: tries 2 MiB where the pmd is none or is a read-only huge mapping, then 4 KiB.
pub async fn handle_mm_fault(task: &Task, vmf: Vmf, huge: bool) -> FaultFlags {
    task.within("mm_fault", async {
        let lock = LockId::Mm(vmf.mm);
        task.acquire(lock, LockMode::Read).await;
        let flags = handle_pmd(task, vmf, huge).await;
        task.forget_but(&flags);
        task.release(lock).await;
        flags
    })
    .await
}

async fn handle_pmd(task: &Task, vmf: Vmf, huge: bool) -> FaultFlags {
    let flags = match task.perform::<PmdSeen>(PageTableOp::ReadPmd { mm: vmf.mm, page: vmf.page }).await {
        PmdSeen::None if huge => fs_huge_fault(task, vmf).await,
        PmdSeen::Huge { writable: false, .. } if vmf.write => wp_huge_pmd(task, vmf).await,
        PmdSeen::Huge { .. } => return FaultFlags::NONE,
        seen @ (PmdSeen::None | PmdSeen::Table) => {
            if huge {
                let table = seen == PmdSeen::Table;
                task.fall_back(if table { FallbackReason::PageTable } else { FallbackReason::NotTried });
            }
            FaultFlags::FALLBACK
        }
    };
    if flags == FaultFlags::FALLBACK { handle_pte_fault(task, vmf).await } else { flags }
}

/// `wp_huge_pmd`: a store to a read-only huge mapping goes to the file system if it is shared; otherwise, and if that falls
/// back, the mapping goes.
async fn wp_huge_pmd(task: &Task, vmf: Vmf) -> FaultFlags {
    if task.vma(vmf.mm).shared {
        let flags = fs_huge_fault(task, vmf).await;
        if flags != FaultFlags::FALLBACK {
            return flags;
        }
    } else {
        task.fall_back(FallbackReason::PrivateWrite);
    }
    let split = task.perform::<()>(PageTableOp::SplitHugePmd { mm: vmf.mm, page: vmf.page });
    task.within("wp_huge_pmd", split).await;
    FaultFlags::FALLBACK
}

/// `handle_pte_fault`: without a pte to the file system, with one to the write-protect handlers.
async fn handle_pte_fault(task: &Task, vmf: Vmf) -> FaultFlags {
    let (mm, page) = (vmf.mm, vmf.page);
    match task.perform::<PmdSeen>(PageTableOp::ReadPmd { mm, page }).await {
        PmdSeen::None => return do_fault(task, vmf).await,
        PmdSeen::Huge { .. } => return FaultFlags::NONE,
        PmdSeen::Table => {}
    }
    let Some(seen) = task.perform::<Option<PteSeen>>(PageTableOp::ReadPte { mm, page }).await else {
        return do_fault(task, vmf).await;
    };
    let op = PageTableOp::PteFault { mm, page, seen, write: vmf.write };
    match task.within("handle_pte_fault", task.perform::<PteFault>(op)).await {
        PteFault::Nothing | PteFault::WriteToPage(_) => FaultFlags::NONE,
        PteFault::WriteToFrame => fs_fault(task, vmf).await,
        PteFault::Copy(_) => wp_page_copy(task, vmf, seen.pte).await,
    }
}

/// `do_fault`: a private write copies, everything else maps what the file system says.
async fn do_fault(task: &Task, vmf: Vmf) -> FaultFlags {
    if vmf.write && !task.vma(vmf.mm).shared { do_cow_fault(task, vmf).await } else { fs_fault(task, vmf).await }
}
