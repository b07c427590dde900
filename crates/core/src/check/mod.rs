//! What must hold: after every operation, when all is quiet, when nobody can run, and at the end of a run.
//!
//! A rule ([`Rule`]) is looked at in one kind of [`Moment`]; docs/rules.md has the table. A violation is a sentence that
//! names thread, entry and rule.
//!
//! Source: kernel-semantics §11.

mod coming;
mod events;
mod final_state;
mod liveness;
mod moment;
mod ownership;
mod quiet;
mod refused;
mod rounds;
mod rule;
mod stem;
mod tree;
mod violation;
mod xarray_state;
mod xarray_tree;

pub use coming::observed;
pub use final_state::{Finding, Level, MappingFault, findings};
pub use moment::Moment;
pub use quiet::quiet_rules;
pub use rounds::Rounds;
pub use rule::Rule;
pub use violation::{Round, Violation};

use crate::machine::{Machine, Performed, StepRecord};
use crate::narrate::with_process_names;
use crate::units::ThreadId;
use crate::world::World;

/// The rules that a step broke, from the state before it, its record, and the machine after it. A livelock shows only in a
/// whole run: [`Rounds`].
#[must_use]
pub fn violations(before: &World, record: &StepRecord, after: &Machine) -> Vec<Violation> {
    let mut found = step_violations(before, record);
    found.extend(liveness::violations(after));
    found.extend(quiet::violations(record, after));
    for violation in &mut found {
        violation.sentence = with_process_names(&violation.sentence, after.scenario());
    }
    found
}

/// The rules that the operations of a step broke by themselves, whatever the other threads are at.
#[must_use]
pub fn step_violations(before: &World, record: &StepRecord) -> Vec<Violation> {
    let thread = record.choice.thread;
    let mut world = before.clone();
    let mut found = Vec::new();
    for performed in &record.performed {
        let old = world.clone();
        performed.repeat(thread, &mut world);
        found.extend(operation_violations(&old, thread, performed, &world));
    }
    found
}

/// The rules that one operation broke by itself, from the worlds before and after it.
#[must_use]
pub fn operation_violations(before: &World, thread: ThreadId, performed: &Performed, after: &World) -> Vec<Violation> {
    let come = Moment::OF_OPERATIONS.into_iter().filter(|moment| moment.has_come(before, performed, after));
    come.flat_map(|moment| match moment {
        Moment::Operation => {
            let events = performed.events.iter().filter_map(|event| events::of_event(thread, event));
            let mut found: Vec<Violation> = events.collect();
            found.extend(ownership::violations(before, thread, &performed.stop.op));
            found.extend(tree::false_exist(thread, performed, after));
            found.extend(refused::violations(thread, performed, after));
            found
        }
        Moment::TreeChanged => tree::violations(before, thread, after),
        _ => ownership::left_behind(after, thread),
    })
    .collect()
}
