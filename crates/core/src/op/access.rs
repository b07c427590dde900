//! What an operation touched, finely enough to tell which operations of two threads may be exchanged.

use crate::event::LockId;
use crate::scenario::FailPoint;
use crate::units::{MmId, PageId, ThreadId};

/// Something in the world that operations touch.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Object {
    /// Slots of the tree with the lock bits and owners of the entries in them, by page index.
    Slots,
    /// Tags of the tree, by page index.
    Tags,
    /// `nrexceptional` and `nrpages`.
    Counters,
    /// Queues of the wait table, by key.
    Waits,
    /// Pages and folios of the device, by block.
    Frames,
    /// Which nodes the XArray has. Matters only where asking for one may fail.
    Nodes,
    /// Is there metadata that no fsync has committed?
    Metadata,
    /// A hole page or private copy.
    Page(PageId),
    /// Which page numbers are free.
    PageIds,
    /// The pmds of a process, by virtual page: none, a page table, or huge.
    Pmds(MmId),
    /// What a process maps, huge or not, by virtual page.
    Ptes(MmId),
    /// The block map, by file block.
    Extents,
    /// The next free device block.
    BlockAllocator,
    /// `i_size`.
    Size,
    /// What was stored on the device, by device block.
    Contents,
    /// What stores are not flushed, by device block. Stores add, whoever flushes or begins an fsync reads.
    Unflushed,
    /// What fsyncs under way owe, by device block. Flushes add, the end of an fsync reads.
    Owed,
    /// A sleeping lock, or `tree_lock`.
    Lock(Option<LockId>),
    /// The preload pool and `preempt_count` of a thread's CPU.
    Cpu(ThreadId),
    /// How often a call that the script makes fail was made.
    Calls(FailPoint),
}

/// How something is touched.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AccessKind {
    /// Looked at.
    Read,
    /// Changed in a way that does not depend on the order of such changes: counting, or one more reader.
    Add,
    /// Changed.
    Write,
}

/// One thing that an operation touched.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Access {
    /// What.
    pub object: Object,
    /// First position in it; 0 for what has no positions.
    pub first: u64,
    /// Last position.
    pub last: u64,
    /// How.
    pub kind: AccessKind,
}

impl Access {
    /// May the two not be exchanged?
    #[must_use]
    pub fn conflicts(&self, other: &Access) -> bool {
        self.object == other.object
            && self.first <= other.last
            && other.first <= self.last
            && (self.kind != other.kind || self.kind == AccessKind::Write)
    }

    /// Does it change a slot of the tree within `first..=last`?
    #[must_use]
    pub fn changes_slot(&self, first: u64, last: u64) -> bool {
        self.object == Object::Slots && self.kind != AccessKind::Read && self.first <= last && first <= self.last
    }
}

/// Is every access only a look, or to what no rule looks at when all is quiet?
#[must_use]
pub fn leaves_state_alone(accesses: &[Access]) -> bool {
    accesses.iter().all(|access| {
        access.kind == AccessKind::Read
            || matches!(
                access.object,
                Object::Waits | Object::Lock(_) | Object::Cpu(_) | Object::Calls(_) | Object::Unflushed | Object::Owed
            )
    })
}
