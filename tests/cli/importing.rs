//! `daxscope import`.

use super::{check, daxscope, root};
use std::fs;

const TRACES: &str = "tests/traces/";

fn trace(name: &str) -> String {
    format!("{TRACES}{name}")
}

#[test]
fn the_reason_comes_first() {
    let name = trace("7.3.4/race_hole_rw.cut.txt");
    // The file is cut, which its header shows: 3.
    let output = daxscope(&["import", &name], "");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.starts_with("Why did 2 MiB faults fall back?\n"), "{text}");
    assert!(text.contains("small-entries (likely): 4 KiB entries are in the range"), "{text}");
    assert_eq!(output.status.code(), Some(3));
    check(&["import", &trace("7.3.4/fallback_reasons.txt")], "", 0, "colour (recomputed)", "");
}

#[test]
fn exit_codes_say_how_it_came_out() {
    check(&["import", &trace("7.3.4/msync.txt")], "", 0, "Every line was understood.", "");
    check(&["import", &trace("7.3.4/layout_break.txt")], "", 1, "layout break took away", "");
    check(
        &["import", &trace("7.3.4/msync.txt"), &trace("7.3.4/layout_break.txt")],
        "",
        1,
        "== tests/traces/7.3.4/msync.txt",
        "",
    );
    check(&["import", "no/such/file"], "", 2, "", "no/such/file: cannot be read");
    check(&["import", "tests/traces"], "", 2, "", "this is a folder");
    check(&["import", "-"], "", 2, "", "no event of fs_dax is in its 0 lines");
    check(&["import", "-"], "daxw-1 [000] ..... 1.0: sys_enter: NR 1\n", 2, "", "only 1 of something else");
    check(&["import", "-"], "PERFILE2", 2, "", "perf script");
    check(&["import", "--kernel", "seven", "-"], "", 2, "", "is no kernel with fs_dax events");
    check(&["import"], "", 2, "", "FILE");
}

#[test]
fn snapshots_of_a_tree_are_decoded() {
    let name = trace("7.3.4/layout_break.tree.json");
    check(&["import", &name], "", 0, "2 MiB block, frame 0x108400", "");
    let text = fs::read_to_string(root().join(&name)).expect("a snapshot");
    check(&["import", "-"], &text.replacen("0x2108005", "0x2108001", 1), 1, "order 9 beside a word of order 0", "");
    let output = daxscope(&["import", "--json", "-"], &text);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["trees"][0]["snapshots"][0]["entries"][0]["is"], "2 MiB block, frame 0x108400");
}

#[test]
fn standard_input_and_packed_files_say_the_same() {
    let name = trace("7.3.4/fallback_reasons.txt");
    let text = fs::read_to_string(root().join(&name)).expect("a trace");
    let from_file = daxscope(&["import", &name], "");
    let from_input = daxscope(&["import", "-"], &text);
    assert_eq!(String::from_utf8_lossy(&from_file.stdout), String::from_utf8_lossy(&from_input.stdout));
}

#[test]
fn json_has_what_the_text_says() {
    let output = daxscope(&["import", "--json", &trace("7.3.4/layout_break.txt")], "");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let trace = &json["traces"][0];
    assert_eq!(trace["suspects"]["takenAway"]["count"], 3);
    assert_eq!(trace["read"]["notUnderstood"]["count"], 0);
    assert_eq!(trace["kernel"]["nearestModel"], "7.3");
    assert_eq!(trace["total"]["huge"], 4);
}

#[test]
fn what_acts_on_a_terminal_is_shown_instead() {
    let text = "\u{1b}[31m-1 [000] ..... 1.0: tracing_mark_write: x\n\
                a\u{1b}b-1 [000] ..... 1.0: dax_pmd_fault_done: dev 1:1 ino 0x1 private WRITE address 0x200000 vm_start 0x0 vm_end 0x400000 pgoff \
                0x200 max_pgoff 0x400 FALLBACK\n\u{1b}]0;title\n";
    let output = daxscope(&["import", "-"], text);
    assert!(!output.stdout.contains(&0x1b), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(String::from_utf8_lossy(&output.stdout).contains("private-write"));
}

#[test]
fn a_scenario_of_a_trace_is_a_script_that_runs() {
    let name = trace("7.3.4/punch.txt");
    let output = daxscope(&["import", &name, "--scenario"], "");
    let script = String::from_utf8(output.stdout).expect("text");
    assert_eq!(output.status.code(), Some(0));
    assert!(script.contains("# the file has 0x600 pages"), "{script}");
    check(&["run", "-"], &script, 0, "Every thread is done.", "");
    let output = daxscope(&["import", &name, "--scenario", "--json"], "");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["script"], script.as_str());
    assert_eq!(json["follows"], true);
    let first = &json["steps"][0];
    assert_eq!((&first["thread"], &first["operation"]), (&"A".into(), &"write 2M at 0".into()));
    assert_eq!(first["events"].as_array().map(Vec::len), Some(2), "a handler begins and ends");
}

#[test]
fn a_check_says_by_its_exit_code_how_it_came_out() {
    let check_of = |name: &str, words: &[&str], code: i32, out: &str, err: &str| {
        check(&[&["import", "--check", &trace(name)], words].concat(), "", code, out, err);
    };
    check_of("7.3.4/punch.txt", &[], 0, "The model does what was seen", "");
    check_of("6.1.192/punch.txt", &["--kernel", "6.1"], 0, "8 snapshots were compared", "");
    check_of("7.3.4/fallback_reasons.txt", &[], 1, "known as private-store-over-huge", "");
    check_of("7.3.4/punch.txt", &["--tree", "tests/traces/6.12.95/punch.tree.json"], 1, "DIFFERS", "");
    check_of("7.3.4/race_hole_rw.cut.txt", &["--around", "30"], 3, "What this rests on", "");
    check_of("7.3.4/punch.txt", &["--tree", "no/such/file"], 2, "", "no/such/file");
    check_of("7.3.4/punch.txt", &["--scenario"], 2, "", "two questions");
    let name = trace("7.3.4/punch.txt");
    check(&["import", "--around", "30", &name], "", 2, "", "--scenario or --check");
    check(&["import", "--check", &name, &name], "", 2, "", "name one file");
    let output = daxscope(&["import", "--check", "--json", &name], "");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&json["follows"], &json["differing"]), (&true.into(), &0.into()));
    assert!(json["rows"].as_array().is_some_and(|rows| rows.len() > 10));
}
