//! Which nodes of a tree get a row. Of a large tree only those in which something happens are open; what is quiet is
//! closed with all that hangs below it, and closed neighbours are one row. Nothing is built for what gets no row.

use super::tree::GROUP;
use crate::tree_facts::{Contents, TreeFacts};
use crate::tree_of_era::last_index;
use daxscope_core::radix;
use daxscope_core::world::AddressSpace;
use std::collections::BTreeSet;

/// The most rows.
const MAX_ROWS: usize = 256;
/// A tree with more entries is large,
const SMALL_ENTRIES: usize = 192;
/// and so is one with more nodes.
const SMALL_NODES: usize = 64;
/// So many closed nodes side by side are one row.
const GROUPED: usize = 4;

/// A node, or several, on their way to the view.
pub(super) struct Row {
    pub(super) node: radix::NodeView,
    pub(super) last: u64,
    /// The row of the parent.
    pub(super) parent: Option<usize>,
    pub(super) level: u32,
    /// What is in it, if it is closed.
    pub(super) closed: Option<Contents>,
    /// So many nodes side by side.
    pub(super) together: usize,
    is_interesting: bool,
}

/// All rows in pre-order, and how much there is.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) rows: Vec<Row>,
    /// Entries of the tree, that of the root itself included.
    pub(super) entries: usize,
    pub(super) nodes: usize,
    /// Nodes in no row.
    pub(super) more_nodes: usize,
}

/// What the rows depend on besides the tree.
pub(super) struct Focus<'a> {
    /// Indices at which something happens.
    pub(super) busy: &'a BTreeSet<u64>,
    /// Nodes and groups that were opened or closed by hand.
    pub(super) toggled: &'a BTreeSet<(u64, u8)>,
}

/// The rows of a tree.
pub(super) fn rows(mapping: &AddressSpace, facts: &TreeFacts, focus: &Focus<'_>) -> Rows {
    let entries = facts.entries();
    let nodes = mapping.xarray.get().map_or_else(|| mapping.tree.node_count(), |_| facts.nodes().len());
    let mut all = Rows { entries, nodes, ..Rows::default() };
    let is_large = entries > SMALL_ENTRIES || nodes > SMALL_NODES;
    let mut above: Vec<usize> = Vec::new();
    let mut see = |met: Seen<'_>| {
        let (index, last, shift) = met.place();
        while above.last().is_some_and(|&at: &usize| all.rows[at].node.shift <= shift) {
            above.pop();
        }
        let is_interesting = focus.busy.range(index..=last).next().is_some();
        let is_closed = is_closed(focus, (index, last, shift), is_large && !is_interesting && !above.is_empty());
        let row = Row {
            node: met.view(),
            last,
            parent: above.last().copied(),
            level: above.len() as u32,
            closed: is_closed.then(|| met.contents(mapping, facts)),
            together: 1,
            is_interesting,
        };
        if !is_closed {
            above.push(all.rows.len());
        }
        all.rows.push(row);
        !is_closed
    };
    match mapping.xarray.get() {
        None => mapping.tree.pre_order_while(|met| see(Seen::Radix(met))),
        Some(_) => pre_order_while(facts.nodes(), see),
    }
    if is_large {
        all.rows = grouped(std::mem::take(&mut all.rows), focus);
    }
    cut(&mut all);
    all
}

/// A node on the walk.
enum Seen<'a> {
    Radix(radix::Met<'a>),
    /// Its place among all nodes.
    XArray(&'a [radix::NodeView], usize),
}

impl Seen<'_> {
    fn place(&self) -> (u64, u64, u8) {
        match self {
            Seen::Radix(met) => (met.index(), met.last_index(), met.shift()),
            Seen::XArray(nodes, at) => (nodes[*at].index, last_index(&nodes[*at]), nodes[*at].shift),
        }
    }

    fn view(&self) -> radix::NodeView {
        match self {
            Seen::Radix(met) => met.view(),
            Seen::XArray(nodes, at) => nodes[*at].clone(),
        }
    }

    fn contents(&self, mapping: &AddressSpace, facts: &TreeFacts) -> Contents {
        match self {
            Seen::Radix(met) => facts.contents(&mapping.tree, *met),
            Seen::XArray(nodes, at) => Contents::of_nodes(&nodes[*at..]),
        }
    }
}

/// Nodes in pre-order; what hangs below a node is passed over where `see` says so.
fn pre_order_while<'a>(nodes: &'a [radix::NodeView], mut see: impl FnMut(Seen<'a>) -> bool) {
    let mut at = 0;
    while let Some(node) = nodes.get(at) {
        let goes_down = see(Seen::XArray(nodes, at));
        at += 1;
        while !goes_down && nodes.get(at).is_some_and(|below| below.shift < node.shift) {
            at += 1;
        }
    }
}

/// Closed by itself, or by hand; a node with something opened by hand below it is open.
fn is_closed(focus: &Focus<'_>, (index, last, shift): (u64, u64, u8), by_itself: bool) -> bool {
    let below = (index, 0)..=(last, u8::MAX);
    let opened_below = focus.toggled.range(below).any(|&(_, other)| (other & !GROUP) < shift);
    !opened_below && by_itself != focus.toggled.contains(&(index, shift))
}

/// Closed nodes side by side become one row, unless that was opened by hand.
fn grouped(rows: Vec<Row>, focus: &Focus<'_>) -> Vec<Row> {
    let mut out: Vec<Row> = Vec::with_capacity(rows.len());
    let mut place: Vec<usize> = Vec::with_capacity(rows.len());
    let mut at = 0;
    while at < rows.len() {
        let first = &rows[at];
        let alike =
            |row: &Row| row.closed.is_some() && row.parent == first.parent && row.node.shift == first.node.shift;
        let count = rows[at..].iter().take_while(|row| alike(row)).count();
        let is_opened = focus.toggled.contains(&(first.node.index, first.node.shift | GROUP));
        let together = if count >= GROUPED && !is_opened { count } else { count.max(1) };
        let joins = count >= GROUPED && !is_opened;
        for offset in 0..together {
            place.push(if joins { out.len() } else { out.len() + offset });
        }
        let mut members = at..at + together;
        let copy = |row: &Row| Row {
            node: row.node.clone(),
            parent: row.parent.map(|parent| place[parent]),
            closed: row.closed.clone(),
            ..*row
        };
        if joins {
            let mut group = copy(&rows[at]);
            members.next();
            for member in members {
                group.last = rows[member].last;
                group.together += 1;
                if let (Some(all), Some(more)) = (&mut group.closed, &rows[member].closed) {
                    all.join(more.clone());
                }
            }
            out.push(group);
        } else {
            let copies: Vec<Row> = members.map(|member| copy(&rows[member])).collect();
            out.extend(copies);
        }
        at += together;
    }
    out
}

/// Keeps the rows in which something happens with their ancestors, then the first others.
fn cut(all: &mut Rows) {
    if all.rows.len() <= MAX_ROWS {
        return;
    }
    let rows = &all.rows;
    let mut chosen: BTreeSet<usize> = BTreeSet::new();
    for (at, _) in rows.iter().enumerate().filter(|(_, row)| row.is_interesting).take(MAX_ROWS) {
        chosen.extend(std::iter::successors(Some(at), |&at| rows[at].parent));
    }
    // Pre-order: the parent of a row that is taken was taken before it.
    let rest: Vec<usize> =
        (0..rows.len()).filter(|at| !chosen.contains(at)).take(MAX_ROWS.saturating_sub(chosen.len())).collect();
    chosen.extend(rest);
    let mut place = vec![None; rows.len()];
    for (new, &old) in chosen.iter().enumerate() {
        place[old] = Some(new);
    }
    let mut at = 0;
    let mut more = 0;
    all.rows.retain_mut(|row| {
        let is_chosen = place[at].is_some();
        row.parent = row.parent.and_then(|parent| place[parent]);
        if !is_chosen {
            more += row.closed.as_ref().map_or(1, |closed| closed.nodes);
        }
        at += 1;
        is_chosen
    });
    all.more_nodes = more;
}
