//! The history of one object: who wrote it, and who read it after.

use super::Build;
use super::Text;
use super::entry_bits::EntryBitsView;
use crate::action::Object;
use crate::objects::{location, reads, title, value, writer};
use daxscope_core::units::ThreadId;
use std::rc::Rc;

/// The history of the selected object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SelectionView {
    /// Which.
    pub object: Object,
    /// `slot of page 0x202`, `tree_lock`.
    pub title: Text,
    /// What it is in the state that is shown.
    pub value: Text,
    /// Is it watched?
    pub is_watched: bool,
    /// Who last wrote it, in a sentence.
    pub last_write: Text,
    /// The word, bit by bit, of an entry of the tree.
    pub bits: Option<EntryBitsView>,
    /// Writes and reads behind the state that is shown, the nearest first; at most 50. None while the future is hidden.
    pub later: Rc<[HistoryItem]>,
    /// Writes and reads, newest first, up to the state that is shown; at most 200.
    pub history: Rc<[HistoryItem]>,
    /// Items that are not listed.
    pub more: usize,
}

/// Was it written or read?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HistoryKind {
    /// It changed.
    Write,
    /// It was looked at.
    Read,
}

/// A write or a read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HistoryItem {
    /// Which of the two.
    pub kind: HistoryKind,
    /// The step, from 1.
    pub step: usize,
    /// Who.
    pub thread: ThreadId,
    /// The value before and after; of a read both are what was seen.
    pub before: Text,
    /// The value after.
    pub after: Text,
    /// `grab.rs:61`.
    pub location: Text,
    /// The kernel function.
    pub function: &'static str,
}

/// The most steps behind the position that are looked through, and the most items of them.
const MAX_AHEAD: usize = 2_000;
const MAX_LATER: usize = 50;
/// The most items that are listed.
const MAX_HISTORY: usize = 200;

impl Build<'_> {
    pub(super) fn selection(&self) -> Option<SelectionView> {
        let object = self.session.selection?;
        let position = self.run().position();
        let mut history = self.history(object, 0, position);
        history.reverse();
        let write = history.iter().find(|item| item.kind == HistoryKind::Write);
        let last_write = match write {
            Some(write) => format!(
                "Step {} by {} at {} made it {}; before it was {}.",
                write.step, write.thread, write.location, write.after, write.before
            ),
            None => "No step up to here changed it.".into(),
        };
        let more = history.len().saturating_sub(MAX_HISTORY);
        history.truncate(MAX_HISTORY);
        Some(SelectionView {
            object,
            title: title(self.world(), object).into(),
            value: value(self.world(), object).into(),
            is_watched: self.session.watched.contains(&object),
            last_write: last_write.into(),
            bits: self.entry_bits(object),
            later: self.later(object).into(),
            history: history.into(),
            more,
        })
    }

    /// What is recorded behind the position, as far as it may be told.
    fn later(&self, object: Object) -> Vec<HistoryItem> {
        let from = self.run().position();
        let to = self.session.told_steps().min(from + MAX_AHEAD);
        let mut later = self.history(object, from, to);
        later.truncate(MAX_LATER);
        later
    }

    /// Writes and reads of some steps, oldest first. A write is a step after which the value is another.
    fn history(&self, object: Object, from: usize, to: usize) -> Vec<HistoryItem> {
        let mut history = Vec::new();
        let mut before: Text = value(self.run().world_at(from), object).into();
        for (at, step) in self.run().steps().iter().enumerate().take(to).skip(from) {
            let world = self.run().world_at(at);
            let item = |kind, performed: &daxscope_core::machine::Performed, after: &Text| HistoryItem {
                kind,
                step: at + 1,
                thread: step.record.choice.thread,
                before: before.clone(),
                after: after.clone(),
                location: location(performed.stop.at),
                function: performed.stop.function(),
            };
            let read = step.record.performed.iter().find(|performed| reads(world, performed, object));
            history.extend(read.map(|performed| item(HistoryKind::Read, performed, &before)));
            let after = value(&step.after, object);
            if *after != *before {
                let after: Text = after.into();
                let writer = writer(world, &step.record, object);
                history.extend(writer.map(|performed| item(HistoryKind::Write, performed, &after)));
                before = after;
            }
        }
        history
    }
}
