//! Is a fact so?

use super::{Fact, Stands, Trait, What};
use daxscope_core::check::Rule;
use daxscope_core::entry::Slot;
use daxscope_core::event::Event;
use daxscope_core::machine::{Blocked, Machine, Position, StepRecord};
use daxscope_core::mm::Pmd;
use daxscope_core::radix::Leaf;
use daxscope_core::run::fell_back;
use daxscope_core::scenario::MappedHow;
use daxscope_core::standstill::{Standstill, is_locked_behind};
use daxscope_core::sync::WaitKey;
use daxscope_core::tree::xarray::Mark;
use daxscope_core::units::{MmId, PageIndex, ThreadId};
use daxscope_core::world::World;

/// A state, and how the run came there.
#[derive(Debug)]
pub struct Moment<'a> {
    /// The machine.
    pub machine: &'a Machine,
    /// The steps that were made.
    pub records: Vec<&'a StepRecord>,
    /// The rules that broke in them.
    pub broken: Vec<Rule>,
}

impl Moment<'_> {
    /// Are all facts so?
    #[must_use]
    pub fn is(&self, facts: &[Fact]) -> bool {
        facts.iter().all(|fact| self.is_so(&fact.what) == fact.holds)
    }

    fn world(&self) -> &World {
        &self.machine.world
    }

    fn is_so(&self, what: &What) -> bool {
        let world = self.world();
        match what {
            What::Entry(page, traits) => traits.iter().all(|one| self.has_trait(*page, *one)),
            What::Word(page, word) => word_at(world, *page) == *word,
            What::NrExceptional(number) => world.mapping.nrexceptional == *number,
            What::NrPages(number) => world.mapping.nrpages == *number,
            What::Count(page, number) => count_at(world, *page).is_some_and(|count| u64::from(count) == *number),
            What::Unflushed(number) => world.file.durability.unflushed().len() as u64 == *number,
            What::Sleepers(page, number) => {
                let asleep = Stands::Asleep(Some(*page));
                self.machine.thread_ids().filter(|thread| self.stands(*thread, asleep)).count() as u64 == *number
            }
            What::Mapped(how, page, mm) => self.is_mapped(*how, *page, *mm),
            What::Thread(thread, stands) => self.stands(*thread, *stands),
            What::Broken(rule) => match rule {
                Some(rule) => self.broken.contains(rule),
                None => !self.broken.is_empty(),
            },
            What::AllDone => self.machine.thread_ids().all(|thread| self.stands(thread, Stands::Done)),
            What::Steps(number) => self.records.len() as u64 >= *number,
        }
    }

    fn has_trait(&self, page: PageIndex, one: Trait) -> bool {
        let world = self.world();
        match one {
            Trait::Dirty => return has_tag(world, page, Mark::Dirty),
            Trait::Towrite => return has_tag(world, page, Mark::Towrite),
            Trait::By(thread) => return world.mapping.owner(page) == Some(thread),
            _ if world.mapping.xarray.get().is_some() => return has_trait_in_xarray(world, page, one),
            _ => {}
        }
        let slot = world.mapping.slot(page);
        let entry = slot.entry();
        match one {
            Trait::Nothing => slot.is_null(),
            Trait::Page => slot.page().is_some(),
            Trait::Small => slot.page().is_some() || entry.is_some_and(|entry| !entry.is_pmd()),
            Trait::Large => entry.is_some_and(|entry| entry.is_pmd()),
            Trait::Empty => entry.is_some_and(|entry| entry.is_empty()),
            Trait::Zero => entry.is_some_and(|entry| entry.is_hzp()),
            Trait::Block => entry.is_some_and(|entry| entry.is_block()),
            Trait::Locked => is_locked(world, slot) == Some(true),
            Trait::Unlocked => is_locked(world, slot) == Some(false),
            Trait::Dirty | Trait::Towrite | Trait::By(_) => false,
        }
    }

    fn is_mapped(&self, how: MappedHow, page: PageIndex, mm: Option<MmId>) -> bool {
        let world = self.world();
        world.scenario.process_ids().filter(|one| mm.is_none_or(|mm| mm == *one)).any(|mm| {
            let tables = &world.page_tables[mm.index()];
            let at = page + world.scenario.processes[mm.index()].mapping.skew;
            let pte = tables.pte(at);
            match (how, tables.pmd(at)) {
                (MappedHow::Huge | MappedHow::AtAll, Pmd::Huge { .. }) => true,
                (MappedHow::Huge, _) => false,
                (MappedHow::AtAll, _) => pte.is_some(),
                (MappedHow::Writable, Pmd::Huge { writable, .. }) => *writable,
                (MappedHow::Writable, _) => pte.is_some_and(|pte| pte.writable),
            }
        })
    }

    fn stands(&self, thread: ThreadId, stands: Stands) -> bool {
        if thread.index() >= self.machine.scenario().threads.len() {
            return false;
        }
        let key = match self.machine.blocked(thread) {
            Some(Blocked::Entry { key, .. }) => Some(key),
            _ => None,
        };
        match stands {
            Stands::Asleep(wanted) => key.is_some_and(|key| wanted.is_none_or(|wanted| key == WaitKey(wanted))),
            Stands::Lost => match Standstill::of(self.machine) {
                Some(standstill) => standstill.is_lost(thread),
                None => key.is_some_and(|key| !is_locked_behind(self.machine, key)),
            },
            Stands::Ready => self.machine.is_enabled(thread),
            Stands::Spins => matches!(self.machine.blocked(thread), Some(Blocked::TreeLock { .. })),
            Stands::Done => matches!(self.machine.position(thread), Position::Finished),
            Stands::Preloaded => self.world().threads[thread.index()].preloads > 0,
            Stands::Result(word, number) => {
                let results = self.records.iter().filter(|record| record.choice.thread == thread);
                let mut results = results.flat_map(|record| record.events()).filter_map(|event| match event {
                    Event::Result(result) => Some(*result),
                    _ => None,
                });
                let result = match number {
                    Some(number) => number.checked_sub(1).and_then(|at| results.nth(at)),
                    None => results.last(),
                };
                result.is_some_and(|result| word.fits(result))
            }
            Stands::FellBack(reason) => fell_back(self.records.iter().copied())
                .iter()
                .any(|fell| fell.thread == thread && reason.is_none_or(|reason| fell.reason.name() == reason)),
        }
    }
}

fn is_locked(world: &World, slot: Slot) -> Option<bool> {
    match slot {
        Slot::Null => None,
        Slot::Page(page) => Some(world.page(page).locked_by.is_some()),
        Slot::Entry(entry) => Some(entry.is_locked()),
    }
}

/// The same in the XArray's era, where no page stands in the tree.
fn has_trait_in_xarray(world: &World, page: PageIndex, one: Trait) -> bool {
    let Some(entry) = world.mapping.entry(page) else { return one == Trait::Nothing };
    match one {
        Trait::Small => !entry.is_pmd(),
        Trait::Large => entry.is_pmd(),
        Trait::Empty => entry.is_empty(),
        Trait::Zero => entry.is_zero(),
        Trait::Block => entry.is_block(),
        Trait::Locked => entry.is_locked(),
        Trait::Unlocked => !entry.is_locked(),
        Trait::Nothing | Trait::Page | Trait::Dirty | Trait::Towrite | Trait::By(_) => false,
    }
}

/// The word in the slot of a page; 0: nothing.
fn word_at(world: &World, page: PageIndex) -> u64 {
    match world.mapping.xarray.get() {
        Some(array) => array.load(page).bits(),
        None => world.mapping.slot(page).word(),
    }
}

fn has_tag(world: &World, page: PageIndex, mark: Mark) -> bool {
    if let Some(array) = world.mapping.xarray.get() {
        return array.get_mark(page, mark);
    }
    let covers = |leaf: &Leaf| page >> leaf.order == leaf.index >> leaf.order;
    world.mapping.tree.leaves().iter().any(|leaf| covers(leaf) && leaf.tags & (1 << mark as u8) != 0)
}

/// How many slots are in use in the node that holds the entry of a page: the lowest of those on the way to it.
fn count_at(world: &World, page: PageIndex) -> Option<u8> {
    let covers = |shift: u8, index: u64| page >> (shift + 6) == index >> (shift + 6);
    let mut lowest: Option<(u8, u8)> = None;
    let mut meet = |shift: u8, index: u64, count: u8| {
        if covers(shift, index) && lowest.is_none_or(|(known, _)| shift < known) {
            lowest = Some((shift, count));
        }
    };
    match world.mapping.xarray.get() {
        Some(array) => array.nodes().iter().for_each(|node| meet(node.shift, node.index, node.count)),
        None => world.mapping.tree.nodes().iter().for_each(|node| meet(node.shift, node.index, node.count)),
    }
    lowest.map(|(_, count)| count)
}
