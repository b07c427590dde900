//! Sentences are true and say what went wrong: one row each, with the script, the size of steps, and the words.

use daxscope_core::check::Rule;
use daxscope_core::narrate;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Scenario, Schedule, StepSize, parse};
use daxscope_core::standstill::Standstill;
use daxscope_core::units::ThreadId;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// Runs a script along its schedule and on to its end.
fn run(script: &str, size: StepSize) -> Run {
    let parsed = parse(script);
    assert_eq!(parsed.diagnostics, [], "{script}");
    let schedule = parsed.scenario.schedule.clone();
    let mut run = Run::new(Arc::new(parsed.scenario));
    if let Some(schedule) = schedule {
        run.follow(&schedule).unwrap_or_else(|cannot| panic!("step {}: {}", cannot.followed + 1, cannot.reason));
    }
    assert!(run.run_on(size, 10_000), "it comes to an end: {script}");
    run
}

fn sentences(run: &Run) -> Vec<&str> {
    run.steps.iter().map(|step| step.sentence.as_str()).collect()
}

/// Every call that can fail, how it fails, and what is said of it.
const FAILURES: &[(&str, &str)] = &[
    (
        "revision 4.13.4\nfile 1p\nthread A\n write 4K at 0\nfail iomap_begin 1 with ENOSPC\n",
        "learns nothing of page 0x0: iomap_begin fails (-ENOSPC)",
    ),
    (
        "revision 4.10.0\nfile 1p\nthread A\n read 4K at 0\nfail iomap_begin 1 with EIO\n",
        "learns nothing of page 0x0: iomap_begin fails (-EIO)",
    ),
    (
        "revision 4.10.0\nfile 4p\nthread A\n write(2) 1p..2p\nfail iomap_begin 1 with ENOSPC\n",
        "learns nothing of page 0x1: iomap_begin fails (-ENOSPC)",
    ),
    (
        "revision 4.10.0\nfile 4p\nthread A\n read(2) 1p..2p\nfail iomap_begin 1 with EIO\n",
        "learns nothing of page 0x1: iomap_begin fails (-EIO)",
    ),
    (
        "revision 4.10.0\nfile 2M\nthread A\n read 2M at 0\nfail iomap_begin 1 with ENOSPC\n",
        "learns nothing of page 0x0: iomap_begin fails (-ENOSPC)",
    ),
    (
        "revision 4.10.0\nthread A\n read 4K at 3p\nfail preload 1\n",
        "cannot preallocate tree nodes: preload fails (-ENOMEM)",
    ),
    (
        "revision 4.10.0\nthread A\n read 4K at 3p\nfail maybe_preload 1\n",
        "cannot preallocate tree nodes: maybe_preload fails (-ENOMEM)",
    ),
    (
        "revision 4.10.0\nthread A\n read 4K at 3p\nfail page_alloc 1\n",
        "gets no page for the hole at 0x3: page_alloc fails (-ENOMEM)",
    ),
    (
        "revision 4.10.0\nthread A\n read 2M at 0\nfail hzp_alloc 1\n",
        "gets no huge zero page: hzp_alloc fails (-ENOMEM)",
    ),
    (
        "revision 4.10.0\nfile 1p\nextent 0..1p mapped at 16M\nthread A\n read 4K at 0\nfail direct_access 1\n",
        "cannot reach the device: direct_access fails (-EIO)",
    ),
    (
        "revision 4.10.0\nfile 4p\nextent 0..4p mapped at 16M\nthread A\n read(2) 0..1p\nfail direct_access 1\n",
        "cannot reach the device: direct_access fails (-EIO)",
    ),
];

#[test]
fn a_call_that_fails_is_told_as_failing_at_every_step_size() {
    for (script, words) in FAILURES {
        for size in [StepSize::Operation, StepSize::Point] {
            let run = run(script, size);
            let told = sentences(&run).iter().filter(|sentence| sentence.contains(words)).count();
            assert_eq!(told, 1, "{script}\n{size:?}: {:#?}", sentences(&run));
        }
    }
}

/// What used to be told as `goes on`, or as something that did not happen.
const TOLD: &[(&str, &str)] = &[
    // Beyond the end of the block map the recordings note no extent; the answer is there all the same.
    (
        "revision 4.13.4\nfile 1p\nthread A\n read(2) 2p..3p\n",
        "learns from iomap_begin that there is a hole behind page 0x2",
    ),
    // Why there is a SIGBUS.
    ("revision 4.13.4\nfile 1p\nprocess P maps 0..4p\nthread A in P\n read 4K at 2p\n", "reads the file size: 1 page"),
    (
        "revision 4.13.4\nfile 2M\nextent 0..2M mapped at 16M\nthread A\n write 2M at 0\n fsync\n",
        "write-protects and cleans the mapping at virtual page 0x0",
    ),
    (
        "revision 4.13.4\nfile 1p\nextent 0..1p mapped at 16M\nthread A\n write 4K at 0\n fsync\n",
        "tags one dirty entry TOWRITE",
    ),
    (
        "revision 4.13.4\nfile 1p\nextent 0..1p mapped at 16M\nthread A\n write 4K at 0\n fsync\n",
        "write-protects and cleans the mapping at virtual page 0x0",
    ),
    (
        "revision 4.13.4\nfile 4p\nextent 0..4p mapped at 16M\nthread A\n punch 1p..3p\n",
        "frees the blocks of pages 0x1 to 0x2",
    ),
    ("revision 4.13.4\nfile 4p\nthread A\n read 4K at 1p\n truncate 0\n", "zaps 1 pte of process 1"),
    ("revision 4.13.4\nfile 1p\nthread A\n read 4K at 0\n", "A begins."),
];

#[test]
fn every_step_says_what_it_did() {
    for (script, words) in TOLD {
        let run = run(script, StepSize::Point);
        assert!(
            sentences(&run).iter().any(|sentence| sentence.contains(words)),
            "{words}:\n{script}\n{:#?}",
            sentences(&run)
        );
    }
}

/// No step is told as nothing: not of these scripts and not of any exhibit, whatever the size of its steps.
#[test]
fn nobody_just_goes_on() {
    let exhibits = Path::new(env!("CARGO_MANIFEST_DIR")).join("../museum/exhibits");
    let exhibits = fs::read_dir(exhibits).expect("exhibits").map(|entry| entry.expect("a folder").path());
    let read = |folder: std::path::PathBuf| fs::read_to_string(folder.join("scenario.dax")).expect("a script");
    let exhibits: Vec<String> = exhibits.filter(|path| path.is_dir()).map(read).collect();
    assert!(exhibits.len() > 30, "{}", exhibits.len());
    let own = FAILURES.iter().chain(TOLD).map(|(script, _)| (*script).to_owned());
    for script in own.chain(exhibits) {
        let scenario = Arc::new(Scenario { schedule: None, ..parse(&script).scenario });
        for size in [StepSize::Operation, StepSize::Point, StepSize::Section, StepSize::Atom] {
            let mut run = Run::new(Arc::clone(&scenario));
            run.run_on(size, 400);
            for step in &run.steps {
                assert!(!step.sentence.ends_with(" goes on."), "{script}\n{size:?} {:?}", step.record.performed);
            }
        }
    }
}

/// A reader behind a writer in the queue, and the transaction that both end in.
const QUEUED: &str = "revision 4.13.4\njournal on\nfile 4p\nthread A\n write(2) 0..1p from 1p\nthread B\n write 4K at 1p\n\
                      thread C\n munmap\nthread D\n fsync\nschedule by point B3 C3 A5 D3 B\n";

/// Exhibit D6: the journal, and an entry that is locked by somebody who waits for it.
const TRANSACTION: &str = "revision 4.10.0 order_iomap_vs_grab=grab\njournal on\nfile 4p\nextent 0..4p mapped at 16M\n\
                           thread A\n write(2) 0..1p from 1p\nthread B\n write 4K at 1p\nthread C\n fsync\n\
                           schedule by point A6 C3 B9 A2\n";

/// The same, with one more behind the entry and one behind the inode lock.
const BEHIND: &str = "revision 4.10.0 order_iomap_vs_grab=grab\njournal on\nfile 4p\nextent 0..4p mapped at 16M\n\
                      thread A\n write(2) 0..1p from 1p\nthread B\n write 4K at 1p\nthread C\n fsync\nthread D\n read 4K at 1p\n\
                      thread E\n write(2) 2p..3p\nschedule by point A6 C3 B9 A2\n";

/// Exhibit A4: a downgrade wakes one of two waiters.
const LOST: &str = "revision v5\nfile 2M\nextent 0..2M mapped at 7p\nthread A\n read 2M at 1p\nthread B\n read 4K at 2p\n\
                    thread C\n read 4K at 3p\nschedule by point A16 B6 C6 A9 B12\n";

/// Script, the rules that break in the end, their sentences, and who has lost a wake-up.
type Row = (&'static str, &'static [Rule], &'static [&'static str], &'static [u8]);

const STANDSTILLS: &[Row] = &[
    (
        QUEUED,
        &[Rule::Deadlock],
        &[
            "A -> C -> B -> D -> A: A queues for mmap_sem of process 1 behind C, who wants it alone; C wants mmap_sem of \
           process 1 alone, and B holds it; B cannot open a handle before D has committed the running transaction; D \
           cannot commit the running transaction before A closes its handle.",
        ],
        &[],
    ),
    (
        TRANSACTION,
        &[Rule::Deadlock],
        &["A -> B -> C -> A: A sleeps on the entry at 0x1, which B has locked; B cannot open a handle before C has \
           committed the running transaction; C cannot commit the running transaction before A closes its handle."],
        &[],
    ),
    (
        BEHIND,
        &[Rule::Deadlock],
        &["A -> B -> C -> A: A sleeps on the entry at 0x1, which B has locked; B cannot open a handle before C has \
           committed the running transaction; C cannot commit the running transaction before A closes its handle. Behind \
           that wait D and E."],
        &[],
    ),
    (
        LOST,
        &[Rule::LostWakeup],
        &["C sleeps on key 0x0 for an entry that no longer exists. Nobody who can still run will wake that key."],
        &[2],
    ),
];

#[test]
fn a_standstill_is_told_once() {
    for (script, rules, words, lost) in STANDSTILLS {
        let run = run(script, StepSize::Point);
        let told: Vec<_> = run.steps.last().map(|step| step.violations.clone()).unwrap_or_default();
        assert_eq!(told.iter().map(|violation| violation.rule).collect::<Vec<_>>(), *rules, "{script}");
        assert_eq!(told.iter().map(|violation| violation.sentence.as_str()).collect::<Vec<_>>(), *words, "{script}");
        let standstill = Standstill::of(&run.machine).expect("nobody can run");
        assert_eq!(standstill.lost, lost.iter().copied().map(ThreadId).collect::<Vec<_>>(), "{script}");
        for thread in run.machine.thread_ids() {
            let waits = run.machine.blocked(thread).is_some();
            let mentions = words.iter().any(|sentence| sentence.contains(thread.letter()));
            assert!(!waits || mentions, "{thread} waits, and nobody says so");
        }
    }
}

/// Why a thread cannot run: who holds the lock, how, and behind whom it stands.
#[test]
fn who_queues_behind_whom_is_told() {
    let parsed = parse(QUEUED);
    let mut run = Run::new(Arc::new(parsed.scenario));
    let schedule = Schedule::from_compact("p222333.1x5").expect("a schedule");
    run.follow(&schedule).expect("it can be followed");
    let why = |thread: u8| narrate::why_blocked(&run.machine, ThreadId(thread)).expect("it waits");
    assert_eq!(why(0), "queues for mmap_sem of process 1 behind C, who wants it alone; B holds it");
    assert_eq!(why(2), "waits for mmap_sem of process 1 alone, held by B");
}

/// Livelocks: the script, which steps are the round and which one made it possible, and how the sentence ends.
const ROUNDS: &[(&str, usize, &str)] = &[
    // Exhibit C8: a scan that steps back to an entry that it keeps.
    (
        "revision 4.10.0\nfile 2M\nthread A\n write 2M at 0\n invalidate2\n",
        2,
        "makes it possible: A tags the entry at 0x0 DIRTY.",
    ),
    // The entry comes from another thread.
    (
        "revision 4.10.0\nfile 2M\nthread A\n invalidate2\nthread B\n write 2M at 0\nschedule by point B15\n",
        2,
        "makes it possible: B tags the entry at 0x0 DIRTY.",
    ),
    // Exhibit A7: what asks the file system for blocks is no look, although its answer changes on the way in.
    (
        "revision v8\nfile 2M\nalloc max 1p\nthread A\n read 2M at 0\n write 4K at 0\n",
        3,
        "makes it possible: A maps the huge zero page read-only at virtual page 0x0.",
    ),
    // Without entry locks: a mapping that has lost its entry is written to.
    (
        "revision 4.10.0 entry_locks=off\nfile 2M\nextent 0..2M mapped at 0x1007p\nthread A\n read 4K at 0\n invalidate2\n write 4K at 0\n",
        5,
        "makes it possible: A deletes the 4 KiB entry of sector 0x8038 at 0x0.",
    ),
];

#[test]
fn a_livelock_is_told_as_a_way_in_and_one_round() {
    for (script, length, words) in ROUNDS {
        let mut run = Run::new(Arc::new(parse(script).scenario));
        let schedule = run.machine.scenario().schedule.clone().unwrap_or_default();
        run.follow(&schedule).expect("it can be followed");
        assert!(!run.run_on(StepSize::Point, 10_000) && run.goes_round(), "{script}");
        let steps = run.steps.len();
        assert!(!run.run_on(StepSize::Point, 10_000), "it would never end");
        assert_eq!(run.steps.len(), steps, "the round is made once");
        let told: Vec<_> = run.violations().filter(|(_, violation)| violation.rule == Rule::Livelock).collect();
        let [(at, violation)] = told.as_slice() else { panic!("{script}: {told:?}") };
        let round = violation.round.expect("a round");
        assert_eq!((*at, round.last, round.last + 1 - round.first), (steps, steps, *length), "{script}");
        let cause = round.cause.expect("a step that made it possible");
        assert!(cause < round.first && violation.sentence.ends_with(words), "{script}: {}", violation.sentence);
        assert!(violation.sentence.contains(&format!("steps {} to {} are one round", round.first, round.last)));

        let rows = run.steps.iter().enumerate().map(|(at, step)| narrate::Row {
            number: at + 1,
            thread: step.record.choice.thread,
            sentence: &step.sentence,
            function: "",
        });
        let threads = run.machine.scenario().threads.len();
        let table = narrate::table_with_round(threads, rows, Some(round));
        let mark = format!("  -- steps {} to {} again and again, for ever:\n", round.first, round.last);
        let (_, behind) = table.split_once(&mark).expect("a line in front of the round");
        assert!(behind.trim_start().starts_with(&round.first.to_string()), "{table}");
    }
}
