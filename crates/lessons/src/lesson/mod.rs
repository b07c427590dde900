//! Units: one idea each, in steps beside the live machine.
//!
//! A unit is a folder of `units/`: `unit.md`, `questions.md`, and its scenes, which are scripts. docs/lessons.md has the
//! format.

mod list;
mod read;

pub use list::{SOURCES, lesson, lessons, problems, supply};
pub use read::{Files, read};

use crate::claim::{Claim, Place};
use crate::fact::Fact;
use crate::question::Question;
use daxscope_core::scenario::Schedule;
use daxscope_core::units::ThreadId;

/// A unit.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Lesson {
    /// Its name in links: that of its folder.
    pub id: String,
    /// One line.
    pub title: String,
    /// One sentence: what the reader can do afterwards.
    pub goal: String,
    /// About how long it takes.
    pub minutes: u32,
    /// Is it a test of what is understood, to be done before and after the others?
    pub is_inventory: bool,
    /// Does an answer show at once which one is right? Not in the test that is done before the lessons.
    pub reveals: bool,
    /// Its steps.
    pub steps: Vec<Step>,
    /// Its questions, by the steps that ask them.
    pub questions: Vec<Question>,
    /// Its scenes.
    pub scenes: Vec<Scene>,
}

/// A script to be run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scene {
    /// Its name: that of the file, without `.dax`.
    pub name: String,
    /// The script.
    pub script: String,
}

/// A step of a unit.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Step {
    /// Its heading.
    pub title: String,
    /// What stands there, in Markdown.
    pub text: String,
    /// What the live machine is to show when the step opens; `None`: what it shows already.
    pub place: Option<Place>,
    /// Does the timeline hide what has not happened yet?
    pub hides_future: bool,
    /// The ids of the questions that it asks.
    pub asks: Vec<String>,
    /// What is to be reached in the live machine.
    pub task: Option<Task>,
    /// What the text says of the machine, and whether it is so: held by a test.
    pub claims: Vec<(bool, Claim)>,
}

/// A state to be reached by hand.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Task {
    /// What is to be so.
    pub reach: Vec<Fact>,
    /// The same in a sentence.
    pub says: String,
    /// A hint.
    pub hint: String,
    /// A schedule that gets there from the place of the step.
    pub way: Schedule,
    /// Threads without a step of which it cannot be reached, as the sentence says.
    pub needs: Vec<ThreadId>,
}

impl Lesson {
    /// The question of that id.
    #[must_use]
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// What the machine shows at a step, from 0: the place of that step, or of the last one before it that names one.
    #[must_use]
    pub fn place_of(&self, at: usize) -> Option<&Place> {
        self.steps[..=at.min(self.steps.len().saturating_sub(1))].iter().rev().find_map(|step| step.place.as_ref())
    }

    /// The script of a scene.
    #[must_use]
    pub fn script(&self, name: &str) -> Option<&str> {
        self.scenes.iter().find(|scene| scene.name == name).map(|scene| scene.script.as_str())
    }
}
