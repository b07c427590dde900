//! Putting a 4 KiB mapping into a page table (mm/memory.c, v4.10).

use crate::errno::Errno;
use crate::event::{Event, FaultFlags};
use crate::mm::{PmdTarget, PteTarget};
use crate::op::{PageTableOp, PmdSeen};
use crate::task::Task;
use crate::units::{Block, MmId, VirtualPage};

/// `pte_alloc`: makes sure that there is a page table, unless the pmd is something else already.
async fn pte_alloc(task: &Task, mm: MmId, page: VirtualPage) {
    if task.perform::<PmdSeen>(PageTableOp::ReadPmd { mm, page }).await == PmdSeen::None {
        task.within("__pte_alloc", task.perform::<()>(PageTableOp::PteAlloc { mm, page })).await;
    }
}

/// `finish_fault` with `alloc_set_pte` and `pte_alloc_one_map`: maps a hole page read-only, or a private copy
/// writable. No flag if it did, `VM_FAULT_NOPAGE` if the place was taken meanwhile.
pub async fn finish_fault(task: &Task, mm: MmId, page: VirtualPage, target: PteTarget) -> FaultFlags {
    pte_alloc(task, mm, page).await;
    if task.perform::<bool>(PageTableOp::PmdTransUnstable { mm, page }).await {
        return FaultFlags::NOPAGE;
    }
    let set = task.within("pte_alloc_one_map", task.perform::<bool>(PageTableOp::SetPte { mm, page, target })).await;
    if set { FaultFlags::NONE } else { FaultFlags::NOPAGE }
}

/// `vm_insert_mixed` with `insert_pfn` and `get_locked_pte`: maps a frame of the device. `-EBUSY` if the pte is
/// taken.
pub async fn vm_insert_mixed(task: &Task, mm: MmId, page: VirtualPage, frame: Block) -> Result<(), Errno> {
    let pmd = task.perform::<PmdSeen>(PageTableOp::ReadPmd { mm, page }).await;
    if matches!(pmd, PmdSeen::Huge { target: PmdTarget::HugeZeroPage, .. }) {
        task.note(Event::VmBug("__get_locked_pte"));
    }
    pte_alloc(task, mm, page).await;
    task.within("__get_locked_pte", task.perform::<Result<(), Errno>>(PageTableOp::InsertPfn { mm, page, frame })).await
}
