//! `dax_iomap_pte_fault`: the 4 KiB fault handler.

use super::fault_iter::{Held, dax_fault_iter, dax_fault_return};
use super::grab::grab_mapping_entry;
use super::pmd_fault::Outcome;
use super::state::State;
use super::wait::dax_unlock_entry;
use crate::entry::EntrySize;
use crate::errno::Errno;
use crate::event::FaultFlags;
use crate::kernel::mm::Vmf;
use crate::op::{FileOp, IomapPurpose, PageTableOp, PmdSeen};
use crate::pmem::Iomap;
use crate::task::Task;

/// `dax_iomap_pte_fault` (fs/dax.c, v4.20): a 4 KiB fault. With what a synchronous one maps after its fsync.
pub async fn dax_iomap_pte_fault(task: &Task, vmf: Vmf) -> Outcome {
    let mut synchronous = None;
    let flags = task
        .call("dax_iomap_pte_fault", vmf.pgoff, async {
            if vmf.pgoff >= task.perform::<u64>(FileOp::ReadSize).await {
                return FaultFlags::SIGBUS;
            }
            let mut xas = State::new(task, vmf.pgoff, 0);
            let mut entry = match grab_mapping_entry(task, &mut xas, EntrySize::Pte).await {
                Ok(entry) => entry,
                Err(flags) => return flags,
            };
            let pmd = task.perform::<PmdSeen>(PageTableOp::ReadPmd { mm: vmf.mm, page: vmf.page }).await;
            let mut flags = FaultFlags::NOPAGE;
            if !matches!(pmd, PmdSeen::Huge { .. }) {
                let write = vmf.write && vmf.cow_page.is_none();
                let op = FileOp::IomapBegin { first: vmf.pgoff, count: 1, write, purpose: IomapPurpose::Fault };
                flags = match task.perform::<Result<Iomap, Errno>>(op).await {
                    Err(errno) => dax_fault_return(errno),
                    Ok(iomap) => {
                        let uncommitted = task.perform::<bool>(FileOp::IsUncommitted).await;
                        let mut held = Held { iomap, uncommitted, entry, synchronous: None };
                        let flags = dax_fault_iter(task, &vmf, &mut xas, &mut held, EntrySize::Pte).await;
                        (entry, synchronous) = (held.entry, held.synchronous);
                        let is_major = iomap.new && flags != FaultFlags::SIGBUS;
                        if is_major { flags | FaultFlags::MAJOR } else { flags }
                    }
                };
            }
            task.forget_but(&(flags, entry, synchronous));
            dax_unlock_entry(task, &mut xas, entry).await;
            flags
        })
        .await;
    task.remember(&synchronous);
    (flags, synchronous)
}
