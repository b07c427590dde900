//! The alphabet: every atomic thing that a kernel thread can ask the world for, and what it can be answered.
//!
//! Nothing but these crosses between a thread and the world, so a thread is a function of the outcomes it has
//! received. An operation is atomic. Some stand at a *scheduling point*: there another thread may run first. The
//! others run in the same step as the operation before them.
//!
//! Operations come in families, one module each, and a module holds everything about its operations: what they are,
//! where they stand, what they touch, and what they do to the world. Each of these is a match without a rest (or one answer
//! for the whole family, with the reason), so the compiler asks for all of them when an operation is added. Here is nothing but the choice of the family. The words
//! for them are in [`crate::narrate`], in modules of the same names.

mod access;
mod accesses;
mod counter;
mod facts;
mod file;
mod folio;
mod install;
mod lock;
mod mover;
mod outcome;
mod page;
mod page_table;
mod parts;
mod pause;
mod perform;
mod point;
mod radix;
mod step;
mod touched;
mod tree_lock;
mod wait;
mod xarray;

pub use access::{Access, AccessKind, Object, leaves_state_alone};
pub use accesses::accesses;
pub use counter::CounterOp;
pub use file::{FileOp, IomapPurpose};
pub use folio::FolioOp;
pub use install::{Cleaned, InstallOp, Installed};
pub use lock::LockOp;
pub use mover::Mover;
pub use outcome::{FromOutcome, Outcome, PmdSeen, PteFault, PteSeen};
pub use page::PageOp;
pub use page_table::PageTableOp;
pub use parts::Parts;
pub use pause::PauseOp;
pub use point::Point;
pub use radix::RadixOp;
pub use tree_lock::TreeLockOp;
pub use wait::WaitOp;
pub use xarray::{Cursor, XArrayOp};

use crate::scenario::FailPoint;
use crate::units::ThreadId;
use facts::{Facts, Failure, Until};
use std::mem::{Discriminant, discriminant};
use step::Step;
use touched::Touched;

/// Declares the families, and how a question is passed on to the one that an operation is of.
macro_rules! families {
    ($($(#[$doc:meta])* $family:ident($operation:ident),)*) => {
        /// An atomic operation.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Op {
            $($(#[$doc])* $family($operation),)*
        }

        $(impl From<$operation> for Op {
            fn from(operation: $operation) -> Op {
                Op::$family(operation)
            }
        })*

        /// Which operation it is, whatever it is about.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Kind {
            $($(#[$doc])* $family(Discriminant<$operation>),)*
        }

        impl Op {
            /// Which operation it is, whatever it is about.
            #[must_use]
            pub const fn kind(&self) -> Kind {
                match self { $(Op::$family(operation) => Kind::$family(discriminant(operation)),)* }
            }

            /// The scheduling point at which the operation stands, or `None` if it runs in the step of the one before.
            #[must_use]
            pub const fn point(&self) -> Option<Point> {
                match self { $(Op::$family(operation) => operation.point(),)* }
            }

            /// An operation that sees what this one sees and that any world can be asked for: itself if it is one.
            #[must_use]
            pub const fn look(&self) -> Option<Op> {
                match self { $(Op::$family(operation) => operation.look(),)* }
            }

            const fn facts(&self) -> Facts {
                match self { $(Op::$family(operation) => operation.facts(),)* }
            }

            const fn failure(&self) -> Option<Failure> {
                match self { $(Op::$family(operation) => operation.failure(),)* }
            }

            const fn until(&self) -> Option<Until> {
                match self { $(Op::$family(operation) => operation.until(),)* }
            }

            const fn mover_of_family(&self, holds_tree_lock: bool) -> Mover {
                match self { $(Op::$family(operation) => operation.mover(holds_tree_lock),)* }
            }

            const fn parts_of_family(&self, thread: ThreadId) -> Parts {
                match self { $(Op::$family(operation) => operation.parts(thread),)* }
            }

            fn touches(&self, touched: &mut Touched<'_>) {
                match self { $(Op::$family(operation) => operation.touches(touched),)* }
            }

            fn apply(&self, step: &mut Step<'_>) -> Outcome {
                match self { $(Op::$family(operation) => operation.apply(step),)* }
            }
        }
    };
}

families! {
    /// Points without an effect on shared state.
    Pause(PauseOp),
    /// `tree_lock`.
    TreeLock(TreeLockOp),
    /// The wait table: sleeping on entries and waking.
    Wait(WaitOp),
    /// The radix tree, and the preload pool that its nodes come from.
    Radix(RadixOp),
    /// The counters of `struct address_space`.
    Counter(CounterOp),
    /// Hole pages and private copies.
    Page(PageOp),
    /// Page tables.
    PageTable(PageTableOp),
    /// The file system, the device, and what an fsync promises.
    File(FileOp),
    /// Sleeping locks.
    Lock(LockOp),
    /// The XArray.
    XArray(XArrayOp),
    /// Pages and folios of the device.
    Folio(FolioOp),
    /// Sections under the page-table lock of the XArray's era.
    Install(InstallOp),
}

impl Op {
    /// Does the operation neither read nor change anything shared?
    #[must_use]
    pub const fn is_only_a_point(&self) -> bool {
        matches!(self, Op::Pause(_))
    }

    /// Does the operation look at shared state without changing it but for a reference of a page, or change only what is its
    /// own thread's? To read under `i_mmap_rwsem` changes nothing but when others may unmap.
    #[must_use]
    pub const fn only_reads(&self) -> bool {
        self.facts().only_reads
    }

    /// Does the thread begin, or its next scripted operation?
    #[must_use]
    pub const fn begins_operation(&self) -> bool {
        matches!(self, Op::Pause(PauseOp::Start | PauseOp::NextOperation { .. }))
    }

    /// Does the thread sleep here until another one lets it go on?
    #[must_use]
    pub const fn sleeps_until_woken(&self) -> bool {
        matches!(
            self.until(),
            Some(Until::IsWoken | Until::IsWokenAtPage(_) | Until::IsWokenAtFrame | Until::IsGranted(_))
        )
    }

    /// Can any world be asked for the operation, to learn what it would see there?
    #[must_use]
    pub fn can_be_asked(&self) -> bool {
        self.look() == Some(*self)
    }

    /// Does the operation take `i_mmap_rwsem`, itself or in the same step? Then it waits until nobody walks the
    /// mappings, unless the kernel takes it for reading (`unmap_holds`).
    #[must_use]
    pub const fn unmaps(&self) -> bool {
        self.facts().unmaps
    }

    /// May the operation sleep? Then nobody must ask for it under `tree_lock` or with preemption off.
    #[must_use]
    pub const fn may_sleep(&self) -> bool {
        self.facts().may_sleep
    }

    /// Does the operation wait until something is so? A step that has begun must be able to go on, so it begins one.
    #[must_use]
    pub const fn waits(&self) -> bool {
        self.until().is_some() || self.unmaps()
    }

    /// The call that can be made to fail here.
    #[must_use]
    pub const fn fail_point(&self) -> Option<FailPoint> {
        match self.failure() {
            Some(failure) => Some(failure.what),
            None => None,
        }
    }

    /// How the operation may be exchanged with those of others. `holds_tree_lock`: does its thread hold `tree_lock`? Then
    /// the tree stays as it is but for what the thread itself does: all that change it hold the lock. Changing it is
    /// no mover even so, because scans and look-ups of pages read the tree without the lock.
    #[must_use]
    pub const fn mover(&self, holds_tree_lock: bool) -> Mover {
        // What waits for walks over the mappings looks at `i_mmap_rwsem`.
        if self.unmaps() { Mover::None } else { self.mover_of_family(holds_tree_lock) }
    }

    /// The parts that the operation may look at or change when `thread` performs it, whatever the state.
    #[must_use]
    pub const fn parts(&self, thread: ThreadId) -> Parts {
        let parts = self.parts_of_family(thread);
        let facts = self.facts();
        let parts = if facts.unmaps { parts.union(Parts::lock(crate::event::LockId::IMmap)) } else { parts };
        // Every operation that can end the kernel, or that a script can make fail, also touches this part.
        if facts.can_crash || self.failure().is_some() { parts.union(Parts::FAILURES) } else { parts }
    }
}
