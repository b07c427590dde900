//! Absurd scripts: every limit has a diagnostic, and the scenario stays within it.

use daxscope_core::scenario::limits::{
    MAX_DIAGNOSTICS, MAX_ENTRIES, MAX_EXPECTATIONS, MAX_EXTENTS, MAX_FAILURES, MAX_LINE_CHARS, MAX_OPERATIONS,
    MAX_PROCESSES, MAX_SCHEDULE_STEPS, MAX_TEXT_BYTES, MAX_THREADS, MAX_TITLE_CHARS,
};
use daxscope_core::scenario::{Choice, Filled, Parsed, Schedule, StepSize, format, format_text, parse};
use daxscope_core::units::ThreadId;

/// Checks the only error of a script, message and expectation.
#[track_caller]
fn check(text: &str, line: u32, expect: &str) -> Parsed {
    let parsed = parse(text);
    let errors: Vec<String> = parsed
        .diagnostics
        .iter()
        .map(|diagnostic| format!("{}: {} ({})", diagnostic.span.line, diagnostic.message, diagnostic.expected))
        .collect();
    assert_eq!(errors, [format!("{line}: {expect}")]);
    assert_eq!(format_text(&format_text(text)), format_text(text));
    parsed
}

fn repeated(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(|index| line(index) + "\n").collect()
}

#[test]
fn parts_have_limits() {
    let letters = |index| format!("thread {}", ThreadId(index as u8));
    let parsed = check(&repeated(MAX_THREADS + 1, letters), 10, "This is thread 10. (at most 9)");
    assert_eq!(parsed.scenario.threads.len(), MAX_THREADS);
    let lost = format!("{}fsync\n", repeated(MAX_THREADS + 1, letters));
    let parsed = check(&lost, 10, "This is thread 10. (at most 9)");
    assert!(parsed.scenario.threads.iter().all(|thread| thread.operations.is_empty()));

    let operations = format!("thread A\n{}", repeated(MAX_OPERATIONS + 1, |_| "fsync".into()));
    let parsed = check(&operations, 4098, "This is operation 4097 of thread A. (at most 4096)");
    assert_eq!(parsed.scenario.threads[0].operations.len(), MAX_OPERATIONS);

    let processes = format!("thread A\n{}", repeated(MAX_PROCESSES + 1, |index| format!("process P{index}")));
    let parsed = check(&processes, 10, "This is process 9. (at most 8)");
    assert_eq!(parsed.scenario.processes.len(), MAX_PROCESSES);

    let extents = repeated(MAX_EXTENTS + 1, |index| format!("extent {index}p+1p hole"));
    let parsed = check(&format!("thread A\n{extents}"), 66, "This is extent 65. (at most 64)");
    assert_eq!(parsed.scenario.file.extents.len(), MAX_EXTENTS);

    let entries = format!("file 1G\nthread A\nentries 0..{MAX_ENTRIES}p page\nentries 512M+2p page\n");
    let parsed = check(&entries, 4, "These make 16386 entries before the first step. (at most 16384 in all)");
    assert_eq!(parsed.scenario.entries.iter().map(Filled::entries).sum::<u64>(), MAX_ENTRIES);

    let failures = repeated(MAX_FAILURES + 1, |index| format!("fail preload {}", index + 1));
    let parsed = check(&format!("thread A\n{failures}"), 66, "This is failure 65. (at most 64)");
    assert_eq!(parsed.scenario.failures.len(), MAX_FAILURES);

    let expectations = repeated(MAX_EXPECTATIONS + 1, |index| format!("expect dirty {index}p"));
    let parsed = check(&format!("thread A\n{expectations}"), 66, "This is expectation 65. (at most 64)");
    assert_eq!(parsed.scenario.expectations.len(), MAX_EXPECTATIONS);
}

#[test]
fn texts_have_limits() {
    let title = "x".repeat(MAX_TITLE_CHARS + 1);
    check(&format!("thread A\ntitle {title}"), 2, "The title has 121 characters. (at most 120)");

    let line = format!("thread A\n# {}", "x".repeat(MAX_LINE_CHARS));
    let expect = "The line has 2002 characters. (at most 2000; a schedule may have several lines)";
    check(&line, 2, expect);

    let text = format!("thread A\n{}fsync\n", "# nothing\n".repeat(MAX_TEXT_BYTES / 10));
    let expect =
        format!("The script has {} bytes; from this line on it is not read. (at most 262144 bytes)", text.len());
    let parsed = check(&text, 26215, &expect);
    assert!(parsed.scenario.threads[0].operations.is_empty());
    assert_eq!(format_text(&text), text);
}

#[test]
fn many_mistakes_are_counted() {
    // Found when lines are put together: all of them are read.
    let parsed = parse(&"thread A\n".repeat(1001));
    assert_eq!(parsed.diagnostics.len(), MAX_DIAGNOSTICS + 1);
    let last = parsed.diagnostics.last().expect("there are some");
    assert_eq!((last.span.line, last.message.as_str()), (102, "There are 900 more mistakes from here on."));
    assert!(!parsed.is_ok());
}

#[test]
fn what_is_no_script_is_not_read_to_its_end() {
    let parsed = parse(&format!("fsync in A\n{}process P\n", "x\n".repeat(1000)));
    assert_eq!(parsed.diagnostics.len(), MAX_DIAGNOSTICS + 1);
    let last = parsed.diagnostics.last().expect("there are some");
    let expect = "There are more than 100 mistakes: from line 102 on the script is not read.";
    assert_eq!((last.span.line, last.message.as_str()), (101, expect));
    assert!(!parsed.is_ok());
    assert_eq!(parsed.source.processes, [None], "a line behind the last one that is read");

    // The formatter keeps every line.
    let text = format!("{}thread   A\n", "x\n".repeat(1000));
    assert_eq!(format_text(&text), format!("{}thread A\n", "x\n".repeat(1000)));
}

#[test]
fn long_bad_scripts_are_read_in_time() {
    let check = |line: &str| {
        let parsed = parse(&format!("thread A\n{}", line.repeat(MAX_TEXT_BYTES / line.len() / 4)));
        assert_eq!(parsed.diagnostics.len(), MAX_DIAGNOSTICS + 1, "{line}");
    };
    check("x\n");
    check("\"\n");
    check("process\n");
    check("extent 0..1p hole\n");
    check("fail preload in B\n");
    check("munmap Q\n");
}

#[test]
fn schedules_have_limits() {
    let parsed = check(
        "thread A\nschedule A100000\nschedule A",
        3,
        "The schedule has more than 100000 steps. (at most 100000 steps in all)",
    );
    assert_eq!(parsed.scenario.schedule.map(|schedule| schedule.choices.len()), Some(MAX_SCHEDULE_STEPS));

    // The longest there is: every step another run that fails. It fits into a script and into a link.
    let choice = |index: usize| Choice { thread: ThreadId((index % 2) as u8), fail: true };
    let choices = (0..MAX_SCHEDULE_STEPS).map(choice).collect();
    let mut scenario = parse("thread A\nthread B").scenario;
    scenario.schedule = Some(Schedule { step_size: StepSize::Point, choices });
    let text = format(&scenario);
    assert!(text.len() < MAX_TEXT_BYTES, "{}", text.len());
    let parsed = parse(&text);
    assert_eq!(parsed.diagnostics, []);
    assert!(parsed.scenario == scenario);
    assert_eq!(format_text(&text), text);
    let schedule = scenario.schedule.unwrap_or_default();
    assert!(Schedule::from_compact(&schedule.to_compact()) == Ok(schedule));
}

#[test]
fn a_bad_line_does_not_spoil_the_others() {
    // Operations below a thread line that is left out are not given to the thread above it.
    let parsed = parse("thread A\nfsync\nthread\nread 4K at 0\nthread B\nfsync");
    let counts: Vec<usize> = parsed.scenario.threads.iter().map(|thread| thread.operations.len()).collect();
    assert_eq!((counts, parsed.diagnostics.len()), (vec![1, 1], 1));
    // A process whose line is left out is not reported again where it is used.
    let parsed = parse("process P maps\nthread A in P\nread 4K at 0 via P\nfsync");
    assert_eq!((parsed.diagnostics.len(), parsed.scenario.threads[0].operations.len()), (1, 1));
    // A schedule ends where it cannot be read.
    let parsed = parse("thread A\nschedule A5 C A7\nschedule A2");
    assert_eq!(parsed.scenario.schedule.map(|schedule| schedule.choices.len()), Some(5));
    let parsed = parse("thread A\nschedule A5\nschedule A?\nschedule A2");
    assert_eq!(parsed.scenario.schedule.map(|schedule| schedule.choices.len()), Some(5));
    // Good switches of a revision count.
    let parsed = parse("revision v6 wake_mode_delete=al colour_check=on\nthread A");
    assert_eq!(parsed.scenario.revision.name(), "v6 colour_check=on");
    // A thread with the wrong letter is there under that letter.
    let parsed = parse("thread A\nthread C\nschedule C2 A");
    assert_eq!((parsed.diagnostics.len(), parsed.scenario.threads.len()), (1, 2));
}
