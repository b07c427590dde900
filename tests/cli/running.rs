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
