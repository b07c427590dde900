//! The words for operations on the file system and the device.

use super::{LockNames, Told, Words};
use crate::event::Event;
use crate::narrate::words::{self, page};
use crate::op::{FileOp, Outcome};
use crate::pmem::Iomap;
use crate::scenario::ExtentKind;

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
            (FileOp::IsUncommitted, _) => Some("hears that all metadata is committed".into()),
            // With a flush there is an event.
            (FileOp::Flush { .. }, _) => Some("calls dax_flush, which writes nothing back".into()),
            (FileOp::Committed, _) => Some("has the metadata committed".into()),
            (FileOp::BlockAt(at), Outcome::Block(None)) => Some(format!("hears that page {} has no block", page(*at))),
            (FileOp::BlockAt(at), Outcome::Block(Some(block))) => {
                Some(format!("hears that page {} is block {block:#x}", page(*at)))
            }
            (FileOp::FsyncBegins { .. }, _) => Some("is to flush what was stored before".into()),
            (FileOp::FsyncEnds { .. }, _) => Some("is about to return from the fsync".into()),
            _ => None,
        }
    }

    fn call(&self, told: Told<'_>) -> Option<(String, String)> {
        let FileOp::FsyncEnds { complete: true } = self else { return None };
        let left = told.performed.events.iter().filter_map(|event| match event {
            Event::LeftUnflushed { index, .. } => Some(page(*index)),
            _ => None,
        });
        let left: Vec<String> = left.collect();
        let unflushed = match left.as_slice() {
            [] => String::new(),
            [one] => format!(" although page {one} is not flushed"),
            [one, more @ ..] => format!(" although page {one} and {} more are not flushed", more.len()),
        };
        Some((format!("returns 0{unflushed}"), String::new()))
    }

    /// What changes blocks or the device says so by its events.
    fn is_visible(&self, _: &Outcome) -> bool {
        false
    }
}

/// What `iomap_begin` answers.
fn learnt(iomap: &Iomap) -> String {
    let new = if iomap.new { "new " } else { "" };
    let kind = words::extent(iomap.kind);
    let pages = match iomap.count {
        1 => format!("page {}", page(iomap.first)),
        count => format!("{} from page {}", words::pages(count), page(iomap.first)),
    };
    format!(
        "learns from iomap_begin that there {} {new}{kind} behind {pages}",
        if iomap.kind == ExtentKind::Hole { "is" } else { "are" }
    )
}
