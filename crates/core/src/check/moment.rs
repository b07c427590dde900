//! When a rule is looked at, and what it may look at then.
//!
//! Every moment is told by single operations, never by steps: however operations are put together to steps, a run
//! comes through the same moments and breaks the same rules.

use crate::op::Parts;
use crate::units::ThreadId;
use crate::world::World;

/// When a rule is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moment {
    /// After every operation: what it did, what came of it, and who held what before it.
    Operation,
    /// After an operation that changed the tree. Each of ours leaves counters, tags and nodes right if the kernel
    /// does, also under `tree_lock`, so no such moment is too early.
    TreeChanged,
    /// After the operation that ends a statement of the script.
    OperationEnds,
    /// Every thread is between two statements of the script.
    Quiet,
    /// Nobody can run, and not everybody is done.
    Stuck,
    /// A run is where it was before, and everybody who could run on the way did ([`super::Rounds`]).
    Round,
}

impl Moment {
    /// The parts of the world that rules look at in such a moment, beyond those that the operation itself looks at.
    /// `thread` performed it.
    #[must_use]
    pub fn observes(self, thread: ThreadId, world: &World) -> Parts {
        match self {
            // May the thread sleep? Who holds an entry is in the tree, which whatever touches entries looks at anyway.
            Moment::Operation => Parts::TREE_LOCK.union(Parts::cpu(thread)),
            Moment::TreeChanged => Parts::MAPPING,
            Moment::OperationEnds => {
                let single = Parts::MAPPING.union(Parts::PAGES).union(Parts::TREE_LOCK).union(Parts::cpu(thread));
                world.locks.queue_locks().fold(single, |all, (lock, _)| all.union(Parts::lock(lock)))
            }
            Moment::Quiet => Parts::MAPPING.union(Parts::PAGES).union(Parts::FILE).union(Parts::all_page_tables()),
            // Asked of whole states, not of operations.
            Moment::Stuck | Moment::Round => Parts::NONE,
        }
    }
}
