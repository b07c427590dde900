//! What events of write-back change: what a call flushed, what it left, and what that makes suspect.

use super::range::{Busy, Range, Tree};
use super::suspect::{Mark, PassedLocked, TakenAway};
use super::sync::Sync;
use super::{Answers, OpenSync};
use crate::event::{Event, File, Writeback, WritebackKind};
use crate::limits::{MAX_SIGNS, MAX_SUSPECTS, MAX_SYNCS};
use crate::scan;
use daxscope_core::units::PMD_PAGES;

/// Dirty ranges that are looked at behind one call.
const MAX_LOOKED_AT: usize = 4096;
/// Bytes of a marker that are kept.
const MAX_SAID: usize = 80;

impl Answers {
    pub(super) fn see_writeback(&mut self, event: &Event<'_>, writeback: &Writeback) {
        self.task(event);
        match writeback.kind {
            WritebackKind::Range => self.sync_begins(event, writeback),
            WritebackKind::One => self.entry_flushed(event, writeback),
            WritebackKind::Done => self.sync_ends(event, writeback),
        }
    }

    fn sync_begins(&mut self, event: &Event<'_>, writeback: &Writeback) {
        let tid = event.task.tid;
        let task = self.name(tid);
        let sync = Sync {
            line: event.line,
            end: None,
            task,
            tid,
            file: writeback.file,
            first: writeback.first,
            last: Sync::bound(writeback.last),
            huge: 0,
            small: 0,
            left: 0,
        };
        if let Some(task) = self.tasks.get_mut(&tid) {
            task.syncs += 1;
        }
        self.sync_count += 1;
        let Some(doing) = self.doing(tid) else { return };
        doing.promised = None;
        doing.file = Some(writeback.file);
        if let Some(open) = doing.sync.replace(OpenSync { sync, missed: None }) {
            self.keep_sync(open.sync);
        }
    }

    fn entry_flushed(&mut self, event: &Event<'_>, writeback: &Writeback) {
        let (file, first, last) = (writeback.file, writeback.first, writeback.last);
        if let Some(open) = self.doing.get_mut(&event.task.tid).and_then(|doing| doing.sync.as_mut()) {
            open.sync.flushed(first, last);
        }
        let is_huge = last - first + 1 == PMD_PAGES;
        if is_huge {
            self.flushed.0 += 1
        } else {
            self.flushed.1 += 1
        }
        let Some(range) = self.range(file, first, event.line) else { return };
        range.flushed(first, last);
        if is_huge {
            range.tree = Tree::Block;
        }
        let (number, is_clean) = (range.number, range.store.is_none());
        if is_clean && let Some(file) = self.files.get_mut(&file) {
            file.dirty.remove(&number);
        }
    }

    fn sync_ends(&mut self, event: &Event<'_>, writeback: &Writeback) {
        let Some(OpenSync { mut sync, missed }) =
            self.doing.get_mut(&event.task.tid).and_then(|doing| doing.sync.take())
        else {
            return;
        };
        sync.end = Some(event.line);
        let last = sync.last.unwrap_or(u64::MAX);
        for number in self.dirty_ranges(writeback.file, sync.first, last) {
            self.left_dirty(&mut sync, number, last, missed);
        }
        self.keep_sync(sync);
    }

    fn dirty_ranges(&self, file: File, first: u64, last: u64) -> Vec<u64> {
        let Some(known) = self.files.get(&file).filter(|_| first <= last) else { return Vec::new() };
        known.dirty.range(first / PMD_PAGES..=last / PMD_PAGES).take(MAX_LOOKED_AT).copied().collect()
    }

    /// A range had something dirty before a call that should have flushed it, and still has.
    fn left_dirty(&mut self, sync: &mut Sync, number: u64, last: u64, missed: Option<u64>) {
        let Some(range) = self.ranges.get(&(sync.file, number)) else { return };
        let Some(store) = range.store.filter(|store| store.line < sync.line) else { return };
        let Some(page) = range.dirty_page(sync.first, last) else { return };
        sync.left += 1;
        let end = sync.end.unwrap_or(sync.line);
        if let Some(busy) = holder(range, sync, page, end) {
            self.passed_count += 1;
            if self.passed.len() < MAX_SUSPECTS {
                self.passed.push(PassedLocked {
                    file: sync.file,
                    range: number,
                    store,
                    sync: (sync.line, end),
                    tid: sync.tid,
                    holder: busy.tid,
                    held: (busy.from, busy.until),
                    is_seen: missed.is_some(),
                });
            }
            return;
        }
        if !self.suspect_taken(sync.file, number, Some(sync.line)) {
            let (count, first) = self.unflushed;
            self.unflushed = (count + 1, if count == 0 { sync.line } else { first });
        }
    }

    /// Tells the loss of a range once, if anything speaks for it. Is it told, now or before?
    fn suspect_taken(&mut self, file: File, number: u64, sync: Option<u64>) -> bool {
        let Some(range) = self.ranges.get(&(file, number)) else { return false };
        let Some(store) = range.store else { return false };
        if range.is_told {
            return true;
        }
        let mut marks: Vec<(u64, Mark)> = range.taken.map(|line| (line, Mark::Deleted)).into_iter().collect();
        let of_file = self.files.get(&file).map(|known| known.marks.iter()).into_iter().flatten();
        for (line, mark) in of_file.chain(self.marks.iter()) {
            if *line > store.line && !marks.iter().any(|(known, _)| known == line) {
                marks.push((*line, mark.clone()));
            }
        }
        if marks.is_empty() {
            return false;
        }
        marks.sort_by_key(|(line, _)| *line);
        let is_seen = range.taken.is_some();
        if let Some(range) = self.ranges.get_mut(&(file, number)) {
            range.is_told = true;
        }
        self.taken_count += 1;
        if self.taken.len() < MAX_SUSPECTS {
            self.taken.push(TakenAway { file, range: number, store, marks, sync, is_seen });
        }
        true
    }

    /// A store faults again where it should not have. With a sign of a layout break before it, what was stored is suspect.
    pub(super) fn refaulted(&mut self, access: &super::Access, line: u64) {
        let number = access.page / PMD_PAGES;
        let Some(store) = self.ranges.get(&(access.file, number)).and_then(|range| range.store) else { return };
        let has_other = self.files.get(&access.file).is_some_and(|known| {
            known.marks.iter().any(|(at, mark)| *at > store.line && !matches!(mark, Mark::Refault))
        });
        if !has_other {
            return;
        }
        if let Some(known) = self.file(access.file) {
            known.mark(line, Mark::Refault);
        }
        self.suspect_taken(access.file, number, None);
    }

    pub(super) fn keep_sync(&mut self, sync: Sync) {
        if self.syncs.len() < MAX_SYNCS {
            self.syncs.push(sync);
        }
    }

    pub(super) fn see_marker(&mut self, event: &Event<'_>, text: &[u8]) {
        let tid = event.task.tid;
        let promised = self.doing.get_mut(&tid).and_then(|doing| doing.promised.take());
        if let Some(line) = promised {
            self.broken_promise(tid, line);
        }
        const BREAKS: [&[u8]; 8] =
            [b"truncate", b"punch", b"fallocate", b"collapse", b"insert range", b"zero range", b"reflink", b"grown"];
        if BREAKS.iter().any(|word| scan::has_word(text, word)) && !text.starts_with(b"extent[") {
            if self.marks.len() == MAX_SIGNS {
                self.marks.pop_front();
            }
            self.marks.push_back((event.line, Mark::Said(scan::shown(text, MAX_SAID))));
        }
        const ENDED: [&[u8]; 5] = [b"after", b"returned", b" = ", b"end", b"done"];
        let speaks = scan::has_word(text, b"fsync") || scan::has_word(text, b"msync");
        if speaks
            && !ENDED.iter().any(|word| scan::has_word(text, word))
            && let Some(doing) = self.doing(tid)
        {
            doing.promised = Some(event.line);
        }
    }

    /// A marker spoke of fsync or msync, and no write-back came: what is dirty was not looked at.
    pub(super) fn broken_promise(&mut self, tid: u32, line: u64) {
        let own = self.doing.get(&tid).and_then(|doing| doing.file);
        let only = if self.files.len() == 1 { self.files.keys().next().copied() } else { None };
        let Some(file) = own.or(only) else { return };
        for number in self.dirty_ranges(file, 0, u64::MAX) {
            let is_before =
                self.ranges.get(&(file, number)).and_then(|range| range.store).is_some_and(|store| store.line < line);
            if is_before {
                self.suspect_taken(file, number, Some(line));
            }
        }
    }
}

/// The fault of somebody else that held the entry of that page while the call ran.
fn holder(range: &Range, sync: &Sync, page: u64, end: u64) -> Option<Busy> {
    let overlaps = |busy: &&Busy| {
        let same_entry = range.is_pmd_dirty || busy.page == page || !busy.is_small;
        busy.tid != sync.tid && busy.from < end && busy.until.is_none_or(|until| until > sync.line) && same_entry
    };
    range.busy.iter().rev().find(overlaps).copied()
}
