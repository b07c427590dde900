//! Read faults of holes: a zeroed page for 4 KiB, the huge zero page for 2 MiB.

use super::insert::{NewEntry, dax_insert_mapping_entry};
use super::page_cache::find_or_create_page;
use super::pmd_fallback::{fall_back, refusal};
use crate::entry::Slot;
use crate::event::FaultFlags;
use crate::fallback::FallbackReason;
use crate::kernel::mm::pte_map::finish_fault;
use crate::mm::PteTarget;
use crate::op::PageTableOp;
use crate::task::Task;
use crate::units::{MmId, PageIndex, VirtualPage};

/// `dax_load_hole` (fs/dax.c, v4.10): maps a hole page read-only, making one in place of the locked empty entry if
/// there is none. `entry` becomes the page.
pub async fn dax_load_hole(task: &Task, mm: MmId, page: VirtualPage, index: PageIndex, entry: &mut Slot) -> FaultFlags {
    task.call("dax_load_hole", index, async {
        let hole = match entry.page() {
            Some(hole) => hole,
            None => match find_or_create_page(task, index).await {
                Some(hole) => hole,
                None => return FaultFlags::OOM,
            },
        };
        let flags = finish_fault(task, mm, page, PteTarget::Page(hole)).await;
        *entry = Slot::Page(hole);
        if flags != FaultFlags::NONE {
            return flags;
        }
        // For the pte that maps the page now.
        task.get_page(hole).await;
        FaultFlags::NOPAGE
    })
    .await
}

/// `dax_pmd_load_hole` (fs/dax.c, v4.10): maps the huge zero page, if the pmd still is none. `entry` becomes the new
/// one.
pub async fn dax_pmd_load_hole(
    task: &Task,
    mm: MmId,
    page: VirtualPage,
    index: PageIndex,
    entry: &mut Slot,
) -> FaultFlags {
    task.call("dax_pmd_load_hole", index, async {
        if !task.perform::<bool>(PageTableOp::HugeZeroPage(mm)).await {
            return fall_back(task, FallbackReason::NoHugeZeroPage);
        }
        match dax_insert_mapping_entry(task, index, false, *entry, NewEntry::HugeZeroPage).await {
            Ok(new) => *entry = new,
            Err(errno) => return fall_back(task, refusal(errno)),
        }
        let set = task.perform::<bool>(PageTableOp::SetHugeZero { mm, page }).await;
        if set { FaultFlags::NOPAGE } else { fall_back(task, FallbackReason::PmdTaken) }
    })
    .await
}
