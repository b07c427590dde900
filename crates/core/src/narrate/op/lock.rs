//! The words for sleeping locks. The journal is one to the model, and a transaction to its reader.

use super::{LockNames, Told, Words, only_call};
use crate::event::LockId;
use crate::op::{LockOp, Outcome};
use crate::sync::LockMode;

/// ` for reading` or ` for writing`, of a lock that can be had both ways.
const fn how(lock: LockId, mode: LockMode) -> &'static str {
    match (lock, mode) {
        (LockId::Inode | LockId::Journal, _) => "",
        (_, LockMode::Read) => " for reading",
        (_, LockMode::Write) => " for writing",
    }
}

impl Words for LockOp {
    fn next(&self, locks: LockNames) -> String {
        match *self {
            LockOp::Acquire { lock: LockId::Journal, mode: LockMode::Read } => {
                "open a handle in the running transaction".into()
            }
            LockOp::Acquire { lock: LockId::Journal, mode: LockMode::Write } => "commit the running transaction".into(),
            LockOp::Acquire { lock, .. } => format!("take {}", locks.of_lock(lock)),
            LockOp::AwaitGrant { lock, .. } => format!("go on once it has {}", locks.of_lock(lock)),
            LockOp::Release { lock } => format!("release {}", locks.of_lock(lock)),
        }
    }

    fn done(&self, told: Told<'_>) -> Option<String> {
        let name = |lock| told.locks().of_lock(lock);
        Some(match *self {
            LockOp::Acquire { lock, mode } => match told.outcome() {
                Outcome::Bool(true) if lock == LockId::Journal && mode == LockMode::Read => {
                    "opens a handle in the running transaction".into()
                }
                Outcome::Bool(true) if lock == LockId::Journal => "commits the running transaction".into(),
                Outcome::Bool(true) => format!("takes {}{}", name(lock), how(lock, mode)),
                _ => format!("queues for {}{}", name(lock), how(lock, mode)),
            },
            LockOp::AwaitGrant { lock: LockId::Journal, mode: LockMode::Read } => {
                "opens a handle in the running transaction at last".into()
            }
            LockOp::AwaitGrant { lock: LockId::Journal, .. } => "commits the running transaction at last".into(),
            LockOp::AwaitGrant { lock, .. } => format!("has {} now", name(lock)),
            LockOp::Release { lock: LockId::Journal } => "lets go of the running transaction".into(),
            LockOp::Release { lock } => format!("releases {}", name(lock)),
        })
    }

    fn aside(&self, _: &Outcome) -> Option<String> {
        None
    }

    fn call(&self, told: Told<'_>) -> Option<(String, String)> {
        let name = |lock| told.locks().of_lock(lock);
        match *self {
            LockOp::Acquire { lock, mode } => {
                let waits = if *told.outcome() == Outcome::Bool(true) { "" } else { "waits" };
                let call = match (lock, mode) {
                    (LockId::Inode, _) => "inode_lock()".into(),
                    (LockId::Journal, LockMode::Read) => "jbd2_journal_start()".into(),
                    (LockId::Journal, LockMode::Write) => "jbd2_journal_commit_transaction()".into(),
                    (_, LockMode::Write) => format!("down_write({})", name(lock)),
                    (_, LockMode::Read) => format!("down_read({})", name(lock)),
                };
                Some((call, waits.into()))
            }
            LockOp::AwaitGrant { lock, .. } => only_call(format!("has {} now", name(lock))),
            LockOp::Release { .. } => None,
        }
    }

    fn is_visible(&self, outcome: &Outcome) -> bool {
        match self {
            LockOp::Acquire { .. } => *outcome != Outcome::Bool(true),
            LockOp::AwaitGrant { .. } => true,
            LockOp::Release { .. } => false,
        }
    }
}
