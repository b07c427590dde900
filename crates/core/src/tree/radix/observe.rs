//! What a reader of the tree can see: plain data for the page and for the conformance check, and equality and hash
//! over exactly that.

use std::hash::{Hash, Hasher};

use super::lookup::Place;
use super::node::{Node, NodeId};
use super::word::Word;
use super::{MAP_SHIFT, MAP_SIZE, MAX_TAGS, RadixTree};

/// What the root points to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RootView {
    /// Nothing.
    Empty,
    /// The root node.
    Node,
    /// A single order-0 entry at index 0.
    Entry(u64),
}

/// What a slot holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SlotView {
    /// A child node.
    Node,
    /// An entry.
    Entry(u64),
    /// A further slot of the multi-order entry in the named slot.
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
    /// The kernel's count of exceptional entries, with their siblings.
    pub exceptional: u8,
    /// One bit per slot, for each tag.
    pub tags: [u64; MAX_TAGS],
    /// The slots that are not empty.
    pub slots: Vec<(u8, SlotView)>,
}

/// An entry as plain data.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Leaf {
    /// The first index the entry covers.
    pub index: u64,
    /// It covers 2^order indices.
    pub order: u8,
    /// The stored word.
    pub word: u64,
    /// Its tags, bit `t` = tag `t`.
    pub tags: u8,
}

/// A node met on a pre-order walk, and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Met<'a> {
    pub(super) id: NodeId,
    pub(super) index: u64,
    pub(super) node: &'a Node,
}

impl RadixTree {
    /// Levels of nodes: 0 for an empty tree and for a single entry in the root.
    pub fn height(&self) -> u32 {
        self.root.as_child().map_or(0, |id| u32::from(self.node(id).shift) / MAP_SHIFT + 1)
    }

    /// How many nodes there are.
    pub const fn node_count(&self) -> usize {
        self.live as usize
    }

    /// What the root points to.
    pub fn root(&self) -> RootView {
        match self.root.as_child() {
            Some(_) => RootView::Node,
            None if self.root.is_empty() => RootView::Empty,
            None => RootView::Entry(self.root.0),
        }
    }

    /// All nodes in pre-order: a node, then its children by slot number.
    pub fn nodes(&self) -> Vec<NodeView> {
        let mut views = Vec::with_capacity(self.live as usize);
        self.pre_order(|met| views.push(met.view()));
        views
    }

    /// All entries in index order.
    pub fn leaves(&self) -> Vec<Leaf> {
        let mut leaves = Vec::new();
        if self.root.is_entry() {
            let tags = self.tags_of(Place::ROOT, self.root);
            leaves.push(Leaf { index: 0, order: 0, word: self.root.0, tags });
        }
        self.pre_order(|met| {
            for (offset, word) in met.occupied().filter(|(_, word)| word.is_entry()) {
                leaves.push(Leaf {
                    index: met.index + ((offset as u64) << met.node.shift),
                    order: met.node.order_at(offset),
                    word: word.0,
                    tags: met.node.tags_at(offset),
                });
            }
        });
        crate::order::sort_by_key(&mut leaves, |leaf| leaf.index);
        leaves
    }

    /// Calls `see` for every node in pre-order: a node, then its children by slot number.
    pub fn pre_order<'a>(&'a self, mut see: impl FnMut(Met<'a>)) {
        self.pre_order_while(|met| {
            see(met);
            true
        });
    }

    /// The same, but below a node only where `see` says `true` for it.
    pub fn pre_order_while<'a>(&'a self, see: impl FnMut(Met<'a>) -> bool) {
        let root = self.root.as_child().map(|id| Met { id, index: 0, node: self.node(id) });
        self.visit(root, see);
    }

    /// The same for one node and all below it.
    pub fn pre_order_from<'a>(&'a self, met: Met<'a>, mut see: impl FnMut(Met<'a>)) {
        self.visit(Some(met), |met| {
            see(met);
            true
        });
    }

    fn visit<'a>(&'a self, top: Option<Met<'a>>, mut see: impl FnMut(Met<'a>) -> bool) {
        let mut todo = Vec::with_capacity(MAP_SIZE);
        let meet = |id, index| Met { id, index, node: self.node(id) };
        todo.extend(top);
        while let Some(met) = todo.pop() {
            if !see(met) || met.node.shift == 0 {
                continue;
            }
            let below = met.node.slots.iter().enumerate().rev().filter_map(|(offset, word)| {
                let index = met.index + ((offset as u64) << met.node.shift);
                word.as_child().map(|id| meet(id, index))
            });
            todo.extend(below);
        }
    }

    /// Are two subtrees the same to the eye?
    fn same_subtree(&self, other: &Self, mine: NodeId, theirs: NodeId) -> bool {
        let (a, b) = (self.node(mine), other.node(theirs));
        if a.books() != b.books() || a.tags != b.tags {
            return false;
        }
        if a.slots == b.slots {
            // Mostly so between a state and its clone; only what hangs below is left to compare.
            let mut below = a.slots.iter().filter_map(|word| word.as_child());
            return below.all(|id| self.same_subtree(other, id, id));
        }
        let mut pairs = a.slots.iter().zip(&b.slots);
        pairs.all(|(&mine, &theirs)| self.same_word(other, mine, theirs))
    }

    fn same_word(&self, other: &Self, mine: Word, theirs: Word) -> bool {
        match (mine.as_child(), theirs.as_child()) {
            (None, None) => mine == theirs,
            (Some(a), Some(b)) => self.same_subtree(other, a, b),
            _ => false,
        }
    }

    fn hash_subtree<H: Hasher>(&self, id: NodeId, state: &mut H) {
        let node = self.node(id);
        state.write_u32(u32::from_le_bytes(node.books()));
        node.tags.iter().for_each(|&bits| state.write_u64(bits));
        for (offset, word) in node.slots.iter().enumerate().filter(|(_, word)| !word.is_empty()) {
            state.write_u8(offset as u8);
            match word.as_child() {
                Some(below) => self.hash_subtree(below, state),
                None => state.write_u64(word.0),
            }
        }
        // Marks the end of the node; no slot has this number.
        state.write_u8(u8::MAX);
    }
}

impl PartialEq for RadixTree {
    fn eq(&self, other: &Self) -> bool {
        self.root_tags == other.root_tags && self.live == other.live && self.same_word(other, self.root, other.root)
    }
}

impl Eq for RadixTree {}

impl Hash for RadixTree {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u8(self.root_tags);
        state.write_u32(self.live);
        match self.root.as_child() {
            Some(id) => self.hash_subtree(id, state),
            None => state.write_u64(self.root.0),
        }
    }
}

impl Node {
    const fn books(&self) -> [u8; 4] {
        [self.shift, self.offset, self.count, self.exceptional]
    }
}

impl Met<'_> {
    /// The first index the node covers.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// Index bits below one slot.
    #[must_use]
    pub const fn shift(&self) -> u8 {
        self.node.shift
    }

    /// The last index the node covers.
    #[must_use]
    pub fn last_index(&self) -> u64 {
        self.index.saturating_add(self.node.maxindex())
    }

    /// The entries in it, each once: first index and word.
    pub fn entries(&self) -> impl Iterator<Item = (u64, u64)> {
        let (first, shift) = (self.index, self.node.shift);
        let slots = self.node.slots.iter().enumerate().filter(|(_, word)| word.is_entry());
        slots.map(move |(offset, word)| (first + ((offset as u64) << shift), word.0))
    }

    /// Has it child nodes?
    #[must_use]
    pub fn has_children(&self) -> bool {
        self.node.shift > 0 && self.node.slots.iter().any(|word| word.as_child().is_some())
    }

    /// The slots that are not empty.
    pub(super) fn occupied(&self) -> impl Iterator<Item = (usize, Word)> {
        let slots = self.node.slots.iter().copied().enumerate();
        slots.filter(|(_, word)| !word.is_empty())
    }

    /// The node as plain data.
    #[must_use]
    pub fn view(&self) -> NodeView {
        NodeView {
            index: self.index,
            shift: self.node.shift,
            offset: self.node.offset,
            count: self.node.count,
            exceptional: self.node.exceptional,
            tags: self.node.tags,
            slots: self.occupied().map(|(offset, word)| (offset as u8, word.view())).collect(),
        }
    }
}

impl Word {
    fn view(self) -> SlotView {
        match (self.as_child(), self.as_sibling()) {
            (Some(_), _) => SlotView::Node,
            (_, Some(canonical)) => SlotView::Sibling(canonical as u8),
            _ if self.is_retry() => SlotView::Retry,
            _ => SlotView::Entry(self.0),
        }
    }
}
