//! The command line as its users meet it: output, messages, exit codes, signals.

mod conforming;
mod exploring;
mod importing;
mod judging;
mod looping;
mod museum;
mod output;
mod running;
mod signals;
mod words;

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
