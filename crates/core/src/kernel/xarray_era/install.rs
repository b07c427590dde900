//! Putting mappings into page tables (mm/memory.c and mm/huge_memory.c, v6.12 and v7.3).

use crate::event::FaultFlags;
use crate::kernel::mm::Vmf;
use crate::mm::{PmdTarget, PteTarget};
use crate::op::{FolioOp, InstallOp, Installed, PageTableOp, PmdSeen};
use crate::revision::{HugeZeroBusy, InsertPage, PageState};
use crate::task::Task;
use crate::units::{Block, MmId, PageId, VirtualPage, pmd_start};

/// `pte_alloc`: makes sure that there is a page table, unless the pmd is something else already.
async fn pte_alloc(task: &Task, mm: MmId, page: VirtualPage) {
    if task.perform::<PmdSeen>(PageTableOp::ReadPmd { mm, page }).await == PmdSeen::None {
        task.within("pmd_install", task.perform::<()>(PageTableOp::PteAlloc { mm, page })).await;
    }
}

/// `vmf_insert_mixed`, `vmf_insert_mixed_mkwrite` (v6.12), `vmf_insert_page_mkwrite` (v7.3): maps a page of the device or the
/// zero page.
pub async fn vmf_insert_page(task: &Task, vmf: &Vmf, target: PteTarget, mkwrite: bool) -> FaultFlags {
    let (mm, page) = (vmf.mm, vmf.page);
    pte_alloc(task, mm, page).await;
    let lock = match task.xarray().page_state {
        PageState::Page => "__get_locked_pte",
        PageState::Folio => "get_locked_pte",
    };
    let op = InstallOp::InsertPte { mm, page, target, mkwrite };
    match task.within(lock, task.perform::<Installed>(op)).await {
        Installed::Done | Installed::Taken => FaultFlags::NOPAGE,
        Installed::OtherPage if task.xarray().insert_page == InsertPage::Page => FaultFlags::SIGBUS,
        Installed::OtherPage => FaultFlags::NOPAGE,
        // Something huge was put there meanwhile.
        Installed::NoTable => FaultFlags::OOM,
    }
}

/// `vmf_insert_pfn_pmd` (v6.12), `vmf_insert_folio_pmd` (v7.3): maps 2 MiB of the device, if nothing is there.
pub async fn vmf_insert_pmd(task: &Task, vmf: &Vmf, frame: Block, write: bool) -> FaultFlags {
    let target = PmdTarget::Frames(frame);
    let op = InstallOp::InsertPmd { mm: vmf.mm, page: pmd_start(vmf.page), target, write };
    let function = match task.xarray().page_state {
        PageState::Page => "insert_pfn_pmd",
        PageState::Folio => "insert_pmd",
    };
    task.within(function, task.perform::<Installed>(op)).await;
    FaultFlags::NOPAGE
}

/// The end of `dax_pmd_load_hole`: maps the huge zero page, if nothing is there.
pub async fn insert_huge_zero(task: &Task, vmf: &Vmf) -> FaultFlags {
    let op =
        InstallOp::InsertPmd { mm: vmf.mm, page: pmd_start(vmf.page), target: PmdTarget::HugeZeroPage, write: false };
    let is_own = task.xarray().page_state == PageState::Page;
    let installed = if is_own {
        task.perform::<Installed>(op).await
    } else {
        task.within("insert_pmd", task.perform::<Installed>(op)).await
    };
    if installed == Installed::Done || task.xarray().huge_zero_busy == HugeZeroBusy::Nopage {
        FaultFlags::NOPAGE
    } else {
        FaultFlags::FALLBACK
    }
}

/// `finish_fault` (mm/memory.c, v6.12) of a private write: maps the copy, if nothing is there. No flag if it did.
pub async fn finish_fault(task: &Task, vmf: &Vmf, copy: PageId) -> FaultFlags {
    let (mm, page) = (vmf.mm, vmf.page);
    pte_alloc(task, mm, page).await;
    let op = InstallOp::FinishFault { mm, page, copy };
    match task.within("finish_fault", task.perform::<Installed>(op)).await {
        Installed::Done => FaultFlags::NONE,
        Installed::Taken | Installed::OtherPage | Installed::NoTable => FaultFlags::NOPAGE,
    }
}

/// Runs the insertion with a reference of the folio, which kernels from 6.15 on take around it.
pub async fn with_reference(task: &Task, block: Block, insertion: impl Future<Output = FaultFlags>) -> FaultFlags {
    if task.xarray().page_state == PageState::Page {
        return insertion.await;
    }
    task.perform::<()>(FolioOp::Get(block)).await;
    let flags = insertion.await;
    task.perform::<()>(FolioOp::Put(block)).await;
    flags
}
