//! The words for sleeping on entries and waking.

use super::{LockNames, Told, Words, only_call};
use crate::event::Event;
use crate::narrate::words::{self, page};
use crate::op::{Outcome, WaitOp};
use crate::revision::WakeMode;
use crate::sync::WaitKey;

impl Words for WaitOp {
    fn next(&self, _: LockNames) -> String {
        match *self {
            WaitOp::PrepareToWait { key } => format!("queue on key {}", page(key.0)),
            WaitOp::PrepareToWaitFirst { key } => format!("queue on key {} before all others", page(key.0)),
            WaitOp::Schedule => "run again once it is woken".into(),
            WaitOp::FinishWait => "leave the wait queue".into(),
            WaitOp::Wake { index, entry, mode } => {
                format!("wake {} on key {}", mode.name(), page(WaitKey::new(index, entry).0))
            }
            WaitOp::WakeEntry { index, entry, mode } => {
                format!("wake {} on key {}", mode.name(), page(WaitKey::of_xarray(index, entry).0))
            }
        }
    }

    fn done(&self, told: Told<'_>) -> Option<String> {
        Some(match self {
            WaitOp::PrepareToWait { key } => {
                let place = told.before.waits.waiting_for(*key).count();
                format!("queues on key {} as exclusive waiter, {} in line", page(key.0), words::ordinal(place))
            }
            WaitOp::PrepareToWaitFirst { key } => {
                format!("queues on key {} before all others, not exclusive", page(key.0))
            }
            WaitOp::Schedule if told.performed.stop.woken_before_sleeping => {
                "does not sleep: it was woken already".into()
            }
            WaitOp::Schedule => "runs again".into(),
            WaitOp::FinishWait => "leaves the wait queue".into(),
            WaitOp::Wake { .. } | WaitOp::WakeEntry { .. } => return woken(told),
        })
    }

    fn aside(&self, _: &Outcome) -> Option<String> {
        None
    }

    fn call(&self, told: Told<'_>) -> Option<(String, String)> {
        match self {
            WaitOp::PrepareToWait { key } => only_call(format!("prepare_to_wait_exclusive({})", page(key.0))),
            WaitOp::Schedule => Some(("schedule()".into(), "returns".into())),
            WaitOp::FinishWait => None,
            WaitOp::PrepareToWaitFirst { key } => only_call(format!("prepare_to_wait({})", page(key.0))),
            WaitOp::Wake { .. } => Some(wake_call(told, "dax_wake_mapping_entry_waiter")),
            WaitOp::WakeEntry { .. } => Some(wake_call(told, "dax_wake_entry")),
        }
    }

    fn is_visible(&self, _: &Outcome) -> bool {
        match self {
            WaitOp::PrepareToWait { .. } | WaitOp::PrepareToWaitFirst { .. } | WaitOp::Schedule => true,
            WaitOp::FinishWait | WaitOp::Wake { .. } | WaitOp::WakeEntry { .. } => false,
        }
    }
}

/// The key and how many were to be woken, of a wake call that was made.
fn called(told: Told<'_>) -> Option<(WaitKey, WakeMode)> {
    told.performed.events.iter().find_map(|event| match event {
        Event::WakeCall { key, mode, .. } | Event::WakeEntry { key, mode, .. } => Some((*key, *mode)),
        _ => None,
    })
}

/// Whom a wake call reached, and who stays asleep on the same key.
fn woken(told: Told<'_>) -> Option<String> {
    let (key, mode) = called(told)?;
    let events = told.performed.events.iter();
    let woken: Vec<_> =
        events.filter_map(|event| if let Event::Wake(thread) = event { Some(*thread) } else { None }).collect();
    let left: Vec<_> = told.before.waits.waiting_for(key).filter(|thread| !woken.contains(thread)).collect();
    let who = match mode {
        WakeMode::One => "one waiter",
        WakeMode::All => "all waiters",
    };
    let reached = match woken.as_slice() {
        [] => return Some(format!("wakes {who} on key {}, where nobody is", page(key.0))),
        _ if left.is_empty() => words::threads(&woken),
        _ if left.len() == 1 => format!("{}; {} stays asleep", words::threads(&woken), words::threads(&left)),
        _ => format!("{}; {} stay asleep", words::threads(&woken), words::threads(&left)),
    };
    Some(format!("wakes {who} on key {}: {reached}", page(key.0)))
}

/// The same as a call: whom it wakes, and who stays asleep.
fn wake_call(told: Told<'_>, name: &str) -> (String, String) {
    let Some((key, mode)) = called(told) else { return (format!("{name}()"), String::new()) };
    let mode = if mode == WakeMode::One { "one" } else { "all" };
    let said = crate::narrate::join(&crate::narrate::clauses(told.before, told.performed));
    let who = said.split_once(": ").map_or("nobody is there".to_owned(), |(_, who)| format!("wakes {who}"));
    (format!("{name}({}, {mode})", page(key.0)), who)
}
