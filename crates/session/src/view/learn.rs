//! The lessons: the list, a step, and the page for teachers.

use super::grades::TeachersView;
use super::handout::HandoutView;
use super::{Build, Text};
use crate::action::Panel;
use crate::learn::{Page, Score};
use crate::texts::{MissingText, TextId};
use daxscope_lessons::lesson::{Lesson, Step, lessons};
use daxscope_lessons::question::Question;
use std::fmt::Write;

/// The page of the panel that is open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LearnPage {
    /// All lessons.
    List(ListView),
    /// A step of a lesson.
    Step(Box<LessonStepView>),
    /// What a teacher needs.
    Teachers(Box<TeachersView>),
    /// All steps of a lesson on one sheet.
    Handout(HandoutView),
    /// The lessons are not here.
    Missing(MissingText),
}

impl LearnPage {
    /// Does it stand by itself, without a machine beside it?
    #[must_use]
    pub fn is_whole(&self) -> bool {
        matches!(self, LearnPage::Teachers(_) | LearnPage::Handout(_))
    }
}

/// All lessons.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListView {
    /// In the order in which they are taught.
    pub lessons: Vec<LessonItem>,
    /// Where the reader was last: a lesson, its title and the number of the step.
    pub resume: Option<(Text, Text, usize)>,
    /// Is anything answered or reached?
    pub has_progress: bool,
    /// The name in links with answers.
    pub name: Text,
    /// What becomes of the answers when the window is closed.
    pub kept: &'static str,
}

/// Said where the browser keeps nothing.
pub(crate) const CANNOT_KEEP: &str =
    "This browser keeps nothing for this page: your answers are gone when you close it. Hand them in before.";

/// A lesson in the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LessonItem {
    /// Its id.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What the reader can do afterwards.
    pub goal: &'static str,
    /// How long it takes.
    pub minutes: u32,
    /// What is done of it, in words.
    pub progress: Text,
    /// Is everything in it answered and reached?
    pub is_done: bool,
    /// Is it a test?
    pub is_inventory: bool,
}

/// A step of a lesson.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LessonStepView {
    /// The id of the lesson.
    pub lesson: &'static str,
    /// Its title.
    pub lesson_title: &'static str,
    /// Its goal, at the first step.
    pub goal: Option<&'static str>,
    /// The number of the step, from 1.
    pub number: usize,
    /// How many steps there are.
    pub count: usize,
    /// The heading.
    pub title: &'static str,
    /// The text, in Markdown.
    pub markdown: &'static str,
    /// The questions.
    pub questions: Vec<QuestionView>,
    /// What is to be reached.
    pub task: Option<TaskView>,
    /// Does the machine run something else than this step is about?
    pub is_elsewhere: bool,
    /// Has the step a scene that can be shown again?
    pub has_scene: bool,
    /// Is there a step behind this one?
    pub has_next: bool,
    /// Is a question of this step not answered?
    pub is_open: bool,
    /// At the end of a lesson, how many answers were right; of a test that does not tell it, how many there are.
    pub score: Option<Text>,
}

/// A question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QuestionView {
    /// Its id.
    pub id: &'static str,
    /// What is asked, in Markdown.
    pub prompt: &'static str,
    /// The options.
    pub options: Vec<OptionView>,
    /// Is one chosen?
    pub is_chosen: bool,
    /// Is it answered?
    pub is_answered: bool,
    /// What came of it: right, not so, or noted.
    pub verdict: Option<&'static str>,
}

/// An option of a question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OptionView {
    /// Its letter.
    pub letter: char,
    /// The answer.
    pub text: &'static str,
    /// Is it chosen, or was it the answer?
    pub is_chosen: bool,
    /// What is told of it.
    pub state: OptionState,
    /// Why, once it is told.
    pub because: Option<&'static str>,
}

/// What is told of an option.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OptionState {
    /// Nothing yet.
    Untold,
    /// It is right.
    Right,
    /// It is wrong.
    Wrong,
}

/// A state to be reached.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TaskView {
    /// What is to be so.
    pub says: &'static str,
    /// A hint.
    pub hint: &'static str,
    /// Was it reached?
    pub is_reached: bool,
}

impl Build<'_> {
    pub(super) fn learn(&self) -> Option<LearnPage> {
        if self.session.panel == Panel::Palette {
            // It names the lessons as soon as they are here.
            let _ = self.session.texts.whole(TextId::Lessons);
        }
        if self.session.panel != Panel::Learn {
            return None;
        }
        let learn = &self.session.learn;
        if let Err(missing) = self.session.texts.whole(TextId::Lessons) {
            return Some(LearnPage::Missing(missing));
        }
        let unit = || match self.session.texts.part(TextId::Docs, "teaching.md") {
            // What stands behind the unit is for who reads the documents.
            Ok(text) => {
                text.split("\n## Challenges").next().and_then(|unit| unit.split_once('\n')).map_or("", |(_, body)| body)
            }
            Err(_) => "",
        };
        Some(match (learn.page, learn.step()) {
            (_, Some((lesson, at, step))) => LearnPage::Step(Box::new(self.lesson_step(lesson, at, step))),
            (Page::Teachers, _) => LearnPage::Teachers(Box::new(self.teachers(unit()))),
            (Page::Handout(lesson, is_solved), _) => LearnPage::Handout(self.handout(lesson, is_solved)),
            _ => LearnPage::List(self.lessons()),
        })
    }

    fn lessons(&self) -> ListView {
        let learn = &self.session.learn;
        let mut items = Vec::new();
        for lesson in lessons() {
            let score = learn.progress.score(lesson);
            let mut words = String::new();
            if score.answered > 0 {
                let _ = match lesson.reveals {
                    true => write!(words, "{} of {} questions right", score.right, score.questions),
                    false => write!(words, "{} of {} questions answered", score.answered, score.questions),
                };
            }
            if score.reached > 0 {
                let comma = if words.is_empty() { "" } else { ", " };
                let _ = write!(words, "{comma}{} of {} tasks reached", score.reached, score.tasks);
            }
            items.push(LessonItem {
                id: &lesson.id,
                title: &lesson.title,
                goal: &lesson.goal,
                minutes: lesson.minutes,
                progress: words.into(),
                is_done: score.is_done(),
                is_inventory: lesson.is_inventory,
            });
        }
        let resume = match crate::learn::Learn::page_of(&learn.progress.last) {
            // Who is through with a lesson is not sent back to its end.
            Ok(Page::Step(lesson, at)) if !learn.progress.score(lesson).is_done() || at + 1 < lesson.steps.len() => {
                Some((lesson.id.as_str().into(), lesson.title.as_str().into(), at + 1))
            }
            _ => None,
        };
        let kept = if learn.cannot_keep { CANNOT_KEEP } else { "Your answers stay in this browser." };
        let has_progress = !learn.progress.is_empty() || !self.session.challenge.progress.solved.is_empty();
        ListView { lessons: items, resume, has_progress, name: learn.name.as_str().into(), kept }
    }

    fn lesson_step(&self, lesson: &'static Lesson, at: usize, step: &'static Step) -> LessonStepView {
        let learn = &self.session.learn;
        let mut questions = Vec::new();
        for id in &step.asks {
            if let Some(question) = lesson.question(id) {
                questions.push(self.question(question, lesson.reveals));
            }
        }
        let is_open = questions.iter().any(|question| !question.is_answered);
        let is_last = at + 1 == lesson.steps.len();
        let score = learn.progress.score(lesson);
        let id = format!("{}.{}", lesson.id, at + 1);
        LessonStepView {
            lesson: &lesson.id,
            lesson_title: &lesson.title,
            goal: (at == 0).then_some(lesson.goal.as_str()),
            number: at + 1,
            count: lesson.steps.len(),
            title: &step.title,
            markdown: &step.text,
            questions,
            task: step.task.as_ref().map(|task| TaskView {
                says: &task.says,
                hint: &task.hint,
                is_reached: learn.progress.reached.contains(&id),
            }),
            is_elsewhere: lesson.place_of(at).is_some_and(|place| !self.session.runs(lesson, place)),
            has_scene: step.place.is_some(),
            has_next: !is_last,
            is_open,
            score: (is_last && score.answered > 0 && !is_open).then(|| score_words(score, lesson.reveals)),
        }
    }

    fn question(&self, question: &'static Question, reveals: bool) -> QuestionView {
        let learn = &self.session.learn;
        let answer = learn.progress.answers.get(&question.id).copied();
        let chosen = answer.or_else(|| learn.progress.chosen.get(&question.id).copied());
        let is_told = answer.is_some() && reveals;
        let mut options = Vec::new();
        for option in &question.options {
            options.push(OptionView {
                letter: option.letter,
                text: &option.text,
                is_chosen: chosen == Some(option.letter),
                state: match (is_told, option.is_right) {
                    (false, _) => OptionState::Untold,
                    (true, true) => OptionState::Right,
                    (true, false) => OptionState::Wrong,
                },
                because: is_told.then_some(option.because.as_str()),
            });
        }
        let is_right = answer.is_some_and(|letter| is_right(question, letter));
        QuestionView {
            id: &question.id,
            prompt: &question.prompt,
            options,
            is_chosen: chosen.is_some(),
            is_answered: answer.is_some(),
            verdict: answer.map(|_| match (reveals, is_right) {
                (false, _) => "Noted. What is right is told after the lessons.",
                (true, true) => "Right.",
                (true, false) => "Not so.",
            }),
        }
    }
}

/// At the end of a test. One that does not tell what is right does not tell how much of it is, either.
fn score_words(score: Score, reveals: bool) -> Text {
    match reveals {
        true => format!("{} of {} right.", score.right, score.questions).into(),
        false => {
            format!("{} of {} answered. What is right is told after the lessons.", score.answered, score.questions)
                .into()
        }
    }
}

pub(super) fn is_right(question: &Question, letter: char) -> bool {
    question.right().is_some_and(|right| right.letter == letter)
}
