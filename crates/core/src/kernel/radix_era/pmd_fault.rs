//! `dax_iomap_pmd_fault`: the 2 MiB fault handler, with every reason to fall back to 4 KiB.

use super::grab::grab_mapping_entry;
use super::insert::{NewEntry, dax_insert_mapping_entry};
use super::load_hole::dax_pmd_load_hole;
use super::lock::put_locked_mapping_entry;
use super::pmd_fallback::{fall_back, refusal};
use super::pte_fault::opens_handle;
use crate::entry::{EntrySize, Slot};
use crate::errno::Errno;
use crate::event::{Event, FaultFlags};
use crate::fallback::FallbackReason;
use crate::kernel::file::journal;
use crate::kernel::mm::Vmf;
use crate::op::{FileOp, IomapPurpose, PageTableOp, PmdSeen};
use crate::pmem::{Iomap, Namespace};
use crate::revision::{FaultOrder, InsertIndex, SplitOnFallback};
use crate::scenario::{ExtentKind, FailPoint};
use crate::task::Task;
use crate::units::{Block, PG_PMD_COLOUR, PMD_PAGES, PageIndex, pmd_start};

/// `dax_iomap_pmd_fault` (fs/dax.c, v4.10): a 2 MiB fault. `VM_FAULT_FALLBACK` sends the caller on to 4 KiB.
pub async fn dax_iomap_pmd_fault(task: &Task, vmf: Vmf) -> FaultFlags {
    task.call("dax_iomap_pmd_fault", vmf.pgoff, async {
        let vma = task.vma(vmf.mm);
        let cow = vmf.write && !vma.shared;
        let result = match check_range(task, &vmf).await {
            Range::Fits(pgoff) => map_range(task, &vmf, pgoff).await,
            Range::FallBack(reason) => fall_back(task, reason),
            Range::BeyondEndOfFile => return FaultFlags::SIGBUS,
        };
        let split = match task.radix().split_on_fallback {
            SplitOnFallback::All => true,
            SplitOnFallback::Cow => cow,
        };
        if result == FaultFlags::FALLBACK && split {
            split_huge_pmd(task, &vmf).await;
        }
        result
    })
    .await
}

/// Can the range be mapped huge, as far as mapping and file size go?
enum Range {
    /// Yes; its first file page.
    Fits(PageIndex),
    /// No.
    FallBack(FallbackReason),
    /// It lies beyond the end of the file.
    BeyondEndOfFile,
}

/// The checks before anything is locked, in the kernel's order.
async fn check_range(task: &Task, vmf: &Vmf) -> Range {
    let vma = task.vma(vmf.mm);
    let pmd_page = pmd_start(vmf.page);
    if task.radix().colour_check && (vmf.pgoff ^ vmf.page) & PG_PMD_COLOUR != 0 {
        return Range::FallBack(FallbackReason::Colour);
    }
    // A private write copies 4 KiB pages.
    if vmf.write && !vma.shared {
        return Range::FallBack(FallbackReason::PrivateWrite);
    }
    let (vm_start, vm_end) = (vma.start + vma.skew, vma.start + vma.skew + vma.pages);
    if pmd_page < vm_start || pmd_page + PMD_PAGES > vm_end {
        return Range::FallBack(FallbackReason::Range);
    }
    let pgoff = pmd_page - vma.skew;
    let size = task.perform::<u64>(FileOp::ReadSize).await;
    if size == 0 && task.radix().zero_length_check {
        return Range::BeyondEndOfFile;
    }
    // Of a file of length 0 the last page is the largest number there is: both checks pass.
    let max_pgoff = size.wrapping_sub(1);
    if pgoff > max_pgoff {
        return Range::BeyondEndOfFile;
    }
    if pgoff | PG_PMD_COLOUR > max_pgoff {
        return Range::FallBack(FallbackReason::EndOfFile);
    }
    Range::Fits(pgoff)
}

/// Extent look-up, grab, mapping, put: in the order of the revision.
async fn map_range(task: &Task, vmf: &Vmf, pgoff: PageIndex) -> FaultFlags {
    match task.radix().order_iomap_vs_grab {
        FaultOrder::IomapFirst => {
            journal::under_handle(task, opens_handle(task, vmf), iomap_then_grab(task, vmf, pgoff)).await
        }
        FaultOrder::GrabFirst => grab_then_iomap(task, vmf, pgoff).await,
    }
}

async fn iomap_then_grab(task: &Task, vmf: &Vmf, pgoff: PageIndex) -> FaultFlags {
    let iomap = match iomap_begin(task, vmf, pgoff).await {
        Ok(iomap) => iomap,
        Err(reason) => return fall_back(task, reason),
    };
    let mut entry = match grab_mapping_entry(task, pgoff, EntrySize::Pmd).await {
        Ok(entry) => entry,
        Err(errno) => return fall_back(task, refusal(errno)),
    };
    let flags = if pmd_became_table(task, vmf).await {
        FaultFlags::NONE
    } else {
        map_entry(task, vmf, pgoff, &iomap, &mut entry).await
    };
    put(task, pgoff, entry, flags).await
}

async fn grab_then_iomap(task: &Task, vmf: &Vmf, pgoff: PageIndex) -> FaultFlags {
    let mut entry = match grab_mapping_entry(task, pgoff, EntrySize::Pmd).await {
        Ok(entry) => entry,
        Err(errno) => return fall_back(task, refusal(errno)),
    };
    let flags = if pmd_became_table(task, vmf).await {
        FaultFlags::NONE
    } else {
        let begin_to_end = async {
            match iomap_begin(task, vmf, pgoff).await {
                Ok(iomap) => map_entry(task, vmf, pgoff, &iomap, &mut entry).await,
                Err(reason) => fall_back(task, reason),
            }
        };
        journal::under_handle(task, opens_handle(task, vmf), begin_to_end).await
    };
    put(task, pgoff, entry, flags).await
}

async fn put(task: &Task, pgoff: PageIndex, entry: Slot, flags: FaultFlags) -> FaultFlags {
    task.forget_but(&(entry.entry().is_some(), entry.page(), flags));
    put_locked_mapping_entry(task, pgoff, entry).await;
    flags
}

/// The look-up of 512 blocks; why not, if it fails or finds fewer of one kind.
async fn iomap_begin(task: &Task, vmf: &Vmf, pgoff: PageIndex) -> Result<Iomap, FallbackReason> {
    let op = FileOp::IomapBegin { first: pgoff, count: PMD_PAGES, write: vmf.write, purpose: IomapPurpose::Fault };
    match task.perform::<Result<Iomap, Errno>>(op).await {
        Ok(iomap) if iomap.covers(pgoff, PMD_PAGES) => Ok(iomap),
        Ok(_) => Err(FallbackReason::ShortExtent),
        Err(_) => Err(FallbackReason::Injected(FailPoint::IomapBegin)),
    }
}

/// Has another thread installed a page table since the page-fault code looked? (From 4.12 on.)
async fn pmd_became_table(task: &Task, vmf: &Vmf) -> bool {
    task.radix().recheck_pmd_after_grab
        && task.perform::<PmdSeen>(PageTableOp::ReadPmd { mm: vmf.mm, page: vmf.page }).await == PmdSeen::Table
}

/// What is done while the entry is ours.
async fn map_entry(task: &Task, vmf: &Vmf, pgoff: PageIndex, iomap: &Iomap, entry: &mut Slot) -> FaultFlags {
    let insert_index = match task.radix().insert_index {
        InsertIndex::Pmd => pgoff,
        InsertIndex::Fault => vmf.pgoff,
    };
    match iomap.kind {
        ExtentKind::Mapped => dax_pmd_insert_mapping(task, vmf, insert_index, iomap.block_at(pgoff), entry).await,
        ExtentKind::Hole | ExtentKind::Unwritten if vmf.write => {
            task.note(Event::Warn("dax_iomap_pmd_fault"));
            fall_back(task, FallbackReason::NoBlocks)
        }
        ExtentKind::Hole | ExtentKind::Unwritten => {
            dax_pmd_load_hole(task, vmf.mm, pmd_start(vmf.page), insert_index, entry).await
        }
    }
}

/// `dax_pmd_insert_mapping` (fs/dax.c, v4.10): 512 blocks into the entry, then their frames into the pmd, if they
/// lie together and on a 2 MiB boundary of a device with `struct page`s.
async fn dax_pmd_insert_mapping(
    task: &Task,
    vmf: &Vmf,
    index: PageIndex,
    block: Block,
    entry: &mut Slot,
) -> FaultFlags {
    task.call("dax_pmd_insert_mapping", index, async {
        let sector = Namespace::sector_of(block);
        let pages = match task.perform::<Result<u64, Errno>>(FileOp::DirectAccess { sector, pages: PMD_PAGES }).await {
            Ok(pages) => pages,
            Err(Errno::ERANGE) => return fall_back(task, FallbackReason::DeviceEnd),
            Err(_) => return fall_back(task, FallbackReason::Injected(FailPoint::DirectAccess)),
        };
        if pages < PMD_PAGES {
            return fall_back(task, FallbackReason::DeviceEnd);
        }
        if block & PG_PMD_COLOUR != 0 {
            return fall_back(task, FallbackReason::Alignment);
        }
        if !task.scenario().device.devmap {
            return fall_back(task, FallbackReason::NoStructPage);
        }
        let new = NewEntry::Block(sector, EntrySize::Pmd);
        match dax_insert_mapping_entry(task, index, vmf.write, *entry, new).await {
            Ok(new) => *entry = new,
            Err(errno) => return fall_back(task, refusal(errno)),
        }
        let op = PageTableOp::InsertPfnPmd { mm: vmf.mm, page: pmd_start(vmf.page), frame: block, write: vmf.write };
        task.within("insert_pfn_pmd", task.perform::<()>(op)).await;
        FaultFlags::NOPAGE
    })
    .await
}

/// `split_huge_pmd` (include/linux/huge_mm.h, v4.10): a DAX mapping is not split but removed.
async fn split_huge_pmd(task: &Task, vmf: &Vmf) {
    let (mm, page) = (vmf.mm, vmf.page);
    if matches!(task.perform::<PmdSeen>(PageTableOp::ReadPmd { mm, page }).await, PmdSeen::Huge { .. }) {
        task.perform::<()>(PageTableOp::SplitHugePmd { mm, page }).await;
    }
}
