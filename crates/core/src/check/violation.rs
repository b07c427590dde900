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
    /// Of a livelock, where the run goes round.
    pub round: Option<Round>,
}

/// The part of a run that it goes round in for ever. What is before is the way in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Round {
    /// The first step of the round, counted from 1.
    pub first: usize,
    /// The last step of the round: behind it all is as it was before the first.
    pub last: usize,
    /// The step before it that made it possible, counted from 1.
    pub cause: Option<usize>,
}

impl Violation {
    pub(super) fn new(rule: Rule, thread: Option<ThreadId>, sentence: String) -> Violation {
        Violation { rule, headline: rule.headline().into(), sentence, thread, round: None }
    }
}

/// `0x203`.
pub(super) fn at(index: u64) -> String {
    narrate::page(index)
}
