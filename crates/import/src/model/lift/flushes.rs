//! Write-back that belongs to a system call which takes or moves blocks: it flushes first what is dirty.

use super::{Fact, Lifter, Step};
use crate::model::lanes::Act;
use daxscope_core::scenario::{FsKind, Operation};

impl Lifter<'_> {
    /// Write-back right behind the marker of such a call, by the same task, is part of it, if it is so in the model.
    pub(super) fn is_of_call(&mut self, act: &Act) -> bool {
        let has_promise = self.promised.is_some();
        let is_xfs = self.fs == FsKind::Xfs;
        let Some(Step::Operation { thread, number, lines, events }) = self.steps.last_mut() else { return false };
        let (tid, script) = &self.threads[thread.index()];
        let flushes = match script.operations.get(*number) {
            Some(Operation::Collapse { .. } | Operation::Insert { .. }) => true,
            Some(Operation::Punch { .. } | Operation::Zero { .. }) => is_xfs,
            _ => false,
        };
        if has_promise || *tid != act.tid || !flushes {
            return false;
        }
        lines.1 = act.end;
        events.extend(act.events.iter().copied());
        true
    }

    /// Does what has just been told begin by writing back: a punch or zeroing its range, as on ext4 to 6.1, or a truncation the page at the
    /// new end, as on XFS to 6.1?
    pub(super) fn is_flush_before(&self, act: &Act, first: u64, count: Option<u64>) -> bool {
        let Some(Step::Operation { thread, number, events, .. }) = self.steps.last() else { return false };
        let (tid, script) = &self.threads[thread.index()];
        let Some(count) = count else { return false };
        let is_same = match script.operations.get(*number) {
            Some(&Operation::Punch { first: own, count: all } | &Operation::Zero { first: own, count: all }) => {
                (own, all) == (first, count)
            }
            Some(&Operation::Truncate { size }) => (size, 1) == (first, count),
            _ => false,
        };
        *tid == act.tid && events.is_empty() && is_same
    }

    /// What was pushed last goes before what was pushed before it.
    pub(super) fn swap_last_two(&mut self, line: u64) {
        let [
            ..,
            Step::Operation { thread, lines, events, number },
            Step::Operation { lines: last, events: of_last, .. },
        ] = self.steps.as_mut_slice()
        else {
            return;
        };
        std::mem::swap(lines, last);
        std::mem::swap(events, of_last);
        let operations = &mut self.threads[thread.index()].1.operations;
        operations.swap(*number, *number + 1);
        let what = match operations[*number + 1] {
            Operation::Zero { .. } => "zeroing writes back its range",
            Operation::Truncate { .. } => "truncate writes back the page at the new end",
            _ => "the punch writes back its range",
        };
        let words = format!("{what} first, which the model has as an fsync before it");
        self.facts.push(Fact { words, line: Some(line), how: "seen" });
    }
}
