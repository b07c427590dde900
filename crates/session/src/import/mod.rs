//! Recordings of real kernels in the page: a trace or snapshots of a tree are opened, read elsewhere, and answered here.
//!
//! Three parts. [`is_recording`] knows such a file by its beginning, so it is opened like every other. [`read()`] reads it, in a
//! Worker, in bounded memory, and returns a message ([`Report`]). The session keeps what came ([`Importing`]) and shows it
//! ([`ImportView`]). What is read and what it means is the business of `daxscope_import` (docs/import.md); nothing of the file leaves
//! the browser.

mod acting;
mod answers;
mod known;
mod lanes;
mod message;
mod read;
mod report;
mod scenario;
mod view;
mod view_lanes;
mod view_tree;
mod wire;

pub use known::{HEAD_BYTES, is_recording};
pub use read::{Question, Request, read};
pub use report::{
    Fact, Reason, Report, ScenarioReport, Span, SpanKind, Suspect, Table, TraceReport, TreeEntry, TreeReport,
};
pub use view::{ImportView, ReadingView};
pub use view_lanes::{LaneBar, LaneRow, LanesView, SpanRow};
pub use view_tree::{EntryRow, RecordedEntry, SnapshotItem, TreesView};

use std::collections::BTreeSet;
use std::rc::Rc;

/// Something about a recording.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ImportAction {
    /// A file was chosen, dropped or pasted; the page keeps it.
    Open {
        /// Its name.
        name: String,
        /// Its length.
        bytes: u64,
    },
    /// One of the recordings that come with the page.
    Sample(Sample),
    /// A message from whoever reads.
    Reported(String),
    /// Whoever reads is gone, or there is nothing to read: a sentence.
    Failed(String),
    /// Stops the reading.
    Stop,
    /// The reader names the kernel (`7.3`), or takes that back (empty).
    Kernel(String),
    /// Shows what happened at a line of the trace in the lanes.
    Show(u64),
    /// Makes a script for the model of what happened around the line that is shown.
    Lift,
    /// Opens that script in place of what runs.
    StepIt,
    /// Shows earlier handlers in the lanes, or later ones if `true`.
    Move(bool),
    /// Shows all rows of a table, or the first ones again.
    AllRows(usize),
    /// Shows a snapshot, by its place in the file.
    Snapshot(usize),
    /// Shows an entry of the snapshot bit by bit, by a page that it covers.
    Entry(Option<u64>),
    /// Opens or closes a node of the tree: first index and shift.
    ToggleNode(u64, u8),
}

/// A recording that comes with the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sample {
    /// 2 MiB faults that fall back for different reasons (6.12).
    Fallbacks,
    /// Dirty entries that a layout break took away (7.3).
    LayoutBreak,
    /// The tree beside it.
    Tree,
}

impl Sample {
    /// All of them.
    pub const ALL: [Sample; 3] = [Sample::Fallbacks, Sample::LayoutBreak, Sample::Tree];

    /// Where it lies, relative to the page.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Sample::Fallbacks => "static/sample-fallbacks.txt",
            Sample::LayoutBreak => "static/sample-layout-break.txt",
            Sample::Tree => "static/sample-layout-break.tree.json",
        }
    }

    /// What it shows, in a few words.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Sample::Fallbacks => "2 MiB faults that fall back (Linux 6.12)",
            Sample::LayoutBreak => "Dirty data that fsync does not flush (7.3)",
            Sample::Tree => "The tree of that file, step by step (7.3)",
        }
    }
}

/// What is known of the recording that is open.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Importing {
    /// Its name; empty: none is open.
    pub(crate) name: String,
    /// Its length in bytes.
    pub(crate) bytes: u64,
    /// Bytes read, while it is being read.
    pub(crate) reading: Option<u64>,
    /// What came of it, the last time that it was read to its end.
    pub(crate) report: Option<Rc<Report>>,
    /// What of it was made for the model.
    pub(crate) scenario: Option<Rc<ScenarioReport>>,
    /// Why the reading ended early.
    pub(crate) problem: Option<String>,
    /// The kernel that the reader has named.
    pub(crate) kernel: String,
    /// The first handler in the lanes, by its place in the report.
    pub(crate) first: usize,
    /// The line that was asked for.
    pub(crate) line: Option<u64>,
    /// Tables of which all rows are shown.
    pub(crate) whole: BTreeSet<usize>,
    /// The snapshot that is shown.
    pub(crate) snapshot: usize,
    /// The entry that is shown bit by bit: a page that it covers.
    pub(crate) entry: Option<u64>,
    /// Nodes that are not as open or closed as they would be by themselves.
    pub(crate) toggled: BTreeSet<(u64, u8)>,
}

impl Importing {
    pub(crate) fn trace(&self) -> Option<&TraceReport> {
        match self.report.as_deref() {
            Some(Report::Trace(trace)) => Some(trace),
            _ => None,
        }
    }

    pub(crate) fn trees(&self) -> Option<&[TreeReport]> {
        match self.report.as_deref() {
            Some(Report::Trees(trees)) => Some(trees),
            _ => None,
        }
    }
}
