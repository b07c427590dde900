//! The XArray of Linux 4.20 to 7.3 (`lib/xarray.c` with `CONFIG_XARRAY_MULTI`), as the page cache and `fs/dax.c` use it:
//! 64 slots per node, three marks, 64-bit indices, no tracking of free indices.
//!
//! It is modelled node by node and state by state, because both show in DAX bugs: a 2 MiB entry takes eight slots of a
//! shift-6 node, a store that runs out of memory leaves empty nodes behind, and a *positioned* state ([`Xas`]) answers
//! other questions than a fresh one. `tests/vectors/xarray-tree` holds every node after every operation.
//!
//! Read [`Word`] (what a slot holds), [`Xas`] (where an operation stands), then [`XArray`].
//!
//! Nothing here panics, whatever the index, the order or the state. Where the kernel would not come back the operation
//! ends with [`WOULD_NOT_RETURN`] in the state.
//!
//! Memory that was freed is used again at once, which is right for whoever holds the lock.
//! [`XArray::for_readers_without_lock`] keeps freed nodes as a reader under RCU would still see them.

mod array;
mod check;
mod create;
mod find;
mod find_marked;
mod marks;
mod node;
mod observe;
mod range;
mod remove;
mod split;
mod state;
mod step;
mod store;
mod walk;
mod word;

pub use check::{Fault, StructureError};
pub use marks::Mark;
pub use node::{AllocationFailures, NodeId};
pub use observe::{Leaf, NodeView, SlotView};
pub use range::Filter;
pub use split::smallest_order_of_one_split;
pub use state::{Place, Standing, Xas};
pub use word::Word;

use crate::errno::Errno;
use node::Nodes;

/// Index bits resolved per level (`XA_CHUNK_SHIFT`).
pub const CHUNK_SHIFT: u32 = 6;
/// Slots per node (`XA_CHUNK_SIZE`).
pub const CHUNK_SIZE: usize = 1 << CHUNK_SHIFT;
/// Marks per slot (`XA_MAX_MARKS`).
pub const MAX_MARKS: usize = 3;

/// The error that stands for "the kernel would go round here for ever" (`ELOOP`, which the XArray never gives).
pub const WOULD_NOT_RETURN: Errno = Errno(40);

const CHUNK_MASK: usize = CHUNK_SIZE - 1;

/// An XArray (`struct xarray`) together with the memory of its nodes.
///
/// Equality and hash see what a reader of the array can see: shape, entries, books and marks, and how many nodes are
/// allocated. They see no node numbers, no free memory and no armed failures. A clone copies all nodes; who forks often holds
/// it in an `Arc`.
///
/// # Invariants
///
/// Every node word below the head names a node in use whose shift is six less, so every descent ends. Users cannot make
/// node or sibling words.
#[derive(Clone, Debug)]
pub struct XArray {
    head: Word,
    /// The marks of the array, bit `m` = mark `m` (kept in `xa_flags` by the kernel).
    marks: u8,
    nodes: Nodes,
}

impl Default for XArray {
    fn default() -> Self {
        Self::new()
    }
}

impl XArray {
    /// An empty array.
    #[must_use]
    pub const fn new() -> Self {
        Self { head: Word::NULL, marks: 0, nodes: Nodes::new(false) }
    }

    /// An empty array that never uses a freed node again: a state that stood on one still finds what it would under RCU.
    #[must_use]
    pub const fn for_readers_without_lock() -> Self {
        Self { head: Word::NULL, marks: 0, nodes: Nodes::new(true) }
    }

    /// Is the head null (`xa_empty`)? Empty nodes that a failed allocation left behind make it false.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.head.is_null()
    }

    /// Nodes allocated and not freed, those that states hold ready included.
    #[must_use]
    pub const fn live_nodes(&self) -> u32 {
        self.nodes.live()
    }

    /// How often memory for a node was asked for since the array was made, failures included.
    #[must_use]
    pub const fn allocations(&self) -> u64 {
        self.nodes.allocations
    }

    /// How many nodes were given back since the array was made.
    #[must_use]
    pub const fn freed(&self) -> u64 {
        self.nodes.freed
    }

    /// Arms failures of node allocations; they replace those that are armed.
    pub const fn fail_allocations(&mut self, failures: AllocationFailures) {
        self.nodes.failures = failures;
    }
}
