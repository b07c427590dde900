//! Tables of ranges, tasks and calls of fsync.

use super::{Amount, file, line, many};
use crate::answer::{Findings, RangeFindings};

pub(super) fn ranges(text: &mut String, findings: &Findings, amount: Amount) {
    if findings.ranges.is_empty() {
        return;
    }
    line(text, "");
    heading(text, "Ranges of 2 MiB", findings.ranges.len(), amount);
    let mut rows = vec![row(&[
        "pages",
        "asked",
        "huge",
        "of zero",
        "fell back",
        "4 KiB",
        "downgrades",
        "refaults",
        "failed",
        "why",
    ])];
    let mut told: Vec<&RangeFindings> = findings.ranges.iter().collect();
    // The ones that fell back first: they are what is asked about.
    told.sort_by_key(|range| (std::cmp::Reverse(range.counts.fell_back.min(1)), range.file, range.number));
    let mut last = None;
    let mut files = Vec::new();
    for range in told.into_iter().take(amount.rows) {
        if last != Some(range.file) {
            files.push((rows.len(), range.file));
            last = Some(range.file);
        }
        let (first, end) = range.pages();
        let counts = &range.counts;
        let numbers = [
            counts.asked,
            counts.huge,
            counts.huge_zero,
            counts.fell_back,
            counts.small + counts.copied,
            counts.downgrades,
            counts.refaults,
            counts.failed,
        ];
        let mut cells = vec![format!("{first:#x}-{end:#x}")];
        cells.extend(numbers.iter().map(u64::to_string));
        cells.push(why(range));
        rows.push(cells);
    }
    let lines = aligned(&rows, 1);
    for (at, row) in lines.iter().enumerate() {
        if let Some((_, of)) = files.iter().find(|(before, _)| *before == at) {
            line(text, &format!("  {}", file(*of)));
        }
        line(text, &format!("    {row}"));
    }
}

fn why(range: &RangeFindings) -> String {
    let words: Vec<String> = range
        .causes
        .iter()
        .map(|caused| {
            let name = caused.cause.reason.map_or("unknown", |reason| reason.name());
            format!("{name} {} (line {})", caused.count, caused.line)
        })
        .collect();
    words.join(", ")
}

pub(super) fn tasks(text: &mut String, findings: &Findings, amount: Amount) {
    if findings.tasks.is_empty() {
        return;
    }
    line(text, "");
    heading(text, "Tasks", findings.tasks.len(), amount);
    let names = [
        "task",
        "process",
        "faults",
        "asked",
        "huge",
        "fell back",
        "not asked",
        "4 KiB",
        "copied",
        "failed",
        "fsync",
        "waits",
    ];
    let mut rows = vec![row(&names)];
    for task in findings.tasks.iter().take(amount.rows) {
        let counts = &task.counts;
        let mut cells =
            vec![format!("{}-{}", task.name, task.tid), task.tgid.map_or("?".into(), |tgid| tgid.to_string())];
        let numbers = [
            counts.accesses,
            counts.asked,
            counts.huge,
            counts.fell_back,
            counts.not_asked,
            counts.small,
            counts.copied,
            counts.failed,
            task.syncs,
            task.waits,
        ];
        cells.extend(numbers.iter().map(u64::to_string));
        rows.push(cells);
    }
    for row in aligned(&rows, 0) {
        line(text, &format!("    {row}"));
    }
}

pub(super) fn syncs(text: &mut String, findings: &Findings, amount: Amount) {
    if findings.sync_count == 0 {
        return;
    }
    line(text, "");
    line(
        text,
        &format!(
            "fsync and msync: {} flushed {} and {}",
            many(findings.sync_count, "call", "calls"),
            many(findings.flushed.0, "entry of 2 MiB", "entries of 2 MiB"),
            many(findings.flushed.1, "entry of 4 KiB", "entries of 4 KiB"),
        ),
    );
    let mut rows = vec![row(&["line", "task", "pages", "2 MiB", "4 KiB", "left dirty", "of"])];
    for sync in findings.syncs.iter().take(amount.rows) {
        let last = sync.last.map_or("end".into(), |last| format!("{last:#x}"));
        rows.push(vec![
            sync.line.to_string(),
            sync.task.clone(),
            format!("{:#x}-{last}", sync.first),
            sync.huge.to_string(),
            sync.small.to_string(),
            sync.left.to_string(),
            file(sync.file),
        ]);
    }
    for row in aligned(&rows, 0) {
        line(text, &format!("    {row}"));
    }
    let more = findings.sync_count - (findings.syncs.len().min(amount.rows) as u64).min(findings.sync_count);
    if more > 0 {
        line(text, &format!("    and {more} more"));
    }
}

fn heading(text: &mut String, what: &str, count: usize, amount: Amount) {
    let shown = count.min(amount.rows);
    let more = if shown < count { format!(", {shown} of {count} (--all shows all)") } else { String::new() };
    line(text, &format!("{what}{more}"));
}

fn row(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

/// Columns of one width each: words to the left, numbers to the right. The last `free` ones are not filled up.
pub(super) fn aligned(rows: &[Vec<String>], free: usize) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut lines = vec![String::new(); rows.len()];
    for column in 0..columns {
        let cell = |row: &Vec<String>| row.get(column).cloned().unwrap_or_default();
        let width = rows.iter().map(|row| cell(row).chars().count()).max().unwrap_or(0);
        let is_number = rows.iter().skip(1).all(|row| cell(row).chars().all(|c| c.is_ascii_digit() || c == '?'));
        let is_free = column + free >= columns;
        for (line, row) in lines.iter_mut().zip(rows) {
            if column > 0 {
                line.push_str("  ");
            }
            let cell = cell(row);
            let space = " ".repeat(width - cell.chars().count());
            match (is_number, is_free) {
                (true, false) => line.push_str(&format!("{space}{cell}")),
                (false, false) => line.push_str(&format!("{cell}{space}")),
                (_, true) => line.push_str(&cell),
            }
        }
    }
    lines
}
