//! The file system, the device, and the failures that are injected into them.

use super::{Durability, Step};
use crate::errno::Errno;
use crate::event::Event;
use crate::op::{IomapPurpose, Op, Outcome};
use crate::pmem::BlockMap;
use crate::renaming::Renaming;
use crate::scenario::{ExtentKind, FailPoint, Scenario};
use crate::units::{Block, PageIndex, SECTORS_PER_BLOCK, Sector, ThreadId};
use std::sync::Arc;

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
}

impl FileSystem {
    pub(super) fn new(scenario: &Scenario) -> FileSystem {
        let file = &scenario.file;
        FileSystem {
            size_pages: file.size_pages,
            blocks: BlockMap::new(file.block_count, &file.extents, &scenario.allocator),
            stored: Vec::new(),
            durability: Durability::new(scenario),
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

    pub(super) fn add_stored(&mut self, first: Block, end: Block) {
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

    fn next(&mut self, what: FailPoint, thread: Option<ThreadId>, last: u32) -> u32 {
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

impl Step<'_> {
    /// Does this call fail, by the script or because the scheduler says so? Calls are counted only as far as the
    /// script names them.
    pub(super) fn injected_failure(&mut self, what: FailPoint, fail: bool) -> Option<Errno> {
        let scenario = Arc::clone(&self.world.scenario);
        let mut errno = fail.then(|| default_errno(what));
        for filter in [None, Some(self.thread)] {
            let mut named = scenario.failures.iter().filter(|f| f.what == what && f.thread == filter);
            let Some(last) = named.clone().map(|failure| failure.nth).max() else { continue };
            let count = self.world.failures.next(what, filter, last);
            if let Some(failure) = named.find(|failure| failure.nth == count) {
                errno = Some(failure.errno);
            }
        }
        if let Some(errno) = errno {
            self.emit(Event::Inject { what, errno });
        }
        errno
    }

    /// The outcome of a call that fails.
    pub(super) fn failed(&self, op: &Op, errno: Errno) -> Outcome {
        match op {
            Op::PageAlloc { .. } => Outcome::Page(None),
            Op::HugeZeroPage(_) => Outcome::Bool(false),
            Op::IomapBegin { .. } => Outcome::Iomap(Err(errno)),
            Op::DirectAccess { .. } => Outcome::Length(Err(errno)),
            _ => Outcome::Status(Err(errno)),
        }
    }

    /// write(2) may go past the end of the block map and makes it longer; a fault may not.
    pub(super) fn iomap_begin(&mut self, first: Block, count: u64, write: bool, purpose: IomapPurpose) -> Outcome {
        let allocator = self.world.scenario.allocator;
        if write && purpose == IomapPurpose::ReadWrite {
            Arc::make_mut(&mut self.world.file).blocks.extend_to(first + count);
        }
        let before = self.world.file.blocks.at(first).0;
        let iomap = Arc::make_mut(&mut self.world.file).blocks.iomap_begin(first, count, write, &allocator);
        if iomap.new {
            let (count, phys) = (iomap.count, iomap.phys);
            self.emit(match before {
                ExtentKind::Unwritten => Event::Convert { first, count, phys },
                _ => Event::Alloc { first, count, phys },
            });
        }
        // The recordings say nothing of a look-up beyond the end of the map.
        if first < self.world.file.blocks.length() {
            self.emit(Event::Iomap(iomap));
        }
        Outcome::Iomap(Ok(iomap))
    }

    pub(super) fn direct_access(&self, sector: Sector, pages: u64) -> Outcome {
        let block = sector / SECTORS_PER_BLOCK;
        let left = self.world.scenario.device.blocks.saturating_sub(block);
        Outcome::Length(match left {
            0 => Err(Errno::ERANGE),
            _ if left >= pages => Ok(pages),
            _ if self.world.scenario.revision.dax_direct_access => Ok(left),
            _ => Err(Errno::ERANGE),
        })
    }

    pub(super) fn flush(&mut self, block: Block, count: u64) -> Outcome {
        Arc::make_mut(&mut self.world.file).durability.flush(block, count);
        self.emit(Event::Flush { block, count });
        Outcome::Done
    }

    pub(super) fn store(&mut self, block: Block, count: u64) -> Outcome {
        let file = Arc::make_mut(&mut self.world.file);
        file.add_stored(block, block + count);
        file.durability.flush(block, count);
        self.emit(Event::Store { block, count });
        Outcome::Done
    }

    pub(super) fn load(&mut self, block: Block, count: u64) -> Outcome {
        self.emit(Event::Load { block, count });
        Outcome::Done
    }

    pub(super) fn load_zero(&mut self, count: u64) -> Outcome {
        self.emit(Event::LoadZero { count });
        Outcome::Done
    }

    pub(super) fn extend_file(&mut self, size: u64) -> Outcome {
        let file = Arc::make_mut(&mut self.world.file);
        file.size_pages = file.size_pages.max(size);
        Outcome::Done
    }

    pub(super) fn set_size(&mut self, size: u64) -> Outcome {
        Arc::make_mut(&mut self.world.file).size_pages = size;
        Outcome::Done
    }

    pub(super) fn free_blocks(&mut self, first: Block, end: Block) -> Outcome {
        let file = Arc::make_mut(&mut self.world.file);
        file.durability.free(first, end);
        let end = end.min(file.blocks.length());
        file.blocks.free(first, end);
        self.emit(Event::FreeBlocks { first, end });
        Outcome::Done
    }
}

/// The error of a failure that the scheduler chose.
const fn default_errno(what: FailPoint) -> Errno {
    match what {
        FailPoint::Preload | FailPoint::MaybePreload | FailPoint::PageAlloc | FailPoint::HzpAlloc => Errno::ENOMEM,
        FailPoint::DirectAccess => Errno::EIO,
        FailPoint::IomapBegin => Errno::ENOSPC,
    }
}
