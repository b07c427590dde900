//! All shared state as plain data, and what every operation does to it.
//!
//! # Invariants
//!
//! Only [`World::apply`] changes a world. It is deterministic: the same world, thread and operation give the same
//! outcome, events and next world. A world is `Send` and cheap to clone: what is large is shared until it changes.

mod accesses;
mod address_space;
mod durability;
mod files;
mod filled;
mod locks;
mod page_tables;
mod pages;
mod renamed;
mod threads;
mod waits;

pub use accesses::{accesses, leaves_state_alone};
pub use address_space::AddressSpace;
pub use durability::Durability;
pub use files::{FailureCounts, FileSystem};
pub use locks::Locks;
pub use threads::{PRELOAD_NODES, Run, ThreadState};

use crate::event::{Bug, Event};
use crate::mm::{Page, PageTables};
use crate::op::{Op, Outcome};
use crate::scenario::Scenario;
use crate::sync::WaitTable;
use crate::units::{PageId, ThreadId};
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
    pub pages: Arc<Vec<Page>>,
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
        let mut world = World {
            mapping: Arc::default(),
            pages: Arc::default(),
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

    /// Can `thread` perform `op` now, or does it have to wait?
    #[must_use]
    pub fn is_enabled(&self, thread: ThreadId, op: &Op) -> bool {
        self.bug.is_none() && self.can_perform(thread, op)
    }

    /// The same without asking whether the kernel is alive.
    #[must_use]
    pub fn can_perform(&self, thread: ThreadId, op: &Op) -> bool {
        match op {
            Op::SpinLock => self.locks.tree_lock.is_none(),
            Op::Schedule => self.threads[thread.index()].run == Run::Runnable,
            Op::AwaitPage(page) => !self.page(*page).waiters.contains(&thread),
            Op::AwaitGrant { lock, .. } => {
                self.locks.queue_lock(*lock).is_held_by(thread) && !(op.unmaps() && self.is_walked())
            }
            _ => !(op.unmaps() && self.is_walked()),
        }
    }

    /// Does somebody walk the mappings of the file under `i_mmap_rwsem`?
    fn is_walked(&self) -> bool {
        !self.locks.i_mmap.holders().is_empty()
    }

    /// Performs `op` for `thread`. `fail`: if it is a call that can fail, it does.
    ///
    /// The caller has asked [`World::is_enabled`]. Events are appended in order.
    pub fn apply(&mut self, thread: ThreadId, op: &Op, fail: bool, events: &mut Vec<Event>) -> Outcome {
        let mut step = Step { world: self, thread, events };
        if let Some(what) = op.fail_point()
            && let Some(errno) = step.injected_failure(what, fail)
        {
            return step.failed(op, errno);
        }
        match *op {
            Op::Start | Op::NextOperation { .. } | Op::AccessRetry | Op::TreeUnlocked | Op::CondResched => {
                Outcome::Done
            }
            Op::SpinLock => step.spin_lock(),
            Op::SpinUnlock => step.spin_unlock(),
            Op::PrepareToWait { key } => step.prepare_to_wait(key),
            Op::Schedule => Outcome::Done,
            Op::FinishWait => step.finish_wait(),
            Op::Wake { index, entry, mode } => step.wake(index, entry, mode),
            Op::Preload(_) => step.preload(),
            Op::PreloadEnd => step.preload_end(),
            Op::Lookup { index } => step.lookup(index),
            Op::LockSlot { index } => step.lock_slot(index),
            Op::UnlockSlot { index } => step.unlock_slot(index),
            Op::Insert { index, entry } => step.insert(index, entry),
            Op::Delete { index } => step.delete(index),
            Op::Replace { index, entry } => step.replace(index, entry),
            Op::TagSet { index, tag } => step.tag_set(index, tag),
            Op::TagClear { index, tag } => step.tag_clear(index, tag),
            Op::TagGet { index, tag } => Outcome::Bool(step.world.mapping.tree.tag_get(index, tag)),
            Op::TagTowrite { first, last } => step.tag_towrite(first, last),
            Op::FindGetEntry { index } => step.find_get_entry(index),
            Op::FindGetEntries { first, max } => step.find_get_entries(first, max),
            Op::FindGetEntriesTag { first, tag, max } => step.find_get_entries_tag(first, tag, max),
            Op::NrExceptional => Outcome::Number(step.world.mapping.nrexceptional as u64),
            Op::NrPages => Outcome::Number(step.world.mapping.nrpages as u64),
            Op::PageAlloc { index } => step.page_alloc(index),
            Op::CopyAlloc { index } => step.copy_alloc(index),
            Op::PageCacheStore { page } => step.page_cache_store(page),
            Op::PageCacheDelete { page } => step.page_cache_delete(page),
            Op::GetPage(page) => step.get_page(page),
            Op::PutPage(page) => step.put_page(page),
            Op::LockPage(page) | Op::AwaitPage(page) => step.lock_page(page),
            Op::TryLockPage(page) => step.try_lock_page(page),
            Op::UnlockPage(slot) => step.unlock_page(slot),
            Op::PageInCache(page) => Outcome::Bool(step.world.page(page).in_cache),
            Op::PageMapped(page) => Outcome::Bool(step.world.page(page).mapcount > 0),
            Op::PageIndexOf(page) => Outcome::Number(step.world.page(page).index),
            Op::RemoveMapping(page) => step.remove_mapping(page),
            Op::CheckAccess { mm, page, write } => step.check_access(mm, page, write),
            Op::ReadPmd { mm, page } => step.read_pmd(mm, page),
            Op::ReadPte { mm, page } => step.read_pte(mm, page),
            Op::PmdTransUnstable { mm, page } => step.pmd_trans_unstable(mm, page),
            Op::PteAlloc { mm, page } => step.pte_alloc(mm, page),
            Op::InsertPfn { mm, page, frame } => step.insert_pfn(mm, page, frame),
            Op::SetPte { mm, page, target } => step.set_pte(mm, page, target),
            Op::PteFault { mm, page, seen, write } => step.pte_fault(mm, page, seen, write),
            Op::FinishMkwrite { mm, page, seen } => step.finish_mkwrite(mm, page, seen),
            Op::CopyPte { mm, page, seen, index } => step.copy_pte(mm, page, seen, index),
            Op::InsertPfnPmd { mm, page, frame, write } => step.insert_pfn_pmd(mm, page, frame, write),
            Op::SetHugeZero { mm, page } => step.set_huge_zero(mm, page),
            Op::SplitHugePmd { mm, page } => step.split_huge_pmd(mm, page),
            Op::MkcleanPmd { mm, page, frame, head } => step.mkclean_pmd(mm, page, frame, head),
            Op::MkcleanPte { mm, page, frame, stale_pmd } => step.mkclean_pte(mm, page, frame, stale_pmd),
            Op::MappedPages { mm, page, count } => step.mapped_pages(mm, page, count),
            Op::UnmapMappingRange { first, count, even_cows } => step.unmap_mapping_range(first, count, even_cows),
            Op::Munmap(mm) => step.munmap(mm),
            Op::HugeZeroPage(_) => Outcome::Bool(true),
            Op::FsyncBegins { first, last } => step.fsync_begins(first, last),
            Op::FsyncEnds { complete } => step.fsync_ends(complete),
            Op::ReadSize => Outcome::Number(step.world.file.size_pages),
            Op::IomapBegin { first, count, write, purpose } => step.iomap_begin(first, count, write, purpose),
            Op::DirectAccess { sector, pages } => step.direct_access(sector, pages),
            Op::Flush { block, count } => step.flush(block, count),
            Op::Store { block, count } => step.store(block, count),
            Op::Load { block, count } => step.load(block, count),
            Op::LoadZero { count } => step.load_zero(count),
            Op::ExtendFile { size } => step.extend_file(size),
            Op::SetSize { size } => step.set_size(size),
            Op::FreeBlocks { first, end, .. } => step.free_blocks(first, end),
            Op::Acquire { lock, mode } => step.acquire(lock, mode),
            Op::AwaitGrant { .. } => Outcome::Done,
            Op::Release { lock } => step.release(lock),
        }
    }

    /// A hole page or private copy.
    #[must_use]
    pub fn page(&self, page: PageId) -> &Page {
        &self.pages[page.index()]
    }

    /// Tree nodes in use, with the pools of preallocated ones.
    #[must_use]
    pub fn node_count(&self) -> u64 {
        let pools = self.threads.iter().filter(|thread| thread.has_pool).count() as u64;
        u64::from(self.mapping.tree.live_nodes()) + pools * PRELOAD_NODES
    }
}

/// An operation being performed: the world, who performs it, and what happens.
struct Step<'a> {
    world: &'a mut World,
    thread: ThreadId,
    events: &'a mut Vec<Event>,
}

impl Step<'_> {
    fn emit(&mut self, event: Event) {
        self.events.push(event);
    }

    /// The kernel is dead.
    fn crash(&mut self, bug: Bug) {
        self.emit(Event::Bug(bug));
        self.world.bug = Some(bug);
    }
}
