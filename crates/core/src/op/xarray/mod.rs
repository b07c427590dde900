//! The XArray of the file (4.20 to 7.3). All but asking for memory stand under its lock.

mod apply;

use super::facts::{Facts, Failure, Until};
use super::step::Step;
use super::touched::Touched;
use super::{AccessKind, Mover, Object, Op, Outcome, Parts, Point};
use crate::entry::XEntry;
use crate::errno::Errno;
use crate::scenario::FailPoint;
use crate::tree::xarray::Mark;
use crate::units::{PageIndex, ThreadId, pmd_start};

/// Where a state of the XArray stands (`struct xa_state`), in words that do not depend on node numbers.
///
/// # Invariants
///
/// A state that stands on a slot (`positioned`) was left there under the lock that is still held: what a walk to its index
/// finds now is what it stands on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Cursor {
    /// The index.
    pub index: PageIndex,
    /// 0 or 9.
    pub order: u8,
    /// Does it stand on a slot? Else the next operation walks from the root.
    pub positioned: bool,
    /// Does it hold a node ready?
    pub spare: bool,
}

/// An operation on the XArray.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum XArrayOp {
    /// `xas_find_conflict`: the first entry in the range of the state. A positioned state finds nothing.
    FindConflict(Cursor),
    /// `xas_load`: what covers the index.
    Load(Cursor),
    /// `xas_find`: the first entry from the index on, or behind where the state stands.
    Find {
        /// From where.
        at: Cursor,
        /// The last index.
        last: PageIndex,
    },
    /// `xas_find_marked`: the same among those with a mark.
    FindMarked {
        /// From where.
        at: Cursor,
        /// The last index.
        last: PageIndex,
        /// With this mark.
        mark: Mark,
    },
    /// `xas_store`: an entry, or nothing in place of a whole entry. May need nodes, and fail.
    Store {
        /// Where.
        at: Cursor,
        /// What; `None` deletes.
        entry: Option<XEntry>,
    },
    /// `xas_set_mark`.
    SetMark(Cursor, Mark),
    /// `xas_clear_mark`.
    ClearMark(Cursor, Mark),
    /// `xas_get_mark`.
    GetMark(Cursor, Mark),
    /// Sets TOWRITE on every entry of the range that is DIRTY, at most 4096 of them.
    TagTowrite {
        /// First index.
        first: PageIndex,
        /// Last index.
        last: PageIndex,
    },
    /// `xas_nomem`: one node is allocated, with waiting.
    Nomem,
    /// `xas_destroy`: the node that the state holds ready is given back.
    Destroy,
    /// `mapping->nrpages += pages`, and one entry more or less in `nrexceptional`.
    Count {
        /// Pages of the entry; negative if it goes.
        pages: i64,
    },
    /// `find_get_entries` or `find_lock_entries`, without a lock: up to 31 entries from `first` on. Answers with their indices
    /// and, behind them, where to go on; with nothing if there are none.
    FindBatch {
        /// From where.
        first: PageIndex,
        /// The last index.
        last: PageIndex,
        /// Only entries that lie within the range as a whole (`find_lock_entries`).
        whole: bool,
    },
    /// Is something in the array, or with that mark (`mapping_empty`, `mapping_tagged`)?
    IsTagged(Option<Mark>),
}

impl XArrayOp {
    pub(super) const fn point(&self) -> Option<Point> {
        match self {
            XArrayOp::Nomem => Some(Point::NodeAlloc),
            XArrayOp::FindConflict(_)
            | XArrayOp::Load(_)
            | XArrayOp::Find { .. }
            | XArrayOp::FindMarked { .. }
            | XArrayOp::Store { .. }
            | XArrayOp::SetMark(..)
            | XArrayOp::ClearMark(..)
            | XArrayOp::GetMark(..)
            | XArrayOp::TagTowrite { .. }
            | XArrayOp::Destroy
            | XArrayOp::Count { .. }
            | XArrayOp::FindBatch { .. }
            | XArrayOp::IsTagged(_) => None,
        }
    }

    pub(super) const fn look(&self) -> Option<Op> {
        Some(Op::XArray(match *self {
            XArrayOp::FindConflict(_)
            | XArrayOp::Load(_)
            | XArrayOp::Find { .. }
            | XArrayOp::FindMarked { .. }
            | XArrayOp::GetMark(..)
            | XArrayOp::FindBatch { .. }
            | XArrayOp::IsTagged(_) => *self,
            XArrayOp::Store { at, .. } => XArrayOp::Load(at),
            XArrayOp::SetMark(at, mark) | XArrayOp::ClearMark(at, mark) => XArrayOp::GetMark(at, mark),
            XArrayOp::TagTowrite { .. } | XArrayOp::Nomem | XArrayOp::Destroy | XArrayOp::Count { .. } => {
                return None;
            }
        }))
    }

    pub(super) const fn facts(&self) -> Facts {
        match self {
            XArrayOp::FindConflict(_)
            | XArrayOp::Load(_)
            | XArrayOp::Find { .. }
            | XArrayOp::FindMarked { .. }
            | XArrayOp::GetMark(..)
            | XArrayOp::FindBatch { .. }
            | XArrayOp::IsTagged(_) => Facts::LOOKS,
            XArrayOp::Nomem => Facts::CHANGES.and_sleeps(),
            XArrayOp::Store { .. }
            | XArrayOp::SetMark(..)
            | XArrayOp::ClearMark(..)
            | XArrayOp::TagTowrite { .. }
            | XArrayOp::Destroy
            | XArrayOp::Count { .. } => Facts::CHANGES,
        }
    }

    pub(super) const fn failure(&self) -> Option<Failure> {
        match self {
            XArrayOp::Nomem => {
                Some(Failure { what: FailPoint::NodeAllocWait, answer: |errno| Outcome::Status(Err(errno)) })
            }
            XArrayOp::Store { entry: Some(entry), .. } if entry.is_empty() => {
                Some(Failure { what: FailPoint::NodeAlloc, answer: |errno| Outcome::Stored(Err(errno)) })
            }
            // Every other store finds its slots there.
            XArrayOp::Store { .. }
            | XArrayOp::FindConflict(_)
            | XArrayOp::Load(_)
            | XArrayOp::Find { .. }
            | XArrayOp::FindMarked { .. }
            | XArrayOp::SetMark(..)
            | XArrayOp::ClearMark(..)
            | XArrayOp::GetMark(..)
            | XArrayOp::TagTowrite { .. }
            | XArrayOp::Destroy
            | XArrayOp::Count { .. }
            | XArrayOp::FindBatch { .. }
            | XArrayOp::IsTagged(_) => None,
        }
    }

    /// None of them waits: the tree is guarded by its lock, which is another family.
    pub(super) const fn until(&self) -> Option<Until> {
        None
    }

    pub(super) const fn mover(&self, holds_tree_lock: bool) -> Mover {
        match self {
            XArrayOp::FindConflict(_)
            | XArrayOp::Load(_)
            | XArrayOp::Find { .. }
            | XArrayOp::FindMarked { .. }
            | XArrayOp::GetMark(..)
            | XArrayOp::FindBatch { .. }
            | XArrayOp::IsTagged(_)
                if holds_tree_lock =>
            {
                Mover::Both
            }
            XArrayOp::FindConflict(_)
            | XArrayOp::Load(_)
            | XArrayOp::Find { .. }
            | XArrayOp::FindMarked { .. }
            | XArrayOp::GetMark(..)
            | XArrayOp::FindBatch { .. }
            | XArrayOp::IsTagged(_)
            | XArrayOp::Store { .. }
            | XArrayOp::SetMark(..)
            | XArrayOp::ClearMark(..)
            | XArrayOp::TagTowrite { .. }
            | XArrayOp::Nomem
            | XArrayOp::Destroy
            | XArrayOp::Count { .. } => Mover::None,
        }
    }

    // What is so of all of them: they look at nothing but the tree and its counters.

    pub(super) const fn parts(&self, _: ThreadId) -> Parts {
        Parts::MAPPING
    }

    pub(super) fn touches(&self, touched: &mut Touched<'_>) {
        match *self {
            XArrayOp::FindConflict(at) | XArrayOp::Load(at) => {
                let (first, last) = at.range();
                touched.add(Object::Slots, first, last, AccessKind::Read);
            }
            XArrayOp::Find { at, last } => touched.add(Object::Slots, pmd_start(at.index), last, AccessKind::Read),
            XArrayOp::FindBatch { first, last, .. } => {
                touched.add(Object::Slots, pmd_start(first), last, AccessKind::Read);
            }
            XArrayOp::FindMarked { at, last, .. } => {
                touched.add(Object::Slots, pmd_start(at.index), last, AccessKind::Read);
                touched.tags(at.index, last, AccessKind::Read);
            }
            XArrayOp::Store { at, entry } => touched.stored_entry(at, entry),
            XArrayOp::SetMark(at, _) => touched.tag_of(at.index, AccessKind::Add),
            XArrayOp::ClearMark(at, _) => touched.tag_of(at.index, AccessKind::Write),
            XArrayOp::GetMark(at, _) => touched.tag_of(at.index, AccessKind::Read),
            XArrayOp::TagTowrite { first, last } => {
                touched.slots_from(first);
                touched.tags(first, last, AccessKind::Write);
            }
            XArrayOp::Nomem | XArrayOp::Destroy => touched.write(Object::Nodes),
            XArrayOp::Count { .. } => touched.count(Object::Counters),
            XArrayOp::IsTagged(_) => {
                touched.slots_from(0);
                touched.tags(0, u64::MAX, AccessKind::Read);
            }
        }
    }

    #[inline(never)]
    pub(super) fn apply(&self, step: &mut Step<'_>) -> Outcome {
        match *self {
            XArrayOp::FindConflict(at) => step.xas_find_conflict(at),
            XArrayOp::Load(at) => step.xas_load(at),
            XArrayOp::Find { at, last } => step.xas_find(at, last),
            XArrayOp::FindMarked { at, last, mark } => step.xas_find_marked(at, last, mark),
            XArrayOp::Store { at, entry } => step.xas_store(at, entry),
            XArrayOp::SetMark(at, mark) => step.xas_mark(at, mark, true),
            XArrayOp::ClearMark(at, mark) => step.xas_mark(at, mark, false),
            XArrayOp::GetMark(at, mark) => step.xas_get_mark(at, mark),
            XArrayOp::TagTowrite { first, last } => step.xas_tag_towrite(first, last),
            XArrayOp::Nomem => step.xas_nomem(),
            XArrayOp::Destroy => step.xas_destroy(),
            XArrayOp::Count { pages } => step.count_pages(pages),
            XArrayOp::FindBatch { first, last, whole } => step.find_batch(first, last, whole),
            XArrayOp::IsTagged(mark) => step.is_tagged(mark),
        }
    }
}

impl Touched<'_> {
    /// What a store changed: the slots of what was there and of what is there now, marks where entries go, and the nodes
    /// unless one entry takes the place of another.
    fn stored_entry(&mut self, at: Cursor, entry: Option<XEntry>) {
        let old = self.before.mapping.entry(at.index);
        self.slots(at.index, AccessKind::Write);
        if at.order > 0 {
            let (first, last) = at.range();
            self.add(Object::Slots, first, last, AccessKind::Write);
        }
        if entry.is_none() || (at.order > 0 && !old.is_some_and(XEntry::is_pmd)) {
            self.tags(at.index, at.index, AccessKind::Write);
        }
        if entry.is_none() || old.is_none() {
            self.write(Object::Nodes);
        }
    }
}

impl Cursor {
    /// A state for one index, or for the 2 MiB around it.
    #[must_use]
    pub const fn new(index: PageIndex, order: u8) -> Cursor {
        let index = if order == 0 { index } else { pmd_start(index) };
        Cursor { index, order, positioned: false, spare: false }
    }

    /// First and last index that it is about.
    #[must_use]
    pub const fn range(&self) -> (PageIndex, PageIndex) {
        (self.index, self.index + (1 << self.order) - 1)
    }
}

/// What a failed allocation gives.
const NO_MEMORY: Errno = Errno::ENOMEM;
