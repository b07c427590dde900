//! The file as the file system knows it, and how often each call that can fail was made.

use super::{Durability, OfEra};
use crate::pmem::BlockMap;
use crate::renaming::Renaming;
use crate::scenario::{FailPoint, Scenario};
use crate::units::{Block, PageIndex, ThreadId};

/// The file as the file system knows it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct FileSystem {
    /// `i_size` in pages.
    pub size_pages: u64,
    /// The block map.
    pub blocks: BlockMap,
    /// Ghost: device blocks that were stored to, as disjoint runs (first, end), sorted.
    pub stored: Vec<(Block, Block)>,
    /// Ghost: what of it is not durable.
    pub durability: Durability,
    /// Of the XArray's era: is there metadata that no fsync has committed? Then a synchronous write fault syncs.
    pub uncommitted: OfEra<bool>,
}

impl FileSystem {
    pub(super) fn new(scenario: &Scenario) -> FileSystem {
        let file = &scenario.file;
        FileSystem {
            size_pages: file.size_pages,
            blocks: BlockMap::new(file.block_count, &file.extents, &scenario.allocator),
            stored: Vec::new(),
            durability: Durability::new(scenario),
            uncommitted: if scenario.revision.is_xarray() { OfEra::new(false) } else { OfEra::ABSENT },
        }
    }

    /// The same with other names for the threads.
    #[must_use]
    pub fn renamed(&self, renaming: &Renaming) -> FileSystem {
        FileSystem { durability: self.durability.renamed(renaming), ..self.clone() }
    }

    /// Was that device block stored to?
    #[must_use]
    pub fn is_stored(&self, block: Block) -> bool {
        self.stored.iter().any(|&(first, end)| (first..end).contains(&block))
    }

    /// Stores through mappings before the first step: pages with their blocks, each once.
    pub(super) fn stored_before(&mut self, mut pages: Vec<(PageIndex, Block)>) {
        self.durability.stored_before(&pages);
        crate::order::sort_by_key(&mut pages, |&(_, block)| block);
        for (_, block) in pages {
            match self.stored.last_mut() {
                Some((_, end)) if *end >= block => *end = block + 1,
                _ => self.stored.push((block, block + 1)),
            }
        }
    }

    pub(crate) fn add_stored(&mut self, first: Block, end: Block) {
        let (mut first, mut end) = (first, end);
        self.stored.retain(|&(a, b)| {
            let touches = a <= end && first <= b;
            if touches {
                first = first.min(a);
                end = end.max(b);
            }
            !touches
        });
        self.stored.push((first, end));
        crate::order::sort(&mut self.stored);
    }
}

impl FileSystem {
    /// What was stored to those device blocks does not count any more.
    pub(crate) fn forget_stored(&mut self, first: Block, end: Block) {
        let mut left = Vec::with_capacity(self.stored.len() + 1);
        for &(from, to) in &self.stored {
            for (from, to) in [(from, to.min(first)), (from.max(end), to)] {
                if from < to {
                    left.push((from, to));
                }
            }
        }
        self.stored = left;
    }
}

/// How often each call that can fail was made: by everybody, and by each thread. Nobody counts beyond the last call that the
/// script makes fail: a thread that goes round for ever would never be where it was before.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct FailureCounts {
    counts: Vec<((FailPoint, Option<ThreadId>), u32)>,
}

impl FailureCounts {
    /// The same with other names for the threads.
    #[must_use]
    pub fn renamed(&self, renaming: &Renaming) -> FailureCounts {
        let renamed = |&((what, thread), count): &((FailPoint, Option<ThreadId>), u32)| {
            ((what, thread.map(|thread| renaming.of(thread))), count)
        };
        let mut counts: Vec<_> = self.counts.iter().map(renamed).collect();
        crate::order::sort(&mut counts);
        FailureCounts { counts }
    }

    /// How often that call was made, as far as it is counted.
    pub(crate) fn count(&self, what: FailPoint, thread: Option<ThreadId>) -> u32 {
        self.counts.iter().find(|(key, _)| *key == (what, thread)).map_or(0, |&(_, count)| count)
    }

    pub(crate) fn next(&mut self, what: FailPoint, thread: Option<ThreadId>, last: u32) -> u32 {
        match self.counts.iter_mut().find(|(key, _)| *key == (what, thread)) {
            Some((_, count)) => {
                *count = (*count).min(last).saturating_add(1);
                *count
            }
            None => {
                self.counts.push(((what, thread), 1));
                crate::order::sort(&mut self.counts);
                1
            }
        }
    }
}
