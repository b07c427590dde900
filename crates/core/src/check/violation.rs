//! A broken rule, told.

use super::rule::Rule;
use crate::narrate;
use crate::units::ThreadId;

/// A broken rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// Which rule.
    pub rule: Rule,
    /// Two or three words.
    pub headline: String,
    /// One sentence, with thread and entry.
    pub sentence: String,
    /// The thread that broke it or suffers from it.
    pub thread: Option<ThreadId>,
}

impl Violation {
    pub(super) fn new(rule: Rule, thread: Option<ThreadId>, sentence: String) -> Violation {
        Violation { rule, headline: rule.headline().into(), sentence, thread }
    }
}

/// `0x203`.
pub(super) fn at(index: u64) -> String {
    narrate::page(index)
}
