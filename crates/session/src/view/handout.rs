//! A lesson on paper: all its steps, its questions with boxes to tick, and where to find each step.

use super::{Build, Text};
use daxscope_lessons::lesson::Lesson;

/// All steps of a lesson on one sheet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HandoutView {
    /// The id of the lesson.
    pub lesson: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What the reader can do afterwards.
    pub goal: &'static str,
    /// About how long it takes.
    pub minutes: u32,
    /// Is what is right on it?
    pub is_solved: bool,
    /// Its steps by sheets. Behind the questions of a sheet for students nothing follows: the next step tells what is right, so a
    /// new sheet begins with it. What is right as well is all on one.
    pub sheets: Vec<Vec<HandoutStep>>,
}

/// A step on paper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HandoutStep {
    /// Its number, from 1.
    pub number: usize,
    /// Its heading.
    pub title: &'static str,
    /// What stands there, in Markdown.
    pub markdown: &'static str,
    /// Its address: the page's own, as far as others can open that, and the fragment.
    pub link: Text,
    /// What is to be reached, the hint, and a way there.
    pub task: Option<(&'static str, &'static str, Text)>,
    /// Its questions.
    pub questions: Vec<HandoutQuestion>,
}

/// A question on paper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HandoutQuestion {
    /// What is asked, in Markdown.
    pub prompt: &'static str,
    /// Letter, text, whether it is right, and why; the last two are for the sheet with what is right.
    pub options: Vec<(char, &'static str, bool, &'static str)>,
}

impl Build<'_> {
    pub(super) fn handout(&self, lesson: &'static Lesson, is_solved: bool) -> HandoutView {
        let mut sheets: Vec<Vec<HandoutStep>> = vec![Vec::new()];
        for (at, step) in lesson.steps.iter().enumerate() {
            let mut questions = Vec::new();
            for question in step.asks.iter().filter_map(|id| lesson.question(id)) {
                let mut options = Vec::new();
                for option in &question.options {
                    options.push((option.letter, option.text.as_str(), option.is_right, option.because.as_str()));
                }
                questions.push(HandoutQuestion { prompt: &question.prompt, options });
            }
            if let Some(step) = lesson.steps.get(at.wrapping_sub(1)).filter(|_| !is_solved && !lesson.is_inventory)
                && !step.asks.is_empty()
            {
                sheets.push(Vec::new());
            }
            let one = HandoutStep {
                number: at + 1,
                title: &step.title,
                markdown: &step.text,
                link: self.session.address_of(&format!("v=1&l={}.{}", lesson.id, at + 1)).into(),
                task: step.task.as_ref().map(|task| (task.says.as_str(), task.hint.as_str(), task.way.words().into())),
                questions,
            };
            if let Some(sheet) = sheets.last_mut() {
                sheet.push(one);
            }
        }
        HandoutView {
            lesson: &lesson.id,
            title: &lesson.title,
            goal: &lesson.goal,
            minutes: lesson.minutes,
            is_solved,
            sheets,
        }
    }
}
