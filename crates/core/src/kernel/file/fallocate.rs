//! `fallocate(2)` but for hole punch: blocks ahead of use, zeroes over a range, and ranges that are cut out or made (fs/ext4/extents.c,
//! v4.10 to v7.3).
//!
//! All of it is under the inode lock. What takes blocks away from pages keeps faults out as well, and breaks the layout first;
//! ext4 allocates blocks ahead of use without either, XFS does not ([`xfs`]).

use super::fs_lock::{lock_fs, unlock_fs};
use super::journal;
use super::xfs::{self, is_xfs};
use crate::errno::Errno;
use crate::event::{LockId, OpResult};
use crate::kernel::mm::truncate_pagecache::{truncate_pagecache, truncate_pagecache_range};
use crate::kernel::{radix_era, xarray_era};
use crate::op::FileOp;
use crate::scenario::Operation;
use crate::scenario::limits::MAX_FILE_PAGES;
use crate::sync::LockMode;
use crate::task::Task;
use crate::units::PageIndex;

/// One of the four: `fallocate`, `zero`, `collapse` or `insert`.
pub async fn perform(task: &Task, operation: Operation) -> OpResult {
    task.acquire(LockId::Inode, LockMode::Write).await;
    let result = under_inode_lock(task, operation).await;
    task.release(LockId::Inode).await;
    result_of(result)
}

fn result_of(result: Result<(), Errno>) -> OpResult {
    match result {
        Ok(()) => OpResult::Done,
        Err(errno) => OpResult::Number(-i64::from(errno.0)),
    }
}

async fn under_inode_lock(task: &Task, operation: Operation) -> Result<(), Errno> {
    let xfs = is_xfs(task);
    match operation {
        Operation::Fallocate { first, count } if !xfs => {
            allocate(task, first, first + count, false).await;
            Ok(())
        }
        Operation::Fallocate { first, count } | Operation::Zero { first, count } => {
            let body = async {
                match operation {
                    Operation::Zero { .. } if xfs => xfs::zero_range(task, first, count).await,
                    Operation::Zero { .. } => zero_range(task, first, count).await,
                    _ => {
                        allocate(task, first, first + count, false).await;
                        Ok(())
                    }
                }
            };
            keep_faults_out(task, (first, (first + count).saturating_sub(1)), body).await
        }
        Operation::Collapse { first, count } if xfs => {
            keep_faults_out(task, (first, u64::MAX), xfs::collapse_range(task, first, count)).await
        }
        Operation::Collapse { first, count } => {
            keep_faults_out(task, (first, u64::MAX), collapse_range(task, first, count)).await
        }
        Operation::Insert { first, count } if xfs => {
            keep_faults_out(task, (first, u64::MAX), xfs::insert_range(task, first, count)).await
        }
        Operation::Insert { first, count } => {
            keep_faults_out(task, (first, u64::MAX), insert_range(task, first, count)).await
        }
        _ => Ok(()),
    }
}

/// Runs what takes blocks away from pages: nobody faults meanwhile, and nobody uses a page of the file any more.
async fn keep_faults_out(
    task: &Task,
    (first, last): (PageIndex, PageIndex),
    body: impl Future<Output = Result<(), Errno>>,
) -> Result<(), Errno> {
    lock_fs(task).await;
    if task.revision().is_xarray() {
        xarray_era::layout::break_layouts(task, first, last, &()).await;
    }
    let result = body.await;
    unlock_fs(task).await;
    result
}

/// `ext4_alloc_file_blocks`: one extent after another, each in a transaction of its own, and then the size. Kernels to 6.x let
/// the size follow each extent.
pub async fn allocate(task: &Task, first: PageIndex, end: PageIndex, unwrites: bool) {
    task.within("alloc_file_blocks", async {
        let mut at = first;
        while at < end {
            let round = FileOp::Preallocate { first: at, end, unwrites };
            at += journal::under_handle(task, true, task.perform::<u64>(round)).await;
            task.forget_but(&at);
        }
        task.perform::<()>(FileOp::ExtendFile { size: end }).await;
    })
    .await;
}

/// What is punched out between its locks: mappings and entries, then blocks. XFS flushes what is dirty of it first.
pub async fn punch_range(task: &Task, first: PageIndex, end: PageIndex) -> OpResult {
    if is_xfs(task) {
        return result_of(xfs::free_file_space(task, first, end).await);
    }
    truncate_pagecache_range(task, first, end).await;
    task.perform::<()>(FileOp::FreeBlocks { first, end, own_step: true }).await;
    OpResult::Done
}

/// `ext4_zero_range`: what was written counts as never written, where it lies; holes get blocks.
async fn zero_range(task: &Task, first: PageIndex, count: u64) -> Result<(), Errno> {
    let end = first + count;
    truncate_pagecache_range(task, first, end).await;
    allocate(task, first, end, true).await;
    Ok(())
}

/// `ext4_collapse_range`: what is to be moved is flushed and forgotten first. A range up to the end of the file is for truncate.
async fn collapse_range(task: &Task, first: PageIndex, count: u64) -> Result<(), Errno> {
    let size = task.perform::<u64>(FileOp::ReadSize).await;
    if first + count >= size {
        return Err(Errno::EINVAL);
    }
    write_and_wait(task, first + count, u64::MAX).await?;
    truncate_pagecache(task, first).await;
    task.perform::<()>(FileOp::ShiftBlocks { first, count, up: false }).await;
    task.perform::<()>(FileOp::SetSize { size: size - count }).await;
    Ok(())
}

/// `ext4_insert_range`: the file is longer before anything moves, so that nothing is lost beyond its end.
async fn insert_range(task: &Task, first: PageIndex, count: u64) -> Result<(), Errno> {
    let size = task.perform::<u64>(FileOp::ReadSize).await;
    if first >= size {
        return Err(Errno::EINVAL);
    }
    if size + count > MAX_FILE_PAGES {
        return Err(Errno::EFBIG);
    }
    write_and_wait(task, first, u64::MAX).await?;
    truncate_pagecache(task, first).await;
    task.perform::<()>(FileOp::SetSize { size: size + count }).await;
    task.perform::<()>(FileOp::ShiftBlocks { first, count, up: true }).await;
    Ok(())
}

/// `filemap_write_and_wait_range`: whatever is dirty of the pages `first..=last` is flushed.
pub async fn write_and_wait(task: &Task, first: PageIndex, last: PageIndex) -> Result<(), Errno> {
    let flushed = if task.revision().is_xarray() {
        xarray_era::writeback::file_write_and_wait_range(task, first, last).await
    } else {
        radix_era::writeback::dax_writeback_mapping_range(task, first, last).await
    };
    flushed.map(|_| ())
}
