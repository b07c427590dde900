//! write(2) and read(2) through iomap (`dax_iomap_rw` of fs/dax.c and fs/iomap.c, v4.10 to v7.3): under the inode lock,
//! straight to the blocks, without entry locks.

use super::journal;
use crate::errno::Errno;
use crate::event::{Event, LockId, OpResult};
use crate::kernel::mm::mm_fault::access;
use crate::kernel::{radix_era, xarray_era};
use crate::op::{CounterOp, FileOp, IomapPurpose};
use crate::pmem::{Iomap, Namespace};
use crate::scenario::ExtentKind;
use crate::sync::LockMode;
use crate::task::Task;
use crate::units::{MmId, PAGE_SIZE, PageIndex};

/// What is transferred.
#[derive(Clone, Copy)]
struct Transfer {
    first: PageIndex,
    end: PageIndex,
    write: bool,
    /// Where the user's buffer is, if it is a mapping of the file: the process, and the file page that it begins with.
    buffer: Option<(MmId, PageIndex)>,
}

/// `write(2)` of `count` pages from `first`: bytes written, or the error if there were none. `buffer`: the data lies in
/// that process's mapping of the file, from that page on.
pub async fn write(task: &Task, first: PageIndex, count: u64, buffer: Option<(MmId, PageIndex)>) -> Result<u64, Errno> {
    transfer(task, Transfer { first, end: first.saturating_add(count), write: true, buffer }).await
}

/// `read(2)` of `count` pages from `first`: bytes read.
pub async fn read(task: &Task, first: PageIndex, count: u64) -> Result<u64, Errno> {
    transfer(task, Transfer { first, end: first.saturating_add(count), write: false, buffer: None }).await
}

/// `iomap_apply`, or from 5.15 on `iomap_iter`, in a loop: one extent after another.
async fn transfer(task: &Task, what: Transfer) -> Result<u64, Errno> {
    let Transfer { first, end, write, .. } = what;
    task.acquire(LockId::Inode, LockMode::Write).await;
    let result = async {
        let mut at = first;
        while at < end {
            match transfer_extent(task, at, what).await {
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

/// One extent: looked up, allocated if need be, then copied. Returns the pages done. What `iomap_begin` of a write opens
/// stays open until `iomap_end`.
async fn transfer_extent(task: &Task, at: PageIndex, what: Transfer) -> Result<u64, Errno> {
    let begin_to_end = async {
        let (count, write) = (what.end - at, what.write);
        let op = FileOp::IomapBegin { first: at, count, write, purpose: IomapPurpose::ReadWrite };
        let iomap = task.perform::<Result<Iomap, Errno>>(op).await?;
        dax_iomap_actor(task, at, &iomap, what).await
    };
    journal::under_handle(task, what.write, begin_to_end).await
}

/// `dax_iomap_actor` (fs/dax.c, v4.10), from 5.15 on `dax_iomap_iter`: what is done with one extent.
async fn dax_iomap_actor(task: &Task, at: PageIndex, iomap: &Iomap, what: Transfer) -> Result<u64, Errno> {
    let write = what.write;
    let mut count = iomap.count;
    if !write {
        count = count.min(task.perform::<u64>(FileOp::ReadSize).await.saturating_sub(at));
        if count == 0 {
            return Ok(0);
        }
    }
    if !write && iomap.kind != ExtentKind::Mapped {
        task.perform::<()>(FileOp::LoadZero { count }).await;
        return Ok(count);
    }
    if iomap.kind != ExtentKind::Mapped {
        task.note(Event::Warn(if task.revision().is_xarray() { "dax_iomap_iter" } else { "dax_iomap_actor" }));
        return Err(Errno::EIO);
    }
    if iomap.new {
        invalidate_holes(task, at, at + count - 1).await;
    }
    let block = iomap.block_at(at);
    let sector = Namespace::sector_of(block);
    let count = task.perform::<Result<u64, Errno>>(FileOp::DirectAccess { sector, pages: count }).await?.min(count);
    let count = match what.buffer {
        Some((mm, page)) => copy_from_user(task, mm, page + (at - what.first), count).await?,
        None => count,
    };
    let op = if write { FileOp::Store { block, count } } else { FileOp::Load { block, count } };
    task.perform::<()>(op).await;
    Ok(count)
}

/// New blocks may lie where holes are mapped: those mappings go, up to 4.11 only if there are any pages at all, which misses
/// the huge zero page. What has to stay is no reason to give up.
async fn invalidate_holes(task: &Task, first: PageIndex, last: PageIndex) {
    if task.revision().is_xarray() {
        let _ = xarray_era::invalidate::invalidate_inode_pages2_range(task, first, last).await;
    } else if task.radix().write_invalidates_always || task.perform::<u64>(CounterOp::NrPages).await != 0 {
        let _ = radix_era::invalidate::invalidate_inode_pages2_range(task, first, last).await;
    }
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
