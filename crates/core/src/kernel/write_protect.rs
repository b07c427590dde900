//! Stores to what is mapped read-only, and private copies (`do_wp_page` and `do_cow_fault`, mm/memory.c, v4.10).

use super::mm_fault::fs_fault;
use super::pte_fault::Vmf;
use crate::event::FaultFlags;
use crate::mm::Pte;
use crate::op::Op;
use crate::task::Task;
use crate::units::PageId;

/// `wp_page_shared`: a store to a hole page goes to the file system's `page_mkwrite`, which is its fault handler.
/// The caller has taken a reference of the page.
pub async fn wp_page_shared(task: &Task, vmf: Vmf, hole: PageId) -> FaultFlags {
    let flags = fs_fault(task, vmf).await;
    task.put_page(hole).await;
    flags
}

/// `do_cow_fault`: a private write where nothing is mapped.
pub async fn do_cow_fault(task: &Task, vmf: Vmf) -> FaultFlags {
    fs_fault(task, Vmf { cow: true, ..vmf }).await
}

/// `wp_page_copy`: a private write to a page that is mapped read-only.
pub async fn wp_page_copy(task: &Task, vmf: Vmf, seen: Pte) -> FaultFlags {
    let op = Op::CopyPte { mm: vmf.mm, page: vmf.page, seen };
    task.within("wp_page_copy", task.perform::<()>(op)).await;
    FaultFlags::WRITE
}
