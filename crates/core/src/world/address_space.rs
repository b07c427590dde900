//! `struct address_space`: the radix tree, its counters, and who holds which entry lock.

use super::OfEra;
use crate::entry::XEntry;
use crate::entry::{Entry, Slot};
use crate::radix::RadixTree;
use crate::renaming::Renaming;
use crate::scenario::Scenario;
use crate::tree::xarray::XArray;
use crate::units::{PageIndex, ThreadId};

/// The tree and its counters.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct AddressSpace {
    /// `page_tree`: empty in the XArray's era.
    pub tree: RadixTree,
    /// `i_pages` of the XArray's era.
    pub xarray: OfEra<XArray>,
    /// `nrexceptional`: exceptional entries, a 2 MiB entry counts once. Signed: a bug can take it below zero.
    pub nrexceptional: i64,
    /// `nrpages`: hole pages; in the XArray's era 4 KiB pages of all entries (from 5.13 on).
    pub nrpages: i64,
    /// Ghost: who locked the entry that begins there, as (first index, thread), sorted. The kernel keeps no owner.
    pub owners: Vec<(PageIndex, ThreadId)>,
}

impl AddressSpace {
    pub(super) fn new(scenario: &Scenario) -> AddressSpace {
        let xarray = if scenario.revision.is_xarray() { OfEra::new(XArray::new()) } else { OfEra::ABSENT };
        AddressSpace { xarray, ..AddressSpace::default() }
    }

    /// Tree nodes in use.
    #[must_use]
    pub fn live_nodes(&self) -> u32 {
        self.xarray.get().map_or_else(|| self.tree.live_nodes(), XArray::live_nodes)
    }

    /// The entry that covers `index`, in the XArray's era.
    #[must_use]
    pub fn entry(&self, index: PageIndex) -> Option<XEntry> {
        XEntry::from_word(self.xarray.get()?.load(index))
    }

    /// What covers `index`.
    #[must_use]
    pub fn slot(&self, index: PageIndex) -> Slot {
        Slot::from_word(self.tree.lookup(index))
    }

    /// First index of the entry that covers `index`.
    #[must_use]
    pub fn first_index(&self, index: PageIndex) -> Option<PageIndex> {
        match self.entry(index) {
            Some(entry) => Some(entry.size().start(index)),
            None => self.tree.lookup_slot(index).map(|slot| slot.index),
        }
    }

    /// Who locked the entry that covers `index`, as far as it is known.
    #[must_use]
    pub fn owner(&self, index: PageIndex) -> Option<ThreadId> {
        let first = self.first_index(index)?;
        self.owners.iter().find(|&&(at, _)| at == first).map(|&(_, thread)| thread)
    }

    /// The ranges of the tree that `thread` has locked, as first and last index.
    #[must_use]
    pub fn locked_ranges(&self, thread: ThreadId) -> Vec<(PageIndex, PageIndex)> {
        let mine = self.owners.iter().filter(|&&(_, owner)| owner == thread);
        let range = |&(first, _): &(PageIndex, ThreadId)| {
            let size = match self.entry(first) {
                Some(entry) => entry.is_locked().then_some(entry.size())?,
                None => self.slot(first).entry().filter(|entry: &Entry| entry.is_locked())?.size(),
            };
            Some((first, first + size.pages() - 1))
        };
        mine.filter_map(range).collect()
    }

    /// The same with other names for the threads.
    #[must_use]
    pub fn renamed(&self, renaming: &Renaming) -> AddressSpace {
        let owners = self.owners.iter().map(|&(at, thread)| (at, renaming.of(thread))).collect();
        AddressSpace { owners, ..self.clone() }
    }

    pub(crate) fn set_owner(&mut self, first: PageIndex, thread: ThreadId) {
        match self.owners.binary_search_by_key(&first, |&(at, _)| at) {
            Ok(at) => self.owners[at].1 = thread,
            Err(at) => self.owners.insert(at, (first, thread)),
        }
    }

    pub(crate) fn clear_owner(&mut self, first: PageIndex) {
        self.owners.retain(|&(at, _)| at != first);
    }
}
