//! The page for teachers: the unit, and what a class has handed in as one wide table.

use super::learn::is_right;
use super::{Build, Text};
use crate::challenge::judge::Outcome;
use crate::learn::{Graded, Handed, Learn, Verdict};
use daxscope_lessons::challenge::{Challenge, challenges};
use daxscope_lessons::lesson::{Lesson, lesson, lessons};
use daxscope_lessons::question::Question;
use std::fmt::Write;

/// What a teacher needs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TeachersView {
    /// The unit for 75 minutes, in Markdown.
    pub markdown: &'static str,
    /// What was pasted.
    pub pasted: Text,
    /// What several columns are about, and how many: lessons, then the challenges.
    pub groups: Vec<(Text, usize)>,
    /// The questions that are answered in any link, in the order of the lessons, then the challenges.
    pub columns: Vec<GradeColumn>,
    /// One for each person, and one for each line that could not be read.
    pub rows: Vec<GradeRow>,
    /// How many answers to challenges are still to be judged.
    pub waiting: usize,
    /// The test before the lessons beside that behind them, for who took both.
    pub compared: Vec<ComparedView>,
    /// The lessons, to be printed: ids and titles.
    pub handouts: Vec<(&'static str, &'static str)>,
}

/// A question or a challenge in the table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GradeColumn {
    /// Its id.
    pub id: &'static str,
    /// Whose: the title of the lesson, or `Challenges`.
    pub of: &'static str,
    /// What is asked, in Markdown, or the title of the challenge.
    pub asks: &'static str,
    /// The options of a question, each with how often it was the answer.
    pub options: Vec<CountedOption>,
    /// How many have it right, as `3 of 4`.
    pub sum: Text,
}

/// An option, and who took it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CountedOption {
    /// Its letter.
    pub letter: char,
    /// The answer.
    pub text: &'static str,
    /// Is it the right one?
    pub is_right: bool,
    /// How often it was the answer.
    pub count: usize,
}

/// What somebody handed in, or a line that cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GradeRow {
    /// The name in it, or which line it is.
    pub name: Text,
    /// Right answers of those given, tasks and challenges; or what is wrong with the link.
    pub sum: Text,
    /// Could it not be read?
    pub is_damaged: bool,
    /// One for each column.
    pub cells: Vec<GradeCell>,
}

/// An answer.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct GradeCell {
    /// The letter, or what came of the challenge; empty: not answered.
    pub label: Text,
    /// Is it right? Unknown while the machine judges it.
    pub is_right: Option<bool>,
    /// The answer in words, or what the machine says of it.
    pub says: Text,
}

/// Right answers before and behind the lessons.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ComparedView {
    /// Who, or which question.
    pub name: Text,
    /// Is it a question?
    pub is_question: bool,
    /// Right before.
    pub before: Text,
    /// Right behind.
    pub after: Text,
    /// The difference, with its sign.
    pub gained: Text,
}

impl Build<'_> {
    pub(super) fn teachers(&self, markdown: &'static str) -> TeachersView {
        let learn = &self.session.learn;
        let mut view = table(learn);
        view.markdown = markdown;
        view.pasted = learn.pasted.as_str().into();
        view.compared = compared(&learn.graded);
        for lesson in lessons().iter().filter(|lesson| lesson.id != "after") {
            view.handouts.push((&lesson.id, &lesson.title));
        }
        view
    }
}

fn read(graded: &[Graded]) -> impl Iterator<Item = &Handed> {
    graded.iter().filter_map(|one| match one {
        Graded::Read(handed) => Some(handed),
        Graded::Damaged { .. } => None,
    })
}

/// The questions that anybody answers, with their lessons.
fn answered(graded: &[Graded]) -> Vec<(&'static Lesson, &'static Question)> {
    let mut all = Vec::new();
    for lesson in lessons() {
        for question in &lesson.questions {
            if read(graded).any(|handed| handed.progress.answers.contains_key(&question.id)) {
                all.push((lesson, question));
            }
        }
    }
    all
}

/// The challenges that anybody has an answer to.
fn tried(graded: &[Graded]) -> Vec<&'static Challenge> {
    let mut all = Vec::new();
    for challenge in challenges() {
        if read(graded).any(|handed| handed.challenges.contains_key(challenge.id)) {
            all.push(challenge);
        }
    }
    all
}

fn table(learn: &Learn) -> TeachersView {
    let graded = &learn.graded;
    let (questions, challenges) = (answered(graded), tried(graded));
    let mut view = TeachersView::default();
    for (lesson, question) in &questions {
        view.columns.push(column(graded, lesson, question));
    }
    for challenge in &challenges {
        view.columns.push(challenge_column(learn, challenge));
    }
    for column in &view.columns {
        match view.groups.last_mut() {
            Some((name, count)) if &**name == column.of => *count += 1,
            _ => view.groups.push((column.of.into(), 1)),
        }
    }
    for one in graded {
        let handed = match one {
            Graded::Read(handed) => handed,
            Graded::Damaged { line, name, why } => {
                let name = if name.is_empty() { format!("line {line}") } else { format!("line {line}, {name}") };
                let (name, sum) = (name.into(), why.as_str().into());
                view.rows.push(GradeRow { name, sum, is_damaged: true, cells: Vec::new() });
                continue;
            }
        };
        let mut cells = Vec::new();
        for (_, question) in &questions {
            cells.push(answer_cell(handed, question));
        }
        for challenge in &challenges {
            let cell = challenge_cell(learn, handed, challenge);
            view.waiting += usize::from(!cell.label.is_empty() && cell.is_right.is_none());
            cells.push(cell);
        }
        let sum = sum(handed, &cells[questions.len()..]);
        view.rows.push(GradeRow { name: name(handed), sum, is_damaged: false, cells });
    }
    view
}

fn name(handed: &Handed) -> Text {
    match (handed.name.as_str(), handed.lines.first()) {
        ("", Some(line)) => format!("no name (line {line})").into(),
        (name, _) => name.into(),
    }
}

/// The two tests and the lessons each by itself: `before 4 of 12, lessons 6 of 8, after 9 of 12 right`.
fn right_answers(handed: &Handed) -> String {
    let mut parts = [("before", 0, 0), ("lessons", 0, 0), ("after", 0, 0)];
    for lesson in lessons() {
        let score = handed.progress.score(lesson);
        let (_, right, answered) = &mut parts[match lesson.id.as_str() {
            "before" => 0,
            "after" => 2,
            _ => 1,
        }];
        *right += score.right;
        *answered += score.answered;
    }
    let mut words = String::new();
    let given = parts.iter().filter(|(.., answered)| *answered > 0);
    for (name, right, answered) in given {
        let comma = if words.is_empty() { "" } else { ", " };
        let _ = write!(words, "{comma}{name} {right} of {answered}");
    }
    if words.is_empty() { "0 of 0 right".into() } else { words + " right" }
}

fn sum(handed: &Handed, challenges: &[GradeCell]) -> Text {
    let mut sum = String::new();
    if !handed.progress.answers.is_empty() || handed.challenges.is_empty() {
        let _ = write!(sum, "{}, tasks: {}", right_answers(handed), handed.progress.reached.len());
    }
    if !handed.challenges.is_empty() {
        let solved = challenges.iter().filter(|cell| cell.is_right == Some(true)).count();
        let comma = if sum.is_empty() { "" } else { ", " };
        let _ = write!(sum, "{comma}challenges: {solved}");
    }
    if handed.lines.len() > 1 {
        let _ = write!(sum, "; {} links", handed.lines.len());
    }
    if handed.differs {
        sum.push_str(" that differ: the first counts");
    }
    if handed.unknown > 0 {
        let _ = write!(sum, "; {} of another release of the lessons", handed.unknown);
    }
    sum.into()
}

fn column(graded: &[Graded], lesson: &'static Lesson, question: &'static Question) -> GradeColumn {
    let mut options = Vec::new();
    let (mut right, mut all) = (0, 0);
    for option in &question.options {
        let took = |handed: &&Handed| handed.progress.answers.get(&question.id) == Some(&option.letter);
        let count = read(graded).filter(took).count();
        all += count;
        right += if option.is_right { count } else { 0 };
        options.push(CountedOption { letter: option.letter, text: &option.text, is_right: option.is_right, count });
    }
    let sum = format!("{right} of {all}").into();
    GradeColumn { id: &question.id, of: &lesson.title, asks: &question.prompt, options, sum }
}

fn challenge_column(learn: &Learn, challenge: &'static Challenge) -> GradeColumn {
    let (mut solved, mut all) = (0, 0);
    for handed in read(&learn.graded) {
        let cell = challenge_cell(learn, handed, challenge);
        all += usize::from(!cell.label.is_empty());
        solved += usize::from(cell.is_right == Some(true));
    }
    let sum = format!("{solved} of {all}").into();
    GradeColumn { id: challenge.id, of: "Challenges", asks: &challenge.title, options: Vec::new(), sum }
}

fn answer_cell(handed: &Handed, question: &'static Question) -> GradeCell {
    let Some(&letter) = handed.progress.answers.get(&question.id) else { return GradeCell::default() };
    let says = question.option(letter).map_or("", |option| option.text.as_str());
    GradeCell { label: letter.to_string().into(), is_right: Some(is_right(question, letter)), says: says.into() }
}

fn challenge_cell(learn: &Learn, handed: &Handed, challenge: &Challenge) -> GradeCell {
    let Some(answer) = handed.challenges.get(challenge.id) else { return GradeCell::default() };
    let Some(Verdict { outcome, is_par, sentence }) = learn.verdicts.of(challenge.id, answer) else {
        return GradeCell { label: "…".into(), is_right: None, says: "The machine attacks it.".into() };
    };
    let (label, is_right) = match (outcome, is_par) {
        (Outcome::Solved, true) => ("par", Some(true)),
        (Outcome::Solved, false) => ("solved", Some(true)),
        (Outcome::Unknown, _) => ("?", None),
        _ => ("not", Some(false)),
    };
    GradeCell { label: label.into(), is_right, says: sentence.as_str().into() }
}

/// The test before the lessons beside the one behind them, by person, then by question; only those who took part in both.
fn compared(graded: &[Graded]) -> Vec<ComparedView> {
    let Some((before, after)) = lesson("before").zip(lesson("after")) else { return Vec::new() };
    let score = |handed: &Handed, lesson: &'static Lesson| {
        let score = handed.progress.score(lesson);
        (score.right, score.answered)
    };
    let both: Vec<&Handed> =
        read(graded).filter(|handed| score(handed, before).1 > 0 && score(handed, after).1 > 0).collect();
    let mut all = Vec::new();
    for handed in &both {
        all.push(row_of_both(name(handed), false, score(handed, before), score(handed, after)));
    }
    if both.is_empty() {
        return all;
    }
    for (first, again) in before.questions.iter().zip(&after.questions) {
        let counted = |question: &'static Question| {
            let mut counted = (0, 0);
            for letter in both.iter().filter_map(|handed| handed.progress.answers.get(&question.id)) {
                counted.0 += usize::from(is_right(question, *letter));
                counted.1 += 1;
            }
            counted
        };
        all.push(row_of_both(first.prompt.as_str().into(), true, counted(first), counted(again)));
    }
    all
}

fn row_of_both(name: Text, is_question: bool, before: (usize, usize), after: (usize, usize)) -> ComparedView {
    let gained = after.0 as i64 - before.0 as i64;
    ComparedView {
        name,
        is_question,
        before: format!("{} of {}", before.0, before.1).into(),
        after: format!("{} of {}", after.0, after.1).into(),
        gained: format!("{gained:+}").into(),
    }
}

/// The table for a spreadsheet.
pub(crate) fn csv(learn: &Learn) -> String {
    let view = table(learn);
    let mut text = String::from("name,sum");
    for column in &view.columns {
        text.extend([",", &quoted(&format!("{}: {}", column.of, column.asks.lines().next().unwrap_or(column.id)))]);
    }
    text.push('\n');
    for row in &view.rows {
        text.extend([quoted(&row.name).as_str(), ",", &quoted(&row.sum)]);
        for cell in &row.cells {
            text.push(',');
            text.push_str(&cell.label);
            match cell.is_right {
                Some(true) => text.push('+'),
                Some(false) => text.push('-'),
                None => {}
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
