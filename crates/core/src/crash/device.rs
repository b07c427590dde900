//! What the device has of each block, gathered along a run.

use super::promise::{Cover, Promise, PromiseKind};
use crate::event::Event;
use crate::machine::{Performed, StepRecord};
use crate::op::{FileOp, LockOp, Op, Outcome, PageTableOp, TreeLockOp};
use crate::pmem::BlockMap;
use crate::scenario::{FsKind, Operation, Platform, Scenario};
use crate::units::{Block, PageIndex, ThreadId};
use crate::world::World;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Who did something, and when.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Mark {
    /// The thread.
    pub thread: ThreadId,
    /// The number of the step, from 1.
    pub step: usize,
}

/// A store to a whole page, as far as the model goes: through a mapping, or by write(2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Store {
    /// Its place among all stores of the run, from 1: a later store to a page has what the earlier ones have put there.
    pub order: u32,
    /// Who stored, and when; `None`: somebody before the first step (`entries ... dirty`).
    pub by: Option<Mark>,
    /// Of the operations of the script of that thread, which one it was, from 0.
    pub operation: usize,
    /// Did it go through a mapping, into the caches?
    pub mapped: bool,
}

/// What a page holds for whoever reads it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Content {
    /// Nothing: the page is beyond the end of the file.
    BeyondEnd,
    /// A hole, unwritten blocks, or new ones that nobody has stored to.
    Zeroes,
    /// What lay there before the first step.
    Before,
    /// What that store has put there.
    Store(Store),
}

/// A flush that no fence has followed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Flight {
    /// Who flushed, and when.
    pub by: Mark,
    /// The last store before that.
    pub upto: Store,
}

/// A block that was stored to.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct BlockState {
    /// The last store.
    pub newest: Store,
    /// The stores that are in the caches only, the last one last: line by line, any of them may have been evicted.
    pub pending: Vec<Store>,
    /// Flushes of what is in the caches that no fence has followed: each line may have arrived or not.
    pub on_the_way: Vec<Flight>,
    /// Who has flushed it, and when, if that was fenced since.
    pub flushed: Option<Mark>,
    /// Who has fenced that, and when.
    pub fenced: Option<Mark>,
    /// What the medium has.
    pub durable: Content,
    /// The last store that a sync can vouch for. Not one through a mapping that the file has left behind, nor one that
    /// somebody has had count as never written.
    pub(super) of_file: Option<Store>,
}

impl BlockState {
    /// The place of the last store that the medium has; 0: of none.
    #[must_use]
    pub const fn durable_order(&self) -> u32 {
        match self.durable {
            Content::Store(store) => store.order,
            _ => 0,
        }
    }
}

/// The device, the block map that a commit has written, and what syncs have promised.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Device {
    platform: Platform,
    is_xarray: bool,
    stores: u32,
    blocks: BTreeMap<Block, BlockState>,
    /// Is a flush on its way?
    unfenced: bool,
    /// Runs of blocks (first, end) that the file system has handed out or zeroed.
    zeroed: Vec<(Block, Block)>,
    /// Block map and size as the last commit has written them.
    pub(super) committed: (BlockMap, u64),
    /// What they have been since: any of it may have been committed in the background.
    pub(super) since: Vec<(BlockMap, u64)>,
    /// Who is in the middle of one transaction that has changed the map: no commit writes half of it.
    half_done: Option<ThreadId>,
    pub(super) promises: Vec<Promise>,
    /// The operation of its script that each thread is in, from 0; `None` before the first.
    operations: Vec<Option<usize>>,
    /// How many of them have returned.
    returned: Vec<usize>,
}

impl Device {
    /// Before the first step.
    #[must_use]
    pub fn new(world: &World) -> Device {
        let scenario = &world.scenario;
        let mut device = Device {
            platform: scenario.platform,
            is_xarray: scenario.revision.is_xarray(),
            stores: 0,
            blocks: BTreeMap::new(),
            unfenced: false,
            zeroed: Vec::new(),
            committed: (world.file.blocks.clone(), world.file.size_pages),
            since: Vec::new(),
            half_done: None,
            promises: Vec::new(),
            operations: vec![None; scenario.threads.len()],
            returned: vec![0; scenario.threads.len()],
        };
        for filled in scenario.entries.iter().filter(|filled| filled.dirty) {
            for page in filled.starts() {
                device.store(world.file.blocks.at(page).1, None, true, true);
            }
        }
        device
    }

    /// The device and the world behind those steps of a run.
    #[must_use]
    pub fn after<'a>(scenario: &Arc<Scenario>, steps: impl Iterator<Item = &'a StepRecord>) -> (Device, World) {
        let mut world = World::new(Arc::clone(scenario));
        let mut device = Device::new(&world);
        for (at, record) in steps.enumerate() {
            world = device.step(&world, at + 1, record);
        }
        (device, world)
    }

    /// A step with that number was made; answers with the world behind it.
    pub fn step(&mut self, before: &World, number: usize, record: &StepRecord) -> World {
        self.step_looking(before, number, record, |_| {})
    }

    /// The same, and `look` sees the device behind every operation of the step: the power may fail there too.
    pub fn step_looking(
        &mut self,
        before: &World,
        number: usize,
        record: &StepRecord,
        mut look: impl FnMut(&Device),
    ) -> World {
        let by = Mark { thread: record.choice.thread, step: number };
        let mut world = before.clone();
        for performed in &record.performed {
            let old = world.clone();
            performed.repeat(by.thread, &mut world);
            self.performed(by, performed, &old, &world);
            self.keep_map(by.thread, &world);
            look(self);
        }
        world
    }

    /// What the device has of a block that was stored to; `None`: nobody has.
    #[must_use]
    pub fn block(&self, block: Block) -> Option<&BlockState> {
        self.blocks.get(&block)
    }

    /// All blocks that were stored to.
    pub fn blocks(&self) -> impl Iterator<Item = (Block, &BlockState)> {
        self.blocks.iter().map(|(&block, state)| (block, state))
    }

    /// How many operations of its script have returned to a thread.
    #[must_use]
    pub fn returned(&self, thread: ThreadId) -> usize {
        self.returned.get(thread.index()).copied().unwrap_or(0)
    }

    /// What was promised, in the order in which the syncs began.
    #[must_use]
    pub fn promises(&self) -> &[Promise] {
        &self.promises
    }

    /// Runs of blocks (first, end) that the file system has handed out or zeroed.
    pub(super) fn zeroed(&self) -> &[(Block, Block)] {
        &self.zeroed
    }

    /// What a block holds: for programs, or on the medium.
    pub(super) fn content(&self, block: Block, on_medium: bool) -> Content {
        match self.blocks.get(&block) {
            Some(state) if on_medium => state.durable,
            Some(state) => Content::Store(state.newest),
            None if self.is_zeroed(block) => Content::Zeroes,
            None => Content::Before,
        }
    }

    fn is_zeroed(&self, block: Block) -> bool {
        self.zeroed.iter().any(|&(first, end)| (first..end).contains(&block))
    }

    fn performed(&mut self, by: Mark, performed: &Performed, before: &World, after: &World) {
        for event in &performed.events {
            match *event {
                Event::Alloc { count, phys, .. } | Event::Convert { count, phys, .. } => self.zero(phys, count),
                Event::Unwrite { count, phys, .. } => self.forget_promises(phys, count),
                Event::Store { block, count } => {
                    (block..block.saturating_add(count)).for_each(|block| self.store(block, Some(by), false, true));
                }
                _ => {}
            }
        }
        if is_fence(performed.stop.op) {
            self.fence(by);
        }
        match (performed.stop.op, &performed.outcome) {
            (Op::PageTable(PageTableOp::CheckAccess { mm, page, write: true }), Outcome::Bool(true)) => {
                if let Some((index, block)) = before.block_behind(mm, page) {
                    let is_of_file = after.file.blocks.at(index).1 == block;
                    self.store(block, Some(by), true, is_of_file);
                    if is_of_file && before.scenario.processes[mm.index()].mapping.sync {
                        self.vouch(by, index, block);
                    }
                }
            }
            (Op::File(FileOp::Flush { block, count }), _) if before.scenario.flushes() => self.flush(by, block, count),
            (Op::File(FileOp::FsyncBegins { first, last }), _) => self.begin(by, (first, last), after),
            (Op::File(FileOp::Committed), _) => self.commit(after),
            (Op::File(FileOp::FsyncEnds { complete }), _) => {
                if complete && !self.is_xarray {
                    self.commit(after);
                }
                self.end(by, complete);
            }
            _ => {}
        }
        let ended = performed.events.iter().filter(|event| matches!(event, Event::Result(_))).count();
        self.returned[by.thread.index()] += ended;
        // Behind the outcome: the operation that it ends is the one before.
        let begun = performed.events.iter().filter(|event| matches!(event, Event::Operation(_))).count();
        for _ in 0..begun {
            let operation = &mut self.operations[by.thread.index()];
            *operation = Some(operation.map_or(0, |number| number + 1));
        }
    }

    fn operation_of(&self, by: Mark) -> usize {
        self.operations[by.thread.index()].unwrap_or(0)
    }

    fn store(&mut self, block: Block, by: Option<Mark>, mapped: bool, is_of_file: bool) {
        self.stores += 1;
        let operation = by.map_or(0, |by| self.operation_of(by));
        let newest = Store { order: self.stores, by, operation, mapped };
        // What goes round the caches takes along what they hold.
        let lasts = !mapped || !self.platform.loses_caches();
        let durable = if lasts { Content::Store(newest) } else { self.content(block, true) };
        let earlier = self.blocks.remove(&block);
        let of_file = if is_of_file { Some(newest) } else { earlier.as_ref().and_then(|state| state.of_file) };
        let earlier = earlier.filter(|_| !lasts);
        let (mut pending, earlier_flights) = earlier.map(|state| (state.pending, state.on_the_way)).unwrap_or_default();
        if !lasts {
            pending.push(newest);
        }
        let on_the_way = earlier_flights;
        self.blocks
            .insert(block, BlockState { newest, pending, on_the_way, flushed: None, fenced: None, durable, of_file });
    }

    /// Whoever counts blocks as never written has asked for what was stored there to go.
    fn forget_promises(&mut self, first: Block, count: u64) {
        let blocks = first..first.saturating_add(count);
        let is_kept = |cover: &Cover| !blocks.contains(&cover.block);
        self.promises.iter_mut().for_each(|promise| promise.covers.retain(is_kept));
        self.blocks.range_mut(blocks.clone()).for_each(|(_, state)| state.of_file = None);
    }

    /// The file system hands out blocks, or converts unwritten ones: it zeroes them on the medium.
    fn zero(&mut self, first: Block, count: u64) {
        let end = first.saturating_add(count);
        self.blocks.retain(|block, _| !(first..end).contains(block));
        self.zeroed.push((first, end));
    }

    /// Every line of the blocks is told to be written back.
    fn flush(&mut self, by: Mark, first: Block, count: u64) {
        for (_, state) in self.blocks.range_mut(first..first.saturating_add(count)) {
            if !state.pending.is_empty() {
                state.on_the_way.push(Flight { by, upto: state.newest });
                self.unfenced = true;
            }
        }
    }

    /// What the thread has flushed has arrived.
    fn fence(&mut self, by: Mark) {
        if !self.unfenced {
            return;
        }
        self.unfenced = false;
        for state in self.blocks.values_mut() {
            let arrived = state.on_the_way.iter().filter(|flight| flight.by.thread == by.thread);
            if let Some(&flight) = arrived.max_by_key(|flight| flight.upto.order) {
                state.durable = Content::Store(flight.upto);
                (state.flushed, state.fenced) = (Some(flight.by), Some(by));
                state.pending.retain(|store| store.order > flight.upto.order);
                state.on_the_way.retain(|other| other.upto.order > flight.upto.order);
            }
            self.unfenced |= !state.on_the_way.is_empty();
        }
    }

    fn commit(&mut self, world: &World) {
        let now = (world.file.blocks.clone(), world.file.size_pages);
        let whole = if self.half_done.is_some() { self.since.pop() } else { Some(now) };
        self.committed = whole.unwrap_or_else(|| self.committed.clone());
        self.since.clear();
    }

    /// The thread has made an operation: what it may have changed of the map, a commit in the background may write.
    fn keep_map(&mut self, thread: ThreadId, world: &World) {
        let is_half_done = self.is_in_one_transaction(thread, &world.scenario);
        if self.half_done == Some(thread) && !is_half_done {
            self.half_done = None;
        }
        let (map, size) = self.since.last().unwrap_or(&self.committed);
        if *map == world.file.blocks && *size == world.file.size_pages {
            return;
        }
        match self.half_done {
            None if is_half_done => self.half_done = Some(thread),
            None => self.since.push((world.file.blocks.clone(), world.file.size_pages)),
            Some(_) => {}
        }
    }

    /// Is the thread in a call whose changes are one transaction? ext4 cuts out, moves and sets the size under one handle; XFS rolls
    /// from one transaction to the next.
    fn is_in_one_transaction(&self, thread: ThreadId, scenario: &Scenario) -> bool {
        let Some(number) = self.operations[thread.index()] else { return false };
        let operation = scenario.threads[thread.index()].operations.get(number);
        scenario.fs == FsKind::Ext4
            && self.returned[thread.index()] <= number
            && matches!(operation, Some(Operation::Collapse { .. } | Operation::Insert { .. }))
    }

    fn begin(&mut self, by: Mark, (first, last): (PageIndex, PageIndex), world: &World) {
        let mut covers = Vec::new();
        for (&block, state) in &self.blocks {
            let Some(store) = state.of_file else { continue };
            if let Some(page) = world.file.blocks.page_of(block).filter(|page| (first..=last).contains(page)) {
                covers.push(Cover { page, block, store });
            }
        }
        crate::order::sort(&mut covers);
        let operation = self.operation_of(by);
        self.promises.push(Promise { kind: PromiseKind::Fsync, by, operation, returned: None, covers });
    }

    fn end(&mut self, by: Mark, complete: bool) {
        let is_it = |promise: &Promise| {
            promise.by.thread == by.thread && promise.kind == PromiseKind::Fsync && promise.returned.is_none()
        };
        let Some(at) = self.promises.iter().position(is_it) else { return };
        if complete {
            self.promises[at].returned = Some(by.step);
        } else {
            self.promises.remove(at);
        }
    }

    /// A store through a synchronous mapping has found a pte: the fault that put it there has vouched for the extent.
    fn vouch(&mut self, by: Mark, page: PageIndex, block: Block) {
        let Some(store) = self.block(block).map(|state| state.newest) else { return };
        let covers = vec![Cover { page, block, store }];
        let is_told = |promise: &Promise| {
            promise.kind == PromiseKind::SyncFault && promise.covers.iter().any(|cover| cover.block == block)
        };
        if !self.promises.iter().any(is_told) {
            let operation = self.operation_of(by);
            let returned = Some(by.step);
            self.promises.push(Promise { kind: PromiseKind::SyncFault, by, operation, returned, covers });
        }
    }
}

/// Does the operation wait until what its thread has flushed has arrived? Taking a lock is an instruction that orders `clwb` (x86:
/// everything with a LOCK prefix, as `sfence` does); a commit ends with a flush of the device, which fences too.
fn is_fence(op: Op) -> bool {
    matches!(op, Op::TreeLock(TreeLockOp::SpinLock) | Op::Lock(LockOp::Acquire { .. }) | Op::File(FileOp::Committed))
}
