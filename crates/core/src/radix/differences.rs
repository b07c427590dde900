//! What is different between two trees, one of which came from the other: quick where they share memory.

use super::node::NodeId;
use super::observe::Leaf;
use super::word::Word;
use super::{MAP_SHIFT, RadixTree};

/// An entry of two trees: before and after.
type Pair = (Option<Leaf>, Option<Leaf>);

impl RadixTree {
    /// The entries that differ in word, order or tags, as (before, after), in index order.
    #[must_use]
    pub fn differences(&self, before: &RadixTree) -> Vec<Pair> {
        let mut found = Vec::new();
        match (before.root.as_child(), self.root.as_child()) {
            (Some(old), Some(new)) if before.node(old).shift == self.node(new).shift => {
                self.nodes_differ(before, (old, new), 0, &mut found);
            }
            // The heights differ: everything is looked at.
            _ => merge(&before.leaves(), &self.leaves(), &mut found),
        }
        crate::order::sort_by_key(&mut found, |(old, new)| (old.or(*new).map(|leaf| leaf.index), old.is_none()));
        found
    }

    fn nodes_differ(&self, before: &RadixTree, (old, new): (NodeId, NodeId), index: u64, found: &mut Vec<Pair>) {
        let shared = old == new && self.nodes.shares(&before.nodes, old);
        let (a, b) = (before.node(old), self.node(new));
        if shared && b.shift == 0 {
            return;
        }
        let mut mixed = false;
        for (offset, (&left, &right)) in a.slots.iter().zip(&b.slots).enumerate() {
            match (left.as_child(), right.as_child()) {
                (Some(old), Some(new)) => {
                    let below = index + ((offset as u64) << b.shift);
                    self.nodes_differ(before, (old, new), below, found);
                }
                (None, None) => mixed |= !shared && (left != right || a.tags_at(offset) != b.tags_at(offset)),
                _ => mixed = true,
            }
        }
        if mixed {
            let old = before.leaves_but_below(old, index, b.slots.as_slice());
            let new = self.leaves_but_below(new, index, a.slots.as_slice());
            merge(&old, &new, found);
        }
    }

    /// The entries of a node and of what hangs below it, but not of children that the other tree has as well.
    fn leaves_but_below(&self, id: NodeId, index: u64, other: &[Word]) -> Vec<Leaf> {
        let node = self.node(id);
        let mut leaves = Vec::new();
        for (offset, word) in node.slots.iter().enumerate() {
            let first = index + ((offset as u64) << node.shift);
            match word.as_child() {
                Some(child) if other.get(offset).is_none_or(|other| other.as_child().is_none()) => {
                    leaves.extend(self.leaves_but_below(child, first, &[]));
                }
                Some(_) => {}
                None if word.is_entry() => {
                    let (order, tags) = (node.order_at(offset), node.tags_at(offset));
                    leaves.push(Leaf { index: first, order, word: word.0, tags });
                }
                None => {}
            }
        }
        crate::order::sort_by_key(&mut leaves, |leaf| leaf.index);
        leaves
    }

    /// The nodes that `before` has not, as first index and shift.
    #[must_use]
    pub fn new_nodes(&self, before: &RadixTree) -> Vec<(u64, u8)> {
        let mut found = Vec::new();
        if let Some(new) = self.root.as_child() {
            let top = before.root.as_child();
            self.new_below(before, new, top, 0, &mut found);
        }
        found
    }

    fn new_below(&self, before: &RadixTree, new: NodeId, old: Option<NodeId>, index: u64, found: &mut Vec<(u64, u8)>) {
        let node = self.node(new);
        let old = old.and_then(|old| before.node_of(old, index, node.shift));
        if old.is_none() {
            found.push((index, node.shift));
        }
        if node.shift == 0 {
            return;
        }
        for (offset, word) in node.slots.iter().enumerate() {
            let Some(child) = word.as_child() else { continue };
            let below = match old {
                Some(old) => before.node(old).slots[offset].as_child(),
                // A tree that grew has its old root below the new one.
                None => before.root.as_child().filter(|_| index == 0 && offset == 0),
            };
            self.new_below(before, child, below, index + ((offset as u64) << node.shift), found);
        }
    }

    /// The node of that shift on the way from `id` to `index`.
    fn node_of(&self, id: NodeId, index: u64, shift: u8) -> Option<NodeId> {
        let node = self.node(id);
        if node.shift <= shift {
            return (node.shift == shift).then_some(id);
        }
        let offset = (index >> node.shift) as usize % (1 << MAP_SHIFT);
        self.node_of(node.slots[offset].as_child()?, index, shift)
    }
}

/// Goes along two lists of entries in index order.
fn merge(old: &[Leaf], new: &[Leaf], found: &mut Vec<Pair>) {
    let (mut a, mut b) = (old.iter().copied().peekable(), new.iter().copied().peekable());
    loop {
        let pair = match (a.peek(), b.peek()) {
            (None, None) => return,
            (Some(x), Some(y)) if x.index == y.index => (a.next(), b.next()),
            (Some(x), Some(y)) if x.index < y.index => (a.next(), None),
            (Some(_), None) => (a.next(), None),
            _ => (None, b.next()),
        };
        if pair.0 != pair.1 {
            found.push(pair);
        }
    }
}
