//! Sentences: what a step did, what a thread is about to do, and why it cannot.
//!
//! The same sentences make the transcript, the screen-reader text, the alert and the table that goes into a mail.

mod calls;
mod commit;
mod fallbacks;
mod functions;
mod lock_names;
mod mail;
mod matters;
mod names;
mod next;
mod op;
mod performed;
mod spoken;
mod table;
mod waits;
mod words;

pub use commit::{COMMIT_WIDTH, commit};
pub use fallbacks::fallbacks;
pub use functions::{arguments, listing_name};
pub use lock_names::LockNames;
pub use mail::{MailHead, SCRIPT_HEAD, mail_head, mail_script, mail_table};
pub use matters::matters;
pub use names::with_process_names;
pub use next::next;
pub use spoken::{Entered, Spoken, entered, spoken};
pub use table::{Row, WIDTH, table, table_with_round, wrap};
pub use waits::{ring, why_blocked};
pub use words::{grouped, operation, page, status};
pub(crate) use words::{locked_xentry as xarray_entry, slot};
pub(crate) use words::{ptes, threads};

use crate::machine::{Machine, Performed, StepRecord};
use crate::world::World;

/// One sentence for a step, from the state before it, its record, and the machine after it.
#[must_use]
pub fn sentence(before: &World, record: &StepRecord, after: &Machine) -> String {
    let mut clauses: Vec<String> =
        record.performed.iter().flat_map(|performed| performed::clauses(before, performed)).collect();
    clauses.dedup();
    if let Some(stop) = record.after.stop()
        && stop.op.sleeps_until_woken()
        && after.blocked(record.choice.thread).is_some()
    {
        clauses.push("falls asleep".into());
    }
    if clauses.is_empty() {
        clauses.extend(record.performed.iter().filter_map(performed::aside));
        clauses.dedup();
    }
    if clauses.is_empty() {
        clauses.push("goes on".into());
    }
    with_process_names(&format!("{} {}.", record.choice.thread, join(&clauses)), after.scenario())
}

/// What one operation of a step did, as clauses behind the name of the thread: `deletes the 2 MiB empty entry at 0x200`.
/// `before` is the world right before the step.
#[must_use]
pub fn clauses(before: &World, performed: &Performed) -> Vec<String> {
    let clauses = performed::clauses(before, performed);
    if clauses.is_empty() { performed::aside(performed).into_iter().collect() } else { clauses }
}

/// `a, b and c`.
pub(crate) fn join(clauses: &[String]) -> String {
    match clauses {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}
