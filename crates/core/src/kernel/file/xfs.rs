//! XFS where it differs from ext4 in `fallocate(2)` (fs/xfs/xfs_file.c and xfs_bmap_util.c, v4.10 to v7.3): every mode keeps
//! faults out, and a range of the page cache is flushed before it is taken away.

use super::fallocate::{alloc_file_blocks, size_to_collapse, size_to_insert, write_and_wait};
use crate::errno::Errno;
use crate::kernel::mm::truncate_pagecache::{truncate_pagecache, truncate_pagecache_range};
use crate::op::FileOp;
use crate::scenario::FsKind;
use crate::task::Task;
use crate::units::PageIndex;

/// Is the file on XFS?
pub fn is_xfs(task: &Task) -> bool {
    task.scenario().fs == FsKind::Xfs
}

/// `xfs_flush_unmap_range`: what is dirty of `first..end` is flushed, then nothing is mapped or in the tree any more.
pub async fn xfs_flush_unmap_range(task: &Task, first: PageIndex, end: PageIndex) -> Result<(), Errno> {
    write_and_wait(task, first, end.saturating_sub(1)).await?;
    truncate_pagecache_range(task, first, end).await;
    Ok(())
}

/// `xfs_free_file_space`: the blocks of `first..end` are free.
pub async fn xfs_free_file_space(task: &Task, first: PageIndex, end: PageIndex) -> Result<(), Errno> {
    xfs_flush_unmap_range(task, first, end).await?;
    task.perform::<()>(FileOp::FreeBlocks { first, end, own_step: true }).await;
    Ok(())
}

/// `xfs_falloc_zero_range`: the blocks go, and others come that nobody has written.
pub async fn xfs_falloc_zero_range(task: &Task, first: PageIndex, count: u64) -> Result<(), Errno> {
    let end = first + count;
    xfs_free_file_space(task, first, end).await?;
    alloc_file_blocks(task, first, end, false).await;
    Ok(())
}

/// `xfs_falloc_collapse_range`: frees the range, flushes and forgets the rest (`xfs_prepare_shift`), moves it, and then sets the size.
pub async fn xfs_falloc_collapse_range(task: &Task, first: PageIndex, count: u64) -> Result<(), Errno> {
    let size = size_to_collapse(task, first, count).await?;
    xfs_free_file_space(task, first, first + count).await?;
    xfs_prepare_shift(task, first, size).await?;
    task.perform::<()>(FileOp::ShiftBlocks { first, count, up: false }).await;
    xfs_falloc_setsize(task, size - count).await;
    Ok(())
}

/// `xfs_falloc_insert_range`: sets the size first, then flushes and forgets what is to move, and moves it.
pub async fn xfs_falloc_insert_range(task: &Task, first: PageIndex, count: u64) -> Result<(), Errno> {
    let size = size_to_insert(task, first, count).await?;
    xfs_falloc_setsize(task, size + count).await;
    xfs_prepare_shift(task, first, size + count).await?;
    task.perform::<()>(FileOp::ShiftBlocks { first, count, up: true }).await;
    Ok(())
}

/// `xfs_prepare_shift`: flushes and forgets what is to move, from 5.5 on with the block before it, so that no extent is merged with one that is
/// written back meanwhile. The model does so in the whole era of the XArray.
async fn xfs_prepare_shift(task: &Task, first: PageIndex, size: u64) -> Result<(), Errno> {
    let before = u64::from(task.revision().is_xarray());
    xfs_flush_unmap_range(task, first.saturating_sub(before), size).await
}

/// `xfs_falloc_setsize`, which comes to `truncate_setsize`.
async fn xfs_falloc_setsize(task: &Task, size: u64) {
    task.perform::<()>(FileOp::SetSize { size }).await;
    truncate_pagecache(task, size).await;
}
