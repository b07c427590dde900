//! Splitting a multi-order entry into smaller ones (`radix_tree_split`, v4.10).

use super::iter::{Cursor, Walk};
use super::lookup::Place;
use super::node::NodeId;
use super::word::Word;
use super::{MAP_SHIFT, MAP_SIZE, MAX_ORDER, RadixTree, Tag, TreeError};

impl RadixTree {
    /// Replaces the entry that covers `index` by empty room for entries of `order` (`radix_tree_split`, v4.10). Tags
    /// go to every new slot. The room is made of retry markers and must be filled with [`RadixTree::fill`].
    ///
    /// If there is no entry, or if it hangs directly in the root: [`TreeError::NoEnt`]. If memory runs out the kernel
    /// warns and leaves retry markers and unlinked nodes behind; so does the model.
    pub fn split(&mut self, index: u64, order: u8) -> Result<(), TreeError> {
        let Some((Place { node: Some(id), offset }, _)) = self.find(index) else {
            return Err(TreeError::NoEnt);
        };
        if order > MAX_ORDER {
            return Err(TreeError::Bug);
        }
        let order = u32::from(order);
        let node = self.node_mut(id);
        let tags = node.tags_at(offset);
        let len = node.slot_count(offset);
        let end = offset + len;
        for slot in offset..end {
            node.slots[slot] = Word::RETRY;
            node.add_tags(tags, slot);
        }
        // As in v4.10, whether or not the entry was exceptional.
        node.exceptional = node.exceptional.wrapping_sub(len as u8);

        let shift = u32::from(node.shift);
        if order < shift {
            return self.split_below(id, offset, end, order, tags);
        }
        if order > shift {
            let mut offset = offset;
            while offset < end {
                offset += self.store_over(Place { node: Some(id), offset }, Word::RETRY, order);
            }
        }
        Ok(())
    }

    /// Hangs new nodes into the slots `offset..end` of `top`, with room for entries of `order` at the bottom. A child
    /// of `top` is linked only when everything below it is there.
    fn split_below(
        &mut self,
        top: NodeId,
        mut offset: usize,
        end: usize,
        order: u32,
        tags: u8,
    ) -> Result<(), TreeError> {
        let mut id = top;
        loop {
            let shift = u32::from(self.node(id).shift);
            if shift > order {
                let child = self.alloc_node(id, shift - MAP_SHIFT, offset)?;
                if id != top {
                    let node = self.node_mut(id);
                    node.count = node.count.wrapping_add(1);
                    node.slots[offset] = Word::child(child);
                    node.add_tags(tags, offset);
                }
                id = child;
                offset = 0;
                continue;
            }
            let len = self.store_new(Place { node: Some(id), offset }, Word::RETRY, order)?;
            self.node_mut(id).add_tags(tags, offset);
            offset += len;

            while offset == MAP_SIZE && id != top {
                let node = self.node(id);
                let parent = node.parent;
                offset = usize::from(node.offset);
                self.node_mut(parent).slots[offset] = Word::child(id);
                id = parent;
                offset += 1;
            }
            if id == top && offset == end {
                return Ok(());
            }
        }
    }

    /// Stores `word` in every slot that starts in `first..=last` and holds an entry or waits for one, with accounting
    /// (a `radix_tree_for_each_slot` loop around `radix_tree_iter_replace`, v4.10). Answers with their number.
    pub fn fill(&mut self, first: u64, last: u64, word: u64) -> u64 {
        let item = Word(word);
        if !item.is_entry() {
            return 0;
        }
        let mut cursor = Cursor::new(first);
        let mut count = 0;
        while let Some(found) = self.advance(&mut cursor, Walk::All) {
            if cursor.index > last {
                break;
            }
            if !found.is_empty() {
                self.replace_at(cursor.place(), item);
                count += 1;
            }
        }
        count
    }

    /// Splits the entry that covers `index` into entries of `order` and stores `word` in each; answers with their
    /// number.
    pub fn split_fill(&mut self, index: u64, order: u8, word: u64) -> Result<u64, TreeError> {
        if !Word(word).is_entry() {
            return Err(TreeError::Bug);
        }
        let entry = self.lookup_slot(index).ok_or(TreeError::NoEnt)?;
        self.split(index, order)?;
        Ok(self.fill(entry.index, entry.index | ((1 << entry.order) - 1), word))
    }
}

impl super::node::Node {
    fn add_tags(&mut self, tags: u8, offset: usize) {
        for tag in Tag::ALL.into_iter().filter(|tag| tags & tag.bit() != 0) {
            self.set_tag(tag, offset);
        }
    }
}
