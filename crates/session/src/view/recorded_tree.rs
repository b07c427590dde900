//! A tree that was recorded on a real kernel, drawn like the model's: an XArray is built of its entries, and seen in the same way.

use super::tree::{Counters, TreeView};
use super::tree_leaves::{Known, tag_bits};
use super::tree_nodes::{Listed, Scene, listed};
use super::tree_rows::{Focus, Row, rows};
use crate::import::{TreeEntry, TreeReport};
use crate::tree_facts::TreeFacts;
use crate::tree_of_era::{self, Cell};
use daxscope_core::entry::XEntry;
use daxscope_core::tree::xarray::{Mark, Word, XArray};
use daxscope_core::world::{AddressSpace, OfEra};
use std::collections::BTreeSet;
use std::sync::Arc;

/// No file has a page from here on: the last is 2^51 - 1.
const END_OF_FILES: u64 = 1 << 51;

/// The recorded tree as an address space of the model.
#[derive(Debug)]
pub(crate) struct Recorded {
    mapping: Arc<AddressSpace>,
    /// Entries that have no place in an XArray of DAX: no entries, not at a multiple of their size, over another one.
    pub(crate) left_out: usize,
}

/// The entry of a word, if it is one.
pub(crate) fn entry_of(raw: u64) -> Option<XEntry> {
    Word::from_bits(raw).and_then(XEntry::from_word)
}

impl Recorded {
    pub(crate) fn new(tree: &TreeReport) -> Recorded {
        let mut array = XArray::new();
        let (mut next, mut left_out) = (0, 0);
        let mut sorted: Vec<&TreeEntry> = tree.entries.iter().collect();
        daxscope_core::order::sort_by_key(&mut sorted, |entry| entry.index);
        for entry in sorted {
            match place(entry, next) {
                Some((word, last)) if array.store_range(entry.index, last, word).is_ok() => {
                    for mark in [Mark::Dirty, Mark::Writeback, Mark::Towrite] {
                        if has_mark(entry, mark) {
                            array.set_mark(entry.index, mark);
                        }
                    }
                    next = last + 1;
                }
                _ => left_out += 1,
            }
        }
        let mapping = AddressSpace {
            xarray: OfEra::new(array),
            nrexceptional: signed(tree.exceptional),
            nrpages: signed(tree.pages),
            ..AddressSpace::default()
        };
        Recorded { mapping: Arc::new(mapping), left_out }
    }

    /// The picture. `before`: the tree of the snapshot before, from which changes are told; `toggled`: nodes that were opened or
    /// closed by hand; `shown`: a page of the entry that is looked at.
    pub(crate) fn view(
        &self,
        tree: &TreeReport,
        before: Option<&TreeReport>,
        toggled: &BTreeSet<(u64, u8)>,
        shown: Option<u64>,
    ) -> TreeView {
        let mut facts = TreeFacts::default();
        facts.follow(&self.mapping);
        let changed = changed(tree, before);
        let busy: BTreeSet<u64> = changed.iter().copied().chain(shown).collect();
        let all = rows(&self.mapping, &facts, &Focus { busy: &busy, toggled });
        let scene = Of { changed: &changed, toggled };
        let Listed { nodes, edges, leaves } = listed(&scene, &self.mapping, &all);
        let counters = if tree.exceptional.is_some() { Counters::Exceptional } else { Counters::Pages };
        TreeView {
            is_xarray: true,
            is_emptied: false,
            counters,
            height: tree_of_era::height(&self.mapping),
            nrexceptional: self.mapping.nrexceptional,
            nrpages: self.mapping.nrpages,
            root_tags: tag_bits(tree_of_era::root_tags(&self.mapping)),
            more_nodes: all.more_nodes,
            more_leaves: all.entries - leaves.len(),
            summary: format!(
                "The XArray of the snapshot \u{201c}{}\u{201d}: {} entries in {} nodes.",
                tree.tag, all.entries, all.nodes
            )
            .into(),
            nodes: nodes.into(),
            edges: edges.into(),
            leaves: leaves.into(),
            ghosts: Vec::new().into(),
        }
    }

    /// Nodes, and slots that belong to the entry of another slot.
    pub(crate) fn nodes_and_siblings(&self) -> (usize, usize) {
        let nodes = tree_of_era::nodes(&self.mapping);
        let mut siblings = 0;
        for node in &nodes {
            for (_, slot) in &node.slots {
                siblings += usize::from(matches!(slot, daxscope_core::radix::SlotView::Sibling(_)));
            }
        }
        (nodes.len(), siblings)
    }
}

fn signed(count: Option<u64>) -> i64 {
    i64::try_from(count.unwrap_or(0)).unwrap_or(i64::MAX)
}

fn has_mark(entry: &TreeEntry, mark: Mark) -> bool {
    entry.marks.split(' ').any(|word| word == mark.name())
}

/// Word and last page of an entry that fits behind the others.
fn place(entry: &TreeEntry, next: u64) -> Option<(Word, u64)> {
    let known = entry_of(entry.raw)?;
    let pages = known.size().pages();
    let fits = entry.index >= next && entry.index.is_multiple_of(pages) && entry.index <= END_OF_FILES - pages;
    fits.then(|| (known.word(), entry.index + (pages - 1)))
}

/// First pages of entries that were not there before, or were others.
fn changed(tree: &TreeReport, before: Option<&TreeReport>) -> BTreeSet<u64> {
    let mut changed = BTreeSet::new();
    let Some(before) = before else { return changed };
    let known: std::collections::BTreeMap<u64, &TreeEntry> =
        before.entries.iter().map(|entry| (entry.index, entry)).collect();
    for entry in &tree.entries {
        let is_same = known.get(&entry.index).is_some_and(|was| was.raw == entry.raw && was.marks == entry.marks);
        if !is_same {
            changed.insert(entry.index);
        }
    }
    changed
}

/// What is known beside the tree: what has changed.
struct Of<'a> {
    changed: &'a BTreeSet<u64>,
    toggled: &'a BTreeSet<(u64, u8)>,
}

impl Scene for Of<'_> {
    fn known(&self, index: u64, value: Cell) -> Known {
        let is_changed = self.changed.contains(&index);
        Known { is_locked: value.is_locked(), holder: None, waiters: Vec::new().into(), is_changed }
    }

    fn is_new(&self, _row: &Row) -> bool {
        false
    }

    fn is_toggled(&self, node: (u64, u8)) -> bool {
        self.toggled.contains(&node)
    }
}
