//! The head line: exhibits, kernel revisions, step size; the story, and the comparison of revisions.

use super::Text;
use crate::action::StepSize;
use std::rc::Rc;

/// The head line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeaderView {
    /// Title of what runs.
    pub title: Text,
    /// All exhibits.
    pub exhibits: Rc<[ExhibitItem]>,
    /// The id of the exhibit that runs; `None`: an own script.
    pub exhibit: Option<Text>,
    /// All presets, oldest first.
    pub revisions: Rc<[RevisionItem]>,
    /// What runs: the name of a preset, or one with changes (`4.10.0 wake_mode_delete=all`).
    pub revision: Text,
    /// Is it another than the script says?
    pub revision_is_overridden: bool,
    /// How far one step goes.
    pub step_size: StepSize,
    /// What [`crate::Action::UndoBranch`] would bring back.
    pub undo: Option<BranchUndo>,
}

/// What the last branch cut off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BranchUndo {
    /// The step at which the branch began.
    pub at: usize,
    /// How many steps were cut off.
    pub steps: usize,
}

/// An exhibit in the menu.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExhibitItem {
    /// Its id in links.
    pub id: Text,
    /// Its title.
    pub title: Text,
    /// One sentence.
    pub about: Text,
}

/// A kernel revision in the menu.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RevisionItem {
    /// The name.
    pub name: &'static str,
    /// One sentence.
    pub about: &'static str,
    /// Is it the one that runs?
    pub is_current: bool,
    /// Does the exhibit name it as worth comparing?
    pub is_suggested: bool,
}

/// The story of an exhibit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoryView {
    /// Its title.
    pub title: Text,
    /// One sentence.
    pub about: Text,
    /// The story, in Markdown.
    pub markdown: Text,
}

/// The same schedule under one revision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompareRow {
    /// The revision.
    pub revision: &'static str,
    /// What it is.
    pub about: &'static str,
    /// Is it the one that runs?
    pub is_current: bool,
    /// How many of the steps could be made.
    pub followed: usize,
    /// How many there are.
    pub steps: usize,
    /// How it ended.
    pub verdict: Verdict,
    /// The same in a sentence.
    pub sentence: Text,
}

/// How a run ended, as a mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Nothing is broken.
    Fine,
    /// Something is broken.
    Broken,
    /// Nothing is broken, but the schedule could not be followed to its end.
    Differs,
}
