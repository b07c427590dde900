//! What is to be known of the whole tree to show a part of it, kept up to date by what each step changed.

use crate::tree_of_era::{self, Cell};
use daxscope_core::entry::XEntry;
use daxscope_core::entry::{Entry, Slot};
use daxscope_core::radix::{Leaf, Met, NodeView, RadixTree, RootView, SlotView};
use daxscope_core::tree::xarray::Word;
use daxscope_core::world::AddressSpace;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Index bits of one level.
const LEVEL_BITS: u8 = 6;
const MAX_SHIFT: u8 = 60;

/// Entries counted by kind.
#[derive(Clone, Default, Debug)]
pub(crate) struct Contents {
    kinds: Vec<(u64, String, usize)>,
    pub(crate) nodes: usize,
}

impl Contents {
    fn add(&mut self, word: u64) {
        let slot = Slot::from_word(word);
        // The bits that tell the kinds apart; all pages are one kind.
        let kind = if slot.page().is_some() { 0 } else { word & 0x3a };
        match self.kinds.iter_mut().find(|known| known.0 == kind) {
            Some(known) => known.2 += 1,
            None => {
                let name = if slot.page().is_some() { "zero page".into() } else { slot.kind() };
                self.kinds.push((kind, name, 1));
            }
        }
    }

    /// What is in the first of these nodes of an XArray, and below it; they are in pre-order.
    pub(crate) fn of_nodes(nodes: &[NodeView]) -> Contents {
        let mut contents = Contents::default();
        for (at, node) in nodes.iter().enumerate() {
            if at > 0 && node.shift >= nodes[0].shift {
                break;
            }
            contents.nodes += 1;
            for (_, slot) in &node.slots {
                if let SlotView::Entry(word) = *slot {
                    contents.add_xarray(word);
                }
            }
        }
        contents
    }

    fn add_xarray(&mut self, word: u64) {
        let Some(entry) = Word::from_bits(word).and_then(XEntry::from_word) else { return };
        let name = entry.kind();
        match self.kinds.iter_mut().find(|known| known.1 == name) {
            Some(known) => known.2 += 1,
            None => self.kinds.push((word & (XEntry::PMD | XEntry::ZERO | XEntry::EMPTY), name.into(), 1)),
        }
    }

    pub(crate) fn join(&mut self, other: Contents) {
        self.nodes += other.nodes;
        for (kind, name, count) in other.kinds {
            match self.kinds.iter_mut().find(|known| known.0 == kind) {
                Some(known) => known.2 += count,
                None => self.kinds.push((kind, name, count)),
            }
        }
    }

    /// `3 entries: 2 × 4 KiB block, 1 × 4 KiB empty`.
    pub(crate) fn words(&self) -> String {
        let total: usize = self.kinds.iter().map(|kind| kind.2).sum();
        let mut words = String::new();
        if self.nodes > 1 {
            words.push_str(&format!("{} nodes, ", self.nodes));
        }
        words.push_str(&format!("{total} {}", if total == 1 { "entry" } else { "entries" }));
        for (at, (_, name, count)) in self.kinds.iter().enumerate() {
            words.push_str(if at == 0 { ": " } else { ", " });
            words.push_str(&format!("{count} \u{d7} {name}"));
        }
        words
    }
}

/// What is known of a tree.
///
/// # Invariants
///
/// All of it is of the tree in `of`; `contents` holds no node whose entries, or nodes below, are others than when it was counted.
#[derive(Debug, Default)]
pub(crate) struct TreeFacts {
    of: Option<Arc<AddressSpace>>,
    entries: usize,
    /// Entries that are locked: index and word.
    locked: BTreeMap<u64, u64>,
    /// What is in a node and below it, of those that were asked for: by first index and shift.
    contents: RefCell<HashMap<(u64, u8), Contents>>,
    /// All nodes, of an XArray only.
    nodes: Vec<NodeView>,
    /// Entries that were looked at since the beginning.
    looked_at: u64,
}

impl TreeFacts {
    /// Goes to another tree. What both share is not looked at.
    pub(crate) fn follow(&mut self, mapping: &Arc<AddressSpace>) {
        let before = self.of.replace(Arc::clone(mapping));
        let is_node = |mapping: &Arc<AddressSpace>| matches!(mapping.tree.root(), RootView::Node);
        match before {
            Some(before) if Arc::ptr_eq(&before, mapping) => {}
            Some(before) if is_node(&before) && is_node(mapping) => self.change(&before.tree, &mapping.tree),
            _ if mapping.xarray.get().is_some() => self.take_all(mapping),
            _ => {
                *self = TreeFacts { of: self.of.take(), looked_at: self.looked_at, ..TreeFacts::default() };
                mapping.tree.leaves().into_iter().for_each(|leaf| self.put(leaf));
            }
        }
    }

    /// All of an XArray: its trees are read as a whole after each step that changed them.
    fn take_all(&mut self, mapping: &Arc<AddressSpace>) {
        *self = TreeFacts { of: self.of.take(), looked_at: self.looked_at, ..TreeFacts::default() };
        for leaf in tree_of_era::leaves(mapping) {
            self.entries += 1;
            self.looked_at += 1;
            if Cell::of_word(mapping, leaf.word).is_locked() {
                self.locked.insert(leaf.index, leaf.word);
            }
        }
        self.nodes = tree_of_era::nodes(mapping);
    }

    /// All nodes of an XArray in pre-order.
    pub(crate) fn nodes(&self) -> &[NodeView] {
        &self.nodes
    }

    fn change(&mut self, before: &RadixTree, after: &RadixTree) {
        for (old, new) in after.differences(before) {
            if let Some(old) = old {
                self.entries -= 1;
                self.locked.remove(&old.index);
                self.forget(old.index);
            }
            if let Some(new) = new {
                self.forget(new.index);
                self.put(new);
            }
        }
        if before.node_count() != after.node_count() {
            for (index, _) in after.new_nodes(before).into_iter().chain(before.new_nodes(after)) {
                self.forget(index);
            }
        }
    }

    fn put(&mut self, leaf: Leaf) {
        self.entries += 1;
        self.looked_at += 1;
        if Entry::from_word(leaf.word).is_some_and(Entry::is_locked) {
            self.locked.insert(leaf.index, leaf.word);
        }
    }

    /// What was counted in all nodes over an index.
    fn forget(&mut self, index: u64) {
        let mut contents = self.contents.borrow_mut();
        for shift in (0..=MAX_SHIFT).step_by(LEVEL_BITS.into()) {
            let above = u32::from(shift + LEVEL_BITS);
            let first = index.checked_shr(above).unwrap_or(0).checked_shl(above).unwrap_or(0);
            contents.remove(&(first, shift));
        }
    }

    /// Entries of the tree, that of the root itself included.
    pub(crate) const fn entries(&self) -> usize {
        self.entries
    }

    /// Entries that are locked, in index order.
    pub(crate) fn locked(&self) -> impl Iterator<Item = u64> + '_ {
        self.locked.keys().copied()
    }

    /// Entries that were looked at so far: the work that was done.
    #[cfg(test)]
    const fn looked_at(&self) -> u64 {
        self.looked_at
    }

    /// What is in a node of the tree and below it.
    pub(crate) fn contents(&self, tree: &RadixTree, met: Met<'_>) -> Contents {
        let key = (met.index(), met.shift());
        let known = self.contents.borrow().get(&key).cloned();
        known.unwrap_or_else(|| {
            let mut contents = Contents::default();
            tree.pre_order_from(met, |met| {
                met.entries().for_each(|(_, word)| contents.add(word));
                contents.nodes += 1;
            });
            self.contents.borrow_mut().insert(key, contents.clone());
            contents
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use daxscope_core::scenario::parse;
    use daxscope_core::world::World;

    fn world(script: &str) -> World {
        World::new(Arc::new(parse(script).scenario))
    }

    fn all_contents(facts: &TreeFacts, tree: &RadixTree) -> Vec<String> {
        let mut words = Vec::new();
        tree.pre_order(|met| words.push(facts.contents(tree, met).words()));
        words
    }

    #[test]
    fn facts_that_follow_a_tree_are_the_facts_of_the_tree() {
        let world = world("file 4096G\nentries 0..64M 4K page every 7p\nthread A\n  read 4K at 0\n");
        let mut mapping = Arc::clone(&world.mapping);
        let (mut facts, mut changes) = (TreeFacts::default(), 0);
        facts.follow(&mapping);
        for number in 0..600_u64 {
            let mut next = AddressSpace::clone(&mapping);
            let index = number * number * 97 % 20_000;
            let tree = &mut next.tree;
            let done = match number % 5 {
                0 | 1 => tree.delete(index - index % 7) != 0,
                2 => tree.insert(index << 20, 0, 0x62).is_ok(),
                3 => tree.delete(((number - 1) * (number - 1) * 97 % 20_000) << 20) != 0,
                _ => tree.insert(index, 0, 0x6e).is_ok(),
            };
            changes += usize::from(done);
            mapping = Arc::new(next);
            facts.follow(&mapping);
            let mut fresh = TreeFacts::default();
            fresh.follow(&mapping);
            assert_eq!((facts.entries, &facts.locked), (fresh.entries, &fresh.locked), "{number}");
            if number % 10 == 0 {
                assert_eq!(all_contents(&facts, &mapping.tree), all_contents(&fresh, &mapping.tree), "{number}");
            }
        }
        assert!(changes > 300, "{changes}");
    }

    #[test]
    fn a_change_of_a_large_tree_is_looked_at_alone() {
        let world = world("file 4096G\nentries 0..20000M 4K page every 2M\nthread A\n  read 4K at 0\n");
        let mut facts = TreeFacts::default();
        facts.follow(&world.mapping);
        let all = facts.looked_at();
        assert_eq!((all, facts.entries()), (10_000, 10_000));
        let mut next = AddressSpace::clone(&world.mapping);
        next.tree.delete(512);
        facts.follow(&Arc::new(next));
        assert_eq!((facts.looked_at() - all, facts.entries()), (0, 9_999));
    }
}
