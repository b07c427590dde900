//! Rows of ranges, tasks and calls of fsync: one list of columns each, for the command line and for the page.

use super::file;
use crate::answer::sync::Sync;
use crate::answer::task::TaskFindings;
use crate::answer::{Findings, RangeFindings};

/// A column: its name and what stands in it.
#[derive(Clone, Copy, Debug)]
pub struct Column<T> {
    name: &'static str,
    place: Place,
    cell: fn(&T) -> String,
}

/// Where a column stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    /// In its order.
    Everywhere,
    /// In plain text as the last one, because it may be of any length.
    LastInText,
    /// In the page only: plain text says it otherwise, or has no room.
    Page,
}

const fn column<T>(name: &'static str, cell: fn(&T) -> String) -> Column<T> {
    Column { name, place: Place::Everywhere, cell }
}

const fn placed<T>(name: &'static str, place: Place, cell: fn(&T) -> String) -> Column<T> {
    Column { name, place, cell }
}

/// Columns of a range of 2 MiB.
pub const RANGES: [Column<RangeFindings>; 12] = [
    column("pages", |range| {
        let (first, end) = range.pages();
        format!("{first:#x}-{end:#x}")
    }),
    placed("why not huge", Place::LastInText, why),
    column("asked", |range| range.counts.asked.to_string()),
    column("huge", |range| range.counts.huge.to_string()),
    column("of zero", |range| range.counts.huge_zero.to_string()),
    column("fell back", |range| range.counts.fell_back.to_string()),
    column("4 KiB", |range| (range.counts.small + range.counts.copied).to_string()),
    column("downgrades", |range| range.counts.downgrades.to_string()),
    column("refaults", |range| range.counts.refaults.to_string()),
    column("failed", |range| range.counts.failed.to_string()),
    placed("lines", Place::Page, |range| format!("{}-{}", range.lines.0, range.lines.1)),
    placed("file", Place::Page, |range| file(range.file)),
];

/// Columns of a task.
pub const TASKS: [Column<TaskFindings>; 14] = [
    column("task", |task| format!("{}-{}", task.name, task.tid)),
    column("process", |task| task.tgid.map_or("?".into(), |tgid| tgid.to_string())),
    column("faults", |task| task.counts.accesses.to_string()),
    column("asked", |task| task.counts.asked.to_string()),
    column("huge", |task| task.counts.huge.to_string()),
    column("fell back", |task| task.counts.fell_back.to_string()),
    column("not asked", |task| task.counts.not_asked.to_string()),
    column("4 KiB", |task| task.counts.small.to_string()),
    column("copied", |task| task.counts.copied.to_string()),
    placed("downgrades", Place::Page, |task| task.counts.downgrades.to_string()),
    placed("refaults", Place::Page, |task| task.counts.refaults.to_string()),
    column("failed", |task| task.counts.failed.to_string()),
    column("fsync", |task| task.syncs.to_string()),
    column("waits", |task| task.waits.to_string()),
];

/// Columns of a call of fsync or msync.
pub const SYNCS: [Column<Sync>; 7] = [
    column("line", |sync| sync.line.to_string()),
    column("task", |sync| sync.task.clone()),
    column("pages", |sync| {
        let last = sync.last.map_or("end".into(), |last| format!("{last:#x}"));
        format!("{:#x}-{last}", sync.first)
    }),
    column("2 MiB flushed", |sync| sync.huge.to_string()),
    column("4 KiB flushed", |sync| sync.small.to_string()),
    column("left dirty", |sync| sync.left.to_string()),
    column("file", |sync| file(sync.file)),
];

/// All reasons of a range, most frequent first, each with the line of its first time.
fn why(range: &RangeFindings) -> String {
    let mut words = String::new();
    for caused in &range.causes {
        let name = caused.cause.reason.map_or("unknown", |reason| reason.name());
        let comma = if words.is_empty() { "" } else { ", " };
        words.push_str(&format!("{comma}{name} {} (line {})", caused.count, caused.line));
    }
    words
}

/// Ranges in the order in which they are told: those that fell back first, since they are what is asked about.
#[must_use]
pub fn ranges_in_order(findings: &Findings) -> Vec<&RangeFindings> {
    let mut told: Vec<&RangeFindings> = findings.ranges.iter().collect();
    told.sort_by_key(|range| (std::cmp::Reverse(range.counts.fell_back.min(1)), range.file, range.number));
    told
}

/// Names of the columns of the page.
#[must_use]
pub fn names<T>(columns: &[Column<T>]) -> Vec<String> {
    columns.iter().map(|column| column.name.to_owned()).collect()
}

/// A row of the page: a cell for each column.
#[must_use]
pub fn cells<T>(columns: &[Column<T>], of: &T) -> Vec<String> {
    columns.iter().map(|column| (column.cell)(of)).collect()
}

/// Plain text's columns, in its order.
fn in_text<T>(columns: &[Column<T>]) -> impl Iterator<Item = &Column<T>> {
    let at = |place: Place| columns.iter().filter(move |column| column.place == place);
    at(Place::Everywhere).chain(at(Place::LastInText))
}

/// Names and rows of plain text.
pub(super) fn text<'a, T: 'a>(columns: &[Column<T>], rows: impl Iterator<Item = &'a T>) -> Vec<Vec<String>> {
    let mut all = vec![in_text(columns).map(|column| column.name.to_owned()).collect()];
    all.extend(rows.map(|of| in_text(columns).map(|column| (column.cell)(of)).collect::<Vec<String>>()));
    all
}
