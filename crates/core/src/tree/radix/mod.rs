//! The multi-order radix tree of Linux v4.10 (`lib/radix-tree.c` with `CONFIG_RADIX_TREE_MULTIORDER`): 64 slots per
//! node, three tags, 64-bit indices.
//!
//! The tree is modelled node by node, not only as a map, because its shape is what a reader of a DAX bug gets to see:
//! a 2 MiB entry takes eight sibling slots of a shift-6 node, an insert that fails may leave the tree taller, and a
//! replacement in place keeps no books. Where the kernel stops with a BUG the model answers [`TreeError::Bug`]; where
//! it warns, the operation says so in its result. Nothing here panics, whatever the index or the value.
//!
//! Values are raw words: the tree looks at their two low bits and at nothing else.

mod check;
mod differences;
mod insert;
mod iter;
mod lookup;
mod node;
mod observe;
mod remove;
mod split;
mod tags;
mod word;

pub use check::{Fault, StructureError};
pub use iter::Iter;
pub use lookup::SlotRef;
pub use node::NodeId;
pub use observe::{Leaf, Met, NodeView, RootView, SlotView};
pub use remove::Replaced;

use node::Arena;
use word::Word;

/// Index bits resolved per level (`RADIX_TREE_MAP_SHIFT`).
pub const MAP_SHIFT: u32 = 6;
/// Slots per node (`RADIX_TREE_MAP_SIZE`).
pub const MAP_SIZE: usize = 1 << MAP_SHIFT;
/// Tags per slot (`RADIX_TREE_MAX_TAGS`).
pub const MAX_TAGS: usize = 3;
/// The largest order an entry can have; larger ones are refused with [`TreeError::Bug`].
pub const MAX_ORDER: u8 = 63;

const MAP_MASK: usize = MAP_SIZE - 1;

/// The page cache's names for the three tags (v4.10 `include/linux/fs.h`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Tag {
    /// `PAGECACHE_TAG_DIRTY`
    Dirty = 0,
    /// `PAGECACHE_TAG_WRITEBACK`, which DAX never uses
    Writeback = 1,
    /// `PAGECACHE_TAG_TOWRITE`
    Towrite = 2,
}

impl Tag {
    /// All tags, in the order of their numbers.
    pub const ALL: [Self; MAX_TAGS] = [Self::Dirty, Self::Writeback, Self::Towrite];

    /// The tag with this number.
    pub fn from_index(index: u64) -> Option<Self> {
        Self::ALL.get(usize::try_from(index).ok()?).copied()
    }

    /// The name without its prefix: `DIRTY`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dirty => "DIRTY",
            Self::Writeback => "WRITEBACK",
            Self::Towrite => "TOWRITE",
        }
    }

    /// The tag as a bit of [`RadixTree::root_tags`] and [`Leaf::tags`].
    pub const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Why an operation was refused.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TreeError {
    /// Something already covers a part of the range (`-EEXIST`).
    Exist,
    /// A node could not be allocated (`-ENOMEM`).
    NoMem,
    /// There is nothing to work on (`-ENOENT`).
    NoEnt,
    /// The kernel would stop here with a BUG. The tree may be left half changed, as its would be.
    Bug,
}

impl std::fmt::Display for TreeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Exist => "the range already holds an entry (-EEXIST)",
            Self::NoMem => "no memory for a tree node (-ENOMEM)",
            Self::NoEnt => "there is no entry to split (-ENOENT)",
            Self::Bug => "the kernel would stop with a BUG here",
        })
    }
}

impl std::error::Error for TreeError {}

/// A radix tree (`struct radix_tree_root`, v4.10) together with the memory of its nodes.
///
/// Equality and hash see what a reader of the tree can see, that is its shape, entries, books and tags, and neither
/// node numbers nor free nodes nor [`RadixTree::fail_allocation_after`]. A clone shares the
/// memory of the nodes until one of the two changes.
///
/// # Invariants
///
/// Every child word names a node in use whose shift is six less, so every descent ends. Users cannot store internal
/// words.
#[derive(Clone, Debug)]
pub struct RadixTree {
    nodes: Arena,
    /// The first of the chain of free nodes.
    free: NodeId,
    root: Word,
    root_tags: u8,
    live: u32,
    /// Failure injection: so many more node allocations succeed, then exactly one fails and the injection is over.
    pub fail_allocation_after: Option<u64>,
}

impl Default for RadixTree {
    fn default() -> Self {
        Self::new()
    }
}

impl RadixTree {
    /// An empty tree (`INIT_RADIX_TREE`).
    pub const fn new() -> Self {
        Self {
            nodes: Arena::new(),
            free: NodeId::NONE,
            root: Word::EMPTY,
            root_tags: 0,
            live: 0,
            fail_allocation_after: None,
        }
    }

    /// Does the root hold nothing (`radix_tree_empty`)?
    pub const fn is_empty(&self) -> bool {
        self.root.is_empty()
    }

    /// The number of allocated nodes.
    pub const fn live_nodes(&self) -> u32 {
        self.live
    }
}
