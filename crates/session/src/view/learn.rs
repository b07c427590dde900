//! The lessons: the list, a step, and the page for teachers.

use super::{Build, Text};
use crate::action::Panel;
use crate::learn::{Graded, Page};
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
    Teachers(TeachersView),
    /// The lessons are not here.
    Missing(MissingText),
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
}

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
    /// At the end of a test, how many answers were right.
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

/// What a teacher needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TeachersView {
    /// The unit for 75 minutes, in Markdown.
    pub markdown: &'static str,
    /// What was pasted.
    pub pasted: Text,
    /// The questions that are answered in any link, in order: their ids.
    pub questions: Vec<&'static str>,
    /// One for each link.
    pub rows: Vec<GradeRow>,
    /// For each question, how many have it right, as `3 of 4`.
    pub sums: Vec<Text>,
}

/// A link with answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GradeRow {
    /// The name in it.
    pub name: Text,
    /// Right answers of those given, and tasks reached; or what is wrong with the link.
    pub sum: Text,
    /// Could it not be read?
    pub is_damaged: bool,
    /// One for each question.
    pub cells: Vec<GradeCell>,
}

/// An answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GradeCell {
    /// The letter; none: not answered.
    pub letter: Option<char>,
    /// Is it right?
    pub is_right: bool,
}

impl Build<'_> {
    pub(super) fn learn(&self) -> Option<LearnPage> {
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
            (Page::Teachers, _) => LearnPage::Teachers(teachers(unit(), &learn.pasted, &learn.graded)),
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
                is_done: score.answered == score.questions && score.reached == score.tasks,
                is_inventory: lesson.is_inventory,
            });
        }
        let resume = match crate::learn::Learn::page_of(&learn.progress.last) {
            Ok(Page::Step(lesson, at)) => Some((lesson.id.as_str().into(), lesson.title.as_str().into(), at + 1)),
            _ => None,
        };
        ListView { lessons: items, resume, has_progress: !learn.progress.is_empty(), name: learn.name.as_str().into() }
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
            score: (is_last && score.answered > 0 && !is_open)
                .then(|| format!("{} of {} right.", score.right, score.questions).into()),
        }
    }

    fn question(&self, question: &'static Question, reveals: bool) -> QuestionView {
        let learn = &self.session.learn;
        let answer = learn.progress.answers.get(&question.id).copied();
        let chosen = answer.or_else(|| learn.chosen.get(&question.id).copied());
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

fn is_right(question: &Question, letter: char) -> bool {
    question.right().is_some_and(|right| right.letter == letter)
}

/// The questions that any of the links answers, in the order of the lessons.
fn answered(graded: &[Graded]) -> Vec<&'static Question> {
    let mut all = Vec::new();
    for lesson in lessons() {
        for question in &lesson.questions {
            let is_answered = graded.iter().any(|one| match one {
                Graded::Read { progress, .. } => progress.answers.contains_key(&question.id),
                Graded::Damaged { .. } => false,
            });
            if is_answered {
                all.push(question);
            }
        }
    }
    all
}

fn teachers(markdown: &'static str, pasted: &str, graded: &[Graded]) -> TeachersView {
    let questions = answered(graded);
    let mut rows = Vec::new();
    let mut right = vec![(0_usize, 0_usize); questions.len()];
    for one in graded {
        let (name, progress, unknown) = match one {
            Graded::Damaged { line, why } => {
                let sum = format!("Line {line}: {why}").into();
                rows.push(GradeRow { name: "".into(), sum, is_damaged: true, cells: Vec::new() });
                continue;
            }
            Graded::Read { name, progress, unknown } => (name, progress, *unknown),
        };
        let mut cells = Vec::new();
        for (at, question) in questions.iter().enumerate() {
            let letter = progress.answers.get(&question.id).copied();
            let is_right = letter.is_some_and(|letter| is_right(question, letter));
            right[at].0 += usize::from(is_right);
            right[at].1 += usize::from(letter.is_some());
            cells.push(GradeCell { letter, is_right });
        }
        let good = cells.iter().filter(|cell| cell.is_right).count();
        let mut sum = format!("{good} of {} right, tasks: {}", progress.answers.len(), progress.reached.len());
        if unknown > 0 {
            let _ = write!(sum, "; {unknown} of another release of the lessons");
        }
        let name = if name.is_empty() { "no name" } else { name };
        rows.push(GradeRow { name: name.into(), sum: sum.into(), is_damaged: false, cells });
    }
    let mut sums: Vec<Text> = Vec::new();
    for (good, all) in right {
        sums.push(format!("{good} of {all}").into());
    }
    let mut ids = Vec::new();
    for question in questions {
        ids.push(question.id.as_str());
    }
    TeachersView { markdown, pasted: pasted.into(), questions: ids, rows, sums }
}

/// The table for a spreadsheet.
pub(crate) fn csv(graded: &[Graded]) -> String {
    let view = teachers("", "", graded);
    let mut text = String::from("name,sum");
    for question in &view.questions {
        text.extend([",", question]);
    }
    text.push('\n');
    for row in &view.rows {
        text.extend([quoted(&row.name).as_str(), ",", &quoted(&row.sum)]);
        for cell in &row.cells {
            text.push(',');
            if let Some(letter) = cell.letter {
                text.push(letter);
                text.push(if cell.is_right { '+' } else { '-' });
            }
        }
        text.push('\n');
    }
    text
}

/// A field of comma-separated values. A name that begins like a formula must not become one.
fn quoted(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}
