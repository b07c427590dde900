//! Finding an entry (`__radix_tree_lookup`, `radix_tree_descend`, v4.10).

use super::node::{Node, NodeId};
use super::word::Word;
use super::{MAP_MASK, MAP_SHIFT, RadixTree};

/// Where an entry stands: the answer of `__radix_tree_lookup` in its `nodep` and `slotp`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SlotRef {
    /// The node, `None` if the entry hangs directly in the root.
    pub node: Option<NodeId>,
    /// The canonical slot of the entry in that node (0 in the root).
    pub offset: u8,
    /// The first index the entry covers.
    pub index: u64,
    /// The entry covers 2^order indices.
    pub order: u8,
    /// The word in the slot.
    pub word: u64,
}

/// A slot of the tree: in a node, or the root pointer itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Place {
    pub(super) node: Option<NodeId>,
    pub(super) offset: usize,
}

impl Place {
    pub(super) const ROOT: Self = Self { node: None, offset: 0 };

    /// The place that leads to a node.
    pub(super) fn above(node: &Node) -> Self {
        Self { node: (node.parent != NodeId::NONE).then_some(node.parent), offset: usize::from(node.offset) }
    }
}

impl RadixTree {
    /// The entry that covers `index`, 0 if there is none (`radix_tree_lookup`, v4.10).
    ///
    /// Any index within a multi-order entry finds it. A slot that waits to be filled after [`RadixTree::split`] counts
    /// as none; the kernel would look again until it is filled.
    #[inline]
    pub fn lookup(&self, index: u64) -> u64 {
        let (mut shift, maxindex) = self.load_root();
        if index > maxindex {
            return 0;
        }
        let mut word = self.root;
        while let Some(id) = word.as_child() {
            shift = shift.wrapping_sub(MAP_SHIFT);
            word = step(self.node(id), shift, index).1;
        }
        word.value()
    }

    /// Where the entry that covers `index` stands; `None` if there is no entry (`__radix_tree_lookup`, v4.10, whose
    /// slot must not be used when it returns NULL).
    pub fn lookup_slot(&self, index: u64) -> Option<SlotRef> {
        let (place, word) = self.find(index)?;
        let (first, order) = match place.node {
            None => (0, 0),
            Some(id) => {
                let node = self.node(id);
                let first = (index & !node.maxindex()) | (place.offset as u64) << node.shift;
                (first, node.order_at(place.offset))
            }
        };
        Some(SlotRef { node: place.node, offset: place.offset as u8, index: first, order, word: word.0 })
    }

    /// The place and the word of the entry that covers `index`.
    ///
    /// A child's shift is six less than its parent's, so the descent need not read it: one cache line per node.
    #[inline]
    pub(super) fn find(&self, index: u64) -> Option<(Place, Word)> {
        self.find_place(index).filter(|(_, word)| word.is_entry())
    }

    /// The place at which the search for `index` ends, and the word there, which may be empty; `None` if the tree is
    /// too low for the index (`__radix_tree_lookup`, whose `slotp` is set in all other cases).
    #[inline]
    pub(super) fn find_place(&self, index: u64) -> Option<(Place, Word)> {
        let (mut shift, maxindex) = self.load_root();
        if index > maxindex {
            return None;
        }
        let mut place = Place::ROOT;
        let mut word = self.root;
        while let Some(id) = word.as_child() {
            shift = shift.wrapping_sub(MAP_SHIFT);
            let (offset, next) = step(self.node(id), shift, index);
            place = Place { node: Some(id), offset };
            word = next;
        }
        Some((place, word))
    }

    /// The shift one level above the root node, and the largest index the tree can hold at its height
    /// (`radix_tree_load_root`).
    #[inline]
    pub(super) fn load_root(&self) -> (u32, u64) {
        match self.root.as_child() {
            Some(id) => {
                let node = self.node(id);
                (u32::from(node.shift) + MAP_SHIFT, node.maxindex())
            }
            None => (0, 0),
        }
    }

    /// One level down: the canonical slot on the way to `index` and its word (`radix_tree_descend`).
    #[inline]
    pub(super) fn descend(&self, id: NodeId, index: u64) -> (usize, Word) {
        let node = self.node(id);
        step(node, u32::from(node.shift), index)
    }
}

/// The canonical slot on the way to `index` in a node of this shift, and its word.
#[inline]
pub(super) fn step(node: &Node, shift: u32, index: u64) -> (usize, Word) {
    let offset = index.wrapping_shr(shift) as usize & MAP_MASK;
    let word = node.slots[offset];
    match word.as_sibling() {
        Some(canonical) => (canonical, node.slots[canonical]),
        None => (offset, word),
    }
}
