//! What operations on the file system and the device do.

use super::IomapPurpose;
use crate::errno::Errno;
use crate::event::Event;
use crate::op::Outcome;
use crate::op::step::Step;
use crate::scenario::ExtentKind;
use crate::units::{Block, MmId, PageIndex, SECTORS_PER_BLOCK, Sector, VirtualPage};
use std::sync::Arc;

impl Step<'_> {
    /// write(2) may go past the end of the block map and makes it longer; a fault may not.
    pub(super) fn iomap_begin(&mut self, first: Block, count: u64, write: bool, purpose: IomapPurpose) -> Outcome {
        let allocator = self.world.scenario.allocator;
        if write && purpose == IomapPurpose::ReadWrite {
            Arc::make_mut(&mut self.world.file).blocks.extend_to(first + count);
        }
        let before = self.world.file.blocks.at(first).0;
        let iomap = Arc::make_mut(&mut self.world.file).blocks.iomap_begin(first, count, write, &allocator);
        if iomap.new {
            self.remapped(iomap.first, iomap.count);
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
            _ if self.world.scenario.revision.radix().is_none_or(|radix| radix.dax_direct_access) => Ok(left),
            _ => Err(Errno::ERANGE),
        })
    }

    pub(super) fn flush(&mut self, block: Block, count: u64) -> Outcome {
        if self.world.scenario.flushes() {
            Arc::make_mut(&mut self.world.file).durability.flush(block, count);
            self.emit(Event::Flush { block, count });
        }
        Outcome::Done
    }

    pub(super) fn store(&mut self, block: Block, count: u64) -> Outcome {
        let counts_as_recorded = self.world.scenario.recorded && self.world.scenario.revision.is_xarray();
        let file = Arc::make_mut(&mut self.world.file);
        file.add_stored(block, block + count);
        // The recorder of the XArray's era did not think that far.
        if !counts_as_recorded {
            file.durability.flush(block, count);
        }
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
        self.frees_in_use(first, end);
        let file = Arc::make_mut(&mut self.world.file);
        file.durability.free(first, end);
        let end = end.min(file.blocks.length());
        file.blocks.free(first, end);
        self.set_uncommitted(true);
        self.emit(Event::FreeBlocks { first, end });
        Outcome::Done
    }

    /// `ext4_map_blocks` or `xfs_bmapi_write` of one round: as far as the blocks are of one kind.
    pub(super) fn preallocate(&mut self, first: Block, end: Block, unwrites: bool) -> Outcome {
        let allocator = self.world.scenario.allocator;
        let file = Arc::make_mut(&mut self.world.file);
        file.blocks.extend_to(end);
        let run = file.blocks.run_at(first, end - first);
        let mut count = run.count;
        if run.kind == ExtentKind::Hole {
            let new = file.blocks.preallocate(first, count, &allocator);
            count = new.count;
            self.emit(Event::Preallocate { first, count, phys: new.phys });
            self.remapped(first, count);
        } else if run.kind == ExtentKind::Mapped && unwrites {
            file.blocks.set(first, count, ExtentKind::Unwritten, run.phys);
            // Whoever reads them reads zeroes: what was stored there is gone.
            file.forget_stored(run.phys, run.phys + count);
            file.durability.free(first, first + count);
            self.emit(Event::Unwrite { first, count, phys: run.phys });
            self.remapped(first, count);
        }
        Outcome::Number(count)
    }

    pub(super) fn shift_blocks(&mut self, first: Block, count: u64, up: bool) -> Outcome {
        if !up {
            self.frees_in_use(first, first + count);
        }
        let file = Arc::make_mut(&mut self.world.file);
        if up {
            file.blocks.insert(first, count);
        } else {
            file.durability.free(first, first + count);
            file.blocks.collapse(first, count);
        }
        file.durability.shift(first, count, up);
        self.set_uncommitted(true);
        self.emit(Event::ShiftBlocks { first, count, up });
        Outcome::Done
    }

    /// An fsync has written the block map. Only the XArray's era asks.
    pub(super) fn committed(&mut self) -> Outcome {
        Arc::make_mut(&mut self.world.file).durability.commit();
        self.set_uncommitted(false)
    }

    /// The block map of these pages is another one, and not committed.
    fn remapped(&mut self, first: Block, count: u64) {
        Arc::make_mut(&mut self.world.file).durability.remap(first, first.saturating_add(count));
        self.set_uncommitted(true);
    }

    /// Is there metadata to be committed? Only the XArray's era asks.
    pub(super) fn set_uncommitted(&mut self, uncommitted: bool) -> Outcome {
        if self.world.file.uncommitted.get().is_some_and(|&is| is != uncommitted) {
            *Arc::make_mut(&mut self.world.file).uncommitted.get_mut() = uncommitted;
        }
        Outcome::Done
    }

    pub(super) fn block_at(&self, page: PageIndex) -> Outcome {
        let (kind, block) = self.world.file.blocks.at(page);
        Outcome::Block((kind != ExtentKind::Hole).then_some(block))
    }

    /// A store through a mapping has reached the CPU cache.
    pub(in crate::op) fn stored(&mut self, mm: MmId, page: VirtualPage) {
        let Some((index, block)) = self.world.block_behind(mm, page) else { return };
        let is_of_file = self.world.file.blocks.at(index).1 == block;
        let file = Arc::make_mut(&mut self.world.file);
        file.add_stored(block, block + 1);
        if !is_of_file {
            return;
        }
        file.durability.store(index, block);
        // The fault that mapped it has vouched for its extent.
        let is_at_risk = file.durability.is_uncommitted(index);
        if is_at_risk && self.world.scenario.processes[mm.index()].mapping.sync {
            self.emit(Event::LeftUncommitted { index, block });
        }
    }

    pub(super) fn fsync_begins(&mut self, first: PageIndex, last: PageIndex) -> Outcome {
        let thread = self.thread;
        Arc::make_mut(&mut self.world.file).durability.begin(thread, first, last);
        Outcome::Done
    }

    /// `complete`: it returns 0.
    pub(super) fn fsync_ends(&mut self, complete: bool) -> Outcome {
        let thread = self.thread;
        let owed = Arc::make_mut(&mut self.world.file).durability.end(thread);
        if complete {
            owed.into_iter().for_each(|(index, block)| self.emit(Event::LeftUnflushed { index, block }));
        }
        Outcome::Done
    }
}
