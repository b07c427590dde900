//! Tags (`radix_tree_tag_set`, `radix_tree_tag_clear`, `radix_tree_tag_get`, `radix_tree_tagged`, v4.10).
//!
//! A tag is a bit at the canonical slot of the entry, and above it in every slot on the way from the root, and a bit of
//! the root itself. Any index within a multi-order entry speaks for the whole entry.

use super::iter::{Cursor, Walk};
use super::lookup::Place;
use super::word::Word;
use super::{RadixTree, Tag, TreeError};

impl RadixTree {
    /// Sets a tag on the entry that covers `index`; answers with the entry (`radix_tree_tag_set`, v4.10).
    ///
    /// Tagging an index that holds nothing is [`TreeError::Bug`], with one exception that the kernel makes too: index
    /// 0 of an empty tree sets the tag of the root and answers 0.
    pub fn tag_set(&mut self, index: u64, tag: Tag) -> Result<u64, TreeError> {
        if self.root.is_empty() && index == 0 {
            self.root_tags |= tag.bit();
            return Ok(0);
        }
        let (place, word) = self.find(index).ok_or(TreeError::Bug)?;
        self.set_tag_upwards(place, tag);
        Ok(word.0)
    }

    /// Clears a tag of the entry that covers `index`; answers with the entry, 0 if there is none
    /// (`radix_tree_tag_clear`, v4.10).
    pub fn tag_clear(&mut self, index: u64, tag: Tag) -> u64 {
        match self.find(index) {
            None => 0,
            Some((place, word)) => {
                self.clear_tag_upwards(place, tag);
                word.0
            }
        }
    }

    /// Does the entry that covers `index` have the tag (`radix_tree_tag_get`, v4.10)?
    pub fn tag_get(&self, index: u64, tag: Tag) -> bool {
        if !self.tagged(tag) || self.is_empty() || index > self.load_root().1 {
            return false;
        }
        let mut word = self.root;
        while let Some(id) = word.as_child() {
            let (offset, next) = self.descend(id, index);
            if next.is_empty() || !self.node(id).has_tag(tag, offset) {
                return false;
            }
            word = next;
        }
        true
    }

    /// Does any entry have the tag (`radix_tree_tagged`, v4.10)?
    pub const fn tagged(&self, tag: Tag) -> bool {
        self.root_tags & tag.bit() != 0
    }

    /// The tags of the root, bit `t` = tag `t`.
    pub const fn root_tags(&self) -> u8 {
        self.root_tags
    }

    /// Sets `settag` on entries that have `iftag`, from `first` to the last entry that starts at or before `last`,
    /// at most `max_tags` of them. Answers with their number and with the index to go on from, which is 0 once the
    /// index space is used up.
    ///
    /// This is the loop of `tag_pages_for_writeback` (v4.10), which takes a break every 4096 entries; the function of
    /// this name in earlier releases did the same.
    pub fn range_tag_if_tagged(&mut self, first: u64, last: u64, max_tags: u64, iftag: Tag, settag: Tag) -> (u64, u64) {
        let mut cursor = Cursor::new(first);
        let mut count = 0;
        let mut next = first;
        while count < max_tags {
            let found = self.advance(&mut cursor, Walk::Tagged(iftag));
            if found.is_none() || cursor.index > last {
                return (count, last.wrapping_add(1));
            }
            self.set_tag_upwards(cursor.place(), settag);
            count += 1;
            let order = cursor.node.map_or(0, |id| self.node(id).order_at(cursor.offset));
            next = cursor.index.wrapping_add(1 << order);
        }
        (count, next)
    }

    /// Sets a tag in a slot and on the way up, until it meets one that has it (`node_tag_set`).
    pub(super) fn set_tag_upwards(&mut self, mut place: Place, tag: Tag) {
        while let Some(id) = place.node {
            let node = self.node_mut(id);
            if node.has_tag(tag, place.offset) {
                return;
            }
            node.set_tag(tag, place.offset);
            place = Place::above(node);
        }
        self.root_tags |= tag.bit();
    }

    /// Clears a tag in a slot and on the way up, as long as no other slot of the node has it (`node_tag_clear`).
    #[inline]
    pub(super) fn clear_tag_upwards(&mut self, mut place: Place, tag: Tag) {
        while let Some(id) = place.node {
            let node = self.node_mut(id);
            if !node.has_tag(tag, place.offset) {
                return;
            }
            node.clear_tag(tag, place.offset);
            if node.tags[tag as usize] != 0 {
                return;
            }
            place = Place::above(node);
        }
        self.root_tags &= !tag.bit();
    }

    /// The tags of what stands in a place, bit `t` = tag `t`.
    pub(super) fn tags_of(&self, place: Place, word: Word) -> u8 {
        match place.node {
            None if word.is_empty() => 0,
            None => self.root_tags,
            Some(id) => self.node(id).tags_at(place.offset),
        }
    }
}
