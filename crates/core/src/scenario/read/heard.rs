//! What an editor learns from the reader besides the statement: what each word is, and what could stand at a place.
//!
//! The reader says it while it reads, so highlighting and completion cannot disagree with it. To learn what could stand at
//! a place, the line is read with a [`PROBE`] there, a word that nothing is called.

use crate::scenario::line::Word;
use std::cell::RefCell;
use std::ops::Range;

/// A word that no list holds and that no text says.
pub(crate) const PROBE: &str = "\0";

/// What a word of a script is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum WordKind {
    /// The first word of a statement.
    Keyword,
    /// A word of the language behind it.
    Word,
    /// A size, an offset, a range or a count.
    Number,
    /// The letter of a thread.
    Thread,
    /// A process.
    Name,
    /// A title.
    Text,
    /// Runs of a schedule.
    Steps,
    /// From `#` on.
    Comment,
}

/// What is not in a list of words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wanted {
    Size,
    Range,
    Thread,
    Process,
    Steps,
}

/// What was heard of one line.
#[derive(Default, Debug)]
pub(crate) struct Heard {
    /// The words that were understood, in the order in which they were read.
    pub(crate) words: Vec<(Range<usize>, WordKind)>,
    /// The words that could stand in place of the probe.
    pub(crate) known: Vec<String>,
    /// And whatever else could.
    pub(crate) wanted: Vec<Wanted>,
}

/// Who listens to the reader, if anybody does.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Listener<'a>(pub(crate) Option<&'a RefCell<Heard>>);

impl Listener<'_> {
    /// The word at `bytes` is of that kind. The last word on it counts.
    pub(super) fn is(&self, bytes: &Range<usize>, kind: WordKind) {
        let Some(heard) = self.0 else { return };
        let words = &mut heard.borrow_mut().words;
        match words.iter_mut().rev().find(|(known, _)| known.start <= bytes.start && bytes.end <= known.end) {
            Some(known) => known.1 = kind,
            None => words.push((bytes.clone(), kind)),
        }
    }

    /// One of these could stand there.
    pub(super) fn one_of<'c>(&self, word: &Word<'_>, known: impl IntoIterator<Item = &'c str>) {
        if let Some(heard) = self.0.filter(|_| word.text == PROBE) {
            heard.borrow_mut().known.extend(known.into_iter().map(str::to_owned));
        }
    }

    /// Something of that kind could stand there.
    pub(super) fn wants(&self, text: &str, wanted: Wanted) {
        if let Some(heard) = self.0.filter(|_| text == PROBE) {
            heard.borrow_mut().wanted.push(wanted);
        }
    }
}
