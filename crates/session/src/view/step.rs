//! The step that led to the state that is shown, and what it changed.

use super::Text;
use crate::action::Object;
use daxscope_core::units::ThreadId;
use std::rc::Rc;

/// Where the run stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StepView {
    /// Steps made; 0: before the first.
    pub number: usize,
    /// Steps recorded.
    pub total: usize,
    /// Who made the step.
    pub thread: Option<ThreadId>,
    /// The step in a sentence; before the first, what there is to do.
    pub sentence: Text,
    /// `grab.rs:61`; empty before the first step.
    pub location: Text,
    /// The kernel function; empty before the first step.
    pub function: &'static str,
    /// Did an injected call fail in it?
    pub is_failure: bool,
    /// What it changed.
    pub changes: Rc<[ChangeView]>,
    /// Changes that are not listed.
    pub more_changes: usize,
    /// How the run stands, in a sentence: `Every thread is done.`
    pub status: Text,
    /// Is there a step back?
    pub can_back: bool,
    /// Is there a step forward, recorded or new?
    pub can_forward: bool,
    /// Would a step forward be a new one?
    pub is_at_end: bool,
    /// The thread that a step forward would run.
    pub next_thread: Option<ThreadId>,
}

/// Where a change shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChangeArea {
    /// An entry of the tree.
    Entry,
    /// A tag.
    Tag,
    /// A counter, or the size of the file.
    Counter,
    /// A lock.
    Lock,
    /// The wait table.
    Wait,
    /// A page table.
    PageTable,
    /// The block map.
    Extent,
    /// A hole page.
    Page,
    /// A thread.
    Thread,
}

/// One thing that is different.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChangeView {
    /// Where it shows.
    pub area: ChangeArea,
    /// What to select to see its history.
    pub object: Object,
    /// What: `entry 0x203`.
    pub what: Text,
    /// Before.
    pub before: Text,
    /// After.
    pub after: Text,
}
