//! `dax_iomap_pmd_fault`: the 2 MiB fault handler, with every reason to fall back to 4 KiB.

use super::fault_iter::{Held, dax_fault_iter};
use super::grab::grab_mapping_entry;
use super::state::State;
use super::wait::dax_unlock_entry;
use crate::entry::EntrySize;
use crate::errno::Errno;
use crate::event::FaultFlags;
use crate::fallback::FallbackReason;
use crate::kernel::mm::Vmf;
use crate::op::{FileOp, IomapPurpose, PageTableOp, PmdSeen};
use crate::pmem::Iomap;
use crate::revision::PmdFaultChecks;
use crate::scenario::FailPoint;
use crate::task::Task;
use crate::units::{Block, PG_PMD_COLOUR, PMD_PAGES, PageIndex, pmd_start};

/// Fault flags, and the block that a synchronous fault maps after its fsync.
pub type Outcome = (FaultFlags, Option<Block>);

/// Notes why, and falls back.
pub fn fall_back(task: &Task, reason: FallbackReason) -> FaultFlags {
    task.fall_back(reason);
    FaultFlags::FALLBACK
}

/// `dax_iomap_pmd_fault` (fs/dax.c, v4.20): a 2 MiB fault. `VM_FAULT_FALLBACK` sends the caller on to 4 KiB.
pub async fn dax_iomap_pmd_fault(task: &Task, vmf: Vmf) -> Outcome {
    let mut synchronous = None;
    let flags = task
        .call("dax_iomap_pmd_fault", vmf.pgoff, async {
            let size = task.perform::<u64>(FileOp::ReadSize).await;
            let flags = match check(task, &vmf, size) {
                Err(None) => return FaultFlags::SIGBUS,
                Err(Some(reason)) => fall_back(task, reason),
                Ok(index) => {
                    let (flags, block) = map_range(task, &vmf, index).await;
                    synchronous = block;
                    flags
                }
            };
            if flags == FaultFlags::FALLBACK {
                split_huge_pmd(task, &vmf).await;
            }
            flags
        })
        .await;
    task.remember(&synchronous);
    (flags, synchronous)
}

/// The checks before anything is locked, in the kernel's order: the first page of the range, or why not. `None`: beyond the
/// end of the file.
fn check(task: &Task, vmf: &Vmf, size: u64) -> Result<PageIndex, Option<FallbackReason>> {
    let vma = task.vma(vmf.mm);
    let index = pmd_start(vmf.pgoff);
    let of_mapping = || {
        let first = pmd_start(vmf.page);
        let (start, end) = (vma.start + vma.skew, vma.start + vma.skew + vma.pages);
        if (vmf.pgoff ^ vmf.page) & PG_PMD_COLOUR != 0 {
            Err(FallbackReason::Colour)
        } else if vmf.write && !vma.shared {
            Err(FallbackReason::PrivateWrite)
        } else if first < start || first + PMD_PAGES > end {
            Err(FallbackReason::Range)
        } else {
            Ok(())
        }
    };
    if task.xarray().pmd_fault_checks == PmdFaultChecks::MappingFirst {
        of_mapping().map_err(Some)?;
    }
    if index >= size {
        return Err(None);
    }
    of_mapping().map_err(Some)?;
    if index | PG_PMD_COLOUR >= size { Err(Some(FallbackReason::EndOfFile)) } else { Ok(index) }
}

/// Grab, extent look-up, mapping, unlock.
async fn map_range(task: &Task, vmf: &Vmf, index: PageIndex) -> Outcome {
    let mut xas = State::new(task, index, 9);
    let mut entry = match grab_mapping_entry(task, &mut xas, EntrySize::Pmd).await {
        Ok(entry) => entry,
        Err(FaultFlags::FALLBACK) => return (fall_back(task, FallbackReason::SmallEntries), None),
        Err(flags) => return (flags, None),
    };
    let mut synchronous = None;
    let pmd = task.perform::<PmdSeen>(PageTableOp::ReadPmd { mm: vmf.mm, page: vmf.page }).await;
    let flags = if pmd == PmdSeen::Table {
        FaultFlags::NONE
    } else {
        let op = FileOp::IomapBegin { first: index, count: PMD_PAGES, write: vmf.write, purpose: IomapPurpose::Fault };
        match task.perform::<Result<Iomap, Errno>>(op).await {
            Err(_) => fall_back(task, FallbackReason::Injected(FailPoint::IomapBegin)),
            Ok(iomap) if !iomap.covers(index, PMD_PAGES) => fall_back(task, FallbackReason::ShortExtent),
            Ok(iomap) => {
                let uncommitted = task.perform::<bool>(FileOp::IsUncommitted).await;
                let mut held = Held { iomap, uncommitted, entry, synchronous: None };
                let flags = dax_fault_iter(task, vmf, &mut xas, &mut held, EntrySize::Pmd).await;
                (entry, synchronous) = (held.entry, held.synchronous);
                flags
            }
        }
    };
    task.remember(&(entry, flags, synchronous));
    dax_unlock_entry(task, &mut xas, entry).await;
    (flags, synchronous)
}

/// `split_huge_pmd` (include/linux/huge_mm.h): a DAX mapping is not split but removed.
async fn split_huge_pmd(task: &Task, vmf: &Vmf) {
    let (mm, page) = (vmf.mm, vmf.page);
    if matches!(task.perform::<PmdSeen>(PageTableOp::ReadPmd { mm, page }).await, PmdSeen::Huge { .. }) {
        task.perform::<()>(PageTableOp::SplitHugePmd { mm, page }).await;
    }
}
