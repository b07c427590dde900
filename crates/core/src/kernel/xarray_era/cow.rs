//! Private copies (`do_cow_fault`, `wp_page_copy`, mm/memory.c, v6.12; `dax_fault_cow_page`, fs/dax.c).

use super::fault_iter::dax_fault_return;
use super::fs_fault::fs_fault;
use super::install::{finish_fault, with_reference};
use crate::errno::Errno;
use crate::event::FaultFlags;
use crate::kernel::mm::Vmf;
use crate::mm::{Pte, PteTarget};
use crate::op::{FileOp, InstallOp, Installed, PageOp};
use crate::pmem::{Iomap, Namespace};
use crate::scenario::ExtentKind;
use crate::task::Task;
use crate::units::PageId;

/// `do_cow_fault`: a private write where nothing is mapped. The page to copy into is got first.
pub async fn do_cow_fault(task: &Task, vmf: Vmf) -> FaultFlags {
    let Some(copy) = alloc_page_vma(task, &vmf).await else { return FaultFlags::OOM };
    let flags = fs_fault(task, Vmf { cow_page: Some(copy), ..vmf }).await;
    if flags != FaultFlags::DONE_COW {
        task.perform::<()>(PageOp::DropCopy(copy)).await;
    }
    flags
}

/// `wp_page_copy`: a private write to a page that is mapped read-only. From 6.15 on with a reference of that page.
pub async fn wp_page_copy(task: &Task, vmf: Vmf, seen: Pte) -> FaultFlags {
    match seen.target {
        PteTarget::Frame(block) => with_reference(task, block, copy_page(task, vmf, seen)).await,
        PteTarget::Zero | PteTarget::Page(_) | PteTarget::Anon(_) => copy_page(task, vmf, seen).await,
    }
}

async fn copy_page(task: &Task, vmf: Vmf, seen: Pte) -> FaultFlags {
    let Some(copy) = alloc_page_vma(task, &vmf).await else { return FaultFlags::OOM };
    let op = InstallOp::CopyPte { mm: vmf.mm, page: vmf.page, seen, copy };
    let installed = task.within("wp_page_copy", task.perform::<Installed>(op)).await;
    if installed != Installed::Done {
        task.perform::<()>(PageOp::DropCopy(copy)).await;
    }
    FaultFlags::NONE
}

async fn alloc_page_vma(task: &Task, vmf: &Vmf) -> Option<PageId> {
    task.perform(PageOp::AnonAlloc { index: vmf.pgoff }).await
}

/// `dax_fault_cow_page` (fs/dax.c, v5.16): fills the copy and maps it. The entry stays as it was grabbed.
pub async fn dax_fault_cow_page(task: &Task, vmf: &Vmf, iomap: &Iomap, copy: PageId) -> FaultFlags {
    if iomap.kind == ExtentKind::Mapped {
        let sector = Namespace::sector_of(iomap.block_at(vmf.pgoff));
        if let Err(errno) = task.perform::<Result<u64, Errno>>(FileOp::DirectAccess { sector, pages: 1 }).await {
            return dax_fault_return(errno);
        }
    }
    match finish_fault(task, vmf, copy).await {
        FaultFlags::NONE => FaultFlags::DONE_COW,
        flags => flags,
    }
}
