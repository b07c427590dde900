//! Parts of the world: what a search may remember an operation by.

use crate::event::LockId;
use crate::scenario::Scenario;
use crate::units::{MmId, ThreadId};

/// A set of parts of the world.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Parts(u64);

impl Parts {
    /// Nothing.
    pub const NONE: Parts = Parts(0);
    /// The tree with its counters and lock owners.
    pub const MAPPING: Parts = Parts(1);
    /// Hole pages and private copies.
    pub const PAGES: Parts = Parts(2);
    /// The file system.
    pub const FILE: Parts = Parts(4);
    /// The wait table and who sleeps.
    pub const WAITS: Parts = Parts(8);
    /// Counts of calls that the script makes fail, and whether the kernel is alive.
    pub const FAILURES: Parts = Parts(16);
    /// `tree_lock`.
    pub const TREE_LOCK: Parts = Parts(32);
    /// How many kinds of parts come before those of which there are several.
    pub const SINGLE: u32 = 9;
    /// Most processes or threads that there can be.
    const MOST: u32 = 16;

    /// A sleeping lock.
    #[must_use]
    pub const fn lock(lock: LockId) -> Parts {
        match lock {
            LockId::Fs => Parts(64),
            // One part: the journal matters only to few scenarios.
            LockId::Inode | LockId::Journal => Parts(128),
            LockId::IMmap => Parts(256),
            LockId::Mm(mm) => Parts(1 << (Self::SINGLE + mm.0 as u32)),
        }
    }

    /// The page tables of a process.
    #[must_use]
    pub const fn page_tables(mm: MmId) -> Parts {
        Parts(1 << (Self::SINGLE + Self::MOST + mm.0 as u32))
    }

    /// The page tables of all processes that there can be.
    #[must_use]
    pub const fn all_page_tables() -> Parts {
        Parts(((1 << Self::MOST) - 1) << (Self::SINGLE + Self::MOST))
    }

    /// The preloads of a thread's CPU.
    #[must_use]
    pub const fn cpu(thread: ThreadId) -> Parts {
        Parts(1 << (Self::SINGLE + 2 * Self::MOST + thread.0 as u32))
    }

    /// The parts that there are in a scenario, in order.
    pub fn of(scenario: &Scenario) -> impl Iterator<Item = Parts> + '_ {
        let mms = (0..scenario.processes.len() as u8).map(MmId);
        (0..Self::SINGLE)
            .map(|bit| Parts(1 << bit))
            .chain(mms.clone().map(|mm| Parts::lock(LockId::Mm(mm))))
            .chain(mms.map(Parts::page_tables))
            .chain((0..scenario.threads.len()).map(|at| Parts::cpu(ThreadId(at as u8))))
    }

    /// Both sets.
    #[must_use]
    pub const fn union(self, other: Parts) -> Parts {
        Parts(self.0 | other.0)
    }

    /// Is every part of `other` in here?
    #[must_use]
    pub const fn contains(self, other: Parts) -> bool {
        self.0 & other.0 == other.0
    }

    /// Is some part of `other` in here?
    #[must_use]
    pub const fn meets(self, other: Parts) -> bool {
        self.0 & other.0 != 0
    }
}
