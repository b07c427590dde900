//! Sentences: what a step did, what a thread is about to do, and why it cannot.
//!
//! The same sentences make the transcript, the screen-reader text, the alert and the table that goes into a mail.

mod fallbacks;
mod next;
mod performed;
mod table;
mod words;

pub use fallbacks::fallbacks;
pub use next::next;
pub use table::{Row, WIDTH, table, wrap};
pub(crate) use words::slot;
pub use words::{grouped, operation, page, status};

use crate::machine::{Blocked, Machine, Performed, StepRecord};
use crate::op::Op;
use crate::units::ThreadId;
use crate::world::World;

/// One sentence for a step, from the state before it, its record, and the machine after it.
#[must_use]
pub fn sentence(before: &World, record: &StepRecord, after: &Machine) -> String {
    let mut clauses: Vec<String> =
        record.performed.iter().flat_map(|performed| performed::clauses(before, performed)).collect();
    clauses.dedup();
    if let Some(stop) = record.after.stop()
        && matches!(stop.op, Op::Schedule | Op::AwaitPage(_) | Op::AwaitGrant { .. })
        && after.blocked(record.choice.thread).is_some()
    {
        clauses.push("falls asleep".into());
    }
    if clauses.is_empty() {
        clauses.push("goes on".into());
    }
    format!("{} {}.", record.choice.thread, join(&clauses))
}

/// What one operation of a step did, as clauses behind the name of the thread: `deletes the 2 MiB empty entry at 0x200`.
/// `before` is the world right before the step.
#[must_use]
pub fn clauses(before: &World, performed: &Performed) -> Vec<String> {
    performed::clauses(before, performed)
}

/// Why a thread cannot run, or `None` if it can or has finished.
#[must_use]
pub fn why_blocked(machine: &Machine, thread: ThreadId) -> Option<String> {
    Some(match machine.blocked(thread)? {
        Blocked::TreeLock { holder } => format!("waits for tree_lock, held by {holder}"),
        Blocked::Entry { key, place } => {
            let line = words::ordinal(place);
            let covered = machine.world.mapping.slot(key.0);
            let holder = machine.world.mapping.owner(key.0).filter(|_| covered.entry().is_some_and(|e| e.is_locked()));
            match holder {
                Some(holder) => {
                    format!("asleep on key {}, exclusive, {line} in line; {holder} holds the entry", page(key.0))
                }
                None => format!(
                    "asleep on key {}, exclusive, {line} in line; no locked entry is behind that key",
                    page(key.0)
                ),
            }
        }
        Blocked::Page { page, holder } => match holder {
            Some(holder) => format!("asleep on the lock of {page}, held by {holder}"),
            None => format!("asleep on the lock of {page}"),
        },
        Blocked::Lock { lock, holders } => format!("waits for {lock}, held by {}", words::threads(&holders)),
    })
}

/// `a, b and c`.
pub(crate) fn join(clauses: &[String]) -> String {
    match clauses {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}
