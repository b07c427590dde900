//! What an operation of the script is in the XArray's era.

use super::hold::hold;
use super::invalidate::{invalidate_inode_pages2_range, invalidate_mapping_pages};
use super::layout::dax_layout_busy_page_range;
use super::truncate;
use super::writeback::vfs_fsync_range;
use crate::event::{LockId, OpResult};
use crate::kernel::file::fs_lock::{lock_fs, unlock_fs};
use crate::kernel::file::{fallocate, rw};
use crate::kernel::mm::dontneed::dontneed;
use crate::kernel::mm::mm_fault::access;
use crate::kernel::thread::{last_page, munmap};
use crate::op::{FileOp, FolioOp};
use crate::scenario::Operation;
use crate::sync::LockMode;
use crate::task::Task;
use crate::units::{Block, MmId};

/// Performs one operation of the script.
pub async fn perform(task: &Task, own: MmId, operation: Operation) -> OpResult {
    match operation {
        Operation::Access { page, write, huge, mm } => access(task, mm.unwrap_or(own), page, write, huge).await,
        Operation::Punch { first, count } => truncate::punch(task, first, count).await,
        Operation::Fallocate { .. }
        | Operation::Zero { .. }
        | Operation::Collapse { .. }
        | Operation::Insert { .. } => fallocate::vfs_fallocate(task, operation).await,
        Operation::Truncate { size } => truncate::truncate(task, size).await,
        Operation::Fsync { first, count } => {
            let last = last_page(first, count);
            task.perform::<()>(FileOp::FsyncBegins { first, last }).await;
            let result = vfs_fsync_range(task, first, last).await;
            task.perform::<()>(FileOp::FsyncEnds { complete: result.is_ok() }).await;
            result.into()
        }
        Operation::Invalidate { first, count } => {
            OpResult::Number(invalidate_mapping_pages(task, first, last_page(first, count)).await as i64)
        }
        Operation::Invalidate2 { first, count, inode_lock } => {
            if inode_lock {
                task.acquire(LockId::Inode, LockMode::Write).await;
            }
            let result = invalidate_inode_pages2_range(task, first, last_page(first, count)).await;
            if inode_lock {
                task.release(LockId::Inode).await;
            }
            result.into()
        }
        Operation::Write { first, count, from } => {
            rw::write(task, first, count, from.map(|from| (own, from))).await.into()
        }
        Operation::Read { first, count } => rw::read(task, first, count).await.into(),
        Operation::Dontneed { first, count } => dontneed(task, own, first, count).await,
        Operation::Munmap { mm } => munmap(task, mm.unwrap_or(own)).await,
        Operation::Pin { page } => {
            let vma = task.vma(own);
            block(task.perform(FolioOp::Pin { mm: own, page: page + vma.skew }).await)
        }
        Operation::Unpin => block(task.perform(FolioOp::Unpin).await),
        Operation::Layout { first, count } => {
            lock_fs(task).await;
            let busy = dax_layout_busy_page_range(task, first, last_page(first, count)).await;
            unlock_fs(task).await;
            block(busy)
        }
        Operation::Hold { page } => hold(task, page).await,
    }
}

/// A block as the result of an operation; -1: none.
fn block(block: Option<Block>) -> OpResult {
    OpResult::Number(block.map_or(-1, |block| block as i64))
}
