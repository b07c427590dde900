//! Replacing and deleting, and giving nodes back (`radix_tree_replace_slot`, `__radix_tree_replace`,
//! `radix_tree_delete_item`, `delete_node`, `radix_tree_shrink`, v4.10).

use super::lookup::Place;
use super::node::NodeId;
use super::word::Word;
use super::{RadixTree, Tag};

/// The result of a replacement without accounting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Replaced {
    /// The word that was there, never 0.
    pub old: u64,
    /// The kernel warns: the kind of entry changed, and nobody told the node.
    pub warned: bool,
}

impl RadixTree {
    /// Stores `word` in the slot of the entry that covers `index`, without any accounting
    /// (`radix_tree_replace_slot`, v4.10): how DAX sets and clears the lock bit. Tags stay.
    ///
    /// `None`, and nothing done, if there is no entry. If the kind of entry changes (exceptional or not, something or
    /// nothing) the books of the node are wrong afterwards, in the kernel too. A word that looks internal is not
    /// stored; the kernel would store it, warn, and later follow it.
    pub fn replace_slot(&mut self, index: u64, word: u64) -> Option<Replaced> {
        let (place, old) = self.find(index)?;
        let item = Word(word);
        let warned = item.is_internal() || item.is_empty() || item.is_exceptional() != old.is_exceptional();
        if !item.is_internal() {
            self.set_place(place, item);
        }
        Some(Replaced { old: old.0, warned })
    }

    /// Replaces the entry that covers `index` and keeps the books right (`__radix_tree_replace`, v4.10); 0 clears the
    /// tags of the entry and removes it. Answers with the old word, `None` if there was no entry.
    ///
    /// A word that looks internal is not stored.
    pub fn replace(&mut self, index: u64, word: u64) -> Option<u64> {
        let (place, old) = self.find(index)?;
        let item = Word(word);
        if item.is_empty() {
            self.clear_all_tags(place);
        }
        if !item.is_internal() {
            self.replace_at(place, item);
        }
        Some(old.0)
    }

    /// Stores `word` in the slot at which the search for `index` ends, although nothing is there: what
    /// `__radix_tree_replace` (v4.10) does for a caller who does not ask whether the look-up before it found anything.
    ///
    /// The slot may be one of an upper level: then the entry covers as much as that slot. `false`, and nothing done, if
    /// the tree is too low for the index; the kernel would follow a pointer that was never set. Siblings keep what they
    /// pointed to.
    pub fn replace_nothing(&mut self, index: u64, word: u64) -> bool {
        let item = Word(word);
        let Some((place, _)) = self.find_place(index).filter(|(_, old)| old.is_empty() && item.is_entry()) else {
            return false;
        };
        if let Some(id) = place.node {
            let node = self.node_mut(id);
            node.count = node.count.wrapping_add(1);
        }
        self.replace_at(place, item);
        true
    }

    /// Deletes the entry that covers `index`; answers with it, 0 if there was none (`radix_tree_delete`, v4.10).
    #[inline]
    pub fn delete(&mut self, index: u64) -> u64 {
        self.delete_item(index, 0)
    }

    /// Deletes the entry that covers `index` if it equals `word`, or whatever it is if `word` is 0
    /// (`radix_tree_delete_item`, v4.10). Answers with what was deleted, 0 if nothing was.
    #[inline]
    pub fn delete_item(&mut self, index: u64, word: u64) -> u64 {
        let Some((place, old)) = self.find(index) else {
            return 0;
        };
        if word != 0 && old.0 != word {
            return 0;
        }
        self.clear_all_tags(place);
        self.replace_at(place, Word::EMPTY);
        old.0
    }

    #[inline]
    fn clear_all_tags(&mut self, place: Place) {
        if let Some(id) = place.node
            && !self.node(id).has_any_tag(place.offset)
        {
            return;
        }
        for tag in Tag::ALL {
            self.clear_tag_upwards(place, tag);
        }
    }

    fn set_place(&mut self, place: Place, item: Word) {
        match place.node {
            None => self.root = item,
            Some(id) => self.node_mut(id).slots[place.offset] = item,
        }
    }

    /// Stores `item` in a canonical slot that holds something, with accounting; then gives back what is no longer
    /// needed (`__radix_tree_replace`).
    pub(super) fn replace_at(&mut self, place: Place, item: Word) {
        let Some(id) = place.node else {
            self.root = item;
            return;
        };
        let node = self.node_mut(id);
        let old = node.slots[place.offset];
        let was_exceptional = !old.is_internal() && old.is_exceptional();
        if item.is_empty() || item.is_exceptional() != was_exceptional {
            let len = node.slot_count(place.offset);
            if was_exceptional {
                node.exceptional = node.exceptional.wrapping_sub(len as u8);
            } else if item.is_exceptional() {
                node.exceptional = node.exceptional.wrapping_add(len as u8);
            }
            if item.is_empty() {
                node.slots[place.offset..place.offset + len].fill(Word::EMPTY);
                node.count = node.count.wrapping_sub(len as u8);
            }
        }
        node.slots[place.offset] = item;
        self.delete_node(id);
    }

    /// Frees nodes that became empty, upwards, and then tries to make the tree lower (`delete_node`).
    #[inline]
    fn delete_node(&mut self, mut id: NodeId) {
        loop {
            let node = self.node(id);
            if node.count != 0 {
                if node.parent == NodeId::NONE {
                    self.shrink();
                }
                return;
            }
            let (parent, offset) = (node.parent, usize::from(node.offset));
            self.free_node(id);
            if parent == NodeId::NONE {
                self.root_tags = 0;
                self.root = Word::EMPTY;
                return;
            }
            let above = self.node_mut(parent);
            above.slots[offset] = Word::EMPTY;
            above.count = above.count.wrapping_sub(1);
            id = parent;
        }
    }

    /// Takes root nodes away that hold nothing but slot 0 (`radix_tree_shrink`). A multi-order entry keeps its node.
    ///
    /// The kernel leaves `RADIX_TREE_RETRY` in a dropped bottom node, for walkers without the lock that still stand in
    /// it. The model has no such walkers: nothing can be read through the number of a freed node.
    fn shrink(&mut self) {
        while let Some(id) = self.root.as_child() {
            let node = self.node(id);
            let below = node.slots[0];
            let fits = below.as_child().is_some() || (below.is_entry() && node.shift == 0);
            if node.count != 1 || !fits {
                return;
            }
            if let Some(child) = below.as_child() {
                self.node_mut(child).parent = NodeId::NONE;
            }
            self.root = below;
            self.free_node(id);
        }
    }
}
