//! The invariants of the array, checked from scratch.
//!
//! They hold after every operation that succeeded, except where the kernel breaks them itself: `values` after a store of
//! another kind inside a larger entry, and marks on empty slots. Empty nodes are legal: a failed allocation leaves them.

use super::node::{Node, NodeId};
use super::{CHUNK_SHIFT, Mark, Word, XArray};
use std::fmt;

/// What is wrong, and with which node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StructureError {
    /// First index and shift of the node; `None` for the array.
    pub node: Option<(u64, u8)>,
    /// What is wrong with it.
    pub fault: Fault,
}

/// The ways an array can be wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// `count` differs from the number of slots in use.
    Count {
        /// The node says.
        recorded: u8,
        /// The slots say.
        actual: u8,
    },
    /// `values` differs from the number of values and their siblings.
    Values {
        /// The node says.
        recorded: u8,
        /// The slots say.
        actual: u8,
    },
    /// The slot is a sibling, but not of an entry whose siblings reach it without a gap.
    Sibling(u8),
    /// A retry marker is in the slot.
    Retry(u8),
    /// Parent, slot number or shift do not fit the place where the node hangs, or it was freed.
    Link,
    /// The mark of the slot differs from the marks below it, or the slot holds nothing that can have one.
    Mark(Mark, u8),
    /// The mark of the array differs from the marks below it.
    ArrayMark(Mark),
    /// More or fewer nodes are in use than can be reached.
    InUse {
        /// The array says, without what states hold ready.
        recorded: u32,
        /// The walk found.
        actual: u32,
    },
}

impl fmt::Display for StructureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.node {
            Some((index, shift)) => write!(f, "node at index {index} with shift {shift}: ")?,
            None => f.write_str("array: ")?,
        }
        match &self.fault {
            Fault::Count { recorded, actual } => write!(f, "count is {recorded}, but {actual} slots are in use"),
            Fault::Values { recorded, actual } => {
                write!(f, "nr_values is {recorded}, but {actual} slots belong to values")
            }
            Fault::Sibling(slot) => write!(f, "slot {slot} is a sibling of nothing"),
            Fault::Retry(slot) => write!(f, "slot {slot} holds a retry marker"),
            Fault::Link => f.write_str("parent, slot number or shift are wrong, or it was freed"),
            Fault::Mark(mark, slot) => write!(f, "mark {} of slot {slot} differs from below", mark.name()),
            Fault::ArrayMark(mark) => write!(f, "mark {} differs from below", mark.name()),
            Fault::InUse { recorded, actual } => {
                write!(f, "{recorded} nodes are in use, but {actual} can be reached")
            }
        }
    }
}

impl std::error::Error for StructureError {}

impl XArray {
    /// Checks counts, siblings, marks and links; the first fault in pre-order is the answer.
    ///
    /// # Errors
    ///
    /// What is wrong, and where.
    pub fn check_structure(&self) -> Result<(), StructureError> {
        let mut result = Ok(());
        let mut actual = 0;
        self.pre_order(|id, index, node| {
            actual += 1;
            if result.is_ok() {
                result = self
                    .check_node(id, node)
                    .map_err(|fault| StructureError { node: Some((index, node.shift)), fault });
            }
        });
        result?;
        self.check_array(actual).map_err(|fault| StructureError { node: None, fault })
    }

    fn check_array(&self, actual: u32) -> Result<(), Fault> {
        let recorded = self.nodes.in_use();
        if recorded != actual {
            return Err(Fault::InUse { recorded, actual });
        }
        let below = match self.head.as_node() {
            Some(id) => self.nodes.get(id).marks_anywhere(),
            // A mark of the head entry is kept here and nowhere else.
            None if !self.head.is_null() => self.marks,
            None => 0,
        };
        let wrong = Mark::ALL.into_iter().find(|mark| (below ^ self.marks) & mark.bit() != 0);
        wrong.map_or(Ok(()), |mark| Err(Fault::ArrayMark(mark)))
    }

    fn check_node(&self, id: NodeId, node: &Node) -> Result<(), Fault> {
        let is_top = self.head == Word::node(id);
        if !node.in_use || is_top != (node.parent == NodeId::NONE) {
            return Err(Fault::Link);
        }
        let actual = node.slots.iter().filter(|word| !word.is_null()).count() as u8;
        if node.count != actual {
            return Err(Fault::Count { recorded: node.count, actual });
        }
        let mut values = 0;
        for offset in 0..node.slots.len() {
            values += self.check_slot(id, node, offset)?;
        }
        if node.values != values {
            return Err(Fault::Values { recorded: node.values, actual: values });
        }
        Ok(())
    }

    /// Checks one slot; answers with the slots of a value, if one begins here.
    fn check_slot(&self, id: NodeId, node: &Node, offset: usize) -> Result<u8, Fault> {
        let (slot, word) = (offset as u8, node.slots[offset]);
        let mut marks = 0;
        let mut values = 0;
        if word == Word::RETRY {
            return Err(Fault::Retry(slot));
        } else if let Some(canonical) = word.as_sibling() {
            let is_reached =
                canonical < offset && node.slots[canonical].is_entry() && offset < canonical + node.slots_of(canonical);
            if !is_reached {
                return Err(Fault::Sibling(slot));
            }
        } else if let Some(below) = word.as_node() {
            let child = self.nodes.get(below);
            let fits = child.parent == id && child.offset == slot;
            if !fits || u32::from(child.shift) + CHUNK_SHIFT != u32::from(node.shift) {
                return Err(Fault::Link);
            }
            marks = child.marks_anywhere();
        } else if word.is_entry() {
            values = if word.is_value() { node.slots_of(offset) as u8 } else { 0 };
            marks = node.marks_at(offset);
        }
        let wrong = Mark::ALL.into_iter().find(|mark| (marks ^ node.marks_at(offset)) & mark.bit() != 0);
        wrong.map_or(Ok(values), |mark| Err(Fault::Mark(mark, slot)))
    }
}
