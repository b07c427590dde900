//! How the radix tree becomes a view: which nodes are listed, which are closed, and their slots as runs.

use super::Build;
use super::tree::{Counters, EdgeView, GROUP, LeafView, NodeView, RunKind, SlotRun, TagBits, TreeView};
use super::tree_leaves::{Known, Placed, leaf, tag_bits};
use super::tree_rows::{Focus, Row, Rows, rows};
use crate::action::Object;
use crate::tree_of_era::{self, Cell};
use daxscope_core::narrate::page as hex;
use daxscope_core::radix::{self, SlotView, Tag};
use daxscope_core::world::AddressSpace;
use std::collections::BTreeSet;

/// The most entries that are listed.
const MAX_LEAVES: usize = 1024;

impl Build<'_> {
    pub(super) fn tree(&self) -> TreeView {
        let mapping = &self.world().mapping;
        let (busy, toggled) = (self.busy_indices(), &self.session.toggled_nodes);
        let all = rows(mapping, &self.session.tree_facts, &Focus { busy: &busy, toggled });
        let total = all.entries;
        let Listed { nodes, edges, leaves } = listed(self, mapping, &all);
        TreeView {
            height: tree_of_era::height(mapping),
            is_xarray: mapping.xarray.get().is_some(),
            is_emptied: total == 0 && self.changes.iter().any(|change| matches!(change, Object::Slot(_))),
            counters: Counters::of(&self.world().scenario.revision),
            nrexceptional: mapping.nrexceptional,
            nrpages: mapping.nrpages,
            root_tags: tag_bits(tree_of_era::root_tags(mapping)),
            more_nodes: all.more_nodes,
            summary: self.tree_summary(total, all.nodes).into(),
            more_leaves: total - leaves.len(),
            nodes: nodes.into(),
            edges: edges.into(),
            leaves: leaves.into(),
            ghosts: self.ghosts().into(),
        }
    }

    /// Indices at which something happens: what this step changed, what is locked, waited for, or selected.
    fn busy_indices(&self) -> BTreeSet<u64> {
        let world = self.world();
        let of = |object: &Object| match *object {
            Object::Slot(index) | Object::Tag(index, _) | Object::WaitKey(index) => Some(index),
            _ => None,
        };
        let mut busy = BTreeSet::new();
        for object in self.changes.iter().chain(&self.session.selection) {
            busy.extend(of(object));
        }
        busy.extend(world.mapping.owners.iter().map(|&(index, _)| index));
        busy.extend(world.waits.waiters().iter().map(|waiter| waiter.key.0));
        busy
    }

    fn tree_summary(&self, entries: usize, nodes: usize) -> String {
        let mapping = &self.world().mapping;
        if entries == 0 && nodes == 0 {
            return match mapping.xarray.get() {
                Some(_) => "The XArray is empty.".into(),
                None => "The tree is empty.".into(),
            };
        }
        let count = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        format!(
            "The {} holds {} in {}; {}.",
            if mapping.xarray.get().is_some() { "XArray" } else { "tree" },
            count(entries, "entry", "entries"),
            count(nodes, "node", "nodes"),
            counters(mapping, &self.world().scenario.revision),
        )
    }
}

/// Who knows what the entries and nodes of a tree are beside what stands in the tree.
pub(super) trait Scene {
    /// Locks, waiters and changes of the entry at an index.
    fn known(&self, index: u64, value: Cell) -> Known;
    /// Is a node of the row new?
    fn is_new(&self, row: &Row) -> bool;
    /// Was the node opened or closed by hand? First index and shift.
    fn is_toggled(&self, node: (u64, u8)) -> bool;
}

impl Scene for Build<'_> {
    fn known(&self, index: u64, value: Cell) -> Known {
        self.known_of(index, value)
    }

    fn is_new(&self, row: &Row) -> bool {
        let node = &row.node;
        self.new_nodes.iter().any(|&(index, shift)| {
            (index, shift) == (node.index, node.shift)
                || row.closed.is_some() && (node.index..=row.last).contains(&index)
        })
    }

    fn is_toggled(&self, node: (u64, u8)) -> bool {
        self.session.toggled_nodes.contains(&node)
    }
}

/// Nodes, edges and entries of a tree as they are drawn.
pub(super) struct Listed {
    pub(super) nodes: Vec<NodeView>,
    pub(super) edges: Vec<EdgeView>,
    pub(super) leaves: Vec<LeafView>,
}

/// The rows of a tree as they are drawn.
pub(super) fn listed(scene: &dyn Scene, mapping: &AddressSpace, all: &Rows) -> Listed {
    // Level by level, and in index order within a level.
    let mut order: Vec<usize> = (0..all.rows.len()).collect();
    daxscope_core::order::sort_by_key(&mut order, |&at| (all.rows[at].level, all.rows[at].node.index, at));
    let mut number = vec![0; order.len()];
    for (new, &old) in order.iter().enumerate() {
        number[old] = new;
    }
    let mut leaves = Vec::new();
    if let Some(word) = tree_of_era::root_entry(mapping) {
        let tags = tag_bits(tree_of_era::root_tags(mapping));
        leaves.push(leaf(scene, mapping, &Placed { index: 0, order: 0, word, tags, node: None, slot: 0 }));
    }
    let (mut nodes, mut edges) = (Vec::new(), Vec::new());
    for (at, &which) in order.iter().enumerate() {
        let row = &all.rows[which];
        if let Some(parent) = row.parent {
            edges.push(EdgeView { parent: number[parent], slot: row.node.offset, child: at });
        }
        nodes.push(node(scene, mapping, row, at, &mut leaves));
    }
    // Children stand behind their parents, so their numbers are known only now.
    for edge in &edges {
        let runs: Vec<SlotRun> = nodes[edge.parent]
            .runs
            .iter()
            .cloned()
            .map(|run| match run.kind {
                RunKind::Child(None) if run.first == edge.slot => {
                    SlotRun { kind: RunKind::Child(Some(edge.child)), ..run }
                }
                _ => run,
            })
            .collect();
        nodes[edge.parent].runs = runs.into();
    }
    sort_leaves(&mut leaves, &mut nodes);
    Listed { nodes, edges, leaves }
}

fn node(scene: &dyn Scene, mapping: &AddressSpace, row: &Row, at: usize, leaves: &mut Vec<LeafView>) -> NodeView {
    let node = &row.node;
    let first_leaf = leaves.len();
    let runs = if row.closed.is_some() { Vec::new() } else { runs(scene, mapping, node, at, leaves) };
    let is_group = row.together > 1;
    let is_changed = scene.is_new(row) || leaves[first_leaf..].iter().any(|leaf| leaf.is_changed);
    let shift = if is_group { node.shift | GROUP } else { node.shift };
    NodeView {
        first_index: node.index,
        last_index: row.last,
        shift: node.shift,
        level: row.level,
        offset: node.offset,
        count: node.count,
        exceptional: node.exceptional,
        tags: node.tags,
        runs: runs.into(),
        together: row.together,
        toggle: (node.index, shift),
        is_opened: row.closed.is_none() && scene.is_toggled((node.index, node.shift)),
        collapsed: row.closed.as_ref().map(|closed| closed.words().into()),
        is_changed,
        label: label(row).into(),
    }
}

/// The slots as runs; entries are added to `leaves`.
fn runs(
    scene: &dyn Scene,
    mapping: &AddressSpace,
    node: &radix::NodeView,
    at: usize,
    leaves: &mut Vec<LeafView>,
) -> Vec<SlotRun> {
    let mut runs: Vec<SlotRun> = Vec::new();
    let mut next = 0_u8;
    for &(slot, view) in &node.slots {
        if slot > next {
            runs.push(SlotRun { first: next, len: slot - next, kind: RunKind::Empty });
        }
        next = slot + 1;
        let kind = match view {
            SlotView::Node => RunKind::Child(None),
            SlotView::Retry => RunKind::Retry,
            SlotView::Sibling(_) => {
                match runs.last_mut() {
                    Some(run) if matches!(run.kind, RunKind::Leaf(_)) => run.len += 1,
                    _ => runs.push(SlotRun { first: slot, len: 1, kind: RunKind::Retry }),
                }
                continue;
            }
            SlotView::Entry(word) => RunKind::Leaf((leaves.len() < MAX_LEAVES).then(|| {
                let index = node.index + (u64::from(slot) << node.shift);
                let siblings =
                    node.slots.iter().filter(|(_, other)| *other == SlotView::Sibling(slot)).count() as u64 + 1;
                let order = node.shift + siblings.trailing_zeros() as u8;
                let tag = |tag: Tag| node.tags[tag as usize] >> slot & 1 == 1;
                let tags =
                    TagBits { dirty: tag(Tag::Dirty), writeback: tag(Tag::Writeback), towrite: tag(Tag::Towrite) };
                leaves.push(leaf(scene, mapping, &Placed { index, order, word, tags, node: Some(at), slot }));
                leaves.len() - 1
            })),
        };
        runs.push(SlotRun { first: slot, len: 1, kind });
    }
    if next < 64 {
        runs.push(SlotRun { first: next, len: 64 - next, kind: RunKind::Empty });
    }
    runs
}

/// Entries of different levels were met level by level; they are wanted by index.
fn sort_leaves(leaves: &mut [LeafView], nodes: &mut [NodeView]) {
    let mut order: Vec<usize> = (0..leaves.len()).collect();
    daxscope_core::order::sort_by_key(&mut order, |&at| leaves[at].index);
    if order.is_sorted() {
        return;
    }
    let mut place = vec![0; leaves.len()];
    for (new, &old) in order.iter().enumerate() {
        place[old] = new;
    }
    daxscope_core::order::sort_by_key(leaves, |leaf| leaf.index);
    for node in nodes {
        let moved = |run: &SlotRun| match run.kind {
            RunKind::Leaf(Some(at)) => SlotRun { kind: RunKind::Leaf(Some(place[at])), ..run.clone() },
            _ => run.clone(),
        };
        node.runs = node.runs.iter().map(moved).collect();
    }
}

/// `node of 0x200 to 0x23f, one slot is 1 page, 2 slots in use`.
fn label(row: &Row) -> String {
    let (first, last) = (hex(row.node.index), hex(row.last));
    if row.together > 1 {
        return format!("{} nodes of {first} to {last}", row.together);
    }
    let span = 1_u64.checked_shl(row.node.shift.into()).unwrap_or(u64::MAX);
    format!(
        "node of {first} to {last}, one slot is {}, {} in use",
        crate::session::plural(span as usize, "page"),
        crate::session::plural(row.node.count.into(), "slot"),
    )
}

/// `nrexceptional is 1, nrpages is 0`; from 5.13 on there is `nrpages` alone.
fn counters(mapping: &AddressSpace, revision: &daxscope_core::revision::Revision) -> String {
    match Counters::of(revision) {
        Counters::Both => format!("nrexceptional is {}, nrpages is {}", mapping.nrexceptional, mapping.nrpages),
        Counters::Exceptional => format!("nrexceptional is {}", mapping.nrexceptional),
        Counters::Pages => format!("nrpages is {}", mapping.nrpages),
    }
}
