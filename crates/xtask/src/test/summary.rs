//! The closing lines of test runners, as numbers.

use std::iter::Sum;

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Tally {
    pub(super) passed: u32,
    pub(super) failed: u32,
    /// Tests that say by themselves why they do not run here.
    pub(super) skipped: u32,
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Tally>>(tallies: I) -> Tally {
        tallies.fold(Tally::default(), |sum, next| Tally {
            passed: sum.passed + next.passed,
            failed: sum.failed + next.failed,
            skipped: sum.skipped + next.skipped,
        })
    }
}

/// Adds up the summaries in a runner's output: of `cargo test` and wasm-bindgen's runner, which
/// print one per test program, or of Node's runner, which prints one in all.
pub(super) fn parse(output: &str) -> Tally {
    output.lines().filter_map(|line| libtest(line).or_else(|| node(line))).sum()
}

/// `test result: ok. 3 passed; 0 failed; 1 ignored; ...`
fn libtest(line: &str) -> Option<Tally> {
    let counts = line.trim().strip_prefix("test result: ")?;
    let count = |label: &str| {
        let before = counts.split_once(label)?.0;
        before.rsplit([' ', ';']).find(|word| !word.is_empty())?.parse().ok()
    };
    Some(Tally { passed: count("passed")?, failed: count("failed")?, skipped: 0 })
}

/// `ℹ pass 3` or, in TAP, `# pass 3`; a cancelled test has not passed.
fn node(line: &str) -> Option<Tally> {
    let (label, count) = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# "))?.split_once(' ')?;
    let count = count.trim().parse().ok()?;
    match label {
        "pass" => Some(Tally { passed: count, ..Tally::default() }),
        "fail" | "cancelled" => Some(Tally { failed: count, ..Tally::default() }),
        "skipped" => Some(Tally { skipped: count, ..Tally::default() }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(output: &str, passed: u32, failed: u32) {
        assert_eq!(parse(output), Tally { passed, failed, skipped: 0 }, "{output}");
    }

    #[test]
    fn cargo_test_prints_one_line_per_program() {
        check(
            "running 3 tests\ntest result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n\
             test result: FAILED. 10 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n",
            13,
            2,
        );
    }

    #[test]
    fn node_counts_cancelled_tests_as_failed() {
        check("ℹ tests 6\nℹ suites 0\nℹ pass 3\nℹ fail 1\nℹ cancelled 2\nℹ skipped 0\nℹ duration_ms 812.3\n", 3, 3);
        check("# tests 2\n# pass 2\n# fail 0\n# cancelled 0\n", 2, 0);
    }

    #[test]
    fn what_node_skips_is_neither() {
        let output = "ℹ tests 9\nℹ pass 5\nℹ fail 1\nℹ cancelled 0\nℹ skipped 3\n";
        assert_eq!(parse(output), Tally { passed: 5, failed: 1, skipped: 3 });
    }

    #[test]
    fn other_lines_count_nothing() {
        check("5 passed, 6 failed\nℹ pass the salt\ntest result: unclear\n# pass\n", 0, 0);
    }
}
