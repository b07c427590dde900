//! `museum check` and `necessity`.

use super::{check, daxscope};

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
