//! The node and the arena it lives in.
//!
//! Nodes stand in an arena and name each other by number. The arena is cut into pieces that clones share until one of
//! them writes: a clone of a large tree and a change cost one piece, and what two trees share is the same to the eye. Freed
//! nodes form a chain through their parent field; the last one freed is the first one used again, which makes node numbers
//! a function of the operations alone.

use super::word::Word;
use super::{MAP_SHIFT, MAP_SIZE, MAX_TAGS, RadixTree, Tag, TreeError};
use std::sync::Arc;

/// The number of a node in the arena of its tree. Valid until the node is freed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub(super) u32);

impl NodeId {
    /// "No node": the parent of the root node, the end of the chain of free nodes.
    pub(super) const NONE: Self = Self(u32::MAX);

    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A node of 64 slots (`struct radix_tree_node`, v4.10).
///
/// # Invariants
///
/// `count` is the number of slots that are not empty, siblings and children included. `exceptional` is the number of
/// slots that hold an exceptional entry or a sibling of one. A tag bit is set on the canonical slot of an entry only,
/// and in the slot of every ancestor. [`RadixTree::check_structure`] checks all of it; the operations that break it,
/// as they do in the kernel, say so.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) shift: u8,
    pub(super) offset: u8,
    pub(super) count: u8,
    pub(super) exceptional: u8,
    pub(super) parent: NodeId,
    pub(super) tags: [u64; MAX_TAGS],
    pub(super) slots: [Word; MAP_SIZE],
}

impl Node {
    const fn new(parent: NodeId, shift: u8, offset: u8) -> Self {
        Self { shift, offset, count: 0, exceptional: 0, parent, tags: [0; MAX_TAGS], slots: [Word::EMPTY; MAP_SIZE] }
    }

    /// The largest index below this node, if it were the first of its level (`node_maxindex`).
    #[inline]
    pub(super) const fn maxindex(&self) -> u64 {
        shift_maxindex(self.shift as u32)
    }

    /// How many slots an entry of `order` takes here, and the first of them.
    #[inline]
    pub(super) const fn block(&self, offset: usize, order: u32) -> (usize, usize) {
        let shift = self.shift as u32;
        if order <= shift {
            return (offset, 1);
        }
        let levels = order - shift;
        let slots = if levels < MAP_SHIFT { 1 << levels } else { MAP_SIZE };
        (offset & !(slots - 1), slots)
    }

    /// How many slots the entry at the canonical slot `offset` takes (`slot_count`).
    #[inline]
    pub(super) fn slot_count(&self, offset: usize) -> usize {
        let sibling = Word::sibling(offset);
        1 + self.slots[offset + 1..].iter().take_while(|&&word| word == sibling).count()
    }

    /// The order of the entry at the canonical slot `offset`.
    pub(super) fn order_at(&self, offset: usize) -> u8 {
        self.shift + self.slot_count(offset).ilog2() as u8
    }

    #[inline]
    pub(super) const fn has_tag(&self, tag: Tag, offset: usize) -> bool {
        self.tags[tag as usize] >> offset & 1 != 0
    }

    #[inline]
    pub(super) const fn has_any_tag(&self, offset: usize) -> bool {
        (self.tags[0] | self.tags[1] | self.tags[2]) >> offset & 1 != 0
    }

    #[inline]
    pub(super) const fn set_tag(&mut self, tag: Tag, offset: usize) {
        self.tags[tag as usize] |= 1 << offset;
    }

    #[inline]
    pub(super) const fn clear_tag(&mut self, tag: Tag, offset: usize) {
        self.tags[tag as usize] &= !(1 << offset);
    }

    /// The tags of one slot, bit `t` = tag `t`.
    pub(super) fn tags_at(&self, offset: usize) -> u8 {
        Tag::ALL.iter().filter(|&&tag| self.has_tag(tag, offset)).fold(0, |bits, &tag| bits | tag.bit())
    }

    /// The tags that at least one slot has, bit `t` = tag `t`.
    pub(super) fn tags_anywhere(&self) -> u8 {
        Tag::ALL.iter().filter(|&&tag| self.tags[tag as usize] != 0).fold(0, |bits, &tag| bits | tag.bit())
    }
}

/// The largest index a tree can hold whose root node has this shift (`shift_maxindex`).
#[inline]
pub(super) const fn shift_maxindex(shift: u32) -> u64 {
    // At shift 60 the product leaves the word and only the wrap-around gives the right answer.
    ((MAP_SIZE as u64) << shift).wrapping_sub(1)
}

/// Nodes of one piece of an arena, a power of two.
const PIECE: usize = 8;

/// The memory of the nodes of a tree.
///
/// # Invariants
///
/// All pieces but the last hold [`PIECE`] nodes, and none is empty.
#[derive(Clone, Debug, Default)]
pub(super) struct Arena {
    pieces: Vec<Arc<Vec<Node>>>,
}

impl Arena {
    pub(super) const fn new() -> Self {
        Self { pieces: Vec::new() }
    }

    fn len(&self) -> usize {
        match self.pieces.last() {
            Some(last) => (self.pieces.len() - 1) * PIECE + last.len(),
            None => 0,
        }
    }

    fn push(&mut self, node: Node) {
        match self.pieces.last_mut().filter(|last| last.len() < PIECE) {
            Some(last) => Arc::make_mut(last).push(node),
            None => self.pieces.push(Arc::new(vec![node])),
        }
    }

    /// Do both name the very same memory? Then the nodes are the same.
    pub(super) fn shares(&self, other: &Self, id: NodeId) -> bool {
        let piece = id.index() / PIECE;
        let (mine, theirs) = (self.pieces.get(piece), other.pieces.get(piece));
        mine.zip(theirs).is_some_and(|(mine, theirs)| Arc::ptr_eq(mine, theirs))
    }
}

impl RadixTree {
    #[inline]
    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes.pieces[id.index() / PIECE][id.index() % PIECE]
    }

    #[inline]
    pub(super) fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut Arc::make_mut(&mut self.nodes.pieces[id.index() / PIECE])[id.index() % PIECE]
    }

    /// An empty node, not yet linked (`radix_tree_node_alloc`).
    pub(super) fn alloc_node(&mut self, parent: NodeId, shift: u32, offset: usize) -> Result<NodeId, TreeError> {
        match self.fail_allocation_after {
            Some(0) => {
                self.fail_allocation_after = None;
                return Err(TreeError::NoMem);
            }
            Some(left) => self.fail_allocation_after = Some(left - 1),
            None => {}
        }
        let node = Node::new(parent, shift as u8, offset as u8);
        let id = if self.free == NodeId::NONE {
            let id = u32::try_from(self.nodes.len()).map_err(|_| TreeError::NoMem)?;
            self.nodes.push(node);
            NodeId(id)
        } else {
            let id = self.free;
            self.free = self.node(id).parent;
            *self.node_mut(id) = node;
            id
        };
        self.live += 1;
        Ok(id)
    }

    /// `radix_tree_node_free`, without the grace period.
    pub(super) fn free_node(&mut self, id: NodeId) {
        self.live -= 1;
        if self.live == 0 {
            // Nothing is left: forget the high-water mark, so that a drained tree is cheap to clone.
            self.nodes.pieces.clear();
            self.free = NodeId::NONE;
            return;
        }
        let next = self.free;
        self.node_mut(id).parent = next;
        self.free = id;
    }

    /// Frees a node and everything below it (`radix_tree_free_nodes`).
    pub(super) fn free_subtree(&mut self, id: NodeId) {
        for offset in 0..MAP_SIZE {
            if let Some(child) = self.node(id).slots[offset].as_child() {
                self.free_subtree(child);
            }
        }
        self.free_node(id);
    }
}
