//! The world in parts, each different value of a part stored once.

use crate::Map;
use daxscope_core::digest::Digest;
use daxscope_core::event::Bug;
use daxscope_core::mm::{Page, PageTables};
use daxscope_core::op::Parts;
use daxscope_core::scenario::Scenario;
use daxscope_core::sync::WaitTable;
use daxscope_core::world::{AddressSpace, FailureCounts, FileSystem, Locks, Run, World};
use std::hash::Hash;
use std::sync::Arc;

/// A world as numbers: which value each part has.
pub type PartIds = [u32; Parts::COUNT];

/// Values by number, and numbers by value (by its 128-bit digest).
#[derive(Debug)]
struct Interner<T> {
    values: Vec<T>,
    numbers: Map<Digest, u32>,
}

impl<T> Default for Interner<T> {
    fn default() -> Self {
        Interner { values: Vec::new(), numbers: Map::default() }
    }
}

impl<T: Clone + Hash> Interner<T> {
    fn number(&mut self, value: &T) -> u32 {
        *self.numbers.entry(Digest::of(value)).or_insert_with(|| {
            self.values.push(value.clone());
            (self.values.len() - 1) as u32
        })
    }

    fn value(&self, number: u32) -> T {
        self.values[number as usize].clone()
    }
}

/// All values of all parts that a search has met.
#[derive(Debug)]
pub struct PartStore {
    scenario: Arc<Scenario>,
    mapping: Interner<Arc<AddressSpace>>,
    pages: Interner<Arc<Vec<Page>>>,
    page_tables: Interner<Arc<Vec<PageTables>>>,
    file: Interner<Arc<FileSystem>>,
    waits: Interner<(WaitTable, Vec<Run>)>,
    locks: Interner<Locks>,
    cpus: Interner<Vec<u8>>,
    failures: Interner<(FailureCounts, Option<Bug>)>,
}

impl PartStore {
    /// An empty store.
    #[must_use]
    pub fn new(scenario: Arc<Scenario>) -> PartStore {
        PartStore {
            scenario,
            mapping: Interner::default(),
            pages: Interner::default(),
            page_tables: Interner::default(),
            file: Interner::default(),
            waits: Interner::default(),
            locks: Interner::default(),
            cpus: Interner::default(),
            failures: Interner::default(),
        }
    }

    /// The world as numbers.
    pub fn intern(&mut self, world: &World) -> PartIds {
        [
            self.mapping.number(&world.mapping),
            self.pages.number(&world.pages),
            self.page_tables.number(&world.page_tables),
            self.file.number(&world.file),
            self.waits.number(&(world.waits.clone(), world.threads.iter().map(|thread| thread.run).collect())),
            self.locks.number(&world.locks),
            self.cpus.number(&world.threads.iter().map(|thread| thread.preloads).collect()),
            self.failures.number(&(world.failures.clone(), world.bug)),
        ]
    }

    /// The world of these numbers. What a search leaves out (whether a CPU ever filled its pool) is as at the start.
    #[must_use]
    pub fn world(&self, ids: &PartIds) -> World {
        let mut world = World::new(Arc::clone(&self.scenario));
        world.reuse_page_ids = true;
        world.mapping = self.mapping.value(ids[0]);
        world.pages = self.pages.value(ids[1]);
        world.page_tables = self.page_tables.value(ids[2]);
        world.file = self.file.value(ids[3]);
        let (waits, runs) = self.waits.value(ids[4]);
        world.waits = waits;
        world.locks = self.locks.value(ids[5]);
        let cpus = self.cpus.value(ids[6]);
        for ((thread, run), preloads) in world.threads.iter_mut().zip(runs).zip(cpus) {
            thread.run = run;
            thread.preloads = preloads;
        }
        let (failures, bug) = self.failures.value(ids[7]);
        world.failures = failures;
        world.bug = bug;
        world
    }

    /// Different values of all parts together.
    #[must_use]
    pub fn len(&self) -> usize {
        self.mapping.values.len()
            + self.pages.values.len()
            + self.page_tables.values.len()
            + self.file.values.len()
            + self.waits.values.len()
            + self.locks.values.len()
            + self.cpus.values.len()
            + self.failures.values.len()
    }

    /// Has nothing been stored?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
