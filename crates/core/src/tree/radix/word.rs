//! The word a slot holds, told apart by its two low bits (v4.10 `include/linux/radix-tree.h`).
//!
//! `00` is a pointer-like entry (or nothing), `10` an exceptional entry, `01` belongs to the tree itself. The kernel
//! hides addresses in internal words; the model has no addresses, so bits 2 and 3 say which of the three internal
//! kinds it is and the bits above carry a node number or a slot number.

use std::fmt;

use super::node::NodeId;

const INTERNAL_MASK: u64 = 0b11;
const INTERNAL: u64 = 0b01;
const EXCEPTIONAL: u64 = 0b10;
const KIND_MASK: u64 = 0b1111;
const CHILD: u64 = 0b0001;
const SIBLING: u64 = 0b0101;
const RETRY: u64 = 0b1001;
const PAYLOAD_SHIFT: u32 = 4;

/// One slot of a node, or the root pointer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(transparent)]
pub(super) struct Word(pub(super) u64);

impl Word {
    /// Nothing stored (NULL).
    pub(super) const EMPTY: Self = Self(0);
    /// What a walker without the lock must answer with a restart (`RADIX_TREE_RETRY`).
    pub(super) const RETRY: Self = Self(RETRY);

    /// The word that leads to a child node (`node_to_entry`).
    pub(super) const fn child(id: NodeId) -> Self {
        Self(((id.0 as u64) << PAYLOAD_SHIFT) | CHILD)
    }

    /// The word that says "this slot belongs to the multi-order entry whose first slot is `canonical`".
    pub(super) const fn sibling(canonical: usize) -> Self {
        Self(((canonical as u64) << PAYLOAD_SHIFT) | SIBLING)
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Belongs to the tree and not to its user (`radix_tree_is_internal_node`).
    pub(super) const fn is_internal(self) -> bool {
        self.0 & INTERNAL_MASK == INTERNAL
    }

    /// `radix_tree_exceptional_entry`.
    pub(super) const fn is_exceptional(self) -> bool {
        self.0 & EXCEPTIONAL != 0
    }

    /// A word the user stored: neither empty nor internal.
    pub(super) const fn is_entry(self) -> bool {
        !self.is_empty() && !self.is_internal()
    }

    pub(super) const fn is_retry(self) -> bool {
        self.0 == RETRY
    }

    pub(super) const fn as_child(self) -> Option<NodeId> {
        if self.0 & KIND_MASK == CHILD { Some(NodeId((self.0 >> PAYLOAD_SHIFT) as u32)) } else { None }
    }

    /// The canonical slot number if this is a sibling (`is_sibling_entry`).
    pub(super) const fn as_sibling(self) -> Option<usize> {
        if self.0 & KIND_MASK == SIBLING { Some((self.0 >> PAYLOAD_SHIFT) as usize & super::MAP_MASK) } else { None }
    }

    /// The stored value, 0 for anything that is not an entry.
    pub(super) const fn value(self) -> u64 {
        if self.is_internal() { 0 } else { self.0 }
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(id) = self.as_child() {
            write!(f, "Node({})", id.0)
        } else if let Some(canonical) = self.as_sibling() {
            write!(f, "Sibling({canonical})")
        } else if self.is_retry() {
            f.write_str("Retry")
        } else if self.is_empty() {
            f.write_str("Empty")
        } else {
            write!(f, "Entry({:#x})", self.0)
        }
    }
}
