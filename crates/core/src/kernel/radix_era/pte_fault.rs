//! `dax_iomap_fault`: the 4 KiB fault handler.

use super::grab::grab_mapping_entry;
use super::insert::{NewEntry, dax_insert_mapping_entry};
use super::load_hole::dax_load_hole;
use super::lock::put_locked_mapping_entry;
use crate::entry::{EntrySize, Slot};
use crate::errno::Errno;
use crate::event::{Event, FaultFlags};
use crate::kernel::file::journal;
use crate::kernel::mm::Vmf;
use crate::kernel::mm::pte_map::{finish_fault, vm_insert_mixed};
use crate::mm::PteTarget;
use crate::op::{FileOp, IomapPurpose, PageTableOp, PmdSeen};
use crate::pmem::{Iomap, Namespace};
use crate::revision::FaultOrder;
use crate::scenario::ExtentKind;
use crate::task::Task;
use crate::units::{Block, PageId};

/// `dax_fault_return` (fs/dax.c, v4.10): an error as fault flags.
pub fn dax_fault_return(result: Result<(), Errno>) -> FaultFlags {
    match result {
        Ok(()) => FaultFlags::NOPAGE,
        Err(Errno::ENOMEM) => FaultFlags::OOM,
        Err(_) => FaultFlags::SIGBUS,
    }
}

/// `dax_iomap_fault` (fs/dax.c, v4.10), from 4.11 on `dax_iomap_pte_fault`: a 4 KiB fault.
pub async fn dax_iomap_fault(task: &Task, vmf: Vmf) -> FaultFlags {
    let name = if task.radix().merged_handlers { "dax_iomap_pte_fault" } else { "dax_iomap_fault" };
    task.call(name, vmf.pgoff, async {
        if vmf.pgoff >= task.perform::<u64>(FileOp::ReadSize).await {
            return FaultFlags::SIGBUS;
        }
        match task.radix().order_iomap_vs_grab {
            FaultOrder::IomapFirst => {
                journal::under_handle(task, opens_handle(task, &vmf), iomap_then_grab(task, &vmf)).await
            }
            FaultOrder::GrabFirst => grab_then_iomap(task, &vmf).await,
        }
    })
    .await
}

/// The order of 4.10 and 4.11: the file system is asked first.
async fn iomap_then_grab(task: &Task, vmf: &Vmf) -> FaultFlags {
    let iomap = match iomap_begin(task, vmf).await {
        Ok(iomap) => iomap,
        Err(errno) => return dax_fault_return(Err(errno)),
    };
    let mut entry = match grab_mapping_entry(task, vmf.pgoff, EntrySize::Pte).await {
        Ok(entry) => entry,
        Err(errno) => return dax_fault_return(Err(errno)),
    };
    let flags = if pmd_became_huge(task, vmf).await {
        FaultFlags::NOPAGE
    } else {
        map_page(task, vmf, &iomap, &mut entry).await
    };
    put(task, vmf, entry, flags).await
}

/// The order of 4.9, and from 4.12 on: the entry is locked before the file system is asked.
async fn grab_then_iomap(task: &Task, vmf: &Vmf) -> FaultFlags {
    let mut entry = match grab_mapping_entry(task, vmf.pgoff, EntrySize::Pte).await {
        Ok(entry) => entry,
        Err(errno) => return dax_fault_return(Err(errno)),
    };
    let flags = if pmd_became_huge(task, vmf).await {
        FaultFlags::NOPAGE
    } else {
        let begin_to_end = async {
            match iomap_begin(task, vmf).await {
                Ok(iomap) => map_page(task, vmf, &iomap, &mut entry).await,
                Err(errno) => dax_fault_return(Err(errno)),
            }
        };
        journal::under_handle(task, opens_handle(task, vmf), begin_to_end).await
    };
    put(task, vmf, entry, flags).await
}

async fn put(task: &Task, vmf: &Vmf, entry: Slot, flags: FaultFlags) -> FaultFlags {
    task.forget_but(&(entry.entry().is_some(), entry.page(), flags));
    put_locked_mapping_entry(task, vmf.pgoff, entry).await;
    flags
}

/// Does `iomap_begin` of this fault open a handle of the journal? From 4.12 on the file system has done so before.
pub fn opens_handle(task: &Task, vmf: &Vmf) -> bool {
    vmf.write && vmf.cow_page.is_none() && !task.radix().fault_starts_transaction
}

/// The look-up of the one block; a write that does not copy may allocate it.
async fn iomap_begin(task: &Task, vmf: &Vmf) -> Result<Iomap, Errno> {
    let write = vmf.write && vmf.cow_page.is_none();
    task.perform(FileOp::IomapBegin { first: vmf.pgoff, count: 1, write, purpose: IomapPurpose::Fault }).await
}

/// Has another thread installed a huge mapping since the page-fault code looked? (From 4.12 on.)
async fn pmd_became_huge(task: &Task, vmf: &Vmf) -> bool {
    task.radix().recheck_pmd_after_grab
        && matches!(
            task.perform::<PmdSeen>(PageTableOp::ReadPmd { mm: vmf.mm, page: vmf.page }).await,
            PmdSeen::Huge { .. }
        )
}

/// What is done while the entry is ours.
async fn map_page(task: &Task, vmf: &Vmf, iomap: &Iomap, entry: &mut Slot) -> FaultFlags {
    if let Some(copy) = vmf.cow_page {
        return copy_page(task, vmf, iomap, copy).await;
    }
    match iomap.kind {
        ExtentKind::Mapped => {
            let major = if iomap.new { FaultFlags::MAJOR } else { FaultFlags::NONE };
            let result = dax_insert_mapping(task, vmf, iomap.block_at(vmf.pgoff), entry).await;
            // Busy is fine: somebody else faulted on the same pte.
            let result = if result == Err(Errno::EBUSY) { Ok(()) } else { result };
            dax_fault_return(result) | major
        }
        ExtentKind::Hole | ExtentKind::Unwritten if !vmf.write => {
            dax_load_hole(task, vmf.mm, vmf.page, vmf.pgoff, entry).await
        }
        ExtentKind::Hole | ExtentKind::Unwritten => {
            task.note(Event::Warn("dax_iomap_fault"));
            dax_fault_return(Err(Errno::EIO))
        }
    }
}

/// A private write: fills the copy and maps it.
async fn copy_page(task: &Task, vmf: &Vmf, iomap: &Iomap, copy: PageId) -> FaultFlags {
    if iomap.kind == ExtentKind::Mapped {
        let sector = Namespace::sector_of(iomap.block_at(vmf.pgoff));
        if let Err(errno) = task.perform::<Result<u64, Errno>>(FileOp::DirectAccess { sector, pages: 1 }).await {
            return dax_fault_return(Err(errno));
        }
    }
    match finish_fault(task, vmf.mm, vmf.page, PteTarget::Anon(copy)).await {
        FaultFlags::NONE => FaultFlags::DONE_COW,
        flags => flags,
    }
}

/// `dax_insert_mapping` (fs/dax.c, v4.10): the block into the entry, then its frame into the page table.
async fn dax_insert_mapping(task: &Task, vmf: &Vmf, block: Block, entry: &mut Slot) -> Result<(), Errno> {
    task.call("dax_insert_mapping", vmf.pgoff, async {
        let sector = Namespace::sector_of(block);
        task.perform::<Result<u64, Errno>>(FileOp::DirectAccess { sector, pages: 1 }).await?;
        let new = NewEntry::Block(sector, EntrySize::Pte);
        *entry = dax_insert_mapping_entry(task, vmf.pgoff, vmf.write, *entry, new).await?;
        vm_insert_mixed(task, vmf.mm, vmf.page, block).await
    })
    .await
}
