//! The way of a memory access to the file system's handlers: `handle_mm_fault` (mm/memory.c, v4.10).
//!
//! The checks of the page table here are not serialised by the entry lock: several threads can pass them and only
//! then meet in DAX.

use super::Vmf;
use super::write_protect::{do_cow_fault, wp_page_copy, wp_page_shared};
use crate::event::{Event, FaultFlags, LockId, OpResult};
use crate::fallback::FallbackReason;
use crate::kernel::file::fs_fault::{fs_fault, fs_pfn_mkwrite, fs_pmd_fault};
use crate::kernel::xarray_era;
use crate::op::{PageTableOp, PauseOp, PmdSeen, PteFault, PteSeen};
use crate::sync::LockMode;
use crate::task::Task;
use crate::units::{MmId, PageIndex};

/// So many faults of an access are counted. It goes on for as long as it has to: whoever faults again and again comes
/// back to the same place, and whether that is a livelock is seen in the run ([`crate::check::Rounds`]), not by counting.
const COUNTED_FAULTS: u32 = 3;
/// The recorder gave an access up after so many faults.
const RECORDED_FAULTS: u32 = 24;

/// A load or store of file page `pgoff` through the mapping of `mm`: faults until the page table allows it.
pub async fn access(task: &Task, mm: MmId, pgoff: PageIndex, write: bool, huge: bool) -> OpResult {
    let vma = task.vma(mm);
    let mapped = (vma.start..vma.start + vma.pages).contains(&pgoff);
    if !mapped || (write && !vma.writable) {
        return OpResult::Segv;
    }
    let vmf = Vmf { mm, page: pgoff + vma.skew, pgoff, write, cow_page: None };
    let recorded = task.scenario().recorded;
    let mut faults = 0;
    task.forget_fall_back();
    loop {
        if task.perform::<bool>(PageTableOp::CheckAccess { mm, page: vmf.page, write }).await {
            return OpResult::Accessed { faults };
        }
        if recorded && faults == RECORDED_FAULTS {
            return OpResult::Livelock { faults };
        }
        let goes_round = faults + 1 >= COUNTED_FAULTS;
        if recorded || faults < COUNTED_FAULTS {
            faults += 1;
        }
        let flags = if task.revision().is_xarray() {
            xarray_era::mm_fault::handle_mm_fault(task, vmf, huge).await
        } else {
            handle_mm_fault(task, vmf, huge).await
        };
        task.note(Event::Fault(flags));
        if flags.is_error() {
            return OpResult::FaultFailed { flags, faults };
        }
        if goes_round {
            task.note(Event::FaultsAgain);
        }
        task.forget_but(&faults);
        task.perform::<()>(PauseOp::AccessRetry).await;
    }
}

/// `__handle_mm_fault` under `mmap_sem`: tries 2 MiB where the pmd is none or is a read-only huge mapping, then
/// 4 KiB.
async fn handle_mm_fault(task: &Task, vmf: Vmf, huge: bool) -> FaultFlags {
    task.within("mm_fault", async {
        let lock = LockId::Mm(vmf.mm);
        task.acquire(lock, LockMode::Read).await;
        let flags = match task.perform::<PmdSeen>(PageTableOp::ReadPmd { mm: vmf.mm, page: vmf.page }).await {
            PmdSeen::None if huge && task.radix().entry_locks => match fs_pmd_fault(task, vmf).await {
                FaultFlags::FALLBACK => handle_pte_fault(task, vmf).await,
                flags => flags,
            },
            PmdSeen::Huge { writable: false, .. } if vmf.write => match fs_pmd_fault(task, vmf).await {
                FaultFlags::FALLBACK => handle_pte_fault(task, vmf).await,
                flags => flags,
            },
            PmdSeen::Huge { .. } => FaultFlags::NONE,
            seen @ (PmdSeen::None | PmdSeen::Table) => {
                if huge {
                    task.fall_back(if seen == PmdSeen::Table {
                        FallbackReason::PageTable
                    } else {
                        FallbackReason::NotTried
                    });
                }
                handle_pte_fault(task, vmf).await
            }
        };
        task.forget_but(&flags);
        task.release(lock).await;
        flags
    })
    .await
}

/// `handle_pte_fault`: without a pte to the file system, with one to the write-protect handlers.
async fn handle_pte_fault(task: &Task, vmf: Vmf) -> FaultFlags {
    let (mm, page) = (vmf.mm, vmf.page);
    if task.perform::<PmdSeen>(PageTableOp::ReadPmd { mm, page }).await == PmdSeen::None {
        return do_fault(task, vmf).await;
    }
    if task.perform::<bool>(PageTableOp::PmdTransUnstable { mm, page }).await {
        return FaultFlags::NONE;
    }
    let Some(seen) = task.perform::<Option<PteSeen>>(PageTableOp::ReadPte { mm, page }).await else {
        return do_fault(task, vmf).await;
    };
    let op = PageTableOp::PteFault { mm, page, seen, write: vmf.write };
    match task.within("handle_pte_fault", task.perform::<PteFault>(op)).await {
        PteFault::Nothing => FaultFlags::NONE,
        PteFault::WriteToFrame => fs_pfn_mkwrite(task, vmf, seen.pte).await,
        PteFault::WriteToPage(hole) => wp_page_shared(task, vmf, hole).await,
        PteFault::Copy(hole) => wp_page_copy(task, vmf, seen.pte, hole).await,
    }
}

/// `do_fault`: a private write copies, everything else maps what the file system says.
async fn do_fault(task: &Task, vmf: Vmf) -> FaultFlags {
    if vmf.write && !task.vma(vmf.mm).shared { do_cow_fault(task, vmf).await } else { fs_fault(task, vmf).await }
}
