//! Every step as a sentence.

use super::Build;
use super::Text;
use crate::action::Object;
use crate::session::is_violation;
use crate::tree_of_era::Cell;
use daxscope_core::units::ThreadId;
use std::rc::Rc;

/// The transcript. It depends on the position only while the future is hidden.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TranscriptView {
    /// All steps.
    pub rows: Rc<[TranscriptRow]>,
    /// Steps without a row: of a long run while its panel is closed.
    pub more: usize,
    /// What was searched for; empty: nothing.
    pub query: Text,
    /// Steps whose sentence holds the query, from 1.
    pub hits: Rc<[usize]>,
}

/// A step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TranscriptRow {
    /// Its number, from 1.
    pub number: usize,
    /// Who made it.
    pub thread: ThreadId,
    /// What happened.
    pub sentence: Text,
    /// The word of the entry that it changed or made, if there is one behind it.
    pub word: Option<u64>,
    /// Did it break something?
    pub is_violation: bool,
    /// Did an injected call fail in it?
    pub is_failure: bool,
}

/// Of a longer run only the first rows are made while its panel is closed: each new step would copy all.
pub(crate) const LONG_RUN: usize = 5_000;

/// Those rows; as many are printed.
const PRINTED: usize = 500;

impl Build<'_> {
    /// Rows of `old` are used again as far as they are the same.
    pub(super) fn transcript(&self, old: &TranscriptView) -> TranscriptView {
        let all = self.told();
        let is_read = all.len() <= LONG_RUN || self.session.panel == crate::action::Panel::Transcript;
        let steps = if is_read { all } else { &all[..PRINTED] };
        let row = |(at, step): (usize, &crate::run::Step)| TranscriptRow {
            number: at + 1,
            thread: step.record.choice.thread,
            sentence: step.sentence.clone(),
            word: changed_word(step),
            is_violation: is_violation(step),
            is_failure: step.is_failure,
        };
        let rows: Vec<TranscriptRow> = steps.iter().enumerate().map(row).collect();
        let query = self.session.query.to_ascii_lowercase();
        let hit = |(at, step)| self.session.is_hit(step, &query).then_some(at + 1);
        TranscriptView {
            rows: if *rows == *old.rows { Rc::clone(&old.rows) } else { rows.into() },
            more: all.len() - steps.len(),
            query: self.session.query.as_str().into(),
            hits: steps.iter().enumerate().filter_map(hit).collect(),
        }
    }
}

/// The first entry of the tree that a step changed, as it is behind the step.
fn changed_word(step: &crate::run::Step) -> Option<u64> {
    for change in &step.changes {
        if let Object::Slot(index) = *change
            && let Some(word) = Cell::at(&step.after.mapping, index).word()
        {
            return Some(word);
        }
    }
    None
}
