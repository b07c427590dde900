//! Operations as the calls that a kernel developer knows: `radix_tree_delete(0x200) -> the locked 2 MiB empty entry`.

use super::words::{self, page};
use super::{performed, with_process_names};
use crate::entry::{Entry, Slot};
use crate::event::Event;
use crate::machine::Performed;
use crate::op::{Op, Outcome};
use crate::revision::WakeMode;
use crate::sync::LockMode;
use crate::world::World;

/// The call, and what came of it if that says something.
pub(super) fn call(before: &World, made: &Performed) -> (String, String) {
    let (call, result) = plain_call(before, made);
    (with_process_names(&call, &before.scenario), result)
}

fn plain_call(before: &World, made: &Performed) -> (String, String) {
    let outcome = &made.outcome;
    let nothing = String::new;
    match made.stop.op {
        Op::Lookup { index } | Op::FindGetEntry { index } => {
            (format!("__radix_tree_lookup({})", page(index)), found(outcome))
        }
        Op::LockSlot { index } => (format!("lock_slot({})", page(index)), unlocked(outcome)),
        Op::UnlockSlot { index } => (format!("unlock_slot({})", page(index)), unlocked(outcome)),
        Op::Insert { index, entry } => {
            let locked = if entry.is_locked() { "locked " } else { "" };
            (
                format!("__radix_tree_insert({}, {locked}{})", page(entry.size().start(index)), words::entry(entry)),
                failed(outcome),
            )
        }
        Op::Delete { index } => (format!("radix_tree_delete({})", page(index)), found(outcome)),
        Op::Replace { index, entry } => {
            (format!("__radix_tree_replace({}, {})", page(index), words::entry(entry)), nothing())
        }
        Op::TagSet { index, tag } => (format!("radix_tree_tag_set({}, {})", page(index), tag.name()), nothing()),
        Op::TagClear { index, tag } => (format!("radix_tree_tag_clear({}, {})", page(index), tag.name()), nothing()),
        Op::PrepareToWait { key } => (format!("prepare_to_wait_exclusive({})", page(key.0)), nothing()),
        Op::Schedule => ("schedule()".into(), "returns".into()),
        Op::Preload(what) => (format!("{}()", preload(what.name())), failed(outcome)),
        Op::Wake { .. } => woken(before, made),
        Op::Acquire { lock, mode } => {
            let how = if mode == LockMode::Write { "down_write" } else { "down_read" };
            let waits = if *outcome == Outcome::Bool(true) { "" } else { "waits" };
            (format!("{how}({lock})"), waits.into())
        }
        Op::AwaitGrant { lock, .. } => (format!("has {lock} now"), nothing()),
        Op::SpinLock => ("spin_lock_irq(tree_lock)".into(), nothing()),
        Op::SpinUnlock => ("spin_unlock_irq(tree_lock)".into(), nothing()),
        _ => (in_words(before, made), nothing()),
    }
}

/// What is no call of one name, in the words of the transcript.
fn in_words(before: &World, made: &Performed) -> String {
    let clauses = performed::clauses(before, made);
    if clauses.is_empty() { performed::aside(made).unwrap_or_default() } else { super::join(&clauses) }
}

/// Whom it wakes, and who stays asleep.
fn woken(before: &World, made: &Performed) -> (String, String) {
    let name = "dax_wake_mapping_entry_waiter";
    let called = made.events.iter().find_map(|event| match event {
        Event::WakeCall { key, mode, .. } => Some((*key, *mode)),
        _ => None,
    });
    let Some((key, mode)) = called else { return (format!("{name}()"), String::new()) };
    let mode = if mode == WakeMode::One { "one" } else { "all" };
    let told = in_words(before, made);
    let who = told.split_once(": ").map_or("nobody is there".to_owned(), |(_, who)| format!("wakes {who}"));
    (format!("{name}({}, {mode})", page(key.0)), who)
}

const fn preload(name: &'static str) -> &'static str {
    match name.as_bytes() {
        b"maybe_preload" => "radix_tree_maybe_preload",
        _ => "radix_tree_preload",
    }
}

fn found(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Slot(Slot::Null) => "NULL".into(),
        Outcome::Slot(slot) => words::slot(*slot).trim_start_matches("the ").to_owned(),
        _ => String::new(),
    }
}

fn unlocked(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Slot(Slot::Entry(entry)) => words::entry(Entry::unlocked(*entry)),
        _ => found(outcome),
    }
}

fn failed(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Status(Err(errno)) => errno.to_string(),
        _ => String::new(),
    }
}
