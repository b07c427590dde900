//! Crash litmus tests (tests/crash): what a power failure may leave, computed from all interleavings, all moments and all that
//! caches and background commits may have done, is what each file says: no outcome more, none less.

use daxscope_core::crash::{Content, Found, Outcome};
use daxscope_core::scenario::{Scenario, format_text, parse, parse_revision};
use daxscope_core::units::PageIndex;
use daxscope_explore::crash_states::CrashStates;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

const DOCS: &str = include_str!("../docs/crash.md");
/// More than any of them has.
const MOST_STATES: usize = 200_000;

/// A file of tests/crash.
struct Litmus {
    name: String,
    text: String,
    scenario: Arc<Scenario>,
    pages: Vec<PageIndex>,
    /// When, and exactly what may be left then.
    allowed: Vec<(String, BTreeSet<String>)>,
    /// When, and what must not be left: for the reader.
    forbidden: Vec<(String, BTreeSet<String>)>,
    /// Kernels that leave something that is forbidden.
    breaks_on: Vec<String>,
    /// Other kernels on which exactly the same may be left.
    holds_on: Vec<String>,
}

fn litmus_tests() -> Vec<Litmus> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/crash");
    let files = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = files.collect();
    files.sort();
    files.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Litmus {
    let text = std::fs::read_to_string(path).expect("a text");
    let parsed = parse(&text);
    assert_eq!(parsed.diagnostics, [], "{}", path.display());
    let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
    let scenario = Arc::new(parsed.scenario);
    let mut litmus = Litmus {
        name,
        text: text.clone(),
        scenario,
        pages: Vec::new(),
        allowed: Vec::new(),
        forbidden: Vec::new(),
        breaks_on: Vec::new(),
        holds_on: Vec::new(),
    };
    for line in text.lines().filter_map(|line| line.strip_prefix("# ")) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["pages", pages @ ..] => {
                litmus.pages = pages.iter().map(|page| page.trim_end_matches('p').parse().expect("a page")).collect();
            }
            ["breaks", "on", kernel @ ..] => litmus.breaks_on.push(kernel.join(" ")),
            ["holds", "on", kernel @ ..] => litmus.holds_on.push(kernel.join(" ")),
            ["anywhere", outcomes @ ..] => litmus.allowed.push((String::new(), set(outcomes))),
            ["after", when, outcomes @ ..] => litmus.allowed.push(((*when).into(), set(outcomes))),
            ["forbidden", "after", when, outcomes @ ..] => litmus.forbidden.push(((*when).into(), set(outcomes))),
            ["forbidden", outcomes @ ..] => litmus.forbidden.push((String::new(), set(outcomes))),
            other => panic!("{}: what is `{}`?", litmus.name, other.join(" ")),
        }
    }
    litmus
}

/// `old A2 | A1 A2`.
fn set(words: &[&str]) -> BTreeSet<String> {
    words.join(" ").split(" | ").map(str::to_owned).collect()
}

/// `A3`: how many operations have returned to each thread at least.
fn returned(when: &str, threads: usize) -> Vec<usize> {
    let mut all = vec![0; threads];
    if let Some(letter) = when.bytes().next() {
        all[usize::from(letter - b'A')] = when[1..].parse().expect("a number");
    }
    all
}

fn words(outcome: &Outcome) -> String {
    let word = |found: &Found| match found {
        Found::End => "end".to_owned(),
        Found::Hole => "hole".to_owned(),
        Found::Block(Content::Store(store)) => {
            format!("{}{}", store.by.expect("a thread").thread, store.operation + 1)
        }
        Found::Block(Content::Zeroes) => "zero".to_owned(),
        Found::Block(_) => "old".to_owned(),
    };
    outcome.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn left(litmus: &Litmus, kernel: Option<&str>) -> CrashStates {
    let revision = kernel.map_or(litmus.scenario.revision, |name| parse_revision(name).expect(name));
    let scenario = Arc::new(Scenario { revision, ..Scenario::clone(&litmus.scenario) });
    assert_eq!(scenario.misfit(), None, "{} has no kernel of that era", litmus.name);
    let states = CrashStates::of(&scenario, &litmus.pages, MOST_STATES);
    assert!(states.is_complete, "{}: more than {MOST_STATES} states", litmus.name);
    states
}

fn found(states: &CrashStates, litmus: &Litmus, when: &str) -> BTreeSet<String> {
    states.after(&returned(when, litmus.scenario.threads.len())).iter().map(words).collect()
}

#[test]
fn what_may_be_left_is_exactly_what_is_written() {
    let all = litmus_tests();
    assert!(all.len() >= 10);
    let mut others = Vec::new();
    for litmus in &all {
        assert!(!litmus.allowed.is_empty(), "{}", litmus.name);
        for kernel in std::iter::once(None).chain(litmus.holds_on.iter().map(|kernel| Some(kernel.as_str()))) {
            let states = left(litmus, kernel);
            let place = |when: &str| format!("{} on {} after `{when}`", litmus.name, kernel.unwrap_or("its kernel"));
            for (when, outcomes) in &litmus.allowed {
                let found = found(&states, litmus, when);
                if found != *outcomes {
                    others.push(format!("{}: {found:?}, and not {outcomes:?}", place(when)));
                }
            }
            for (when, outcomes) in &litmus.forbidden {
                if !found(&states, litmus, when).is_disjoint(outcomes) {
                    others.push(format!("{}: something of {outcomes:?} is left", place(when)));
                }
            }
        }
    }
    assert!(others.is_empty(), "{}", others.join("\n"));
}

#[test]
fn kernels_that_break_one_leave_what_is_forbidden() {
    for litmus in litmus_tests() {
        for kernel in &litmus.breaks_on {
            let states = left(&litmus, Some(kernel));
            let broken =
                |(when, outcomes): &(String, BTreeSet<String>)| !found(&states, &litmus, when).is_disjoint(outcomes);
            assert!(litmus.forbidden.iter().any(broken), "{} on {kernel}", litmus.name);
        }
    }
}

#[test]
fn every_one_is_canonical_and_in_the_documentation() {
    for litmus in litmus_tests() {
        assert_eq!(format_text(&litmus.text), litmus.text, "{}", litmus.name);
        let row = DOCS.lines().find(|line| line.starts_with(&format!("| `{}` |", litmus.name)));
        let row = row.unwrap_or_else(|| panic!("docs/crash.md has no row for {}", litmus.name));
        assert!(row.contains(&litmus.scenario.title), "docs/crash.md calls {} otherwise: {row}", litmus.name);
    }
}
