//! `madvise(MADV_DONTNEED)`: what a process has mapped of a range is dropped, and nothing else (mm/madvise.c and mm/memory.c,
//! v4.10 to v7.3).
//!
//! Entries, marks and blocks stay, so the next access faults its page in again. It holds `mmap_sem` for reading, as page faults
//! do: both run side by side in one process, and it takes no lock of the file. Kernels of today may free a page table that is
//! empty then (CONFIG_PT_RECLAIM); here it stays.

use crate::errno::Errno;
use crate::event::{LockId, OpResult};
use crate::kernel::thread::last_page;
use crate::op::PageTableOp;
use crate::sync::LockMode;
use crate::task::Task;
use crate::units::{MmId, PMD_PAGES, PageIndex, VirtualPage, pmd_start};
use std::sync::Arc;

/// `zap_page_range_single` over the part of the range that is mapped; `-ENOMEM` if there is more, as `madvise` says. No end: to
/// the end of the mapping.
pub async fn dontneed(task: &Task, mm: MmId, first: PageIndex, count: Option<u64>) -> OpResult {
    let vma = task.vma(mm);
    let vma_end = vma.start + vma.pages;
    let is_mapped = first < vma_end && (count.is_none() || first >= vma.start && last_page(first, count) < vma_end);
    let (from, to) = (first.max(vma.start), last_page(first, count).saturating_add(1).min(vma_end));
    task.acquire(LockId::Mm(mm), LockMode::Read).await;
    if from < to {
        zap_pages(task, mm, from + vma.skew, to + vma.skew).await;
    }
    task.release(LockId::Mm(mm)).await;
    if is_mapped { OpResult::Done } else { OpResult::Number(-i64::from(Errno::ENOMEM.0)) }
}

/// The walk over the page tables: what maps nothing is passed over without a lock, each range of 2 MiB that maps something is
/// dropped under its own.
async fn zap_pages(task: &Task, mm: MmId, first: VirtualPage, end: VirtualPage) {
    task.within("zap_page_range", async {
        let mut at = first;
        while at < end {
            let op = PageTableOp::MappedPages { mm, page: at, count: end - at };
            let mapped = task.perform::<Arc<[VirtualPage]>>(op).await;
            let Some(&next) = mapped.first() else { return };
            let stop = (pmd_start(next) + PMD_PAGES).min(end);
            task.forget_but(&(next, stop));
            task.perform::<()>(PageTableOp::ZapRange { mm, page: next, count: stop - next }).await;
            at = stop;
            task.forget_but(&at);
        }
    })
    .await;
}
