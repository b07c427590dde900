//! What a thread does: its scripted operations, one after another.

use super::file::{fallocate, journal, rw};
use super::mm::{dontneed, mm_fault};
use super::radix_era::{invalidate, truncate, writeback};
use super::xarray_era;
use crate::event::{Event, LockId, OpResult};
use crate::op::{FileOp, PageTableOp, PauseOp};
use crate::scenario::Operation;
use crate::sync::LockMode;
use crate::task::Task;
use crate::units::{MmId, PageIndex};
use std::pin::Pin;

/// The life of a thread from its beginning, or, of one that has made all operations before it, from that operation on.
pub async fn run(task: Task, from: usize) {
    let forget_but = |number: usize| task.forget_but(&number);
    match from.checked_sub(1) {
        Some(before) => forget_but(before),
        None => task.perform::<()>(PauseOp::Start).await,
    }
    let script = task.scenario().threads[task.thread().index()].clone();
    for (number, operation) in script.operations.iter().enumerate().skip(from) {
        task.within(operation.name(), async {
            task.perform::<()>(PauseOp::NextOperation { number: number as u16 }).await;
            task.note(Event::Operation(*operation));
            let result = perform(&task, script.mm, *operation).await;
            task.ended(number, result);
        })
        .await;
        forget_but(number);
    }
}

async fn perform(task: &Task, own: MmId, operation: Operation) -> OpResult {
    // Faults of the radix tree's era are what most threads do. Everything else is code of its own, so that a page can load it later.
    let rare: Pin<Box<dyn Future<Output = OpResult> + '_>> = match operation {
        _ if task.revision().is_xarray() => Box::pin(xarray_era::script::perform(task, own, operation)),
        Operation::Access { page, write, huge, mm } => {
            return mm_fault::access(task, mm.unwrap_or(own), page, write, huge).await;
        }
        _ => Box::pin(perform_rare(task, own, operation)),
    };
    rare.await
}

/// What is no fault, on a kernel of the radix tree's era.
async fn perform_rare(task: &Task, own: MmId, operation: Operation) -> OpResult {
    match operation {
        Operation::Punch { first, count } => truncate::punch(task, first, count).await,
        Operation::Fallocate { .. }
        | Operation::Zero { .. }
        | Operation::Collapse { .. }
        | Operation::Insert { .. } => fallocate::vfs_fallocate(task, operation).await,
        Operation::Truncate { size } => truncate::truncate(task, size).await,
        Operation::Fsync { first, count } => {
            let last = last_page(first, count);
            task.perform::<()>(FileOp::FsyncBegins { first, last }).await;
            let result = writeback::dax_writeback_mapping_range(task, first, last).await;
            if result.is_ok() {
                journal::commit(task).await;
            }
            task.perform::<()>(FileOp::FsyncEnds { complete: result.is_ok() }).await;
            result.into()
        }
        Operation::Invalidate { first, count } => {
            OpResult::Number(invalidate::invalidate_mapping_pages(task, first, last_page(first, count)).await as i64)
        }
        Operation::Invalidate2 { first, count, inode_lock } => {
            if inode_lock {
                task.acquire(LockId::Inode, LockMode::Write).await;
            }
            let result = invalidate::invalidate_inode_pages2_range(task, first, last_page(first, count)).await;
            if inode_lock {
                task.release(LockId::Inode).await;
            }
            result.into()
        }
        Operation::Write { first, count, from } => {
            rw::write(task, first, count, from.map(|from| (own, from))).await.into()
        }
        Operation::Read { first, count } => rw::read(task, first, count).await.into(),
        Operation::Dontneed { first, count } => dontneed::dontneed(task, own, first, count).await,
        Operation::Munmap { mm } => munmap(task, mm.unwrap_or(own)).await,
        // Scripts for this era cannot say them; faults are above.
        Operation::Access { .. }
        | Operation::Pin { .. }
        | Operation::Unpin
        | Operation::Layout { .. }
        | Operation::Hold { .. } => OpResult::Done,
    }
}

/// The last page of `count` pages from `first`; `None`: the end of all files.
pub const fn last_page(first: PageIndex, count: Option<u64>) -> PageIndex {
    match count {
        Some(count) => first.saturating_add(count).saturating_sub(1),
        None => u64::MAX,
    }
}

/// `munmap(2)` of the whole mapping: waits until no fault runs in the process.
pub async fn munmap(task: &Task, mm: MmId) -> OpResult {
    let lock = LockId::Mm(mm);
    task.acquire(lock, LockMode::Write).await;
    task.perform::<()>(PageTableOp::Munmap(mm)).await;
    task.release(lock).await;
    OpResult::Done
}
