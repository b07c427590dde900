//! Ctrl-C and SIGTERM: the first ends the search with a report, the second kills. A real program, real signals.
#![cfg(unix)]

use super::root;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Longer than any search here takes to look at the time, on any machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A search that does not end within a test.
fn endless(words: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_daxscope"))
        .args(words)
        .current_dir(root())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &child.id().to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()), "kill -s {name}");
}

/// Waits until the program listens to signals: before, the first would kill it.
fn wait_until_it_listens(child: &mut Child, number: u32) {
    let begun = Instant::now();
    let path = format!("/proc/{}/status", child.id());
    while begun.elapsed() < PATIENCE {
        assert!(child.try_wait().is_ok_and(|ended| ended.is_none()), "the search has ended by itself");
        let status = std::fs::read_to_string(&path).unwrap_or_default();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:\t")).unwrap_or("0");
        if u64::from_str_radix(caught, 16).unwrap_or(0) >> (number - 1) & 1 == 1 {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("it does not listen");
}

fn end(child: Child) -> Output {
    child.wait_with_output().expect("the program ends")
}

const SEARCH: [&str; 4] = ["explore", "tests/mix/5x2.dax", "--failures", "any"];

#[test]
fn the_first_signal_ends_the_search_with_a_report_in_every_format() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let formats = [
        ("INT", 2, "human", "not complete: interrupted; this proves nothing"),
        ("TERM", 15, "json", "\"ending\": \"interrupted\""),
        ("INT", 2, "junit", "type=\"interrupted\""),
        ("TERM", 15, "sarif", "\"executionSuccessful\": false"),
    ];
    for (name, number, format, told) in formats {
        let mut child = endless(&[&SEARCH[..], &["--format", format]].concat());
        wait_until_it_listens(&mut child, number);
        signal(&child, name);
        let output = end(child);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(3), "{format}: {out}{err}");
        assert!(out.contains(told), "{format}: {out}");
    }
}

#[test]
fn what_comes_after_an_interrupted_search_is_not_begun() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let mut child = endless(&["explore", SEARCH[1], "tests/mix/5x1.dax", "--failures", "any"]);
    wait_until_it_listens(&mut child, 2);
    signal(&child, "INT");
    let output = end(child);
    let out = String::from_utf8_lossy(&output.stdout);
    assert_eq!(out.matches("not complete: interrupted").count(), 2, "{out}");
    assert!(out.contains("\n0 states, 0 transitions, depth 0"), "{out}");
}

#[test]
fn necessity_tells_what_it_has_when_it_is_interrupted() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let mut child = endless(&["necessity", SEARCH[1]]);
    wait_until_it_listens(&mut child, 15);
    signal(&child, "TERM");
    let output = end(child);
    let out = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(3), "{out}");
    assert!(out.contains("not complete: interrupted"), "{out}");
}

#[test]
fn the_second_signal_kills() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let mut child = endless(&SEARCH);
    wait_until_it_listens(&mut child, 2);
    // Stopped, it cannot end by itself between the two.
    signal(&child, "STOP");
    signal(&child, "INT");
    signal(&child, "TERM");
    signal(&child, "CONT");
    let output = end(child);
    assert!(matches!(output.status.signal(), Some(2 | 15)), "{:?}", output.status);
}
