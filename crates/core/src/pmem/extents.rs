//! The block map of the file: which runs of blocks are holes, unwritten or mapped, and where.

use crate::scenario::{Allocator, Extent, ExtentKind};
use crate::units::{Block, PMD_PAGES};

/// The block map of the file with the allocator behind it.
///
/// # Invariants
///
/// `runs` holds the non-hole runs, sorted by first block, disjoint, and no two neighbours could be one run.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct BlockMap {
    /// Length of the map in blocks; beyond it everything is a hole.
    length: u64,
    runs: Vec<Extent>,
    /// The next free device block.
    next: Block,
}

/// What `iomap_begin` tells its caller (`struct iomap`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Iomap {
    /// First file block of the mapping.
    pub first: Block,
    /// Its length in blocks.
    pub count: u64,
    /// What it is.
    pub kind: ExtentKind,
    /// First device block; 0 for a hole.
    pub phys: Block,
    /// `IOMAP_F_NEW`: the call allocated or converted these blocks.
    pub new: bool,
}

impl Iomap {
    /// Does the mapping reach at least to the end of `count` blocks from `first`?
    #[must_use]
    pub const fn covers(&self, first: Block, count: u64) -> bool {
        self.first + self.count >= first + count
    }

    /// The device block of a file block inside a mapped extent (`dax_iomap_sector` / 8).
    #[must_use]
    pub const fn block_at(&self, block: Block) -> Block {
        self.phys + (block - self.first)
    }
}

impl BlockMap {
    /// The map of a scenario's file.
    #[must_use]
    pub fn new(length: u64, extents: &[Extent], allocator: &Allocator) -> BlockMap {
        let mut map = BlockMap { length, runs: Vec::new(), next: allocator.next };
        for extent in extents {
            map.set(extent.first, extent.count, extent.kind, extent.phys);
        }
        map
    }

    /// Length of the map in blocks.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// The next device block that will be allocated.
    #[must_use]
    pub const fn next(&self) -> Block {
        self.next
    }

    /// Makes the map at least `length` blocks long.
    pub fn extend_to(&mut self, length: u64) {
        self.length = self.length.max(length);
    }

    /// Kind and device block of one file block.
    #[must_use]
    pub fn at(&self, block: Block) -> (ExtentKind, Block) {
        match self.runs.iter().find(|run| run.first <= block && block < run.first + run.count) {
            Some(run) => (run.kind, run.phys + (block - run.first)),
            None => (ExtentKind::Hole, 0),
        }
    }

    /// The page of the file whose block that is, if it is the file's.
    #[must_use]
    pub fn page_of(&self, block: Block) -> Option<u64> {
        let run = self.runs.iter().find(|run| (run.phys..run.phys + run.count).contains(&block))?;
        Some(run.first + (block - run.phys))
    }

    /// The longest run from `first`, at most `count` blocks, of one kind and with consecutive device blocks.
    #[must_use]
    pub fn run_at(&self, first: Block, count: u64) -> Extent {
        let (kind, phys) = self.at(first);
        let end = first.saturating_add(count);
        let stop = match kind {
            ExtentKind::Hole => self.runs.iter().map(|run| run.first).find(|&start| start > first).unwrap_or(end),
            _ => self
                .runs
                .iter()
                .find(|run| run.first <= first && first < run.first + run.count)
                .map_or(end, |run| run.first + run.count),
        };
        // Beyond the end of the map everything is a hole; one that begins before the end ends with it.
        let end = if first < self.length { end.min(self.length) } else { end };
        Extent { first, count: stop.min(end) - first, kind, phys }
    }

    /// All maximal runs from 0 to the end of the map, holes included.
    #[must_use]
    pub fn extents(&self) -> Vec<Extent> {
        let mut all = Vec::new();
        let mut at = 0;
        for run in self.runs.iter().filter(|run| run.first < self.length) {
            if run.first > at {
                all.push(Extent { first: at, count: run.first - at, kind: ExtentKind::Hole, phys: 0 });
            }
            all.push(*run);
            at = run.first + run.count;
        }
        if at < self.length {
            all.push(Extent { first: at, count: self.length - at, kind: ExtentKind::Hole, phys: 0 });
        }
        all
    }

    /// Makes `count` blocks from `first` be of `kind` at `phys`.
    pub fn set(&mut self, first: Block, count: u64, kind: ExtentKind, phys: Block) {
        if count == 0 {
            return;
        }
        let end = first + count;
        let mut runs = Vec::with_capacity(self.runs.len() + 2);
        for run in &self.runs {
            let run_end = run.first + run.count;
            if run_end <= first || run.first >= end {
                runs.push(*run);
                continue;
            }
            if run.first < first {
                runs.push(Extent { count: first - run.first, ..*run });
            }
            if run_end > end {
                runs.push(Extent { first: end, count: run_end - end, phys: run.phys + (end - run.first), ..*run });
            }
        }
        if kind != ExtentKind::Hole {
            runs.push(Extent { first, count, kind, phys });
        }
        crate::order::sort_by_key(&mut runs, |run| run.first);
        self.runs.clear();
        for run in runs {
            match self.runs.last_mut() {
                Some(last)
                    if last.kind == run.kind
                        && last.first + last.count == run.first
                        && last.phys + last.count == run.phys =>
                {
                    last.count += run.count;
                }
                _ => self.runs.push(run),
            }
        }
    }

    /// Turns `first..end` into a hole; the freed blocks are never used again.
    pub fn free(&mut self, first: Block, end: Block) {
        if end > first {
            self.set(first, end - first, ExtentKind::Hole, 0);
        }
    }

    /// Gives `count` blocks from `first`, which are a hole, blocks that count as never written; at most as many as are handed
    /// out at once. A hole of 2 MiB or more that begins at a multiple of 2 MiB gets aligned ones, if the allocator aligns.
    pub fn preallocate(&mut self, first: Block, count: u64, allocator: &Allocator) -> Extent {
        let count = count.min(allocator.max);
        if allocator.align && count >= PMD_PAGES && first.is_multiple_of(PMD_PAGES) {
            self.next = self.next.next_multiple_of(PMD_PAGES);
        }
        let extent = Extent { first, count, kind: ExtentKind::Unwritten, phys: self.next };
        self.next += count;
        self.set(first, count, ExtentKind::Unwritten, extent.phys);
        extent
    }

    /// Cuts `count` blocks out from `first` on; those behind them move to their place, and the map is as much shorter.
    pub fn collapse(&mut self, first: Block, count: u64) {
        self.free(first, first.saturating_add(count));
        self.move_runs(first, |at| at - count);
        self.length = self.length.saturating_sub(count).max(first.min(self.length));
    }

    /// Makes room for a hole of `count` blocks at `first`; the map is as much longer.
    pub fn insert(&mut self, first: Block, count: u64) {
        self.move_runs(first, |at| at + count);
        if first < self.length {
            self.length += count;
        }
    }

    /// Moves what lies from `from` on, a part of a run too.
    fn move_runs(&mut self, from: Block, to: impl Fn(Block) -> Block) {
        let mut moved = Vec::new();
        for run in &self.runs {
            let end = run.first + run.count;
            if end > from {
                let cut = from.saturating_sub(run.first);
                moved.push(Extent { first: to(run.first + cut), count: run.count - cut, phys: run.phys + cut, ..*run });
            }
        }
        self.free(from, u64::MAX);
        for run in moved {
            self.set(run.first, run.count, run.kind, run.phys);
        }
    }

    /// `iomap_begin` for `count` blocks from `first`.
    ///
    /// A write allocates what is a hole and converts what is unwritten; a run is never longer than `count`. Reads
    /// beyond the end of the map find a hole.
    pub fn iomap_begin(&mut self, first: Block, count: u64, write: bool, allocator: &Allocator) -> Iomap {
        let run = self.run_at(first, count);
        let mut iomap = Iomap { first, count: run.count, kind: run.kind, phys: run.phys, new: false };
        if !write || run.kind == ExtentKind::Mapped || first >= self.length {
            return iomap;
        }
        if run.kind == ExtentKind::Hole {
            iomap.count = run.count.min(allocator.max).min(self.length - first);
            if allocator.align && iomap.count == PMD_PAGES && first.is_multiple_of(PMD_PAGES) {
                self.next = self.next.next_multiple_of(PMD_PAGES);
            }
            iomap.phys = self.next;
            self.next += iomap.count;
        }
        iomap.kind = ExtentKind::Mapped;
        iomap.new = true;
        self.set(first, iomap.count, ExtentKind::Mapped, iomap.phys);
        iomap
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOCATOR: Allocator = Allocator { next: 8195, align: true, max: 1 << 20 };

    fn map(extents: &[Extent]) -> BlockMap {
        BlockMap::new(1024, extents, &ALLOCATOR)
    }

    #[test]
    fn a_write_to_an_aligned_hole_allocates_aligned_blocks() {
        let mut map = map(&[]);
        let iomap = map.iomap_begin(512, 512, true, &ALLOCATOR);
        assert_eq!((iomap.count, iomap.phys, iomap.new), (512, 8704, true));
        assert_eq!(map.at(513), (ExtentKind::Mapped, 8705));
    }

    #[test]
    fn a_run_ends_where_the_kind_changes() {
        let mut map = map(&[Extent { first: 100, count: 50, kind: ExtentKind::Unwritten, phys: 4096 }]);
        assert_eq!(map.iomap_begin(0, 512, false, &ALLOCATOR).count, 100);
        let written = map.iomap_begin(110, 1, true, &ALLOCATOR);
        assert_eq!((written.phys, written.new), (4106, true));
        assert_eq!(map.extents().len(), 5);
    }

    #[test]
    fn consecutive_blocks_become_one_run() {
        let mut map = map(&[]);
        for page in 3..6 {
            map.iomap_begin(page, 1, true, &ALLOCATOR);
        }
        assert_eq!(map.run_at(3, 512).count, 3);
        map.free(4, 5);
        assert_eq!(map.run_at(3, 512).count, 1);
        assert_eq!(map.at(5), (ExtentKind::Mapped, 8197));
    }
}
