//! A scenario that does what a trace shows: the same faults, sizes, mappings and extents, and the order in which it was seen.

mod facts;
mod flushes;
mod speak;

use super::extents;
use super::lanes::{Accessed, Act, Did, Seen};
use super::mappings::{self, Mappings};
use super::spoken::{Place, Spoken};
use super::window::{Wanted, Window, choose};
use crate::event::File;
use crate::kernel::{Kernel, Release};
use crate::snapshot::Snapshot;
use daxscope_core::revision::{Revision, preset};
use daxscope_core::scenario::limits::{MAX_DEVICE_BLOCKS, MAX_FILE_PAGES, MAX_OPERATIONS, MAX_THREADS};
use daxscope_core::scenario::{
    Device, FileLayout, FsKind, Layouts, Operation, Platform, Scenario, Schedule, ThreadScript, format,
};
use daxscope_core::units::{MmId, PMD_PAGES, ThreadId};
use facts::{first_size, title};
use std::collections::HashMap;

/// Something that the scenario rests on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fact {
    /// In words, a sentence.
    pub words: String,
    /// The line that shows it, if one does.
    pub line: Option<u64>,
    /// How it is known: `seen`, `inferred`, `assumed`, `left out`.
    pub how: &'static str,
}

/// What was seen, in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// An operation of a thread.
    Operation {
        /// The thread.
        thread: ThreadId,
        /// Its number among the operations of the thread, from 0.
        number: usize,
        /// First and last line; the same for what only a marker tells.
        lines: (u64, u64),
        /// The events that it consists of.
        events: Vec<Seen>,
    },
    /// The tree was looked at: the number of the snapshot.
    Snapshot {
        /// Its place among the snapshots.
        at: usize,
        /// The line of the marker.
        line: u64,
    },
}

/// A task with its thread in the scenario.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lane {
    /// The thread.
    pub thread: ThreadId,
    /// Number of the task.
    pub tid: u32,
    /// Its name.
    pub name: String,
}

/// A scenario and what it rests on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lifted {
    /// The scenario, without a schedule.
    pub scenario: Scenario,
    /// The file that it is about.
    pub file: File,
    /// The line around which the window lies.
    pub around: Option<u64>,
    /// The 2 MiB that it is about, if not the whole file.
    pub range: Option<u64>,
    /// What it rests on.
    pub facts: Vec<Fact>,
    /// What was seen, in order.
    pub steps: Vec<Step>,
    /// Tasks and their threads.
    pub lanes: Vec<Lane>,
}

impl Lifted {
    /// Is there a call in it that the file systems do not do alike?
    #[must_use]
    pub fn depends_on_file_system(&self) -> bool {
        let differs = |operation: &Operation| {
            matches!(
                operation,
                Operation::Punch { .. }
                    | Operation::Fallocate { .. }
                    | Operation::Zero { .. }
                    | Operation::Collapse { .. }
                    | Operation::Insert { .. }
                    | Operation::Truncate { .. }
            )
        };
        self.scenario.threads.iter().flat_map(|thread| &thread.operations).any(differs)
    }

    /// The script, with the facts as comments.
    #[must_use]
    pub fn script(&self, schedule: Option<&Schedule>) -> String {
        let mut text = String::new();
        for fact in &self.facts {
            let place = fact.line.map_or_else(String::new, |line| format!(", line {line}"));
            text.push_str(&format!("# {} ({}{place})\n", fact.words.replace('\n', " "), fact.how));
        }
        for lane in &self.lanes {
            text.push_str(&format!("# thread {} is {}-{}\n", lane.thread.letter(), lane.name, lane.tid));
        }
        text.push_str(&format(&Scenario { schedule: schedule.cloned(), ..self.scenario.clone() }));
        text
    }
}

/// Makes a scenario of acts.
///
/// # Errors
/// A sentence, if there is nothing to make one of.
pub fn lift(
    acts: Vec<Act>,
    names: &HashMap<u32, String>,
    kernel: &Kernel,
    snapshots: &[Snapshot],
    wanted: Wanted,
) -> Result<Lifted, String> {
    let all = acts.len();
    let acts: Vec<Act> = acts.into_iter().filter(is_sayable).collect();
    let beyond = all - acts.len();
    let Some(window) = choose(acts, wanted) else {
        return Err("no fault and no fsync of a DAX file is in it, so there is nothing to make a scenario of".into());
    };
    let mut lifter = Lifter::new(&window, kernel, snapshots, wanted.fs.unwrap_or_default());
    lifter.left_out = beyond;
    Ok(lifter.lift(window, names, kernel))
}

/// Can a script say it? Pages of the file, addresses and bounds keep its limits.
fn is_sayable(act: &Act) -> bool {
    match &act.what {
        Did::Said(_) => true,
        Did::Sync { first, .. } => *first < MAX_FILE_PAGES,
        Did::Access(access) => access.page < MAX_FILE_PAGES && mappings::are_sayable(access),
    }
}

struct Lifter<'a> {
    snapshots: &'a [Snapshot],
    fs: FsKind,
    /// The next snapshot that a marker can mean.
    next_snapshot: usize,
    size: u64,
    largest: u64,
    /// Does `max_pgoff` say the last page, as to 4.13?
    is_last_page: bool,
    mappings: Mappings,
    threads: Vec<(u32, ThreadScript)>,
    facts: Vec<Fact>,
    steps: Vec<Step>,
    /// Accesses before, as (mapping, page), that were of 4 KiB.
    small: Vec<(usize, u64)>,
    touched: Option<u64>,
    used: Option<usize>,
    gone: Vec<usize>,
    /// What a marker said and no event has shown yet.
    late: Vec<(u32, u64, Spoken)>,
    promised: Option<(u32, u64, Place)>,
    left_out: usize,
}

impl<'a> Lifter<'a> {
    fn new(window: &Window, kernel: &Kernel, snapshots: &'a [Snapshot], fs: FsKind) -> Lifter<'a> {
        let is_last_page = kernel.is_before(Release(4, 14));
        let mut facts = Vec::new();
        let size = first_size(&window.acts, snapshots, is_last_page, &mut facts);
        Lifter {
            snapshots,
            fs,
            next_snapshot: 0,
            size,
            largest: size,
            is_last_page,
            mappings: Mappings::of(&window.acts, size),
            threads: Vec::new(),
            facts,
            steps: Vec::new(),
            small: Vec::new(),
            touched: None,
            used: None,
            gone: Vec::new(),
            late: Vec::new(),
            promised: None,
            left_out: 0,
        }
    }

    fn lift(mut self, window: Window, names: &HashMap<u32, String>, kernel: &Kernel) -> Lifted {
        let first_size = self.size;
        for (at, act) in window.acts.iter().enumerate() {
            match &act.what {
                Did::Said(text) => self.said(act, text, &window.acts[at + 1..]),
                Did::Access(access) => self.access(act, access),
                &Did::Sync { first, last } => self.sync(act, first, last),
            }
        }
        self.flush(true);
        let found = extents::find(&window.acts);
        self.tell(&window, &found, kernel);
        let revision = preset(kernel.nearest_model()).map_or(Revision::V4_10, |preset| preset.revision);
        let mut file = FileLayout { size_pages: first_size, block_count: 0, extents: found.extents };
        file.block_count = file.default_block_count().max(self.largest);
        let allocator = file.default_allocator();
        let usual = Device::default();
        let room = allocator.next.saturating_add(self.largest.saturating_mul(2));
        let device = Device { blocks: usual.blocks.max(room).min(MAX_DEVICE_BLOCKS), ..usual };
        let mut processes = self.mappings.processes();
        if processes.is_empty() {
            processes.push(file.default_process());
        }
        if !revision.is_xarray() {
            processes.iter_mut().for_each(|process| process.mapping.sync = false);
        }
        let lanes = self.threads.iter().enumerate().map(|(at, &(tid, _))| Lane {
            thread: ThreadId(at as u8),
            tid,
            name: names.get(&tid).cloned().unwrap_or_else(|| "task".into()),
        });
        let range = match window.around.and_then(|line| window.acts.iter().find(|act| act.line == line)) {
            Some(Act { what: Did::Access(access), .. }) => Some(access.page / PMD_PAGES),
            _ => None,
        };
        Lifted {
            file: window.file,
            around: window.around,
            range,
            lanes: lanes.collect(),
            facts: self.facts,
            steps: self.steps,
            scenario: Scenario {
                title: title(&window, range),
                revision,
                entries: Vec::new(),
                allocator,
                device,
                file,
                fs_lock: true,
                i_mmap_rwsem: true,
                journal: false,
                platform: Platform::default(),
                without: None,
                layouts: Layouts::default(),
                fs: self.fs,
                processes,
                threads: self.threads.into_iter().map(|(_, script)| script).collect(),
                failures: Vec::new(),
                expectations: Vec::new(),
                schedule: None,
                recorded: false,
            },
        }
    }

    /// The thread of a task: a new one, if there is room.
    fn thread(&mut self, tid: u32, mm: MmId) -> Option<ThreadId> {
        let at = self.threads.iter().position(|&(known, _)| known == tid);
        if at.is_none() && self.threads.len() == MAX_THREADS {
            self.left_out += 1;
            return None;
        }
        let at = at.unwrap_or(self.threads.len());
        if at == self.threads.len() {
            self.threads.push((tid, ThreadScript { mm, operations: Vec::new() }));
        }
        Some(ThreadId(at as u8))
    }

    fn push(&mut self, tid: u32, mm: MmId, operation: Operation, lines: (u64, u64), events: Vec<Seen>) {
        let Some(thread) = self.thread(tid, mm) else { return };
        let operations = &mut self.threads[thread.index()].1.operations;
        if operations.len() == MAX_OPERATIONS {
            self.left_out += 1;
            return;
        }
        let number = operations.len();
        operations.push(operation);
        self.steps.push(Step::Operation { thread, number, lines, events });
    }

    /// An operation that no event shows.
    fn silent(&mut self, tid: u32, line: u64, operation: Operation) {
        let mm = self.used.and_then(mappings::mm).unwrap_or(MmId(0));
        let size = match operation {
            Operation::Truncate { size } => size,
            Operation::Collapse { count, .. } => self.size.saturating_sub(count),
            Operation::Insert { count, .. } => self.size.saturating_add(count),
            Operation::Fallocate { first, count } | Operation::Write { first, count, .. } => {
                self.size.max(first.saturating_add(count))
            }
            _ => self.size,
        };
        self.size = size.min(MAX_FILE_PAGES);
        self.largest = self.largest.max(self.size);
        self.push(tid, mm, operation, (line, line), Vec::new());
    }

    fn access(&mut self, act: &Act, access: &Accessed) {
        self.keep_promise();
        if let Some(bounds) = access.bounds {
            self.resized(act.tid, act.line, bounds.max_page + u64::from(self.is_last_page), "2 MiB fault");
        }
        let mapping = self.mappings.find(access, act.line);
        let Some((at, mm)) = mapping.and_then(|at| Some((at, mappings::mm(at)?))) else {
            self.left_out += 1;
            return;
        };
        let seen = self.mappings.all[at];
        let huge = access.was_asked || seen.is_bounded && mappings::had_table(&self.small, at, access.page);
        if !matches!(access.ended, super::lanes::Ended::Huge) {
            self.small.push((at, access.page));
        }
        (self.touched, self.used) = (Some(access.page), Some(at));
        self.gone.retain(|&gone| gone != at);
        let own = self.threads.iter().find(|(tid, _)| *tid == act.tid).map_or(mm, |(_, script)| script.mm);
        let via = (own != mm).then_some(mm);
        let operation = Operation::Access { page: access.page, write: access.is_write, huge, mm: via };
        self.push(act.tid, mm, operation, (act.line, act.end), act.events.clone());
    }

    fn sync(&mut self, act: &Act, first: u64, last: u64) {
        if self.is_of_call(act) {
            return;
        }
        self.promised = None;
        let mm = self.used.and_then(mappings::mm).unwrap_or(MmId(0));
        let count = (last != u64::MAX).then(|| last.saturating_sub(first) + 1);
        let count = count.filter(|count| first.saturating_add(*count) <= MAX_FILE_PAGES);
        let is_before = self.is_flush_before(act, first, count);
        self.push(act.tid, mm, Operation::Fsync { first, count }, (act.line, act.end), act.events.clone());
        if is_before {
            self.swap_last_two(act.line);
        }
    }

    /// The file has another size than before: somebody has truncated it.
    fn resized(&mut self, tid: u32, line: u64, size: u64, by: &str) {
        if size == self.size || size > MAX_FILE_PAGES {
            return;
        }
        let words =
            format!("the file has {size:#x} pages now, and had {:#x}: truncate, as the next {by} tells", self.size);
        self.facts.push(Fact { words, line: Some(line), how: "inferred" });
        self.silent(tid, line, Operation::Truncate { size });
    }
}
