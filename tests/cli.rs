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
    check(&["explore", "museum:a5", "--expect", "violation:kernel-bug"], "", 0, "schedule by point", "");
    check(&["explore", "museum:a5", "--revision", "v9", "--expect", "clean"], "", 0, "complete: no rule is broken", "");
    check(&["explore", "museum:a5", "--revision", "v9", "--bound", "states=2"], "", 3, "proves nothing", "");
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
