//! `dax_fault_iter`: what one extent of the file does to the fault.

use super::cow::dax_fault_cow_page;
use super::insert::dax_insert_entry;
use super::install::{insert_huge_zero, vmf_insert_page, vmf_insert_pmd, with_reference};
use super::pmd_fault::fall_back;
use super::state::State;
use crate::entry::{EntrySize, XEntry};
use crate::errno::Errno;
use crate::event::{Event, FaultFlags};
use crate::fallback::FallbackReason;
use crate::kernel::mm::Vmf;
use crate::mm::PteTarget;
use crate::op::{FileOp, PageTableOp};
use crate::pmem::{Iomap, Namespace};
use crate::scenario::Without;
use crate::scenario::{ExtentKind, FailPoint};
use crate::task::Task;
use crate::units::Block;

/// `dax_fault_return` (fs/dax.c): an error as fault flags.
pub const fn dax_fault_return(errno: Errno) -> FaultFlags {
    match errno {
        Errno::ENOMEM => FaultFlags::OOM,
        _ => FaultFlags::SIGBUS,
    }
}

/// What a fault works on: the extent of the file there, the entry that it holds, and the block to be mapped at the end of a
/// synchronous fault.
pub struct Held {
    /// What `iomap_begin` said.
    pub iomap: Iomap,
    /// Did it say that metadata is uncommitted (`IOMAP_F_DIRTY`)?
    pub uncommitted: bool,
    /// The entry, without the lock bit.
    pub entry: XEntry,
    /// `*pfnp`: what a synchronous fault maps after its fsync.
    pub synchronous: Option<Block>,
}

/// `dax_fault_iter` (fs/dax.c, v5.17; before, the middle of both fault handlers).
pub async fn dax_fault_iter(
    task: &Task,
    vmf: &Vmf,
    xas: &mut State<'_>,
    held: &mut Held,
    size: EntrySize,
) -> FaultFlags {
    let index = xas.index();
    let flags = task
        .call("dax_fault_iter", index, async {
            if let Some(copy) = vmf.cow_page.filter(|_| size == EntrySize::Pte) {
                return dax_fault_cow_page(task, vmf, &held.iomap, copy).await;
            }
            match held.iomap.kind {
                ExtentKind::Mapped => map_blocks(task, vmf, xas, held, size).await,
                ExtentKind::Hole | ExtentKind::Unwritten if !vmf.write => match size {
                    EntrySize::Pte => dax_load_hole(task, vmf, xas, held).await,
                    EntrySize::Pmd => dax_pmd_load_hole(task, vmf, xas, held).await,
                },
                ExtentKind::Hole | ExtentKind::Unwritten => {
                    task.note(Event::Warn("dax_fault_iter"));
                    refuse(task, size, FallbackReason::NoBlocks, Errno::EIO)
                }
            }
        })
        .await;
    task.remember(&(held.entry, held.synchronous));
    flags
}

/// A 2 MiB fault falls back, a 4 KiB fault ends with the error.
fn refuse(task: &Task, size: EntrySize, reason: FallbackReason, errno: Errno) -> FaultFlags {
    match size {
        EntrySize::Pmd => fall_back(task, reason),
        EntrySize::Pte => dax_fault_return(errno),
    }
}

/// Blocks: into the entry, then into the page table, unless the fault is synchronous.
async fn map_blocks(task: &Task, vmf: &Vmf, xas: &mut State<'_>, held: &mut Held, size: EntrySize) -> FaultFlags {
    let block = match dax_iomap_direct_access(task, held.iomap.block_at(xas.index()), size).await {
        Ok(block) => block,
        Err((reason, errno)) => return refuse(task, size, reason, errno),
    };
    let syncs = !task.scenario().leaves_out(Without::SyncFault);
    let synchronous = vmf.write && task.vma(vmf.mm).sync && held.uncommitted && syncs;
    let new = XEntry::of_block(block, size);
    held.entry = dax_insert_entry(task, vmf, xas, held.entry, new, synchronous).await;
    if synchronous {
        held.synchronous = Some(block);
        return FaultFlags::NEEDDSYNC;
    }
    let of_entry = held.entry.frame();
    match size {
        EntrySize::Pmd => with_reference(task, of_entry, vmf_insert_pmd(task, vmf, block, vmf.write)).await,
        EntrySize::Pte => {
            let insertion = vmf_insert_page(task, vmf, PteTarget::Frame(block), vmf.write);
            with_reference(task, of_entry, insertion).await
        }
    }
}

/// `dax_iomap_direct_access` (fs/dax.c): the first block, if the device has as many and they lie on a boundary of the size.
async fn dax_iomap_direct_access(task: &Task, block: Block, size: EntrySize) -> Result<Block, (FallbackReason, Errno)> {
    let pages = size.pages();
    let op = FileOp::DirectAccess { sector: Namespace::sector_of(block), pages };
    match task.perform::<Result<u64, Errno>>(op).await {
        Err(errno) => Err((FallbackReason::Injected(FailPoint::DirectAccess), errno)),
        Ok(length) if length < pages => Err((FallbackReason::DeviceEnd, Errno::EINVAL)),
        Ok(_) if !block.is_multiple_of(pages) => Err((FallbackReason::Alignment, Errno::EINVAL)),
        Ok(_) if pages > 1 && !task.scenario().device.devmap => Err((FallbackReason::NoStructPage, Errno::EINVAL)),
        Ok(_) => Ok(block),
    }
}

/// `dax_load_hole` (fs/dax.c, v4.20): a zero entry, and the zero page read-only.
async fn dax_load_hole(task: &Task, vmf: &Vmf, xas: &mut State<'_>, held: &mut Held) -> FaultFlags {
    task.call("dax_load_hole", xas.index(), async {
        let zero = XEntry::zero(EntrySize::Pte);
        held.entry = dax_insert_entry(task, vmf, xas, held.entry, zero, false).await;
        vmf_insert_page(task, vmf, PteTarget::Zero, false).await
    })
    .await
}

/// `dax_pmd_load_hole` (fs/dax.c, v4.20): a 2 MiB zero entry, and the huge zero page.
async fn dax_pmd_load_hole(task: &Task, vmf: &Vmf, xas: &mut State<'_>, held: &mut Held) -> FaultFlags {
    task.call("dax_pmd_load_hole", xas.index(), async {
        if !task.perform::<bool>(PageTableOp::HugeZeroPage(vmf.mm)).await {
            return fall_back(task, FallbackReason::NoHugeZeroPage);
        }
        let zero = XEntry::zero(EntrySize::Pmd);
        held.entry = dax_insert_entry(task, vmf, xas, held.entry, zero, false).await;
        match insert_huge_zero(task, vmf).await {
            FaultFlags::FALLBACK => fall_back(task, FallbackReason::PmdTaken),
            flags => flags,
        }
    })
    .await
}
