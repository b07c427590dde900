//! The state of the tree as it is recorded, and the same made from the engine's tree.

use daxscope_core::radix::{Leaf, NodeView, RadixTree, RootView, SlotView};
use serde::{Deserialize, Serialize};

use crate::difference::{Difference, field};

/// Everything recorded of a tree.
#[derive(Clone, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    h: u32,
    root: Option<Root>,
    rt: u8,
    live: u32,
    nodes: Vec<Node>,
    leaves: Vec<(u64, u8, u64, u8)>,
}

#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(untagged)]
enum Root {
    Entry(u64),
    Node(Kind),
}

#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Node {
    p: u64,
    sh: u8,
    off: u8,
    n: u8,
    ex: u8,
    tg: Vec<String>,
    sl: Vec<Slot>,
}

#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(untagged)]
enum Slot {
    Bare(u8, Kind),
    Valued(u8, Kind, u64),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
enum Kind {
    #[serde(rename = "n")]
    Node,
    #[serde(rename = "e")]
    Entry,
    #[serde(rename = "s")]
    Sibling,
    #[serde(rename = "r")]
    Retry,
}

impl State {
    pub(super) fn of(tree: &RadixTree) -> Self {
        Self {
            h: tree.height(),
            root: match tree.root() {
                RootView::Empty => None,
                RootView::Node => Some(Root::Node(Kind::Node)),
                RootView::Entry(word) => Some(Root::Entry(word)),
            },
            rt: tree.root_tags(),
            live: tree.live_nodes(),
            nodes: tree.nodes().iter().map(Node::of).collect(),
            leaves: tree
                .leaves()
                .into_iter()
                .map(|Leaf { index, order, word, tags }| (index, order, word, tags))
                .collect(),
        }
    }

    /// The first field in which the engine's state differs from this one.
    pub(super) fn difference(&self, got: &Self) -> Option<Difference> {
        if self == got {
            return None;
        }
        field("st.h", &self.h, &got.h)
            .or_else(|| field("st.root", &self.root, &got.root))
            .or_else(|| field("st.rt", &self.rt, &got.rt))
            .or_else(|| field("st.live", &self.live, &got.live))
            .or_else(|| {
                let pairs = self.nodes.iter().zip(&got.nodes).enumerate();
                pairs.filter(|(_, (a, b))| a != b).find_map(|(i, (a, b))| a.difference(b, i))
            })
            .or_else(|| field("st.nodes.length", &self.nodes.len(), &got.nodes.len()))
            .or_else(|| {
                let pairs = self.leaves.iter().zip(&got.leaves).enumerate();
                pairs.into_iter().find_map(|(i, (a, b))| field(&format!("st.leaves[{i}]"), a, b))
            })
            .or_else(|| field("st.leaves.length", &self.leaves.len(), &got.leaves.len()))
    }
}

impl Node {
    fn of(view: &NodeView) -> Self {
        Self {
            p: view.index,
            sh: view.shift,
            off: view.offset,
            n: view.count,
            ex: view.exceptional,
            tg: view.tags.iter().map(|bits| format!("{bits:x}")).collect(),
            sl: view.slots.iter().map(|&(offset, slot)| Slot::of(offset, slot)).collect(),
        }
    }

    fn difference(&self, got: &Self, number: usize) -> Option<Difference> {
        let path = |name: &str| format!("st.nodes[{number}].{name}");
        field(&path("p"), &self.p, &got.p)
            .or_else(|| field(&path("sh"), &self.sh, &got.sh))
            .or_else(|| field(&path("off"), &self.off, &got.off))
            .or_else(|| field(&path("n"), &self.n, &got.n))
            .or_else(|| field(&path("ex"), &self.ex, &got.ex))
            .or_else(|| field(&path("tg"), &self.tg, &got.tg))
            .or_else(|| field(&path("sl"), &self.sl, &got.sl))
    }
}

impl Slot {
    const fn of(offset: u8, slot: SlotView) -> Self {
        match slot {
            SlotView::Node => Self::Bare(offset, Kind::Node),
            SlotView::Entry(word) => Self::Valued(offset, Kind::Entry, word),
            SlotView::Sibling(canonical) => Self::Valued(offset, Kind::Sibling, canonical as u64),
            SlotView::Retry => Self::Bare(offset, Kind::Retry),
        }
    }
}
