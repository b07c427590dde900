//! What a reader of the array can see: plain data for the page and for the conformance check, and equality and hash over
//! exactly that.

use super::node::{Node, NodeId, distance};
use super::{CHUNK_SIZE, MAX_MARKS, Word, XArray};
use std::hash::{Hash, Hasher};

/// What a slot holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SlotView {
    /// A child node.
    Node,
    /// An entry.
    Entry(Word),
    /// A reservation.
    Zero,
    /// A further slot of the entry in the named slot.
    Sibling(u8),
    /// The retry marker.
    Retry,
}

/// A node as plain data.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct NodeView {
    /// The first index the node covers.
    pub index: u64,
    /// Index bits below one slot.
    pub shift: u8,
    /// The slot in the parent.
    pub offset: u8,
    /// The kernel's count of slots in use.
    pub count: u8,
    /// The kernel's count of values, with their siblings, as it is kept (`nr_values`).
    pub values: u8,
    /// One bit per slot, for each mark.
    pub marks: [u64; MAX_MARKS],
    /// The slots that are not empty.
    pub slots: Vec<(u8, SlotView)>,
}

/// An entry as plain data.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Leaf {
    /// The first index the entry covers.
    pub index: u64,
    /// The last index the entry covers.
    pub last: u64,
    /// The stored word, [`Word::ZERO`] for a reservation.
    pub word: Word,
    /// Its marks, bit `m` = mark `m`.
    pub marks: u8,
}

impl XArray {
    /// The head, if it is an entry or a reservation and no node.
    #[must_use]
    pub fn head_entry(&self) -> Option<Word> {
        self.head.is_entry().then_some(self.head)
    }

    /// All nodes in pre-order: a node, then its children by slot number.
    #[must_use]
    pub fn nodes(&self) -> Vec<NodeView> {
        let mut views = Vec::new();
        self.pre_order(|_, index, node| views.push(view(index, node)));
        views
    }

    /// All entries and reservations in index order.
    #[must_use]
    pub fn leaves(&self) -> Vec<Leaf> {
        let mut leaves = Vec::new();
        if let Some(word) = self.head_entry() {
            leaves.push(Leaf { index: 0, last: 0, word, marks: self.marks });
        }
        self.pre_order(|_, first, node| {
            for (offset, &word) in node.slots.iter().enumerate().filter(|(_, word)| word.is_entry()) {
                let index = first.wrapping_add(distance(offset as u64, node.shift));
                let size = distance(node.slots_of(offset) as u64, node.shift);
                let last = index.wrapping_add(size).wrapping_sub(1);
                leaves.push(Leaf { index, last, word, marks: node.marks_at(offset) });
            }
        });
        crate::order::sort_by_key(&mut leaves, |leaf| leaf.index);
        leaves
    }

    /// Calls `see` for every node in pre-order, with its number and first index.
    pub(super) fn pre_order<'a>(&'a self, mut see: impl FnMut(NodeId, u64, &'a Node)) {
        let mut todo = Vec::new();
        todo.extend(self.head.as_node().map(|id| (id, 0)));
        while let Some((id, first)) = todo.pop() {
            let node = self.nodes.get(id);
            see(id, first, node);
            if node.shift == 0 {
                continue;
            }
            for (offset, word) in node.slots.iter().enumerate().rev() {
                if let Some(below) = word.as_node() {
                    todo.push((below, first.wrapping_add(distance(offset as u64, node.shift))));
                }
            }
        }
    }

    /// Are two words and all that hangs below them the same to the eye?
    fn same_word(&self, other: &Self, mine: Word, theirs: Word) -> bool {
        match (mine.as_node(), theirs.as_node()) {
            (None, None) => mine == theirs,
            (Some(a), Some(b)) => {
                let (a, b) = (self.nodes.get(a), other.nodes.get(b));
                books(a) == books(b)
                    && a.marks == b.marks
                    && a.slots.iter().zip(&b.slots).all(|(&mine, &theirs)| self.same_word(other, mine, theirs))
            }
            _ => false,
        }
    }

    fn hash_below<H: Hasher>(&self, word: Word, state: &mut H) {
        let Some(id) = word.as_node() else { return state.write_u64(word.bits()) };
        let node = self.nodes.get(id);
        state.write_u32(u32::from_le_bytes(books(node)));
        node.marks.iter().for_each(|&bits| state.write_u64(bits));
        for (offset, &word) in node.slots.iter().enumerate().filter(|(_, word)| !word.is_null()) {
            state.write_u8(offset as u8);
            self.hash_below(word, state);
        }
        // Marks the end of the node; no slot has this number.
        state.write_u8(u8::MAX);
    }
}

impl PartialEq for XArray {
    fn eq(&self, other: &Self) -> bool {
        self.marks == other.marks
            && self.live_nodes() == other.live_nodes()
            && self.same_word(other, self.head, other.head)
    }
}

impl Eq for XArray {}

impl Hash for XArray {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u8(self.marks);
        state.write_u32(self.live_nodes());
        self.hash_below(self.head, state);
    }
}

const fn books(node: &Node) -> [u8; 4] {
    [node.shift, node.offset, node.count, node.values]
}

fn view(index: u64, node: &Node) -> NodeView {
    let mut slots = Vec::with_capacity(CHUNK_SIZE);
    for (offset, &word) in node.slots.iter().enumerate().filter(|(_, word)| !word.is_null()) {
        let slot = match word.as_sibling() {
            Some(canonical) => SlotView::Sibling(canonical as u8),
            None if word.is_node() => SlotView::Node,
            None if word == Word::RETRY => SlotView::Retry,
            None if word == Word::ZERO => SlotView::Zero,
            None => SlotView::Entry(word),
        };
        slots.push((offset as u8, slot));
    }
    let &Node { shift, offset, count, values, marks, .. } = node;
    NodeView { index, shift, offset, count, values, marks, slots }
}
