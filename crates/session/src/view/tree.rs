//! The radix tree: nodes top-down, slots as runs, entries.

use super::Build;
use super::Text;
use crate::action::Object;
use crate::objects::hole;
use daxscope_core::entry::{Entry, Slot};
use daxscope_core::narrate::page as hex;
use daxscope_core::radix::{self, RootView, SlotView, Tag};
use daxscope_core::sync::WaitKey;
use daxscope_core::units::ThreadId;
use std::collections::BTreeSet;
use std::rc::Rc;

/// The tree.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TreeView {
    /// Levels of nodes: 0 for an empty tree and for a single entry in the root.
    pub height: u32,
    /// `nrexceptional`.
    pub nrexceptional: i64,
    /// `nrpages`.
    pub nrpages: i64,
    /// The tags of the root.
    pub root_tags: TagBits,
    /// Nodes, level by level and in index order within a level. The position is the number in edges and slots.
    pub nodes: Rc<[NodeView]>,
    /// Nodes that are not listed.
    pub more_nodes: usize,
    /// From a slot to the node below.
    pub edges: Rc<[EdgeView]>,
    /// Entries in index order; those of closed nodes are left out.
    pub leaves: Rc<[LeafView]>,
    /// Entries that are not listed.
    pub more_leaves: usize,
    /// Keys that threads wait for where there is no such entry any more.
    pub ghosts: Rc<[GhostView]>,
    /// All of it in a sentence.
    pub summary: Text,
}

/// The tags of a slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TagBits {
    /// `PAGECACHE_TAG_DIRTY`.
    pub dirty: bool,
    /// `PAGECACHE_TAG_WRITEBACK`, which DAX never uses.
    pub writeback: bool,
    /// `PAGECACHE_TAG_TOWRITE`.
    pub towrite: bool,
}

/// A node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NodeView {
    /// The first index it covers.
    pub first_index: u64,
    /// The last index it covers.
    pub last_index: u64,
    /// Index bits below one slot.
    pub shift: u8,
    /// Levels below the root node.
    pub level: u32,
    /// The slot in the parent.
    pub offset: u8,
    /// The kernel's count of slots in use.
    pub count: u8,
    /// The kernel's count of exceptional entries, with their siblings.
    pub exceptional: u8,
    /// One bit per slot: DIRTY, WRITEBACK, TOWRITE.
    pub tags: [u64; 3],
    /// The slots as runs of what is alike; empty if the node is closed.
    pub runs: Rc<[SlotRun]>,
    /// The node is closed: what is in it, in words.
    pub collapsed: Option<Text>,
    /// Did this step change it or create it?
    pub is_changed: bool,
    /// `node of 0x200 to 0x23f, one slot is one page, 2 slots in use`.
    pub label: Text,
}

/// Slots of a node that are alike.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SlotRun {
    /// The first slot.
    pub first: u8,
    /// Number of slots; of an entry 1, and 8 of a 2 MiB entry with its siblings.
    pub len: u8,
    /// What they hold.
    pub kind: RunKind,
}

/// What a run of slots holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RunKind {
    /// Nothing.
    Empty,
    /// A child node; `None` if it is not listed.
    Child(Option<usize>),
    /// An entry with its siblings: the position in [`TreeView::leaves`]; `None` if it is not listed.
    Leaf(Option<usize>),
    /// The retry marker.
    Retry,
}

/// From a slot to the node below.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EdgeView {
    /// The parent.
    pub parent: usize,
    /// Its slot.
    pub slot: u8,
    /// The child.
    pub child: usize,
}

/// What an entry is, for its shape.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EntryKind {
    /// A 4 KiB entry that only carries the lock.
    EmptyPte,
    /// A 2 MiB entry that only carries the lock.
    EmptyPmd,
    /// The huge zero page.
    HugeZeroPage,
    /// A hole page: zeroes for 4 KiB.
    ZeroPage,
    /// A 4 KiB block.
    BlockPte,
    /// A 2 MiB block.
    BlockPmd,
}

/// An entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeafView {
    /// The first index it covers.
    pub index: u64,
    /// It covers 2^order indices.
    pub order: u8,
    /// What it is.
    pub kind: EntryKind,
    /// `4 KiB block`, `HZP`.
    pub kind_name: Text,
    /// The word: `0x80062`.
    pub word: Text,
    /// Its bits: `PMD|EMPTY|locked`.
    pub bits: Text,
    /// The first device block.
    pub block: Option<u64>,
    /// Is the lock bit set, or the page locked?
    pub is_locked: bool,
    /// Who locked it, as far as it is known.
    pub holder: Option<ThreadId>,
    /// Who waits for it.
    pub waiters: Rc<[ThreadId]>,
    /// Its tags.
    pub tags: TagBits,
    /// The node it is in: the position in [`TreeView::nodes`]; `None`: the root itself.
    pub node: Option<usize>,
    /// The slot.
    pub slot: u8,
    /// Did this step change it?
    pub is_changed: bool,
    /// All of it in a line: `0x203  4 KiB block, block 0x1003, dirty, locked by B`.
    pub label: Text,
}

/// Somebody waits for an entry that is not there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GhostView {
    /// The key.
    pub key: u64,
    /// Who.
    pub waiters: Rc<[ThreadId]>,
    /// A sentence.
    pub label: Text,
}

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

    fn leaf(&self, index: u64, order: u8, word: u64, tags: TagBits, node: Option<usize>, slot: u8) -> LeafView {
        let world = self.world();
        let value = Slot::from_word(word);
        let page = value.page().and_then(|page| hole(world, page));
        let entry = value.entry();
        let is_locked = entry.is_some_and(Entry::is_locked) || page.is_some_and(|page| page.locked_by.is_some());
        let holder = match entry {
            Some(entry) => world.mapping.owner(index).filter(|_| entry.is_locked()),
            None => page.and_then(|page| page.locked_by),
        };
        let waiters: Rc<[ThreadId]> = match page {
            Some(page) => page.waiters.as_slice().into(),
            None => world.waits.waiting_for(WaitKey(index)).collect(),
        };
        let page_changed = value.page().is_some_and(|page| self.is_changed(Object::Page(page)));
        let tag_changed = Tag::ALL.iter().any(|&tag| self.is_changed(Object::Tag(index, tag)));
        let block = entry.filter(|entry| entry.is_block()).map(Entry::block);
        LeafView {
            index,
            order,
            kind: entry_kind(value),
            kind_name: value.kind().into(),
            word: format!("{word:#x}").into(),
            bits: format!("{value:?}").into(),
            block,
            is_locked,
            holder,
            label: label(index, value, block, tags, is_locked, holder, &waiters).into(),
            waiters,
            tags,
            node,
            slot,
            is_changed: self.is_changed(Object::Slot(index)) || tag_changed || page_changed,
        }
    }

    /// Keys without an entry that a wake-up would have to come from.
    fn ghosts(&self) -> Vec<GhostView> {
        let world = self.world();
        let keys: BTreeSet<WaitKey> = world.waits.waiters().iter().map(|waiter| waiter.key).collect();
        let is_gone =
            |key: &WaitKey| world.mapping.slot(key.0).entry().is_none_or(|entry| WaitKey::new(key.0, entry) != *key);
        let ghost = |key: WaitKey| {
            let waiters: Rc<[ThreadId]> = world.waits.waiting_for(key).collect();
            let label = format!("{}  no such entry: {} waits for one that is gone", hex(key.0), names(&waiters));
            GhostView { key: key.0, waiters, label: label.into() }
        };
        keys.into_iter().filter(is_gone).map(ghost).collect()
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
    listed.sort_by_key(|&at| (met[at].level, met[at].node.index, at));
    listed
}

/// Entries of different levels were met level by level; they are wanted by index.
fn sort_leaves(leaves: &mut Vec<LeafView>, nodes: &mut [NodeView]) {
    let mut order: Vec<usize> = (0..leaves.len()).collect();
    order.sort_by_key(|&at| leaves[at].index);
    if order.is_sorted() {
        return;
    }
    let mut place = vec![0; leaves.len()];
    for (new, &old) in order.iter().enumerate() {
        place[old] = new;
    }
    leaves.sort_by_key(|leaf| leaf.index);
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

const fn tag_bits(bits: u8) -> TagBits {
    TagBits {
        dirty: bits & Tag::Dirty.bit() != 0,
        writeback: bits & Tag::Writeback.bit() != 0,
        towrite: bits & Tag::Towrite.bit() != 0,
    }
}

fn entry_kind(slot: Slot) -> EntryKind {
    let Slot::Entry(entry) = slot else { return EntryKind::ZeroPage };
    match (entry.is_pmd(), entry.is_hzp(), entry.is_empty()) {
        (true, true, _) => EntryKind::HugeZeroPage,
        (true, _, true) => EntryKind::EmptyPmd,
        (true, ..) => EntryKind::BlockPmd,
        (false, true, _) => EntryKind::ZeroPage,
        (false, _, true) => EntryKind::EmptyPte,
        (false, ..) => EntryKind::BlockPte,
    }
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

fn names(threads: &[ThreadId]) -> String {
    threads.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// `0x203  4 KiB block 0x1003, dirty, locked by B, C waits`.
fn label(
    index: u64,
    slot: Slot,
    block: Option<u64>,
    tags: TagBits,
    is_locked: bool,
    holder: Option<ThreadId>,
    waiters: &[ThreadId],
) -> String {
    let mut label = format!("{}  {}", hex(index), slot.kind());
    label.extend(block.map(|block| format!(" {block:#x}")));
    if tags.dirty {
        label.push_str(", dirty");
    }
    if tags.towrite {
        label.push_str(", towrite");
    }
    match (is_locked, holder) {
        (true, Some(holder)) => label.push_str(&format!(", locked by {holder}")),
        (true, None) => label.push_str(", locked"),
        (false, _) => {}
    }
    if !waiters.is_empty() {
        label.push_str(&format!(", {} waiting", names(waiters)));
    }
    label
}
