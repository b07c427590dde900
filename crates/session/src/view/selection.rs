//! The history of one object: who wrote it, and who read it after.

use super::Build;
use super::Text;
use super::entry_bits::EntryBitsView;
use crate::action::Object;
use crate::objects::{location, reads, title, value, writer};
use crate::run::Steps;
use daxscope_core::order;
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
        let (writes, reads) = (self.run().writes_of(object, 0..position), self.run().reads_of(object, 0..position));
        let history = self.newest(object, &writes, &reads);
        let last_write = match writes.last().and_then(|step| self.history_item(HistoryKind::Write, step, object)) {
            Some(write) => format!(
                "Step {} by {} at {} made it {}; before it was {}.",
                write.step, write.thread, write.location, write.after, write.before
            ),
            None => "No step up to here changed it.".into(),
        };
        Some(SelectionView {
            object,
            title: title(self.world(), object).into(),
            value: value(self.world(), object).into(),
            is_watched: self.session.watched.contains(&object),
            last_write: last_write.into(),
            bits: self.entry_bits(object),
            later: self.later(object).into(),
            more: (writes.len() + reads.len()).saturating_sub(history.len()),
            history: history.into(),
        })
    }

    /// The last writes and reads up to the position, newest first. A step first reads and then writes.
    fn newest(&self, object: Object, writes: &Steps<'_>, reads: &Steps<'_>) -> Vec<HistoryItem> {
        let mut last = self.items(object, HistoryKind::Write, &writes.some(MAX_HISTORY, true));
        last.extend(self.items(object, HistoryKind::Read, &reads.some(MAX_HISTORY, true)));
        order::sort_by_key(&mut last, |item| (std::cmp::Reverse(item.step), item.kind == HistoryKind::Read));
        last.truncate(MAX_HISTORY);
        last
    }

    /// What is recorded behind the position, as far as it may be told.
    fn later(&self, object: Object) -> Vec<HistoryItem> {
        let from = self.run().position();
        let range = from..self.session.told_steps().min(from + MAX_AHEAD).max(from);
        let (writes, reads) = (self.run().writes_of(object, range.clone()), self.run().reads_of(object, range));
        let mut later = self.items(object, HistoryKind::Write, &writes.some(MAX_LATER, false));
        later.extend(self.items(object, HistoryKind::Read, &reads.some(MAX_LATER, false)));
        order::sort_by_key(&mut later, |item| (item.step, item.kind == HistoryKind::Write));
        later.truncate(MAX_LATER);
        later
    }

    fn items(&self, object: Object, kind: HistoryKind, steps: &[usize]) -> Vec<HistoryItem> {
        steps.iter().filter_map(|&step| self.history_item(kind, step, object)).collect()
    }

    /// What a step, from 1, did with the object.
    fn history_item(&self, kind: HistoryKind, step: usize, object: Object) -> Option<HistoryItem> {
        let (before, after) = (self.run().world_at(step - 1), self.run().world_at(step));
        let record = &self.run().steps()[step - 1].record;
        let performed = match kind {
            HistoryKind::Read => record.performed.iter().find(|performed| reads(before, performed, object)),
            HistoryKind::Write => writer(before, record, object),
        }?;
        let was: Text = value(before, object).into();
        Some(HistoryItem {
            kind,
            step,
            thread: record.choice.thread,
            after: if kind == HistoryKind::Read { was.clone() } else { value(after, object).into() },
            before: was,
            location: location(performed.stop.at),
            function: performed.stop.function(),
        })
    }
}
