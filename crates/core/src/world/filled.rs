//! The tree before the first step: what earlier faults and `munmap` have left.

use super::{AddressSpace, World};
use crate::entry::{Entry, Slot};
use crate::mm::Page;
use crate::pmem::Namespace;
use crate::radix::Tag;
use crate::scenario::{EntryKind, Filled};
use crate::units::{Block, PageId, PageIndex};
use std::sync::Arc;

impl World {
    /// Puts the entries of the scenario where its faults would have put them. The page tables stay empty: whoever faulted
    /// has unmapped.
    pub(super) fn fill(&mut self) {
        let scenario = Arc::clone(&self.scenario);
        let mut stored: Vec<(PageIndex, Block)> = Vec::new();
        for filled in &scenario.entries {
            for first in filled.starts() {
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
