//! The words for points without an effect.

use super::{LockNames, Told, Words};
use crate::op::{Outcome, PauseOp};

impl Words for PauseOp {
    fn next(&self, _: LockNames) -> String {
        match self {
            PauseOp::Start => "begin".into(),
            PauseOp::NextOperation { .. } => "begin its next operation".into(),
            PauseOp::AccessRetry => "try the access again".into(),
            PauseOp::TreeUnlocked | PauseOp::CondResched | PauseOp::Hold => "go on".into(),
        }
    }

    fn done(&self, _: Told<'_>) -> Option<String> {
        None
    }

    fn aside(&self, _: &Outcome) -> Option<String> {
        match self {
            PauseOp::Start => Some("begins".into()),
            PauseOp::CondResched => Some("lets others run in between (cond_resched)".into()),
            PauseOp::NextOperation { .. } => Some("begins its next operation".into()),
            PauseOp::AccessRetry => Some("is about to try the access again".into()),
            PauseOp::TreeUnlocked => Some("leaves its section under the lock of the tree".into()),
            PauseOp::Hold => Some("keeps the entry locked".into()),
        }
    }

    fn call(&self, _: Told<'_>) -> Option<(String, String)> {
        None
    }

    fn is_visible(&self, _: &Outcome) -> bool {
        false
    }
}
