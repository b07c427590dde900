//! Nobody sleeps for ever: kernel-semantics §11 item 5.

use super::rule::Rule;
use super::violation::{Violation, at};
use crate::machine::{Blocked, Machine, Status};
use crate::narrate;
use crate::units::ThreadId;

/// If nobody can run any more, who is stuck and why.
pub(super) fn violations(after: &Machine) -> Vec<Violation> {
    if after.status() != Status::Deadlock {
        return Vec::new();
    }
    let mut found: Vec<Violation> = after
        .thread_ids()
        .filter_map(|thread| Some((thread, after.blocked(thread)?)))
        .map(|(thread, why)| stuck(after, thread, &why))
        .collect();
    // What others only suffer from comes last.
    found.sort_by_key(|violation| violation.rule != Rule::LostWakeup);
    found
}

fn stuck(machine: &Machine, thread: ThreadId, why: &Blocked) -> Violation {
    let Blocked::Entry { key, .. } = *why else {
        let why = narrate::why_blocked(machine, thread).unwrap_or_default();
        return Violation::new(Rule::Deadlock, Some(thread), format!("{thread} {why}, and nobody can run."));
    };
    let mapping = &machine.world.mapping;
    let covering = mapping.slot(key.0).entry().filter(|entry| entry.is_locked());
    // The entry that is there now may be another one than the thread went to sleep for.
    let same_key = covering.is_some_and(|entry| crate::sync::WaitKey::new(key.0, entry) == key);
    let holder = mapping.owner(key.0);
    if same_key {
        let by = holder.map_or("nobody knows whom".to_owned(), |holder| holder.to_string());
        let sentence = format!(
            "{thread} sleeps on key {}: the entry is still locked, by {by}, who will never unlock it.",
            at(key.0)
        );
        return Violation::new(Rule::Deadlock, Some(thread), sentence);
    }
    let entry = if mapping.slot(key.0).is_null() {
        "an entry that no longer exists"
    } else {
        "an entry that is locked no more"
    };
    let sentence =
        format!("{thread} sleeps on key {} for {entry}. Nobody who can still run will wake that key.", at(key.0));
    Violation::new(Rule::LostWakeup, Some(thread), sentence)
}
