//! What a reader of the lessons has open, has answered and has reached. docs/lessons.md tells how it is kept.

mod answers;
mod progress;
mod verdicts;

pub(crate) use answers::{Graded, Handed, grade_all, write_answers};
pub use progress::merged;
pub(crate) use progress::{Progress, Score};
pub(crate) use verdicts::{Verdict, Verdicts};

use daxscope_lessons::lesson::{Lesson, Step, lesson, lessons};

/// What a reader of the lessons does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LearnAction {
    /// The list of all lessons.
    List,
    /// Opens a lesson at a step, counted from 1, with its scene in the machine.
    Open(String, usize),
    /// To the next step; behind the last, back to the list.
    Next,
    /// To the step before.
    Previous,
    /// Puts the machine where the step begins.
    Scene,
    /// Chooses an option of a question, not for good.
    Choose(String, char),
    /// Answers a question for good with what is chosen.
    Commit(String),
    /// Says the name that stands in links with answers.
    Name(String),
    /// Copies a link that opens this step.
    CopyStepLink,
    /// Copies a link with all answers so far.
    CopyAnswers,
    /// The page for teachers.
    Teachers,
    /// Links with answers, as many as were pasted, to be read.
    Grade(String),
    /// What was pasted before the window was loaded again.
    Restored(String),
    /// Copies the table of answers as comma-separated values.
    CopyGrades,
    /// Forgets all answers and everything reached.
    Forget,
    /// What the browser has kept of an earlier visit, or of another window.
    Restore(String),
    /// Another window has forgotten all answers.
    Forgotten,
    /// The browser keeps nothing.
    CannotKeep,
    /// The steps of a lesson on one sheet, to be printed; with what is right, for a teacher.
    Handout(String, bool),
    /// Prints what is open.
    Print,
}

/// Which page of the panel is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Page {
    /// All lessons.
    #[default]
    List,
    /// A step of a lesson, from 0.
    Step(&'static Lesson, usize),
    /// What a teacher needs.
    Teachers,
    /// All steps of a lesson on one sheet; with what is right?
    Handout(&'static Lesson, bool),
}

/// What a link says of the lessons.
#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) address: String,
    pub(crate) answers: String,
    /// Does it name nothing that runs, so that the scene of the step does?
    pub(crate) is_alone: bool,
}

/// The state of the panel.
#[derive(Debug, Default)]
pub(crate) struct Learn {
    pub(crate) page: Page,
    pub(crate) progress: Progress,
    /// What the browser kept, until the lessons are here and it can be understood.
    pub(crate) kept: String,
    /// What a link wants to open as soon as the lessons are here.
    pub(crate) pending: Option<Pending>,
    /// The browser keeps nothing.
    pub(crate) cannot_keep: bool,
    /// The name in links with answers; kept nowhere.
    pub(crate) name: String,
    /// What was pasted before the window was loaded again, until the lessons are here and it can be read.
    pub(crate) kept_pasted: String,
    /// Links with answers that were pasted.
    pub(crate) pasted: String,
    pub(crate) graded: Vec<Graded>,
    /// What came of the answers to challenges in them.
    pub(crate) verdicts: Verdicts,
}

/// The lessons with their titles, for who searches a command; none before their texts have come.
#[must_use]
pub fn lesson_titles() -> Vec<(String, String)> {
    let mut titles = Vec::new();
    for lesson in lessons() {
        titles.push((lesson.id.clone(), lesson.title.clone()));
    }
    titles
}

impl Learn {
    /// The step that is open.
    pub(crate) fn step(&self) -> Option<(&'static Lesson, usize, &'static Step)> {
        match self.page {
            Page::Step(lesson, at) => lesson.steps.get(at).map(|step| (lesson, at, step)),
            _ => None,
        }
    }

    /// What stands in a link, if the panel is in it.
    pub(crate) fn address(&self) -> String {
        if let Some(pending) = &self.pending {
            return pending.address.clone();
        }
        match self.page {
            Page::List => String::new(),
            Page::Step(lesson, at) => format!("{}.{}", lesson.id, at + 1),
            Page::Teachers => "teachers".into(),
            Page::Handout(lesson, false) => format!("handout.{}", lesson.id),
            Page::Handout(lesson, true) => format!("solutions.{}", lesson.id),
        }
    }

    /// The page that an address means; `Err`: a sentence for who followed it.
    pub(crate) fn page_of(address: &str) -> Result<Page, String> {
        match address {
            "" | "list" => return Ok(Page::List),
            "teachers" => return Ok(Page::Teachers),
            _ => {}
        }
        for (prefix, is_solved) in [("handout.", false), ("solutions.", true)] {
            if let Some(lesson) = address.strip_prefix(prefix).and_then(lesson) {
                return Ok(Page::Handout(lesson, is_solved));
            }
        }
        let (id, number) = address.split_once('.').unwrap_or((address, "1"));
        let Some(lesson) = lesson(id) else {
            let known: Vec<&str> = lessons().iter().map(|lesson| lesson.id.as_str()).collect();
            return Err(format!("There is no lesson `{id}`. The lessons are {}.", known.join(", ")));
        };
        match number.parse::<usize>().ok().and_then(|number| number.checked_sub(1)) {
            Some(at) if at < lesson.steps.len() => Ok(Page::Step(lesson, at)),
            _ => Err(format!("The lesson `{id}` has {} steps, and no step `{number}`.", lesson.steps.len())),
        }
    }
}
