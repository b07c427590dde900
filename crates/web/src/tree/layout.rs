//! Where nodes, slots and labels go, for a given width.
//!
//! A node is a row of 64 slots in eight groups of eight: in a node of shift 6, a group is one 2 MiB range. Its entries
//! are labelled below it. Children follow below their parents, a little to the right, so that edges have a gutter.

use daxscope_session::order;
use daxscope_session::view::{LeafView, NodeView, RunKind, TreeView};

/// Slots of a node.
pub const SLOTS: usize = 64;
/// Height of the row of slots.
pub const ROW: f64 = 24.0;
/// Height of a line of text.
pub const LINE: f64 = 18.0;
/// Width of a character of a label.
pub const CHAR: f64 = 6.65;
/// Between groups of eight slots.
const GAP: f64 = 3.0;
/// For edges, left of the child nodes.
const GUTTER: f64 = 18.0;
/// Labels below one node; the outline lists everything.
const LABELS: usize = 8;

/// The whole picture.
#[derive(Clone, PartialEq, Debug)]
pub struct Picture {
    /// Width in pixels.
    pub width: f64,
    /// Height in pixels.
    pub height: f64,
    /// One for each node of the view, in its order.
    pub nodes: Vec<PlacedNode>,
    /// The entry that is the whole tree, if there is no node.
    pub lone: Option<PlacedLabel>,
    /// Where the line about nodes in no row goes.
    pub more_y: Option<f64>,
    /// Where the first line for keys without an entry goes.
    pub ghosts_y: f64,
}

/// Where a node is.
#[derive(Clone, PartialEq, Debug)]
pub struct PlacedNode {
    /// Left end of its slots.
    pub x: f64,
    /// Top of its slots.
    pub y: f64,
    /// Width of one slot.
    pub slot: f64,
    /// Its entries' labels.
    pub labels: Vec<PlacedLabel>,
    /// Entries without a label.
    pub unlabelled: usize,
    /// Where the line about those goes.
    pub bottom: f64,
}

/// Where the label of an entry is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct PlacedLabel {
    /// The position of the entry in the view.
    pub leaf: usize,
    /// Where the line from its slot starts and goes down.
    pub leader_x: f64,
    /// Left end of the label.
    pub x: f64,
    /// Middle of the label.
    pub y: f64,
}

/// What of a picture is worth drawing: a band of it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Band {
    /// Its upper end.
    pub top: f64,
    /// Its lower end.
    pub bottom: f64,
}

impl Band {
    /// All of it.
    pub const WHOLE: Band = Band { top: f64::MIN, bottom: f64::MAX };

    /// Is a part of that within it?
    #[must_use]
    pub fn meets(self, top: f64, bottom: f64) -> bool {
        bottom >= self.top && top <= self.bottom
    }
}

impl PlacedNode {
    /// Is a part of the node, its heading and its labels within the band?
    #[must_use]
    pub fn is_in(&self, band: Band) -> bool {
        band.meets(self.y - 2.0 * LINE, self.bottom)
    }

    /// The left end of a slot.
    #[must_use]
    pub fn slot_x(&self, slot: usize) -> f64 {
        self.x + slot as f64 * self.slot + (slot / 8) as f64 * GAP
    }

    /// The width of some slots in a row, with the gaps between them.
    #[must_use]
    pub fn run_width(&self, first: usize, slots: usize) -> f64 {
        let last = (first + slots).saturating_sub(1);
        self.slot_x(last) + self.slot - self.slot_x(first)
    }
}

/// The narrowest picture that is made larger, and the most that it is.
const NARROWEST: f64 = 430.0;
const LARGEST: f64 = 2.0;

/// How much larger than its natural size a small tree is drawn, so that it fills the height that there is.
#[must_use]
pub fn zoom(tree: &TreeView, width: f64, room: f64) -> f64 {
    let natural = lay_out(tree, width).height.max(1.0);
    (room / natural).clamp(1.0, (width / NARROWEST).clamp(1.0, LARGEST))
}

/// Lays a tree out.
#[must_use]
pub fn lay_out(tree: &TreeView, width: f64) -> Picture {
    // Who waits in vain is told first: below a large tree nobody would see it.
    let ghosts_y = 4.0 + LINE / 2.0;
    let mut y = 4.0 + tree.ghosts.len() as f64 * LINE + if tree.ghosts.is_empty() { 0.0 } else { 4.0 };
    let mut nodes = Vec::with_capacity(tree.nodes.len());
    let mut leaves: Vec<Vec<usize>> = vec![Vec::new(); tree.nodes.len()];
    for (at, leaf) in tree.leaves.iter().enumerate() {
        if let Some(of_node) = leaf.node.and_then(|node| leaves.get_mut(node)) {
            of_node.push(at);
        }
    }
    for (node, leaves) in tree.nodes.iter().zip(leaves) {
        let placed = place_node(tree, leaves, node, width, y);
        y = placed.bottom + 12.0;
        nodes.push(placed);
    }
    let lone = (tree.nodes.is_empty() && !tree.leaves.is_empty()).then(|| {
        y += 2.0 * LINE;
        PlacedLabel { leaf: 0, leader_x: 8.0, x: 8.0, y: y - LINE }
    });
    let more_y = (tree.more_nodes > 0).then(|| {
        y += LINE;
        y - LINE / 2.0
    });
    Picture { width, height: y.max(48.0), nodes, lone, more_y, ghosts_y }
}

fn place_node(tree: &TreeView, leaves: Vec<usize>, node: &NodeView, width: f64, top: f64) -> PlacedNode {
    let x = if node.level == 0 { 2.0 } else { GUTTER };
    let slot = (width - x - 4.0 - 7.0 * GAP) / SLOTS as f64;
    let padlocks = if leaves.iter().any(|&leaf| tree.leaves[leaf].is_locked) { 11.0 } else { 0.0 };
    let y = top + LINE + padlocks;
    let mut placed = PlacedNode { x, y, slot, labels: Vec::new(), unlabelled: 0, bottom: y + ROW };
    if node.collapsed.is_some() {
        return placed;
    }
    // Numbers below the slots.
    placed.bottom += 15.0;
    place_labels(tree, leaves, node, width, &mut placed);
    placed
}

/// Labels stand below the slots, that of the rightmost entry first: then no line crosses a label.
fn place_labels(tree: &TreeView, mut wanted: Vec<usize>, node: &NodeView, width: f64, placed: &mut PlacedNode) {
    let all = wanted.len();
    if all > LABELS {
        order::sort_by_key(&mut wanted, |&leaf| (dullness(&tree.leaves[leaf]), leaf));
        wanted.truncate(LABELS);
        order::sort(&mut wanted);
    }
    placed.unlabelled = all - wanted.len();
    for &leaf in wanted.iter().rev() {
        let view = &tree.leaves[leaf];
        let leader_x = placed.slot_x(view.slot.into()) + placed.slot / 2.0;
        let room = width - label_width(view) - 4.0;
        let y = placed.bottom + LINE / 2.0;
        placed.labels.push(PlacedLabel { leaf, leader_x, x: (leader_x + 7.0).min(room).max(placed.x), y });
        placed.bottom += LINE;
    }
    if placed.unlabelled > 0 {
        placed.bottom += LINE;
    }
    debug_assert!(
        node.runs.iter().all(|run| !matches!(run.kind, RunKind::Leaf(Some(leaf)) if leaf >= tree.leaves.len()))
    );
}

/// What a person looks for first comes first.
fn dullness(leaf: &LeafView) -> u8 {
    match leaf {
        LeafView { is_changed: true, .. } => 0,
        LeafView { is_locked: true, .. } => 1,
        leaf if !leaf.waiters.is_empty() => 1,
        _ => 2,
    }
}

/// An estimate from the number of characters and badges.
#[must_use]
pub fn label_width(leaf: &LeafView) -> f64 {
    let badges = leaf.holder.iter().count() + leaf.waiters.len();
    label_text_width(leaf)
        + badges as f64 * 18.0
        + if leaf.is_locked { 16.0 } else { 0.0 }
        + if leaf.waiters.is_empty() { 0.0 } else { 14.0 }
}

/// The width of the words of a label.
#[must_use]
pub fn label_text_width(leaf: &LeafView) -> f64 {
    leaf.label.chars().count() as f64 * CHAR + 6.0
}
