//! What events of faults change.

use super::access::{Access, Stage};
use super::range::{Busy, Counts, Store};
use super::suspect::Mark;
use super::why::{Beside, cause};
use super::{Answers, Known};
use crate::event::{Event, Fault, FaultKind, Insert, PmdHole, Switch};
use crate::flags::{FaultFlags, FaultResult};
use crate::kernel::Kernel;
use crate::limits::MAX_SIGNS;
use daxscope_core::units::{PAGE_SHIFT, PMD_PAGES};

/// How an access ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Outcome {
    Huge,
    Small,
    Copied,
    Failed,
    Taken,
    Unfinished,
}

impl Answers {
    pub(super) fn see_fault(&mut self, event: &Event<'_>, fault: &Fault, kernel: &Kernel) {
        self.task(event);
        self.see_size(event, fault);
        match fault.kind {
            FaultKind::Pmd | FaultKind::Pte => self.handler_begins(event, fault),
            FaultKind::PmdDone => self.pmd_ends(event, fault, kernel),
            FaultKind::PteDone => self.pte_ends(event, fault),
            FaultKind::LoadHole => {}
            FaultKind::Mkwrite | FaultKind::MkwriteNoEntry => self.synced(event, fault),
        }
    }

    fn handler_begins(&mut self, event: &Event<'_>, fault: &Fault) {
        let tid = event.task.tid;
        let Some(doing) = self.doing(tid) else { return };
        doing.file = Some(fault.file);
        if let Some(access) = doing.access.as_mut().filter(|access| access.goes_on(fault)) {
            access.again(fault.kind);
        } else {
            let before = doing.access.replace(Access::begin(fault, event.line));
            if let Some(access) = before {
                self.leave(event, access);
            }
            if fault.kind == FaultKind::Pte {
                let had = self.had_page_table(event, fault);
                if let Some(access) = self.doing.get_mut(&tid).and_then(|doing| doing.access.as_mut()) {
                    access.had_page_table = had;
                }
            }
        }
        let busy =
            Busy { tid, page: fault.page, from: event.line, until: None, is_small: fault.kind == FaultKind::Pte };
        if let Some(range) = self.range(fault.file, fault.page, event.line) {
            range.begins(busy);
        }
    }

    /// Does a 4 KiB fault that comes without a 2 MiB one before it find a page table?
    fn had_page_table(&mut self, event: &Event<'_>, fault: &Fault) -> bool {
        let said = fault.flags.has(FaultFlags::ORIG_PTE_VALID | FaultFlags::MKWRITE);
        said || self.windows.get(&window_of(event, fault)).is_some_and(super::Window::has_table)
    }

    fn pmd_ends(&mut self, event: &Event<'_>, fault: &Fault, kernel: &Kernel) {
        let mut access = self.taken_out(event, fault);
        let result = fault.result;
        if result.has(FaultResult::FALLBACK) {
            if access.cause.is_none() {
                access.cause = Some((self.cause_of(event, fault, &access, kernel), event.line));
            }
            access.stage = Stage::FellBack;
            self.put_back(event, access);
        } else if result.has(FaultResult::NEEDDSYNC) {
            access.stage = Stage::Syncing { is_huge: true };
            self.put_back(event, access);
        } else if result.has(FaultResult::RETRY) {
            access.stage = Stage::Retry;
            self.put_back(event, access);
        } else if result.has(FaultResult::NOPAGE) {
            self.conclude(event, access, Outcome::Huge);
        } else if result.0 == 0 {
            self.conclude(event, access, Outcome::Taken);
        } else {
            self.conclude(event, access, Outcome::Failed);
        }
    }

    fn cause_of(&self, event: &Event<'_>, fault: &Fault, access: &Access, kernel: &Kernel) -> super::why::Cause {
        let nothing = super::Range::new(fault.file, fault.page / PMD_PAGES, event.line);
        let range = self.ranges.get(&(fault.file, fault.page / PMD_PAGES)).unwrap_or(&nothing);
        let other =
            range.busy.iter().rev().find(|busy| busy.is_small && busy.tid != event.task.tid && busy.until.is_none());
        let name = other.map(|busy| self.name(busy.tid));
        let beside = Beside {
            kernel,
            conflict: access.conflict,
            hole_fallback: access.hole_fallback,
            locked: access.locked,
            other: other.zip(name.as_deref()).map(|(busy, name)| (name, busy.page, busy.from)),
        };
        cause(fault, range, beside)
    }

    fn pte_ends(&mut self, event: &Event<'_>, fault: &Fault) {
        let mut access = self.taken_out(event, fault);
        let result = fault.result;
        if result.has(FaultResult::NEEDDSYNC) {
            access.stage = Stage::Syncing { is_huge: false };
            self.put_back(event, access);
        } else if result.has(FaultResult::RETRY) {
            access.stage = Stage::Retry;
            self.put_back(event, access);
        } else if result.has(FaultResult::DONE_COW) {
            self.conclude(event, access, Outcome::Copied);
        } else if result.has(FaultResult::NOPAGE) || result.0 == 0 {
            self.conclude(event, access, Outcome::Small);
        } else {
            self.conclude(event, access, Outcome::Failed);
        }
    }

    /// The page of a `MAP_SYNC` fault is mapped, or (up to 4.13) a store goes through a page that was mapped read-only.
    fn synced(&mut self, event: &Event<'_>, fault: &Fault) {
        let access = self.taken_out(event, fault);
        let is_huge = access.stage == Stage::Syncing { is_huge: true };
        let outcome = match (fault.kind, is_huge) {
            (FaultKind::MkwriteNoEntry, _) => Outcome::Failed,
            (_, true) => Outcome::Huge,
            (_, false) => Outcome::Small,
        };
        self.conclude(event, access, outcome);
    }

    /// The access that this end belongs to; where its beginning is not in the trace, it begins here.
    fn taken_out(&mut self, event: &Event<'_>, fault: &Fault) -> Access {
        let found = self.doing(event.task.tid).and_then(|doing| doing.access.take());
        match found {
            Some(access) if access.file == fault.file && access.address == fault.address => access,
            Some(access) => {
                self.leave(event, access);
                Access::begin(fault, event.line)
            }
            None => Access::begin(fault, event.line),
        }
    }

    fn put_back(&mut self, event: &Event<'_>, access: Access) {
        if let Some(doing) = self.doing(event.task.tid) {
            doing.access = Some(access);
        }
    }

    /// An access whose end did not come.
    fn leave(&mut self, event: &Event<'_>, access: Access) {
        self.conclude(event, access, Outcome::Unfinished);
    }

    /// Every access that is still open at the end of the trace.
    pub(super) fn close_all(&mut self) {
        let mut open: Vec<u32> = self.doing.keys().copied().collect();
        open.sort_unstable();
        for tid in open {
            let Some(doing) = self.doing.get_mut(&tid) else { continue };
            let (access, promised, sync) = (doing.access.take(), doing.promised.take(), doing.sync.take());
            if let Some(access) = access {
                let counts = counts_of(&access, Outcome::Unfinished);
                self.count(tid, &access, counts, None);
            }
            if let Some(open) = sync {
                self.keep_sync(open.sync);
            }
            if let Some(line) = promised {
                self.broken_promise(tid, line);
            }
        }
    }

    fn conclude(&mut self, event: &Event<'_>, access: Access, outcome: Outcome) {
        let (tid, line) = (event.task.tid, event.line);
        let mut counts = counts_of(&access, outcome);
        let key = window_of_access(event, &access);
        let store = Store { line, page: access.page, tid };
        let is_store = access.is_write && access.is_shared;
        let mut refaults = false;
        // Suspects that name this fault as the one that held the entry learn where it ended.
        for passed in
            self.passed.iter_mut().rev().take(8).filter(|passed| passed.holder == tid && passed.held.1.is_none())
        {
            passed.held.1 = Some(line);
        }
        if let Some(range) = self.range(access.file, access.page, line) {
            range.ends(tid, line);
            match outcome {
                Outcome::Huge => range.became_huge(access.is_zero),
                Outcome::Small | Outcome::Copied => {
                    let was_zero = range.became_small(access.page, line);
                    counts.downgrades = u64::from(was_zero || access.unmapped_all);
                }
                _ => {}
            }
            let (unmapped, cleaned) = (range.unmapped, range.cleaned);
            if let Some(window) = self.window(key) {
                window.renew(unmapped, cleaned);
                refaults =
                    matches!(outcome, Outcome::Huge | Outcome::Small) && window.has(access.page, access.is_write);
                match outcome {
                    Outcome::Huge => window.map_huge(access.is_write),
                    Outcome::Small => window.map_small(access.page, is_store),
                    Outcome::Copied => window.map_small(access.page, true),
                    _ => {}
                }
            }
        }
        counts.refaults = u64::from(refaults);
        if is_store && matches!(outcome, Outcome::Huge | Outcome::Small) {
            if refaults {
                self.refaulted(&access, line);
            }
            if let Some(range) = self.range(access.file, access.page, line) {
                range.stored(store, outcome == Outcome::Huge);
                let number = range.number;
                if let Some(file) = self.file(access.file) {
                    file.dirty.insert(number);
                }
            }
        }
        self.count(tid, &access, counts, Some(outcome));
    }

    fn count(&mut self, tid: u32, access: &Access, counts: Counts, outcome: Option<Outcome>) {
        self.total.add(&counts);
        if let Some(task) = self.tasks.get_mut(&tid) {
            task.counts.add(&counts);
        }
        let key = (access.file, access.page / PMD_PAGES);
        if !self.ranges.contains_key(&key) {
            // The handler's beginning, which makes the range, is not in the trace.
            self.range(access.file, access.page, access.line);
        }
        let name = if counts.fell_back > 0 { self.name(tid) } else { String::new() };
        if let Some(range) = self.ranges.get_mut(&key) {
            range.counts.add(&counts);
            if let Some((cause, line)) = access.cause.clone().filter(|_| counts.fell_back > 0) {
                range.caused(cause, line, &name, access.page);
            }
            if outcome.is_none() {
                range.ends(tid, range.last_line);
            }
        }
    }

    pub(super) fn see_hole(&mut self, event: &Event<'_>, hole: &PmdHole) {
        let Some(access) = self.doing(event.task.tid).and_then(|doing| doing.access.as_mut()) else { return };
        if hole.is_fallback {
            access.hole_fallback = Some(event.line);
        } else {
            access.is_zero = true;
        }
    }

    pub(super) fn see_insert(&mut self, event: &Event<'_>, insert: &Insert) {
        let Some(access) = self.doing(event.task.tid).and_then(|doing| doing.access.as_mut()) else { return };
        let page = if insert.is_pmd { access.page - access.page % PMD_PAGES } else { access.page };
        let (file, frame) = (access.file, insert.frame);
        let Some(range) = self.range(file, page, event.line) else { return };
        if let Some(frame) = frame {
            range.framed(page, frame, event.line);
        } else if let crate::word::Decoded::XArray(entry) = crate::word::decode(insert.word, crate::word::Era::XArray)
            && entry.is_block()
            && !entry.is_pmd()
        {
            range.framed(page, entry.frame(), event.line);
        }
    }

    pub(super) fn see_switch(&mut self, switch: &Switch) {
        let is_inside = self.doing.get(&switch.from).is_some_and(|doing| doing.access.is_some());
        if switch.is_waiting
            && is_inside
            && let Some(task) = self.tasks.get_mut(&switch.from)
        {
            task.waits += 1;
        }
    }

    /// The number of pages of the file, which 2 MiB faults tell.
    fn see_size(&mut self, event: &Event<'_>, fault: &Fault) {
        let Some(bounds) = fault.bounds else { return };
        let Some(file) = self.file(fault.file) else { return };
        if let Some(from) = file.pages.replace(bounds.max_page)
            && from != bounds.max_page
        {
            file.mark(event.line, Mark::Size { from, to: bounds.max_page });
        }
    }
}

impl Known {
    /// Keeps a sign, and forgets the oldest where there is no room.
    pub(super) fn mark(&mut self, line: u64, mark: Mark) {
        if self.marks.len() == MAX_SIGNS {
            self.marks.pop_front();
        }
        self.marks.push_back((line, mark));
    }
}

fn counts_of(access: &Access, outcome: Outcome) -> Counts {
    let is = |wanted: Outcome| u64::from(outcome == wanted);
    let fell_back = access.cause.is_some() && outcome != Outcome::Huge;
    Counts {
        accesses: 1,
        handlers: access.handlers,
        asked: u64::from(access.was_asked),
        huge: is(Outcome::Huge),
        huge_zero: u64::from(outcome == Outcome::Huge && access.is_zero),
        fell_back: u64::from(fell_back),
        not_asked: u64::from(!access.was_asked),
        page_table: u64::from(!access.was_asked && access.had_page_table),
        small: is(Outcome::Small),
        copied: is(Outcome::Copied),
        failed: is(Outcome::Failed),
        taken: is(Outcome::Taken),
        downgrades: 0,
        refaults: 0,
        unfinished: is(Outcome::Unfinished),
    }
}

fn window_of(event: &Event<'_>, fault: &Fault) -> super::Key {
    (fault.file, event.task.tgid.unwrap_or(0), (fault.address >> PAGE_SHIFT) / PMD_PAGES)
}

fn window_of_access(event: &Event<'_>, access: &Access) -> super::Key {
    (access.file, event.task.tgid.unwrap_or(0), (access.address >> PAGE_SHIFT) / PMD_PAGES)
}
