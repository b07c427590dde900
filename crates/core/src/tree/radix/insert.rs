//! Growth, insertion and joining (`radix_tree_extend`, `__radix_tree_create`, `__radix_tree_insert`,
//! `radix_tree_join`, v4.10).

use super::lookup::{Place, step};
use super::node::{NodeId, shift_maxindex};
use super::word::Word;
use super::{MAP_SHIFT, MAX_ORDER, RadixTree, Tag, TreeError};

impl RadixTree {
    /// Stores `word` over the aligned block of 2^`order` indices that contains `index` (`__radix_tree_insert`, v4.10).
    ///
    /// Growth and nodes made on the way stay when the insert is then refused. A `word` that is 0 or looks internal
    /// (low bits `01`), an order above [`MAX_ORDER`] and a slot that carries a tag without holding anything are
    /// [`TreeError::Bug`].
    #[inline]
    pub fn insert(&mut self, index: u64, order: u8, word: u64) -> Result<(), TreeError> {
        let item = storable(word, order)?;
        let place = self.create(index, u32::from(order))?;
        self.store_new(place, item, u32::from(order))?;
        let tagged = match place.node {
            None => self.root_tags != 0,
            Some(id) => self.node(id).has_any_tag(place.offset),
        };
        if tagged { Err(TreeError::Bug) } else { Ok(()) }
    }

    /// Replaces everything in the aligned block of 2^`order` indices around `index` by one entry (`radix_tree_join`,
    /// v4.10). The new entry has every tag that one of the old ones had.
    ///
    /// The books of v4.10 are kept as they are there: a replaced multi-order exceptional entry is taken out of
    /// `exceptional` once, and not once per slot.
    pub fn join(&mut self, index: u64, order: u8, word: u64) -> Result<(), TreeError> {
        let item = storable(word, order)?;
        let place = self.create(index, u32::from(order))?;
        self.store_over(place, item, u32::from(order));
        Ok(())
    }

    /// Makes the tree tall enough for an entry and builds the path to it (`__radix_tree_create`).
    ///
    /// Ends early on an entry of a higher order that already covers the index.
    #[inline]
    fn create(&mut self, index: u64, order: u32) -> Result<Place, TreeError> {
        let (mut shift, maxindex) = self.load_root();
        let needed = needed_maxindex(index, order);
        if needed > maxindex {
            shift = self.extend(needed, shift)?;
        }
        let mut place = Place::ROOT;
        let mut word = self.root;
        while shift > order {
            shift -= MAP_SHIFT;
            let id = match word.as_child() {
                Some(id) => id,
                None if word.is_empty() => self.add_child(place, shift)?,
                None => break,
            };
            let (offset, next) = step(self.node(id), shift, index);
            place = Place { node: Some(id), offset };
            word = next;
        }
        Ok(place)
    }

    /// Puts new root nodes on top until `index` fits; answers with the shift one level above the root
    /// (`radix_tree_extend`). An empty tree gets no node here, only a height to start from.
    #[cold]
    fn extend(&mut self, index: u64, mut shift: u32) -> Result<u32, TreeError> {
        let mut maxshift = shift;
        while index > shift_maxindex(maxshift) {
            maxshift += MAP_SHIFT;
        }
        while !self.root.is_empty() && shift <= maxshift {
            self.push_root(shift)?;
            shift += MAP_SHIFT;
        }
        Ok(maxshift + MAP_SHIFT)
    }

    /// One new root node, with the old root in its slot 0.
    fn push_root(&mut self, shift: u32) -> Result<(), TreeError> {
        let id = self.alloc_node(NodeId::NONE, shift, 0)?;
        let (old, root_tags) = (self.root, self.root_tags);
        if let Some(below) = old.as_child() {
            self.node_mut(below).parent = id;
        }
        let node = self.node_mut(id);
        node.slots[0] = old;
        node.count = 1;
        node.exceptional = u8::from(!old.is_internal() && old.is_exceptional());
        for tag in Tag::ALL {
            if root_tags & tag.bit() != 0 {
                node.set_tag(tag, 0);
            }
        }
        self.root = Word::child(id);
        Ok(())
    }

    /// A new node in an empty place.
    #[cold]
    fn add_child(&mut self, place: Place, shift: u32) -> Result<NodeId, TreeError> {
        let parent = place.node.unwrap_or(NodeId::NONE);
        let id = self.alloc_node(parent, shift, place.offset)?;
        match place.node {
            None => self.root = Word::child(id),
            Some(parent) => {
                let node = self.node_mut(parent);
                node.slots[place.offset] = Word::child(id);
                node.count = node.count.wrapping_add(1);
            }
        }
        Ok(id)
    }

    /// Stores an entry and its siblings if all their slots are empty (`insert_entries` without replacement).
    #[inline]
    pub(super) fn store_new(&mut self, place: Place, item: Word, order: u32) -> Result<usize, TreeError> {
        let Some(id) = place.node else {
            if !self.root.is_empty() {
                return Err(TreeError::Exist);
            }
            self.root = item;
            return Ok(1);
        };
        let node = self.node_mut(id);
        let (first, len) = node.block(place.offset, order);
        if len == 1 {
            // The common case, without the loops.
            let slot = &mut node.slots[first];
            if !slot.is_empty() {
                return Err(TreeError::Exist);
            }
            *slot = item;
            node.count = node.count.wrapping_add(1);
            let exceptional = !item.is_internal() && item.is_exceptional();
            node.exceptional = node.exceptional.wrapping_add(u8::from(exceptional));
            return Ok(1);
        }
        let block = &mut node.slots[first..first + len];
        if block.iter().any(|word| !word.is_empty()) {
            return Err(TreeError::Exist);
        }
        block[0] = item;
        block[1..].fill(Word::sibling(first));
        node.count = node.count.wrapping_add(len as u8);
        if !item.is_internal() && item.is_exceptional() {
            node.exceptional = node.exceptional.wrapping_add(len as u8);
        }
        Ok(len)
    }

    /// Stores an entry and its siblings over whatever is there (`insert_entries` with replacement); answers with the
    /// number of slots. In the root the kernel would follow a NULL node; the model just stores.
    pub(super) fn store_over(&mut self, place: Place, item: Word, order: u32) -> usize {
        let Some(id) = place.node else {
            self.root = item;
            return 1;
        };
        let node = self.node_mut(id);
        let (first, len) = node.block(place.offset, order);
        let mut tags = 0;
        for offset in first..first + len {
            if !node.slots[offset].is_empty() {
                node.count = node.count.wrapping_sub(1);
                tags |= node.tags_at(offset);
            }
        }
        for tag in Tag::ALL.into_iter().filter(|tag| tags & tag.bit() != 0) {
            node.set_tag(tag, first);
            (first + 1..first + len).for_each(|offset| node.clear_tag(tag, offset));
        }
        for offset in first..first + len {
            let node = self.node_mut(id);
            let old = node.slots[offset];
            node.slots[offset] = if offset == first { item } else { Word::sibling(first) };
            if !old.is_internal() && old.is_exceptional() {
                node.exceptional = node.exceptional.wrapping_sub(1);
            }
            if let Some(below) = old.as_child() {
                self.free_subtree(below);
            }
        }
        let node = self.node_mut(id);
        node.count = node.count.wrapping_add(len as u8);
        if !item.is_internal() && item.is_exceptional() {
            node.exceptional = node.exceptional.wrapping_add(len as u8);
        }
        len
    }
}

/// The largest index the tree must reach before an entry of `order` can be placed at `index`. A multi-order entry at
/// the very start asks for one index more than it covers, so that it never becomes the root itself.
#[inline]
const fn needed_maxindex(index: u64, order: u32) -> u64 {
    let low = (1 << order) - 1;
    let last = index | low;
    if order > 0 && last == low { last + 1 } else { last }
}

/// The word as an entry, if it can be one.
#[inline]
const fn storable(word: u64, order: u8) -> Result<Word, TreeError> {
    let item = Word(word);
    if item.is_entry() && order <= MAX_ORDER { Ok(item) } else { Err(TreeError::Bug) }
}
