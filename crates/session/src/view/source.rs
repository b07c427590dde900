//! The kernel function on screen: the program that runs.

use super::Text;
use daxscope_core::units::ThreadId;
use std::rc::Rc;

/// A kernel function with the lines at which threads stand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceView {
    /// The thread whose function it is; `None`: nobody is in one.
    pub thread: Option<ThreadId>,
    /// `grab.rs`; empty if there is nothing to show.
    pub file: &'static str,
    /// The function.
    pub function: Text,
    /// The number of the first line of `lines`.
    pub first_line: u32,
    /// The lines of the function with its doc comment.
    pub lines: Rc<[&'static str]>,
    /// The line that the thread is at.
    pub current_line: Option<u32>,
    /// The line that the last step performed, if it lies in this file.
    pub performed_line: Option<u32>,
    /// All threads that stand in these lines.
    pub marks: Rc<[SourceMark]>,
}

/// A thread stands at a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SourceMark {
    /// The line.
    pub line: u32,
    /// Who.
    pub thread: ThreadId,
    /// Is it blocked there?
    pub is_blocked: bool,
}
