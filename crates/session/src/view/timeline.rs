//! One lane for each thread over all steps.

use super::Text;
use daxscope_core::units::ThreadId;
use std::rc::Rc;

/// The lanes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TimelineView {
    /// Steps recorded; the lanes reach from 0 to it.
    pub total: usize,
    /// One for each thread.
    pub lanes: Rc<[LaneView]>,
    /// Who wakes whom.
    pub wakes: Rc<[WakeArrow]>,
    /// Steps that broke something, from 1.
    pub violations: Rc<[usize]>,
}

/// The lane of a thread.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LaneView {
    /// Whose.
    pub thread: ThreadId,
    /// Its bars in order; between them the thread is runnable and does not run.
    pub bars: Rc<[Bar]>,
}

/// A stretch of a lane.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bar {
    /// Steps made before it begins.
    pub start: usize,
    /// Steps made when it ends.
    pub end: usize,
    /// What the thread does.
    pub kind: BarKind,
    /// `grab_mapping_entry`, `asleep on 0x200`.
    pub label: Text,
}

/// What a thread does during a bar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BarKind {
    /// It makes the steps.
    Running,
    /// It waits for a lock.
    Blocked,
    /// It sleeps on an entry.
    Asleep,
    /// It sleeps, and nobody who can still run will wake it.
    Lost,
}

/// A wake-up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WakeArrow {
    /// The step, from 1.
    pub step: usize,
    /// Who wakes.
    pub from: ThreadId,
    /// Who is woken.
    pub to: ThreadId,
}
