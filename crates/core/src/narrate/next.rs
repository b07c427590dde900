//! What a thread is about to do, in base form: `take tree_lock`.

use super::op::words;
use super::{LockNames, with_process_names};
use crate::machine::Stop;
use crate::scenario::Scenario;

/// What the thread will do when it makes its next step.
#[must_use]
pub fn next(stop: &Stop, scenario: &Scenario) -> String {
    with_process_names(&words(&stop.op).next(LockNames::of(&scenario.revision)), scenario)
}
