//! Nobody sleeps for ever: kernel-semantics §11 item 5.

use super::rule::Rule;
use super::violation::{Violation, at};
use crate::machine::{Blocked, Machine};
use crate::narrate;
use crate::standstill::Standstill;
use crate::units::ThreadId;

/// If nobody can run any more, why: each ring once, and each thread that waits for nobody. Who only stands behind them is
/// named with them.
pub(super) fn violations(after: &Machine) -> Vec<Violation> {
    let Some(standstill) = Standstill::of(after) else { return Vec::new() };
    let roots: Vec<ThreadId> = [&standstill.lost, &standstill.perhaps_woken, &standstill.abandoned]
        .into_iter()
        .flatten()
        .copied()
        .chain(standstill.rings.iter().flatten().map(|wait| wait.thread))
        .collect();
    let behind: Vec<ThreadId> =
        after.thread_ids().filter(|thread| after.blocked(*thread).is_some() && !roots.contains(thread)).collect();
    let lost = standstill.lost.iter().map(|&thread| lost(after, thread));
    let locks = narrate::LockNames::of(&after.scenario().revision);
    let rings = standstill.rings.iter().map(|ring| {
        let sentence = format!("{}.", narrate::ring(ring, locks));
        Violation::new(Rule::Deadlock, ring.first().map(|wait| wait.thread), sentence)
    });
    let abandoned = standstill.abandoned.iter().map(|&thread| abandoned(after, thread));
    let mut found: Vec<Violation> = lost.chain(rings).chain(abandoned).collect();
    if let Some(first) = found.first_mut() {
        for thread in &standstill.perhaps_woken {
            first.sentence.push_str(&format!(" {thread} sleeps, and only those who wait here could still wake it."));
        }
        if !behind.is_empty() {
            let verb = if behind.len() == 1 { "waits" } else { "wait" };
            first.sentence.push_str(&format!(" Behind that {verb} {}.", narrate::threads(&behind)));
        }
    }
    found
}

/// A thread sleeps, and nobody is left who would wake it.
fn lost(machine: &Machine, thread: ThreadId) -> Violation {
    let sentence = match machine.blocked(thread) {
        Some(Blocked::Entry { key, .. }) => {
            let mapping = &machine.world.mapping;
            let entry = if mapping.slot(key.0).is_null() && mapping.entry(key.0).is_none() {
                "an entry that no longer exists"
            } else {
                "an entry that is locked no more"
            };
            let key = at(key.0);
            format!("{thread} sleeps on key {key} for {entry}. Nobody who can still run will wake that key.")
        }
        Some(Blocked::Idle { .. }) => format!(
            "{thread} is {}, and nobody who can still run will wake it.",
            narrate::why_blocked(machine, thread).unwrap_or_default()
        ),
        _ => format!(
            "{thread} {}. Nobody holds that lock, and nobody who can still run will wake it.",
            narrate::why_blocked(machine, thread).unwrap_or_default()
        ),
    };
    Violation::new(Rule::LostWakeup, Some(thread), sentence)
}

/// A thread waits for what somebody holds who is done.
fn abandoned(machine: &Machine, thread: ThreadId) -> Violation {
    let sentence = match machine.blocked(thread) {
        Some(Blocked::Entry { key, .. }) => {
            let by = machine.world.mapping.owner(key.0);
            let by = by.map_or("nobody knows whom".to_owned(), |holder| holder.to_string());
            let key = at(key.0);
            format!("{thread} sleeps on key {key}: the entry is still locked, by {by}, who will never unlock it.")
        }
        _ => format!("{thread} {}, and nobody can run.", narrate::why_blocked(machine, thread).unwrap_or_default()),
    };
    Violation::new(Rule::Deadlock, Some(thread), sentence)
}
