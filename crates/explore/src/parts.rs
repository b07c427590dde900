//! The world in parts, each different value of a part stored once.

use crate::Map;
use crate::weight::Weight;
use daxscope_core::digest::Digest;
use daxscope_core::event::{Bug, LockId};
use daxscope_core::mm::{PageTables, Pages};
use daxscope_core::op::Parts;
use daxscope_core::renaming::Renaming;
use daxscope_core::scenario::Scenario;
use daxscope_core::sync::{QueueLock, WaitTable};
use daxscope_core::units::{MmId, ThreadId};
use daxscope_core::world::{AddressSpace, FailureCounts, FileSystem, Run, World};
use std::hash::Hash;
use std::sync::Arc;

/// Values by number, and numbers by value (by its 128-bit digest).
#[derive(Debug)]
struct Interner<T> {
    values: Vec<T>,
    numbers: Map<Digest, u32>,
    /// Bytes that the values hold, beside themselves.
    held_bytes: usize,
}

impl<T> Default for Interner<T> {
    fn default() -> Self {
        Interner { values: Vec::new(), numbers: Map::default(), held_bytes: 0 }
    }
}

impl<T: Clone + Hash + Weight> Interner<T> {
    fn number(&mut self, value: &T) -> u32 {
        *self.numbers.entry(Digest::of(value)).or_insert_with(|| {
            self.held_bytes += value.held_bytes();
            self.values.push(value.clone());
            (self.values.len() - 1) as u32
        })
    }

    fn bytes(&self) -> usize {
        let number = size_of::<(Digest, u32)>() + 1;
        self.values.capacity() * size_of::<T>() + self.numbers.capacity() * number + self.held_bytes
    }

    fn value(&self, number: u32) -> &T {
        &self.values[number as usize]
    }
}

/// All values of all parts that a search has met. A world is as many numbers as there are parts, in the order of
/// [`Parts::of`].
#[derive(Debug)]
pub struct PartStore {
    start: World,
    parts: Vec<Parts>,
    mapping: Interner<Arc<AddressSpace>>,
    pages: Interner<Arc<Pages>>,
    file: Interner<Arc<FileSystem>>,
    waits: Interner<(WaitTable, Vec<Run>)>,
    failures: Interner<(FailureCounts, Option<Bug>)>,
    tree_lock: Interner<Option<ThreadId>>,
    locks: Interner<QueueLock>,
    /// The inode lock and the journal.
    inode: Interner<(QueueLock, QueueLock)>,
    page_tables: Interner<PageTables>,
    cpus: Interner<u8>,
}

/// The world before the first step, as searches have it: page numbers are used again, or there would be no end of worlds.
#[must_use]
pub fn world_before(scenario: &Arc<Scenario>) -> World {
    let mut world = World::new(Arc::clone(scenario));
    world.reuse_page_ids = true;
    world
}

impl PartStore {
    /// An empty store.
    #[must_use]
    pub fn new(scenario: Arc<Scenario>) -> PartStore {
        PartStore {
            start: world_before(&scenario),
            parts: Parts::of(&scenario).collect(),
            mapping: Interner::default(),
            pages: Interner::default(),
            file: Interner::default(),
            waits: Interner::default(),
            failures: Interner::default(),
            tree_lock: Interner::default(),
            locks: Interner::default(),
            inode: Interner::default(),
            page_tables: Interner::default(),
            cpus: Interner::default(),
        }
    }

    /// The world before the first step.
    #[must_use]
    pub const fn start(&self) -> &World {
        &self.start
    }

    /// The parts, by position.
    #[must_use]
    pub fn parts(&self) -> &[Parts] {
        &self.parts
    }

    /// The number of the value that one part has in a world.
    fn number(&mut self, world: &World, part: Part) -> u32 {
        match part {
            Part::Mapping => self.mapping.number(&world.mapping),
            Part::Pages => self.pages.number(&world.pages),
            Part::File => self.file.number(&world.file),
            Part::Waits => {
                let runs = world.threads.iter().map(|thread| thread.run).collect();
                self.waits.number(&(world.waits.clone(), runs))
            }
            Part::Failures => self.failures.number(&(world.failures.clone(), world.bug)),
            Part::TreeLock => self.tree_lock.number(&world.locks.tree_lock),
            Part::Lock(LockId::Inode) => self.inode.number(&(world.locks.inode.clone(), world.locks.journal.clone())),
            Part::Lock(lock) => self.locks.number(world.locks.queue_lock(lock)),
            Part::PageTables(mm) => self.page_tables.number(&world.page_tables[mm.index()]),
            Part::Cpu(thread) => self.cpus.number(&world.threads[thread.index()].preloads),
        }
    }

    /// Writes the numbers of the parts that are in `which`; the others stay.
    pub fn intern(&mut self, world: &World, which: Option<Parts>, numbers: &mut [u32]) {
        for (at, number) in numbers.iter_mut().enumerate().take(self.parts.len()) {
            if which.is_none_or(|which| which.contains(self.parts[at])) {
                *number = self.number(world, Part::at(&self.start, at));
            }
        }
    }

    /// The world of these numbers. What a search leaves out (whether a CPU ever filled its pool) is as at the start.
    #[must_use]
    pub fn world(&self, numbers: &[u32]) -> World {
        let mut world = self.start.clone();
        let mut page_tables = Vec::with_capacity(world.page_tables.len());
        for (at, &number) in numbers.iter().enumerate().take(self.parts.len()) {
            match Part::at(&self.start, at) {
                Part::Mapping => world.mapping = Arc::clone(self.mapping.value(number)),
                Part::Pages => world.pages = Arc::clone(self.pages.value(number)),
                Part::File => world.file = Arc::clone(self.file.value(number)),
                Part::Waits => {
                    let (waits, runs) = self.waits.value(number);
                    world.waits.clone_from(waits);
                    world.threads.iter_mut().zip(runs).for_each(|(thread, run)| thread.run = *run);
                }
                Part::Failures => {
                    let (failures, bug) = self.failures.value(number);
                    world.failures.clone_from(failures);
                    world.bug = *bug;
                }
                Part::TreeLock => world.locks.tree_lock = *self.tree_lock.value(number),
                Part::Lock(LockId::Fs) => world.locks.fs = self.locks.value(number).clone(),
                Part::Lock(LockId::IMmap) => world.locks.i_mmap = self.locks.value(number).clone(),
                Part::Lock(LockId::Inode | LockId::Journal) => {
                    let (inode, journal) = self.inode.value(number);
                    world.locks.inode.clone_from(inode);
                    world.locks.journal.clone_from(journal);
                }
                Part::Lock(LockId::Mm(mm)) => world.locks.mms[mm.index()] = self.locks.value(number).clone(),
                Part::PageTables(_) => page_tables.push(self.page_tables.value(number).clone()),
                Part::Cpu(thread) => world.threads[thread.index()].preloads = *self.cpus.value(number),
            }
        }
        world.page_tables = Arc::new(page_tables);
        world
    }

    /// The number of the value that a part of that position has when threads are renamed. Parts that there are one of for each
    /// thread keep theirs.
    pub fn renamed(&mut self, position: usize, number: u32, renaming: &Renaming) -> u32 {
        match Part::at(&self.start, position) {
            Part::Mapping => {
                let renamed = Arc::new(self.mapping.value(number).renamed(renaming));
                self.mapping.number(&renamed)
            }
            Part::Pages => {
                let renamed = Arc::new(self.pages.value(number).renamed(renaming));
                self.pages.number(&renamed)
            }
            Part::File => {
                let renamed = Arc::new(self.file.value(number).renamed(renaming));
                self.file.number(&renamed)
            }
            Part::Waits => {
                let (waits, runs) = self.waits.value(number);
                let renamed = (waits.renamed(renaming), renaming.moved(runs));
                self.waits.number(&renamed)
            }
            Part::Failures => {
                let (failures, bug) = self.failures.value(number);
                let renamed = (failures.renamed(renaming), *bug);
                self.failures.number(&renamed)
            }
            Part::TreeLock => {
                let renamed = self.tree_lock.value(number).map(|holder| renaming.of(holder));
                self.tree_lock.number(&renamed)
            }
            Part::Lock(LockId::Inode | LockId::Journal) => {
                let (inode, journal) = self.inode.value(number);
                let renamed = (inode.renamed(renaming), journal.renamed(renaming));
                self.inode.number(&renamed)
            }
            Part::Lock(LockId::Fs | LockId::IMmap | LockId::Mm(_)) => {
                let renamed = self.locks.value(number).renamed(renaming);
                self.locks.number(&renamed)
            }
            Part::PageTables(_) | Part::Cpu(_) => number,
        }
    }

    /// The mapping of that number.
    #[must_use]
    pub fn mapping(&self, number: u32) -> &AddressSpace {
        self.mapping.value(number)
    }

    /// Who holds `tree_lock`, by number.
    #[must_use]
    pub fn tree_lock(&self, number: u32) -> Option<ThreadId> {
        *self.tree_lock.value(number)
    }

    /// The page tables of that number.
    #[must_use]
    pub fn page_tables(&self, number: u32) -> &PageTables {
        self.page_tables.value(number)
    }

    /// The position of a part of which there is only one; 0 if the scenario has none such.
    #[must_use]
    pub fn position(&self, part: Parts) -> usize {
        self.parts.iter().position(|&other| other == part).unwrap_or(0)
    }

    /// Different values of all parts together.
    #[must_use]
    pub fn len(&self) -> usize {
        self.mapping.values.len()
            + self.pages.values.len()
            + self.file.values.len()
            + self.waits.values.len()
            + self.failures.values.len()
            + self.tree_lock.values.len()
            + self.locks.values.len()
            + self.inode.values.len()
            + self.page_tables.values.len()
            + self.cpus.values.len()
    }

    /// Bytes in use, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.mapping.bytes()
            + self.pages.bytes()
            + self.file.bytes()
            + self.waits.bytes()
            + self.failures.bytes()
            + self.tree_lock.bytes()
            + self.locks.bytes()
            + self.inode.bytes()
            + self.page_tables.bytes()
            + self.cpus.bytes()
    }

    /// Has nothing been stored?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A part by name: the positions are those of [`Parts::of`].
#[derive(Clone, Copy, Debug)]
enum Part {
    Mapping,
    Pages,
    File,
    Waits,
    Failures,
    TreeLock,
    Lock(LockId),
    PageTables(MmId),
    Cpu(ThreadId),
}

impl Part {
    fn at(world: &World, position: usize) -> Part {
        let mms = world.page_tables.len();
        match position {
            0 => Part::Mapping,
            1 => Part::Pages,
            2 => Part::File,
            3 => Part::Waits,
            4 => Part::Failures,
            5 => Part::TreeLock,
            6 => Part::Lock(LockId::Fs),
            7 => Part::Lock(LockId::Inode),
            8 => Part::Lock(LockId::IMmap),
            _ => Part::of_several(position - Parts::SINGLE as usize, mms),
        }
    }
}

impl Part {
    /// One of the parts of which there are several, from the position behind the single ones.
    fn of_several(position: usize, mms: usize) -> Part {
        match position {
            _ if position < mms => Part::Lock(LockId::Mm(MmId(position as u8))),
            _ if position < 2 * mms => Part::PageTables(MmId((position - mms) as u8)),
            _ => Part::Cpu(ThreadId((position - 2 * mms) as u8)),
        }
    }
}

/// The position of the tree in every world.
pub const MAPPING: usize = 0;
