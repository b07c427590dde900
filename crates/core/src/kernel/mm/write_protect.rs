//! Stores to what is mapped read-only, and private copies (`do_wp_page` and `do_cow_fault`, mm/memory.c, v4.10).

use super::Vmf;
use crate::event::FaultFlags;
use crate::kernel::file::fs_fault::fs_fault;
use crate::mm::Pte;
use crate::op::{PageOp, PageTableOp};
use crate::task::Task;
use crate::units::PageId;

/// `wp_page_shared`: a store to a hole page goes to the file system's `page_mkwrite`, which is its fault handler.
/// The caller has taken a reference of the page.
pub async fn wp_page_shared(task: &Task, vmf: Vmf, hole: PageId) -> FaultFlags {
    let flags = fs_fault(task, vmf).await;
    task.put_page(hole).await;
    flags
}

/// `do_cow_fault`: a private write where nothing is mapped. The copy is made first and thrown away if the handler has
/// no use for it.
pub async fn do_cow_fault(task: &Task, vmf: Vmf) -> FaultFlags {
    let Some(copy) = alloc_page_vma(task, &vmf).await else { return FaultFlags::OOM };
    let flags = fs_fault(task, Vmf { cow_page: Some(copy), ..vmf }).await;
    if flags != FaultFlags::DONE_COW {
        task.put_page(copy).await;
    }
    flags
}

/// `wp_page_copy`: a private write to a page that is mapped read-only. The caller has taken a reference of `hole`, if
/// that is what is mapped. If the pte has changed meanwhile, nothing is mapped and there is nothing to tell: the access
/// looks again.
pub async fn wp_page_copy(task: &Task, vmf: Vmf, seen: Pte, hole: Option<PageId>) -> FaultFlags {
    let op = PageTableOp::CopyPte { mm: vmf.mm, page: vmf.page, seen, index: vmf.pgoff };
    let copied = task.within("wp_page_copy", task.perform::<bool>(op)).await;
    if let Some(hole) = hole {
        task.put_page(hole).await;
    }
    if copied { FaultFlags::WRITE } else { FaultFlags::NONE }
}

/// `alloc_page_vma`: a page to copy into. The model never runs out of them.
async fn alloc_page_vma(task: &Task, vmf: &Vmf) -> Option<PageId> {
    task.perform(PageOp::CopyAlloc { index: vmf.pgoff }).await
}
