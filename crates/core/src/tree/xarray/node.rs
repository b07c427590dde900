//! The node and the memory of all nodes.
//!
//! Nodes name each other by number. The one freed last is the first used again, which makes the numbers a function of the
//! operations alone.

use super::word::Word;
use super::{CHUNK_SHIFT, CHUNK_SIZE, MAX_MARKS, Mark};

/// The number of a node in the memory of its array. Valid until the node is freed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub(super) u32);

impl NodeId {
    /// "No node": the parent of the top node.
    pub(super) const NONE: Self = Self(u32::MAX);

    const fn index(self) -> usize {
        self.0 as usize
    }

    /// Nothing if this is [`NodeId::NONE`].
    pub(super) const fn known(self) -> Option<Self> {
        if self.0 == u32::MAX { None } else { Some(self) }
    }
}

/// A node of 64 slots (`struct xa_node`).
///
/// `count` is the number of slots in use, siblings and children included. `values` (the kernel's `nr_values`) is kept by
/// arithmetic: it wraps, and is wrong for good once a smaller store has changed the kind of a larger entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) shift: u8,
    pub(super) offset: u8,
    pub(super) count: u8,
    pub(super) values: u8,
    pub(super) parent: NodeId,
    /// Part of the array or on its way there; a freed node keeps the rest of what it was.
    pub(super) in_use: bool,
    pub(super) marks: [u64; MAX_MARKS],
    pub(super) slots: [Word; CHUNK_SIZE],
}

/// Where a state of another time stands.
static NOWHERE: Node = Node { in_use: false, ..Node::new(NodeId::NONE, 0, 0) };

impl Node {
    const fn new(parent: NodeId, shift: u8, offset: u8) -> Self {
        Self {
            shift,
            offset,
            count: 0,
            values: 0,
            parent,
            in_use: true,
            marks: [0; MAX_MARKS],
            slots: [Word::NULL; CHUNK_SIZE],
        }
    }

    /// The word in a slot. Offsets wrap, so that a state that stands behind the last slot reads something.
    #[inline]
    pub(super) const fn slot(&self, offset: u8) -> Word {
        self.slots[offset as usize % CHUNK_SIZE]
    }

    /// The slot on the way to `index` (`get_offset`).
    #[inline]
    pub(super) const fn offset_of(&self, index: u64) -> u8 {
        slot_of(index, self.shift) as u8
    }

    /// How many slots the entry at the canonical slot `offset` takes.
    pub(super) fn slots_of(&self, offset: usize) -> usize {
        let sibling = Word::sibling(offset);
        1 + self.slots.iter().skip(offset + 1).take_while(|&&word| word == sibling).count()
    }

    #[inline]
    pub(super) const fn has_mark(&self, mark: Mark, offset: usize) -> bool {
        self.marks[mark as usize] >> (offset % CHUNK_SIZE) & 1 != 0
    }

    #[inline]
    pub(super) const fn set_mark(&mut self, mark: Mark, offset: usize) {
        self.marks[mark as usize] |= 1 << offset;
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

/// The largest index below the first node of this shift (`max_index`).
#[inline]
pub(super) const fn last_index(shift: u8) -> u64 {
    // At shift 60 the product leaves the word and only the wrap-around gives the right answer.
    distance(CHUNK_SIZE as u64, shift).wrapping_sub(1)
}

/// Which allocations of nodes fail: the next `succeed` do not, then `fail` do, then none.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct AllocationFailures {
    /// So many more allocations succeed.
    pub succeed: u64,
    /// Then so many fail.
    pub fail: u64,
}

/// The memory of the nodes of an array.
#[derive(Clone, Debug)]
pub(super) struct Nodes {
    all: Vec<Node>,
    free: Vec<NodeId>,
    /// Freed nodes are never used again.
    keeps_freed: bool,
    in_use: u32,
    /// Nodes that states hold ready.
    spare: u32,
    pub(super) failures: AllocationFailures,
    pub(super) allocations: u64,
    pub(super) freed: u64,
}

impl Nodes {
    pub(super) const fn new(keeps_freed: bool) -> Self {
        Self {
            all: Vec::new(),
            free: Vec::new(),
            keeps_freed,
            in_use: 0,
            spare: 0,
            failures: AllocationFailures { succeed: 0, fail: 0 },
            allocations: 0,
            freed: 0,
        }
    }

    pub(super) const fn live(&self) -> u32 {
        self.in_use + self.spare
    }

    /// The node of this number; one that holds nothing if it is unknown, which only a state of another time can ask.
    #[inline]
    pub(super) fn get(&self, id: NodeId) -> &Node {
        self.all.get(id.index()).unwrap_or(&NOWHERE)
    }

    /// The node of this number, which is in use.
    #[inline]
    pub(super) fn get_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.all[id.index()]
    }

    pub(super) const fn in_use(&self) -> u32 {
        self.in_use
    }

    /// Asks for memory; does it fail?
    fn fails(&mut self) -> bool {
        self.allocations += 1;
        let AllocationFailures { succeed, fail } = &mut self.failures;
        if *fail == 0 {
            return false;
        }
        if *succeed > 0 {
            *succeed -= 1;
            return false;
        }
        *fail -= 1;
        true
    }

    /// A node that a state holds ready; false if there is no memory.
    pub(super) fn reserve(&mut self) -> bool {
        let got = !self.fails();
        self.spare += u32::from(got);
        got
    }

    /// Gives back nodes that a state held ready.
    pub(super) fn unreserve(&mut self, count: u8) {
        self.spare = self.spare.saturating_sub(u32::from(count));
        self.freed += u64::from(count);
    }

    /// A node made of one that a state held ready.
    pub(super) fn take_reserved(&mut self, parent: NodeId, shift: u8, offset: u8) -> NodeId {
        self.spare = self.spare.saturating_sub(1);
        self.place(Node::new(parent, shift, offset))
    }

    /// A new node, if there is memory.
    pub(super) fn alloc(&mut self, parent: NodeId, shift: u8, offset: u8) -> Option<NodeId> {
        // The last number is `NodeId::NONE`; the one before it is never reached on machines of this size.
        (!self.fails() && self.all.len() < u32::MAX as usize).then(|| self.place(Node::new(parent, shift, offset)))
    }

    fn place(&mut self, node: Node) -> NodeId {
        self.in_use += 1;
        match self.free.pop().filter(|_| !self.keeps_freed) {
            Some(id) => {
                *self.get_mut(id) = node;
                id
            }
            None => {
                self.all.push(node);
                NodeId((self.all.len() - 1) as u32)
            }
        }
    }

    /// `xa_node_free`.
    pub(super) fn free(&mut self, id: NodeId) {
        self.get_mut(id).in_use = false;
        self.in_use -= 1;
        self.freed += 1;
        if self.keeps_freed {
            return;
        }
        if self.in_use == 0 {
            // Nothing is left: forget the high-water mark, so that a drained array is cheap to clone.
            self.all.clear();
            self.free.clear();
        } else {
            self.free.push(id);
        }
    }

    /// The first index that a node covers, counted from the top of the array.
    pub(super) fn first_index(&self, mut id: NodeId) -> u64 {
        let mut index = 0_u64;
        // No array is taller than the bits of an index.
        for _ in 0..=u64::BITS / CHUNK_SHIFT {
            let node = self.get(id);
            let Some(parent) = node.parent.known() else { break };
            index = index.wrapping_add(distance(u64::from(node.offset), self.get(parent).shift));
            id = parent;
        }
        index
    }
}
