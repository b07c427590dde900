//! What of a session the first step does not need: the page loads it when somebody opens a panel, searches or copies.
//!
//! Code that only [`PARTS`] names is reached from nowhere else, so that the page's build can put it into a file of its
//! own. A session without parts does everything else; [`Session::lacks`] says which actions have to wait for
//! [`Session::equip`]. Outside of browsers a session has its parts from the beginning.

use crate::action::{Action, Effect};
use crate::session::{Address, Session};
use crate::view::{Build, Stale, View};

/// The functions of the parts.
pub struct Parts {
    /// Builds the views of everything that can lie over or beside the picture.
    pub(crate) draw: fn(&Build<'_>, &mut View, Stale),
    /// Does what [`is_of_the_parts`] names.
    pub(crate) act: fn(&mut Session, Action, &mut Vec<Effect>) -> Address,
    /// Opens what a link says about lessons: the lesson, the answers, is it the only thing the link says?
    pub(crate) open_lesson: fn(&mut Session, &str, &str, bool),
    /// Looks whether a task of a lesson is reached.
    pub(crate) look_at_task: fn(&mut Session, &mut Vec<Effect>),
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Parts")
    }
}

/// The parts. A page that splits its module names this behind the split only.
pub static PARTS: Parts = Parts {
    draw: |build, view, stale| build.draw_parts(view, stale),
    act: Session::act_with_parts,
    open_lesson: Session::open_learn_link,
    look_at_task: Session::look_at_task,
};

/// Is the action one that only the parts can do?
pub(crate) fn is_of_the_parts(action: &Action) -> bool {
    use Action::*;
    matches!(
        action,
        FormatScript
            | AskFor(_)
            | StartSearch(_)
            | FindInExhibit
            | StopSearch
            | SearchReported(_)
            | SearchFailed(_)
            | StepThroughFound
            | GoToFound(_)
            | OpenSmaller
            | Learn(_)
            | CopyLink
            | CopyTable
            | CopyScript
            | CopyCertificate
            | ExportJson
            | ExportMermaid
            | ExportTable
    )
}

impl Session {
    /// Must the action wait until the parts are here?
    #[must_use]
    pub fn lacks(&self, action: &Action) -> bool {
        self.parts.is_none() && is_of_the_parts(action)
    }

    /// The parts have come: everything is drawn anew.
    pub fn equip(&mut self, parts: &'static Parts) -> Vec<Effect> {
        self.parts = Some(parts);
        if let Some((lesson, answers, is_alone)) = self.lesson_of_link.take() {
            (parts.open_lesson)(self, &lesson, &answers, is_alone);
        }
        self.drawn = Default::default();
        self.refresh();
        self.begin()
    }

    /// Opens the lesson of a link, now or when the parts are here.
    pub(crate) fn open_lesson_of_link(&mut self, lesson: &str, answers: &str, is_alone: bool) {
        match self.parts {
            Some(parts) => (parts.open_lesson)(self, lesson, answers, is_alone),
            None if lesson.is_empty() && answers.is_empty() => {}
            None => self.lesson_of_link = Some((lesson.into(), answers.into(), is_alone)),
        }
    }
}
