//! What comes of reading a file, as plain data.

use std::collections::BTreeMap;

/// What comes of reading a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Report {
    /// It is being read: so many bytes so far.
    Reading(u64),
    /// It is nothing that can be answered: a sentence that says what to do.
    Failed(String),
    /// A trace.
    Trace(Box<TraceReport>),
    /// Snapshots of a tree.
    Trees(Vec<TreeReport>),
    /// A script for the model.
    Scenario(Box<ScenarioReport>),
}

/// What a trace answers.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct TraceReport {
    /// `212 lines, written by the kernel (tracefs): 190 events of fs_dax, ...`.
    pub about: String,
    /// `6.12 or newer`.
    pub kernel: String,
    /// The signs that say so, with their lines.
    pub because: String,
    /// Two signs that no one kernel has, as a sentence; else empty.
    pub contradiction: String,
    /// The answer in a sentence.
    pub headline: String,
    /// Counts with their names.
    pub totals: Vec<(String, u64)>,
    /// Why 2 MiB faults fell back, most frequent first.
    pub reasons: Vec<Reason>,
    /// Where 2 MiB were not asked for, in sentences.
    pub not_asked: Vec<String>,
    /// What speaks for a loss.
    pub suspects: Vec<Suspect>,
    /// Suspects that are not listed.
    pub more_suspects: u64,
    /// What is beside them, in sentences.
    pub asides: Vec<String>,
    /// Ranges, tasks, calls of fsync.
    pub tables: Vec<Table>,
    /// What is wrong with the trace as a whole, in sentences.
    pub warnings: Vec<String>,
    /// Lines that were not understood: how many, and the first.
    pub not_understood: u64,
    /// Line, text, reason.
    pub strange: Vec<(u64, String, String)>,
    /// Handlers, by the line at which they begin.
    pub spans: Vec<Span>,
    /// Names of their tasks.
    pub names: BTreeMap<u32, String>,
    /// Are there spans before those, and behind them?
    pub beyond: (bool, bool),
    /// Are their times ticks of a clock, and not ns?
    pub is_ticks: bool,
}

/// A reason for fallbacks.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Reason {
    /// How often.
    pub count: u64,
    /// In how many ranges.
    pub ranges: u64,
    /// The word for it in scripts; empty: unknown.
    pub name: String,
    /// How it is known.
    pub certainty: String,
    /// In a few words.
    pub label: String,
    /// The line of the first.
    pub line: u64,
    /// Whose, and where: `daxw-406, page 0x203 of 259:0 ino 0xc`.
    pub who: String,
    /// The evidence.
    pub because: String,
    /// What to do.
    pub remedy: String,
}

/// Something that speaks for a loss.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Suspect {
    /// What it is.
    pub title: String,
    /// Seen or inferred.
    pub how: String,
    /// Sentences, each with its line in the trace.
    pub evidence: Vec<(u64, String)>,
    /// What to know about it; may be empty.
    pub note: String,
}

/// A table.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Table {
    /// Its heading.
    pub title: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// Its rows: as many cells as columns.
    pub rows: Vec<Vec<String>>,
    /// Rows that there are; more than are here, if there are too many.
    pub total: u64,
}

/// What a handler did.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum SpanKind {
    /// 2 MiB were mapped.
    Huge,
    /// The 2 MiB handler gave up.
    FellBack,
    /// 4 KiB were mapped.
    #[default]
    Small,
    /// A page was copied, in a private mapping.
    Copied,
    /// It wants to be called again: `MAP_SYNC` or a retry.
    Again,
    /// The second half of `MAP_SYNC`.
    Synced,
    /// Another fault was faster.
    Taken,
    /// An error.
    Failed,
    /// fsync or msync.
    Sync,
    /// A 2 MiB handler without an end in the trace.
    OpenHuge,
    /// A 4 KiB handler without one.
    OpenSmall,
    /// A call of fsync without one.
    OpenSync,
}

impl SpanKind {
    const NAMES: [(SpanKind, &'static str); 12] = [
        (SpanKind::Huge, "huge"),
        (SpanKind::FellBack, "fell-back"),
        (SpanKind::Small, "small"),
        (SpanKind::Copied, "copied"),
        (SpanKind::Again, "again"),
        (SpanKind::Synced, "synced"),
        (SpanKind::Taken, "taken"),
        (SpanKind::Failed, "failed"),
        (SpanKind::Sync, "sync"),
        (SpanKind::OpenHuge, "open-huge"),
        (SpanKind::OpenSmall, "open-small"),
        (SpanKind::OpenSync, "open-sync"),
    ];

    /// One word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(kind, _)| *kind == self).map_or("small", |&(_, name)| name)
    }

    pub(super) fn from_name(name: &str) -> SpanKind {
        Self::NAMES.iter().find(|(_, known)| *known == name).map_or(SpanKind::Small, |&(kind, _)| kind)
    }
}

/// A handler from its beginning to its end.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Span {
    /// Whose.
    pub tid: u32,
    /// Lines at which it begins and ends.
    pub lines: (u64, u64),
    /// Times, in ns or ticks.
    pub times: (u64, u64),
    /// What it did.
    pub kind: SpanKind,
    /// The page of the fault, or the first of the call.
    pub page: u64,
    /// The last page of a call; `None`: to the end, or a fault.
    pub last: Option<u64>,
    /// A store?
    pub is_write: bool,
    /// Were zeroes mapped?
    pub is_zero: bool,
    /// Entries that the call flushed.
    pub flushed: u64,
    /// Major, minor, inode.
    pub file: (u32, u32, u64),
    /// The answer as the kernel has it: `MAJOR|NOPAGE`.
    pub result: String,
}

/// A part of a trace as a script for the model.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ScenarioReport {
    /// The script.
    pub script: String,
    /// Whether the model does what was seen, in a few lines.
    pub verdict: String,
    /// Does it? Then the script has a schedule.
    pub follows: bool,
    /// What the script rests on.
    pub facts: Vec<Fact>,
    /// Where the model differs: line, sentence.
    pub differences: Vec<(u64, String)>,
    /// Which thread is which task.
    pub lanes: Vec<String>,
}

/// What a script rests on.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Fact {
    /// The line that shows it.
    pub line: Option<u64>,
    /// In a sentence.
    pub words: String,
    /// How it is known: `seen`, `inferred`, `assumed`, `left out`.
    pub how: String,
}

/// A snapshot of a tree.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct TreeReport {
    /// What had just been done.
    pub tag: String,
    /// Inode.
    pub ino: Option<u64>,
    /// Size of the file in bytes.
    pub size: Option<u64>,
    /// `nrpages`.
    pub pages: Option<u64>,
    /// `nrexceptional` (before 5.13).
    pub exceptional: Option<u64>,
    /// Entries in the order of the file.
    pub entries: Vec<TreeEntry>,
    /// What does not fit together, in sentences.
    pub wrong: Vec<String>,
}

/// An entry of a snapshot.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct TreeEntry {
    /// First page.
    pub index: u64,
    /// The word of the slot.
    pub raw: u64,
    /// `DIRTY WRITEBACK TOWRITE`.
    pub marks: String,
    /// `refcount 1, mapcount 1`; may be empty.
    pub page: String,
}
