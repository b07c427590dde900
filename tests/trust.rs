//! TRUST.md: the files on which a verdict rests are those that are there, and no longer than they may be.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A row of the table.
struct Row {
    pattern: String,
    budget: usize,
    held_by: Vec<String>,
}

fn rows() -> Vec<Row> {
    let text = fs::read_to_string(root().join("TRUST.md")).expect("TRUST.md");
    let table = text.lines().filter(|line| line.starts_with("| crates/"));
    let of = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [pattern, budget, _, held_by] = cells[..] else { panic!("four cells: {line}") };
        let held_by = held_by.split(", ").map(str::to_owned).collect();
        Row { pattern: pattern.to_owned(), budget: budget.parse().expect(line), held_by }
    };
    table.map(of).collect()
}

/// `a/b*.rs`: the files of `a` that begin with `b`; those of folders below it do not count.
fn matches(pattern: &str, file: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == file,
        Some((head, tail)) => {
            file.strip_prefix(head).and_then(|rest| rest.strip_suffix(tail)).is_some_and(|rest| !rest.contains('/'))
        }
    }
}

/// All Rust files of the two crates on which verdicts rest, and of their folders one deep.
fn sources() -> Vec<String> {
    let mut found = Vec::new();
    let mut folders: Vec<String> = ["crates/core/src", "crates/explore/src"].map(str::to_owned).into();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).expect("a folder").flatten() {
            let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                folders.push(name);
            } else if name.ends_with(".rs") {
                found.push(name);
            }
        }
    }
    found
}

/// Folders in which no line can make a verdict wrong, with what is below them.
const NO_VERDICT: [&str; 7] = [
    "crates/core/src/crash/",
    "crates/core/src/event/",
    "crates/core/src/scenario/",
    "crates/core/src/narrate/",
    "crates/core/src/revision/",
    "crates/explore/src/counterexample/",
    "crates/explore/src/self_check/",
];

/// Is it a file in which a verdict rests on no line? Beside those folders: the words in which the rest of the core is written
/// (units, errors, digests, events, renaming).
fn bears_no_verdict(file: &str) -> bool {
    let words = file.strip_prefix("crates/core/src/").is_some_and(|rest| !rest.contains('/'));
    words || NO_VERDICT.iter().any(|folder| file.starts_with(folder))
}

#[test]
fn every_file_is_in_a_row_and_no_row_is_over_its_budget() {
    let rows = rows();
    assert!(rows.len() > 20, "the table of TRUST.md was not found");
    let mut lines: BTreeMap<usize, usize> = BTreeMap::new();
    for file in sources() {
        match rows.iter().position(|row| matches(&row.pattern, &file)) {
            Some(row) => {
                let text = fs::read_to_string(root().join(&file)).expect("a source file");
                *lines.entry(row).or_default() += text.lines().count();
            }
            None => assert!(bears_no_verdict(&file), "{file}: does a verdict rest on it? Then TRUST.md needs a row"),
        }
    }
    for (at, row) in rows.iter().enumerate() {
        let (pattern, budget, lines) = (&row.pattern, row.budget, lines.get(&at).copied().unwrap_or(0));
        assert!(lines > 0, "TRUST.md: {pattern} names no file");
        assert!(lines <= budget, "{pattern}: {lines} lines, and TRUST.md allows {budget}: shorten it, or say why not");
        assert!(
            2 * lines > budget,
            "{pattern}: {lines} lines, and TRUST.md allows {budget}: take back what is not needed"
        );
    }
}

#[test]
fn every_row_names_tests_that_are_there() {
    for row in rows() {
        for test in &row.held_by {
            assert!(root().join(test).is_file(), "TRUST.md: {} is held by {test}, which is not there", row.pattern);
        }
    }
}
