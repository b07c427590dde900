//! About the trace itself: what was read, which kernel, and what is wrong with it.

use super::{line, many};
use crate::answer::Findings;
use crate::diagnosis::Diagnosis;
use crate::limits;

pub(super) fn trace(text: &mut String, findings: &Findings, diagnosis: &Diagnosis) {
    line(text, "");
    line(text, "The trace");
    let tool = diagnosis.tool.map_or(String::new(), |tool| format!(", written by {}", tool.name()));
    line(
        text,
        &format!(
            "  {}{tool}: {} of fs_dax, {} of entry locks, {}, {}",
            many(diagnosis.lines, "line", "lines"),
            many(diagnosis.events, "event", "events"),
            many(diagnosis.probes, "kprobe", "kprobes"),
            many(diagnosis.markers, "marker", "markers"),
            many(diagnosis.others + diagnosis.switches, "event of something else", "events of something else"),
        ),
    );
    others(text, diagnosis);
    kernel(text, diagnosis);
    for sentence in warnings(findings, diagnosis) {
        line(text, &format!("  {sentence}"));
    }
    not_understood(text, diagnosis);
}

fn others(text: &mut String, diagnosis: &Diagnosis) {
    if diagnosis.other_names.is_empty() {
        return;
    }
    let mut names: Vec<(&String, &u64)> = diagnosis.other_names.iter().collect();
    names.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
    let shown: Vec<String> = names.iter().take(8).map(|(name, count)| format!("{name} {count}")).collect();
    let more = if names.len() > 8 { ", ..." } else { "" };
    line(text, &format!("  Not read, because they are of something else: {}{more}", shown.join(", ")));
}

fn kernel(text: &mut String, diagnosis: &Diagnosis) {
    let kernel = &diagnosis.kernel;
    let because = kernel.because();
    let why = if because.is_empty() { String::new() } else { format!(": {}", because.join("; ")) };
    line(text, &format!("  Kernel {}{why}. The nearest that is modelled: {}", kernel.words(), kernel.nearest_model()));
    if let Some((one, other)) = kernel.contradiction() {
        line(
            text,
            &format!(
                "  No one kernel prints both {} and {}: are two traces mixed, or is another kernel named than the one that was traced?",
                one.words(),
                other.words()
            ),
        );
    }
}

/// What is wrong with the trace as a whole, as sentences.
#[must_use]
pub fn warnings(findings: &Findings, diagnosis: &Diagnosis) -> Vec<String> {
    let mut said = diagnosis.notes.clone();
    if let Some((there, written)) = diagnosis.header
        && there < written
    {
        said.push(format!(
            "The ring lost {} events (the header says {there} of {written}): what came before is missing, and counts are too small. \
             Make it larger: buffer_size_kb.",
            written - there
        ));
    }
    if let Some((at, count)) = diagnosis.lost {
        said.push(format!("{count} or more events were lost on the way (first: line {at}); counts are too small."));
    }
    if let Some(first) = diagnosis.joined_at.first() {
        let more = diagnosis.joined_at.len() - 1;
        let others = if more == 0 { String::new() } else { format!(", and {more} or more behind it") };
        said.push(format!("Another trace begins at line {first}{others}: accesses, order and kernel may be mixed."));
    }
    order(&mut said, diagnosis);
    let quirks = &diagnosis.quirks;
    if let Some(at) = quirks.bogus_oom {
        said.push(format!(
            "`OOM` stands for the result 0 here (first: line {at}), as trace-cmd and perf print it; it is read as 0."
        ));
    }
    if let Some(at) = quirks.unnamed {
        said.push(format!(
            "perf names no events in JSON (first: line {at}); they are told apart by their fields (docs/import.md)."
        ));
    } else if let Some(at) = quirks.raw {
        said.push(format!("Flags or results are numbers here (first: line {at}); they are decoded."));
    }
    if let Some(at) = quirks.unknown_name {
        said.push(format!("A flag or result has a name that no kernel up to 7.3 prints (line {at}); it is left out."));
    }
    if findings.left_out > 0 {
        said.push(format!(
            "{} events are about ranges, tasks or files beyond what is followed ({} ranges, {} tasks, {} files): they are not in the \
             tables.",
            findings.left_out,
            limits::MAX_RANGES,
            limits::MAX_TASKS,
            limits::MAX_FILES
        ));
    }
    if findings.total.unfinished > 0 {
        let what = many(findings.total.unfinished, "access has", "accesses have");
        said.push(format!("{what} no end in the trace."));
    }
    let renamed = findings.tasks.iter().filter(|task| task.is_renamed).count();
    if renamed > 0 {
        said.push(format!("{renamed} tasks have several names; the number is what counts."));
    }
    said
}

fn order(said: &mut Vec<String>, diagnosis: &Diagnosis) {
    let order = &diagnosis.order;
    if diagnosis.ticks.0 > 0 && diagnosis.seconds.0 > 0 {
        said.push(format!(
            "Two clocks are mixed: seconds (line {}) and ticks (line {}); order is that of the lines.",
            diagnosis.seconds.1, diagnosis.ticks.1
        ));
    }
    let unit = if diagnosis.ticks.0 > 0 { "ticks" } else { "ns" };
    let Some(first) = order.first else { return };
    if order.on_one_cpu > 0 {
        said.push(format!(
            "Time goes backwards on one CPU {} times (first: line {first}; by up to {} {unit}): two traces in one, or a clock that was \
             set. Order is that of the lines.",
            order.on_one_cpu, order.farthest
        ));
    } else {
        said.push(format!(
            "{} lines are older than the one before, on another CPU (first: line {first}; by up to {} {unit}): that is the `local` \
             clock; `echo mono > trace_clock` has one for all. Order is that of the lines.",
            order.between_cpus, order.farthest
        ));
    }
}

fn not_understood(text: &mut String, diagnosis: &Diagnosis) {
    let count = diagnosis.not_understood;
    if count == 0 {
        line(text, "  Every line was understood.");
        return;
    }
    line(text, &format!("  {} not understood:", many(count, "line was", "lines were")));
    for shown in &diagnosis.shown {
        line(text, &format!("    line {}: {}", shown.line, shown.text));
        line(text, &format!("      {}", shown.why));
    }
    let more = count - diagnosis.shown.len() as u64;
    if more > 0 {
        line(text, &format!("    and {more} more"));
    }
}
