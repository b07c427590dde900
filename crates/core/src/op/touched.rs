//! What an operation touched, as it is gathered from the worlds before and after it.

use super::{Access, AccessKind, Object, Outcome};
use crate::mm::Page;
use crate::units::{Block, PMD_PAGES, PageId, PageIndex, ThreadId, pmd_start};
use crate::world::World;

/// An operation that was performed, and what it is known to have touched.
pub(super) struct Touched<'a> {
    pub(super) before: &'a World,
    pub(super) after: &'a World,
    pub(super) thread: ThreadId,
    pub(super) outcome: &'a Outcome,
    list: Vec<Access>,
}

impl<'a> Touched<'a> {
    pub(super) const fn new(
        before: &'a World,
        after: &'a World,
        thread: ThreadId,
        outcome: &'a Outcome,
    ) -> Touched<'a> {
        Touched { before, after, thread, outcome, list: Vec::new() }
    }

    /// All of it, sorted, each once.
    pub(super) fn into_list(mut self) -> Vec<Access> {
        crate::order::sort(&mut self.list);
        self.list.dedup();
        self.list
    }

    pub(super) fn add(&mut self, object: Object, first: u64, last: u64, kind: AccessKind) {
        self.list.push(Access { object, first, last, kind });
    }

    pub(super) fn read(&mut self, object: Object) {
        self.add(object, 0, 0, AccessKind::Read);
    }

    pub(super) fn write(&mut self, object: Object) {
        self.add(object, 0, 0, AccessKind::Write);
    }

    pub(super) fn count(&mut self, object: Object) {
        self.add(object, 0, 0, AccessKind::Add);
    }

    /// First and last index of what covers `index` in a world.
    fn entry_range(world: &World, index: PageIndex) -> (PageIndex, PageIndex) {
        if let Some(entry) = world.mapping.entry(index) {
            let first = entry.size().start(index);
            return (first, first + entry.size().pages() - 1);
        }
        match (world.mapping.first_index(index), world.mapping.slot(index).entry()) {
            (Some(first), Some(entry)) => (first, first + entry.size().pages() - 1),
            _ => (index, index),
        }
    }

    /// The slots that the entries at `index` before and after the operation take up, and what the operation asked for.
    pub(super) fn slots(&mut self, index: PageIndex, kind: AccessKind) {
        let (a, b) = (Self::entry_range(self.before, index), Self::entry_range(self.after, index));
        self.add(Object::Slots, a.0.min(b.0), a.1.max(b.1), kind);
    }

    /// Tags are touched by the whole 2 MiB range: an entry of 2 MiB has one set of them.
    pub(super) fn tags(&mut self, first: PageIndex, last: PageIndex, kind: AccessKind) {
        self.add(Object::Tags, pmd_start(first), pmd_start(last).saturating_add(PMD_PAGES - 1), kind);
    }

    /// Pages that the operation changed on the way, by counting references or mappings.
    pub(super) fn changed_pages(&mut self) {
        let (before, after) = (self.before, self.after);
        for at in 0..before.pages.len().max(after.pages.len()) {
            if before.pages.get(at) != after.pages.get(at) {
                self.write(Object::Page(PageId(at as u16)));
                if after.pages.get(at).is_some_and(Page::is_free) {
                    self.count(Object::PageIds);
                }
            }
        }
        self.changed_frames();
    }

    /// Folios of the device that the operation changed on the way. One more or one less reference or mapping may be exchanged
    /// with another, as long as nobody waits for the last.
    pub(super) fn changed_frames(&mut self) {
        let (before, after) = (self.before, self.after);
        let (Some(old), Some(new)) = (before.pages.frames.get(), after.pages.frames.get()) else { return };
        if old.waiters() != new.waiters() {
            self.all_frames();
        }
        for folio in old.folios().iter().chain(new.folios()) {
            let (was, is) = (old.folio(folio.first), new.folio(folio.first));
            let only_counted = (was.first, was.order, was.index) == (is.first, is.order, is.index);
            if was != is {
                self.frames(
                    folio.first,
                    folio.end() - 1,
                    if only_counted { AccessKind::Add } else { AccessKind::Write },
                );
            }
        }
    }

    /// Pages and folios of the device, by block. To count is a change if somebody waits for the last reference.
    pub(super) fn frames(&mut self, first: Block, last: Block, kind: AccessKind) {
        let somebody_waits =
            |world: &World| world.pages.frames.get().is_some_and(|frames| !frames.waiters().is_empty());
        let wakes = kind == AccessKind::Add && (somebody_waits(self.before) || somebody_waits(self.after));
        self.add(Object::Frames, first, last, if wakes { AccessKind::Write } else { kind });
    }

    /// All of them, with those who wait.
    pub(super) fn all_frames(&mut self) {
        self.add(Object::Frames, 0, u64::MAX, AccessKind::Write);
    }

    /// What is durable matters, in every state or in none, only to scripts with an fsync.
    pub(super) fn durability(&mut self, object: Object, (first, last): (u64, u64), kind: AccessKind) {
        if self.before.has_fsync() {
            self.add(object, first, last, kind);
        }
    }

    /// Slots are looked at from there on: a scan begins.
    pub(super) fn slots_from(&mut self, first: PageIndex) {
        self.add(Object::Slots, pmd_start(first), u64::MAX, AccessKind::Read);
    }

    /// The tags of one entry.
    pub(super) fn tag_of(&mut self, index: PageIndex, kind: AccessKind) {
        self.add(Object::Slots, index, index, AccessKind::Read);
        self.tags(index, index, kind);
    }
}
