//! What a thread is about to do, in base form: `take tree_lock`.

use super::op::words;
use crate::machine::Stop;

/// What the thread will do when it makes its next step.
#[must_use]
pub fn next(stop: &Stop) -> String {
    words(&stop.op).next()
}
