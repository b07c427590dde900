//! `expect` lines, judged at the end of a run: for each kind one that is met, one that is not, and what is said then.

use daxscope_core::expect::unmet;
use daxscope_core::run::Run;
use daxscope_core::scenario::{StepSize, parse};
use std::sync::Arc;

/// What is not as expected in a run of the first thread that can run, under `lines` added to `script`.
#[track_caller]
fn check(script: &str, lines: &str, expect: &[&str]) {
    let lines: String = lines.split("; ").map(|line| format!("expect {line}\n")).collect();
    let text = format!("{script}\n{lines}");
    let parsed = parse(&text);
    assert!(parsed.is_ok(), "{text}\n{:?}", parsed.diagnostics);
    let schedule = parsed.scenario.schedule.clone().unwrap_or_default();
    let mut run = Run::new(Arc::new(parsed.scenario));
    run.follow(&schedule).expect("the schedule goes");
    run.run_on(StepSize::Operation, 2_000);
    let found: Vec<String> = unmet(&run).into_iter().map(|one| one.sentence).collect();
    assert_eq!(found, expect, "{text}");
}

const HUGE: &str =
    "file 4M\nextent 0..4M mapped at 16M\nprocess P\nprocess Q\nthread A in P\n write 2M at 0\n read 4K at 2M";

#[test]
fn mappings() {
    check(HUGE, "huge 0 in P; huge 1p; mapped 2M in P; writable 0; no huge 2M; no huge in Q; no mapped in Q", &[]);
    check(
        HUGE,
        "huge 2M in P; huge 0 in Q; writable 2M in P; no mapped 0; no huge in P; mapped in Q; huge 3p",
        &[
            "Expected `huge 2M in P`, but process P maps 4 KiB there, read-only.",
            "Expected `huge 0 in Q`, but process Q maps nothing there.",
            "Expected `writable 2M in P`, but process P maps 4 KiB there, read-only.",
            "Expected `no mapped 0`, but it is so.",
            "Expected `no huge in P`, but it is so.",
            "Expected `mapped in Q`, but nothing is.",
        ],
    );
}

#[test]
fn entries() {
    check(HUGE, "entry 0 2M block; entry 0x1ffp; entry 2M 4K; dirty 0; dirty; no dirty 2M; no entry zero", &[]);
    check(
        "file 4M\nthread A\n read 2M at 0\n read 4K at 2M",
        "entry 0 zero; entry 2M page; no dirty; no entry 1G",
        &[],
    );
    check(
        HUGE,
        "entry 3M; entry 0 4K; entry 2M empty; dirty 2M; no dirty; no entry; entry zero",
        &[
            "Expected `entry 3M`, but there is no entry at 3M.",
            "Expected `entry 0 4K`, but the 2 MiB entry of sector 0x8000 is there, dirty.",
            "Expected `entry 2M empty`, but the 4 KiB entry of sector 0x9000 is there, not dirty.",
            "Expected `dirty 2M`, but the 4 KiB entry of sector 0x9000 is there, not dirty.",
            "Expected `no dirty`, but it is so.",
            "Expected `no entry`, but it is so.",
            "Expected `entry zero`, but nothing is.",
        ],
    );
}

#[test]
fn results() {
    let script = "file 2M\nprocess P maps 0..4M shared rw\nprocess Q maps 0..1M shared ro\nthread A in P\n read 4K at 0\n \
                  read 4K at 3M\nthread B in Q\n write 4K at 0\nthread C\n write(2) 0..2p\n fsync\nfail direct_access 1 in C with EIO";
    check(
        script,
        "result SIGBUS in A; result done in A 1; result SIGSEGV in B; result EIO in C 1; result done in C",
        &[],
    );
    check(script, "no result OOM; no result SIGBUS in B; no result livelock in A 2; no result 512", &[]);
    check(
        script,
        "result done in A; result SIGBUS in A 1; no result SIGSEGV; result 2 in C 1",
        &[
            "Expected `result done in A 2`, but operation 2 of A ended with SIGBUS.",
            "Expected `result SIGBUS in A 1`, but operation 1 of A ended with done.",
            "Expected `no result SIGSEGV`, but an operation did end so.",
            "Expected `result 2 in C 1`, but operation 1 of C ended with EIO.",
        ],
    );
    check("thread A\n write(2) 0..2p", "result 8192 in A; result done in A", &[]);
    check("thread A\n read 4K at 0\nfail page_alloc", "result OOM in A", &[]);
}

#[test]
fn fallbacks() {
    let script = "file 4M\nextent 0..1M mapped at 16M\nthread A\n read 2M at 0\n fsync\nthread B\n read 2M at 2M";
    check(
        script,
        "fallback extent in A; fallback in A 1; no fallback alignment; no fallback in B; no fallback colour in A",
        &[],
    );
    check(
        script,
        "fallback alignment in A; fallback in B; no fallback; no fallback extent in A",
        &[
            "Expected `fallback alignment in A 1`, but operation 1 of A fell back for extent.",
            "Expected `fallback in B 1`, but no 2 MiB fault of operation 1 of B fell back.",
            "Expected `no fallback`, but an operation did end so.",
            "Expected `no fallback extent in A`, but an operation did end so.",
        ],
    );
    check("thread A\n write 2M at 0\nfail preload", "fallback injected in A", &[]);
}

#[test]
fn verdicts() {
    check(HUGE, "clean", &[]);
    check(HUGE, "violation", &["Expected `violation`, but no rule is broken."]);
    // Revision 6 unlocks a NULL page.
    let bug = "revision v6\nthread A\n write 4K at 0\nfail preload";
    check(bug, "violation kernel-bug", &[]);
    check(bug, "violation", &[]);
    check(bug, "violation lost-wakeup", &["Expected `violation lost-wakeup`, but the broken rule is kernel-bug."]);
    let told = "Expected `clean`, but a rule is broken: kernel-bug (step 9).";
    check(bug, "clean", &[told]);
    // What is not over has no result.
    check(
        bug,
        "result done in A; no result SIGBUS",
        &["Expected `result done in A 1`, but operation 1 of A is not over."],
    );
}
