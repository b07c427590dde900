//! Ghost: what stores through mappings would lose if the power failed now, and what an fsync under way owes.
//!
//! The kernel keeps nothing of the kind. Kept only as far as a rule still reads it: if the script has no fsync no store is, nor
//! behind the beginning of the last fsync, nor where a power failure takes nothing from the caches; extents are where the
//! script has a synchronous mapping. What write(2) stores is durable when it is done (it goes round the caches), and what it
//! overwrites is no longer owed. Who stored, flushed and committed at which step is no part of a state: a crash report reads it from a run.
//!
//! Source: kernel-semantics §11 item 12; current-kernel.md K3.

use crate::mm::{Pmd, PmdTarget, PteTarget};
use crate::renaming::Renaming;
use crate::scenario::{Operation, Scenario};
use crate::units::{Block, MmId, PageIndex, ThreadId, VirtualPage, pmd_start};
use crate::world::World;

/// What is not on the medium.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Durability {
    /// Fsyncs of the script that have not begun.
    fsyncs_left: u32,
    /// Pages of the file, with their device blocks, that were stored to and not flushed since. Sorted.
    unflushed: Vec<(PageIndex, Block)>,
    /// The same of each fsync under way: only what was stored before it began. Sorted.
    owed: Vec<(ThreadId, PageIndex, Block)>,
    /// Does a synchronous mapping ask which extents are committed?
    asks_for_extents: bool,
    /// Pages whose place on the device no commit has written, as disjoint runs (first, end), sorted.
    uncommitted: Vec<(PageIndex, PageIndex)>,
}

impl Durability {
    pub(super) fn new(scenario: &Scenario) -> Durability {
        let operations = scenario.threads.iter().flat_map(|thread| &thread.operations);
        let fsyncs = operations.filter(|operation| matches!(operation, Operation::Fsync { .. })).count();
        let fsyncs_left = if scenario.platform.loses_caches() { fsyncs as u32 } else { 0 };
        Durability { fsyncs_left, asks_for_extents: scenario.syncs_faults(), ..Durability::default() }
    }

    /// Pages with their blocks that were stored to and not flushed since, as far as an fsync may still ask for them.
    #[must_use]
    pub fn unflushed(&self) -> &[(PageIndex, Block)] {
        &self.unflushed
    }

    /// The same with other names for the threads.
    #[must_use]
    pub fn renamed(&self, renaming: &Renaming) -> Durability {
        let mut owed: Vec<_> =
            self.owed.iter().map(|&(thread, page, block)| (renaming.of(thread), page, block)).collect();
        crate::order::sort(&mut owed);
        Durability { owed, ..self.clone() }
    }

    /// Stores before the first step.
    pub(super) fn stored_before(&mut self, pages: &[(PageIndex, Block)]) {
        if self.fsyncs_left > 0 {
            self.unflushed = pages.to_vec();
            crate::order::sort(&mut self.unflushed);
        }
    }

    pub(crate) fn store(&mut self, page: PageIndex, block: Block) {
        if self.fsyncs_left > 0
            && let Err(at) = self.unflushed.binary_search(&(page, block))
        {
            self.unflushed.insert(at, (page, block));
        }
    }

    pub(crate) fn flush(&mut self, block: Block, count: u64) {
        let flushed = |at: Block| (block..block.saturating_add(count)).contains(&at);
        self.unflushed.retain(|&(_, block)| !flushed(block));
        self.owed.retain(|&(_, _, block)| !flushed(block));
    }

    /// The pages whose place on the device no commit has written, as far as a synchronous mapping may ask: runs (first, end).
    #[must_use]
    pub fn uncommitted(&self) -> &[(PageIndex, PageIndex)] {
        &self.uncommitted
    }

    /// Would a power failure take the page's block out of the file? Known only where a synchronous mapping may ask.
    #[must_use]
    pub fn is_uncommitted(&self, page: PageIndex) -> bool {
        self.uncommitted.iter().any(|&(first, end)| (first..end).contains(&page))
    }

    /// The pages `first..end` have got blocks, other ones, or count as written or unwritten from now on.
    pub(crate) fn remap(&mut self, first: PageIndex, end: PageIndex) {
        if !self.asks_for_extents || first >= end {
            return;
        }
        let (mut first, mut end) = (first, end);
        self.uncommitted.retain(|&(from, to)| {
            let touches = from <= end && first <= to;
            if touches {
                (first, end) = (first.min(from), end.max(to));
            }
            !touches
        });
        self.uncommitted.push((first, end));
        crate::order::sort(&mut self.uncommitted);
    }

    /// A commit has written all of the block map.
    pub(crate) fn commit(&mut self) {
        self.uncommitted.clear();
    }

    /// What is cut out of the file is lost anyway.
    pub(crate) fn free(&mut self, first: PageIndex, end: PageIndex) {
        self.remap(first, end);
        self.unflushed.retain(|&(page, _)| !(first..end).contains(&page));
        self.owed.retain(|&(_, page, _)| !(first..end).contains(&page));
    }

    /// Pages from `first` on have moved by `count`, with their blocks. Of what was cut out nothing is left by now.
    pub(crate) fn shift(&mut self, first: PageIndex, count: u64, up: bool) {
        self.remap(first, u64::MAX);
        let moved = |page: &mut PageIndex| {
            if *page >= first {
                *page = if up { page.saturating_add(count) } else { page.saturating_sub(count) };
            }
        };
        self.unflushed.iter_mut().for_each(|(page, _)| moved(page));
        self.owed.iter_mut().for_each(|(_, page, _)| moved(page));
    }

    pub(crate) fn begin(&mut self, thread: ThreadId, first: PageIndex, last: PageIndex) {
        let within = self.unflushed.iter().filter(|(page, _)| (first..=last).contains(page));
        self.owed.extend(within.map(|&(page, block)| (thread, page, block)));
        crate::order::sort(&mut self.owed);
        self.fsyncs_left = self.fsyncs_left.saturating_sub(1);
        if self.fsyncs_left == 0 {
            self.unflushed.clear();
        }
    }

    /// Ends an fsync: the pages that it still owes, with their blocks.
    pub(crate) fn end(&mut self, thread: ThreadId) -> Vec<(PageIndex, Block)> {
        let owed = self.owed.iter().filter(|owed| owed.0 == thread).map(|&(_, page, block)| (page, block)).collect();
        self.owed.retain(|owed| owed.0 != thread);
        owed
    }
}

impl World {
    /// The page of the file that a virtual page maps, and the device block that a store there goes to; `None` if it goes to
    /// no block.
    #[must_use]
    pub fn block_behind(&self, mm: MmId, page: VirtualPage) -> Option<(PageIndex, Block)> {
        let tables = &self.page_tables[mm.index()];
        let block = match tables.pmd(page) {
            Pmd::Huge { target: PmdTarget::Frames(first), .. } => first + (page - pmd_start(page)),
            Pmd::Table(_) => match tables.pte(page)?.target {
                PteTarget::Frame(frame) => frame,
                PteTarget::Page(_) | PteTarget::Anon(_) | PteTarget::Zero => return None,
            },
            _ => return None,
        };
        let index = page.checked_sub(self.scenario.processes[mm.index()].mapping.skew)?;
        Some((index, block))
    }

    /// Has the script an fsync? Else nothing asks what is durable.
    #[must_use]
    pub fn has_fsync(&self) -> bool {
        self.scenario.has_fsync()
    }
}
