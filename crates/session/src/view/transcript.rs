//! Every step as a sentence.

use super::Text;
use daxscope_core::units::ThreadId;
use std::rc::Rc;

/// The transcript. It does not depend on the position.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TranscriptView {
    /// All steps.
    pub rows: Rc<[TranscriptRow]>,
    /// What was searched for; empty: nothing.
    pub query: Text,
    /// Steps whose sentence holds the query, from 1.
    pub hits: Rc<[usize]>,
}

/// A step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TranscriptRow {
    /// Its number, from 1.
    pub number: usize,
    /// Who made it.
    pub thread: ThreadId,
    /// What happened.
    pub sentence: Text,
    /// Did it break something?
    pub is_violation: bool,
    /// Did an injected call fail in it?
    pub is_failure: bool,
}
