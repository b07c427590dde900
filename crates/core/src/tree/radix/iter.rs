//! Iteration and gang lookup (`radix_tree_next_chunk`, `radix_tree_next_slot`, `radix_tree_gang_lookup`, v4.10).
//!
//! The cursor keeps the four numbers the kernel's iterator keeps and not simply a position, because they decide what
//! is found. Two consequences that a plain in-order walk would not have:
//!
//! * Stepping over siblings steps over holes as well, so a contiguous walk goes on behind a multi-order entry that is
//!   followed by a hole and then by something that stands in the same node.
//! * In the node that ends at index 2^64-1 the end of the chunk wraps to 0; stepping over siblings or into a child
//!   then finds nothing, and the walk ends early.

use super::lookup::Place;
use super::node::{NodeId, shift_maxindex};
use super::word::Word;
use super::{MAP_MASK, MAP_SIZE, RadixTree, Tag};

/// What a walk looks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Walk {
    /// Every entry.
    All,
    /// Every entry up to the first hole (`RADIX_TREE_ITER_CONTIG`).
    Contiguous,
    /// Every entry with this tag (`RADIX_TREE_ITER_TAGGED`).
    Tagged(Tag),
}

/// Where a walk stands (`struct radix_tree_iter`). Survives changes of the tree as the kernel's does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor {
    /// The first index covered by the current slot.
    pub(super) index: u64,
    /// Where the next chunk starts; 0 once there is none.
    next_index: u64,
    /// The slot at which the current chunk ends.
    end: usize,
    /// Within the current chunk, bit 0 is the tag of the current slot.
    tags: u64,
    shift: u32,
    pub(super) node: Option<NodeId>,
    pub(super) offset: usize,
    in_chunk: bool,
}

impl Cursor {
    /// Before the first entry at or after `first` (`radix_tree_iter_init`).
    pub(super) const fn new(first: u64) -> Self {
        Self { index: 0, next_index: first, end: 0, tags: 0, shift: 0, node: None, offset: 0, in_chunk: false }
    }

    /// The current slot.
    pub(super) const fn place(&self) -> Place {
        Place { node: self.node, offset: self.offset }
    }

    /// Lets the chunk reach from the current slot to the end of a node that covers `index` (`radix_tree_chunk_size`).
    #[inline]
    fn set_chunk(&mut self, index: u64, maxindex: u64) {
        self.next_index = (index | maxindex).wrapping_add(1);
        let slots = self.next_index.wrapping_sub(self.index) >> self.shift;
        self.end = MAP_SIZE.min(self.offset + slots as usize);
    }

    /// On by so many slots of the current node.
    #[inline]
    const fn skip(&mut self, slots: usize) {
        self.offset += slots;
        self.index = self.index.wrapping_add((slots as u64) << self.shift);
    }
}

/// The entries of a walk as (index, value). Made by [`RadixTree::iter`] and its sisters.
#[derive(Clone, Debug)]
pub struct Iter<'a> {
    tree: &'a RadixTree,
    cursor: Cursor,
    walk: Walk,
}

impl Iterator for Iter<'_> {
    type Item = (u64, u64);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let word = self.tree.advance(&mut self.cursor, self.walk)?;
            if word.is_entry() {
                return Some((self.cursor.index, word.0));
            }
        }
    }
}

impl RadixTree {
    /// All entries from `first` on, in index order (`radix_tree_for_each_slot`, v4.10). A multi-order entry that
    /// contains `first` comes with its own first index, which is lower.
    pub const fn iter(&self, first: u64) -> Iter<'_> {
        self.walk(first, Walk::All)
    }

    /// Entries from `first` on up to the first hole (`radix_tree_for_each_contig`, v4.10).
    pub const fn iter_contig(&self, first: u64) -> Iter<'_> {
        self.walk(first, Walk::Contiguous)
    }

    /// Entries from `first` on that have the tag (`radix_tree_for_each_tagged`, v4.10).
    pub const fn iter_tagged(&self, first: u64, tag: Tag) -> Iter<'_> {
        self.walk(first, Walk::Tagged(tag))
    }

    /// Up to `max` values from `first` on (`radix_tree_gang_lookup`, v4.10).
    pub fn gang_lookup(&self, first: u64, max: usize) -> Vec<u64> {
        self.iter(first).take(max).map(|(_, word)| word).collect()
    }

    /// Up to `max` (index, value) pairs from `first` on (`radix_tree_gang_lookup_slot`, v4.10).
    pub fn gang_lookup_with_index(&self, first: u64, max: usize) -> Vec<(u64, u64)> {
        self.iter(first).take(max).collect()
    }

    /// Up to `max` values with the tag from `first` on (`radix_tree_gang_lookup_tag`, v4.10).
    pub fn gang_lookup_tag(&self, first: u64, max: usize, tag: Tag) -> Vec<u64> {
        self.iter_tagged(first, tag).take(max).map(|(_, word)| word).collect()
    }

    const fn walk(&self, first: u64, walk: Walk) -> Iter<'_> {
        Iter { tree: self, cursor: Cursor::new(first), walk }
    }

    /// The next slot of the walk. It can hold the retry marker, after [`RadixTree::split`] only.
    #[inline]
    pub(super) fn advance(&self, cursor: &mut Cursor, walk: Walk) -> Option<Word> {
        if cursor.in_chunk
            && let Some(word) = self.next_slot(cursor, walk)
        {
            return Some(word);
        }
        let found = self.next_chunk(cursor, walk);
        cursor.in_chunk = found.is_some();
        found
    }

    /// The next slot in the current chunk (`radix_tree_next_slot`).
    #[inline]
    fn next_slot(&self, cursor: &mut Cursor, walk: Walk) -> Option<Word> {
        let node = self.node(cursor.node?);
        let mut offset = cursor.offset + 1;
        if let Walk::Tagged(_) = walk {
            cursor.tags >>= 1;
            if cursor.tags == 0 {
                return None;
            }
            let gap = cursor.tags.trailing_zeros();
            cursor.tags >>= gap;
            offset += gap as usize;
        } else {
            while offset < cursor.end && node.slots[offset].is_empty() {
                if walk == Walk::Contiguous {
                    cursor.next_index = 0;
                    return None;
                }
                offset += 1;
            }
            if offset >= cursor.end {
                return None;
            }
        }
        cursor.skip(offset - cursor.offset);
        let word = *node.slots.get(offset)?;
        if word.is_internal() { self.next_slot_internal(cursor, walk) } else { Some(word) }
    }

    /// The walk came to an internal word within a chunk: over siblings, and down to the first entry below a child
    /// (`__radix_tree_next_slot`).
    fn next_slot_internal(&self, cursor: &mut Cursor, walk: Walk) -> Option<Word> {
        let mut word = self.skip_siblings(cursor)?;
        while word.is_internal() && !word.is_retry() {
            let id = word.as_child()?;
            let node = self.node(id);
            cursor.node = Some(id);
            cursor.shift = u32::from(node.shift);
            cursor.offset = 0;
            let offset = match walk {
                Walk::Tagged(tag) => {
                    cursor.tags = node.tags[tag as usize];
                    cursor.tags.trailing_zeros() as usize
                }
                _ => node.slots.iter().position(|word| !word.is_empty()).unwrap_or(MAP_SIZE),
            };
            if offset == MAP_SIZE {
                return None;
            }
            cursor.tags >>= offset;
            cursor.skip(offset);
            if walk == Walk::Contiguous && offset > 0 {
                cursor.next_index = 0;
                return None;
            }
            cursor.set_chunk(cursor.index, node.maxindex());
            word = node.slots[offset];
        }
        Some(word)
    }

    /// From a slot on to the first one that is neither empty nor a sibling of the slot before (`skip_siblings`).
    fn skip_siblings(&self, cursor: &mut Cursor) -> Option<Word> {
        let node = self.node(cursor.node?);
        let sibling = Word::sibling(cursor.offset.wrapping_sub(1) & MAP_MASK);
        while cursor.index < cursor.next_index {
            let word = *node.slots.get(cursor.offset)?;
            if !word.is_empty() && word != sibling {
                return Some(word);
            }
            cursor.skip(1);
            cursor.tags >>= 1;
        }
        None
    }

    /// Finds the next chunk from the root (`radix_tree_next_chunk`): the node of the first entry at or after
    /// `next_index`. Every new start from the root is at a higher index, so the search ends.
    fn next_chunk(&self, cursor: &mut Cursor, walk: Walk) -> Option<Word> {
        if let Walk::Tagged(tag) = walk
            && !self.tagged(tag)
        {
            return None;
        }
        let mut index = cursor.next_index;
        if index == 0 && cursor.node.is_some() {
            // The last chunk is done. (The kernel asks whether the index has left 0, and so never ends on an entry of
            // order 60 or more at index 0.)
            return None;
        }
        loop {
            let (_, maxindex) = self.load_root();
            if index > maxindex || self.root.is_empty() {
                return None;
            }
            let Some(id) = self.root.as_child() else {
                *cursor = Cursor { index, next_index: 1, tags: 1, ..Cursor::new(0) };
                return Some(self.root);
            };
            match self.search(id, &mut index, walk) {
                Search::Found(id, offset) => {
                    let node = self.node(id);
                    let maxindex = node.maxindex();
                    cursor.index = (index & !maxindex) | (offset as u64) << node.shift;
                    cursor.node = Some(id);
                    cursor.shift = u32::from(node.shift);
                    cursor.offset = offset;
                    cursor.set_chunk(index, maxindex);
                    if let Walk::Tagged(tag) = walk {
                        cursor.tags = node.tags[tag as usize] >> offset;
                    }
                    return Some(node.slots[offset]);
                }
                Search::Again => {}
                Search::End => return None,
            }
        }
    }

    /// One descent for [`Self::next_chunk`]; moves `index` forward over holes.
    fn search(&self, root: NodeId, index: &mut u64, walk: Walk) -> Search {
        let mut id = root;
        loop {
            let node = self.node(id);
            let (mut offset, mut word) = self.descend(id, *index);
            let hole = match walk {
                Walk::Tagged(tag) => !node.has_tag(tag, offset),
                _ => word.is_empty(),
            };
            if hole {
                if walk == Walk::Contiguous {
                    return Search::End;
                }
                offset = match walk {
                    Walk::Tagged(tag) => next_bit(node.tags[tag as usize], offset + 1),
                    _ => next_occupied(&node.slots, offset + 1),
                };
                *index &= !shift_maxindex(u32::from(node.shift));
                *index = index.wrapping_add((offset as u64) << node.shift);
                if *index == 0 {
                    return Search::End;
                }
                if offset == MAP_SIZE {
                    return Search::Again;
                }
                word = node.slots[offset];
            }
            match word.as_child() {
                Some(child) => id = child,
                // A tag on an empty slot would make the kernel search for ever.
                None if word.is_empty() => return Search::End,
                None => return Search::Found(id, offset),
            }
        }
    }
}

enum Search {
    Found(NodeId, usize),
    /// The node holds no more: start again from the root at the new index.
    Again,
    End,
}

/// The first set bit at or after `from`, 64 if there is none (`radix_tree_find_next_bit`).
const fn next_bit(bits: u64, from: usize) -> usize {
    if from >= MAP_SIZE {
        return MAP_SIZE;
    }
    let rest = bits >> from;
    if rest == 0 { MAP_SIZE } else { from + rest.trailing_zeros() as usize }
}

/// The first slot at or after `from` that holds something of its own, 64 if there is none.
fn next_occupied(slots: &[Word; MAP_SIZE], from: usize) -> usize {
    (from..MAP_SIZE)
        .find(|&offset| !slots[offset].is_empty() && slots[offset].as_sibling().is_none())
        .unwrap_or(MAP_SIZE)
}
