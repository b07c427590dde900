//! The words for `tree_lock`.

use super::{Told, Words, only_call};
use crate::op::{Outcome, TreeLockOp};

impl Words for TreeLockOp {
    fn next(&self) -> String {
        match self {
            TreeLockOp::SpinLock => "take tree_lock".into(),
            TreeLockOp::SpinUnlock => "release tree_lock".into(),
        }
    }

    fn done(&self, _: Told<'_>) -> Option<String> {
        Some(match self {
            TreeLockOp::SpinLock => "takes tree_lock".into(),
            TreeLockOp::SpinUnlock => "releases tree_lock".into(),
        })
    }

    fn aside(&self, _: &Outcome) -> Option<String> {
        None
    }

    fn call(&self, _: Told<'_>) -> Option<(String, String)> {
        only_call(match self {
            TreeLockOp::SpinLock => "spin_lock_irq(tree_lock)".into(),
            TreeLockOp::SpinUnlock => "spin_unlock_irq(tree_lock)".into(),
        })
    }

    fn is_visible(&self, _: &Outcome) -> bool {
        match self {
            TreeLockOp::SpinLock | TreeLockOp::SpinUnlock => false,
        }
    }
}
