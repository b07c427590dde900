//! Which steps changed an object or looked at it, so that nobody has to look through a long run for it.
//!
//! Most of it is exact. What an operation may have had to do with is kept under a wider name, and looked at again when
//! somebody asks: what lies in a 2 MiB entry under its range, all blocks under one name, the slot of a page that changed.

use crate::action::Object;
use crate::objects::{TAGS, reads, value, wake_key};
use daxscope_core::machine::{Performed, StepRecord};
use daxscope_core::op::{CounterOp, FileOp, Op, Outcome, PageOp, PageTableOp, RadixOp, WaitOp, XArrayOp};
use daxscope_core::order;
use daxscope_core::sync::WaitKey;
use daxscope_core::units::pmd_start;
use daxscope_core::world::World;
use std::collections::HashMap;
use std::ops::Range;

/// Steps, from 1, under the objects that they had to do with.
#[derive(Debug, Default)]
struct Index {
    steps: HashMap<Object, Vec<u32>>,
}

impl Index {
    fn add(&mut self, step: usize, object: Object) {
        let steps = self.steps.entry(object).or_default();
        if steps.last() != Some(&(step as u32)) {
            steps.push(step as u32);
        }
    }

    fn truncate(&mut self, last: usize) {
        self.steps.retain(|_, at| {
            at.truncate(at.partition_point(|&step| step as usize <= last));
            !at.is_empty()
        });
    }

    /// Those behind `range.start` steps, up to `range.end`.
    fn of(&self, object: Object, range: &Range<usize>) -> &[u32] {
        let all = self.steps.get(&object).map_or(&[][..], Vec::as_slice);
        let before = |number: usize| all.partition_point(|&step| step as usize <= number);
        &all[before(range.start)..before(range.end)]
    }
}

/// The steps that touched each object.
#[derive(Debug, Default)]
pub(super) struct Touched {
    changed: Index,
    perhaps_changed: Index,
    read: Index,
    perhaps_read: Index,
}

impl Touched {
    /// A step at the end changed these, between these two states.
    pub(super) fn add(&mut self, step: usize, record: &StepRecord, changes: &[Object], before: &World, after: &World) {
        for &object in changes {
            self.changed.add(step, object);
            match object {
                Object::Block(_) => self.perhaps_changed.add(step, ANY_BLOCK),
                Object::Frame(_) => self.perhaps_changed.add(step, ANY_FRAME),
                Object::Page(page) => {
                    for page in [&before.pages, &after.pages].into_iter().filter_map(|pages| pages.get(page.index())) {
                        self.perhaps_changed.add(step, Object::Slot(page.index));
                    }
                }
                _ => {}
            }
        }
        for performed in &record.performed {
            self.add_reads(step, performed, before);
        }
    }

    fn add_reads(&mut self, step: usize, performed: &Performed, before: &World) {
        let mut exactly = |object| self.read.add(step, object);
        match performed.stop.op {
            Op::Radix(RadixOp::Lookup { index } | RadixOp::FindGetEntry { index }) => {
                self.add_slot(step, before, index, Object::Slot)
            }
            Op::Radix(RadixOp::TagGet { index, tag }) => {
                self.add_slot(step, before, index, |index| Object::Tag(index, tag))
            }
            Op::Radix(RadixOp::FindGetEntries { .. } | RadixOp::FindGetEntriesTag { .. }) => {
                if let Outcome::Entries(entries) = &performed.outcome {
                    for &(index, _) in entries.iter() {
                        self.add_slot(step, before, index, Object::Slot);
                    }
                }
            }
            Op::Counter(CounterOp::NrExceptional) => exactly(Object::NrExceptional),
            Op::Counter(CounterOp::NrPages) => exactly(Object::NrPages),
            Op::File(FileOp::ReadSize) => exactly(Object::FileSize),
            Op::Wait(WaitOp::Wake { index, entry, .. }) => exactly(Object::WaitKey(WaitKey::new(index, entry).0)),
            Op::PageTable(PageTableOp::ReadPte { mm, page }) => exactly(Object::Pte(mm, page)),
            Op::PageTable(PageTableOp::CheckAccess { mm, page, .. }) => {
                exactly(Object::Pte(mm, page));
                exactly(Object::Pmd(mm, pmd_start(page)));
            }
            Op::PageTable(PageTableOp::ReadPmd { mm, page } | PageTableOp::PmdTransUnstable { mm, page }) => {
                exactly(Object::Pmd(mm, pmd_start(page)))
            }
            Op::Page(PageOp::PageInCache(page) | PageOp::PageMapped(page) | PageOp::RemoveMapping(page)) => {
                exactly(Object::Page(page))
            }
            Op::XArray(op) => self.add_xarray_reads(step, performed, op),
            Op::Wait(WaitOp::WakeEntry { index, entry, .. }) => exactly(Object::WaitKey(wake_key(index, entry))),
            Op::Folio(_) => self.perhaps_read.add(step, ANY_FRAME),
            Op::File(FileOp::IomapBegin { .. }) => self.perhaps_read.add(step, ANY_BLOCK),
            _ => {}
        }
    }

    /// Which of the entries of its 2 MiB an operation looked at is asked when somebody wants to know.
    fn add_xarray_reads(&mut self, step: usize, performed: &Performed, op: XArrayOp) {
        let at: u64 = match (&op, &performed.outcome) {
            (_, Outcome::Found(Some((index, _)))) => *index,
            (XArrayOp::Load(cursor) | XArrayOp::FindConflict(cursor), _) => cursor.index,
            (XArrayOp::GetMark(cursor, mark), _) => {
                for tag in TAGS.into_iter().filter(|tag| tag.bit() == mark.bit()) {
                    self.perhaps_read.add(step, Object::Tag(pmd_start(cursor.index), tag));
                }
                return;
            }
            _ => return,
        };
        self.perhaps_read.add(step, Object::Slot(pmd_start(at)));
    }

    /// Whoever looks at one page of a large entry looks at all of them.
    fn add_slot(&mut self, step: usize, before: &World, index: u64, object: impl Fn(u64) -> Object) {
        let first = |index| before.mapping.first_index(index);
        let is_large = first(index).is_some() && first(index) == first(index ^ 1);
        match is_large {
            true => self.perhaps_read.add(step, object(pmd_start(index))),
            false => self.read.add(step, object(index)),
        }
    }

    /// Forgets all but the first steps.
    pub(super) fn truncate(&mut self, steps: usize) {
        for index in [&mut self.changed, &mut self.perhaps_changed, &mut self.read, &mut self.perhaps_read] {
            index.truncate(steps);
        }
    }

    /// The steps up to a number that are known to have changed the object, last first.
    pub(super) fn back_from(&self, object: Object, number: usize) -> impl Iterator<Item = usize> + '_ {
        self.changed.of(object, &(0..number)).iter().rev().map(|&step| step as usize)
    }

    /// The steps of a range that changed the value of an object. `world`: the state after so many steps.
    pub(super) fn writes<'w>(
        &self,
        object: Object,
        range: Range<usize>,
        world: impl Fn(usize) -> &'w World,
    ) -> Steps<'_> {
        let known = self.changed.of(name_of(object), &range);
        let mut perhaps = self.perhaps_changed.of(wide_name(object), &range).to_vec();
        match object {
            Object::Slot(index) if pmd_start(index) != index => {
                perhaps.extend(self.changed.of(Object::Slot(pmd_start(index)), &range));
            }
            Object::Tag(index, tag) if pmd_start(index) != index => {
                perhaps.extend(self.changed.of(Object::Tag(pmd_start(index), tag), &range));
            }
            // More of these can change than their value says: who waits for a page, `pte_young`.
            Object::Page(_) | Object::Pte(..) | Object::Pmd(..) => perhaps.extend(known),
            _ => {}
        }
        let is_one = |step: usize| value(world(step - 1), object) != value(world(step), object);
        let is_exact = !matches!(
            object,
            Object::Block(_) | Object::Frame(_) | Object::Page(_) | Object::Pte(..) | Object::Pmd(..)
        );
        Steps::new(if is_exact { known } else { &[] }, perhaps, is_one)
    }

    /// The steps of a range that looked at an object. `before`: the state before a step; `record`: what it did.
    pub(super) fn reads<'r>(
        &self,
        object: Object,
        range: Range<usize>,
        before: impl Fn(usize) -> &'r World,
        record: impl Fn(usize) -> &'r StepRecord,
    ) -> Steps<'_> {
        let perhaps = match object {
            Object::Slot(index) => self.perhaps_read.of(Object::Slot(pmd_start(index)), &range),
            Object::Tag(index, tag) => self.perhaps_read.of(Object::Tag(pmd_start(index), tag), &range),
            _ => self.perhaps_read.of(wide_name(object), &range),
        };
        let is_one = |step: usize| {
            let performed = &record(step).performed;
            performed.iter().any(|performed| reads(before(step), performed, object))
        };
        Steps::new(self.read.of(name_of(object), &range), perhaps.to_vec(), is_one)
    }
}

/// All blocks of the file under one name.
const ANY_BLOCK: Object = Object::Block(u64::MAX);
/// All pages of the device under one name.
const ANY_FRAME: Object = Object::Frame(u64::MAX);

/// The name under which the object is kept.
fn name_of(object: Object) -> Object {
    match object {
        Object::Pmd(mm, page) => Object::Pmd(mm, pmd_start(page)),
        _ => object,
    }
}

/// The name under which is kept what may have had to do with it.
fn wide_name(object: Object) -> Object {
    match object {
        Object::Block(_) => ANY_BLOCK,
        Object::Frame(_) => ANY_FRAME,
        _ => object,
    }
}

/// Steps in order, from 1.
#[derive(Debug)]
pub(crate) struct Steps<'a> {
    exact: &'a [u32],
    others: Vec<u32>,
}

impl<'a> Steps<'a> {
    fn new(exact: &'a [u32], mut perhaps: Vec<u32>, is_one: impl Fn(usize) -> bool) -> Steps<'a> {
        order::sort(&mut perhaps);
        perhaps.dedup();
        perhaps.retain(|step| exact.binary_search(step).is_err() && is_one(*step as usize));
        Steps { exact, others: perhaps }
    }

    pub(crate) fn len(&self) -> usize {
        self.exact.len() + self.others.len()
    }

    pub(crate) fn last(&self) -> Option<usize> {
        self.exact.last().max(self.others.last()).map(|&step| step as usize)
    }

    /// The first so many, or the last, in order.
    pub(crate) fn some(&self, most: usize, from_end: bool) -> Vec<usize> {
        let part = |all: &[u32]| match from_end {
            true => all[all.len().saturating_sub(most)..].to_vec(),
            false => all[..most.min(all.len())].to_vec(),
        };
        let mut steps: Vec<u32> = part(self.exact);
        steps.extend(part(&self.others));
        order::sort(&mut steps);
        part(&steps).into_iter().map(|step| step as usize).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::TAGS;
    use crate::run::Run;
    use daxscope_core::scenario::parse;
    use daxscope_core::scenario::{Choice, StepSize};
    use daxscope_core::units::{MmId, PageId, ThreadId};
    use std::sync::Arc;

    const SCRIPTS: [&str; 3] = [
        "revision v5\nfile 4M\nprocess P maps 0..4M shared rw\nprocess Q maps 0..4M shared rw\nthread A in P\n  read 2M at 2M\n  \
         write 4K at 0x202p via Q\n  invalidate 0..4M\nthread B in Q\n  write 4K at 0x203p\n  fsync 0..4M\nthread C in Q\n  read 4K \
         at 0x204p\n  truncate 2M\n",
        "file 8M\nextent 0..2M mapped at 128M\nentries 0..2M 2M block\nthread A\n  write 2M at 0\n  punch 0..1M\n  read 4K at \
         3\nthread B\n  read 4K at 5p\n  read 4K at 0x300p\n  invalidate2 0..8M\nthread C\n  write 4K at 0x300p\n  write(2) 0..8K\n",
        "revision v9\nfile 1M\nthread A\n  read 4K at 1p\n  write 4K at 1p\n  read 4K at 1p\nthread B\n  read 4K at 1p\n  munmap\n  \
         write 4K at 2p\n",
    ];

    fn objects() -> Vec<Object> {
        let mut all = vec![Object::NrExceptional, Object::NrPages, Object::TreeLock, Object::FileSize];
        for index in [0, 1, 2, 3, 5, 0x100, 0x200, 0x202, 0x203, 0x204, 0x300] {
            all.extend([Object::Slot(index), Object::WaitKey(index), Object::Block(index)]);
            all.extend(TAGS.map(|tag| Object::Tag(index, tag)));
            all.extend([0, 1].into_iter().flat_map(|mm| [Object::Pte(MmId(mm), index), Object::Pmd(MmId(mm), index)]));
        }
        all.extend((0..3).flat_map(|at| [Object::Page(PageId(at)), Object::Thread(ThreadId(at as u8))]));
        all
    }

    /// A run of steps chosen at random, some of which were taken back and made otherwise.
    fn random_run(script: &str, mut seed: u64) -> Run {
        let parsed = parse(script);
        assert!(parsed.is_ok(), "{script}: {:?}", parsed.diagnostics);
        let mut run = Run::new(Arc::new(parsed.scenario), StepSize::Section);
        for _ in 0..400 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let able: Vec<ThreadId> = run.here().enabled().collect();
            if seed >> 60 == 0 || able.is_empty() && seed >> 62 == 0 {
                run.go_to(run.len() * 3 / 4);
                run.truncate();
            } else if !able.is_empty() {
                run.extend(Choice::run(able[(seed >> 33) as usize % able.len()]));
            }
        }
        run
    }

    #[test]
    fn the_index_says_what_looking_through_the_run_says() {
        let mut found = 0;
        for (number, script) in SCRIPTS.iter().enumerate() {
            for seed in 0..6 {
                let run = random_run(script, seed * 7 + number as u64);
                for object in objects() {
                    let all = 0..run.len();
                    let is_write =
                        |step: &usize| value(run.world_at(step - 1), object) != value(run.world_at(*step), object);
                    let is_read = |step: &usize| {
                        let performed = run.steps()[step - 1].record.performed.iter();
                        performed.clone().any(|one| reads(run.world_at(step - 1), one, object))
                    };
                    let writes: Vec<usize> = (1..=run.len()).filter(is_write).collect();
                    let looked: Vec<usize> = (1..=run.len()).filter(is_read).collect();
                    let known = run.writes_of(object, all.clone());
                    assert_eq!(known.some(usize::MAX, true), writes, "writes of {object:?} in {script}");
                    assert_eq!((known.len(), known.last()), (writes.len(), writes.last().copied()));
                    let half = run.reads_of(object, run.len() / 2..run.len());
                    assert_eq!(
                        run.reads_of(object, all).some(usize::MAX, false),
                        looked,
                        "reads of {object:?} in {script}"
                    );
                    assert_eq!(half.len(), looked.iter().filter(|&&step| step > run.len() / 2).count());
                    let last = looked[looked.len().saturating_sub(2)..].to_vec();
                    assert_eq!(run.reads_of(object, 0..run.len()).some(2, true), last);
                    found += writes.len() + looked.len();
                }
            }
        }
        assert!(found > 2_000, "{found}");
    }
}
