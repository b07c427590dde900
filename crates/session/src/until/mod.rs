//! Conditions on which a run stops: a small, closed set, made from pick lists ([`Question`]), and looked for among the steps
//! of a run ([`holds`]).
//!
//! Every condition is about one step: it holds at a step that makes something so which was not so before. So a run that stands
//! where a lock is held and is asked for "the lock is held" goes on to the next time that it is taken.

mod holds;
mod question;
mod wanted;
mod words;

pub(crate) use holds::holds;
pub use question::{FieldId, Question, What};
pub use wanted::Wanted;
pub(crate) use wanted::wanted_of;

use crate::action::Object;
use daxscope_core::check::Rule;
use daxscope_core::units::ThreadId;

/// What is done about running until a condition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UntilAction {
    /// Another value in a field of the dialog, as [`crate::view::Choice::value`] has it, or as it was typed.
    Choose(FieldId, String),
    /// Runs to the first step where what the dialog asks for holds.
    Run(Direction),
    /// Chooses a line of the listing: file and number; the same line again takes the choice back.
    Mark(&'static str, u32),
    /// Whose turn at the line is meant; `None`: anybody's.
    MarkThread(Option<ThreadId>),
    /// Before or behind the line.
    MarkMoment(Moment),
    /// Runs to the chosen line.
    ToLine(Direction),
}

/// Which way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Along the recorded steps, and behind the last one with new steps: of the thread whose turn it would be.
    On,
    /// To an earlier step.
    Back,
}

/// On which side of a line a run stops.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Moment {
    /// A thread is about to perform it.
    #[default]
    Before,
    /// A thread has just performed it.
    After,
}

/// A line of the kernel listing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Line {
    /// `grab.rs`.
    pub file: &'static str,
    /// From 1.
    pub number: u32,
    /// Before or behind it.
    pub moment: Moment,
    /// Whose turn; `None`: anybody's.
    pub thread: Option<ThreadId>,
}

/// How a page fault ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum FaultEnd {
    /// Somehow.
    #[default]
    Any,
    /// With `VM_FAULT_NOPAGE`: mapped.
    NoPage,
    /// With `VM_FAULT_MAJOR`: mapped, and the file system had to allocate.
    Major,
    /// A 2 MiB fault goes on as a 4 KiB fault.
    FallBack,
    /// With `VM_FAULT_OOM`.
    Oom,
    /// With `VM_FAULT_SIGBUS`.
    Sigbus,
}

impl FaultEnd {
    /// All, with their names in forms and in sentences.
    pub const ALL: [(FaultEnd, &'static str, &'static str); 6] = [
        (FaultEnd::Any, "any", "with any result"),
        (FaultEnd::NoPage, "nopage", "with VM_FAULT_NOPAGE"),
        (FaultEnd::Major, "major", "with VM_FAULT_MAJOR"),
        (FaultEnd::FallBack, "fallback", "as a fall back from 2 MiB to 4 KiB"),
        (FaultEnd::Oom, "oom", "with VM_FAULT_OOM"),
        (FaultEnd::Sigbus, "sigbus", "with VM_FAULT_SIGBUS"),
    ];
}

/// On what a run stops. A thread of `None` is any.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Condition {
    /// A rule is broken; `None`: any.
    Broken(Option<Rule>),
    /// What the page says of an object is another than before.
    Changes(Object),
    /// An object comes to be something that it was not.
    Becomes(Object, Wanted),
    /// A thread that could run, or waited for `tree_lock`, goes to sleep: on an entry, a page or a sleeping lock.
    Sleeps(Option<ThreadId>),
    /// A thread is woken, or given the lock that it sleeps for.
    Wakes(Option<ThreadId>),
    /// A thread begins its operation of that number, from 0; `None`: any.
    Begins(Option<ThreadId>, Option<usize>),
    /// A thread ends its operation of that number, from 0; `None`: any.
    Ends(Option<ThreadId>, Option<usize>),
    /// A page fault of a thread is over.
    Faulted(Option<ThreadId>, FaultEnd),
    /// A thread comes to a line, or has performed it.
    Reaches(Line),
}

impl Default for Condition {
    fn default() -> Condition {
        Condition::Broken(None)
    }
}
