//! Traces that are cut, mixed, renamed or of another kernel, and files that are none: each is told by name.

use super::{answered, answered_on, recording};
use daxscope_import::kernel::{Kernel, Release};
use daxscope_import::tell::{Amount, report, trace::warnings};

fn said(text: &[u8]) -> String {
    let (findings, diagnosis) = answered(text);
    report(&findings, &diagnosis, Amount::SHORT)
}

fn text(name: &str) -> String {
    String::from_utf8(recording(name)).expect("text")
}

#[test]
fn lost_events_are_told() {
    let text = text("7.3.4/punch.txt");
    let header = text.lines().find(|line| line.contains("entries-in-buffer")).expect("a header");
    let overwritten = text.replace(header, "# entries-in-buffer/entries-written: 49/1049   #P:3");
    assert!(said(overwritten.as_bytes()).contains("The ring lost 1000 events"));
    for line in ["CPU:2 [LOST 37 EVENTS]", "CPU:2 [37 EVENTS DROPPED]", "PERF_RECORD_LOST lost 37"] {
        let lost = text.replacen(
            "tracing_mark_write: step",
            &format!("tracing_mark_write: x\n{line}\n a-1 [0] 1.1: print: step"),
            1,
        );
        let (findings, diagnosis) = answered(lost.as_bytes());
        assert_eq!(diagnosis.lost.map(|(_, count)| count), Some(37), "{line}");
        assert!(
            warnings(&findings, &diagnosis).iter().any(|warning| warning.contains("37 or more events were lost")),
            "{line}"
        );
    }
}

#[test]
fn a_cut_trace_is_told() {
    let whole = recording("7.3.4/punch.txt");
    let cut = said(&whole[..whole.len() * 2 / 3]);
    assert!(cut.contains("the text was cut") && cut.contains("1 line was not understood"), "{cut}");
    // In the middle of a handler: the access has no end.
    let text = text("7.3.4/fallback_reasons.txt");
    let until = text.find("dax_pmd_fault_done").expect("one");
    let cut = said(&text.as_bytes()[..text[..until].rfind('\n').expect("a line")]);
    assert!(cut.contains("1 access has no end in the trace"), "{cut}");
}

#[test]
fn two_traces_in_one_are_told() {
    let joined = [recording("5.10.262/punch.txt"), recording("7.3.4/punch.txt")].concat();
    let told = said(&joined);
    assert!(told.contains("Another trace begins at line"), "{told}");
    assert!(told.contains("No one kernel prints both"), "{told}");
    assert!(told.contains("Time goes backwards on one CPU"), "{told}");
}

#[test]
fn another_kernel_than_the_named_one_is_told() {
    let trace = recording("7.3.4/fallback_reasons.txt");
    let (findings, diagnosis) = answered_on(&trace, Kernel::named(Release(5, 10))).expect("a trace");
    let told = report(&findings, &diagnosis, Amount::SHORT);
    assert!(
        told.contains("No one kernel prints both the kernel that you name and a flag column of five characters"),
        "{told}"
    );
}

#[test]
fn clocks_that_differ_are_told() {
    let text = text("7.3.4/punch.txt");
    let at = text.find(" dax_pmd_fault:").expect("an event");
    let start = text[..at].rfind(']').expect("a cpu");
    let mixed = format!("{} ..... 1234:{}", &text[..=start], &text[at..]);
    assert!(said(mixed.as_bytes()).contains("Two clocks are mixed"));
    let swapped = "a-1 [000] ..... 5.000002: tracing_mark_write: x\na-1 [001] ..... 5.000001: tracing_mark_write: y\n";
    let (_, diagnosis) = answered(swapped.as_bytes());
    assert_eq!((diagnosis.order.between_cpus, diagnosis.order.on_one_cpu, diagnosis.order.farthest), (1, 0, 1000));
}

#[test]
fn files_that_are_no_text_of_events_are_refused_by_name() {
    for (start, advice) in [
        (&b"\x17\x08\x44tracing6\0"[..], "trace-cmd report"),
        (b"PERFILE2h\0\0\0", "perf script"),
        (b"\x1f\x8b\x08\0", "gunzip"),
        (b"{\"events\": []}", "neither of"),
        (b"# tracer: function_graph\n#\n", "graph of functions"),
        (b"# tracer: nop\n#\n# nop latency trace v1.1.5 on 6.12\n", "latency format"),
    ] {
        let refused = answered_on(start, Kernel::default()).expect_err("no trace");
        assert!(refused.to_string().contains(advice), "{refused}");
    }
}

#[test]
fn lines_of_other_forms_are_shown_with_their_number() {
    let trace = "     0.000 daxw/172 fs_dax:dax_pmd_fault(ino: 12, vm_start: 139, flags: 4692)\n\
                 daxw-172 [002] ..... 1.0: dax_pmd_fault: dev 259:0 ino 0xc shared USER address 0x1000\n\
                 daxw-172 [002] ..... 1.0: dax_pmd_fault: ino=0xc vm_start=0x7f0000000000\n\
                 daxw-172 [002] ..... 1.0: ext4_sync_file_enter: dev 259,0 ino 12\n\
                 daxw-172 [002] ..... 1.0: dax_writeback_one: dev 259:0 ino 0xc pgoff 0x0 pglen 0x0\n";
    let (_, diagnosis) = answered(trace.as_bytes());
    let shown: Vec<(u64, bool)> =
        diagnosis.shown.iter().map(|line| (line.line, line.why.contains("perf trace"))).collect();
    assert_eq!(shown, [(1, true), (2, false), (3, true), (5, false)]);
    assert_eq!(diagnosis.other_names.get("ext4_sync_file_enter"), Some(&1));
    assert_eq!(diagnosis.accounted(), diagnosis.lines);
}

#[test]
fn events_of_the_radix_era_are_decoded_as_such() {
    let trace = "big-1504  [001] ....   326.960743: xfs_filemap_pmd_fault: dev 259:0 ino 0x1003\n\
        big-1504  [001] ....   326.960753: dax_pmd_fault: dev 259:0 ino 0x1003 shared WRITE|ALLOW_RETRY|KILLABLE|USER address 0x10505000 \
        vm_start 0x10200000 vm_end 0x10700000 pgoff 0x305 max_pgoff 0x1400 \n\
        big-1504  [001] ....   326.960981: dax_pmd_insert_mapping: dev 259:0 ino 0x1003 shared write address 0x10505000 length 0x200000 \
        pfn 0x100600 DEV|MAP radix_entry 0xc000e\n\
        big-1504  [001] ....   326.960986: dax_pmd_fault_done: dev 259:0 ino 0x1003 shared WRITE|ALLOW_RETRY|KILLABLE|USER address \
        0x10505000 vm_start 0x10200000 vm_end 0x10700000 pgoff 0x305 max_pgoff 0x1400 NOPAGE\n\
        big-1504  [001] ....   326.970986: dax_pfn_mkwrite: dev 259:0 ino 0x1003 shared WRITE|MKWRITE|USER address 0x10506000 pgoff 0x306 \n";
    let (findings, diagnosis) = answered(trace.as_bytes());
    assert_eq!((diagnosis.events, diagnosis.others, diagnosis.not_understood), (4, 1, 0), "{:?}", diagnosis.shown);
    assert_eq!(findings.total.huge, 1);
    assert_eq!(diagnosis.kernel.words(), "4.12 or newer, before 4.15");
    assert_eq!(diagnosis.kernel.nearest_model(), "4.13.4");
}

#[test]
fn a_task_that_renames_itself_stays_one_task() {
    let event = |name: &str, time: u32| {
        format!(
            "{name}-7 [000] ..... 1.00000{time}: dax_pte_fault_done: dev 1:1 ino 0x1 shared WRITE address 0x{time}000 pgoff 0x{time} NOPAGE\n"
        )
    };
    let (findings, diagnosis) = answered([event("a b-c", 1), event("[0]", 2), event("<...>", 3)].concat().as_bytes());
    assert_eq!((findings.tasks.len(), findings.tasks[0].counts.small), (1, 3));
    assert!(warnings(&findings, &diagnosis).iter().any(|warning| warning.contains("several names")));
}

#[test]
fn handlers_of_several_tasks_may_lie_between_one_another() {
    let text = text("7.3.4/fallback_reasons.txt");
    let other = text.replace("daxw-172", "other-99").replace("ino 0xc", "ino 0xd");
    let mixed: String = text.lines().zip(other.lines()).flat_map(|(one, two)| [one, "\n", two, "\n"]).collect();
    let (alone, _) = answered(text.as_bytes());
    let (findings, _) = answered(mixed.as_bytes());
    assert_eq!(findings.tasks.len(), 2);
    for task in &findings.tasks {
        assert_eq!(task.counts, alone.total, "{}", task.name);
    }
    assert_eq!(findings.total.fell_back, 2 * alone.total.fell_back);
}
