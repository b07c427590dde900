//! The findings of a trace in the words of the page.

use super::report::{Reason, Suspect, Table, TraceReport};
use daxscope_core::fallback::FallbackReason;
use daxscope_core::units::PMD_PAGES;
use daxscope_import::answer::suspect::{PassedLocked, TakenAway};
use daxscope_import::answer::why::{Certainty, HIDDEN};
use daxscope_import::kernel::Release;
use daxscope_import::tell::{self, file, many, rows, rows::Column, trace::warnings};
use daxscope_import::{Diagnosis, Findings};

/// Rows of a table that go to the page; the command line shows all.
const MAX_ROWS: usize = 1000;
/// Suspects of one kind that go to the page.
const MAX_SUSPECTS: usize = 50;

pub(super) fn trace_report(findings: &Findings, diagnosis: &Diagnosis) -> TraceReport {
    let mut report = TraceReport {
        about: about(diagnosis),
        kernel: diagnosis.kernel.words(),
        because: diagnosis.kernel.because().join("; "),
        headline: headline(findings),
        totals: totals(findings),
        tables: vec![ranges(findings), tasks(findings), syncs(findings)],
        warnings: warnings(findings, diagnosis),
        not_understood: diagnosis.not_understood,
        ..TraceReport::default()
    };
    if let Some((one, other)) = diagnosis.kernel.contradiction() {
        report.contradiction = format!(
            "No one kernel prints both {} and {}: are two traces mixed, or is another kernel named than the one that was traced?",
            one.words(),
            other.words()
        );
    }
    for told in tell::reasons(findings) {
        report.reasons.push(reason(&told));
    }
    not_asked(findings, &mut report.not_asked);
    suspects(findings, diagnosis, &mut report);
    for shown in &diagnosis.shown {
        report.strange.push((shown.line, shown.text.clone(), shown.why.clone()));
    }
    report
}

fn about(diagnosis: &Diagnosis) -> String {
    let tool = diagnosis.tool.map_or(String::new(), |tool| format!(", written by {}", tool.name()));
    let mut said = format!(
        "{}{tool}: {} of fs_dax",
        many(diagnosis.lines, "line", "lines"),
        many(diagnosis.events, "event", "events"),
    );
    for (count, one, more) in [
        (diagnosis.probes, "kprobe of the entry locks", "kprobes of the entry locks"),
        (diagnosis.markers, "marker", "markers"),
        (diagnosis.others + diagnosis.switches, "event of something else", "events of something else"),
    ] {
        if count > 0 {
            said.push_str(&format!(", {}", many(count, one, more)));
        }
    }
    said.push('.');
    said
}

fn headline(findings: &Findings) -> String {
    let total = &findings.total;
    if total.accesses == 0 {
        return "No fault of DAX is in this trace.".into();
    }
    let faulted = many(total.accesses, "access faulted", "accesses faulted");
    if total.asked == 0 {
        return format!("{faulted}, and 2 MiB were asked for by none.");
    }
    let asked = if total.asked == total.accesses { "all".to_owned() } else { total.asked.to_string() };
    let zero =
        if total.huge_zero > 0 { format!(" ({} of them the huge zero page)", total.huge_zero) } else { String::new() };
    let back = match total.fell_back {
        0 => "none fell back".to_owned(),
        count => format!("{count} fell back to 4 KiB"),
    };
    format!("{faulted}. 2 MiB were asked for by {asked}: {} mapped huge{zero}, {back}.", total.huge)
}

fn totals(findings: &Findings) -> Vec<(String, u64)> {
    let total = &findings.total;
    let pairs = [
        ("accesses that faulted", total.accesses),
        ("calls of a handler", total.handlers),
        ("mapped by 2 MiB", total.huge),
        ("fell back", total.fell_back),
        ("2 MiB not asked for", total.not_asked),
        ("mapped by 4 KiB", total.small),
        ("copied (private)", total.copied),
        ("huge zero page taken apart", total.downgrades),
        ("faulted again", total.refaults),
        ("failed", total.failed),
        ("calls of fsync or msync", findings.sync_count),
        ("2 MiB entries flushed", findings.flushed.0),
        ("4 KiB entries flushed", findings.flushed.1),
    ];
    pairs.into_iter().map(|(name, count)| (name.to_owned(), count)).collect()
}

fn reason(told: &tell::Reason<'_>) -> Reason {
    let caused = told.first;
    let cause = &caused.cause;
    let mut because = cause.because.clone();
    if cause.certainty == Certainty::Likely {
        because.push_str(" Likely, not certain: truncate, punch and write(2) change entries without an event.");
    }
    let (label, remedy) = match cause.reason {
        Some(known) => (capital(known.label()), known.remedy().to_owned()),
        None => {
            let left: Vec<&str> = HIDDEN.iter().map(|reason| reason.label()).collect();
            let look = "Look at `filefrag -v FILE` (2 MiB in one extent, physical offset a multiple of 512 blocks).";
            ("No event shows the reason".to_owned(), format!("What is left: {}. {look}", left.join("; ")))
        }
    };
    Reason {
        count: told.count,
        ranges: told.ranges,
        name: cause.reason.map_or(String::new(), |known| known.name().to_owned()),
        certainty: cause.certainty.name().to_owned(),
        label,
        line: caused.line,
        who: format!("{}, page {:#x} of {}", caused.task, caused.page, file(told.file)),
        because,
        remedy,
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| format!("{}{}", first.to_uppercase(), chars.as_str()))
}

fn not_asked(findings: &Findings, said: &mut Vec<String>) {
    let total = &findings.total;
    if total.page_table > 0 {
        let reason = FallbackReason::PageTable;
        said.push(format!(
            "{} because {}. {}",
            many(total.page_table, "time", "times"),
            reason.label(),
            reason.remedy()
        ));
    }
    let others = total.not_asked - total.page_table.min(total.not_asked);
    if others > 0 {
        said.push(format!(
            "{} for another reason: MADV_NOHUGEPAGE, transparent huge pages switched off (sysfs or prctl), or a page table from before \
             the trace.",
            many(others, "time", "times")
        ));
    }
}

fn suspects(findings: &Findings, diagnosis: &Diagnosis, report: &mut TraceReport) {
    for taken in findings.taken.iter().take(MAX_SUSPECTS) {
        report.suspects.push(of_taken(taken, diagnosis));
    }
    for passed in findings.passed.iter().take(MAX_SUSPECTS) {
        report.suspects.push(of_passed(passed));
    }
    report.more_suspects = findings.taken_count + findings.passed_count - report.suspects.len() as u64;
    if findings.unflushed.0 > 0 {
        let (count, first) = findings.unflushed;
        report.asides.push(format!(
            "{} with a store before an fsync or msync of its pages, and no dax_writeback_one in it (first: line {first}): punched or \
             truncated meanwhile, cleaned before the trace shows it, or passed.",
            many(count, "entry", "entries")
        ));
    }
    if findings.deleted_dirty > 0 {
        report.asides.push(format!(
            "{} with dirty entries deleted by a layout break, and no fsync behind that in the trace.",
            many(findings.deleted_dirty, "range", "ranges")
        ));
    }
}

const fn how(is_seen: bool) -> &'static str {
    if is_seen { "seen by a kprobe" } else { "inferred" }
}

fn of_taken(taken: &TakenAway, diagnosis: &Diagnosis) -> Suspect {
    let first = taken.range * PMD_PAGES;
    let store = format!(
        "task {} stores to page {:#x} of {}, which makes pages {first:#x}-{:#x} dirty",
        taken.store.tid,
        taken.store.page,
        file(taken.file),
        first + (PMD_PAGES - 1)
    );
    let mut evidence = vec![(taken.store.line, store)];
    for (line, mark) in &taken.marks {
        evidence.push((*line, mark.words()));
    }
    if let Some(line) = taken.sync {
        evidence.push((line, "fsync or msync, and nothing of it is flushed".into()));
    }
    let mut note = String::new();
    if !taken.is_seen && !diagnosis.kernel.is_from(Release::LAYOUT_BREAK) {
        note.push_str(
            "If this kernel is 6.15 or newer: there a layout break deletes all entries of a file, dirty ones too. Older ones do not. No \
             suspect if it was these pages that were punched or cut off.",
        );
    }
    let title = "Dirty entries that a layout break took away".into();
    Suspect { title, how: how(taken.is_seen).into(), evidence, note }
}

fn of_passed(passed: &PassedLocked) -> Suspect {
    let until = passed.held.1.map_or("the end of the trace".into(), |line| format!("line {line}"));
    let store = format!("task {} stores to page {:#x} of {}", passed.store.tid, passed.store.page, file(passed.file));
    let held = format!("task {} is in a fault on the same entry, until {until}", passed.holder);
    let sync = format!(
        "task {} calls fsync or msync (to line {}), which flushes nothing of that entry",
        passed.tid, passed.sync.1
    );
    Suspect {
        title: "fsync or msync that passed a locked entry".into(),
        how: how(passed.is_seen).into(),
        evidence: vec![(passed.store.line, store), (passed.held.0, held), (passed.sync.0, sync)],
        note: String::new(),
    }
}

fn table<T>(title: &str, columns: &[Column<T>], rows: Vec<Vec<String>>, total: u64) -> Table {
    Table { title: title.into(), columns: rows::names(columns), rows, total }
}

fn ranges(findings: &Findings) -> Table {
    let told = rows::ranges_in_order(findings);
    let cells = told.into_iter().take(MAX_ROWS).map(|range| rows::cells(&rows::RANGES, range)).collect();
    table("Ranges of 2 MiB", &rows::RANGES, cells, findings.ranges.len() as u64)
}

fn tasks(findings: &Findings) -> Table {
    let cells = findings.tasks.iter().take(MAX_ROWS).map(|task| rows::cells(&rows::TASKS, task)).collect();
    table("Tasks", &rows::TASKS, cells, findings.tasks.len() as u64)
}

fn syncs(findings: &Findings) -> Table {
    let cells = findings.syncs.iter().take(MAX_ROWS).map(|sync| rows::cells(&rows::SYNCS, sync)).collect();
    table("fsync and msync", &rows::SYNCS, cells, findings.sync_count)
}
