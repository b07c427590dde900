//! The radix tree of 4.10, and the preload pool that its nodes come from.

mod apply;

use super::facts::{Facts, Failure, Until};
use super::step::Step;
use super::touched::Touched;
use super::{AccessKind, Mover, Object, Op, Outcome, Parts, Point};
use crate::entry::{Entry, Slot};
use crate::radix::Tag;
use crate::scenario::FailPoint;
use crate::units::{PMD_PAGES, PageIndex, ThreadId, pmd_start};

/// An operation on the radix tree.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RadixOp {
    /// `radix_tree_preload` or `radix_tree_maybe_preload`: may sleep, may fail, disables preemption.
    Preload(FailPoint),
    /// `radix_tree_preload_end`.
    PreloadEnd,
    /// `__radix_tree_lookup`.
    Lookup {
        /// The index.
        index: PageIndex,
    },
    /// `lock_slot`.
    LockSlot {
        /// Any index in the entry.
        index: PageIndex,
    },
    /// `unlock_slot`.
    UnlockSlot {
        /// Any index in the entry.
        index: PageIndex,
    },
    /// `__radix_tree_insert` of an entry, counted in `nrexceptional` if it succeeds.
    Insert {
        /// The index.
        index: PageIndex,
        /// The entry.
        entry: Entry,
    },
    /// `radix_tree_delete` of an entry; `nrexceptional` goes down whatever was there.
    Delete {
        /// Any index in the entry.
        index: PageIndex,
    },
    /// Look-up and `__radix_tree_replace` of an entry by another; answers what was there.
    Replace {
        /// Any index in the entry.
        index: PageIndex,
        /// The new entry.
        entry: Entry,
    },
    /// `radix_tree_tag_set`.
    TagSet {
        /// Any index in the entry.
        index: PageIndex,
        /// The tag.
        tag: Tag,
    },
    /// `radix_tree_tag_clear`.
    TagClear {
        /// Any index in the entry.
        index: PageIndex,
        /// The tag.
        tag: Tag,
    },
    /// `radix_tree_tag_get`.
    TagGet {
        /// Any index in the entry.
        index: PageIndex,
        /// The tag.
        tag: Tag,
    },
    /// Sets TOWRITE on every entry of the range that is DIRTY, at most 4096 of them.
    TagTowrite {
        /// First index.
        first: PageIndex,
        /// Last index.
        last: PageIndex,
    },
    /// `find_get_entries`: up to 14 entries from `first` on; pages get a reference each.
    FindGetEntries {
        /// Where to begin.
        first: PageIndex,
        /// At most so many.
        max: u8,
    },
    /// `find_get_entries_tag`.
    FindGetEntriesTag {
        /// Where to begin.
        first: PageIndex,
        /// With this tag.
        tag: Tag,
        /// At most so many.
        max: u8,
    },
    /// `find_get_entry`, without a lock: what is there; a page gets a reference, and is still there once it has it.
    FindGetEntry {
        /// The index.
        index: PageIndex,
    },
}

impl RadixOp {
    pub(super) const fn point(&self) -> Option<Point> {
        match self {
            RadixOp::Preload(_) => Some(Point::Preload),
            RadixOp::PreloadEnd
            | RadixOp::Lookup { .. }
            | RadixOp::LockSlot { .. }
            | RadixOp::UnlockSlot { .. }
            | RadixOp::Insert { .. }
            | RadixOp::Delete { .. }
            | RadixOp::Replace { .. }
            | RadixOp::TagSet { .. }
            | RadixOp::TagClear { .. }
            | RadixOp::TagGet { .. }
            | RadixOp::TagTowrite { .. }
            | RadixOp::FindGetEntries { .. }
            | RadixOp::FindGetEntriesTag { .. }
            | RadixOp::FindGetEntry { .. } => None,
        }
    }

    pub(super) const fn look(&self) -> Option<Op> {
        Some(Op::Radix(match *self {
            RadixOp::Lookup { .. }
            | RadixOp::FindGetEntry { .. }
            | RadixOp::FindGetEntries { .. }
            | RadixOp::FindGetEntriesTag { .. }
            | RadixOp::TagGet { .. } => *self,
            RadixOp::LockSlot { index }
            | RadixOp::UnlockSlot { index }
            | RadixOp::Insert { index, .. }
            | RadixOp::Delete { index }
            | RadixOp::Replace { index, .. } => RadixOp::Lookup { index },
            RadixOp::Preload(_)
            | RadixOp::PreloadEnd
            | RadixOp::TagSet { .. }
            | RadixOp::TagClear { .. }
            | RadixOp::TagTowrite { .. } => return None,
        }))
    }

    pub(super) const fn facts(&self) -> Facts {
        match self {
            RadixOp::Preload(_) => Facts::CHANGES.and_sleeps(),
            RadixOp::PreloadEnd | RadixOp::Lookup { .. } | RadixOp::TagGet { .. } | RadixOp::FindGetEntry { .. } => {
                Facts::LOOKS
            }
            RadixOp::TagSet { .. } | RadixOp::Replace { .. } => Facts::CHANGES.and_crashes(),
            RadixOp::LockSlot { .. }
            | RadixOp::UnlockSlot { .. }
            | RadixOp::Insert { .. }
            | RadixOp::Delete { .. }
            | RadixOp::TagClear { .. }
            | RadixOp::TagTowrite { .. }
            | RadixOp::FindGetEntries { .. }
            | RadixOp::FindGetEntriesTag { .. } => Facts::CHANGES,
        }
    }

    pub(super) const fn failure(&self) -> Option<Failure> {
        match self {
            RadixOp::Preload(what) => Some(Failure { what: *what, answer: |errno| Outcome::Status(Err(errno)) }),
            RadixOp::PreloadEnd
            | RadixOp::Lookup { .. }
            | RadixOp::LockSlot { .. }
            | RadixOp::UnlockSlot { .. }
            | RadixOp::Insert { .. }
            | RadixOp::Delete { .. }
            | RadixOp::Replace { .. }
            | RadixOp::TagSet { .. }
            | RadixOp::TagClear { .. }
            | RadixOp::TagGet { .. }
            | RadixOp::TagTowrite { .. }
            | RadixOp::FindGetEntries { .. }
            | RadixOp::FindGetEntriesTag { .. }
            | RadixOp::FindGetEntry { .. } => None,
        }
    }

    /// None of them waits: the tree is guarded by `tree_lock`, which is another family.
    pub(super) const fn until(&self) -> Option<Until> {
        None
    }

    pub(super) const fn mover(&self, holds_tree_lock: bool) -> Mover {
        match self {
            // Only its own CPU.
            RadixOp::PreloadEnd => Mover::Both,
            RadixOp::Lookup { .. } | RadixOp::TagGet { .. } if holds_tree_lock => Mover::Both,
            RadixOp::Preload(_)
            | RadixOp::Lookup { .. }
            | RadixOp::LockSlot { .. }
            | RadixOp::UnlockSlot { .. }
            | RadixOp::Insert { .. }
            | RadixOp::Delete { .. }
            | RadixOp::Replace { .. }
            | RadixOp::TagSet { .. }
            | RadixOp::TagClear { .. }
            | RadixOp::TagGet { .. }
            | RadixOp::TagTowrite { .. }
            | RadixOp::FindGetEntries { .. }
            | RadixOp::FindGetEntriesTag { .. }
            | RadixOp::FindGetEntry { .. } => Mover::None,
        }
    }

    pub(super) const fn parts(&self, thread: ThreadId) -> Parts {
        match self {
            RadixOp::Preload(_) | RadixOp::PreloadEnd => Parts::cpu(thread),
            RadixOp::Lookup { .. }
            | RadixOp::LockSlot { .. }
            | RadixOp::UnlockSlot { .. }
            | RadixOp::Insert { .. }
            | RadixOp::Delete { .. }
            | RadixOp::Replace { .. }
            | RadixOp::TagSet { .. }
            | RadixOp::TagClear { .. }
            | RadixOp::TagGet { .. }
            | RadixOp::TagTowrite { .. } => Parts::MAPPING,
            RadixOp::FindGetEntry { .. } | RadixOp::FindGetEntries { .. } | RadixOp::FindGetEntriesTag { .. } => {
                Parts::MAPPING.union(Parts::PAGES)
            }
        }
    }

    pub(super) fn touches(&self, touched: &mut Touched<'_>) {
        match *self {
            RadixOp::Preload(_) | RadixOp::PreloadEnd => touched.write(Object::Cpu(touched.thread)),
            RadixOp::Lookup { index } => touched.add(Object::Slots, index, index, AccessKind::Read),
            RadixOp::LockSlot { index } | RadixOp::UnlockSlot { index } => touched.slots(index, AccessKind::Write),
            RadixOp::Insert { index, entry } => {
                let first = entry.size().start(index);
                let last = first + entry.size().pages() - 1;
                if *touched.outcome == Outcome::Status(Ok(())) {
                    touched.add(Object::Slots, first, last, AccessKind::Write);
                    touched.count(Object::Counters);
                } else {
                    touched.add(Object::Slots, first, last, AccessKind::Read);
                }
            }
            RadixOp::Delete { index } => {
                touched.slots(index, AccessKind::Write);
                touched.tags(index, index, AccessKind::Write);
                touched.count(Object::Counters);
            }
            RadixOp::Replace { index, entry } => {
                touched.slots(index, AccessKind::Write);
                if entry.is_pmd() {
                    let first = pmd_start(index);
                    touched.add(Object::Slots, first, first + PMD_PAGES - 1, AccessKind::Write);
                }
            }
            RadixOp::TagSet { index, .. } => touched.tag_of(index, AccessKind::Add),
            RadixOp::TagClear { index, .. } => touched.tag_of(index, AccessKind::Write),
            RadixOp::TagGet { index, .. } => touched.tag_of(index, AccessKind::Read),
            RadixOp::TagTowrite { first, last } => {
                touched.slots_from(first);
                touched.tags(first, last, AccessKind::Write);
            }
            RadixOp::FindGetEntry { index } => {
                touched.add(Object::Slots, index, index, AccessKind::Read);
                if let Outcome::Slot(Slot::Page(page)) = *touched.outcome {
                    touched.count(Object::Page(page));
                }
            }
            RadixOp::FindGetEntries { first, .. } => {
                touched.slots_from(first);
                touched.changed_pages();
            }
            RadixOp::FindGetEntriesTag { first, .. } => {
                touched.slots_from(first);
                touched.tags(first, u64::MAX, AccessKind::Read);
                touched.changed_pages();
            }
        }
    }

    pub(super) fn apply(&self, step: &mut Step<'_>) -> Outcome {
        match *self {
            RadixOp::Preload(_) => step.preload(),
            RadixOp::PreloadEnd => step.preload_end(),
            RadixOp::Lookup { index } => Outcome::Slot(step.world.mapping.slot(index)),
            RadixOp::LockSlot { index } => step.set_lock_bit(index, true),
            RadixOp::UnlockSlot { index } => step.set_lock_bit(index, false),
            RadixOp::Insert { index, entry } => step.insert(index, entry),
            RadixOp::Delete { index } => step.delete(index),
            RadixOp::Replace { index, entry } => step.replace(index, entry),
            RadixOp::TagSet { index, tag } => step.tag_set(index, tag),
            RadixOp::TagClear { index, tag } => step.tag_clear(index, tag),
            RadixOp::TagGet { index, tag } => Outcome::Bool(step.world.mapping.tree.tag_get(index, tag)),
            RadixOp::TagTowrite { first, last } => step.tag_towrite(first, last),
            RadixOp::FindGetEntry { index } => step.find_get_entry(index),
            RadixOp::FindGetEntries { first, max } => step.find_get_entries(first, max),
            RadixOp::FindGetEntriesTag { first, tag, max } => step.find_get_entries_tag(first, tag, max),
        }
    }
}
