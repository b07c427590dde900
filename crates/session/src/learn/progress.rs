//! What is answered and reached, and the one line in which the browser keeps it.
//!
//! ```text
//! progress = "1" { " " ( question "=" letter | "!" lesson "." step | "@" lesson "." step ) }
//! ```
//!
//! `=` is the first answer to a question, `!` a task that was reached, `@` the step that was open last. What is not
//! understood is left out: an older page may have written it.

use daxscope_lessons::lesson::{Lesson, lessons};
use std::collections::{BTreeMap, BTreeSet};

/// Answers and what was reached.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Progress {
    /// The first answer to each question.
    pub(crate) answers: BTreeMap<String, char>,
    /// Tasks that were reached: `lesson.step`, the step from 1.
    pub(crate) reached: BTreeSet<String>,
    /// The step that was open last: `lesson.step`.
    pub(crate) last: String,
}

/// How much of a lesson is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Score {
    pub(crate) questions: usize,
    pub(crate) answered: usize,
    pub(crate) right: usize,
    pub(crate) tasks: usize,
    pub(crate) reached: usize,
}

impl Progress {
    pub(crate) fn is_empty(&self) -> bool {
        self.answers.is_empty() && self.reached.is_empty()
    }

    /// The line that is kept; empty if there is nothing to keep.
    pub(crate) fn write(&self) -> String {
        if self.is_empty() && self.last.is_empty() {
            return String::new();
        }
        let mut line = String::from("1");
        for (question, letter) in &self.answers {
            line.extend([" ", question, "="]);
            line.push(*letter);
        }
        for task in &self.reached {
            line.extend([" !", task]);
        }
        if !self.last.is_empty() {
            line.extend([" @", &self.last]);
        }
        line
    }

    /// What a line says of the lessons that there are.
    pub(crate) fn read(line: &str) -> Progress {
        let mut progress = Progress::default();
        let mut words = line.split_whitespace();
        if words.next() != Some("1") {
            return progress;
        }
        for word in words {
            if let Some(task) = word.strip_prefix('!') {
                if has_task(task) {
                    progress.reached.insert(task.into());
                }
            } else if let Some(step) = word.strip_prefix('@') {
                progress.last = step.into();
            } else if let Some((question, letter)) = word.split_once('=')
                && let Some(letter) = option_of(question, letter)
            {
                progress.answers.insert(question.into(), letter);
            }
        }
        progress
    }

    /// How much of a lesson is done.
    pub(crate) fn score(&self, lesson: &Lesson) -> Score {
        let mut score = Score { questions: lesson.questions.len(), ..Score::default() };
        for question in &lesson.questions {
            if let Some(&letter) = self.answers.get(&question.id) {
                score.answered += 1;
                score.right += usize::from(question.right().is_some_and(|right| right.letter == letter));
            }
        }
        for (at, step) in lesson.steps.iter().enumerate() {
            if step.task.is_some() {
                score.tasks += 1;
                score.reached += usize::from(self.reached.contains(&format!("{}.{}", lesson.id, at + 1)));
            }
        }
        score
    }
}

/// The letter, if there is such a question with such an option.
pub(crate) fn option_of(question: &str, letter: &str) -> Option<char> {
    let question = lessons().iter().find_map(|lesson| lesson.question(question))?;
    let mut letters = letter.chars();
    let first = letters.next().filter(|_| letters.next().is_none())?;
    question.option(first).map(|option| option.letter)
}

/// Is there such a task: `lesson.step`?
pub(crate) fn has_task(task: &str) -> bool {
    let Some((id, number)) = task.split_once('.') else { return false };
    let at = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let lesson = lessons().iter().find(|lesson| lesson.id == id);
    lesson.zip(at).is_some_and(|(lesson, at)| lesson.steps.get(at).is_some_and(|step| step.task.is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_and_the_rest_is_left_out() {
        let lesson = lessons().iter().find(|lesson| lesson.id == "tree").expect("the first lesson");
        let question = &lesson.questions[0];
        let mut progress = Progress { last: "tree.2".into(), ..Progress::default() };
        progress.answers.insert(question.id.clone(), 'b');
        for (at, step) in lesson.steps.iter().enumerate() {
            if step.task.is_some() {
                progress.reached.insert(format!("{}.{}", lesson.id, at + 1));
            }
        }
        assert!(!progress.reached.is_empty());
        assert_eq!(Progress::read(&progress.write()), progress);
        let foreign = format!("{} nothing=a {}=z !nowhere.1 !tree.99 %", progress.write(), question.id);
        assert_eq!(Progress::read(&foreign), progress);
        assert_eq!(Progress::read("2 something else"), Progress::default());
        assert_eq!(Progress::default().write(), "");
    }
}
