//! What `run` prints, and what it says of bad input.

use super::{check, daxscope};

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
    check(&["run", "museum:a5", "--nonsense"], "", 2, "", "nonsense");
    check(&["conform", "dax", "README.md"], "", 2, "", "line 1");
    check(&["explore", "museum:a5", "--expect", "violation:nonsense"], "", 2, "", "known are kernel-bug");
}

/// The plug is pulled: side by side for people, in fields for programs, exit code 1 if a promise is broken.
#[test]
fn a_power_failure_is_shown_side_by_side() {
    let sentence =
        "passed over the entry of page 0x3 in step 36 and flushed nothing, because B had it locked since step 35";
    check(&["run", "museum:k2", "--crash", "syncs"], "", 1, sentence, "");
    check(&["run", "museum:k2", "--crash", "38", "--json"], "", 1, "\"lock_holder\": {", "");
    check(&["run", "museum:k2", "--revision", "7.3-fixed", "--crash", "syncs"], "", 0, "No promise is broken.", "");
    let row = "0x3   A's store, step 24  what lay there before  block 0x1003, in the caches only  lost";
    check(&["run", "museum:k2", "--crash", "30"], "", 0, row, "");
    let lines = "  0x3  ....1.1........1.1.....1..11.11111.1.1.1..1.11111.1..111...11.11\n  . what lay there before, 1 A's store, step 24\n";
    check(&["run", "museum:k2", "--crash", "30"], "", 0, lines, "");
    check(&["run", "museum:k2", "--crash", "30", "--json"], "", 0, "\"contents\": [", "");
    check(&["run", "museum:k2", "--crash", "0"], "", 0, "Nobody has stored anything", "");
    let eadr = "platform eadr\nthread A\n write 4K at 0\n";
    check(&["run", "-", "--crash", "syncs"], eadr, 0, "No sync has returned success", "");
    check(&["run", "-", "--crash", "999"], eadr, 2, "", "the run has");
    check(&["run", "-", "--crash", "now"], eadr, 2, "", "`syncs`");
    check(&["run", "-", "--crash", "1", "--format", "mail"], eadr, 2, "", "--crash goes with");
}

const SENT: &str = "title    a run that is sent\nrevision v5\nthread A\n  write 4K at 3p\nthread B\n  read 4K at 4p\nschedule A6 B2\n\
                    position 5\n";

/// A mail says the run of its script, where that stands, and a mail of that mail is the same.
#[test]
fn a_mail_is_the_run_of_its_script_and_is_read_again() {
    let mail = |words: &[&str], input: &str| {
        let output = daxscope(&[&["run", "-", "--format", "mail"], words].concat(), input);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        String::from_utf8(output.stdout).expect("text")
    };
    let base = ["--base-url", "https://example.org/dax/"];
    let first = mail(&base, SENT);
    assert!(
        first.contains("  schedule A6 B2\n  position 5\n") && first.contains("link: https://example.org/dax/#v=1&k="),
        "{first}"
    );
    assert_eq!(mail(&base, &first), first);
    let quoted: String = first.lines().map(|line| format!("> {line}\n")).collect();
    assert_eq!(mail(&base, &quoted), first);
    let without = mail(&[], SENT);
    assert!(!without.contains("#v=1") && without.contains("paste this text into any page of daxscope"), "{without}");
    assert!(mail(&["--run-on"], SENT).lines().count() > without.lines().count());
    let diagram = daxscope(&["run", "-", "--format", "commit"], SENT).stdout;
    assert_eq!(mail(&base, &String::from_utf8(diagram).expect("text")), first);
}

const WORKLOAD: &str = "kernel 7.3\nfile 4M\nextent 0..4M mapped at 16M\nprocess P maps 0..4M shared rw\nprocess Q maps 0..4M shared rw\n\
    thread A in P\n write 2M at 0\nthread B in Q\n write 4K at 3p\n fsync\n";

#[test]
fn a_run_as_fs_dax_events_is_a_trace() {
    let output = daxscope(&["run", "-", "--format", "ftrace"], WORKLOAD);
    let text = String::from_utf8(output.stdout).expect("text");
    assert_eq!(output.status.code(), Some(0));
    assert!(text.contains("dax_pmd_fault_done: dev 259:0 ino 0xc shared WRITE|"), "{text}");
    check(&["import", "-"], &text, 0, "Every line was understood.", "");
    check(&["import", "-", "--check", "--kernel", "7.3"], &text, 0, "The model does what was seen", "");
}

#[test]
fn a_run_as_a_profile_has_a_track_for_each_thread() {
    let output = daxscope(&["run", "-", "--format", "firefox-profile"], WORKLOAD);
    let profile: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(profile["meta"]["preprocessedProfileVersion"], 55);
    let threads = profile["threads"].as_array().expect("threads");
    assert_eq!(threads.len(), 2);
    for thread in threads {
        // Every column of a table has as many rows as the table says, and every index is one of what it points to.
        for name in ["frameTable", "funcTable", "stackTable", "samples", "markers", "resourceTable", "nativeSymbols"] {
            let table = thread[name].as_object().expect(name);
            let length = table["length"].as_u64().expect("a length");
            for (column, values) in table.iter().filter(|(_, values)| values.is_array()) {
                assert_eq!(values.as_array().map(|values| values.len() as u64), Some(length), "{name}.{column}");
            }
        }
        let count = |table: &str| thread[table]["length"].as_u64().expect("a length");
        let within = |table: &str, column: &str, most: u64| {
            let values = thread[table][column].as_array().expect("a column");
            assert!(values.iter().all(|value| value.as_u64().is_none_or(|value| value < most)), "{table}.{column}");
        };
        let strings = thread["stringArray"].as_array().expect("strings").len() as u64;
        within("stackTable", "frame", count("frameTable"));
        within("stackTable", "prefix", count("stackTable"));
        within("samples", "stack", count("stackTable"));
        within("frameTable", "func", count("funcTable"));
        within("funcTable", "name", strings);
        within("markers", "name", strings);
        let deltas = thread["samples"]["timeDeltas"].as_array().expect("deltas");
        assert!(deltas.iter().all(|delta| delta.as_f64().is_some_and(|delta| delta >= 0.0)));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    for wanted in ["write 2M at 0", "fsync", "dax_iomap_pmd_fault", "grab_mapping_entry"] {
        assert!(text.contains(wanted), "{wanted}");
    }
}

#[test]
fn a_program_is_written_only_of_what_hangs_and_crashes_nothing() {
    check(&["run", "-", "--format", "c"], WORKLOAD, 0, "static void work_B(int number)", "");
    check(&["run", "-", "--format", "c"], WORKLOAD, 0, "#ifdef LTP", "");
    // A lost wake-up as the schedule has it; and one that another order has, which the search finds.
    check(&["run", "museum:a4", "--format", "c"], "", 2, "", "hang or crash no kernel");
    let script = "revision 4.10.0 wake_mode_downgrade=one\nfile 4M\nprocess P maps 0..4M shared rw\nprocess Q maps 0..4M shared rw\nthread A in P\n read 2M at 2M\n \
                  write 4K at 0x202p via Q\nthread B in Q\n write 4K at 0x203p\nthread C in Q\n write 4K at 0x204p\n";
    check(&["run", "-", "--format", "c"], script, 2, "", "another order of its steps breaks the rule");
    check(&["run", "-", "-", "--format", "c"], WORKLOAD, 2, "", "");
}
