//! The words for the spin lock around the tree.

use super::{LockNames, Told, Words, only_call};
use crate::op::{Outcome, TreeLockOp};

impl Words for TreeLockOp {
    fn next(&self, locks: LockNames) -> String {
        match self {
            TreeLockOp::SpinLock => format!("take {}", locks.tree()),
            TreeLockOp::SpinUnlock => format!("release {}", locks.tree()),
        }
    }

    fn done(&self, told: Told<'_>) -> Option<String> {
        let lock = told.locks().tree();
        Some(match self {
            TreeLockOp::SpinLock => format!("takes {lock}"),
            TreeLockOp::SpinUnlock => format!("releases {lock}"),
        })
    }

    fn aside(&self, _: &Outcome) -> Option<String> {
        None
    }

    fn call(&self, told: Told<'_>) -> Option<(String, String)> {
        let lock = told.locks().tree();
        only_call(match self {
            TreeLockOp::SpinLock => format!("spin_lock_irq({lock})"),
            TreeLockOp::SpinUnlock => format!("spin_unlock_irq({lock})"),
        })
    }

    fn is_visible(&self, _: &Outcome) -> bool {
        match self {
            TreeLockOp::SpinLock | TreeLockOp::SpinUnlock => false,
        }
    }
}
