//! What an operation touched: asked of the worlds before and after it.

use super::{AddressSpace, World};
use crate::entry::{Entry, Slot};
use crate::event::LockId;
use crate::mm::{Page, Pmd};
use crate::op::{Access, AccessKind, Object, Op, Outcome};
use crate::sync::{LockMode, WaitKey};
use crate::units::{MmId, PMD_PAGES, PageId, PageIndex, ThreadId, VirtualPage, pmd_start};

/// What `thread` touched by performing `op`, which took `before` to `after` and was answered with `outcome`.
///
/// Two operations of two threads without a conflict ([`Access::conflicts`]) may be exchanged wherever they stand next
/// to each other: outcomes and worlds stay the same. A call that the script makes fail counts as touching its count;
/// a failure that the scheduler chooses does not.
#[must_use]
pub fn accesses(before: &World, after: &World, thread: ThreadId, op: &Op, outcome: &Outcome) -> Vec<Access> {
    let mut found = Accesses { before, after, list: Vec::new() };
    if let Some(what) = op.fail_point()
        && before.scenario.failures.iter().any(|failure| failure.what == what)
    {
        found.write(Object::Calls(what));
    }
    if op.unmaps() {
        found.read(Object::Lock(Some(LockId::IMmap)));
    }
    found.operation(thread, op, outcome);
    crate::order::sort(&mut found.list);
    found.list.dedup();
    found.list
}

struct Accesses<'a> {
    before: &'a World,
    after: &'a World,
    list: Vec<Access>,
}

impl Accesses<'_> {
    fn add(&mut self, object: Object, first: u64, last: u64, kind: AccessKind) {
        self.list.push(Access { object, first, last, kind });
    }

    fn read(&mut self, object: Object) {
        self.add(object, 0, 0, AccessKind::Read);
    }

    fn write(&mut self, object: Object) {
        self.add(object, 0, 0, AccessKind::Write);
    }

    fn count(&mut self, object: Object) {
        self.add(object, 0, 0, AccessKind::Add);
    }

    fn operation(&mut self, thread: ThreadId, op: &Op, outcome: &Outcome) {
        match *op {
            Op::Start
            | Op::NextOperation { .. }
            | Op::AccessRetry
            | Op::TreeUnlocked
            | Op::CondResched
            | Op::Schedule
            | Op::FinishWait
            | Op::HugeZeroPage(_)
            | Op::DirectAccess { .. }
            | Op::AwaitGrant { .. } => {}
            Op::SpinLock | Op::SpinUnlock => self.write(Object::Lock(None)),
            Op::PrepareToWait { key } => self.waits(key),
            Op::Wake { index, entry, .. } => self.waits(WaitKey::new(index, entry)),
            Op::Preload(_) | Op::PreloadEnd => self.write(Object::Cpu(thread)),
            Op::Lookup { .. }
            | Op::LockSlot { .. }
            | Op::UnlockSlot { .. }
            | Op::Insert { .. }
            | Op::Delete { .. }
            | Op::Replace { .. }
            | Op::TagSet { .. }
            | Op::TagClear { .. }
            | Op::TagGet { .. }
            | Op::TagTowrite { .. }
            | Op::FindGetEntry { .. }
            | Op::FindGetEntries { .. }
            | Op::FindGetEntriesTag { .. }
            | Op::RemoveMapping(_)
            | Op::NrExceptional
            | Op::NrPages
            | Op::PageCacheStore { .. }
            | Op::PageCacheDelete { .. } => self.tree(op, outcome),
            Op::PageAlloc { .. }
            | Op::CopyAlloc { .. }
            | Op::GetPage(_)
            | Op::PutPage(_)
            | Op::LockPage(_)
            | Op::AwaitPage(_)
            | Op::TryLockPage(_)
            | Op::UnlockPage(_)
            | Op::PageInCache(_)
            | Op::PageMapped(_)
            | Op::PageIndexOf(_) => self.page(op, outcome),
            Op::CheckAccess { mm, page, write } => {
                self.mapping(mm, page, page);
                self.changed_pages();
                if write && *outcome == Outcome::Bool(true) {
                    self.stored(mm, page);
                }
            }
            Op::ReadPmd { mm, page }
            | Op::ReadPte { mm, page }
            | Op::PmdTransUnstable { mm, page }
            | Op::PteAlloc { mm, page }
            | Op::InsertPfn { mm, page, .. }
            | Op::SetPte { mm, page, .. }
            | Op::PteFault { mm, page, .. }
            | Op::FinishMkwrite { mm, page, .. } => {
                self.mapping(mm, page, page);
                self.changed_pages();
            }
            Op::CopyPte { mm, page, .. } => {
                self.mapping(mm, page, page);
                self.changed_pages();
                if *outcome == Outcome::Bool(true) {
                    self.write(Object::PageIds);
                }
            }
            Op::InsertPfnPmd { mm, page, .. }
            | Op::SetHugeZero { mm, page }
            | Op::SplitHugePmd { mm, page }
            | Op::MkcleanPmd { mm, page, .. } => {
                self.mapping(mm, pmd_start(page), pmd_start(page) + PMD_PAGES - 1);
                self.changed_pages();
            }
            Op::MkcleanPte { mm, page, stale_pmd, .. } => {
                self.mapping(mm, page, page);
                if let Some((mm, page)) = stale_pmd {
                    self.mapping(mm, pmd_start(page), pmd_start(page) + PMD_PAGES - 1);
                }
            }
            Op::MappedPages { mm, page, count } => self.mapping(mm, page, page.saturating_add(count.max(1) - 1)),
            Op::UnmapMappingRange { first, count, .. } => {
                let last = if count == 0 { u64::MAX } else { first.saturating_add(count) - 1 };
                self.unmap(first, last);
                self.changed_pages();
            }
            Op::Munmap(mm) => {
                self.add(Object::Pmds(mm), 0, u64::MAX, AccessKind::Write);
                self.add(Object::Ptes(mm), 0, u64::MAX, AccessKind::Write);
                self.changed_pages();
            }
            Op::FsyncBegins { .. } => self.add(Object::Unflushed, 0, u64::MAX, AccessKind::Read),
            Op::FsyncEnds { .. } => self.add(Object::Owed, 0, u64::MAX, AccessKind::Read),
            Op::ReadSize
            | Op::IomapBegin { .. }
            | Op::Flush { .. }
            | Op::Store { .. }
            | Op::Load { .. }
            | Op::LoadZero { .. }
            | Op::ExtendFile { .. }
            | Op::SetSize { .. }
            | Op::FreeBlocks { .. } => self.file(op, outcome),
            Op::Acquire { lock, mode } => {
                let shared = mode == LockMode::Read && *outcome == Outcome::Bool(true);
                let kind = if shared { AccessKind::Add } else { AccessKind::Write };
                self.add(Object::Lock(Some(lock)), 0, 0, kind);
            }
            Op::Release { lock } => {
                let held = self.before.locks.queue_lock(lock);
                let shared = held.queue().is_empty() && held.holders().iter().all(|&(_, mode)| mode == LockMode::Read);
                let kind = if shared { AccessKind::Add } else { AccessKind::Write };
                self.add(Object::Lock(Some(lock)), 0, 0, kind);
            }
        }
    }

    fn waits(&mut self, key: WaitKey) {
        self.add(Object::Waits, key.0, key.0, AccessKind::Write);
    }

    /// First and last index of what covers `index` in a world.
    fn entry_range(world: &World, index: PageIndex) -> (PageIndex, PageIndex) {
        match (world.mapping.first_index(index), world.mapping.slot(index).entry()) {
            (Some(first), Some(entry)) => (first, first + entry.size().pages() - 1),
            _ => (index, index),
        }
    }

    /// The slots that the entries at `index` before and after the operation take up, and what the operation asked for.
    fn slots(&mut self, index: PageIndex, kind: AccessKind) {
        let (a, b) = (Self::entry_range(self.before, index), Self::entry_range(self.after, index));
        self.add(Object::Slots, a.0.min(b.0), a.1.max(b.1), kind);
    }

    /// Tags are touched by the whole 2 MiB range: an entry of 2 MiB has one set of them.
    fn tags(&mut self, first: PageIndex, last: PageIndex, kind: AccessKind) {
        self.add(Object::Tags, pmd_start(first), pmd_start(last).saturating_add(PMD_PAGES - 1), kind);
    }

    fn tree(&mut self, op: &Op, outcome: &Outcome) {
        match *op {
            Op::Lookup { index } => self.add(Object::Slots, index, index, AccessKind::Read),
            Op::LockSlot { index } | Op::UnlockSlot { index } => self.slots(index, AccessKind::Write),
            Op::Insert { index, entry } => {
                let first = entry.size().start(index);
                let last = first + entry.size().pages() - 1;
                if *outcome == Outcome::Status(Ok(())) {
                    self.add(Object::Slots, first, last, AccessKind::Write);
                    self.count(Object::Counters);
                } else {
                    self.add(Object::Slots, first, last, AccessKind::Read);
                }
            }
            Op::Delete { index } => {
                self.slots(index, AccessKind::Write);
                self.tags(index, index, AccessKind::Write);
                self.count(Object::Counters);
            }
            Op::Replace { index, entry } => {
                self.slots(index, AccessKind::Write);
                if entry.is_pmd() {
                    let first = pmd_start(index);
                    self.add(Object::Slots, first, first + PMD_PAGES - 1, AccessKind::Write);
                }
            }
            Op::TagSet { index, .. } => {
                self.add(Object::Slots, index, index, AccessKind::Read);
                self.tags(index, index, AccessKind::Add);
            }
            Op::TagClear { index, .. } => {
                self.add(Object::Slots, index, index, AccessKind::Read);
                self.tags(index, index, AccessKind::Write);
            }
            Op::TagGet { index, .. } => {
                self.add(Object::Slots, index, index, AccessKind::Read);
                self.tags(index, index, AccessKind::Read);
            }
            Op::TagTowrite { first, last } => {
                self.add(Object::Slots, pmd_start(first), u64::MAX, AccessKind::Read);
                self.tags(first, last, AccessKind::Write);
            }
            Op::FindGetEntry { index } => {
                self.add(Object::Slots, index, index, AccessKind::Read);
                if let Outcome::Slot(Slot::Page(page)) = *outcome {
                    self.count(Object::Page(page));
                }
            }
            Op::RemoveMapping(page) if *outcome == Outcome::Bool(false) => self.read(Object::Page(page)),
            Op::FindGetEntries { first, .. } => {
                self.add(Object::Slots, pmd_start(first), u64::MAX, AccessKind::Read);
                self.changed_pages();
            }
            Op::FindGetEntriesTag { first, .. } => {
                self.add(Object::Slots, pmd_start(first), u64::MAX, AccessKind::Read);
                self.tags(first, u64::MAX, AccessKind::Read);
                self.changed_pages();
            }
            Op::NrExceptional | Op::NrPages => self.read(Object::Counters),
            Op::PageCacheStore { page } | Op::PageCacheDelete { page } | Op::RemoveMapping(page) => {
                let index = self.before.page(page).index;
                self.slots(index, AccessKind::Write);
                self.tags(index, index, AccessKind::Write);
                self.count(Object::Counters);
                self.write(Object::Page(page));
                self.changed_pages();
            }
            _ => {}
        }
    }

    fn page(&mut self, op: &Op, outcome: &Outcome) {
        match *op {
            Op::PageAlloc { .. } | Op::CopyAlloc { .. } => {
                self.write(Object::PageIds);
                if let Outcome::Page(Some(page)) = outcome {
                    self.write(Object::Page(*page));
                }
            }
            Op::GetPage(page) => self.count(Object::Page(page)),
            Op::PutPage(page) => {
                if self.after.page(page).is_free() {
                    self.write(Object::Page(page));
                    self.count(Object::PageIds);
                } else {
                    self.count(Object::Page(page));
                }
            }
            Op::LockPage(page) | Op::AwaitPage(page) | Op::TryLockPage(page) => self.write(Object::Page(page)),
            Op::UnlockPage(Slot::Page(page)) => self.write(Object::Page(page)),
            Op::PageInCache(page) | Op::PageMapped(page) | Op::PageIndexOf(page) => self.read(Object::Page(page)),
            _ => {}
        }
    }

    /// Pages that the operation changed on the way, by counting references or mappings.
    fn changed_pages(&mut self) {
        let (before, after) = (self.before, self.after);
        for at in 0..before.pages.len().max(after.pages.len()) {
            if before.pages.get(at) != after.pages.get(at) {
                self.write(Object::Page(PageId(at as u16)));
                if after.pages.get(at).is_some_and(Page::is_free) {
                    self.count(Object::PageIds);
                }
            }
        }
    }

    /// What lies between two virtual pages was looked at, and changed where it is not the same any more.
    fn mapping(&mut self, mm: MmId, first: VirtualPage, last: VirtualPage) {
        let range = (pmd_start(first), pmd_start(last).saturating_add(PMD_PAGES - 1));
        let (pmds, ptes) = self.changed_mappings(mm, range);
        self.add(Object::Pmds(mm), range.0, range.1, kind(pmds));
        // A page table without ptes maps no more than none at all.
        let maps = ptes || self.changed_huge(mm, range);
        self.add(Object::Ptes(mm), first, last, kind(maps));
    }

    /// What is mapped between two virtual pages was changed, or looked at to see that there is nothing. Whether a page
    /// table is there makes no difference.
    fn mapped(&mut self, mm: MmId, first: VirtualPage, last: VirtualPage) {
        let range = (pmd_start(first), pmd_start(last).saturating_add(PMD_PAGES - 1));
        let (pmds, ptes) = self.changed_mappings(mm, range);
        if pmds {
            self.add(Object::Pmds(mm), range.0, range.1, AccessKind::Write);
        }
        self.add(Object::Ptes(mm), first, last, kind(pmds || ptes));
    }

    /// Were pmds changed in the range, and ptes?
    fn changed_mappings(&self, mm: MmId, range: (VirtualPage, VirtualPage)) -> (bool, bool) {
        let (before, after) = (&self.before.page_tables[mm.index()], &self.after.page_tables[mm.index()]);
        let (mut pmds, mut ptes) = (false, before.lost() != after.lost());
        for &(page, _) in before.ranges().iter().chain(after.ranges()) {
            if !(range.0..=range.1).contains(&page) {
                continue;
            }
            match (before.pmd(page), after.pmd(page)) {
                (Pmd::Table(old), Pmd::Table(new)) => ptes |= old != new,
                (old, new) => pmds |= old != new,
            }
        }
        (pmds, ptes)
    }

    /// Were huge mappings changed in the range, or page tables with ptes in them?
    fn changed_huge(&self, mm: MmId, range: (VirtualPage, VirtualPage)) -> bool {
        let (before, after) = (&self.before.page_tables[mm.index()], &self.after.page_tables[mm.index()]);
        let maps = |pmd: &Pmd| match pmd {
            Pmd::None => false,
            Pmd::Huge { .. } => true,
            Pmd::Table(ptes) => !ptes.is_empty(),
        };
        before.ranges().iter().chain(after.ranges()).any(|&(page, _)| {
            let (old, new) = (before.pmd(page), after.pmd(page));
            (range.0..=range.1).contains(&page) && old != new && (maps(old) || maps(new))
        })
    }

    fn unmap(&mut self, first: PageIndex, last: PageIndex) {
        for mm in self.before.scenario.process_ids() {
            let vma = self.before.scenario.processes[mm.index()].mapping;
            let (from, to) = (first.max(vma.start), last.min((vma.start + vma.pages).saturating_sub(1)));
            if from <= to {
                self.mapped(mm, from + vma.skew, to + vma.skew);
            }
        }
    }

    /// A store through a mapping.
    fn stored(&mut self, mm: MmId, page: VirtualPage) {
        if let Some((_, block)) = self.before.block_behind(mm, page) {
            self.add(Object::Contents, block, block, AccessKind::Add);
            self.durability(Object::Unflushed, (block, block), AccessKind::Add);
        }
    }

    /// What is durable matters, in every state or in none, only to scripts with an fsync.
    fn durability(&mut self, object: Object, (first, last): (u64, u64), kind: AccessKind) {
        if self.before.has_fsync() {
            self.add(object, first, last, kind);
        }
    }

    /// These blocks are durable from now on.
    fn flushed(&mut self, block: u64, count: u64) {
        let range = (block, block.saturating_add(count));
        self.durability(Object::Unflushed, range, AccessKind::Read);
        self.durability(Object::Owed, range, AccessKind::Add);
    }

    fn file(&mut self, op: &Op, outcome: &Outcome) {
        match *op {
            Op::ReadSize => self.read(Object::Size),
            Op::ExtendFile { .. } => {
                let grows = self.before.file.size_pages != self.after.file.size_pages;
                if grows { self.write(Object::Size) } else { self.read(Object::Size) }
            }
            Op::SetSize { .. } => self.write(Object::Size),
            Op::IomapBegin { first, count, .. } => {
                let last = first.saturating_add(count.max(1) - 1);
                let lengthened = self.before.file.blocks.length() != self.after.file.blocks.length();
                let new = matches!(outcome, Outcome::Iomap(Ok(iomap)) if iomap.new);
                if lengthened {
                    self.add(Object::Extents, 0, u64::MAX, AccessKind::Write);
                } else {
                    let kind = if new { AccessKind::Write } else { AccessKind::Read };
                    self.add(Object::Extents, first, last, kind);
                }
                if new {
                    self.write(Object::BlockAllocator);
                }
            }
            Op::FreeBlocks { first, end, .. } => {
                self.add(Object::Extents, first, end.saturating_sub(1).max(first), AccessKind::Write);
                self.durability(Object::Unflushed, (0, u64::MAX), AccessKind::Write);
                self.durability(Object::Owed, (0, u64::MAX), AccessKind::Add);
            }
            Op::Store { block, count } => {
                self.add(Object::Contents, block, block.saturating_add(count), AccessKind::Add);
                self.flushed(block, count);
            }
            Op::Flush { block, count } => self.flushed(block, count),
            Op::Load { block, count } => {
                self.add(Object::Contents, block, block.saturating_add(count), AccessKind::Read);
            }
            _ => {}
        }
    }
}

const fn kind(changed: bool) -> AccessKind {
    if changed { AccessKind::Write } else { AccessKind::Read }
}

/// Is every access only a look, or to what no rule looks at when all is quiet?
#[must_use]
pub fn leaves_state_alone(accesses: &[Access]) -> bool {
    accesses.iter().all(|access| {
        access.kind == AccessKind::Read
            || matches!(
                access.object,
                Object::Waits | Object::Lock(_) | Object::Cpu(_) | Object::Calls(_) | Object::Unflushed | Object::Owed
            )
    })
}

impl AddressSpace {
    /// The ranges of the tree that `thread` has locked, as first and last index.
    #[must_use]
    pub fn locked_ranges(&self, thread: ThreadId) -> Vec<(PageIndex, PageIndex)> {
        let mine = self.owners.iter().filter(|&&(_, owner)| owner == thread);
        let range = |&(first, _): &(PageIndex, ThreadId)| {
            let entry = self.slot(first).entry().filter(|entry: &Entry| entry.is_locked())?;
            Some((first, first + entry.size().pages() - 1))
        };
        mine.filter_map(range).collect()
    }
}
