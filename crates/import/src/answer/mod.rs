//! The answers: was it mapped huge and why not, what did fsync flush, what may be lost.
//!
//! [`Answers`] sees each event once and keeps a bounded state (`limits.rs`); [`Answers::finish`] gives the findings.
//! What is inferred and what is certain: [`Certainty`](why::Certainty), docs/import.md.

mod access;
mod pages;
mod probes;
pub mod range;
mod see;
pub mod suspect;
pub mod sync;
mod syncs;
pub mod task;
pub mod why;
mod window;

use crate::diagnosis::Diagnosis;
use crate::event::{Event, File, What};
use crate::kernel::{Kernel, Release};
use crate::limits::{MAX_FILES, MAX_RANGES, MAX_TASKS, MAX_WINDOWS};
use crate::trace::Visitor;
use access::Access;
use daxscope_core::units::PMD_PAGES;
use range::{Caused, Counts, Range};
use std::collections::{BTreeSet, HashMap, VecDeque};
use suspect::{Mark, PassedLocked, TakenAway};
use sync::Sync;
use task::TaskFindings;
use window::{Key, Window};

/// What is known of a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// The last number of pages that a 2 MiB fault was told.
    pages: Option<u64>,
    /// Signs of a layout break, oldest first.
    marks: VecDeque<(u64, Mark)>,
    /// Numbers of ranges with something dirty.
    dirty: BTreeSet<u64>,
}

/// What a task is in the middle of.
#[derive(Debug, Default)]
struct Doing {
    access: Option<Access>,
    sync: Option<OpenSync>,
    /// The file that it was last about.
    file: Option<File>,
    /// A marker spoke of fsync or msync: its line, and no write-back has come since.
    promised: Option<u64>,
    /// The index of a call that a kprobe showed and that has not returned.
    asked_index: Option<u64>,
}

#[derive(Debug)]
struct OpenSync {
    sync: Sync,
    /// A kprobe showed that a look-up gave nothing.
    missed: Option<u64>,
}

/// Sees the events of a trace, and answers.
#[derive(Default, Debug)]
pub struct Answers {
    files: HashMap<File, Known>,
    ranges: HashMap<(File, u64), Range>,
    windows: HashMap<Key, Window>,
    tasks: HashMap<u32, TaskFindings>,
    doing: HashMap<u32, Doing>,
    /// `xa` pointers of kprobes, and the files that faults show for them.
    mappings: HashMap<u64, File>,
    /// Markers that speak of what breaks a layout.
    marks: VecDeque<(u64, Mark)>,
    total: Counts,
    syncs: Vec<Sync>,
    sync_count: u64,
    flushed: (u64, u64),
    taken: Vec<TakenAway>,
    taken_count: u64,
    passed: Vec<PassedLocked>,
    passed_count: u64,
    /// Entries that were dirty and in the range of a call, and were neither flushed nor are a suspect; the first line.
    unflushed: (u64, u64),
    left_out: u64,
}

/// What a trace answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Findings {
    /// Over everything.
    pub total: Counts,
    /// Ranges of 2 MiB, by file and place.
    pub ranges: Vec<RangeFindings>,
    /// Tasks, by number.
    pub tasks: Vec<TaskFindings>,
    /// Calls of fsync and msync, the first ones.
    pub syncs: Vec<Sync>,
    /// How many calls there were.
    pub sync_count: u64,
    /// Entries flushed: 2 MiB and 4 KiB.
    pub flushed: (u64, u64),
    /// Dirty entries that a layout break took away, the first ones.
    pub taken: Vec<TakenAway>,
    /// How many such.
    pub taken_count: u64,
    /// Calls that passed a locked entry, the first ones.
    pub passed: Vec<PassedLocked>,
    /// How many such.
    pub passed_count: u64,
    /// Entries that a call left dirty without a reason that shows, and the line of the first such call.
    pub unflushed: (u64, u64),
    /// Ranges with stores whose write-back is not in the trace.
    pub dirty_at_end: u64,
    /// Of those, entries that a kprobe saw deleted, and no fsync followed.
    pub deleted_dirty: u64,
    /// Events of ranges, tasks or files beyond what is followed.
    pub left_out: u64,
}

/// What is known of 2 MiB of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RangeFindings {
    /// The file.
    pub file: File,
    /// Page of the file / 512.
    pub number: u64,
    /// How its faults ended.
    pub counts: Counts,
    /// Why they fell back, most frequent first.
    pub causes: Vec<Caused>,
    /// First and last line about it.
    pub lines: (u64, u64),
    /// What its tree is believed to hold at the end.
    pub tree: &'static str,
}

impl Answers {
    /// The range of a page, made if there is room.
    fn range(&mut self, file: File, page: u64, line: u64) -> Option<&mut Range> {
        let key = (file, page / PMD_PAGES);
        if !self.ranges.contains_key(&key) && self.ranges.len() >= MAX_RANGES {
            self.left_out += 1;
            return None;
        }
        let range = self.ranges.entry(key).or_insert_with(|| Range::new(file, key.1, line));
        range.last_line = line;
        Some(range)
    }

    fn file(&mut self, file: File) -> Option<&mut Known> {
        if !self.files.contains_key(&file) && self.files.len() >= MAX_FILES {
            self.left_out += 1;
            return None;
        }
        Some(self.files.entry(file).or_default())
    }

    fn window(&mut self, key: Key) -> Option<&mut Window> {
        if !self.windows.contains_key(&key) && self.windows.len() >= MAX_WINDOWS {
            self.left_out += 1;
            return None;
        }
        Some(self.windows.entry(key).or_default())
    }

    fn task(&mut self, event: &Event<'_>) {
        let task = event.task;
        if !self.tasks.contains_key(&task.tid) && self.tasks.len() >= MAX_TASKS {
            self.left_out += 1;
            return;
        }
        let known = self.tasks.entry(task.tid).or_default();
        if known.name.as_bytes() != task.name {
            let name = crate::scan::shown(task.name, 64);
            // A name with bytes that are no text is never equal to them.
            if known.name != name {
                known.is_renamed |= !known.name.is_empty() && known.name != "<...>";
                known.name = name;
            }
        }
        known.tid = task.tid;
        known.tgid = task.tgid.or(known.tgid);
    }

    fn doing(&mut self, tid: u32) -> Option<&mut Doing> {
        if !self.doing.contains_key(&tid) && self.doing.len() >= MAX_TASKS {
            return None;
        }
        Some(self.doing.entry(tid).or_default())
    }

    /// `name-tid`.
    fn name(&self, tid: u32) -> String {
        self.tasks.get(&tid).map_or_else(|| format!("task {tid}"), |task| format!("{}-{tid}", task.name))
    }

    /// The answers, now that everything has been seen.
    #[must_use]
    pub fn finish(mut self, diagnosis: &Diagnosis) -> Findings {
        self.close_all();
        let kernel = &diagnosis.kernel;
        if kernel.is_before(Release::NEWEST) && !kernel.is_from(Release::LAYOUT_BREAK) {
            // Before 6.15 only entries of the range that is punched or cut off go, which is what was asked for.
            self.taken.retain(|suspect| suspect.is_seen);
            self.taken_count = self.taken.len() as u64;
        }
        let dirty = self.ranges.values().filter(|range| range.store.is_some() && !range.is_told);
        let (mut dirty_at_end, mut deleted_dirty) = (0, 0);
        for range in dirty {
            dirty_at_end += 1;
            deleted_dirty += u64::from(range.taken.is_some());
        }
        let mut tasks: Vec<TaskFindings> = self.tasks.into_values().collect();
        tasks.retain(|task| task.counts != Counts::default() || task.syncs > 0);
        tasks.sort_by_key(|task| task.tid);
        let mut ranges: Vec<RangeFindings> = self
            .ranges
            .into_values()
            .filter(|range| range.counts != Counts::default())
            .map(RangeFindings::of)
            .collect();
        ranges.sort_by_key(|range| (range.file, range.number));
        self.syncs.sort_by_key(|sync| sync.line);
        Findings {
            total: self.total,
            ranges,
            tasks,
            syncs: self.syncs,
            sync_count: self.sync_count,
            flushed: self.flushed,
            taken: self.taken,
            taken_count: self.taken_count,
            passed: self.passed,
            passed_count: self.passed_count,
            unflushed: self.unflushed,
            dirty_at_end,
            deleted_dirty,
            left_out: self.left_out,
        }
    }
}

impl RangeFindings {
    fn of(range: Range) -> RangeFindings {
        let mut causes = range.causes;
        causes.sort_by_key(|caused| (std::cmp::Reverse(caused.count), caused.line));
        let tree = match range.tree {
            range::Tree::Unknown => "not known",
            range::Tree::HugeZero => "2 MiB zero",
            range::Tree::Block => "2 MiB block",
            range::Tree::Small => "4 KiB entries",
        };
        let lines = (range.first_line, range.last_line);
        RangeFindings { file: range.file, number: range.number, counts: range.counts, causes, lines, tree }
    }

    /// First and last page of the file.
    #[must_use]
    pub const fn pages(&self) -> (u64, u64) {
        let first = self.number * PMD_PAGES;
        (first, first + (PMD_PAGES - 1))
    }
}

impl Visitor for Answers {
    fn event(&mut self, event: &Event<'_>, kernel: &Kernel) {
        match &event.what {
            What::Fault(fault) => self.see_fault(event, fault, kernel),
            What::PmdHole(hole) => self.see_hole(event, hole),
            What::Insert(insert) => self.see_insert(event, insert),
            What::Writeback(writeback) => self.see_writeback(event, writeback),
            What::Probe(probe) => self.see_probe(event, probe),
            What::Marker(text) => self.see_marker(event, text),
            What::Switch(switch) => self.see_switch(switch),
            What::Other(_) => {}
        }
    }
}
