//! Suspects, with their lines.

use super::{Amount, file, line, many};
use crate::answer::Findings;
use crate::answer::suspect::{PassedLocked, TakenAway};
use crate::diagnosis::Diagnosis;
use crate::kernel::Release;
use daxscope_core::units::PMD_PAGES;

pub(super) fn suspects(text: &mut String, findings: &Findings, diagnosis: &Diagnosis, amount: Amount) {
    let count = findings.taken_count + findings.passed_count;
    if count + findings.unflushed.0 + findings.deleted_dirty == 0 {
        return;
    }
    line(text, "");
    line(text, &format!("Suspects: {count} (what speaks for a loss; no proof)"));
    for taken in findings.taken.iter().take(amount.rows) {
        tell_taken(text, taken, diagnosis);
    }
    more(text, findings.taken_count, findings.taken.len().min(amount.rows));
    for passed in findings.passed.iter().take(amount.rows) {
        tell_passed(text, passed);
    }
    more(text, findings.passed_count, findings.passed.len().min(amount.rows));
    if findings.unflushed.0 > 0 {
        let (count, first) = findings.unflushed;
        let what = many(count, "entry", "entries");
        line(
            text,
            &format!(
                "    {what} with a store before an fsync or msync of its pages, and no dax_writeback_one in it (first: line {first}): \
                 punched or truncated meanwhile, cleaned before the trace shows it, or passed"
            ),
        );
    }
    if findings.deleted_dirty > 0 {
        let what = many(findings.deleted_dirty, "range", "ranges");
        line(
            text,
            &format!("    {what} with dirty entries deleted by a layout break, and no fsync behind that in the trace"),
        );
    }
}

fn more(text: &mut String, count: u64, shown: usize) {
    let left = count - (shown as u64).min(count);
    if left > 0 {
        line(text, &format!("    and {left} more of that kind"));
    }
}

fn tell_taken(text: &mut String, taken: &TakenAway, diagnosis: &Diagnosis) {
    let first = taken.range * PMD_PAGES;
    let how = if taken.is_seen { "seen by a kprobe" } else { "inferred" };
    line(text, "");
    line(text, &format!("  Dirty entries that a layout break took away ({how})"));
    line(
        text,
        &format!(
            "    pages {first:#x}-{:#x} of {}: stored to page {:#x} at line {} by task {}",
            first + (PMD_PAGES - 1),
            file(taken.file),
            taken.store.page,
            taken.store.line,
            taken.store.tid
        ),
    );
    for (at, mark) in &taken.marks {
        line(text, &format!("    line {at}: {}", mark.words()));
    }
    match taken.sync {
        Some(at) => line(text, &format!("    line {at}: fsync or msync, and nothing of it is flushed")),
        None => line(text, "    nothing of it is flushed up to here"),
    }
    if !taken.is_seen && !diagnosis.kernel.is_from(Release::LAYOUT_BREAK) {
        line(
            text,
            "    If this kernel is 6.15 or newer: there a layout break deletes all entries of a file, dirty ones too. Older ones do not.",
        );
        line(text, "    No suspect if it was these pages that were punched or cut off.");
    }
}

fn tell_passed(text: &mut String, passed: &PassedLocked) {
    let how = if passed.is_seen { "seen by a kprobe" } else { "inferred" };
    line(text, "");
    line(text, &format!("  fsync or msync that passed a locked entry ({how})"));
    line(
        text,
        &format!(
            "    lines {}-{}, task {}: nothing flushed of page {:#x} of {}, stored at line {} by task {}",
            passed.sync.0,
            passed.sync.1,
            passed.tid,
            passed.store.page,
            file(passed.file),
            passed.store.line,
            passed.store.tid
        ),
    );
    let until = passed.held.1.map_or("the end of the trace".into(), |line| format!("line {line}"));
    line(
        text,
        &format!(
            "    meanwhile task {} was in a fault on the same entry, from line {} to {until}",
            passed.holder, passed.held.0
        ),
    );
}
