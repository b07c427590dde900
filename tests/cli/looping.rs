//! Livelocks on the command line: the loop is shown, and it is one.

use super::{check, daxscope};
use daxscope_core::run::Run;
use daxscope_core::scenario::parse;
use serde_json::Value;
use std::sync::Arc;

/// A run of a script that has its schedule, step by step: the states, the one before the first step first.
fn states(script: &str) -> Vec<daxscope_core::digest::Digest> {
    let scenario = parse(script).scenario;
    let schedule = scenario.schedule.clone().expect("a schedule");
    let mut run = Run::new(Arc::new(scenario));
    let mut states = vec![run.machine.state()];
    for choice in schedule.choices {
        run.step(choice, schedule.step_size).expect("a step that can be made");
        states.push(run.machine.state());
    }
    states
}

#[test]
fn a_livelock_is_told_with_its_loop() {
    let words = ["explore", "museum:c8"];
    check(&words, "", 1, ") again and again, for ever, and nobody leads out; step ", "");
    check(&words, "", 1, "again and again, for ever:\n", "");
    check(&["explore", "museum:c8", "--as-found"], "", 1, "\nloop: steps ", "");
    let output = daxscope(&["explore", "museum:c8", "--format", "json"], "");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let search = &report["searches"][0];
    let explained = &search["explained"];
    let scripts = [
        (explained["scenario"].as_str().expect("a script").to_owned(), &explained["round"]),
        (found(search), told(&search["counterexample"])),
    ];
    for (script, round) in scripts {
        let number = |name: &str| round[name].as_u64().expect("a number") as usize;
        let (first, last, cause) = (number("first"), number("last"), number("cause"));
        let states = states(&script);
        assert_eq!(states.len(), last + 1, "the way ends with the round");
        assert_eq!(states[first - 1], states[last], "behind the round all is as before it");
        assert!(cause < first, "{round}");
    }
    // A broken rule that is no livelock has no loop.
    let output = daxscope(&["explore", "museum:a5", "--format", "json"], "");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["searches"][0]["explained"]["round"], Value::Null);
    let text = String::from_utf8_lossy(&daxscope(&["explore", "museum:a5"], "").stdout).into_owned();
    assert!(!text.contains("\nloop: "), "{text}");
}

/// The script that was searched, with the way that was found.
fn found(search: &Value) -> String {
    let script = search["scenario"].as_str().expect("a script");
    format!("{script}schedule {}\n", search["counterexample"]["schedule"].as_str().expect("a schedule"))
}

/// The loop as the last step of a way tells it.
fn told(way: &Value) -> &Value {
    let steps = way["steps"].as_array().expect("steps");
    &steps.last().expect("a step")["violations"][0]["round"]
}
