//! Which moments an operation has brought about.

use super::moment::Moment;
use crate::event::Event;
use crate::machine::Performed;
use crate::op::Parts;
use crate::units::ThreadId;
use crate::world::World;

impl Moment {
    /// The moments that an operation can bring about by itself, whatever the other threads are at.
    pub(super) const OF_OPERATIONS: [Moment; 3] = [Moment::Operation, Moment::TreeChanged, Moment::OperationEnds];

    /// Is this the moment, after that operation?
    pub(super) fn has_come(self, before: &World, performed: &Performed, after: &World) -> bool {
        match self {
            Moment::Operation => true,
            // A dead kernel has no books.
            Moment::TreeChanged => after.bug.is_none() && before.mapping != after.mapping,
            Moment::OperationEnds => performed.events.iter().any(|event| matches!(event, Event::Result(_))),
            Moment::Quiet | Moment::Stuck | Moment::Round => false,
        }
    }
}

/// What the rules looked at after an operation: the parts of all moments that it brought about.
#[must_use]
pub fn observed(before: &World, thread: ThreadId, performed: &Performed, after: &World) -> Parts {
    let come = Moment::OF_OPERATIONS.into_iter().filter(|moment| moment.has_come(before, performed, after));
    come.fold(Parts::NONE, |all, moment| all.union(moment.observes(thread, after)))
}
