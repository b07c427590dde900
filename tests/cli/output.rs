//! Where output goes, and what happens where it cannot.

use super::{check, daxscope, root};
use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A folder of this test alone.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("daxscope-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

#[test]
fn a_report_goes_into_a_file_as_a_whole() {
    let folder = folder("output");
    for (format, begins) in [("human", "violation"), ("json", "{"), ("junit", "<?xml"), ("sarif", "{")] {
        let file = folder.join(format);
        let name = file.to_string_lossy().into_owned();
        let words = ["explore", "museum:a5", "--as-found", "--format", format, "--output", &name];
        check(&words, "", 1, "museum:a5, v6: violation: kernel-bug", "");
        let text = fs::read_to_string(&file).expect("a report");
        assert!(text.starts_with(begins) && text.ends_with('\n'), "{text}");
    }
    let file = folder.join("run").to_string_lossy().into_owned();
    check(&["run", "museum:a5", "--json", "--output", &file], "", 1, "", "");
    assert!(fs::read_to_string(&file).expect("a report").contains("\"status\": \"dead\""));
    check(&["necessity", "museum:a5", "--revision", "v6", "--output", &file], "", 1, "", "");
    assert!(fs::read_to_string(&file).expect("a report").contains("nothing changed: violation"));
    check(&["museum", "check", "a5", "--output", &file], "", 0, "museum:a5, v6: violation", "");
    assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 5, "no temporary file is left");
    let _ = fs::remove_dir_all(folder);
}

#[test]
fn a_report_that_cannot_be_written_is_a_failure() {
    let folder = folder("refused");
    let there = folder.join("there");
    fs::write(&there, "before").expect("a file");
    let (nowhere, inside) = (folder.join("no/such"), folder.to_string_lossy().into_owned());
    check(&["explore", "museum:a5", "--output", &nowhere.to_string_lossy()], "", 2, "", "cannot be written to");
    check(&["explore", "museum:a5", "--output", &inside], "", 2, "", "it is a folder; name a file in it");
    // What stops the command leaves the file as it was.
    check(&["explore", "no/such/script", "--output", &there.to_string_lossy()], "", 2, "", "cannot read");
    assert_eq!(fs::read_to_string(&there).expect("a file"), "before");
    assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 1);
    let _ = fs::remove_dir_all(folder);
    if cfg!(target_os = "linux") {
        check(&["run", "museum:a5", "--output", "/dev/full"], "", 2, "", "cannot be written to /dev/full");
        assert!(fs::metadata("/dev/full").is_ok_and(|what| !what.is_file()), "the device is still there");
    }
}

/// The exit code of the program with that standard output, and what it complains about.
fn with_stdout(words: &[&str], stdout: Stdio) -> (Option<i32>, String) {
    let child = Command::new(env!("CARGO_BIN_EXE_daxscope"))
        .args(words)
        .current_dir(root())
        .stdin(Stdio::null())
        .stdout(stdout)
        .stderr(Stdio::piped())
        .spawn();
    let output = child.and_then(std::process::Child::wait_with_output).expect("the program ends");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_reader_that_has_gone_does_not_change_the_verdict() {
    let vectors = "tests/vectors/tree/hand.jsonl.gz";
    let closed: [(&[&str], i32); 7] = [
        (&["run", "museum:a5"], 1),
        (&["run", "museum:a5", "--revision", "v9"], 0),
        (&["explore", "museum:a5", "--as-found"], 1),
        (&["explore", "museum:a5", "--bound", "states=2"], 3),
        (&["museum"], 0),
        (&["completions", "bash"], 0),
        (&["conform", "tree", vectors, vectors], 0),
    ];
    for (words, code) in closed {
        // A pipe whose reading end is closed already.
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        assert_eq!(with_stdout(words, writer.into()), (Some(code), String::new()), "{words:?}");
    }
}

#[test]
fn a_full_device_is_told() {
    if !cfg!(target_os = "linux") {
        return;
    }
    for words in
        [&["run", "museum:a5"][..], &["--help"], &["museum"], &["man"], &["explore", "museum:a5", "--as-found"]]
    {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("a device");
        let (code, complaint) = with_stdout(words, full.into());
        assert_eq!(code, Some(2), "{words:?}: {complaint}");
        assert!(complaint.starts_with("daxscope: standard output cannot be written"), "{complaint}");
    }
}

#[test]
fn nobody_has_to_listen_to_complaints() {
    if !cfg!(target_os = "linux") {
        return;
    }
    for words in [&["nonsense"][..], &["run", "no/such"], &["explore", "museum:a5", "--rule", "x"]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("a device");
        let child = Command::new(env!("CARGO_BIN_EXE_daxscope")).args(words).stderr(full).output();
        assert_eq!(child.expect("the program ends").status.code(), Some(2), "{words:?}");
    }
}

#[test]
fn no_control_character_of_a_script_reaches_a_terminal() {
    let script = "title a\u{1b}]0;owned\u{7}b\u{9b}31m\u{202e}c\nrevision v6\nfile 2M\nthread A\n read 4K at 1p\n";
    let commands: [&[&str]; 6] = [
        &["run", "-"],
        &["run", "-", "--json"],
        &["explore", "-", "--fail", "preload"],
        &["explore", "-", "--fail", "preload", "--format", "json"],
        &["explore", "-", "--fail", "preload", "--format", "junit"],
        &["run", "-", "--revision", "\u{1b}[31m"],
    ];
    for words in commands {
        let output = daxscope(words, script);
        for text in [output.stdout, output.stderr] {
            let text = String::from_utf8(text).expect("text");
            let acts = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
            assert!(!text.contains(acts), "{words:?}: {text:?}");
        }
    }
    check(&["run", "no\u{1b}such"], "", 2, "", r"cannot read no\u001bsuch");
}

#[test]
fn strange_files_are_refused_in_a_sentence() {
    let folder = folder("strange");
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).expect("a file");
        path.to_string_lossy().into_owned()
    };
    let binary = write("binary", &[0, 159, 146, 150, 255, 10].repeat(100));
    let huge = write("huge", "# é\n".repeat(100_000).as_bytes());
    let empty = write("empty", b"");
    let inside = folder.to_string_lossy().into_owned();
    for command in ["run", "explore", "necessity", "record", "fmt"] {
        check(&[command, &binary], "", 2, "", "is no text (it is not UTF-8)");
        check(&[command, &huge], "", 2, "", "is longer than a script may be, 256 KiB");
        check(&[command, &inside], "", 2, "", "cannot read");
        check(&[command, "no/such"], "", 2, "", "cannot read no/such");
    }
    for kind in ["tree", "dax"] {
        check(&["conform", kind, &binary], "", 2, "", "line 1: no text");
        check(&["conform", kind, &empty], "", 2, "", "holds no recording");
        check(&["conform", kind, &inside], "", 2, "", "");
        check(&["conform", kind, "no/such"], "", 2, "", "no/such");
    }
    let _ = fs::remove_dir_all(folder);
}

#[test]
fn several_scripts_are_one_report() {
    let words = ["run", "museum:a5", "tests/mix/2x1.dax"];
    check(&words, "", 1, "\ntests/mix/2x1.dax\n", "");
    let json = daxscope(&[&words[..], &["--json"]].concat(), "");
    let report: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(report["runs"][0]["file"], "museum:a5");
    assert_eq!(report["runs"][1]["status"], "done");
    // Whatever is wrong with one of them is told before anything is run.
    check(&["run", "museum:a5", "no/such"], "", 2, "", "cannot read no/such");
    let mut nothing = String::new();
    let _ = daxscope(&["run", "museum:a5", "no/such"], "").stdout.as_slice().read_to_string(&mut nothing);
    assert_eq!(nothing, "");
}
