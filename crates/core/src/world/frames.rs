//! What `struct page` and folios of the device say: which file they belong to, and who uses them.
//!
//! Source: kernel-semantics-xarray §5 and §10.

use crate::renaming::Renaming;
use crate::units::{Block, PMD_PAGES, PageIndex, ThreadId};

/// The pages and folios of the device, as far as they are not idle.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Frames {
    /// To 6.12: blocks whose page names the file (`page->mapping`), as runs of consecutive blocks and indices. Sorted by block,
    /// disjoint, as long as they can be.
    runs: Vec<Run>,
    /// From 6.15 on: folios, sorted by first block; idle ones are left out.
    folios: Vec<Folio>,
    /// References that `pin` took: who, of which block. By thread; for each, first taken first.
    pins: Vec<(ThreadId, Block)>,
    /// Who sleeps until the page of a block is idle. In the order in which they came.
    waiters: Vec<(ThreadId, Block)>,
}

/// Pages that belong to the file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Run {
    /// First block.
    pub first: Block,
    /// Number of blocks.
    pub count: u64,
    /// `page->index` of the first.
    pub index: PageIndex,
}

/// A folio of the device.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Folio {
    /// First block.
    pub first: Block,
    /// Its order: 0 or 9.
    pub order: u8,
    /// `folio_ref_count`.
    pub refs: i32,
    /// `folio_mapcount`.
    pub mapcount: i32,
    /// `folio->index`, if it belongs to the file.
    pub index: Option<PageIndex>,
}

impl Folio {
    const fn idle(first: Block) -> Folio {
        Folio { first, order: 0, refs: 0, mapcount: 0, index: None }
    }

    /// The blocks behind its last one.
    #[must_use]
    pub const fn end(&self) -> Block {
        self.first + (1 << self.order)
    }

    fn is_idle(&self) -> bool {
        *self == Folio::idle(self.first)
    }
}

impl Frames {
    /// The runs of pages that belong to the file (to 6.12).
    #[must_use]
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The folios that are not idle (from 6.15 on).
    #[must_use]
    pub fn folios(&self) -> &[Folio] {
        &self.folios
    }

    /// The pins, by thread.
    #[must_use]
    pub fn pins(&self) -> &[(ThreadId, Block)] {
        &self.pins
    }

    /// Who sleeps until which block is idle.
    #[must_use]
    pub fn waiters(&self) -> &[(ThreadId, Block)] {
        &self.waiters
    }

    /// `page->index`, if the page of the block belongs to the file.
    #[must_use]
    pub fn index_of(&self, block: Block) -> Option<PageIndex> {
        let run = self.runs.iter().find(|run| (run.first..run.first + run.count).contains(&block))?;
        Some(run.index + (block - run.first))
    }

    /// The folio that holds the block.
    #[must_use]
    pub fn folio(&self, block: Block) -> Folio {
        let known = self.folios.iter().find(|folio| (folio.first..folio.end()).contains(&block));
        known.copied().unwrap_or(Folio::idle(block))
    }

    /// How often the block is pinned.
    #[must_use]
    pub fn pins_of(&self, blocks: std::ops::Range<Block>) -> i32 {
        self.pins.iter().filter(|(_, block)| blocks.contains(block)).count() as i32
    }

    /// The same with other names for the threads.
    #[must_use]
    pub fn renamed(&self, renaming: &Renaming) -> Frames {
        let renamed = |list: &[(ThreadId, Block)]| -> Vec<_> {
            list.iter().map(|&(thread, block)| (renaming.of(thread), block)).collect()
        };
        let mut pins = renamed(&self.pins);
        crate::order::sort_by_key(&mut pins, |&(thread, _)| thread);
        Frames { pins, waiters: renamed(&self.waiters), ..self.clone() }
    }

    /// The pages of these blocks belong to the file now. Did one of them before?
    pub(crate) fn associate(&mut self, first: Block, count: u64, index: PageIndex) -> bool {
        let was = (first..first + count).any(|block| self.index_of(block).is_some());
        self.disassociate(first, count);
        self.runs.push(Run { first, count, index });
        self.tidy();
        was
    }

    /// The pages of these blocks belong to no file any more.
    pub(crate) fn disassociate(&mut self, first: Block, count: u64) {
        let end = first + count;
        let mut left = Vec::with_capacity(self.runs.len() + 1);
        for run in &self.runs {
            let run_end = run.first + run.count;
            if run.first < first.min(run_end) {
                left.push(Run { count: first.min(run_end) - run.first, ..*run });
            }
            if run_end > end.max(run.first) {
                let from = end.max(run.first);
                left.push(Run { first: from, count: run_end - from, index: run.index + (from - run.first) });
            }
        }
        self.runs = left;
        self.tidy();
    }

    fn tidy(&mut self) {
        crate::order::sort(&mut self.runs);
        let mut runs: Vec<Run> = Vec::with_capacity(self.runs.len());
        for &run in &self.runs {
            match runs.last_mut() {
                Some(last) if last.first + last.count == run.first && last.index + last.count == run.index => {
                    last.count += run.count;
                }
                _ => runs.push(run),
            }
        }
        self.runs = runs;
    }

    /// Changes the folio that holds the block.
    pub(crate) fn change_folio(&mut self, block: Block, change: impl FnOnce(&mut Folio)) {
        let mut folio = self.folio(block);
        self.folios.retain(|known| known.first != folio.first);
        change(&mut folio);
        if !folio.is_idle() {
            self.folios.push(folio);
            crate::order::sort(&mut self.folios);
        }
    }

    /// `prep_compound_page`: the folios of 512 blocks become one. Their counts are left as they are but for the first, which
    /// counts for all.
    pub(crate) fn make_large(&mut self, first: Block) {
        self.folios.retain(|known| known.first == first || !(first..first + PMD_PAGES).contains(&known.first));
        self.change_folio(first, |folio| folio.order = 9);
    }

    pub(crate) fn pin(&mut self, thread: ThreadId, block: Block) {
        let at = self.pins.partition_point(|&(other, _)| other <= thread);
        self.pins.insert(at, (thread, block));
    }

    /// The last pin of the thread goes.
    pub(crate) fn unpin(&mut self, thread: ThreadId) -> Option<Block> {
        let at = self.pins.iter().rposition(|&(other, _)| other == thread)?;
        Some(self.pins.remove(at).1)
    }

    pub(crate) fn wait(&mut self, thread: ThreadId, block: Block) {
        self.waiters.push((thread, block));
    }

    /// Everybody who waits for one of these blocks is taken off the list.
    pub(crate) fn wake(&mut self, blocks: std::ops::Range<Block>) -> Vec<ThreadId> {
        let mut woken = Vec::new();
        self.waiters.retain(|&(thread, block)| {
            let wakes = blocks.contains(&block);
            if wakes {
                woken.push(thread);
            }
            !wakes
        });
        woken
    }
}
