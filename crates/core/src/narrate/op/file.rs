//! The words for operations on the file system and the device.

use super::{LockNames, Told, Words};
use crate::narrate::words::{self, page};
use crate::op::{FileOp, Outcome};
use crate::pmem::Iomap;

impl Words for FileOp {
    fn next(&self, _: LockNames) -> String {
        match *self {
            FileOp::ReadSize => "read the file size".into(),
            FileOp::IomapBegin { first, count, .. } => {
                format!("ask the file system about {} from page {}", words::pages(count), page(first))
            }
            FileOp::DirectAccess { .. } => "ask the device for its memory".into(),
            FileOp::Flush { .. } => "flush the CPU caches".into(),
            FileOp::Store { .. } => "store to the device".into(),
            FileOp::Load { .. } => "load from the device".into(),
            FileOp::LoadZero { .. } => "read zeroes".into(),
            FileOp::ExtendFile { .. } | FileOp::SetSize { .. } => "set the file size".into(),
            FileOp::FreeBlocks { .. } => "free the blocks".into(),
            FileOp::Preallocate { unwrites: false, .. } => "allocate blocks that nobody has written".into(),
            FileOp::Preallocate { unwrites: true, .. } => "have the blocks count as never written".into(),
            FileOp::ShiftBlocks { up: true, .. } => "make room in the file".into(),
            FileOp::ShiftBlocks { up: false, .. } => "cut a range out of the file".into(),
            FileOp::IsUncommitted => "ask whether metadata is uncommitted".into(),
            FileOp::Committed => "have the metadata committed".into(),
            FileOp::BlockAt(at) => format!("ask for the block of page {}", page(at)),
            FileOp::FsyncBegins { .. } => "begin what the fsync promises".into(),
            FileOp::FsyncEnds { .. } => "return from the fsync".into(),
        }
    }

    fn done(&self, told: Told<'_>) -> Option<String> {
        Some(match (*self, told.outcome()) {
            (FileOp::ReadSize, Outcome::Number(size)) => format!("reads the file size: {}", words::pages(*size)),
            (FileOp::DirectAccess { .. }, Outcome::Length(Err(errno))) => {
                format!("cannot reach the device: direct_access fails ({errno})")
            }
            (FileOp::IomapBegin { first, .. }, Outcome::Iomap(Err(errno))) => {
                format!("learns nothing of page {}: iomap_begin fails ({errno})", page(first))
            }
            (FileOp::IomapBegin { .. }, Outcome::Iomap(Ok(iomap))) => learnt(iomap),
            (FileOp::ExtendFile { size }, _) => format!("makes the file at least {} long", words::pages(size)),
            (FileOp::SetSize { size }, _) => format!("sets the file size to {}", words::pages(size)),
            (FileOp::Preallocate { first, .. }, Outcome::Number(count)) if told.performed.events.is_empty() => {
                format!("finds {} from page {} as they should be", words::pages(*count), page(first))
            }
            (FileOp::IsUncommitted, Outcome::Bool(true)) => "hears that metadata is not committed".into(),
            // Their events say it; of an fsync there is nothing to say until it is done.
            (FileOp::ReadSize | FileOp::DirectAccess { .. } | FileOp::IomapBegin { .. }, _)
            | (FileOp::Flush { .. } | FileOp::Store { .. } | FileOp::Load { .. } | FileOp::LoadZero { .. }, _)
            | (FileOp::IsUncommitted | FileOp::Committed | FileOp::BlockAt(_), _)
            | (FileOp::Preallocate { .. } | FileOp::ShiftBlocks { .. }, _)
            | (FileOp::FreeBlocks { .. } | FileOp::FsyncBegins { .. } | FileOp::FsyncEnds { .. }, _) => return None,
        })
    }

    fn aside(&self, outcome: &Outcome) -> Option<String> {
        match (self, outcome) {
            (FileOp::DirectAccess { .. }, Outcome::Length(Ok(count))) => {
                Some(format!("gets the memory of {} from the device", words::pages(*count)))
            }
            _ => None,
        }
    }

    fn call(&self, _: Told<'_>) -> Option<(String, String)> {
        None
    }

    /// What changes blocks or the device says so by its events.
    fn is_visible(&self, _: &Outcome) -> bool {
        false
    }
}

/// What `iomap_begin` answers.
fn learnt(iomap: &Iomap) -> String {
    let new = if iomap.new { "new " } else { "" };
    let (pages, kind) = (words::pages(iomap.count), words::extent(iomap.kind));
    format!("learns from iomap_begin: {pages} from page {}, {new}{kind}", page(iomap.first))
}
