//! What an operation touched.

use super::touched::Touched;
use super::{Access, Object, Op, Outcome};
use crate::event::LockId;
use crate::units::ThreadId;
use crate::world::World;

/// What `thread` touched by performing `op`, which took `before` to `after` and was answered with `outcome`.
///
/// Two operations of two threads without a conflict ([`Access::conflicts`]) may be exchanged wherever they stand next
/// to each other: outcomes and worlds stay the same. A call that the script makes fail counts as touching its count;
/// a failure that the scheduler chooses does not.
#[must_use]
pub fn accesses(before: &World, after: &World, thread: ThreadId, op: &Op, outcome: &Outcome) -> Vec<Access> {
    let mut found = Touched::new(before, after, thread, outcome);
    if let Some(what) = op.fail_point()
        && before.scenario.failures.iter().any(|failure| failure.what == what)
    {
        found.write(Object::Calls(what));
    }
    if op.unmaps() {
        found.read(Object::Lock(Some(LockId::IMmap)));
    }
    op.touches(&mut found);
    found.into_list()
}
