//! What a thread can still do: everything that operations touch on the ways from a place, as far as they are known.

use crate::Map;
use crate::automaton::{Automaton, Site, SiteId};
use crate::footprints::{AccessSet, Accesses};
use crate::steps::Steps;
use daxscope_core::op::Access;
use daxscope_core::units::PageIndex;

/// Ranges of the tree that some thread has locked. While it does nothing, a look-up there finds a locked entry.
pub type LockedRanges = Vec<(PageIndex, PageIndex)>;

/// What a thread holds that keeps others out.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug)]
pub struct Held {
    /// What it has locked of the tree.
    pub ranges: LockedRanges,
    /// Does it hold `tree_lock`? Then nobody else comes past taking it.
    pub tree_lock: bool,
}

/// A number for what is [`Held`].
pub type HeldId = u32;

impl Held {
    /// The number of nothing at all, or of `tree_lock` alone.
    #[must_use]
    pub const fn no_ranges(tree_lock: bool) -> HeldId {
        tree_lock as HeldId
    }
}

/// What every thread can still do from every place, by what another thread holds meanwhile.
#[derive(Debug, Default)]
pub struct Futures {
    held: Vec<Held>,
    numbers: Map<Held, HeldId>,
    tables: Vec<Table>,
}

/// The futures while something stays held.
#[derive(Debug, Default)]
struct Table {
    /// Accesses that would unlock or change what is locked.
    breaking: AccessSet,
    /// By thread and site.
    sets: Vec<Vec<AccessSet>>,
}

impl Futures {
    /// The number of what is held. Those of [`Held::no_ranges`] have to be asked for first.
    pub fn number(&mut self, held: Held, threads: &[Steps], accesses: &Accesses) -> HeldId {
        if let Some(&known) = self.numbers.get(&held) {
            return known;
        }
        let number = self.held.len() as HeldId;
        self.tables.push(Table::new(&held, threads, accesses));
        self.held.push(held.clone());
        self.numbers.insert(held, number);
        number
    }

    /// Bytes in use, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let table = |table: &Table| table.sets.iter().flatten().map(AccessSet::bytes).sum::<usize>();
        self.tables.iter().map(table).sum()
    }

    /// The number of the same without its ranges.
    #[inline]
    #[must_use]
    pub fn without_ranges(&self, held: HeldId) -> HeldId {
        Held::no_ranges(self.held[held as usize].tree_lock)
    }

    /// Learns what the automata know by now.
    pub fn refresh(&mut self, threads: &[Steps], accesses: &Accesses) {
        self.tables = self.held.iter().map(|held| Table::new(held, threads, accesses)).collect();
    }

    /// Can the thread, from that site and while all that stays held by somebody who does nothing, ever touch one of
    /// these, or break the lock of a range? `from`: 1 to leave out [`Accesses::CAN_FAIL`].
    #[inline]
    #[must_use]
    pub fn may_touch(&self, held: HeldId, thread: usize, site: SiteId, set: &AccessSet, from: usize) -> bool {
        let table = &self.tables[held as usize];
        match table.sets[thread].get(site as usize) {
            Some(future) => future.meets_from(set, from) || future.meets_from(&table.breaking, 1),
            None => false,
        }
    }
}

impl Table {
    fn new(held: &Held, threads: &[Steps], accesses: &Accesses) -> Table {
        let sets = threads.iter().map(|steps| futures(&steps.automaton, held)).collect();
        let breaks = |access: &Access| held.ranges.iter().any(|&(first, last)| access.changes_slot(first, last));
        Table { breaking: accesses.that(breaks), sets }
    }
}

/// For each site what is touched on all known ways from there. Sites are numbered in the order of discovery, so going
/// backwards settles all but loops in one round.
fn futures(automaton: &Automaton, held: &Held) -> Vec<AccessSet> {
    let sites = automaton.sites();
    let waits = |site: &Site| held.tree_lock && site.takes_tree_lock;
    let touched = |site: &Site| if waits(site) { AccessSet::default() } else { site.touched.clone() };
    let mut sets: Vec<AccessSet> = sites.iter().map(touched).collect();
    loop {
        let mut changed = false;
        for (at, site) in sites.iter().enumerate().rev().filter(|(_, site)| !waits(site)) {
            let in_locked =
                site.looks_up.is_some_and(|index| held.ranges.iter().any(|&(a, b)| (a..=b).contains(&index)));
            for &(finds_locked, to) in &site.next {
                let to = to as usize;
                // A look-up in what stays locked finds it locked.
                if to == at || in_locked && !finds_locked {
                    continue;
                }
                let (low, high) = sets.split_at_mut(at.max(to));
                let (mine, theirs) = if at < to { (&mut low[at], &high[0]) } else { (&mut high[0], &low[to]) };
                changed |= mine.extend(theirs);
            }
        }
        if !changed {
            return sets;
        }
    }
}
