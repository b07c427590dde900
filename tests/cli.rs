//! The command line as its users meet it: output, messages, exit codes.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn daxscope(words: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_daxscope"))
        .args(words)
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that refuses its words does not read on.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    child.wait_with_output().expect("the program ends")
}

/// Exit code, and a piece that standard output or standard error must contain.
fn check(words: &[&str], input: &str, code: i32, out: &str, err: &str) {
    let output = daxscope(words, input);
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{words:?}\n{stdout}\n{stderr}");
    assert!(stdout.contains(out), "{words:?} prints\n{stdout}");
    assert!(stderr.contains(err), "{words:?} complains\n{stderr}");
    assert!(!stderr.contains("panicked"), "{words:?}\n{stderr}");
}

#[test]
fn a_run_prints_its_table_and_its_violation() {
    check(&["run", "museum:a5"], "", 1, "unlocks a NULL page", "");
    check(&["run", "museum:a5", "--revision", "v9"], "", 0, "Every thread is done.", "");
    check(&["run", "museum:a4"], "", 1, "C sleeps on key 0x200", "");
    check(&["run", "-", "--json"], "thread A\n read 4K at 0\n", 0, "\"status\": \"done\"", "");
    let table = daxscope(&["run", "museum:a4"], "").stdout;
    let text = String::from_utf8(table).expect("text");
    let table = text.lines().take_while(|line| !line.starts_with("Nobody"));
    assert!(table.clone().count() > 100);
    assert!(table.into_iter().all(|line| line.chars().count() <= 78), "a line is too wide for a mail");
}

#[test]
fn bad_input_says_what_to_do() {
    check(&["run", "-"], "thread A\n raed 4K at 0\n", 2, "", "write `read`");
    check(&["run", "-"], "file 99999999G\nthread A\n", 2, "", "error on line 1");
    check(&["run", "no/such/file"], "", 2, "", "cannot read no/such/file");
    check(&["run", "museum:zz"], "", 2, "", "`daxscope museum` lists them");
    check(&["run", "museum:a5", "--revision", "5.0"], "", 2, "", "expected one of v4, v5");
    check(&["run", "museum:a5", "--schedule", "A5 Q3"], "", 2, "", "--schedule");
    check(&["run", "museum:a5", "--schedule", "B"], "", 2, "", "there is no thread B");
    check(&["run"], "", 2, "", "which script?");
    check(&["run", "museum:a5", "--nonsense"], "", 2, "", "nonsense");
    check(&["nonsense"], "", 2, "", "`daxscope help` lists them");
    check(&["conform", "dax", "README.md"], "", 2, "", "line 1");
    check(&["explore", "museum:a5", "--expect", "violation:nonsense"], "", 2, "", "known are kernel-bug");
}

#[test]
fn explore_tells_by_its_exit_code() {
    check(&["explore", "museum:a5"], "", 1, "violation: kernel-bug", "");
    check(&["explore", "museum:a5", "--expect", "violation"], "", 0, "schedule by point", "");
    check(&["explore", "museum:a5", "--expect", "violation:kernel-bug"], "", 0, "schedule by point", "");
    check(&["explore", "museum:a5", "--expect", "violation:livelock"], "", 1, "violation: kernel-bug", "");
    check(&["explore", "museum:a5", "--expect", "clean"], "", 1, "violation: kernel-bug", "");
    check(&["explore", "museum:a5", "--revision", "v9"], "", 0, "complete: no rule is broken", "");
    check(&["explore", "museum:a5", "--revision", "v9", "--expect", "clean"], "", 0, "complete: no rule is broken", "");
    check(&["explore", "museum:a5", "--revision", "v9", "--expect", "violation"], "", 1, "and no rule is", "");
    for bound in ["states=2", "depth=2"] {
        check(&["explore", "museum:a5", "--revision", "v9", "--bound", bound], "", 3, "proves nothing", "");
        check(&["explore", "museum:a5", "--bound", bound, "--expect", "violation"], "", 3, "proves nothing", "");
    }
    // Of several, what is wrong goes before what is not known.
    check(&["explore", "museum:a5", "museum:a4", "--bound", "states=50"], "", 1, "museum:a4\nnot complete", "");
    check(&["explore", "museum:a5", "no/such/file"], "", 2, "", "cannot read no/such/file");
}

#[test]
fn explore_says_what_it_did_and_no_more() {
    let words = ["explore", "-", "--failures", "1", "--rule", "livelock"];
    let script = "revision v6\nfile 2M\nthread A\n read 4K at 1p\n";
    check(&words, script, 0, "complete: livelock is not broken in any interleaving", "");
    check(&words, script, 0, "allowed: 1 failing call (preload); at most 20000000 states, 10000 steps deep", "");
    check(&words[..4], script, 1, "violation: kernel-bug", "");
    check(&["explore", "-", "--fail", "preload,iomap_begin"], script, 1, "--failures 1 --fail preload,iomap_begin", "");
    check(&["explore", "-"], script, 0, "allowed: no failing call beyond those of the script", "");
    check(&["explore", "-", "--without", "merging,symmetry"], script, 0, "--without merging --without symmetry\n", "");
    let output = daxscope(&["explore", "tests/mix/3x1.dax"], "");
    assert_eq!(output.stderr, b"", "no progress where there is no terminal");
}

#[test]
fn explore_explains_what_it_found() {
    let words = ["explore", "museum:a4", "--revision", "v5"];
    check(&words, "", 1, ">> Without this switch (A goes on instead of B at step 17) the bug vanishes:", "");
    check(&words, "", 1, "shortest  proved by a breadth-first search", "");
    let as_found = daxscope(&[&words[..], &["--as-found"]].concat(), "");
    let text = String::from_utf8_lossy(&as_found.stdout).into_owned();
    assert!(text.contains("schedule by point") && !text.contains(">> "), "{text}");

    // The script at the end of the text breaks the same rule when it is run.
    let explained = daxscope(&words, "");
    let text = String::from_utf8_lossy(&explained.stdout).into_owned();
    let (_, script) = text.split_once("The script:\n\n").expect("a script");
    check(&["run", "-"], script, 1, "step 49: Lost wake-up", "");
}

#[test]
fn what_explore_finds_can_be_run() {
    // One of several steps in a row fails, so the schedule has to say which.
    let script = "revision v6\nfile 2M\nthread A\n read 4K at 1p\nthread B\n read 4K at 1p\n";
    let found = daxscope(&["explore", "-", "--failures", "1", "--format", "json"], script);
    let report: serde_json::Value = serde_json::from_slice(&found.stdout).expect("JSON");
    let schedule = report["searches"][0]["counterexample"]["schedule"].as_str().expect("a schedule");
    assert!(schedule.ends_with(" A!") || schedule.ends_with(" B!"), "{schedule}");
    let headline = "unlocks a NULL page";
    check(&["run", "-", "--stop", "--schedule", schedule], script, 1, headline, "");
    check(&["run", "-", "--stop"], &format!("{script}schedule {schedule}\n"), 1, headline, "");
}

#[test]
fn how_to_search_is_checked_first() {
    let explore = |word: &str, value: &str, message: &str| {
        check(&["explore", "museum:a5", word, value], "", 2, "", message);
    };
    explore("--expect", "nothing", "`clean`, `violation` or `violation:RULE`");
    explore("--rule", "nonsense", "known are kernel-bug");
    explore("--fail", "preload,nonsense", "known are preload");
    explore("--failures", "-1", "a number or `any`");
    explore("--bound", "memory=1", "`states=N` or `depth=N`");
    explore("--bound", "states", "`states=N` or `depth=N`");
    explore("--policy", "widest", "`breadth`");
    explore("--policy", "breadth:1", "`breadth`");
    explore("--policy", "random:1:2:3", "random:SEED:RUNS");
    explore("--without", "sense", "caching, merging");
    explore("--jobs", "0", "from 1 to 1024");
    explore("--format", "xml", "human, json, junit, sarif");
    check(&["explore"], "", 2, "", "which script?");
    check(&["explore", "--help"], "", 0, "--failures N|any", "");
    check(&["run", "-h"], "", 0, "daxscope run FILE", "");
    check(&["necessity", "museum:a5", "--format", "sarif"], "", 2, "", "human, json");
    check(&["museum", "check", "zz"], "", 2, "", "there is no exhibit `zz`");
}

/// Without what the clock says.
fn untimed(text: &str) -> String {
    text.split_inclusive([' ', '\n']).filter(|word| !word.trim().contains('.') || word.contains("museum")).collect()
}

#[test]
fn the_museum_is_checked_in_the_same_order_by_any_number_of_jobs() {
    let one = daxscope(&["museum", "check", "a4", "a5"], "");
    let text = String::from_utf8(one.stdout).expect("text");
    assert_eq!(one.status.code(), Some(0), "{text}");
    assert!(text.contains("7 searches: 7 as expected, 0 not as expected, 0 hit a bound"), "{text}");
    let several = daxscope(&["museum", "check", "a4", "a5", "--jobs", "4"], "");
    assert_eq!(untimed(&String::from_utf8_lossy(&several.stdout)), untimed(&text));
    let rows: Vec<_> = text.lines().filter(|line| line.starts_with("museum:")).collect();
    assert!(rows[0].starts_with("museum:a4 ") && rows[0].contains("violation: lost-wakeup"), "{text}");
    assert!(rows[6].starts_with("museum:a5 ") && rows[6].contains("complete: no rule is broken"), "{text}");
}

#[test]
fn necessity_says_what_each_guard_is_for() {
    let mix = "tests/mix/2x1.dax";
    check(&["necessity", mix], "", 0, "lock_before_drop=on                 off          not-owner after", "");
    check(
        &["necessity", mix],
        "",
        0,
        "writeback_advances=on               off          not needed within the bound",
        "",
    );
    check(
        &["necessity", mix, "--revision", "4.10.0", "--failures", "0"],
        "",
        0,
        "not tried: zero_length_check=off",
        "",
    );
    check(&["necessity", mix, "--revision", "v6"], "", 1, "nothing changed: violation: kernel-bug", "");
    check(&["necessity", mix, "--bound", "states=10"], "", 3, "so nothing was tried", "");
}

#[test]
fn the_shipped_recordings_conform() {
    // All of them are replayed by tests/conform_dax.rs; here it is the command that is tried.
    const CLASSES: [&str; 3] = ["anomaly", "named", "review"];
    for (kind, folder, last) in [("tree", "tree", "223 passed, 0 failed\n"), ("dax", "dax", "239 passed, 0 failed\n")] {
        let mut files: Vec<_> = std::fs::read_dir(root().join("tests/vectors").join(folder))
            .expect("recordings")
            .flatten()
            .map(|entry| entry.path().to_string_lossy().into_owned())
            .filter(|name| name.ends_with(".gz"))
            .filter(|name| kind == "tree" || CLASSES.iter().any(|class| name.contains(class)))
            .collect();
        files.sort();
        let words: Vec<&str> = ["conform", kind].into_iter().chain(files.iter().map(String::as_str)).collect();
        let output = daxscope(&words, "");
        assert!(output.stdout.ends_with(last.as_bytes()), "{}", String::from_utf8_lossy(&output.stdout));
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn what_is_recorded_conforms() {
    let script = "revision v5\nextent 0..2M mapped at 0x1007p\nthread A\n read 2M at 2p\nthread B\n write 4K at 3p\n";
    let recorded = daxscope(&["record", "-", "--schedule", "by point A5 B9"], script);
    assert_eq!(recorded.status.code(), Some(0), "{}", String::from_utf8_lossy(&recorded.stderr));
    let file = std::env::temp_dir().join(format!("daxscope-record-{}.jsonl", std::process::id()));
    std::fs::write(&file, recorded.stdout).expect("a temporary file");
    check(&["conform", "dax", &file.to_string_lossy()], "", 0, "1 passed, 0 failed", "");
    let _ = std::fs::remove_file(file);
}
