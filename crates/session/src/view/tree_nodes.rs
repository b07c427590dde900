//! How the radix tree becomes a view: which nodes are listed, which are closed, and their slots as runs.

use super::Build;
use super::tree::{EdgeView, LeafView, NodeView, RunKind, SlotRun, TagBits, TreeView};
use super::tree_leaves::tag_bits;
use crate::action::Object;
use daxscope_core::entry::Slot;
use daxscope_core::narrate::page as hex;
use daxscope_core::radix::{self, RootView, SlotView, Tag};
use std::collections::BTreeSet;

/// The most nodes that are listed.
const MAX_NODES: usize = 256;
/// The most entries that are listed.
const MAX_LEAVES: usize = 1024;
/// In a tree with more entries, nodes in which nothing happens are closed.
const OPEN_LEAVES: usize = 192;

/// A node of the tree on its way to the view.
struct Met {
    node: radix::NodeView,
    parent: Option<usize>,
    level: u32,
    is_interesting: bool,
}

impl Build<'_> {
    pub(super) fn tree(&self) -> TreeView {
        let mapping = &self.world().mapping;
        let met = self.met();
        let listed = listed(&met);
        let number = |at: usize| {
            listed.binary_search_by_key(&(met[at].level, met[at].node.index, at), |&at| {
                (met[at].level, met[at].node.index, at)
            })
        };
        let entries = |met: &Met| met.node.slots.iter().filter(|(_, slot)| matches!(slot, SlotView::Entry(_))).count();
        let total: usize =
            met.iter().map(entries).sum::<usize>() + usize::from(matches!(mapping.tree.root(), RootView::Entry(_)));
        let mut leaves = Vec::new();
        if let RootView::Entry(word) = mapping.tree.root() {
            leaves.push(self.leaf(0, 0, word, tag_bits(mapping.tree.root_tags()), None, 0));
        }
        let (mut nodes, mut edges) = (Vec::new(), Vec::new());
        for (at, &which) in listed.iter().enumerate() {
            let met = &met[which];
            if let Some(parent) = met.parent.and_then(|parent| number(parent).ok()) {
                edges.push(EdgeView { parent, slot: met.node.offset, child: at });
            }
            nodes.push(self.node(met, at, total, &mut leaves));
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
        TreeView {
            height: mapping.tree.height(),
            nrexceptional: mapping.nrexceptional,
            nrpages: mapping.nrpages,
            root_tags: tag_bits(mapping.tree.root_tags()),
            more_nodes: met.len() - nodes.len(),
            summary: self.tree_summary(total, met.len()).into(),
            more_leaves: total - leaves.len(),
            nodes: nodes.into(),
            edges: edges.into(),
            leaves: leaves.into(),
            ghosts: self.ghosts().into(),
        }
    }

    /// All nodes in pre-order with their parents.
    fn met(&self) -> Vec<Met> {
        let busy = self.busy_indices();
        let mut all: Vec<Met> = Vec::new();
        let mut above: Vec<usize> = Vec::new();
        for node in self.world().mapping.tree.nodes() {
            while above.last().is_some_and(|&at| all[at].node.shift <= node.shift) {
                above.pop();
            }
            let last = last_index(&node);
            let is_interesting = busy.range(node.index..=last).next().is_some();
            let parent = above.last().copied();
            above.push(all.len());
            all.push(Met { parent, level: above.len() as u32 - 1, is_interesting, node });
        }
        all
    }

    /// Indices at which something happens: what this step changed, what is locked, waited for, or selected.
    fn busy_indices(&self) -> BTreeSet<u64> {
        let world = self.world();
        let of = |object: &Object| match *object {
            Object::Slot(index) | Object::Tag(index, _) | Object::WaitKey(index) => Some(index),
            _ => None,
        };
        let mut busy: BTreeSet<u64> = self.changes.iter().chain(&self.session.selection).filter_map(of).collect();
        busy.extend(world.mapping.owners.iter().map(|&(index, _)| index));
        busy.extend(world.waits.waiters().iter().map(|waiter| waiter.key.0));
        busy
    }

    fn node(&self, met: &Met, at: usize, total: usize, leaves: &mut Vec<LeafView>) -> NodeView {
        let node = &met.node;
        let first_leaf = leaves.len();
        let entries = node.slots.iter().filter(|(_, slot)| matches!(slot, SlotView::Entry(_))).count();
        let has_children = node.slots.iter().any(|(_, slot)| *slot == SlotView::Node);
        let closed_by_itself = total > OPEN_LEAVES && !met.is_interesting && !has_children;
        let is_toggled = self.session.toggled_nodes.contains(&(node.index, node.shift));
        let is_closed = entries > 0 && !has_children && (closed_by_itself != is_toggled);
        let runs = if is_closed { Vec::new() } else { self.runs(node, at, leaves) };
        let is_new = self.new_nodes.contains(&(node.index, node.shift));
        let is_changed = is_new || leaves[first_leaf..].iter().any(|leaf| leaf.is_changed);
        let span = 1_u64.checked_shl(node.shift.into()).unwrap_or(u64::MAX);
        NodeView {
            first_index: node.index,
            last_index: last_index(node),
            shift: node.shift,
            level: met.level,
            offset: node.offset,
            count: node.count,
            exceptional: node.exceptional,
            tags: node.tags,
            runs: runs.into(),
            collapsed: is_closed.then(|| contents(node).into()),
            is_changed,
            label: format!(
                "node of {} to {}, one slot is {}, {} in use",
                hex(node.index),
                hex(last_index(node)),
                crate::session::plural(span as usize, "page"),
                crate::session::plural(node.count.into(), "slot"),
            )
            .into(),
        }
    }

    /// The slots as runs; entries are added to `leaves`.
    fn runs(&self, node: &radix::NodeView, at: usize, leaves: &mut Vec<LeafView>) -> Vec<SlotRun> {
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
                    leaves.push(self.leaf(index, order, word, tags, Some(at), slot));
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

    fn tree_summary(&self, entries: usize, nodes: usize) -> String {
        let mapping = &self.world().mapping;
        if entries == 0 && nodes == 0 {
            return "The tree is empty.".into();
        }
        let count = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        format!(
            "The tree holds {} in {}; nrexceptional is {}, nrpages is {}.",
            count(entries, "entry", "entries"),
            count(nodes, "node", "nodes"),
            mapping.nrexceptional,
            mapping.nrpages
        )
    }
}

/// The nodes to list, level by level: all, or those in which something happens with their ancestors, then the rest.
fn listed(met: &[Met]) -> Vec<usize> {
    let mut chosen: BTreeSet<usize> = BTreeSet::new();
    for (at, _) in met.iter().enumerate().filter(|(_, met)| met.is_interesting).take(MAX_NODES) {
        chosen.extend(std::iter::successors(Some(at), |&at| met[at].parent));
    }
    let rest = (0..met.len()).filter(|at| !chosen.contains(at)).take(MAX_NODES.saturating_sub(chosen.len()));
    // Pre-order: the parent of a node that is taken was taken before it.
    let rest: Vec<usize> = rest.collect();
    chosen.extend(rest);
    let mut listed: Vec<usize> = chosen.into_iter().collect();
    daxscope_core::order::sort_by_key(&mut listed, |&at| (met[at].level, met[at].node.index, at));
    listed
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

/// The last index that a node covers.
fn last_index(node: &radix::NodeView) -> u64 {
    let bits = u32::from(node.shift) + radix::MAP_SHIFT;
    let span = 1_u64.checked_shl(bits).map_or(u64::MAX, |span| span - 1);
    node.index.saturating_add(span)
}

/// `3 entries: 2 4 KiB block, 1 4 KiB empty`.
fn contents(node: &radix::NodeView) -> String {
    let words = node.slots.iter().filter_map(|(_, slot)| match slot {
        SlotView::Entry(word) => Some(*word),
        _ => None,
    });
    let mut kinds: Vec<(String, usize)> = Vec::new();
    for word in words {
        let kind = match Slot::from_word(word) {
            Slot::Page(_) => "zero page".into(),
            slot => slot.kind(),
        };
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((kind, 1)),
        }
    }
    let total: usize = kinds.iter().map(|(_, count)| count).sum();
    let list: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} \u{d7} {kind}")).collect();
    format!("{total} {}: {}", if total == 1 { "entry" } else { "entries" }, list.join(", "))
}
