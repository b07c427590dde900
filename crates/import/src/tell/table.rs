//! Tables of ranges, tasks and calls of fsync.

use super::{Amount, file, line, many, rows};
use crate::answer::Findings;

pub(super) fn ranges(text: &mut String, findings: &Findings, amount: Amount) {
    if findings.ranges.is_empty() {
        return;
    }
    line(text, "");
    heading(text, "Ranges of 2 MiB", findings.ranges.len(), amount);
    let told: Vec<_> = rows::ranges_in_order(findings).into_iter().take(amount.rows).collect();
    let mut last = None;
    let lines = aligned(&rows::text(&rows::RANGES, told.iter().copied()), 1);
    for (at, row) in lines.iter().enumerate() {
        let of = at.checked_sub(1).and_then(|at| told.get(at)).map(|range| range.file);
        if let Some(of) = of.filter(|of| last.replace(*of) != Some(*of)) {
            line(text, &format!("  {}", file(of)));
        }
        line(text, &format!("    {row}"));
    }
}

pub(super) fn tasks(text: &mut String, findings: &Findings, amount: Amount) {
    if findings.tasks.is_empty() {
        return;
    }
    line(text, "");
    heading(text, "Tasks", findings.tasks.len(), amount);
    for row in aligned(&rows::text(&rows::TASKS, findings.tasks.iter().take(amount.rows)), 0) {
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
    for row in aligned(&rows::text(&rows::SYNCS, findings.syncs.iter().take(amount.rows)), 0) {
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
