//! The file before the failure and after recovery, side by side.

use super::device::{BlockState, Content, Device};
use crate::pmem::BlockMap;
use crate::scenario::ExtentKind;
use crate::units::{Block, PageIndex};
use crate::world::World;
use std::collections::BTreeSet;

/// What is left of the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Left {
    /// Pages that somebody has stored to, or that hold something else after recovery. Sorted, neighbours that are alike together.
    pub rows: Vec<PageRow>,
    /// Pages of the file before the failure.
    pub size_before: u64,
    /// Pages of the file after recovery.
    pub size_after: u64,
}

/// Pages that are alike.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PageRow {
    /// The first one.
    pub first: PageIndex,
    /// How many.
    pub count: u64,
    /// What programs read there before the failure.
    pub before: Content,
    /// What they read there after recovery.
    pub after: Content,
    /// The block before the failure, if the page has one, and what the device has of it, if somebody stored there.
    pub block: Option<(Block, Option<BlockState>)>,
    /// Is the page's place on the device, or that it was written, known to no commit?
    pub uncommitted: bool,
}

impl PageRow {
    /// Would the failure take something away?
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.before != self.after
    }
}

impl Device {
    /// What a power failure in that world leaves. `world` is the one that the device has come to.
    #[must_use]
    pub fn left(&self, world: &World) -> Left {
        let now = (&world.file.blocks, world.file.size_pages);
        let then = (&self.committed.0, self.committed.1);
        let bounds = self.bounds(now, then);
        let mut rows: Vec<PageRow> = Vec::new();
        for pair in bounds.windows(2) {
            let (first, end) = (pair[0], pair[1]);
            let Some(row) = self.row(first, end - first, now, then) else { continue };
            rows.push(row);
        }
        Left { rows, size_before: now.1, size_after: then.1 }
    }

    fn row(&self, first: PageIndex, count: u64, now: File<'_>, then: File<'_>) -> Option<PageRow> {
        let before = self.seen(first, now, false);
        let after = self.seen(first, then, true);
        let (kind, block) = now.0.at(first);
        let has_block = kind != ExtentKind::Hole && first < now.1;
        let state = self.block(block).cloned().filter(|_| has_block && kind == ExtentKind::Mapped);
        let uncommitted = has_block && then.0.at(first) != (kind, block);
        let says = before != after || state.is_some();
        let block = has_block.then_some((block, state));
        says.then_some(PageRow { first, count, before, after, block, uncommitted })
    }

    fn seen(&self, page: PageIndex, (map, size): File<'_>, on_medium: bool) -> Content {
        if page >= size {
            return Content::BeyondEnd;
        }
        match map.at(page) {
            (ExtentKind::Mapped, block) => self.content(block, on_medium),
            _ => Content::Zeroes,
        }
    }

    /// Pages between two of which everything is alike.
    fn bounds(&self, now: File<'_>, then: File<'_>) -> Vec<PageIndex> {
        let mut bounds = BTreeSet::from([0, now.1, then.1]);
        for extent in now.0.extents().iter().chain(&then.0.extents()) {
            let (first, end) = (extent.first, extent.first + extent.count);
            bounds.extend([first, end]);
            if extent.kind == ExtentKind::Hole {
                continue;
            }
            let mut inside = |block: Block| {
                if (extent.phys..extent.phys + extent.count).contains(&block) {
                    bounds.insert(first + (block - extent.phys));
                }
            };
            for (block, _) in self.blocks() {
                inside(block);
                inside(block + 1);
            }
            for &(from, to) in self.zeroed() {
                inside(from);
                inside(to);
            }
        }
        bounds.into_iter().collect()
    }
}

/// A block map, and the size of the file in pages.
type File<'a> = (&'a BlockMap, u64);
