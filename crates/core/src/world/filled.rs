//! The tree before the first step: what earlier faults and `munmap` have left.

use super::{AddressSpace, World};
use crate::entry::{Entry, Slot, XEntry};
use crate::mm::Page;
use crate::pmem::Namespace;
use crate::radix::Tag;
use crate::revision::Counter;
use crate::scenario::{EntryKind, Filled};
use crate::tree::xarray::{Mark, Xas};
use crate::units::{Block, PageId, PageIndex};
use std::sync::Arc;

impl World {
    /// Puts the entries of the scenario where its faults would have put them. The page tables stay empty: whoever faulted
    /// has unmapped.
    pub(super) fn fill(&mut self) {
        let scenario = Arc::clone(&self.scenario);
        let mut stored: Vec<(PageIndex, Block)> = Vec::new();
        let is_xarray = scenario.revision.is_xarray();
        for filled in &scenario.entries {
            for first in filled.starts() {
                if is_xarray {
                    self.fill_xarray(filled, first);
                    if filled.dirty {
                        stored.push((first, self.file.blocks.at(first).1));
                    }
                    continue;
                }
                let word = self.word(filled, first);
                let mapping = Arc::make_mut(&mut self.mapping);
                mapping.fill(first, filled.size.order() as u8, word);
                if filled.dirty {
                    // An entry is there: it can be tagged.
                    let _ = mapping.tree.tag_set(first, Tag::Dirty);
                    stored.push((first, self.file.blocks.at(first).1));
                }
            }
        }
        if !stored.is_empty() {
            Arc::make_mut(&mut self.file).stored_before(stored);
        }
    }

    /// An entry of the XArray's era, with what its pages say.
    fn fill_xarray(&mut self, filled: &Filled, first: PageIndex) {
        let entry = match filled.kind {
            EntryKind::Block => XEntry::of_block(self.file.blocks.at(first).1, filled.size),
            EntryKind::Zero => XEntry::zero(filled.size),
            // Scripts of this era have no hole pages.
            EntryKind::Empty | EntryKind::Page => XEntry::empty(filled.size),
        };
        let by_entry = self.scenario.revision.xarray().is_some_and(|switches| switches.counter == Counter::Entries);
        let mapping = Arc::make_mut(&mut self.mapping);
        let array = mapping.xarray.get_mut();
        let mut xas = Xas::with_order(first, filled.size.order() as u8);
        // No allocation fails before the first step.
        xas.store(array, entry.word());
        if filled.dirty {
            xas.load(array);
            xas.set_mark(array, Mark::Dirty);
        }
        match by_entry {
            true => mapping.nrexceptional += 1,
            false => mapping.nrpages += entry.size().pages() as i64,
        }
        if entry.is_block() {
            let counts_mappings = self.counts_mappings();
            let frames = Arc::make_mut(&mut self.pages).frames.get_mut();
            if !counts_mappings {
                frames.associate(entry.frame(), entry.size().pages(), first);
                return;
            }
            if entry.is_pmd() {
                frames.make_large(entry.frame());
            }
            frames.change_folio(entry.frame(), |folio| folio.index = Some(first));
        }
    }

    /// The word of an entry; a hole page is allocated.
    fn word(&mut self, filled: &Filled, first: PageIndex) -> u64 {
        let entry = match filled.kind {
            EntryKind::Page => {
                let pages = Arc::make_mut(&mut self.pages);
                // One reference: that of the page cache.
                pages.push(Page { in_cache: true, ..Page::allocated(first) });
                return Slot::Page(PageId((pages.len() - 1) as u16)).word();
            }
            EntryKind::Empty => Entry::locked_empty(filled.size),
            EntryKind::Zero => Entry::locked_hzp(),
            EntryKind::Block => Entry::locked_block(Namespace::sector_of(self.file.blocks.at(first).1), filled.size),
        };
        entry.unlocked().word()
    }
}

impl AddressSpace {
    fn fill(&mut self, first: PageIndex, order: u8, word: u64) {
        if self.tree.insert(first, order, word).is_err() {
            return;
        }
        match Entry::from_word(word) {
            Some(_) => self.nrexceptional += 1,
            None => self.nrpages += 1,
        }
    }
}
