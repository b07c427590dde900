//! The words for sleeping locks. The journal is one to the model, and a transaction to its reader.

use super::{LockNames, Told, Words, only_call};
use crate::event::LockId;
use crate::op::{LockOp, Outcome};
use crate::sync::LockMode;

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
                Outcome::Bool(true) => format!("takes {}", name(lock)),
                _ => format!("queues for {}", name(lock)),
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
                let how = if mode == LockMode::Write { "down_write" } else { "down_read" };
                let waits = if *told.outcome() == Outcome::Bool(true) { "" } else { "waits" };
                Some((format!("{how}({})", name(lock)), waits.into()))
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
