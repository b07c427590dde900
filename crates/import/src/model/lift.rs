//! A scenario that does what a trace shows: the same faults, sizes, mappings and extents, and the order in which it was seen.

use super::extents;
use super::lanes::{Accessed, Act, Did, Seen};
use super::mappings::{self, Mappings};
use super::spoken::{Place, Spoken, Which, spoken};
use super::window::{Wanted, Window, choose};
use crate::event::File;
use crate::kernel::{Kernel, Release};
use crate::snapshot::Snapshot;
use daxscope_core::revision::{Revision, preset};
use daxscope_core::scenario::limits::{MAX_FILE_PAGES, MAX_OPERATIONS, MAX_PROCESSES, MAX_THREADS};
use daxscope_core::scenario::{
    Device, FileLayout, FsKind, Layouts, Operation, Platform, Scenario, Schedule, ThreadScript, format,
};
use daxscope_core::units::{MmId, PMD_PAGES, ThreadId};
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
    let Some(window) = choose(acts, wanted) else {
        return Err("no fault and no fsync of a DAX file is in it, so there is nothing to make a scenario of".into());
    };
    let lifter = Lifter::new(&window, kernel, snapshots);
    Ok(lifter.lift(window, names, kernel))
}

struct Lifter<'a> {
    snapshots: &'a [Snapshot],
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
    fn new(window: &Window, kernel: &Kernel, snapshots: &'a [Snapshot]) -> Lifter<'a> {
        let is_last_page = kernel.is_before(Release(4, 14));
        let mut facts = Vec::new();
        let size = first_size(&window.acts, snapshots, is_last_page, &mut facts);
        Lifter {
            snapshots,
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
        let device = Device { blocks: usual.blocks.max(allocator.next.saturating_add(self.largest * 2)), ..usual };
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
                fs: FsKind::default(),
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
        if let Operation::Truncate { size } = operation {
            self.size = size;
            self.largest = self.largest.max(size);
        }
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
        if access.page >= MAX_FILE_PAGES {
            self.left_out += 1;
            return;
        }
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
        self.promised = None;
        let mm = self.used.and_then(mappings::mm).unwrap_or(MmId(0));
        let count = (last != u64::MAX).then(|| last.saturating_sub(first) + 1);
        let is_too_far = first >= MAX_FILE_PAGES;
        let count = count.filter(|count| first.saturating_add(*count) <= MAX_FILE_PAGES);
        if is_too_far {
            self.left_out += 1;
            return;
        }
        let is_of_punch = self.is_flush_of_punch(act, first, count);
        self.push(act.tid, mm, Operation::Fsync { first, count }, (act.line, act.end), act.events.clone());
        if is_of_punch {
            self.swap_last_two(act.line);
        }
    }

    /// Does a punch that has just been told begin by writing back its range, as that of ext4 does to 6.1?
    fn is_flush_of_punch(&self, act: &Act, first: u64, count: Option<u64>) -> bool {
        let Some(Step::Operation { thread, number, events, .. }) = self.steps.last() else { return false };
        let (tid, script) = &self.threads[thread.index()];
        let is_same = script.operations.get(*number) == count.map(|count| Operation::Punch { first, count }).as_ref();
        *tid == act.tid && events.is_empty() && is_same
    }

    /// What was pushed last goes before what was pushed before it.
    fn swap_last_two(&mut self, line: u64) {
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
        self.threads[thread.index()].1.operations.swap(*number, *number + 1);
        let words = "the punch writes back its range first, which the model has as an fsync before it".into();
        self.facts.push(Fact { words, line: Some(line), how: "seen" });
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

    fn said(&mut self, act: &Act, text: &str, after: &[Act]) {
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

    fn flush(&mut self, is_all: bool) {
        self.keep_promise();
        if is_all {
            for (tid, line, one) in std::mem::take(&mut self.late) {
                self.speak(tid, line, one);
            }
            self.keep_promise();
        }
    }

    /// A marker spoke of fsync and no event has come: there was nothing to write back.
    fn keep_promise(&mut self) {
        let Some((tid, line, place)) = self.promised.take() else { return };
        let operation = match self.pages(place) {
            Some((first, count)) => Operation::Fsync { first, count: Some(count) },
            None => Operation::Fsync { first: 0, count: None },
        };
        self.silent(tid, line, operation);
    }

    fn pages(&self, place: Place) -> Option<(u64, u64)> {
        match place {
            Place::Pages(first, count) => (first < MAX_FILE_PAGES).then_some((first, count)),
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
        if own.is_some() && own == self.used.and_then(mappings::mm) {
            let first = page - page % PMD_PAGES;
            let words = "mprotect of a part of 2 MiB drops what is mapped of them, as dontneed does".into();
            self.facts.push(Fact { words, line: Some(line), how: "inferred" });
            self.silent(tid, line, Operation::Dontneed { first, count: Some(PMD_PAGES) });
        }
    }

    fn tell(&mut self, window: &Window, found: &extents::Found, kernel: &Kernel) {
        let mut tell = |words: String, line: Option<u64>, how| self.facts.push(Fact { words, line, how });
        let advice = if kernel.is_exact() { "" } else { "; --kernel names it" };
        tell(format!("kernel: {}, modelled as {}{advice}", kernel.words(), kernel.nearest_model()), None, "inferred");
        match found.line {
            Some(line) => tell("extents: as a marker tells them".into(), Some(line), "seen"),
            None if found.extents.is_empty() => tell("extents: none, no fault found blocks".into(), None, "inferred"),
            None => tell(
                "extents: where faults found blocks; their place on the device is not known".into(),
                None,
                "inferred",
            ),
        }
        if self.mappings.all.iter().any(|seen| !seen.is_bounded) {
            tell("a mapping without 2 MiB faults maps the whole file".into(), None, "assumed");
        }
        if self.mappings.all.len() > 1 {
            tell("each mapping stands as a process of its own".into(), None, "assumed");
        }
        tell("the tree was empty at the beginning, and the file system is ext4".into(), None, "assumed");
        let dropped = self.mappings.all.len().saturating_sub(MAX_PROCESSES);
        for (count, what) in [
            (window.outside, "faults and calls on this file outside of the window"),
            (window.of_others, "faults and calls on other files"),
            (self.left_out, "operations beyond what a script can hold"),
            (found.left_out, "extents beyond what a script can hold"),
            (dropped, "mappings beyond what a script can hold"),
        ] {
            if count > 0 {
                tell(format!("{count} {what}"), None, "left out");
            }
        }
    }
}

/// Pages of the file at the beginning.
fn first_size(acts: &[Act], snapshots: &[Snapshot], is_last_page: bool, facts: &mut Vec<Fact>) -> u64 {
    let mut most = 0;
    let mut told: Option<(u64, u64, &str)> = None;
    for act in acts {
        match &act.what {
            Did::Said(text) if told.is_none() => {
                let size = text.strip_prefix("file:").and_then(|rest| rest.rsplit_once(" size ")).map(|(_, size)| size);
                let bytes =
                    size.and_then(|size| crate::scan::number(size.trim().as_bytes())).filter(|bytes| *bytes > 0);
                told = bytes.map(|bytes| (bytes.div_ceil(4096), act.line, "a marker"));
                let tag = text.strip_prefix("dump:").map(str::trim);
                let snapshot = tag.and_then(|tag| snapshots.iter().find(|snapshot| snapshot.tag == tag));
                if let Some(bytes) = snapshot.and_then(|snapshot| snapshot.size) {
                    told = told.or(Some((bytes.div_ceil(4096), act.line, "a snapshot")));
                }
            }
            Did::Access(access) => {
                most = most.max(access.page + 1);
                if let Some(bounds) = access.bounds {
                    let pages = bounds.max_page.saturating_add(u64::from(is_last_page));
                    told = told.or(Some((pages, act.line, "a 2 MiB fault")));
                }
            }
            _ => {}
        }
    }
    let (size, line, how, by) = match told.filter(|(size, ..)| *size <= MAX_FILE_PAGES) {
        Some((size, line, by)) => (size, Some(line), "seen", format!("as {by} tells")),
        None => (
            most.next_multiple_of(PMD_PAGES).min(MAX_FILE_PAGES),
            None,
            "assumed",
            "up to the last 2 MiB with a fault".into(),
        ),
    };
    facts.push(Fact { words: format!("the file has {size:#x} pages, {by}"), line, how });
    size
}

fn title(window: &Window, range: Option<u64>) -> String {
    let ino = window.file.ino;
    match (window.around, range) {
        (Some(line), Some(range)) => {
            format!("trace of inode {ino:#x}: line {line}, 2 MiB from page {:#x} on", range * PMD_PAGES)
        }
        (Some(line), None) => format!("trace of inode {ino:#x}: line {line}"),
        _ => format!("trace of inode {ino:#x}"),
    }
}
