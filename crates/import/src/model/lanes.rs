//! What each task did, as far as a trace says it: accesses with all their handlers, calls of fsync, markers.
//!
//! Bounded: of a long trace the first acts are kept, or those around a line (`limits.rs`); the rest is counted.

use crate::answer::sync::Sync;
use crate::event::{Bounds, Event, Fault, FaultKind, File, What, Writeback, WritebackKind};
use crate::flags::FaultResult;
use crate::kernel::Kernel;
use crate::limits::{MAX_ACT_EVENTS, MAX_ACTS, MAX_SHOWN_BYTES, MAX_TASKS};
use crate::scan;
use crate::trace::Visitor;
use std::collections::{HashMap, VecDeque};

/// One thing that a task did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Act {
    /// The line at which it begins.
    pub line: u64,
    /// The line at which it ends.
    pub end: u64,
    /// Time of its first line, in ns.
    pub time: u64,
    /// The task.
    pub tid: u32,
    /// Its process, where the trace says it.
    pub tgid: Option<u32>,
    /// The file; a marker has none.
    pub file: Option<File>,
    /// What.
    pub what: Did,
    /// The events of handlers and of write-back that it consists of.
    pub events: Vec<Seen>,
}

/// What a task did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Did {
    /// A load or store that faulted.
    Access(Accessed),
    /// fsync or msync: first and last page.
    Sync {
        /// First page.
        first: u64,
        /// Last page; `u64::MAX`: to the end.
        last: u64,
    },
    /// What a program has written into `trace_marker`.
    Said(String),
}

/// A load or store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Accessed {
    /// Page of the file.
    pub page: u64,
    /// The address.
    pub address: u64,
    /// A store?
    pub is_write: bool,
    /// Through a shared mapping?
    pub is_shared: bool,
    /// Were 2 MiB asked for?
    pub was_asked: bool,
    /// Bounds of the mapping and size of the file, where a 2 MiB handler told them.
    pub bounds: Option<Bounds>,
    /// Was the zero page mapped, small or huge?
    pub is_zero: bool,
    /// Were blocks allocated?
    pub is_major: bool,
    /// Did it have to wait for metadata (`MAP_SYNC`)?
    pub is_sync: bool,
    /// How it ended.
    pub ended: Ended,
}

/// How an access ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// 2 MiB are mapped.
    Huge,
    /// 4 KiB are mapped.
    Small,
    /// Copied, in a private mapping.
    Copied,
    /// It failed (`SIGBUS`, no memory).
    Failed,
    /// The handler found nothing to do.
    Nothing,
    /// Its end is not in the trace.
    Unfinished,
}

/// An event, as far as a model can have it: times, flags of the memory manager and pointers are left out.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Seen {
    /// The line; 0 in runs of the model.
    pub line: u64,
    /// The page of the file.
    pub page: u64,
    /// What.
    pub kind: SeenKind,
}

/// Which event.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SeenKind {
    /// A handler begins.
    Begins {
        /// 2 MiB?
        is_huge: bool,
    },
    /// A handler ends; the bits of its result that a model has ([`SeenKind::COMPARED`]).
    Ends {
        /// 2 MiB?
        is_huge: bool,
        /// Bits of `vm_fault_t`.
        result: u32,
    },
    /// The second half of a `MAP_SYNC` fault.
    Mapped,
    /// fsync looks for dirty entries.
    Scans,
    /// It has flushed one.
    Flushed,
    /// It has come to its end.
    Scanned,
}

impl SeenKind {
    /// Bits of results that are compared: `MAJOR` says how blocks were allocated, which the scenario may only guess.
    pub const COMPARED: u32 = FaultResult::NOPAGE
        | FaultResult::FALLBACK
        | FaultResult::SIGBUS
        | FaultResult::DONE_COW
        | FaultResult::NEEDDSYNC
        | FaultResult::OOM;

    /// In words, with the page.
    #[must_use]
    pub fn words(self, page: u64) -> String {
        let size = |is_huge: bool| if is_huge { "2 MiB" } else { "4 KiB" };
        match self {
            SeenKind::Begins { is_huge } => format!("the {} handler begins at page {page:#x}", size(is_huge)),
            SeenKind::Ends { is_huge, result } => {
                let result = FaultResult(result).to_string();
                let result = if result.is_empty() { "nothing" } else { &result };
                format!("the {} handler ends at page {page:#x} with {result}", size(is_huge))
            }
            SeenKind::Mapped => format!("page {page:#x} is mapped after the metadata were written"),
            SeenKind::Scans => format!("fsync looks for dirty entries from page {page:#x} on"),
            SeenKind::Flushed => format!("fsync flushes the entry at page {page:#x}"),
            SeenKind::Scanned => "fsync has come to its end".into(),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    Inside,
    FellBack,
    Syncing,
    Retry,
}

#[derive(Clone, Debug)]
struct Open {
    stage: Stage,
    act: Act,
}

/// Sees the events of a trace, and keeps what tasks did.
#[derive(Default, Debug)]
pub struct Lanes {
    acts: VecDeque<Act>,
    open: HashMap<u32, Open>,
    names: HashMap<u32, String>,
    /// The line around which acts are kept.
    around: Option<u64>,
    /// Acts that were not kept.
    left_out: u64,
    /// How many of those kept begin at or behind the line.
    behind: usize,
}

impl Lanes {
    /// That keeps the first acts, or those around a line.
    #[must_use]
    pub fn around(line: Option<u64>) -> Lanes {
        Lanes { around: line, ..Lanes::default() }
    }

    /// The acts, by their first line; and how many more there were.
    #[must_use]
    pub fn finish(mut self) -> (Vec<Act>, HashMap<u32, String>, u64) {
        let mut tids: Vec<u32> = self.open.keys().copied().collect();
        tids.sort_unstable();
        for tid in tids {
            if let Some(open) = self.open.remove(&tid) {
                self.keep(open.act);
            }
        }
        let mut acts: Vec<Act> = self.acts.into();
        acts.sort_by_key(|act| act.line);
        (acts, self.names, self.left_out)
    }

    fn keep(&mut self, mut act: Act) {
        drop_repeated(&mut act.events);
        let is_behind = self.around.is_some_and(|line| act.line >= line);
        if self.acts.len() == MAX_ACTS {
            self.left_out += 1;
            // In front of the line the oldest goes; behind it, and where there is none, what comes.
            if self.around.is_none() || self.behind >= MAX_ACTS / 2 {
                return;
            }
            self.acts.pop_front();
        }
        self.behind += usize::from(is_behind);
        self.acts.push_back(act);
    }

    fn fault(&mut self, event: &Event<'_>, fault: &Fault) {
        match fault.kind {
            FaultKind::Pmd | FaultKind::Pte => self.begins(event, fault),
            FaultKind::PmdDone | FaultKind::PteDone => self.ends(event, fault),
            FaultKind::LoadHole => {
                if let Some(access) = self.access(event.task.tid) {
                    access.is_zero = true;
                }
            }
            FaultKind::Mkwrite | FaultKind::MkwriteNoEntry => self.mapped(event, fault),
        }
    }

    fn access(&mut self, tid: u32) -> Option<&mut Accessed> {
        match self.open.get_mut(&tid).map(|open| &mut open.act.what) {
            Some(Did::Access(access)) => Some(access),
            _ => None,
        }
    }

    fn begins(&mut self, event: &Event<'_>, fault: &Fault) {
        let tid = event.task.tid;
        let is_huge = fault.kind == FaultKind::Pmd;
        let seen = Seen { line: event.line, page: fault.page, kind: SeenKind::Begins { is_huge } };
        if let Some(open) = self.open.get_mut(&tid)
            && matches!(open.stage, Stage::FellBack | Stage::Retry)
            && is_same(&open.act, fault)
        {
            open.stage = Stage::Inside;
            add(&mut open.act, seen);
            if let Did::Access(access) = &mut open.act.what {
                access.was_asked |= is_huge;
                access.bounds = fault.bounds.or(access.bounds);
            }
            return;
        }
        self.begin(event, fault);
        if let Some(open) = self.open.get_mut(&tid) {
            add(&mut open.act, seen);
        }
    }

    /// A new access; what the task was in the middle of is left as it stands.
    fn begin(&mut self, event: &Event<'_>, fault: &Fault) {
        let tid = event.task.tid;
        if let Some(before) = self.open.remove(&tid) {
            self.keep(before.act);
        }
        if self.open.len() >= MAX_TASKS {
            self.left_out += 1;
            return;
        }
        let accessed = Accessed {
            page: fault.page,
            address: fault.address,
            is_write: fault.flags.is_write(),
            is_shared: fault.is_shared,
            was_asked: matches!(fault.kind, FaultKind::Pmd | FaultKind::PmdDone),
            bounds: fault.bounds,
            is_zero: false,
            is_major: false,
            is_sync: false,
            ended: Ended::Unfinished,
        };
        let act = act(event, Some(fault.file), Did::Access(accessed));
        self.open.insert(tid, Open { stage: Stage::Inside, act });
    }

    fn ends(&mut self, event: &Event<'_>, fault: &Fault) {
        let tid = event.task.tid;
        if !self.open.get(&tid).is_some_and(|open| is_same(&open.act, fault)) {
            self.begin(event, fault);
        }
        let is_huge = fault.kind == FaultKind::PmdDone;
        let result = fault.result;
        let Some(open) = self.open.get_mut(&tid) else { return };
        open.act.end = event.line;
        let compared = SeenKind::Ends { is_huge, result: result.0 & SeenKind::COMPARED };
        add(&mut open.act, Seen { line: event.line, page: fault.page, kind: compared });
        let Did::Access(access) = &mut open.act.what else { return };
        access.is_major |= result.has(FaultResult::MAJOR);
        open.stage = if result.has(FaultResult::FALLBACK) {
            Stage::FellBack
        } else if result.has(FaultResult::NEEDDSYNC) {
            access.is_sync = true;
            access.ended = if is_huge { Ended::Huge } else { Ended::Small };
            Stage::Syncing
        } else if result.has(FaultResult::RETRY) {
            Stage::Retry
        } else {
            access.ended = ended(result, is_huge);
            return self.conclude(tid);
        };
    }

    fn mapped(&mut self, event: &Event<'_>, fault: &Fault) {
        let tid = event.task.tid;
        if let Some(open) = self.open.get_mut(&tid)
            && open.stage == Stage::Syncing
        {
            open.act.end = event.line;
            add(&mut open.act, Seen { line: event.line, page: fault.page, kind: SeenKind::Mapped });
            self.conclude(tid);
        }
    }

    fn conclude(&mut self, tid: u32) {
        if let Some(open) = self.open.remove(&tid) {
            self.keep(open.act);
        }
    }

    fn writeback(&mut self, event: &Event<'_>, writeback: &Writeback) {
        let tid = event.task.tid;
        let kind = match writeback.kind {
            WritebackKind::Range => SeenKind::Scans,
            WritebackKind::One => SeenKind::Flushed,
            WritebackKind::Done => SeenKind::Scanned,
        };
        let page = if kind == SeenKind::Scanned { 0 } else { writeback.first };
        let seen = Seen { line: event.line, page, kind };
        // The first half of a synchronous fault writes back, too.
        if let Some(open) = self.open.get_mut(&tid)
            && open.stage == Stage::Syncing
        {
            add(&mut open.act, seen);
            return;
        }
        if kind == SeenKind::Scans {
            self.conclude(tid);
            let last = Sync::bound(writeback.last).unwrap_or(u64::MAX);
            let act = act(event, Some(writeback.file), Did::Sync { first: writeback.first, last });
            self.open.insert(tid, Open { stage: Stage::Inside, act });
        }
        let Some(open) = self.open.get_mut(&tid) else { return };
        if matches!(open.act.what, Did::Sync { .. }) {
            open.act.end = event.line;
            add(&mut open.act, seen);
            if kind == SeenKind::Scanned {
                self.conclude(tid);
            }
        }
    }
}

impl Visitor for Lanes {
    fn event(&mut self, event: &Event<'_>, _: &Kernel) {
        if self.names.len() < MAX_TASKS && !self.names.contains_key(&event.task.tid) {
            self.names.insert(event.task.tid, scan::shown(event.task.name, 64));
        }
        match &event.what {
            What::Fault(fault) => self.fault(event, fault),
            What::PmdHole(hole) if !hole.is_fallback => {
                if let Some(access) = self.access(event.task.tid) {
                    access.is_zero = true;
                }
            }
            What::Writeback(writeback) => self.writeback(event, writeback),
            What::Marker(text) => {
                self.conclude(event.task.tid);
                self.keep(act(event, None, Did::Said(scan::shown(text, MAX_SHOWN_BYTES))));
            }
            What::PmdHole(_) | What::Insert(_) | What::Probe(_) | What::Switch(_) | What::Other(_) => {}
        }
    }
}

fn act(event: &Event<'_>, file: Option<File>, what: Did) -> Act {
    let (line, time) = (event.line, event.time);
    Act { line, end: line, time, tid: event.task.tid, tgid: event.task.tgid, file, what, events: Vec::new() }
}

fn add(act: &mut Act, seen: Seen) {
    if act.events.len() < MAX_ACT_EVENTS {
        act.events.push(seen);
    }
}

fn is_same(act: &Act, fault: &Fault) -> bool {
    let Did::Access(access) = &act.what else { return false };
    act.file == Some(fault.file) && access.address == fault.address && access.is_write == fault.flags.is_write()
}

const fn ended(result: FaultResult, is_huge: bool) -> Ended {
    if result.has(FaultResult::DONE_COW) {
        Ended::Copied
    } else if result.has(FaultResult::NOPAGE) {
        if is_huge { Ended::Huge } else { Ended::Small }
    } else if result.0 == 0 {
        Ended::Nothing
    } else {
        Ended::Failed
    }
}

/// The first try of a 2 MiB fault, under the lock of the mapping (6.12 on), is repeated without it. It is one fault.
fn drop_repeated(events: &mut Vec<Seen>) {
    const FELL_BACK: SeenKind = SeenKind::Ends { is_huge: true, result: FaultResult::FALLBACK };
    const BEGINS: SeenKind = SeenKind::Begins { is_huge: true };
    let repeated = |four: &[Seen]| four[0].kind == BEGINS && four[1].kind == FELL_BACK && four[2].kind == BEGINS;
    while let Some(at) = events.windows(3).position(repeated) {
        events.drain(at..at + 2);
    }
}
