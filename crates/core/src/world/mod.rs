//! All shared state as plain data.
//!
//! # Invariants
//!
//! Only operations change a world ([`World::apply`], with all of them in [`crate::op`]). It is deterministic: the same world, thread and operation give the same
//! outcome, events and next world. A world is `Send` and cheap to clone: what is large is shared until it changes.

mod address_space;
mod durability;
mod files;
mod filled;
mod frames;
mod locks;
mod of_era;
mod renamed;
mod threads;

pub use address_space::AddressSpace;
pub use durability::Durability;
pub use files::{FailureCounts, FileSystem};
pub use frames::{Folio, Frames, Run as PageRun};
pub use locks::Locks;
pub use of_era::OfEra;
pub use threads::{PRELOAD_NODES, Run, ThreadState};

use crate::event::Bug;
use crate::mm::{Page, PageTables, Pages};
use crate::scenario::Scenario;
use crate::sync::WaitTable;
use crate::units::PageId;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The state that threads share.
#[derive(Clone, Debug)]
pub struct World {
    /// What never changes.
    pub scenario: Arc<Scenario>,
    /// `struct address_space`: the tree and its counters.
    pub mapping: Arc<AddressSpace>,
    /// Hole pages and private copies, in order of allocation; freed ones keep their place.
    pub pages: Arc<Pages>,
    /// Page tables, by process.
    pub page_tables: Arc<Vec<PageTables>>,
    /// Size, block map and contents of the file.
    pub file: Arc<FileSystem>,
    /// Sleepers on entries.
    pub waits: WaitTable,
    /// `tree_lock` and the sleeping locks.
    pub locks: Locks,
    /// Per thread: does it run, sleep, hold a preload?
    pub threads: Vec<ThreadState>,
    /// How often each call that can fail was made.
    pub failures: FailureCounts,
    /// Give a freed page's number to the next one, so that equal states look equal. The recordings count on.
    pub reuse_page_ids: bool,
    /// Set when the kernel died: nothing runs any more.
    pub bug: Option<Bug>,
}

impl World {
    /// Everything that can differ between two worlds of one scenario.
    fn state(&self) -> impl Hash + Eq + '_ {
        (
            (&self.mapping, &self.pages, &self.page_tables, &self.file),
            (&self.waits, &self.locks, &self.threads, &self.failures),
            self.bug,
        )
    }
}

/// Worlds of one scenario are equal if nothing that threads share differs.
impl PartialEq for World {
    fn eq(&self, other: &World) -> bool {
        self.state() == other.state()
    }
}

impl Eq for World {}

impl Hash for World {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.state().hash(hasher);
    }
}

impl World {
    /// The state before the first step.
    #[must_use]
    pub fn new(scenario: Arc<Scenario>) -> World {
        let is_xarray = scenario.revision.is_xarray();
        let mut world = World {
            mapping: Arc::new(AddressSpace::new(&scenario)),
            pages: Arc::new(Pages::new(if is_xarray { OfEra::new(Frames::default()) } else { OfEra::ABSENT })),
            page_tables: Arc::new(vec![PageTables::default(); scenario.processes.len()]),
            file: Arc::new(FileSystem::new(&scenario)),
            waits: WaitTable::default(),
            locks: Locks::new(scenario.processes.len()),
            threads: vec![ThreadState::default(); scenario.threads.len()],
            failures: FailureCounts::default(),
            reuse_page_ids: !scenario.recorded,
            bug: None,
            scenario,
        };
        world.fill();
        world
    }

    /// A hole page or private copy.
    #[must_use]
    pub fn page(&self, page: PageId) -> &Page {
        &self.pages[page.index()]
    }

    pub(crate) fn page_mut(&mut self, page: PageId) -> &mut Page {
        &mut Arc::make_mut(&mut self.pages)[page.index()]
    }

    /// Tree nodes in use, with the pools of preallocated ones.
    #[must_use]
    pub fn node_count(&self) -> u64 {
        let pools = self.threads.iter().filter(|thread| thread.has_pool).count() as u64;
        u64::from(self.mapping.live_nodes()) + pools * PRELOAD_NODES
    }
}
