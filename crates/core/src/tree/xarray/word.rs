//! The word that a slot holds, told apart by its two low bits (`include/linux/xarray.h`).
//!
//! `x1` is a value, `00` a pointer or nothing, `10` belongs to the array. The kernel puts the address of a node into such a
//! word; we put a number there, above the numbers that mean something else, so that all other words are the kernel's bit for
//! bit.

use super::node::NodeId;
use std::fmt;

const INTERNAL_MASK: u64 = 0b11;
const INTERNAL: u64 = 0b10;
/// Internal numbers below this are slot numbers (`XA_CHUNK_SIZE - 1`: slot 63 has no sibling behind it).
const SIBLINGS: u64 = 63;
const RETRY: u64 = 256;
const ZERO: u64 = 257;
/// Internal numbers from here on are nodes. The kernel's limit is the word 4096, errors lie between.
const NODES: u64 = 1025;

/// One slot of a node, or the head of the array.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(transparent)]
pub struct Word(u64);

impl Word {
    /// Nothing.
    pub const NULL: Self = Self(0);
    /// `XA_RETRY_ENTRY`: a reader without the lock must begin again. `fs/dax.c` returns it for "a smaller entry is there".
    pub const RETRY: Self = internal(RETRY);
    /// `XA_ZERO_ENTRY`: a reservation; readers see nothing.
    pub const ZERO: Self = internal(ZERO);

    /// The value entry of a number (`xa_mk_value`). The highest bit of the number is lost, as in the kernel.
    #[must_use]
    pub const fn value(number: u64) -> Self {
        Self(number << 1 | 1)
    }

    /// The word with these bits, if a user may have it: a value, a pointer or null.
    #[must_use]
    pub const fn from_bits(bits: u64) -> Option<Self> {
        let word = Self(bits);
        if word.is_internal() { None } else { Some(word) }
    }

    /// The bits of the word. In node words they are ours, not the kernel's.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }

    pub(super) const fn node(id: NodeId) -> Self {
        internal(id.0 as u64 + NODES)
    }

    /// The word that says "this slot belongs to the entry whose first slot is `canonical`".
    pub(super) const fn sibling(canonical: usize) -> Self {
        internal(canonical as u64)
    }

    /// Is there nothing?
    #[must_use]
    #[inline]
    pub const fn is_null(self) -> bool {
        self.0 == 0
    }

    /// Is it a value entry (`xa_is_value`)?
    #[must_use]
    #[inline]
    pub const fn is_value(self) -> bool {
        self.0 & 1 != 0
    }

    /// The number of a value entry (`xa_to_value`).
    #[must_use]
    pub const fn as_value(self) -> Option<u64> {
        if self.is_value() { Some(self.0 >> 1) } else { None }
    }

    /// Does it belong to the array and not to its user (`xa_is_internal`)?
    #[must_use]
    #[inline]
    pub const fn is_internal(self) -> bool {
        self.0 & INTERNAL_MASK == INTERNAL
    }

    /// Does it lead to a node (`xa_is_node`)?
    #[must_use]
    #[inline]
    pub const fn is_node(self) -> bool {
        self.is_internal() && self.0 >= internal(NODES).0
    }

    #[inline]
    pub(super) const fn as_node(self) -> Option<NodeId> {
        if self.is_node() { Some(NodeId(((self.0 >> 2) - NODES) as u32)) } else { None }
    }

    #[inline]
    pub(super) const fn is_sibling(self) -> bool {
        self.is_internal() && self.0 < internal(SIBLINGS).0
    }

    /// The slot number if this is a sibling (`xa_to_sibling`).
    #[must_use]
    #[inline]
    pub const fn as_sibling(self) -> Option<usize> {
        if self.is_sibling() { Some((self.0 >> 2) as usize) } else { None }
    }

    /// Is it something that a user stored or reserved: no null, sibling, node or retry word?
    #[inline]
    pub(super) const fn is_entry(self) -> bool {
        !self.is_null() && (!self.is_internal() || self.0 == Self::ZERO.0)
    }

    /// What users are told: a reservation is nothing (`xa_zero_to_null`).
    #[inline]
    pub(super) const fn zero_to_null(self) -> Self {
        if self.0 == Self::ZERO.0 { Self::NULL } else { self }
    }
}

const fn internal(number: u64) -> Word {
    Word(number << 2 | INTERNAL)
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(id) = self.as_node() {
            write!(f, "Node({})", id.0)
        } else if let Some(canonical) = self.as_sibling() {
            write!(f, "Sibling({canonical})")
        } else if let Some(number) = self.as_value() {
            write!(f, "Value({number:#x})")
        } else {
            match *self {
                Self::NULL => f.write_str("Null"),
                Self::RETRY => f.write_str("Retry"),
                Self::ZERO => f.write_str("Zero"),
                Self(bits) => write!(f, "Pointer({bits:#x})"),
            }
        }
    }
}
