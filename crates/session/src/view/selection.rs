//! The history of one object: who wrote it, and who read it after.

use super::Text;
use crate::action::Object;
use daxscope_core::units::ThreadId;
use std::rc::Rc;

/// The history of the selected object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SelectionView {
    /// Which.
    pub object: Object,
    /// `slot of page 0x202`, `tree_lock`.
    pub title: Text,
    /// What it is in the state that is shown.
    pub value: Text,
    /// Who last wrote it, in a sentence.
    pub last_write: Text,
    /// Writes and reads, newest first, up to the state that is shown; at most 200.
    pub history: Rc<[HistoryItem]>,
    /// Items that are not listed.
    pub more: usize,
}

/// Was it written or read?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HistoryKind {
    /// It changed.
    Write,
    /// It was looked at.
    Read,
}

/// A write or a read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HistoryItem {
    /// Which of the two.
    pub kind: HistoryKind,
    /// The step, from 1.
    pub step: usize,
    /// Who.
    pub thread: ThreadId,
    /// The value before and after; of a read both are what was seen.
    pub before: Text,
    /// The value after.
    pub after: Text,
    /// `grab.rs:61`.
    pub location: Text,
    /// The kernel function.
    pub function: &'static str,
}
