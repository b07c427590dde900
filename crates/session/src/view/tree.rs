//! The radix tree, or the XArray: nodes top-down, slots as runs, entries.

use super::Text;
use crate::action::Object;
use daxscope_core::revision::{Counter, Revision};
use daxscope_core::units::ThreadId;
use std::rc::Rc;

/// The tree.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TreeView {
    /// Is it an XArray (from 4.20 on)?
    pub is_xarray: bool,
    /// Is it empty, and was it not before this step?
    pub is_emptied: bool,
    /// What the kernel counts.
    pub counters: Counters,
    /// Levels of nodes: 0 for an empty tree and for a single entry in the root.
    pub height: u32,
    /// `nrexceptional`.
    pub nrexceptional: i64,
    /// `nrpages`.
    pub nrpages: i64,
    /// The tags of the root.
    pub root_tags: TagBits,
    /// Nodes, level by level and in index order within a level. The position is the number in edges and slots.
    pub nodes: Rc<[NodeView]>,
    /// Nodes that are not listed.
    pub more_nodes: usize,
    /// From a slot to the node below.
    pub edges: Rc<[EdgeView]>,
    /// Entries in index order; those of closed nodes are left out.
    pub leaves: Rc<[LeafView]>,
    /// Entries that are not listed.
    pub more_leaves: usize,
    /// Keys that threads wait for where there is no such entry any more.
    pub ghosts: Rc<[GhostView]>,
    /// All of it in a sentence.
    pub summary: Text,
}

/// What a kernel counts of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Counters {
    /// Entries in `nrexceptional`, hole pages in `nrpages` (to 4.19).
    #[default]
    Both,
    /// Entries in `nrexceptional` (4.20 to 5.12).
    Exceptional,
    /// 4 KiB pages of all entries in `nrpages` (from 5.13 on).
    Pages,
}

impl Counters {
    /// The counters that there are.
    #[must_use]
    pub const fn objects(self) -> &'static [Object] {
        match self {
            Counters::Both => &[Object::NrExceptional, Object::NrPages],
            Counters::Exceptional => &[Object::NrExceptional],
            Counters::Pages => &[Object::NrPages],
        }
    }

    /// What that kernel counts.
    #[must_use]
    pub fn of(revision: &Revision) -> Counters {
        match revision.xarray().map(|xarray| xarray.counter) {
            None => Counters::Both,
            Some(Counter::Entries) => Counters::Exceptional,
            Some(Counter::Pages) => Counters::Pages,
        }
    }
}

/// The tags of a slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TagBits {
    /// `PAGECACHE_TAG_DIRTY`.
    pub dirty: bool,
    /// `PAGECACHE_TAG_WRITEBACK`, which DAX never uses.
    pub writeback: bool,
    /// `PAGECACHE_TAG_TOWRITE`.
    pub towrite: bool,
}

/// Added to the shift of a row that stands for several nodes.
pub const GROUP: u8 = 64;

/// A node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NodeView {
    /// The first index it covers.
    pub first_index: u64,
    /// The last index it covers.
    pub last_index: u64,
    /// Index bits below one slot.
    pub shift: u8,
    /// Levels below the root node.
    pub level: u32,
    /// The slot in the parent.
    pub offset: u8,
    /// The kernel's count of slots in use.
    pub count: u8,
    /// The kernel's count of exceptional entries, with their siblings (`exceptional`, `nr_values` in the XArray).
    pub exceptional: u8,
    /// One bit per slot: DIRTY, WRITEBACK, TOWRITE.
    pub tags: [u64; 3],
    /// The slots as runs of what is alike; empty if the node is closed.
    pub runs: Rc<[SlotRun]>,
    /// So many nodes side by side, all closed, that this row stands for; usually 1.
    pub together: usize,
    /// What opens or closes it, for [`crate::Action::ToggleNode`]: first index and shift, with [`GROUP`] for several nodes.
    pub toggle: (u64, u8),
    /// It was opened by hand, and can be closed.
    pub is_opened: bool,
    /// The node is closed, with all that hangs below it: what is in it, in words.
    pub collapsed: Option<Text>,
    /// Did this step change it or create it?
    pub is_changed: bool,
    /// `node of 0x200 to 0x23f, one slot is one page, 2 slots in use`.
    pub label: Text,
}

/// Slots of a node that are alike.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SlotRun {
    /// The first slot.
    pub first: u8,
    /// Number of slots; of an entry 1, and 8 of a 2 MiB entry with its siblings.
    pub len: u8,
    /// What they hold.
    pub kind: RunKind,
}

/// What a run of slots holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RunKind {
    /// Nothing.
    Empty,
    /// A child node; `None` if it is not listed.
    Child(Option<usize>),
    /// An entry with its siblings: the position in [`TreeView::leaves`]; `None` if it is not listed.
    Leaf(Option<usize>),
    /// The retry marker.
    Retry,
}

/// From a slot to the node below.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EdgeView {
    /// The parent.
    pub parent: usize,
    /// Its slot.
    pub slot: u8,
    /// The child.
    pub child: usize,
}

/// What an entry is, for its shape.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EntryKind {
    /// A 4 KiB entry that only carries the lock.
    EmptyPte,
    /// A 2 MiB entry that only carries the lock.
    EmptyPmd,
    /// The huge zero page.
    HugeZeroPage,
    /// A hole page: zeroes for 4 KiB.
    ZeroPage,
    /// A 4 KiB block.
    BlockPte,
    /// A 2 MiB block.
    BlockPmd,
}

/// An entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeafView {
    /// The first index it covers.
    pub index: u64,
    /// It covers 2^order indices.
    pub order: u8,
    /// What it is.
    pub kind: EntryKind,
    /// `4 KiB block`, `HZP`.
    pub kind_name: Text,
    /// The word: `0x80062`.
    pub word: Text,
    /// Its bits: `PMD|EMPTY|locked`.
    pub bits: Text,
    /// The first device block.
    pub block: Option<u64>,
    /// Is the lock bit set, or the page locked?
    pub is_locked: bool,
    /// Who locked it, as far as it is known.
    pub holder: Option<ThreadId>,
    /// Who waits for it.
    pub waiters: Rc<[ThreadId]>,
    /// Its tags.
    pub tags: TagBits,
    /// The node it is in: the position in [`TreeView::nodes`]; `None`: the root itself.
    pub node: Option<usize>,
    /// The slot.
    pub slot: u8,
    /// Did this step change it?
    pub is_changed: bool,
    /// All of it in a line: `0x203  4 KiB block, block 0x1003, dirty, locked by B`.
    pub label: Text,
}

/// Somebody waits for an entry that is not there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GhostView {
    /// The key.
    pub key: u64,
    /// Who.
    pub waiters: Rc<[ThreadId]>,
    /// A sentence.
    pub label: Text,
}
