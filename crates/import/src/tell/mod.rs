//! The findings in plain text: first why 2 MiB faults fell back, then ranges, tasks, write-back, suspects, and what
//! is to be known about the trace itself.

pub mod model;
pub mod rows;
pub mod snapshot;
mod suspects;
mod table;
pub mod trace;

use crate::answer::Findings;
use crate::answer::range::Caused;
use crate::answer::why::{Cause, Certainty, HIDDEN};
use crate::diagnosis::Diagnosis;
use crate::event::File;
use daxscope_core::fallback::FallbackReason;
use std::fmt::Write as _;

/// How much is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Amount {
    /// Rows of a table.
    pub rows: usize,
}

impl Amount {
    /// As much as fits a screen or two.
    pub const SHORT: Amount = Amount { rows: 20 };
    /// Everything that is kept.
    pub const ALL: Amount = Amount { rows: usize::MAX };
}

/// The whole report.
#[must_use]
pub fn report(findings: &Findings, diagnosis: &Diagnosis, amount: Amount) -> String {
    let mut text = String::new();
    fallbacks(&mut text, findings);
    table::ranges(&mut text, findings, amount);
    table::tasks(&mut text, findings, amount);
    table::syncs(&mut text, findings, amount);
    suspects::suspects(&mut text, findings, diagnosis, amount);
    trace::trace(&mut text, findings, diagnosis);
    text
}

/// A reason with all that it stands for in a trace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reason<'a> {
    /// How it was the first time; `None` as reason: unknown.
    pub first: &'a Caused,
    /// Where that was.
    pub file: File,
    /// How often, over all ranges.
    pub count: u64,
    /// In how many ranges.
    pub ranges: u64,
}

/// Reasons over all ranges, most frequent first. The same reason counts twice if it is known in two ways.
#[must_use]
pub fn reasons(findings: &Findings) -> Vec<Reason<'_>> {
    let mut reasons: Vec<Reason<'_>> = Vec::new();
    for range in &findings.ranges {
        for caused in &range.causes {
            let key = |cause: &Cause| (cause.reason, cause.certainty);
            match reasons.iter_mut().find(|known| key(&known.first.cause) == key(&caused.cause)) {
                Some(known) => {
                    known.count += caused.count;
                    known.ranges += 1;
                    if caused.line < known.first.line {
                        known.first = caused;
                        known.file = range.file;
                    }
                }
                None => reasons.push(Reason { first: caused, file: range.file, count: caused.count, ranges: 1 }),
            }
        }
    }
    reasons.sort_by_key(|reason| (std::cmp::Reverse(reason.count), reason.first.line));
    reasons
}

fn fallbacks(text: &mut String, findings: &Findings) {
    let total = &findings.total;
    line(text, "Why did 2 MiB faults fall back?");
    if total.accesses == 0 {
        line(text, "  No fault of DAX is in the trace.");
        return;
    }
    line(
        text,
        &format!(
            "  {} faulted; 2 MiB were asked for by {}: {} mapped huge ({} of them the huge zero page), {} fell back.",
            many(total.accesses, "access", "accesses"),
            total.asked,
            total.huge,
            total.huge_zero,
            total.fell_back
        ),
    );
    for reason in reasons(findings) {
        tell_reason(text, &reason);
    }
    not_asked(text, findings);
}

fn tell_reason(text: &mut String, reason: &Reason<'_>) {
    let caused = reason.first;
    let head = match caused.cause.reason {
        Some(known) => format!("{} ({}): {}", known.name(), caused.cause.certainty.name(), known.label()),
        None => "unknown: no event shows the reason".into(),
    };
    line(text, "");
    line(text, &format!("  {:>5} x  {head}; in {}", reason.count, many(reason.ranges, "range", "ranges")));
    line(
        text,
        &format!(
            "           first at line {}: {}, page {:#x} of {}",
            caused.line,
            caused.task,
            caused.page,
            file(reason.file)
        ),
    );
    line(text, &format!("           {}", caused.cause.because));
    match caused.cause.reason {
        Some(known) => line(text, &format!("           {}", known.remedy())),
        None => {
            let left: Vec<&str> = HIDDEN.iter().map(|reason| reason.label()).collect();
            line(text, &format!("           What is left: {}.", left.join("; ")));
            line(
                text,
                "           Look at `filefrag -v FILE` (2 MiB in one extent, physical offset a multiple of 512 blocks).",
            );
        }
    }
    if caused.cause.certainty == Certainty::Likely {
        line(text, "           Likely, not certain: truncate, punch and write(2) change entries without an event.");
    }
}

fn not_asked(text: &mut String, findings: &Findings) {
    let total = &findings.total;
    if total.not_asked == 0 {
        return;
    }
    line(text, "");
    line(text, &format!("  {:>5} x  2 MiB were not asked for", total.not_asked));
    if total.page_table > 0 {
        let label = FallbackReason::PageTable.label();
        line(
            text,
            &format!("           {} of them because {label}. {}", total.page_table, FallbackReason::PageTable.remedy()),
        );
    }
    let others = total.not_asked - total.page_table;
    if others > 0 {
        let sentence = "for another reason: MADV_NOHUGEPAGE, transparent huge pages switched off (sysfs or prctl), or a page \
                        table from before the trace";
        line(text, &format!("           {others} of them {sentence}."));
    }
}

/// `259:0 ino 0xc`.
#[must_use]
pub fn file(file: File) -> String {
    format!("{}:{} ino {:#x}", file.major, file.minor, file.ino)
}

/// `1 access`, `2 accesses`.
#[must_use]
pub fn many(count: u64, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

pub(crate) fn line(text: &mut String, line: &str) {
    let _ = writeln!(text, "{}", line.trim_end());
}
