//! Why threads wait, and for whom.

use super::words::{self, page};
use super::{LockNames, with_process_names};
use crate::event::LockId;
use crate::machine::{Blocked, Machine};
use crate::standstill::{Reason, Wait};
use crate::sync::LockMode;
use crate::units::ThreadId;

/// Why a thread cannot run, or `None` if it can or has finished.
#[must_use]
pub fn why_blocked(machine: &Machine, thread: ThreadId) -> Option<String> {
    let locks = LockNames::of(&machine.scenario().revision);
    let why = match machine.blocked(thread)? {
        Blocked::TreeLock { holder } => format!("waits for {}, held by {holder}", locks.tree()),
        Blocked::Entry { key, place } => {
            let line = words::ordinal(place);
            let mapping = &machine.world.mapping;
            let is_locked = match mapping.entry(key.0) {
                Some(entry) => entry.is_locked(),
                None => mapping.slot(key.0).entry().is_some_and(|entry| entry.is_locked()),
            };
            let holder = mapping.owner(key.0).filter(|_| is_locked);
            match holder {
                Some(holder) => {
                    format!("asleep on key {}, exclusive, {line} in line; {holder} holds the entry", page(key.0))
                }
                None => format!(
                    "asleep on key {}, exclusive, {line} in line; no locked entry is under that key",
                    page(key.0)
                ),
            }
        }
        Blocked::Page { page, holder } => match holder {
            Some(holder) => format!("asleep on the lock of {page}, held by {holder}"),
            None => format!("asleep on the lock of {page}"),
        },
        Blocked::Idle { block, pins } => {
            format!("asleep until block {block:#x} is idle; {}", pinned(&pins))
        }
        Blocked::Lock { lock, mode, holders, ahead } => in_queue((lock, &locks.of_lock(lock)), mode, &holders, &ahead),
    };
    Some(with_process_names(&why, machine.scenario()))
}

/// Who has pinned pages.
fn pinned(pins: &[ThreadId]) -> String {
    match pins {
        [] => "nobody has pinned a page".into(),
        [_] => format!("{} has pinned a page", words::threads(pins)),
        _ => format!("{} have pinned pages", words::threads(pins)),
    }
}

/// Who holds a sleeping lock that is waited for, and behind whom the thread stands in its queue.
fn in_queue(
    (lock, name): (LockId, &str),
    mode: LockMode,
    holders: &[(ThreadId, LockMode)],
    ahead: &[(ThreadId, LockMode)],
) -> String {
    let names =
        |list: &[(ThreadId, LockMode)]| words::threads(&list.iter().map(|&(thread, _)| thread).collect::<Vec<_>>());
    let holds = if holders.len() > 1 { "hold" } else { "holds" };
    let is_held = holders.iter().any(|(_, held)| held.excludes(mode));
    match ahead.iter().rfind(|(_, other)| other.excludes(mode)) {
        // Whoever holds it would let the thread in.
        Some(&(first, wants)) if !is_held => {
            let behind = format!("queues for {name} behind {first}, who wants {}", how(lock, wants));
            if holders.is_empty() { behind } else { format!("{behind}; {} {holds} it", names(holders)) }
        }
        other => {
            let alone = if lock_is_shared(lock) && mode == LockMode::Write { " alone" } else { "" };
            let behind = other.map_or(String::new(), |(first, _)| format!(", behind {first} in the queue"));
            format!("waits for {name}{alone}, held by {}{behind}", names(holders))
        }
    }
}

/// Can several threads hold the lock at once?
const fn lock_is_shared(lock: LockId) -> bool {
    !matches!(lock, LockId::Inode)
}

/// `it alone`; of the journal, what that means.
const fn how(lock: LockId, mode: LockMode) -> &'static str {
    match (lock, mode) {
        (LockId::Journal, LockMode::Write) => "to commit it",
        (LockId::Journal, LockMode::Read) => "a handle in it",
        (LockId::Inode, _) => "it too",
        (_, LockMode::Write) => "it alone",
        (_, LockMode::Read) => "it shared",
    }
}

/// `A -> B -> A: A waits for ..., which B holds; B ...`.
#[must_use]
pub fn ring(ring: &[Wait], locks: LockNames) -> String {
    let threads = ring.iter().chain(ring.first()).map(|wait| wait.thread.to_string());
    let path = threads.collect::<Vec<_>>().join(" -> ");
    let waits = ring.iter().map(|one| wait(one, locks)).collect::<Vec<_>>().join("; ");
    format!("{path}: {waits}")
}

/// One wait, with both threads: `C wants mmap_sem of process 1 alone, and B holds it`.
fn wait(wait: &Wait, locks: LockNames) -> String {
    let Wait { thread, on, reason } = *wait;
    let other = if on == thread { "itself".to_owned() } else { on.to_string() };
    match reason {
        Reason::TreeLock if on == thread => format!("{thread} waits for {}, which it holds itself", locks.tree()),
        Reason::TreeLock => format!("{thread} waits for {}, which {on} holds", locks.tree()),
        Reason::Entry(key) => format!("{thread} sleeps on the entry at {}, which {on} has locked", page(key.0)),
        Reason::Page(page) => format!("{thread} waits for the lock of {page}, which {on} holds"),
        Reason::Pin(block) => format!("{thread} waits until block {block:#x} is idle, and {on} has pinned pages"),
        Reason::Held { lock: LockId::Journal, wanted: LockMode::Write } => {
            format!("{thread} cannot commit the running transaction before {other} closes its handle")
        }
        Reason::Held { lock: LockId::Journal, .. }
        | Reason::Ahead { lock: LockId::Journal, ahead: LockMode::Write, .. } => {
            format!("{thread} cannot open a handle before {other} has committed the running transaction")
        }
        Reason::Held { lock, wanted: LockMode::Write } if lock_is_shared(lock) => {
            format!("{thread} wants {} alone, and {on} holds it", locks.of_lock(lock))
        }
        Reason::Held { lock, .. } => format!("{thread} waits for {}, which {on} holds", locks.of_lock(lock)),
        Reason::Ahead { lock, ahead, .. } => {
            format!("{thread} queues for {} behind {other}, who wants {}", locks.of_lock(lock), how(lock, ahead))
        }
    }
}
