//! The array and a state of an operation as they are recorded, and the same made from the engine's.

use daxscope_core::tree::xarray::{Leaf, NodeView, SlotView, Word, XArray, Xas};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

use super::words;
use crate::difference::{Difference, field};

/// A state: index, shift, siblings, offset, node, nodes held ready.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub(super) struct Register(u64, u8, u8, u8, String, u8);

impl Register {
    pub(super) fn of(xas: &Xas, array: &XArray) -> Self {
        let node = words::place(xas.place(array));
        Self(xas.index(), xas.shift(), xas.siblings(), xas.offset(), node, xas.spare())
    }
}

/// Everything recorded of an array.
#[derive(Clone, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    head: Option<Entry>,
    rm: u8,
    live: u32,
    nodes: Vec<Node>,
    lv: Vec<(u64, u64, Entry, u8)>,
}

/// An entry: its bits, or the name of what it is.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(untagged)]
enum Entry {
    Bits(u64),
    Name(String),
}

#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Node {
    p: u64,
    sh: u8,
    off: u8,
    n: u8,
    nv: u8,
    m: Vec<String>,
    sl: String,
}

impl Entry {
    fn of(word: Word) -> Self {
        if word == Word::ZERO { Self::Name("zero".to_owned()) } else { Self::Bits(word.bits()) }
    }
}

impl State {
    pub(super) fn of(array: &XArray) -> Self {
        let nodes: Vec<_> = array.nodes().iter().map(Node::of).collect();
        let head = if nodes.is_empty() { array.head_entry().map(Entry::of) } else { Some(Entry::Name("n".to_owned())) };
        let leaves = array.leaves().into_iter();
        let lv = leaves.map(|Leaf { index, last, word, marks }| (index, last, Entry::of(word), marks)).collect();
        Self { head, rm: array.marks(), live: array.live_nodes(), nodes, lv }
    }

    /// The first field in which the engine's state differs from this one.
    pub(super) fn difference(&self, got: &Self) -> Option<Difference> {
        if self == got {
            return None;
        }
        field("st.head", &self.head, &got.head)
            .or_else(|| field("st.rm", &self.rm, &got.rm))
            .or_else(|| field("st.live", &self.live, &got.live))
            .or_else(|| {
                let mut pairs = self.nodes.iter().zip(&got.nodes).enumerate();
                pairs.find_map(|(number, (a, b))| a.difference(b, number))
            })
            .or_else(|| field("st.nodes.length", &self.nodes.len(), &got.nodes.len()))
            .or_else(|| {
                let mut pairs = self.lv.iter().zip(&got.lv).enumerate();
                pairs.find_map(|(i, (a, b))| field(&format!("st.lv[{i}]"), a, b))
            })
            .or_else(|| field("st.lv.length", &self.lv.len(), &got.lv.len()))
    }
}

impl Node {
    fn of(view: &NodeView) -> Self {
        let &NodeView { index, shift, offset, count, values, ref marks, ref slots } = view;
        let m = marks.iter().map(|bits| format!("{bits:x}")).collect();
        Self { p: index, sh: shift, off: offset, n: count, nv: values, m, sl: slots_text(slots) }
    }

    fn difference(&self, got: &Self, number: usize) -> Option<Difference> {
        let path = |name: &str| format!("st.nodes[{number}].{name}");
        field(&path("p"), &self.p, &got.p)
            .or_else(|| field(&path("sh"), &self.sh, &got.sh))
            .or_else(|| field(&path("off"), &self.off, &got.off))
            .or_else(|| field(&path("n"), &self.n, &got.n))
            .or_else(|| field(&path("nv"), &self.nv, &got.nv))
            .or_else(|| field(&path("m"), &self.m, &got.m))
            .or_else(|| field(&path("sl"), &self.sl, &got.sl))
    }
}

/// The slots as text: `3=11 8:n 9-15:s8`. Siblings of one entry are told as a range.
fn slots_text(slots: &[(u8, SlotView)]) -> String {
    let mut text = String::new();
    let mut at = 0;
    while let Some(&(offset, slot)) = slots.get(at) {
        if !text.is_empty() {
            text.push(' ');
        }
        at += 1;
        let written = match slot {
            SlotView::Node => write!(text, "{offset}:n"),
            SlotView::Entry(word) => write!(text, "{offset}={}", word.bits()),
            SlotView::Zero => write!(text, "{offset}:z"),
            SlotView::Retry => write!(text, "{offset}:r"),
            SlotView::Sibling(canonical) => {
                let mut last = offset;
                while slots.get(at) == Some(&(last + 1, slot)) {
                    last += 1;
                    at += 1;
                }
                if last == offset {
                    write!(text, "{offset}:s{canonical}")
                } else {
                    write!(text, "{offset}-{last}:s{canonical}")
                }
            }
        };
        debug_assert!(written.is_ok(), "text has room");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn siblings_of_one_entry_are_one_range() {
        let sibling = SlotView::Sibling;
        let slots = [
            (0, SlotView::Node),
            (2, SlotView::Entry(Word::value(5))),
            (3, sibling(2)),
            (4, SlotView::Zero),
            (5, sibling(4)),
            (6, sibling(4)),
            (7, SlotView::Retry),
        ];
        assert_eq!(slots_text(&slots), "0:n 2=11 3:s2 4:z 5-6:s4 7:r");
    }
}
