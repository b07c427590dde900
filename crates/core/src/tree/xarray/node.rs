//! The node: its slots, and its books, which stand apart in memory.

use super::word::Word;
use super::{CHUNK_SIZE, MAX_MARKS, Mark};
use std::ops::Deref;

/// The number of a node in the memory of its array. Valid until the node is freed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub(super) u32);

impl NodeId {
    /// "No node": the parent of the top node.
    pub(super) const NONE: Self = Self(u32::MAX);

    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }

    /// Nothing if this is [`NodeId::NONE`].
    pub(super) const fn known(self) -> Option<Self> {
        if self.0 == u32::MAX { None } else { Some(self) }
    }
}

/// What a node (`struct xa_node`) knows besides its 64 slots.
///
/// `count` is the number of slots in use, siblings and children included. `values` (the kernel's `nr_values`) is kept by
/// arithmetic: it wraps, and is wrong for good once a smaller store has changed the kind of a larger entry.
///
/// One line of the cache, so that none of them needs two.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Books {
    pub(super) marks: [u64; MAX_MARKS],
    pub(super) parent: NodeId,
    pub(super) shift: u8,
    pub(super) offset: u8,
    pub(super) count: u8,
    pub(super) values: u8,
    /// Part of the array or on its way there; a freed node keeps the rest of what it was.
    pub(super) in_use: bool,
}

/// The slots of a node.
pub(super) type Slots = [Word; CHUNK_SIZE];

/// A node, to read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'a> {
    books: &'a Books,
    pub(super) slots: &'a Slots,
}

impl Deref for Node<'_> {
    type Target = Books;

    #[inline]
    fn deref(&self) -> &Books {
        self.books
    }
}

impl<'a> Node<'a> {
    #[inline]
    pub(super) const fn new(books: &'a Books, slots: &'a Slots) -> Self {
        Self { books, slots }
    }

    /// The word in a slot. Offsets wrap, so that a state that stands behind the last slot reads something.
    #[inline]
    pub(super) const fn slot(&self, offset: u8) -> Word {
        self.slots[offset as usize % CHUNK_SIZE]
    }

    /// Asks the memory for the slots with this mark, and for the books of the node that comes next, before they are read one
    /// by one: in large arrays each is far away, and a walk would wait for one after the other. Changes nothing.
    #[inline]
    pub(super) fn ask_for_marked(&self, mark: Mark, next: Option<Node<'_>>) {
        /// Slots that come with one line of the cache.
        const LINE: u32 = 8;
        let mut marked = self.marks[mark as usize];
        let mut asked = next.map_or(0, |next| next.marks[mark as usize]);
        while marked != 0 {
            let first = marked.trailing_zeros() / LINE * LINE;
            asked ^= self.slots[first as usize].bits();
            marked &= !(0xff << first);
        }
        std::hint::black_box(asked);
    }

    /// How many slots the entry at the canonical slot `offset` takes.
    pub(super) fn slots_of(&self, offset: usize) -> usize {
        let sibling = Word::sibling(offset);
        1 + self.slots.iter().skip(offset + 1).take_while(|&&word| word == sibling).count()
    }
}

impl Books {
    pub(super) const fn new(parent: NodeId, shift: u8, offset: u8) -> Self {
        Self { shift, offset, count: 0, values: 0, parent, in_use: true, marks: [0; MAX_MARKS] }
    }

    /// The slot on the way to `index` (`get_offset`).
    #[inline]
    pub(super) const fn offset_of(&self, index: u64) -> u8 {
        slot_of(index, self.shift) as u8
    }

    #[inline]
    pub(super) const fn has_mark(&self, mark: Mark, offset: usize) -> bool {
        self.marks[mark as usize] >> (offset % CHUNK_SIZE) & 1 != 0
    }

    #[inline]
    pub(super) const fn set_mark(&mut self, mark: Mark, offset: usize) {
        self.marks[mark as usize] |= 1 << offset;
    }

    /// Adds marks to one slot, bit `m` = mark `m`.
    pub(super) fn add_marks(&mut self, marks: u8, offset: usize) {
        for (mark, bits) in self.marks.iter_mut().enumerate() {
            *bits |= u64::from(marks >> mark & 1) << offset;
        }
    }

    /// The marks of one slot, bit `m` = mark `m`.
    #[inline]
    pub(super) const fn marks_at(&self, offset: usize) -> u8 {
        let [a, b, c] = self.marks;
        (a >> offset & 1 | (b >> offset & 1) << 1 | (c >> offset & 1) << 2) as u8
    }

    /// The marks that at least one slot has, bit `m` = mark `m`.
    pub(super) const fn marks_anywhere(&self) -> u8 {
        let [a, b, c] = self.marks;
        (a != 0) as u8 | ((b != 0) as u8) << 1 | ((c != 0) as u8) << 2
    }
}

/// The slot of a node of this shift on the way to `index`.
#[inline]
pub(super) const fn slot_of(index: u64, shift: u8) -> usize {
    index.wrapping_shr(shift as u32) as usize & (CHUNK_SIZE - 1)
}

/// Number `offset` of a node of this shift, as a distance of indices. Shifts that leave the word give what a 64-bit machine
/// gives.
#[inline]
pub(super) const fn distance(offset: u64, shift: u8) -> u64 {
    offset.wrapping_shl(shift as u32)
}

/// The index of slot `offset` in the node of this shift that covers `index`; 64 is the first index behind it.
#[inline]
pub(super) const fn index_in_node(index: u64, shift: u8, offset: u8) -> u64 {
    (index & !last_index(shift)).wrapping_add(distance(offset as u64, shift))
}

/// The largest index below the first node of this shift (`max_index`).
#[inline]
pub(super) const fn last_index(shift: u8) -> u64 {
    // At shift 60 the product leaves the word and only the wrap-around gives the right answer.
    distance(CHUNK_SIZE as u64, shift).wrapping_sub(1)
}
