//! What is answered and reached, and the one line in which the browser keeps it.
//!
//! ```text
//! progress = "1" { " " ( question "=" letter | "?" question "=" letter | "!" lesson "." step | "@" lesson "." step ) }
//! ```
//!
//! `=` is the first answer to a question, `?` an option that is chosen and not answered with yet, `!` a task that was reached,
//! `@` the step that was open last. What is not understood is left out: an older page may have written it. Several windows
//! may write: [`merged`] loses nothing of either.

use daxscope_lessons::lesson::{Lesson, lessons};
use std::collections::{BTreeMap, BTreeSet};

/// Answers and what was reached.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Progress {
    /// The first answer to each question.
    pub(crate) answers: BTreeMap<String, char>,
    /// Tasks that were reached: `lesson.step`, the step from 1.
    pub(crate) reached: BTreeSet<String>,
    /// Options that are chosen and not yet answered with.
    pub(crate) chosen: BTreeMap<String, char>,
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

impl Score {
    /// Is everything answered and reached?
    pub(crate) fn is_done(&self) -> bool {
        self.answered == self.questions && self.reached == self.tasks
    }
}

impl Progress {
    pub(crate) fn is_empty(&self) -> bool {
        self.answers.is_empty() && self.reached.is_empty()
    }

    /// The line that is kept; empty if there is nothing to keep.
    pub(crate) fn write(&self) -> String {
        if self.is_empty() && self.chosen.is_empty() && self.last.is_empty() {
            return String::new();
        }
        let mut line = String::from("1");
        for (question, letter) in &self.answers {
            line.extend([" ", question, "="]);
            line.push(*letter);
        }
        for (question, letter) in &self.chosen {
            line.extend([" ?", question, "="]);
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
            } else if let Some((question, letter)) = word.split_once('=') {
                let (question, all) = match question.strip_prefix('?') {
                    Some(question) => (question, &mut progress.chosen),
                    None => (question, &mut progress.answers),
                };
                if let Some(letter) = option_of(question, letter) {
                    all.insert(question.into(), letter);
                }
            }
        }
        progress
    }

    /// Takes in what another window or an earlier visit kept: its answers came first, and its tasks stay reached.
    pub(crate) fn take_in(&mut self, kept: Progress) {
        self.answers.extend(kept.answers);
        self.reached.extend(kept.reached);
        for (question, letter) in kept.chosen {
            self.chosen.entry(question).or_insert(letter);
        }
        let Progress { answers, chosen, .. } = self;
        chosen.retain(|question, _| !answers.contains_key(question));
        if self.last.is_empty() {
            self.last = kept.last;
        }
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

/// What to keep where `kept` is kept and a window wants to keep `own`: all answers, of two to one question the one that is
/// kept; all tasks; the step that is open now. Words that this page does not understand stay.
#[must_use]
pub fn merged(kept: &str, own: &str) -> String {
    let (mut answers, mut others) = (BTreeMap::new(), BTreeSet::new());
    let (mut chosen, mut last) = (BTreeMap::new(), None);
    let words = |line: &'_ str| line.strip_prefix("1 ").unwrap_or_default().to_owned();
    for word in words(kept).split_whitespace().chain(words(own).split_whitespace()) {
        if word.starts_with('@') {
            last = Some(word.to_owned());
        } else if let Some((question, letter)) = word.split_once('=') {
            match question.strip_prefix('?') {
                // What is chosen may be chosen anew.
                Some(question) => drop(chosen.insert(question.to_owned(), letter.to_owned())),
                None => drop(answers.entry(question.to_owned()).or_insert_with(|| letter.to_owned())),
            }
        } else {
            others.insert(word.to_owned());
        }
    }
    let mut line = String::from("1");
    for (question, letter) in &answers {
        line.extend([" ", question, "=", letter]);
    }
    for (question, letter) in chosen.iter().filter(|(question, _)| !answers.contains_key(*question)) {
        line.extend([" ?", question, "=", letter]);
    }
    for word in others.into_iter().chain(last) {
        line.extend([" ", &word]);
    }
    if line == "1" { String::new() } else { line }
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

    #[test]
    fn two_windows_lose_nothing_of_each_other() {
        let kept = "1 keys-which=a ?wake-chain=a !tree.3 from-later=z @keys.2";
        let own = "1 keys-which=b wake-chain=c ?empty-second=d @wake.2";
        let both = merged(kept, own);
        assert_eq!(both, "1 from-later=z keys-which=a wake-chain=c ?empty-second=d !tree.3 @wake.2");
        assert_eq!(merged(&both, own), both);
        assert_eq!(merged("", own), own);
        assert_eq!(merged(kept, ""), merged(kept, kept));
        assert_eq!(merged("", ""), "");
        let mut progress = Progress::read(own);
        progress.take_in(Progress::read(kept));
        assert_eq!((progress.answers["keys-which"], progress.answers["wake-chain"]), ('a', 'c'));
        assert!(!progress.chosen.contains_key("wake-chain"), "it is answered");
        assert_eq!(Progress::read(&progress.write()), progress);
    }
}
