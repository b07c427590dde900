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

/// `vfs_fallocate` for one of the four: `fallocate`, `zero`, `collapse` or `insert`.
pub async fn vfs_fallocate(task: &Task, operation: Operation) -> OpResult {
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
    match operation {
        Operation::Fallocate { .. } if !is_xfs(task) => change_blocks(task, operation).await,
        Operation::Fallocate { first, count } | Operation::Zero { first, count } => {
            keep_faults_out(task, (first, (first + count).saturating_sub(1)), operation).await
        }
        Operation::Collapse { first, .. } | Operation::Insert { first, .. } => {
            keep_faults_out(task, (first, u64::MAX), operation).await
        }
        _ => Ok(()),
    }
}

/// Runs what takes blocks away from pages: nobody faults meanwhile, and nobody uses a page of the file any more.
async fn keep_faults_out(
    task: &Task,
    (first, last): (PageIndex, PageIndex),
    operation: Operation,
) -> Result<(), Errno> {
    lock_fs(task).await;
    if task.revision().is_xarray() {
        xarray_era::layout::break_layouts(task, first, last, &()).await;
    }
    let result = change_blocks(task, operation).await;
    unlock_fs(task).await;
    result
}

/// What each does between its locks.
async fn change_blocks(task: &Task, operation: Operation) -> Result<(), Errno> {
    match (operation, is_xfs(task)) {
        (Operation::Fallocate { first, count }, _) => {
            alloc_file_blocks(task, first, first + count, false).await;
            Ok(())
        }
        (Operation::Zero { first, count }, false) => ext4_zero_range(task, first, count).await,
        (Operation::Zero { first, count }, true) => xfs::xfs_falloc_zero_range(task, first, count).await,
        (Operation::Collapse { first, count }, false) => ext4_collapse_range(task, first, count).await,
        (Operation::Collapse { first, count }, true) => xfs::xfs_falloc_collapse_range(task, first, count).await,
        (Operation::Insert { first, count }, false) => ext4_insert_range(task, first, count).await,
        (Operation::Insert { first, count }, true) => xfs::xfs_falloc_insert_range(task, first, count).await,
        _ => Ok(()),
    }
}

/// The size of a file that a range is cut out of; a range up to its end is for truncate.
pub async fn size_to_collapse(task: &Task, first: PageIndex, count: u64) -> Result<u64, Errno> {
    let size = task.perform::<u64>(FileOp::ReadSize).await;
    if first + count >= size { Err(Errno::EINVAL) } else { Ok(size) }
}

/// The size of a file in which room is made; there is none to make at its end, nor beyond the largest file.
pub async fn size_to_insert(task: &Task, first: PageIndex, count: u64) -> Result<u64, Errno> {
    match task.perform::<u64>(FileOp::ReadSize).await {
        size if first >= size => Err(Errno::EINVAL),
        size if size + count > MAX_FILE_PAGES => Err(Errno::EFBIG),
        size => Ok(size),
    }
}

/// `ext4_alloc_file_blocks`, `xfs_alloc_file_space`: one extent after another, each in a transaction of its own, and then the size. Kernels to 6.x let
/// the size follow each extent.
pub async fn alloc_file_blocks(task: &Task, first: PageIndex, end: PageIndex, unwrites: bool) {
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
        return result_of(xfs::xfs_free_file_space(task, first, end).await);
    }
    truncate_pagecache_range(task, first, end).await;
    task.perform::<()>(FileOp::FreeBlocks { first, end, own_step: true }).await;
    OpResult::Done
}

/// `ext4_zero_range`: what was written counts as never written, where it lies; holes get blocks.
async fn ext4_zero_range(task: &Task, first: PageIndex, count: u64) -> Result<(), Errno> {
    let end = first + count;
    truncate_pagecache_range(task, first, end).await;
    alloc_file_blocks(task, first, end, true).await;
    Ok(())
}

/// `ext4_collapse_range`: what is to be moved is flushed and forgotten first, and flushed is the first page that goes, too: it may hold the end of
/// what stays.
async fn ext4_collapse_range(task: &Task, first: PageIndex, count: u64) -> Result<(), Errno> {
    let size = size_to_collapse(task, first, count).await?;
    write_and_wait(task, first, first).await?;
    write_and_wait(task, first + count, u64::MAX).await?;
    truncate_pagecache(task, first).await;
    task.perform::<()>(FileOp::ShiftBlocks { first, count, up: false }).await;
    task.perform::<()>(FileOp::SetSize { size: size - count }).await;
    Ok(())
}

/// `ext4_insert_range`: the file is longer before anything moves, so that nothing is lost beyond its end.
async fn ext4_insert_range(task: &Task, first: PageIndex, count: u64) -> Result<(), Errno> {
    let size = size_to_insert(task, first, count).await?;
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
