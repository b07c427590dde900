//! The file as 2 MiB ranges and extents, and the namespace behind it.

use super::Text;
use std::rc::Rc;

/// The file and the memory behind it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PmemView {
    /// `i_size` in pages.
    pub size_pages: u64,
    /// The length of the block map in blocks.
    pub blocks: u64,
    /// The file in order, cut at extents and at 2 MiB.
    pub segments: Rc<[SegmentView]>,
    /// Segments that are not listed.
    pub more_segments: usize,
    /// The parts of the namespace, in order.
    pub areas: Rc<[AreaView]>,
    /// The 2 MiB frames of the data area that hold something, in order.
    pub frames: Rc<[FrameView]>,
    /// Frames that are not listed.
    pub more_frames: usize,
    /// File segments and the frames that they lie in.
    pub links: Rc<[LinkView]>,
    /// All of it in a sentence.
    pub summary: Text,
}

/// What backs a segment of the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SegmentKind {
    /// Nothing.
    Hole,
    /// Allocated, never written.
    Unwritten,
    /// Allocated and written.
    Mapped,
}

/// A part of the file inside one 2 MiB range.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SegmentView {
    /// First file page.
    pub first: u64,
    /// Number of pages. Of a hole that spans whole ranges it can be many times 512.
    pub count: u64,
    /// What backs it.
    pub kind: SegmentKind,
    /// First device block; `None` for a hole.
    pub phys: Option<u64>,
    /// Does it fill an aligned 2 MiB range that one huge page can map?
    pub is_huge: bool,
    /// Why not, in a sentence; `None` where it can, and for holes.
    pub why_not_huge: Option<Text>,
    /// `2 MiB, block 0x1400`.
    pub label: Text,
    /// Did this step change it?
    pub is_changed: bool,
}

/// A part of the namespace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AreaView {
    /// `info block`, `struct page`, `padding`, `data`.
    pub name: &'static str,
    /// First byte.
    pub start: u64,
    /// Length in bytes.
    pub bytes: u64,
    /// `64 MiB`.
    pub size: Text,
}

/// A 2 MiB frame of the data area.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FrameView {
    /// First block, a multiple of 512.
    pub block: u64,
    /// Blocks of it that belong to the file.
    pub used: u64,
    /// Processes that map something of it, by number from 1.
    pub mapped_by: Rc<[u8]>,
    /// Did write(2) store into it?
    pub is_stored: bool,
    /// Did this step change it?
    pub is_changed: bool,
}

/// A segment lies in a frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinkView {
    /// Position in [`PmemView::segments`].
    pub segment: usize,
    /// Position in [`PmemView::frames`].
    pub frame: usize,
}
