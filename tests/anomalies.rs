//! What the real code does wrong in the recordings, our own rules report too, each in a sentence.

use daxscope_conform::dax::{Recording, read};
use daxscope_core::run::Run;
use daxscope_core::scenario::{Choice, StepSize};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

/// Signature entries that are no fault by themselves: the log was cut, or zeroes are mapped over blocks that nobody
/// has stored to (see the README of the recordings).
const HARMLESS: [&str; 3] = ["END:step_limit", "inv:stale_zero_mapping:pte", "inv:stale_zero_mapping:pmd"];

fn run(recording: &Recording) -> Run {
    let mut run = Run::new(recording.scenario().expect("a scenario"));
    for thread in recording.schedule() {
        run.step(Choice::run(thread), StepSize::Point).expect("the recorded thread runs");
    }
    run
}

#[test]
fn every_recorded_anomaly_breaks_a_rule() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/dax");
    let mut silent = Vec::new();
    let mut reported: BTreeMap<&str, usize> = BTreeMap::new();
    for class in ["anomaly", "named"] {
        let file = File::open(folder.join(format!("{class}.jsonl.gz"))).expect(class);
        for recording in read(file).expect(class) {
            let (_, recording) = recording.expect(class);
            let wrong: Vec<_> =
                recording.signature().into_iter().filter(|sig| !HARMLESS.contains(&sig.as_str())).collect();
            let run = run(&recording);
            let mut violations = run.violations().peekable();
            if violations.peek().is_none() && !wrong.is_empty() {
                silent.push(format!("{}: {wrong:?}", recording.id));
            }
            for (_, violation) in violations {
                assert!(violation.sentence.ends_with('.') && violation.sentence.contains(' '), "{violation:?}");
                *reported.entry(violation.rule.name()).or_default() += 1;
            }
        }
    }
    assert!(silent.is_empty(), "{} recordings break no rule of ours:\n{}", silent.len(), silent.join("\n"));
    for rule in ["kernel-bug", "lost-wakeup", "livelock", "stale-mapping", "lost-dirty-tag", "page-table-overwritten"] {
        assert!(reported.contains_key(rule), "{rule} is never reported: {reported:?}");
    }
}
