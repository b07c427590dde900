//! Operations as the calls that a kernel developer knows: `radix_tree_delete(0x200) -> the locked 2 MiB empty entry`.

use super::op::{Told, words};
use super::with_process_names;
use crate::machine::Performed;
use crate::world::World;

/// The call, and what came of it if that says something; what is no call of one name, in the words of the transcript.
pub(super) fn call(before: &World, made: &Performed) -> (String, String) {
    let known = words(&made.stop.op).call(Told { before, performed: made });
    let (call, result) = known.unwrap_or_else(|| (super::join(&super::clauses(before, made)), String::new()));
    (with_process_names(&call, &before.scenario), result)
}
