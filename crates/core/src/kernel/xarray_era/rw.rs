//! write(2) and read(2) through iomap (`dax_iomap_rw`, fs/dax.c, v6.12): under the inode lock, straight to the blocks, without
//! entry locks.

use super::invalidate::invalidate_inode_pages2_range;
use crate::errno::Errno;
use crate::event::{Event, LockId, OpResult};
use crate::kernel::file::journal;
use crate::kernel::mm::mm_fault::access;
use crate::op::{FileOp, IomapPurpose};
use crate::pmem::{Iomap, Namespace};
use crate::scenario::ExtentKind;
use crate::sync::LockMode;
use crate::task::Task;
use crate::units::{MmId, PAGE_SIZE, PageIndex};

/// What is transferred.
#[derive(Clone, Copy)]
pub struct Transfer {
    /// First page.
    pub first: PageIndex,
    /// The page behind the last one.
    pub end: PageIndex,
    /// write(2) rather than read(2).
    pub write: bool,
    /// Where the user's buffer is, if it is a mapping of the file: the process, and the file page that it begins with.
    pub buffer: Option<(MmId, PageIndex)>,
}

/// `dax_iomap_rw`: one extent after another. Bytes done, or the error if there were none.
pub async fn dax_iomap_rw(task: &Task, what: Transfer) -> Result<u64, Errno> {
    let Transfer { first, end, write, .. } = what;
    task.acquire(LockId::Inode, LockMode::Write).await;
    let result = async {
        let mut at = first;
        while at < end {
            match dax_iomap_iter(task, at, what).await {
                Ok(0) => break,
                Ok(done) => at += done,
                Err(errno) if at == first => return Err(errno),
                Err(_) => break,
            }
        }
        if write && at > first {
            task.perform::<()>(FileOp::ExtendFile { size: at }).await;
        }
        Ok((at - first) * PAGE_SIZE)
    }
    .await;
    task.release(LockId::Inode).await;
    result
}

/// One extent, from `iomap_begin` to `iomap_end`. Returns the pages done.
async fn dax_iomap_iter(task: &Task, at: PageIndex, what: Transfer) -> Result<u64, Errno> {
    let begin_to_end = async {
        let (count, write) = (what.end - at, what.write);
        let op = FileOp::IomapBegin { first: at, count, write, purpose: IomapPurpose::ReadWrite };
        let iomap = task.perform::<Result<Iomap, Errno>>(op).await?;
        transfer_extent(task, at, &iomap, what).await
    };
    journal::under_handle(task, what.write, begin_to_end).await
}

/// `dax_iomap_iter` (fs/dax.c, v6.12): where blocks are new, zero entries and their mappings are taken away first.
async fn transfer_extent(task: &Task, at: PageIndex, iomap: &Iomap, what: Transfer) -> Result<u64, Errno> {
    let write = what.write;
    let mut count = iomap.count;
    if !write {
        count = count.min(task.perform::<u64>(FileOp::ReadSize).await.saturating_sub(at));
        if count == 0 {
            return Ok(0);
        }
    }
    if iomap.kind != ExtentKind::Mapped {
        if write {
            task.note(Event::Warn("dax_iomap_iter"));
            return Err(Errno::EIO);
        }
        task.perform::<()>(FileOp::LoadZero { count }).await;
        return Ok(count);
    }
    if iomap.new {
        // What has to stay is no reason to give up.
        let _ = invalidate_inode_pages2_range(task, at, at + count - 1).await;
    }
    let block = iomap.block_at(at);
    let op = FileOp::DirectAccess { sector: Namespace::sector_of(block), pages: count };
    let count = task.perform::<Result<u64, Errno>>(op).await?.min(count);
    let count = match what.buffer {
        Some((mm, page)) => copy_from_user(task, mm, page + (at - what.first), count).await?,
        None => count,
    };
    let op = if write { FileOp::Store { block, count } } else { FileOp::Load { block, count } };
    task.perform::<()>(op).await;
    Ok(count)
}

/// `copy_from_iter` from a buffer that is a mapping of the file: what is not mapped faults, whatever the caller holds.
/// Returns the pages that could be read.
async fn copy_from_user(task: &Task, mm: MmId, page: PageIndex, count: u64) -> Result<u64, Errno> {
    for done in 0..count {
        let result = task.within("copy_from_user", access(task, mm, page + done, false, false)).await;
        if !matches!(result, OpResult::Accessed { .. }) {
            return if done == 0 { Err(Errno::EFAULT) } else { Ok(done) };
        }
    }
    Ok(count)
}
