//! What syncs promise, and which of it a power failure would break.

use super::device::{BlockState, Device, Mark, Store};
use crate::scenario::ExtentKind;
use crate::units::{Block, PageIndex};
use crate::world::World;

/// Who has promised.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PromiseKind {
    /// fsync, msync or fdatasync.
    Fsync,
    /// A write fault on a synchronous mapping: it vouches for the extent, not for the data.
    SyncFault,
}

/// What a sync promises when it returns success: nothing that was stored before it began may be lost.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Promise {
    /// Who has promised.
    pub kind: PromiseKind,
    /// The thread, and the step at which it began.
    pub by: Mark,
    /// Of the operations of the script of that thread, which one it is, from 0.
    pub operation: usize,
    /// The step at which it returned success; `None`: it is under way.
    pub returned: Option<usize>,
    /// What was stored before it began, and is the file's. Sorted by page.
    pub covers: Vec<Cover>,
}

/// A page of which a sync promises something.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Cover {
    /// The page, when the sync began.
    pub page: PageIndex,
    /// Its block.
    pub block: Block,
    /// The last store to it before that.
    pub store: Store,
}

/// Why something promised would be lost.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Loss {
    /// The store is in the caches only.
    NotFlushed,
    /// It was flushed, but no fence has followed.
    NotFenced(Mark),
    /// No commit has written that the block is the file's there.
    NotCommitted,
}

/// A promise that a power failure now would break.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Broken {
    /// Which of [`Device::promises`].
    pub promise: usize,
    /// The page, where it is now.
    pub page: PageIndex,
    /// Its block.
    pub block: Block,
    /// The store that was promised to last.
    pub store: Store,
    /// What is lost.
    pub loss: Loss,
}

impl Device {
    /// The promises that have been given and that a power failure in this world would break, page by page. What was cut out of
    /// the file since, or overwritten by what is safe, is nobody's promise any more.
    #[must_use]
    pub fn broken(&self, world: &World) -> Vec<Broken> {
        let mut found = Vec::new();
        for (promise, given) in self.promises.iter().enumerate() {
            if given.returned.is_none() {
                continue;
            }
            for &Cover { block, store, .. } in &given.covers {
                // It may have moved.
                let Some(page) = world.file.blocks.page_of(block) else { continue };
                if let Some(loss) = self.loss(given, page, block, store.order, world) {
                    found.push(Broken { promise, page, block, store, loss });
                }
            }
        }
        found
    }

    fn loss(&self, given: &Promise, page: PageIndex, block: Block, order: u32, world: &World) -> Option<Loss> {
        let durable = self.block(block).map_or(u32::MAX, BlockState::durable_order);
        if given.kind == PromiseKind::Fsync && durable < order {
            let flights = self.block(block).map_or(&[][..], |state| &state.on_the_way);
            let flight = flights.iter().find(|flight| flight.upto.order >= order);
            return Some(flight.map_or(Loss::NotFlushed, |flight| Loss::NotFenced(flight.by)));
        }
        if page >= world.file.size_pages {
            return None;
        }
        let (map, size) = &self.committed;
        let is_kept = map.page_of(block).is_some_and(|at| map.at(at).0 == ExtentKind::Mapped && at < *size);
        (!is_kept).then_some(Loss::NotCommitted)
    }
}
