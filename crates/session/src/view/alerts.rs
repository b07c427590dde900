//! What is broken in the state that is shown, and what the page could not do.

use super::Text;
use daxscope_core::units::ThreadId;

/// A broken rule: `role=alert`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AlertView {
    /// The name of the rule.
    pub rule: Text,
    /// Two or three words.
    pub headline: Text,
    /// What is broken.
    pub sentence: Text,
    /// The thread that suffers or did it.
    pub thread: Option<ThreadId>,
    /// The step that broke it, from 1; 0: it was so from the beginning.
    pub step: usize,
    /// Was it this step, rather than one before?
    pub is_new: bool,
    /// Another revision on which to try the same schedule.
    pub try_revision: Option<Text>,
}

/// How a notice is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoticeKind {
    /// Something did not work: `role=alert`.
    Problem,
    /// Worth knowing: `role=status`.
    Information,
}

/// A sentence that says what happened and what to do next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoticeView {
    /// How it is drawn.
    pub kind: NoticeKind,
    /// The sentence.
    pub text: Text,
}
