//! What comes of reading a file, as plain data, and as the message in which it travels from the Worker to the page.

use super::wire::{Row, Writer, rows};
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

    fn from_name(name: &str) -> SpanKind {
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

impl Report {
    /// As a message.
    #[must_use]
    pub fn to_message(&self) -> String {
        let mut writer = Writer::default();
        match self {
            Report::Reading(bytes) => writer.row("reading", &[&bytes.to_string()]),
            Report::Failed(why) => writer.row("failed", &[why]),
            Report::Trace(trace) => write_trace(&mut writer, trace),
            Report::Trees(trees) => write_trees(&mut writer, trees),
        }
        writer.finish()
    }

    /// From a message; `None`: it is damaged.
    #[must_use]
    pub fn from_message(message: &str) -> Option<Report> {
        let rows = rows(message);
        let first = rows.first()?;
        Some(match first.kind {
            "reading" => Report::Reading(first.number(0)?),
            "failed" => Report::Failed(first.text(0)),
            "trace" => Report::Trace(Box::new(read_trace(&rows))),
            "trees" => Report::Trees(read_trees(&rows)),
            _ => return None,
        })
    }

    /// Is there more to come?
    #[must_use]
    pub const fn is_last(&self) -> bool {
        !matches!(self, Report::Reading(_))
    }
}

fn write_trace(writer: &mut Writer, trace: &TraceReport) {
    let bit = |is: bool| if is { "1" } else { "0" };
    writer.row(
        "trace",
        &[
            &trace.about,
            &trace.kernel,
            &trace.because,
            &trace.contradiction,
            &trace.headline,
            &trace.more_suspects.to_string(),
            &trace.not_understood.to_string(),
            bit(trace.beyond.0),
            bit(trace.beyond.1),
            bit(trace.is_ticks),
        ],
    );
    for (name, count) in &trace.totals {
        writer.row("total", &[name, &count.to_string()]);
    }
    for reason in &trace.reasons {
        let Reason { count, ranges, name, certainty, label, line, who, because, remedy } = reason;
        let (count, ranges, line) = (count.to_string(), ranges.to_string(), line.to_string());
        writer.row("reason", &[&count, &ranges, name, certainty, label, &line, who, because, remedy]);
    }
    for (kind, sentences) in [("unasked", &trace.not_asked), ("aside", &trace.asides), ("warning", &trace.warnings)] {
        for sentence in sentences {
            writer.row(kind, &[sentence]);
        }
    }
    for suspect in &trace.suspects {
        writer.row("suspect", &[&suspect.title, &suspect.how, &suspect.note]);
        for (line, sentence) in &suspect.evidence {
            writer.row("evidence", &[&line.to_string(), sentence]);
        }
    }
    for table in &trace.tables {
        writer.row("table", &[&table.title, &table.total.to_string()]);
        writer.row("columns", &refs(&table.columns));
        for row in &table.rows {
            writer.row("row", &refs(row));
        }
    }
    for (line, text, why) in &trace.strange {
        writer.row("strange", &[&line.to_string(), text, why]);
    }
    for (tid, name) in &trace.names {
        writer.row("name", &[&tid.to_string(), name]);
    }
    for span in &trace.spans {
        write_span(writer, span);
    }
}

fn refs(cells: &[String]) -> Vec<&str> {
    cells.iter().map(String::as_str).collect()
}

fn write_span(writer: &mut Writer, span: &Span) {
    let last = span.last.map_or(String::new(), |last| last.to_string());
    let bits = u8::from(span.is_write) | u8::from(span.is_zero) << 1;
    let numbers = [
        u64::from(span.tid),
        span.lines.0,
        span.lines.1,
        span.times.0,
        span.times.1,
        span.page,
        span.flushed,
        u64::from(bits),
        u64::from(span.file.0),
        u64::from(span.file.1),
        span.file.2,
    ];
    let numbers = numbers.map(|number| number.to_string());
    let mut cells = vec![span.kind.name(), &span.result, &last];
    for number in &numbers {
        cells.push(number);
    }
    writer.row("span", &cells);
}

fn read_span(row: &Row<'_>) -> Span {
    let number = |at: usize| row.number(at + 3).unwrap_or(0);
    let bits = number(7);
    Span {
        kind: SpanKind::from_name(&row.text(0)),
        result: row.text(1),
        last: row.number(2),
        tid: number(0) as u32,
        lines: (number(1), number(2)),
        times: (number(3), number(4)),
        page: number(5),
        flushed: number(6),
        is_write: bits & 1 != 0,
        is_zero: bits & 2 != 0,
        file: (number(8) as u32, number(9) as u32, number(10)),
    }
}

fn read_trace(rows: &[Row<'_>]) -> TraceReport {
    let mut trace = TraceReport::default();
    for row in rows {
        let (line, text) = (row.number(0).unwrap_or(0), || row.text(0));
        match row.kind {
            "trace" => {
                (trace.about, trace.kernel, trace.because) = (text(), row.text(1), row.text(2));
                (trace.contradiction, trace.headline) = (row.text(3), row.text(4));
                trace.more_suspects = row.number(5).unwrap_or(0);
                trace.not_understood = row.number(6).unwrap_or(0);
                trace.beyond = (row.number(7) == Some(1), row.number(8) == Some(1));
                trace.is_ticks = row.number(9) == Some(1);
            }
            "total" => trace.totals.push((text(), row.number(1).unwrap_or(0))),
            "reason" => trace.reasons.push(Reason {
                count: line,
                ranges: row.number(1).unwrap_or(0),
                name: row.text(2),
                certainty: row.text(3),
                label: row.text(4),
                line: row.number(5).unwrap_or(0),
                who: row.text(6),
                because: row.text(7),
                remedy: row.text(8),
            }),
            "unasked" => trace.not_asked.push(text()),
            "aside" => trace.asides.push(text()),
            "warning" => trace.warnings.push(text()),
            "suspect" => trace.suspects.push(Suspect {
                title: text(),
                how: row.text(1),
                note: row.text(2),
                evidence: Vec::new(),
            }),
            "evidence" => {
                if let Some(suspect) = trace.suspects.last_mut() {
                    suspect.evidence.push((line, row.text(1)));
                }
            }
            "table" => {
                let total = row.number(1).unwrap_or(0);
                trace.tables.push(Table { title: text(), total, ..Table::default() });
            }
            "columns" | "row" => {
                if let Some(table) = trace.tables.last_mut() {
                    match row.kind {
                        "columns" => table.columns = row.rest(0),
                        _ => table.rows.push(row.rest(0)),
                    }
                }
            }
            "strange" => trace.strange.push((line, row.text(1), row.text(2))),
            "name" => _ = trace.names.insert(line as u32, row.text(1)),
            "span" => trace.spans.push(read_span(row)),
            _ => {}
        }
    }
    trace
}

fn write_trees(writer: &mut Writer, trees: &[TreeReport]) {
    let option = |number: Option<u64>| number.map_or(String::new(), |number| number.to_string());
    writer.row("trees", &[]);
    for tree in trees {
        let numbers = [tree.ino, tree.size, tree.pages, tree.exceptional].map(option);
        writer.row("tree", &[&tree.tag, &numbers[0], &numbers[1], &numbers[2], &numbers[3]]);
        for entry in &tree.entries {
            writer.row("entry", &[&entry.index.to_string(), &entry.raw.to_string(), &entry.marks, &entry.page]);
        }
        for sentence in &tree.wrong {
            writer.row("wrong", &[sentence]);
        }
    }
}

fn read_trees(rows: &[Row<'_>]) -> Vec<TreeReport> {
    let mut trees: Vec<TreeReport> = Vec::new();
    for row in rows {
        if row.kind == "tree" {
            trees.push(TreeReport {
                tag: row.text(0),
                ino: row.number(1),
                size: row.number(2),
                pages: row.number(3),
                exceptional: row.number(4),
                ..TreeReport::default()
            });
            continue;
        }
        let Some(tree) = trees.last_mut() else { continue };
        match row.kind {
            "entry" => tree.entries.push(TreeEntry {
                index: row.number(0).unwrap_or(0),
                raw: row.number(1).unwrap_or(0),
                marks: row.text(2),
                page: row.text(3),
            }),
            "wrong" => tree.wrong.push(row.text(0)),
            _ => {}
        }
    }
    trees
}
