//! The file as 2 MiB ranges and extents, and the namespace behind it.

use super::Build;
use super::Text;
use crate::action::Object;
use daxscope_core::mm::{Pmd, PmdTarget, PteTarget};
use daxscope_core::narrate::page as hex;
use daxscope_core::pmem::Namespace;
use daxscope_core::scenario::{Extent, ExtentKind, format_pages};
use daxscope_core::units::{PMD_PAGES, pmd_start};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The file and the memory behind it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
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

impl SegmentKind {
    /// A word for a bar in which no more fits.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            SegmentKind::Hole => "hole",
            SegmentKind::Unwritten => "unwritten",
            SegmentKind::Mapped => "blocks",
        }
    }
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

/// The most segments and frames that are listed.
const MAX_SEGMENTS: usize = 256;

impl Build<'_> {
    pub(super) fn pmem(&self) -> PmemView {
        let world = self.world();
        let device = world.scenario.device;
        let namespace = Namespace { blocks: device.blocks, devmap: device.devmap };
        let map = &world.file.blocks;
        let (mut segments, mut more_segments) = (Vec::new(), 0);
        for extent in map.extents() {
            more_segments += self.cut(&namespace, extent, &mut segments);
        }
        let (frames, more_frames) = self.frames(&segments);
        let frame_of = |block: u64| frames.binary_search_by_key(&pmd_start(block), |frame| frame.block).ok();
        // A misaligned segment lies in two frames.
        let link = |(segment, view): (usize, &SegmentView)| {
            let ends = view.phys.map(|phys| [pmd_start(phys), pmd_start(phys + view.count - 1)]);
            let places = daxscope_core::order::distinct(ends.into_iter().flatten());
            let frames: Vec<usize> = places.into_iter().filter_map(frame_of).collect();
            frames.into_iter().map(move |frame| LinkView { segment, frame })
        };
        let links = segments.iter().enumerate().flat_map(link).collect();
        let huge = segments.iter().filter(|segment| segment.is_huge).count();
        let summary = format!(
            "The file has {} in {}; {} of 2 MiB can be mapped by one huge page.",
            format_pages(world.file.size_pages),
            crate::session::plural(segments.len() + more_segments, "segment"),
            crate::session::plural(huge, "range"),
        );
        let areas = namespace.areas().into_iter();
        let areas = areas.map(|area| AreaView {
            name: area.name,
            start: area.start,
            bytes: area.bytes,
            size: size_text(area.bytes),
        });
        PmemView {
            size_pages: world.file.size_pages,
            blocks: map.length(),
            segments: segments.into(),
            more_segments,
            areas: areas.collect(),
            frames: frames.into(),
            more_frames,
            links,
            summary: summary.into(),
        }
    }

    /// Cuts an extent at 2 MiB; whole ranges of a hole stay together. Returns the number of segments left out.
    fn cut(&self, namespace: &Namespace, extent: Extent, segments: &mut Vec<SegmentView>) -> usize {
        let end = extent.first + extent.count;
        let mut first = extent.first;
        while first < end {
            let whole_ranges = match extent.kind {
                ExtentKind::Hole if first.is_multiple_of(PMD_PAGES) => pmd_start(end).max(first + PMD_PAGES),
                _ => pmd_start(first) + PMD_PAGES,
            };
            if segments.len() >= MAX_SEGMENTS {
                return (end - first).div_ceil(PMD_PAGES) as usize;
            }
            let stop = whole_ranges.min(end);
            segments.push(self.segment(namespace, extent, first, stop - first));
            first = stop;
        }
        0
    }

    fn segment(&self, namespace: &Namespace, extent: Extent, first: u64, count: u64) -> SegmentView {
        let kind = match extent.kind {
            ExtentKind::Hole => SegmentKind::Hole,
            ExtentKind::Unwritten => SegmentKind::Unwritten,
            ExtentKind::Mapped => SegmentKind::Mapped,
        };
        let phys = (kind != SegmentKind::Hole).then(|| extent.phys + (first - extent.first));
        let why_not_huge: Option<Text> = phys.and_then(|phys| {
            if !first.is_multiple_of(PMD_PAGES) {
                return Some("the 2 MiB range of the file begins before the extent".into());
            }
            namespace.why_not_huge(phys, count).map(|why| why.to_string().into())
        });
        let place = match (kind, phys) {
            (_, None) => "hole".into(),
            (SegmentKind::Unwritten, Some(phys)) => format!("unwritten, block {phys:#x}"),
            (_, Some(phys)) => format!("block {phys:#x}"),
        };
        let changed = self.changes.iter().any(|change| match change {
            Object::Block(block) => (first..first + count).contains(block),
            _ => false,
        });
        SegmentView {
            first,
            count,
            kind,
            phys,
            is_huge: phys.is_some() && why_not_huge.is_none(),
            why_not_huge,
            label: format!("{} at {}, {place}", format_pages(count), hex(first)).into(),
            is_changed: changed,
        }
    }

    /// The 2 MiB frames that the file or a page table uses. Returns the number of frames left out, too.
    fn frames(&self, segments: &[SegmentView]) -> (Vec<FrameView>, usize) {
        let mut used: BTreeMap<u64, u64> = BTreeMap::new();
        for segment in segments {
            let Some(phys) = segment.phys else { continue };
            // A segment is at most 2 MiB long, but need not lie in one frame.
            let next = pmd_start(phys) + PMD_PAGES;
            let here = segment.count.min(next - phys);
            *used.entry(pmd_start(phys)).or_default() += here;
            if segment.count > here {
                *used.entry(next).or_default() += segment.count - here;
            }
        }
        let mapped = self.mapped_frames();
        for &(frame, _) in &mapped {
            used.entry(frame).or_default();
        }
        let more = used.len().saturating_sub(MAX_SEGMENTS);
        let stored = &self.world().file.stored;
        let frame = |(block, used): (u64, u64)| FrameView {
            block,
            used,
            mapped_by: mapped.range((block, 0)..=(block, u8::MAX)).map(|&(_, process)| process).collect(),
            is_stored: stored.iter().any(|&(first, end)| first < block + PMD_PAGES && block < end),
            is_changed: segments.iter().any(|segment| segment.is_changed && segment.phys.map(pmd_start) == Some(block)),
        };
        (used.into_iter().take(MAX_SEGMENTS).map(frame).collect(), more)
    }

    /// The frames that page tables map, with the number of the process from 1.
    fn mapped_frames(&self) -> BTreeSet<(u64, u8)> {
        let mut mapped = BTreeSet::new();
        for (at, tables) in self.world().page_tables.iter().enumerate() {
            let process = at as u8 + 1;
            for (_, pmd) in tables.ranges() {
                match pmd {
                    Pmd::Huge { target: PmdTarget::Frames(block), .. } => {
                        mapped.insert((pmd_start(*block), process));
                    }
                    Pmd::Table(ptes) => {
                        let mut last = None;
                        for (_, pte) in ptes.iter() {
                            let PteTarget::Frame(block) = pte.target else { continue };
                            if last != Some(pmd_start(block)) {
                                last = Some(pmd_start(block));
                                mapped.insert((pmd_start(block), process));
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        mapped
    }
}

/// `64 MiB`, `8 KiB`.
fn size_text(bytes: u64) -> Text {
    const UNITS: [(u64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    let unit = UNITS.iter().find(|&&(unit, _)| bytes >= unit && bytes.is_multiple_of(unit));
    match unit {
        Some((unit, name)) => format!("{} {name}", bytes / unit).into(),
        None => format!("{bytes} bytes").into(),
    }
}
