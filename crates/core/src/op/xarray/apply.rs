//! What operations on the XArray do.

use super::{Cursor, NO_MEMORY};
use crate::entry::XEntry;
use crate::event::Event;
use crate::op::Outcome;
use crate::op::step::Step;
use crate::revision::Counter;
use crate::scenario::FailPoint;
use crate::tree::xarray::{AllocationFailures, Mark, Word, XArray, Xas};
use crate::units::{PageIndex, ThreadId, pmd_start};
use crate::world::AddressSpace;
use std::sync::Arc;

static NOTHING: XArray = XArray::new();

impl Cursor {
    /// The state itself. One that stands on a slot is walked there.
    fn xas(self, array: &XArray) -> Xas {
        let mut xas = Xas::with_order(self.index, self.order).with_spare(u8::from(self.spare));
        if self.positioned {
            xas.load(array);
        }
        xas
    }
}

fn entry(word: Word) -> Option<XEntry> {
    XEntry::from_word(word)
}

impl Step<'_> {
    fn array(&self) -> &XArray {
        self.world.mapping.xarray.get().unwrap_or(&NOTHING)
    }

    fn address_space(&mut self) -> &mut AddressSpace {
        Arc::make_mut(&mut self.world.mapping)
    }

    fn array_mut(&mut self) -> &mut XArray {
        self.address_space().xarray.get_mut()
    }

    pub(super) fn xas_find_conflict(&self, at: Cursor) -> Outcome {
        Outcome::Entry(entry(at.xas(self.array()).find_conflict(self.array())))
    }

    pub(super) fn xas_load(&self, at: Cursor) -> Outcome {
        Outcome::Entry(entry(at.xas(self.array()).load(self.array())))
    }

    pub(super) fn xas_find(&self, at: Cursor, last: PageIndex) -> Outcome {
        let mut xas = at.xas(self.array());
        let found = entry(xas.find(self.array(), last));
        Outcome::Found(found.map(|entry| (xas.index(), entry)))
    }

    pub(super) fn xas_find_marked(&self, at: Cursor, last: PageIndex, mark: Mark) -> Outcome {
        let mut xas = at.xas(self.array());
        let word = if at.positioned {
            xas.next_marked(self.array(), last, mark)
        } else {
            xas.find_marked(self.array(), last, mark)
        };
        Outcome::Found(entry(word).map(|entry| (xas.index(), entry)))
    }

    /// Stores, and keeps the ghost of who has locked what.
    pub(super) fn xas_store(&mut self, at: Cursor, new: Option<XEntry>) -> Outcome {
        let failing = self.next_failure();
        let thread = self.thread;
        let array = self.array_mut();
        let asked_before = array.allocations();
        array.fail_allocations(
            failing.map_or(AllocationFailures::default(), |succeed| AllocationFailures { succeed, fail: 1 }),
        );
        let mut xas = at.xas(array);
        let old = entry(xas.store(array, new.map_or(Word::NULL, XEntry::word)));
        let failed = xas.error().is_some();
        let spare = xas.spare() > 0;
        let asked = array.allocations() - asked_before;
        array.fail_allocations(AllocationFailures::default());
        self.count_allocations(asked);
        if failed {
            self.emit(Event::Inject { what: FailPoint::NodeAlloc, errno: NO_MEMORY });
            return Outcome::Stored(Err(NO_MEMORY));
        }
        self.address_space().owns(at.index, old, new, thread);
        Outcome::Stored(Ok((old, spare)))
    }

    /// How many allocations succeed before the next one that is to fail.
    fn next_failure(&self) -> Option<u64> {
        if self.fail {
            return Some(0);
        }
        let mut first = None;
        for failure in self.world.scenario.failures.iter().filter(|failure| failure.what == FailPoint::NodeAlloc) {
            if failure.thread.is_some_and(|thread| thread != self.thread) {
                continue;
            }
            let made = self.world.failures.count(FailPoint::NodeAlloc, failure.thread);
            let left = failure.nth.checked_sub(made + 1).map(u64::from);
            first = [first, left].into_iter().flatten().min();
        }
        first
    }

    fn count_allocations(&mut self, asked: u64) {
        let scenario = Arc::clone(&self.world.scenario);
        for filter in [None, Some(self.thread)] {
            let named = scenario.failures.iter().filter(|it| it.what == FailPoint::NodeAlloc && it.thread == filter);
            let Some(last) = named.map(|failure| failure.nth).max() else { continue };
            for _ in 0..asked {
                self.world.failures.next(FailPoint::NodeAlloc, filter, last);
            }
        }
    }

    pub(super) fn xas_mark(&mut self, at: Cursor, mark: Mark, set: bool) -> Outcome {
        let array = self.array_mut();
        let mut xas = at.xas(array);
        xas.load(array);
        if set {
            xas.set_mark(array, mark)
        } else {
            xas.clear_mark(array, mark)
        }
        Outcome::Done
    }

    pub(super) fn xas_get_mark(&self, at: Cursor, mark: Mark) -> Outcome {
        let mut xas = at.xas(self.array());
        xas.load(self.array());
        Outcome::Bool(xas.get_mark(self.array(), mark))
    }

    pub(super) fn xas_tag_towrite(&mut self, first: PageIndex, last: PageIndex) -> Outcome {
        let array = self.array_mut();
        let mut xas = Xas::new(first);
        let mut word = xas.find_marked(array, last, Mark::Dirty);
        let mut count = 0;
        while !word.is_null() {
            xas.set_mark(array, Mark::Towrite);
            count += 1;
            if count == 4096 {
                xas.pause(array);
                return Outcome::Tagged { count, next: xas.index() };
            }
            word = xas.next_marked(array, last, Mark::Dirty);
        }
        Outcome::Tagged { count, next: 0 }
    }

    pub(super) fn find_batch(&self, first: PageIndex, last: PageIndex, whole: bool) -> Outcome {
        const BATCH: usize = 31;
        let array = self.array();
        let mut found = Vec::new();
        let mut next = first;
        let mut xas = Xas::new(first);
        while let Some(entry) = entry(xas.find(array, last)) {
            let (index, pages) = (xas.index(), entry.size().pages());
            let start = entry.size().start(index);
            if whole && start < next {
                continue;
            }
            if whole && start + (pages - 1) > last {
                break;
            }
            next = start + pages;
            found.push(index);
            if found.len() == BATCH {
                break;
            }
        }
        if !found.is_empty() {
            found.push(next);
        }
        Outcome::Pages(found.into())
    }

    /// The node is counted as held by a state, which is the thread's.
    pub(super) fn xas_nomem(&mut self) -> Outcome {
        let array = self.array_mut();
        let mut xas = Xas::new(0);
        xas.set_error(NO_MEMORY);
        xas.nomem(array);
        Outcome::Status(Ok(()))
    }

    pub(super) fn xas_destroy(&mut self) -> Outcome {
        let array = self.array_mut();
        Xas::new(0).with_spare(1).destroy(array);
        Outcome::Done
    }

    pub(super) fn count_pages(&mut self, pages: i64) -> Outcome {
        let counter = self.world.scenario.revision.xarray().map_or(Counter::Pages, |switches| switches.counter);
        let mapping = self.address_space();
        match counter {
            Counter::Pages => mapping.nrpages += pages,
            Counter::Entries => mapping.nrexceptional += pages.signum(),
        }
        Outcome::Done
    }

    pub(super) fn is_tagged(&self, mark: Option<Mark>) -> Outcome {
        Outcome::Bool(match mark {
            Some(mark) => self.array().is_marked(mark),
            None => !self.array().is_empty(),
        })
    }
}

impl AddressSpace {
    fn owns(&mut self, index: PageIndex, old: Option<XEntry>, new: Option<XEntry>, thread: ThreadId) {
        let first = |entry: XEntry| if entry.is_pmd() { pmd_start(index) } else { index };
        if let Some(old) = old {
            self.clear_owner(first(old));
        }
        if let Some(new) = new.filter(|new| new.is_locked()) {
            self.set_owner(first(new), thread);
        }
    }
}
