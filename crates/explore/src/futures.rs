//! What a thread can still do: everything that operations touch on the ways from a place, as far as they are known.

use crate::Map;
use crate::automaton::{Automaton, SiteId};
use crate::footprints::{AccessSet, Accesses};
use crate::steps::Steps;
use daxscope_core::units::PageIndex;

/// Ranges of the tree that some thread has locked. While it does nothing, a look-up there finds a locked entry.
pub type LockedRanges = Vec<(PageIndex, PageIndex)>;

/// A number for [`LockedRanges`]; 0 stands for none.
pub type RangesId = u32;

/// What every thread can still do from every place, by what another thread has locked meanwhile.
#[derive(Debug, Default)]
pub struct Futures {
    ranges: Vec<LockedRanges>,
    numbers: Map<LockedRanges, RangesId>,
    tables: Vec<Table>,
}

/// The futures while some ranges stay locked.
#[derive(Debug, Default)]
struct Table {
    /// Accesses that would unlock or change what is locked.
    breaking: AccessSet,
    /// By thread and site.
    sets: Vec<Vec<AccessSet>>,
}

impl Futures {
    /// The number of some ranges.
    pub fn number(&mut self, ranges: LockedRanges, threads: &[Steps], accesses: &Accesses) -> RangesId {
        if let Some(&known) = self.numbers.get(&ranges) {
            return known;
        }
        let number = self.ranges.len() as RangesId;
        self.tables.push(Table::new(&ranges, threads, accesses));
        self.ranges.push(ranges.clone());
        self.numbers.insert(ranges, number);
        number
    }

    /// Learns what the automata know by now.
    pub fn refresh(&mut self, threads: &[Steps], accesses: &Accesses) {
        self.tables = self.ranges.iter().map(|ranges| Table::new(ranges, threads, accesses)).collect();
    }

    /// Can the thread, from that site and while the ranges stay locked by somebody who does nothing, ever touch one of
    /// these, or break the lock? `from`: 1 to leave out [`Accesses::CAN_FAIL`].
    #[inline]
    #[must_use]
    pub fn may_touch(&self, ranges: RangesId, thread: usize, site: SiteId, set: &AccessSet, from: usize) -> bool {
        let table = &self.tables[ranges as usize];
        match table.sets[thread].get(site as usize) {
            Some(future) => future.meets_from(set, from) || future.meets_from(&table.breaking, 1),
            None => false,
        }
    }
}

impl Table {
    fn new(ranges: &LockedRanges, threads: &[Steps], accesses: &Accesses) -> Table {
        let sets = threads.iter().map(|steps| futures(&steps.automaton, ranges)).collect();
        Table {
            breaking: accesses.that(|access| ranges.iter().any(|&(first, last)| access.changes_slot(first, last))),
            sets,
        }
    }
}

/// For each site what is touched on all known ways from there. Sites are numbered in the order of discovery, so going
/// backwards settles all but loops in one round.
fn futures(automaton: &Automaton, ranges: &LockedRanges) -> Vec<AccessSet> {
    let sites = automaton.sites();
    let mut sets: Vec<AccessSet> = sites.iter().map(|site| site.touched.clone()).collect();
    loop {
        let mut changed = false;
        for (at, site) in sites.iter().enumerate().rev() {
            let in_locked = site.looks_up.is_some_and(|index| ranges.iter().any(|&(a, b)| (a..=b).contains(&index)));
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
