//! Locks with their owners, and the wait table.

use super::Text;
use crate::action::Object;
use daxscope_core::units::ThreadId;
use std::rc::Rc;

/// A lock.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LockView {
    /// The kernel's name: `tree_lock`, `i_mmap_sem`, `entry 0x200`, `page 3`.
    pub name: Text,
    /// What to select to see its history.
    pub object: Object,
    /// Who holds it; empty: free.
    pub holders: Rc<[LockHolder]>,
    /// Is it held although nobody is known to hold it?
    pub is_orphaned: bool,
    /// Who waits for it, first in line first.
    pub waiters: Rc<[ThreadId]>,
    /// All of it in a sentence.
    pub sentence: Text,
    /// Did this step change it?
    pub is_changed: bool,
}

/// Who holds a lock.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LockHolder {
    /// Who.
    pub thread: ThreadId,
    /// `read`, `write` or empty.
    pub mode: &'static str,
    /// Since which step, from 1.
    pub since: Option<usize>,
}

/// The waiters of one key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaitQueueView {
    /// The key: a page index.
    pub key: u64,
    /// The bucket of the hashed wait table.
    pub bucket: u64,
    /// Who waits, first in line first.
    pub waiters: Rc<[WaiterView]>,
    /// What covers that index now, in words.
    pub entry: Text,
    /// All of it in a sentence.
    pub sentence: Text,
    /// Did this step change it?
    pub is_changed: bool,
}

/// Somebody in a queue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaiterView {
    /// Who.
    pub thread: ThreadId,
    /// DAX only has exclusive waiters.
    pub is_exclusive: bool,
    /// Is it asleep, rather than about to be?
    pub is_asleep: bool,
    /// Will nobody wake it any more?
    pub is_lost: bool,
    /// Since which step, from 1.
    pub since: Option<usize>,
}
