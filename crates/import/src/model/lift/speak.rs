//! Operations that no event shows: what markers say, and when it has been done.

use super::{Fact, Lifter, Step};
use crate::model::lanes::{Act, Did};
use crate::model::mappings;
use crate::model::spoken::{Place, Spoken, Which, spoken};
use daxscope_core::scenario::Operation;
use daxscope_core::scenario::limits::{MAX_FILE_PAGES, MAX_PROCESSES};
use daxscope_core::units::PMD_PAGES;

impl Lifter<'_> {
    pub(super) fn said(&mut self, act: &Act, text: &str, after: &[Act]) {
        if let Some(tag) = text.strip_prefix("dump:") {
            return self.dump(act, tag.trim(), after);
        }
        let all = spoken(text);
        if text.starts_with("step:") {
            self.flush(true);
        }
        let mut is_late = false;
        for one in all {
            is_late |= one == Spoken::Access;
            match one {
                Spoken::Access => {}
                _ if is_late => self.late.push((act.tid, act.line, one)),
                _ => self.speak(act.tid, act.line, one),
            }
        }
    }

    /// What stands behind a load or store in a step has happened when the last snapshot of the step is taken.
    fn dump(&mut self, act: &Act, tag: &str, after: &[Act]) {
        let ends = |act: &&Act| matches!(&act.what, Did::Said(text) if text.starts_with("step:"));
        let rest = after.iter().take_while(|act| !ends(act));
        let is_last = !rest.into_iter().any(|act| matches!(&act.what, Did::Said(text) if text.starts_with("dump:")));
        self.flush(is_last);
        let found = self.snapshots.iter().skip(self.next_snapshot).position(|snapshot| snapshot.tag == tag);
        let Some(at) = found.map(|at| at + self.next_snapshot) else { return };
        self.next_snapshot = at + 1;
        if let Some(size) = self.snapshots[at].size {
            self.resized(act.tid, act.line, size.div_ceil(4096), "snapshot");
        }
        self.steps.push(Step::Snapshot { at, line: act.line });
    }

    pub(super) fn flush(&mut self, is_all: bool) {
        self.keep_promise();
        if is_all {
            for (tid, line, one) in std::mem::take(&mut self.late) {
                self.speak(tid, line, one);
            }
            self.keep_promise();
        }
    }

    /// A marker spoke of fsync and no event has come: there was nothing to write back.
    pub(super) fn keep_promise(&mut self) {
        let Some((tid, line, place)) = self.promised.take() else { return };
        let operation = match self.pages(place) {
            Some((first, count)) => Operation::Fsync { first, count: Some(count) },
            None => Operation::Fsync { first: 0, count: None },
        };
        self.silent(tid, line, operation);
    }

    fn pages(&self, place: Place) -> Option<(u64, u64)> {
        match place {
            Place::Pages(first, count) => {
                first.checked_add(count).is_some_and(|end| end <= MAX_FILE_PAGES).then_some((first, count))
            }
            Place::LastTouched => self.touched.map(|page| (page, 1)),
            Place::All => None,
        }
    }

    fn speak(&mut self, tid: u32, line: u64, one: Spoken) {
        let not_understood = |facts: &mut Vec<Fact>, what: &str| {
            let words = format!("{what} is not in the scenario");
            facts.push(Fact { words, line: Some(line), how: "left out" });
        };
        match one {
            Spoken::Access => {}
            Spoken::Sync(place) => {
                self.keep_promise();
                self.promised = Some((tid, line, place));
            }
            Spoken::Exact(Operation::Fsync { first, count }) => {
                self.keep_promise();
                let place = count.map_or(Place::All, |count| Place::Pages(first, count));
                self.promised = Some((tid, line, place));
            }
            Spoken::Exact(Operation::Access { .. }) => {}
            Spoken::Exact(operation) => self.silent(tid, line, operation),
            Spoken::Punch(place) => match self.pages(place) {
                Some((first, count)) => self.silent(tid, line, Operation::Punch { first, count }),
                None => not_understood(&mut self.facts, "a punch without a place"),
            },
            Spoken::Write(place) => match self.pages(place) {
                Some((first, count)) => self.silent(tid, line, Operation::Write { first, count, from: None }),
                None => not_understood(&mut self.facts, "a write(2) without a place"),
            },
            Spoken::Truncate(Some(size)) if size <= MAX_FILE_PAGES => {
                self.silent(tid, line, Operation::Truncate { size });
            }
            // The next size that is told says to what.
            Spoken::Truncate(_) => {}
            Spoken::Munmap(which) => self.munmap(tid, line, which),
            Spoken::Zap(page) => self.zap(tid, line, page),
            Spoken::Foreign(what) => not_understood(&mut self.facts, &format!("{what}, which is not modelled,")),
        }
    }

    fn munmap(&mut self, tid: u32, line: u64, which: Which) {
        for at in 0..self.mappings.all.len().min(MAX_PROCESSES) {
            let seen = self.mappings.all[at];
            let is_meant = match which {
                Which::Small => !seen.is_bounded,
                Which::Huge => seen.is_bounded,
                Which::Last => self.used == Some(at),
            };
            if is_meant && seen.line < line && !self.gone.contains(&at) {
                self.gone.push(at);
                self.silent(tid, line, Operation::Munmap { mm: mappings::mm(at) });
            }
        }
    }

    /// mprotect of a part of a huge mapping drops that, as `MADV_DONTNEED` of its 2 MiB does.
    fn zap(&mut self, tid: u32, line: u64, page: u64) {
        let own = self.threads.iter().find(|(known, _)| *known == tid).map(|(_, script)| script.mm);
        let holds = self.used.is_some_and(|at| self.mappings.all[at].holds(page));
        if holds && own.is_some() && own == self.used.and_then(mappings::mm) {
            let first = page - page % PMD_PAGES;
            let words = "mprotect of a part of 2 MiB drops what is mapped of them, as dontneed does".into();
            self.facts.push(Fact { words, line: Some(line), how: "inferred" });
            self.silent(tid, line, Operation::Dontneed { first, count: Some(PMD_PAGES) });
        }
    }
}
