//! The 4 KiB fault handler of 4.6, from before there were entry locks: the page lock of a hole page is all that it has.
//!
//! It runs with `entry_locks=off`. There are no 2 MiB faults then: 4.6 had them switched off. All other code is that of
//! the revision.

use super::page_cache::{delete_from_page_cache, find_or_create_page};
use super::pte_fault::dax_fault_return;
use crate::entry::{Entry, EntrySize, Slot};
use crate::errno::Errno;
use crate::event::{Event, FaultFlags};
use crate::kernel::mm::Vmf;
use crate::kernel::mm::pte_map::{finish_fault, vm_insert_mixed};
use crate::mm::PteTarget;
use crate::op::{FileOp, IomapPurpose, PageOp, RadixOp};
use crate::pmem::{Iomap, Namespace};
use crate::radix::Tag;
use crate::scenario::ExtentKind;
use crate::scenario::Without;
use crate::task::Task;
use crate::units::{Block, PageId, PageIndex, Sector};

/// `__dax_fault` (fs/dax.c, v4.6): looks the block up twice, the second time to allocate it, and only then at the page
/// cache once more.
pub async fn dax_fault(task: &Task, vmf: Vmf) -> FaultFlags {
    task.call("__dax_fault", vmf.pgoff, async {
        if vmf.pgoff >= task.perform::<u64>(FileOp::ReadSize).await {
            return FaultFlags::SIGBUS;
        }
        let mut page = find_lock_page(task, vmf.pgoff).await;
        let mut major = FaultFlags::NONE;
        let mut found = get_block(task, &vmf, false).await;
        if found.is_ok_and(|iomap| iomap.kind != ExtentKind::Mapped) && vmf.cow_page.is_none() {
            if !vmf.write {
                return dax_load_hole(task, &vmf, page).await;
            }
            found = get_block(task, &vmf, true).await;
            major = FaultFlags::MAJOR;
        }
        let iomap = match found {
            Ok(iomap) => iomap,
            Err(errno) => {
                unlock_and_put(task, page).await;
                return dax_fault_return(Err(errno));
            }
        };
        if let Some(copy) = vmf.cow_page {
            let flags = finish_fault(task, vmf.mm, vmf.page, PteTarget::Anon(copy)).await;
            unlock_and_put(task, page).await;
            return if flags == FaultFlags::NONE { FaultFlags::DONE_COW } else { flags };
        }
        // A read fault may have put a hole page there while the block was allocated.
        if page.is_none() && major == FaultFlags::MAJOR {
            page = find_lock_page(task, vmf.pgoff).await;
        }
        if let Some(hole) = page {
            task.unmap_mapping_range(vmf.pgoff, 1, false).await;
            delete_from_page_cache(task, hole).await;
            unlock_and_put(task, page).await;
        }
        match dax_insert_mapping(task, &vmf, iomap.block_at(vmf.pgoff)).await {
            // Somebody else faulted on the same pte.
            Ok(()) | Err(Errno::EBUSY) => FaultFlags::NOPAGE | major,
            Err(errno) => dax_fault_return(Err(errno)) | major,
        }
    })
    .await
}

/// `get_block` of the file system, which may allocate the block.
async fn get_block(task: &Task, vmf: &Vmf, create: bool) -> Result<Iomap, Errno> {
    task.perform(FileOp::IomapBegin { first: vmf.pgoff, count: 1, write: create, purpose: IomapPurpose::Fault }).await
}

/// `find_lock_page` (include/linux/pagemap.h, v4.6): the page at `index`, locked, with a reference.
async fn find_lock_page(task: &Task, index: PageIndex) -> Option<PageId> {
    let knowledge = task.knowledge();
    loop {
        task.forget_since(knowledge, &());
        let page = task.perform::<Slot>(RadixOp::FindGetEntry { index }).await.page()?;
        task.lock_page(page).await;
        if task.perform::<bool>(PageOp::PageInCache(page)).await {
            return Some(page);
        }
        unlock_and_put(task, Some(page)).await;
    }
}

async fn unlock_and_put(task: &Task, page: Option<PageId>) {
    if let Some(page) = page {
        task.unlock_page(Slot::Page(page)).await;
        task.put_page(page).await;
    }
}

/// `dax_load_hole` (fs/dax.c, v4.6) and what the memory manager does with the locked page that it returns. The
/// reference goes to the pte.
async fn dax_load_hole(task: &Task, vmf: &Vmf, page: Option<PageId>) -> FaultFlags {
    task.call("dax_load_hole", vmf.pgoff, async {
        let hole = match page {
            Some(hole) => hole,
            None => match find_or_create_page(task, vmf.pgoff).await {
                Some(hole) => hole,
                None => return FaultFlags::OOM,
            },
        };
        let flags = finish_fault(task, vmf.mm, vmf.page, PteTarget::Page(hole)).await;
        task.unlock_page(Slot::Page(hole)).await;
        if flags != FaultFlags::NONE {
            task.put_page(hole).await;
            return flags;
        }
        FaultFlags::NOPAGE
    })
    .await
}

/// `dax_insert_mapping` (fs/dax.c, v4.6): the block into the tree, then its frame into the page table.
async fn dax_insert_mapping(task: &Task, vmf: &Vmf, block: Block) -> Result<(), Errno> {
    task.call("dax_insert_mapping", vmf.pgoff, async {
        let sector = Namespace::sector_of(block);
        task.perform::<Result<u64, Errno>>(FileOp::DirectAccess { sector, pages: 1 }).await?;
        dax_radix_entry(task, vmf.pgoff, sector, vmf.write).await?;
        vm_insert_mixed(task, vmf.mm, vmf.page, block).await
    })
    .await
}

/// `dax_radix_entry` (fs/dax.c, v4.6): an entry for the sector, if there is none. What is there and is no entry of
/// blocks makes it warn and fail with -EIO.
async fn dax_radix_entry(task: &Task, index: PageIndex, sector: Sector, dirty: bool) -> Result<(), Errno> {
    task.call("dax_radix_entry", index, async {
        task.spin_lock_tree().await;
        let result = match task.radix_tree_lookup(index).await {
            Slot::Null => {
                let entry = Entry::locked_block(sector, EntrySize::Pte).unlocked();
                task.radix_tree_insert(index, entry).await
            }
            Slot::Entry(entry) if entry.is_block() => Ok(()),
            _ => {
                task.note(Event::Warn("dax_radix_entry"));
                Err(Errno::EIO)
            }
        };
        if dirty && result.is_ok() && !task.scenario().leaves_out(Without::Dirty) {
            task.radix_tree_tag_set(index, Tag::Dirty).await;
        }
        task.spin_unlock_tree().await;
        result
    })
    .await
}
