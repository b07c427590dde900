//! The invariants of the tree, checked from scratch.
//!
//! They hold after every operation that succeeded, except where the kernel breaks them itself: a replacement without
//! accounting that changes the kind of entry, an insert that ran out of memory on the way, a join over a multi-order
//! entry, a split that waits to be filled, a tag set on an empty tree.

use std::fmt;

use super::node::NodeId;
use super::observe::Met;
use super::word::Word;
use super::{MAP_SHIFT, RadixTree, Tag};

/// What is wrong, and with which node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StructureError {
    /// First index and shift of the node; `None` for the root.
    pub node: Option<(u64, u8)>,
    /// What is wrong with it.
    pub fault: Fault,
}

/// The ways a tree can be wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// `count` differs from the number of slots in use.
    Count {
        /// The node says.
        recorded: u8,
        /// The slots say.
        actual: u8,
    },
    /// `exceptional` differs from the number of exceptional entries and their siblings.
    Exceptional {
        /// The node says.
        recorded: u8,
        /// The slots say.
        actual: u8,
    },
    /// The slot is a sibling, but not of an entry whose siblings reach it without a gap.
    Sibling(u8),
    /// The entry in the slot does not take an aligned power of two of slots.
    Block(u8),
    /// A retry marker was left in the slot.
    Retry(u8),
    /// The node holds nothing.
    EmptyNode,
    /// Parent, slot number or shift do not fit the place where the node hangs.
    Link,
    /// The tag of the slot differs from the tags below it, or the slot holds nothing that can have one.
    Tag(Tag, u8),
    /// The tag of the root differs from the tags below it.
    RootTag(Tag),
    /// More or fewer nodes are allocated than can be reached.
    Live {
        /// The tree says.
        recorded: u32,
        /// The walk found.
        actual: u32,
    },
}

impl fmt::Display for StructureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.node {
            Some((index, shift)) => write!(f, "node at index {index} with shift {shift}: ")?,
            None => f.write_str("root: ")?,
        }
        match &self.fault {
            Fault::Count { recorded, actual } => {
                write!(f, "count is {recorded}, but {actual} slots are in use")
            }
            Fault::Exceptional { recorded, actual } => {
                write!(f, "exceptional is {recorded}, but {actual} slots belong to exceptional entries")
            }
            Fault::Sibling(slot) => write!(f, "slot {slot} is a sibling of nothing"),
            Fault::Block(slot) => {
                write!(f, "the entry in slot {slot} is not an aligned power of two")
            }
            Fault::Retry(slot) => write!(f, "slot {slot} still holds a retry marker"),
            Fault::EmptyNode => f.write_str("the node is empty"),
            Fault::Link => f.write_str("parent, slot number or shift are wrong"),
            Fault::Tag(tag, slot) => write!(f, "tag {tag:?} of slot {slot} differs from below"),
            Fault::RootTag(tag) => write!(f, "tag {tag:?} differs from below"),
            Fault::Live { recorded, actual } => {
                write!(f, "{recorded} nodes are allocated, but {actual} can be reached")
            }
        }
    }
}

impl std::error::Error for StructureError {}

impl RadixTree {
    /// Checks counts, exceptional counts, siblings, tags, links, and that no node is empty; the first fault in
    /// pre-order is the answer.
    pub fn check_structure(&self) -> Result<(), StructureError> {
        self.check_where(|_| true)
    }

    fn check_where(&self, is_looked_at: impl Fn(&Met<'_>) -> bool) -> Result<(), StructureError> {
        let mut result = Ok(());
        let mut actual = 0;
        self.pre_order(|met| {
            actual += 1;
            if result.is_ok() && is_looked_at(&met) {
                result = self
                    .check_node(&met)
                    .map_err(|fault| StructureError { node: Some((met.index, met.node.shift)), fault });
            }
        });
        result?;
        self.check_root(actual).map_err(|fault| StructureError { node: None, fault })
    }

    /// The same where `before` led here and was right in what is shared with it: leaf nodes that both have are not looked at.
    pub fn check_changed(&self, before: &RadixTree) -> Result<(), StructureError> {
        let is_shared = |met: &Met<'_>| met.node.shift == 0 && self.nodes.shares(&before.nodes, met.id);
        self.check_where(|met| !is_shared(met))
    }

    fn check_root(&self, actual: u32) -> Result<(), Fault> {
        if self.live != actual {
            return Err(Fault::Live { recorded: self.live, actual });
        }
        let allowed = match self.root.as_child() {
            Some(id) => self.node(id).tags_anywhere(),
            None if self.root.is_empty() => 0,
            None => self.root_tags,
        };
        match Tag::ALL.into_iter().find(|tag| (allowed ^ self.root_tags) & tag.bit() != 0) {
            Some(tag) => Err(Fault::RootTag(tag)),
            None => Ok(()),
        }
    }

    fn check_node(&self, met: &Met<'_>) -> Result<(), Fault> {
        let node = met.node;
        let actual = met.occupied().count() as u8;
        if actual == 0 {
            return Err(Fault::EmptyNode);
        }
        if node.count != actual {
            return Err(Fault::Count { recorded: node.count, actual });
        }
        if self.root == Word::child(met.id) && (node.parent != NodeId::NONE || node.offset != 0) {
            return Err(Fault::Link);
        }
        let mut exceptional = 0;
        for (offset, &word) in node.slots.iter().enumerate() {
            exceptional += self.check_slot(met, offset, word)?;
        }
        if node.exceptional != exceptional {
            return Err(Fault::Exceptional { recorded: node.exceptional, actual: exceptional });
        }
        Ok(())
    }

    /// Checks one slot; answers with the slots of an exceptional entry, if one starts here.
    fn check_slot(&self, met: &Met<'_>, offset: usize, word: Word) -> Result<u8, Fault> {
        let (node, slot) = (met.node, offset as u8);
        let mut exceptional = 0;
        let mut tags = 0;
        if word.is_retry() {
            return Err(Fault::Retry(slot));
        } else if let Some(canonical) = word.as_sibling() {
            let reached = canonical < offset
                && node.slots[canonical].is_entry()
                && offset < canonical + node.slot_count(canonical);
            if !reached {
                return Err(Fault::Sibling(slot));
            }
        } else if let Some(id) = word.as_child() {
            let below = self.node(id);
            let shift = u32::from(below.shift) + MAP_SHIFT;
            if below.parent != met.id || below.offset != slot || shift != u32::from(node.shift) {
                return Err(Fault::Link);
            }
            tags = below.tags_anywhere();
        } else if word.is_entry() {
            let len = node.slot_count(offset);
            if !len.is_power_of_two() || !offset.is_multiple_of(len) {
                return Err(Fault::Block(slot));
            }
            exceptional = if word.is_exceptional() { len as u8 } else { 0 };
            tags = node.tags_at(offset);
        }
        match Tag::ALL.into_iter().find(|tag| (tags ^ node.tags_at(offset)) & tag.bit() != 0) {
            Some(tag) => Err(Fault::Tag(tag, slot)),
            None => Ok(exceptional),
        }
    }
}
