//! Handlers of a trace on lanes, one for each task. What overlaps overlaps here; how long it took stands in words, because between
//! microseconds in a handler and seconds between two steps of a program no scale shows both.

use super::Importing;
use super::report::{Span, SpanKind, TraceReport};
use crate::view::Text;
use std::collections::BTreeMap;

/// Handlers that are shown at once.
pub(super) const SHOWN: usize = 24;
/// A pause of so many ns is written down.
const PAUSE_NS: u64 = 1_000_000;
/// Columns between two of those.
const SLOTS_BETWEEN_LABELS: u32 = 4;

/// Handlers on lanes.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct LanesView {
    /// One for each task that is in sight.
    pub lanes: Vec<LaneRow>,
    /// Columns: each event has one.
    pub slots: u32,
    /// Pauses: before which column, and how long.
    pub pauses: Vec<(u32, Text)>,
    /// The same as a list.
    pub rows: Vec<SpanRow>,
    /// What is shown, in words.
    pub said: Text,
    /// Are there others before those, and behind them?
    pub can_move: (bool, bool),
    /// What is not kept, as a sentence.
    pub beyond: Option<&'static str>,
}

/// A task.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LaneRow {
    /// `daxw-406`.
    pub name: Text,
    /// What it did.
    pub bars: Vec<LaneBar>,
}

/// A handler on its lane.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LaneBar {
    /// First column, and the one behind the last.
    pub columns: (u32, u32),
    /// What it did.
    pub kind: SpanKind,
    /// In a word or two: `2M`, `4K`, `fsync`.
    pub label: Text,
    /// In a sentence.
    pub title: Text,
    /// The line at which it begins.
    pub line: u64,
    /// Is it what was asked for?
    pub is_chosen: bool,
}

/// A handler in the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SpanRow {
    /// `12-15`.
    pub lines: Text,
    /// The first of them.
    pub line: u64,
    /// `daxw-406`.
    pub task: Text,
    /// `2 MiB read fault`.
    pub what: &'static str,
    /// `0x203`, `0x200-0x3ff`.
    pub pages: Text,
    /// `falls back`, `mapped`.
    pub outcome: Text,
    /// `12 µs`.
    pub took: Text,
    /// Is it what was asked for?
    pub is_chosen: bool,
}

pub(super) fn lanes(importing: &Importing, trace: &TraceReport) -> Option<LanesView> {
    let end = (importing.first + SHOWN).min(trace.spans.len());
    let shown = trace.spans.get(importing.first..end).filter(|shown| !shown.is_empty())?;
    let columns = columns(shown);
    let mut tids: Vec<u32> = Vec::new();
    for span in shown {
        if !tids.contains(&span.tid) {
            tids.push(span.tid);
        }
    }
    let mut view = LanesView { slots: columns.len() as u32, ..LanesView::default() };
    let chosen = importing.line.and_then(|line| {
        let inside = |span: &&Span| span.lines.0 <= line && line <= span.lines.1;
        shown.iter().filter(inside).min_by_key(|span| (span.lines.1 != line, span.lines.1 - span.lines.0))
    });
    for tid in tids {
        let mut bars = Vec::new();
        for span in shown.iter().filter(|span| span.tid == tid) {
            let from = columns.get(&span.lines.0).map_or(0, |column| column.0);
            let to = columns.get(&span.lines.1).map_or(from, |column| column.0);
            bars.push(LaneBar {
                columns: (from, to + 1),
                kind: span.kind,
                label: label(span).into(),
                title: sentence(trace, span).into(),
                line: span.lines.0,
                is_chosen: chosen == Some(span),
            });
        }
        view.lanes.push(LaneRow { name: name(trace, tid).into(), bars });
    }
    view.pauses = if trace.is_ticks { Vec::new() } else { pauses(&columns) };
    for span in shown {
        view.rows.push(row(trace, span, chosen == Some(span)));
    }
    let (first, last) = (shown[0].lines.0, shown.iter().map(|span| span.lines.1).max().unwrap_or(0));
    let total = trace.spans.len();
    view.said = format!("Handlers {} to {end} of {total}, lines {first} to {last}", importing.first + 1).into();
    view.can_move = (importing.first > 0, end < total);
    view.beyond = beyond(trace.beyond);
    Some(view)
}

/// The events of these handlers in the order of their lines: which column, and when.
fn columns(shown: &[Span]) -> BTreeMap<u64, (u32, u64)> {
    let mut columns = BTreeMap::new();
    for span in shown {
        columns.insert(span.lines.0, (0, span.times.0));
        columns.insert(span.lines.1, (0, span.times.1));
    }
    for (at, (column, _)) in columns.values_mut().enumerate() {
        *column = at as u32;
    }
    columns
}

fn pauses(columns: &BTreeMap<u64, (u32, u64)>) -> Vec<(u32, Text)> {
    let mut pauses: Vec<(u32, Text)> = Vec::new();
    let mut before = None;
    for &(column, time) in columns.values() {
        let pause = before.map_or(0, |before| time.saturating_sub(before));
        let is_free = pauses.last().is_none_or(|(last, _)| column - last >= SLOTS_BETWEEN_LABELS);
        if pause >= PAUSE_NS && is_free {
            pauses.push((column, duration(pause).into()));
        }
        before = Some(time);
    }
    pauses
}

fn name(trace: &TraceReport, tid: u32) -> String {
    trace.names.get(&tid).map_or_else(|| format!("task {tid}"), |name| format!("{name}-{tid}"))
}

fn label(span: &Span) -> String {
    use SpanKind::*;
    match span.kind {
        Huge if span.is_zero => "2M zero".into(),
        Huge => "2M".into(),
        FellBack => "2M ✗".into(),
        Small if span.is_zero => "4K zero".into(),
        Small => "4K".into(),
        Copied => "copy".into(),
        Again => "again".into(),
        Synced => "map".into(),
        Taken => "2M".into(),
        Failed => "error".into(),
        Sync => format!("fsync {}", span.flushed),
        OpenHuge => "2M …".into(),
        OpenSmall => "4K …".into(),
        OpenSync => "fsync …".into(),
    }
}

const fn what(span: &Span) -> &'static str {
    use SpanKind::*;
    match (span.kind, span.is_write) {
        (Sync | OpenSync, _) => "fsync or msync",
        (Synced, _) => "second half of MAP_SYNC",
        (Huge | FellBack | Taken | OpenHuge, false) => "2 MiB read fault",
        (Huge | FellBack | Taken | OpenHuge, true) => "2 MiB write fault",
        (Small | Copied | OpenSmall, false) => "4 KiB read fault",
        (Small | Copied | OpenSmall, true) => "4 KiB write fault",
        (Again | Failed, false) => "read fault",
        (Again | Failed, true) => "write fault",
    }
}

fn outcome(span: &Span) -> String {
    use SpanKind::*;
    let zero = if span.is_zero { ", zeroes" } else { "" };
    let said = match span.kind {
        Huge => format!("mapped by 2 MiB{zero}"),
        FellBack => "falls back to 4 KiB".into(),
        Small => format!("mapped by 4 KiB{zero}"),
        Copied => "copied (private)".into(),
        Again => "to be called again".into(),
        Synced => "mapped".into(),
        Taken => "another fault was faster".into(),
        Failed => "failed".into(),
        Sync => match span.flushed {
            0 => "flushed nothing".into(),
            1 => "flushed 1 entry".into(),
            count => format!("flushed {count} entries"),
        },
        OpenHuge | OpenSmall | OpenSync => "has no end in the trace".into(),
    };
    if span.result.is_empty() { said } else { format!("{said} ({})", span.result) }
}

fn pages(span: &Span) -> String {
    match (span.kind, span.last) {
        (SpanKind::Sync | SpanKind::OpenSync, Some(last)) => format!("{:#x}-{last:#x}", span.page),
        (SpanKind::Sync | SpanKind::OpenSync, None) => format!("{:#x}-end", span.page),
        _ => format!("{:#x}", span.page),
    }
}

fn lines(span: &Span) -> String {
    if span.lines.0 == span.lines.1 { span.lines.0.to_string() } else { format!("{}-{}", span.lines.0, span.lines.1) }
}

fn took(trace: &TraceReport, span: &Span) -> String {
    let took = span.times.1.saturating_sub(span.times.0);
    match (span.lines.0 == span.lines.1, trace.is_ticks) {
        (true, _) => String::new(),
        (_, true) => format!("{took} ticks"),
        _ => duration(took),
    }
}

fn sentence(trace: &TraceReport, span: &Span) -> String {
    let took = took(trace, span);
    let took = if took.is_empty() { took } else { format!(", {took}") };
    format!(
        "{}: {} of page {}: {}{took} (line {})",
        name(trace, span.tid),
        what(span),
        pages(span),
        outcome(span),
        lines(span)
    )
}

fn row(trace: &TraceReport, span: &Span, is_chosen: bool) -> SpanRow {
    SpanRow {
        lines: lines(span).into(),
        line: span.lines.0,
        task: name(trace, span.tid).into(),
        what: what(span),
        pages: pages(span).into(),
        outcome: outcome(span).into(),
        took: took(trace, span).into(),
        is_chosen,
    }
}

fn beyond(beyond: (bool, bool)) -> Option<&'static str> {
    match beyond {
        (false, false) => None,
        (false, true) => {
            Some("The lanes hold the beginning of the trace. A line behind that is found by reading the file again.")
        }
        (true, false) => {
            Some("The lanes hold the end of the trace. A line before that is found by reading the file again.")
        }
        (true, true) => Some("The lanes hold a part of the trace. Other lines are found by reading the file again."),
    }
}

/// `12 µs`, `3.4 ms`, `1.20 s`.
fn duration(ns: u64) -> String {
    match ns {
        0..1_000_000 => format!("{} µs", ns.div_ceil(1000)),
        1_000_000..1_000_000_000 => format!("{}.{} ms", ns / 1_000_000, ns % 1_000_000 / 100_000),
        _ => format!("{}.{:02} s", ns / 1_000_000_000, ns % 1_000_000_000 / 10_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_unit() {
        for (ns, words) in [(0, "0 µs"), (12_000, "12 µs"), (3_400_000, "3.4 ms"), (1_203_000_000, "1.20 s")] {
            assert_eq!(duration(ns), words);
        }
    }
}
