//! Scripts as regression tests: `expect` lines under `run` and `explore`, with their exit codes and reports.

use serde_json::Value;
use std::io::Write;
use std::process::{Command, Stdio};

/// Exit code and standard output of a command that reads the script from standard input.
fn daxscope(words: &[&str], script: &str) -> (i32, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_daxscope"))
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let _ = child.stdin.take().expect("a pipe").write_all(script.as_bytes());
    let output = child.wait_with_output().expect("the program ends");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!stderr.contains("panicked"), "{stderr}");
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stdout).into_owned() + &stderr)
}

#[track_caller]
fn check(words: &[&str], script: &str, code: i32, said: &str) {
    let (found, text) = daxscope(words, script);
    assert_eq!(found, code, "{words:?} on\n{script}\n{text}");
    assert!(text.contains(said), "{words:?} on\n{script}\nlacks {said}:\n{text}");
}

const RUN: &[&str] = &["run", "-"];
const EXPLORE: &[&str] = &["explore", "-"];
const BUG: &str = "revision v5\nfile 4M\nextent 2M..4M mapped at 0x1007p\nthread A\n read 2M at 0x202p\nthread B\n read 4K at \
                   0x203p\nthread C\n read 4K at 0x204p\n";
const GOOD: &str = "file 4M\nextent 0..4M mapped at 16M\nthread A\n read 2M at 0\nthread B\n read 2M at 2M\n";
/// Who comes first makes the entry: 4 KiB or 2 MiB.
const RACE: &str = "file 4M\nextent 0..4M mapped at 16M\nprocess P\nprocess Q\nthread A in P\n read 2M at 0\nthread B in Q\n \
                    read 4K at 1p\n";

#[test]
fn a_run_is_as_expected_or_not() {
    check(RUN, &format!("{GOOD}expect huge 2M\nexpect clean\n"), 0, "as expected: huge 2M");
    check(RUN, &format!("{GOOD}expect no huge 2M\n"), 1, "Expected `no huge 2M`, but it is so.");
    check(RUN, &format!("{GOOD}expect violation\n"), 1, "Expected `violation`, but no rule is broken.");
    check(RUN, &format!("{GOOD}expect hugh 2M\n"), 2, "write `huge`");
    let schedule = "schedule A21 B8 C8 A18 B18\n";
    check(RUN, &format!("{BUG}{schedule}expect violation lost-wakeup\n"), 0, "as expected: violation lost-wakeup");
    check(RUN, &format!("{BUG}{schedule}expect violation deadlock\n"), 1, "but the broken rule is lost-wakeup");
    check(RUN, &format!("{BUG}{schedule}"), 1, "Lost wake-up");
}

#[test]
fn a_search_asks_every_run() {
    check(EXPLORE, &format!("{GOOD}expect huge 0\nexpect huge 2M\nexpect clean\n"), 0, "as expected: huge 0");
    check(EXPLORE, &format!("{RACE}expect entry 0 2M\n"), 1, "not as expected: entry 0 2M");
    check(EXPLORE, &format!("{RACE}expect entry 1p\nexpect no dirty\n"), 0, "as expected: no dirty");
    // In one order A falls back, in the other it does not: neither is so in every run.
    check(EXPLORE, &format!("{RACE}expect fallback in A\n"), 1, "but no 2 MiB fault of operation 1 of A fell back.");
    check(EXPLORE, &format!("{RACE}expect no fallback\n"), 1, "but an operation did end so.");
    check(EXPLORE, &format!("{RACE}expect no fallback alignment\nexpect result done in A\n"), 0, "complete");
    check(EXPLORE, &format!("{BUG}expect violation lost-wakeup\n"), 0, "violation: lost-wakeup");
    check(EXPLORE, &format!("{BUG}expect clean\n"), 1, "violation: lost-wakeup");
    check(
        EXPLORE,
        &format!("{BUG}expect violation\nexpect result done in A\n"),
        3,
        "not asked of every run: result done in A",
    );
    // The command line goes before the script.
    check(&["explore", "-", "--expect", "clean"], &format!("{BUG}expect violation\n"), 1, "");
    // What is found to be otherwise is so, even if a bound is hit.
    let bound = ["explore", "-", "--bound", "states=2000", "--policy", "random:1:50"];
    check(&bound, &format!("{RACE}expect entry 0 2M\n"), 1, "not as expected: entry 0 2M");
    check(&bound, &format!("{RACE}expect entry 1p\n"), 3, "not asked of every run: entry 1p");
}

#[test]
fn every_reduction_gives_the_same_answers() {
    let twins = "revision fixed\nfile 4M\nextent 0..4M mapped at 16M\nthread A\n read 2M at 0\nthread B\n read 2M at 0\nthread C\n write 4K at 1p\n";
    let answers = [
        ("fallback small-entries in A", 1),
        ("no fallback in B", 1),
        ("no fallback alignment", 0),
        ("result done in B", 0),
        ("mapped 1p", 0),
        ("huge 0", 1),
    ];
    let without: [&[&str]; 5] =
        [&[], &["symmetry"], &["persistent-sets"], &["merging"], &["persistent-sets", "symmetry", "merging"]];
    for (line, code) in answers {
        for names in without {
            let mut words = EXPLORE.to_vec();
            words.extend(names.iter().flat_map(|name| ["--without", name]));
            check(&words, &format!("{twins}expect {line}\n"), code, line);
        }
    }
}

#[test]
fn the_way_that_is_told_leads_there() {
    let script = format!("{RACE}expect fallback in A\n");
    let (_, text) = daxscope(EXPLORE, &script);
    let schedule = text.lines().find(|line| line.starts_with("schedule ")).expect("a schedule");
    check(RUN, &format!("{script}{schedule}\n"), 1, "not as expected: fallback in A 1");
}

#[test]
fn reports_tell_what_was_expected() {
    let script = format!("{RACE}expect entry 1p\nexpect entry 0 2M\n");
    let (code, text) = daxscope(&["explore", "-", "--format", "json"], &script);
    assert_eq!(code, 1, "{text}");
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let lines = &report["searches"][0]["expectations"];
    assert_eq!((&lines[0]["expect"], &lines[0]["met"]), (&"entry 1p".into(), &true.into()), "{lines}");
    assert_eq!((&lines[1]["expect"], &lines[1]["met"]), (&"entry 0 2M".into(), &false.into()), "{lines}");
    assert!(lines[1]["schedule"].as_str().is_some_and(|schedule| schedule.starts_with("by ")), "{lines}");
    let (code, text) = daxscope(&["explore", "-", "--format", "junit"], &script);
    assert_eq!(code, 1);
    assert!(text.contains("<failure message=\"Expected `entry 0 2M`"), "{text}");
    let (code, text) = daxscope(&["run", "-", "--json"], &format!("{GOOD}expect huge 0\nexpect huge 5M\n"));
    assert_eq!(code, 1);
    let run: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&run["expectations"][0]["met"], &run["expectations"][1]["met"]), (&true.into(), &false.into()));
}

#[test]
fn a_failure_where_nothing_can_fail_is_a_mistake() {
    let script = "thread A\n write 4K at 0\n";
    check(
        RUN,
        &format!("{script}schedule A! A2\n"),
        2,
        "step 1 of the schedule: `A!`: nothing that A does in this step can fail",
    );
    check(&["run", "-", "--schedule", "by point A!"], script, 2, "write `A`");
}
