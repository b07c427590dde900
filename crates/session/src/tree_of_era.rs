//! The tree of a file as plain data, whichever era its kernel is of: the radix tree to 4.19, the XArray from 4.20 on.
//! What the page draws of a tree is asked here, so no view asks for the era.

use daxscope_core::entry::{Entry, EntrySize, Slot, XEntry};
use daxscope_core::radix::{Leaf, NodeView, SlotView, Tag};
use daxscope_core::tree::xarray::{self, Mark, Word, XArray};
use daxscope_core::units::{Block, PageId};
use daxscope_core::world::AddressSpace;
use std::collections::BTreeSet;

/// The last index that a node covers.
pub(crate) const fn last_index(node: &NodeView) -> u64 {
    let bits = node.shift as u32 + 6;
    if bits >= 64 { u64::MAX } else { node.index + ((1 << bits) - 1) }
}

/// What stands in a slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cell {
    /// Nothing.
    Nothing,
    /// A hole page (radix era).
    Page(PageId),
    /// An entry of the radix era.
    Radix(Entry),
    /// An entry of the XArray's era.
    XArray(XEntry),
}

impl Cell {
    /// What covers an index.
    pub(crate) fn at(mapping: &AddressSpace, index: u64) -> Cell {
        match mapping.xarray.get() {
            Some(_) => mapping.entry(index).map_or(Cell::Nothing, Cell::XArray),
            None => Cell::of_slot(mapping.slot(index)),
        }
    }

    /// The word of a slot of that tree.
    pub(crate) fn of_word(mapping: &AddressSpace, word: u64) -> Cell {
        match mapping.xarray.get() {
            Some(_) => Word::from_bits(word).and_then(XEntry::from_word).map_or(Cell::Nothing, Cell::XArray),
            None => Cell::of_slot(Slot::from_word(word)),
        }
    }

    const fn of_slot(slot: Slot) -> Cell {
        match slot {
            Slot::Null => Cell::Nothing,
            Slot::Page(page) => Cell::Page(page),
            Slot::Entry(entry) => Cell::Radix(entry),
        }
    }

    /// The hole page.
    pub(crate) const fn page(self) -> Option<PageId> {
        match self {
            Cell::Page(page) => Some(page),
            Cell::Nothing | Cell::Radix(_) | Cell::XArray(_) => None,
        }
    }

    /// Is there an entry, no hole page and not nothing?
    pub(crate) const fn is_entry(self) -> bool {
        matches!(self, Cell::Radix(_) | Cell::XArray(_))
    }

    /// The lock bit of an entry; a hole page has a lock of its own.
    pub(crate) const fn is_locked(self) -> bool {
        match self {
            Cell::Radix(entry) => entry.is_locked(),
            Cell::XArray(entry) => entry.is_locked(),
            Cell::Nothing | Cell::Page(_) => false,
        }
    }

    /// The size of an entry.
    pub(crate) const fn size(self) -> EntrySize {
        match self {
            Cell::Radix(entry) => entry.size(),
            Cell::XArray(entry) => entry.size(),
            Cell::Nothing | Cell::Page(_) => EntrySize::Pte,
        }
    }

    /// Does it stand for a zero page, the huge one or a small one?
    pub(crate) const fn is_zero(self) -> bool {
        match self {
            Cell::Radix(entry) => entry.is_hzp(),
            Cell::XArray(entry) => entry.is_zero(),
            Cell::Nothing | Cell::Page(_) => false,
        }
    }

    /// Does it only carry the lock?
    pub(crate) const fn is_empty(self) -> bool {
        match self {
            Cell::Radix(entry) => entry.is_empty(),
            Cell::XArray(entry) => entry.is_empty(),
            Cell::Nothing | Cell::Page(_) => false,
        }
    }

    /// The first device block.
    pub(crate) fn block(self) -> Option<Block> {
        match self {
            Cell::Radix(entry) => entry.is_block().then(|| entry.block()),
            Cell::XArray(entry) => entry.is_block().then(|| entry.frame()),
            Cell::Nothing | Cell::Page(_) => None,
        }
    }

    /// The word of an entry.
    pub(crate) const fn word(self) -> Option<u64> {
        match self {
            Cell::Radix(entry) => Some(entry.word()),
            Cell::XArray(entry) => Some(entry.bits()),
            Cell::Nothing | Cell::Page(_) => None,
        }
    }

    /// What it is, without the lock: `4 KiB block`, `page 3`, `nothing`.
    pub(crate) fn kind(self) -> String {
        match self {
            Cell::Nothing => Slot::Null.kind(),
            Cell::Page(page) => Slot::Page(page).kind(),
            Cell::Radix(entry) => Slot::Entry(entry).kind(),
            Cell::XArray(entry) => entry.kind().into(),
        }
    }

    /// The bits that are set: `PMD|EMPTY|locked`.
    pub(crate) fn bits(self) -> String {
        match self {
            Cell::Nothing => format!("{:?}", Slot::Null),
            Cell::Page(page) => format!("{:?}", Slot::Page(page)),
            Cell::Radix(entry) => format!("{:?}", Slot::Entry(entry)),
            Cell::XArray(entry) => xarray_bits(entry),
        }
    }
}

fn xarray_bits(entry: XEntry) -> String {
    let flags = [
        (entry.is_pmd(), "PMD"),
        (entry.is_zero(), "ZERO_PAGE"),
        (entry.is_empty(), "EMPTY"),
        (entry.is_locked(), "LOCKED"),
    ];
    let mut bits = String::from("value");
    for (_, name) in flags.into_iter().filter(|(is_set, _)| *is_set) {
        bits.push('|');
        bits.push_str(name);
    }
    bits
}

/// Has the entry that covers an index the tag, or mark?
pub(crate) fn is_tagged(mapping: &AddressSpace, index: u64, tag: Tag) -> bool {
    match mapping.xarray.get() {
        Some(array) => array.get_mark(index, mark(tag)),
        None => mapping.tree.tag_get(index, tag),
    }
}

/// A tag of the radix tree is a mark of the XArray.
const fn mark(tag: Tag) -> Mark {
    match tag {
        Tag::Dirty => Mark::Dirty,
        Tag::Writeback => Mark::Writeback,
        Tag::Towrite => Mark::Towrite,
    }
}

/// The tags of the root, or the marks of the array.
pub(crate) fn root_tags(mapping: &AddressSpace) -> u8 {
    mapping.xarray.get().map_or_else(|| mapping.tree.root_tags(), XArray::marks)
}

/// All entries in index order.
pub(crate) fn leaves(mapping: &AddressSpace) -> Vec<Leaf> {
    let Some(array) = mapping.xarray.get() else { return mapping.tree.leaves() };
    let mut leaves = Vec::new();
    for leaf in array.leaves() {
        let order = (leaf.last - leaf.index).wrapping_add(1).trailing_zeros() as u8;
        leaves.push(Leaf { index: leaf.index, order, word: leaf.word.bits(), tags: leaf.marks });
    }
    leaves
}

/// All nodes in pre-order. `exceptional` of a node of the XArray is its `nr_values`.
pub(crate) fn nodes(mapping: &AddressSpace) -> Vec<NodeView> {
    match mapping.xarray.get() {
        Some(array) => nodes_of(array),
        None => mapping.tree.nodes(),
    }
}

/// All nodes of an XArray in pre-order.
pub(crate) fn nodes_of(array: &XArray) -> Vec<NodeView> {
    let mut nodes = Vec::new();
    for node in array.nodes() {
        let mut slots = Vec::with_capacity(node.slots.len());
        for (slot, view) in node.slots {
            slots.push((slot, slot_view(view)));
        }
        nodes.push(NodeView {
            index: node.index,
            shift: node.shift,
            offset: node.offset,
            count: node.count,
            exceptional: node.values,
            tags: node.marks,
            slots,
        });
    }
    nodes
}

const fn slot_view(view: xarray::SlotView) -> SlotView {
    match view {
        xarray::SlotView::Node => SlotView::Node,
        xarray::SlotView::Entry(word) => SlotView::Entry(word.bits()),
        // DAX makes no reservations.
        xarray::SlotView::Zero | xarray::SlotView::Retry => SlotView::Retry,
        xarray::SlotView::Sibling(of) => SlotView::Sibling(of),
    }
}

/// The entry in the root itself: its word.
pub(crate) fn root_entry(mapping: &AddressSpace) -> Option<u64> {
    match mapping.xarray.get() {
        Some(array) => array.head_entry().map(Word::bits),
        None => match mapping.tree.root() {
            daxscope_core::radix::RootView::Entry(word) => Some(word),
            _ => None,
        },
    }
}

/// Levels of nodes.
pub(crate) fn height(mapping: &AddressSpace) -> u32 {
    match mapping.xarray.get() {
        Some(_) => nodes(mapping).first().map_or(0, |top| u32::from(top.shift) / 6 + 1),
        None => mapping.tree.height(),
    }
}

/// The entries in which two trees differ: as they were, and as they are.
pub(crate) fn differences(before: &AddressSpace, after: &AddressSpace) -> Vec<(Option<Leaf>, Option<Leaf>)> {
    if before.xarray.get().is_none() && after.xarray.get().is_none() {
        return after.tree.differences(&before.tree);
    }
    let (old, new) = (leaves(before), leaves(after));
    let (mut at, mut to, mut found) = (0, 0, Vec::new());
    while at < old.len() || to < new.len() {
        let (left, right) = (old.get(at).copied(), new.get(to).copied());
        let first = left.map_or(u64::MAX, |leaf| leaf.index).min(right.map_or(u64::MAX, |leaf| leaf.index));
        let pair = (left.filter(|leaf| leaf.index == first), right.filter(|leaf| leaf.index == first));
        at += usize::from(pair.0.is_some());
        to += usize::from(pair.1.is_some());
        if pair.0 != pair.1 {
            found.push(pair);
        }
    }
    found
}

/// Nodes that were not there before: first index and shift.
pub(crate) fn new_nodes(before: &AddressSpace, after: &AddressSpace) -> Vec<(u64, u8)> {
    let (Some(old), Some(new)) = (before.xarray.get(), after.xarray.get()) else {
        return after.tree.new_nodes(&before.tree).into_iter().collect();
    };
    let place = |node: &xarray::NodeView| (node.index, node.shift);
    let known: BTreeSet<(u64, u8)> = old.nodes().iter().map(place).collect();
    new.nodes().iter().map(place).filter(|node| !known.contains(node)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bits_of_a_word_of_the_xarray_are_named() {
        let entry = XEntry::empty(EntrySize::Pmd).locked();
        assert_eq!(Cell::XArray(entry).bits(), "value|PMD|EMPTY|LOCKED");
        assert_eq!(Cell::XArray(entry).word(), Some(0x17));
        assert_eq!(Cell::XArray(XEntry::of_block(0x1003, EntrySize::Pte)).block(), Some(0x1003));
    }
}
