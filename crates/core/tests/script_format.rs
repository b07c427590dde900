//! What the formatters write.

use daxscope_core::scenario::{Scenario, Schedule, StepSize, format, format_text, parse};
use daxscope_core::units::ThreadId;

/// Checks both ways of formatting a script that has neither errors nor comments.
#[track_caller]
fn check(text: &str, expect: &str) {
    let parsed = parse(text);
    assert!(parsed.is_ok(), "{:?}", parsed.diagnostics);
    assert_eq!(format(&parsed.scenario).trim(), expect.trim());
    assert_eq!(parse(&format_text(text)).scenario, parsed.scenario);
}

/// Checks line-wise formatting.
#[track_caller]
fn check_text(text: &str, expect: &str) {
    assert_eq!(format_text(text), expect);
    assert_eq!(format_text(expect), expect);
}

fn scenario(text: &str) -> Scenario {
    let parsed = parse(text);
    assert!(parsed.is_ok(), "{:?}", parsed.diagnostics);
    parsed.scenario
}

#[test]
fn a_scenario_has_one_form() {
    check("thread A", "revision 4.10.0\nfile     4M\nthread A");
    check(
        "schedule A2\nthread A in P\nread 2M at 5000\nprocess P private\nfile 8192K\ntitle   x\nrevision v4.10",
        "
title    x
revision 4.10.0
file     8M
process  P maps 0..8M private rw
thread A in P
  read 2M at 1p
schedule A2",
    );
    check(
        "extent 2M..4M mapped at 64M\nextent 0+1p hole\nalloc align off\ndevice devmap off\nfs_lock off\nthread A",
        "
revision 4.10.0
file     4M
extent   0..1p hole
extent   2M..4M mapped at 64M
alloc    align off
device   4G devmap off
fs_lock  off
thread A",
    );
    check(
        "thread A\nfsync 0..\nfsync 2M..\nfsync 0..1p\ninvalidate\ninvalidate2 2M+2M\ntruncate 0\nmunmap\nmunmap 1",
        "
revision 4.10.0
file     4M
thread A
  fsync
  fsync 2M..
  fsync 0..1p
  invalidate
  invalidate2 2M..4M
  truncate 0
  munmap
  munmap 1",
    );
    check(
        "thread A\nfail direct_access\nfail preload in A\nfail page_alloc with 95 3",
        "
revision 4.10.0
file     4M
thread A
fail     direct_access 1 with EIO
fail     preload 1 in A with ENOMEM
fail     page_alloc 3 with 95",
    );
    check(
        "thread A\nthread B\nschedule by point AAB!B!A2\nschedule A",
        "
revision 4.10.0
file     4M
thread A
thread B
schedule by point A2 B2! A3",
    );
}

#[test]
fn defaults_follow_the_extents() {
    let plain = scenario("thread A");
    assert_eq!((plain.file.size_pages, plain.file.block_count, plain.allocator.next), (1024, 1024, 8192));
    assert_eq!((plain.device.blocks, plain.device.devmap, plain.fs_lock), (1 << 20, true, true));
    assert_eq!(plain.processes, [plain.file.default_process()]);
    let large = scenario("extent 8M..0x801p mapped at 0x3001p\nthread A");
    assert_eq!((large.file.size_pages, large.file.block_count, large.allocator.next), (0x801, 0x801, 0x3200));
    assert_eq!(large.processes[0].mapping.pages, 0x801);
    let beyond = scenario("file 2M\nextent 2M..4M unwritten at 0\nthread A");
    assert_eq!((beyond.file.size_pages, beyond.file.block_count), (512, 1024));
    let empty = scenario("file 0\nthread A");
    assert_eq!((empty.file.size_pages, empty.processes[0].mapping.pages), (0, 512));
    let at = scenario("process P maps 1M..2M at 5M\nthread A");
    assert_eq!((at.processes[0].mapping.skew, at.processes[0].mapping.start), (1024, 256));
}

#[test]
fn the_source_map_names_lines() {
    let source = parse(
        "# comment\nextent 2M..4M mapped at 32M\nextent 0..2M hole\nthread A\nbad\nread 4K at 0\n\nfsync\nthread B\n\
         punch 0..1p\nfail preload\nschedule A\nschedule B\ntitle x",
    )
    .source;
    assert_eq!(source.extents, [3, 2]);
    assert_eq!(source.processes, [None]);
    assert_eq!(source.threads, [4, 9]);
    assert_eq!(source.operations, [vec![6, 8], vec![10]]);
    assert_eq!(source.operation(ThreadId(0), 1), Some(8));
    assert_eq!(source.operation(ThreadId(2), 0), None);
    assert_eq!((source.failures.as_slice(), source.schedule, source.title), (&[11][..], Some(12), Some(14)));
    assert_eq!((source.file, source.revision, source.device), (None, None, None));
}

#[test]
fn lines_keep_their_order_and_comments() {
    check_text("", "");
    check_text("\r\n", "\n");
    check_text("thread   A#x", "thread A  # x".replace("# x", "#x\n").as_str());
    check_text("  # note  \n#note\n", "  # note\n#note\n");
    check_text(
        "thread A # first\n read 4K at 4096   # second\nwrite 2M   at 0\n\n\nfsync 0..2M # alone\nraed  4K at 0 # kept\n",
        "thread A         # first\n  read 4K at 1p  # second\n  write 2M at 0\n\n\n  fsync 0..2M  # alone\n\
         raed  4K at 0 # kept\n",
    );
    check_text("process  P   rw shared\nthread A in 1\n", "process  P shared rw\nthread A in 1\n");
    check_text("process\nthread A\n", "process\nthread A\n");
    check_text("thread A\nthread A\nread  4K  at 0\n", "thread A\nthread A\n  read 4K at 0\n");
    check_text(
        "thread A\nschedule AAA A\nschedule A!",
        "thread A\nschedule AAA A\nschedule A!\n".replace("AAA A", "AAAA").as_str(),
    );
    check_text("title \"plain\"\ntitle\n", "title    plain\ntitle\n");
}

#[test]
fn schedules_have_a_compact_form() {
    let check = |script: &str, compact: &str| {
        let schedule = scenario(&format!("thread A\nthread B\nschedule {script}")).schedule.expect("a schedule");
        assert_eq!(schedule.to_compact(), compact);
        let again = scenario(&format!("thread A\nthread B\nschedule {}", schedule.words())).schedule;
        assert_eq!(again.as_ref(), Some(&schedule), "{}", schedule.words());
        assert_eq!(Schedule::from_compact(compact), Ok(schedule));
    };
    check("", "o");
    check("by point", "p");
    check("by section A B2", "s122");
    check("by atom", "a");
    check("A", "o1");
    check("A B A B", "o1212");
    check("by point A5 B3 A! A2", "p1x5.2221f11");
    check("A B4 A4 B", "o1.2x4.1x4.2");
    check("A4! B! A", "o1fx4.2f1");
    let plain = Schedule::from_compact("12x").map(|_| ());
    assert!(plain.is_err());
    assert_eq!(Schedule::from_compact("112").map(|schedule| schedule.step_size), Ok(StepSize::Operation));
    assert_eq!(Schedule::from_compact(""), Ok(Schedule::default()));
}

#[test]
fn damaged_links_are_explained() {
    let check = |compact: &str, expect: &str| {
        let error = Schedule::from_compact(compact).expect_err(compact);
        assert_eq!(error.to_string().trim_start_matches("The schedule is damaged at character "), expect);
    };
    check("o0", "2: `0` was not expected.");
    check("q1", "1: `q` was not expected.");
    check("o1.", "4: it ends too early.");
    check("o1..2", "4: `.` was not expected.");
    check("o.1", "2: `.` was not expected.");
    check("o1x", "4: it ends too early.");
    check("o1x0", "4: a run has no steps.");
    check("o1x5 2", "5: ` ` was not expected.");
    check("o12x5", "4: `x` was not expected.");
    check("of", "2: `f` was not expected.");
    check("o1ff", "4: `f` was not expected.");
    check("o1x100001", "4: it has more than 100000 steps.");
    check("o1x100000.2", "12: it has more than 100000 steps.");
    check("o1é", "3: `é` was not expected.");
    check("o1\n", "3: `\\n` was not expected.");
}
