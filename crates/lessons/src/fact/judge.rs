//! Is a fact so?

use super::{Fact, Stands, Trait, What};
use daxscope_core::check::Rule;
use daxscope_core::entry::Slot;
use daxscope_core::event::Event;
use daxscope_core::machine::{Blocked, Machine, Position, StepRecord};
use daxscope_core::mm::Pmd;
use daxscope_core::radix::{Leaf, NodeView};
use daxscope_core::run::fell_back;
use daxscope_core::scenario::MappedHow;
use daxscope_core::standstill::{Standstill, is_locked_behind};
use daxscope_core::sync::WaitKey;
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
            What::Word(page, word) => world.mapping.slot(*page).word() == *word,
            What::NrExceptional(number) => world.mapping.nrexceptional == *number,
            What::NrPages(number) => world.mapping.nrpages == *number,
            What::Count(page, number) => node(world, *page).is_some_and(|node| u64::from(node.count) == *number),
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
            Trait::Dirty => has_tag(world, page, 0),
            Trait::Towrite => has_tag(world, page, 2),
            Trait::By(thread) => world.mapping.owner(page) == Some(thread),
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

fn has_tag(world: &World, page: PageIndex, tag: u8) -> bool {
    let covers = |leaf: &Leaf| page >> leaf.order == leaf.index >> leaf.order;
    world.mapping.tree.leaves().iter().any(|leaf| covers(leaf) && leaf.tags & (1 << tag) != 0)
}

/// The node that holds the entry of a page: the lowest of those on the way to it.
fn node(world: &World, page: PageIndex) -> Option<NodeView> {
    let covers = |node: &NodeView| page >> (node.shift + 6) == node.index >> (node.shift + 6);
    world.mapping.tree.nodes().into_iter().filter(covers).min_by_key(|node| node.shift)
}
