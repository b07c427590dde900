//! `judge` as its users meet it.

use super::{check, daxscope};
use serde_json::Value;

#[test]
fn a_mail_is_judged() {
    let race = ["judge", "tests/judge/insertion-race.txt"];
    check(&race, "", 0, "possible: a run does all 12 lines and breaks false-eexist\n", "");
    let fixed = [&race[..], &["--revision", "4.11"]].concat();
    check(&fixed, "", 1, "impossible from line ", "");
    check(&[&fixed[..], &["--expect", "impossible"]].concat(), "", 0, "__radix_tree_insert", "");
    check(&["judge", "tests/judge/gaps.dax"], "", 0, "possible: a run does all 13 steps and breaks false-eexist", "");
    check(&["judge", "tests/judge/gaps.dax", "--revision", "4.11"], "", 1, "possible but harmless", "");
    check(&[&race[..], &["--bound", "states=5"]].concat(), "", 3, "nobody knows: the bound on states was hit", "");
    check(&[&race[..], &["--rule", "deadlock"]].concat(), "", 1, "another rule: ", "");
}

/// What `run` writes for a commit message is judged as it stands, and the run that is told is one.
#[test]
fn a_diagram_of_ours_is_judged_as_it_stands() {
    let diagram = daxscope(&["run", "museum:a4", "--format", "commit"], "");
    let text = String::from_utf8(diagram.stdout).expect("text");
    check(&["judge", "-"], &text, 0, "and breaks lost-wakeup", "");
    let output = daxscope(&["judge", "-", "--format", "json"], &text);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((report["verdict"].as_str(), report["outcome"].as_str()), (Some("possible"), Some("lost-wakeup")));
    let schedule = report["schedule"].as_str().expect("a schedule");
    check(&["run", "museum:a4", "--stop", "--schedule", schedule], "", 1, ": Lost wake-up", "");
    check(&["judge", "-", "--revision", "v6"], &text, 1, "", "");
}

#[test]
fn what_cannot_be_judged_is_refused() {
    let script = "file 2M\nthread A\n read 4K at 1p\nthread B\n read 4K at 2p\n";
    let refused = |below: &str, message: &str| check(&["judge", "-"], &format!("{script}{below}"), 2, "", message);
    refused("", "claims nothing: write a diagram below the script");
    refused("schedule A5 B3\nschedule A\n", "claims nothing");
    refused("CPU0: grab_maping_entry()\n", "`grab_maping_entry` is no function or call of the modelled kernels");
    refused("CPU0: walks the dog\n", "these are not words in which daxscope tells a step");
    refused("CPU0   CPU1   CPU2\nfoo_a()\n", "C is no thread of the script");
    refused("CPU0: *** nonsense\n", "names no rule");
    refused("schedule A5 .. Q3\n", "of the schedule");
    check(&["judge", "museum:a4", "--bound", "memory=1G"], "", 2, "", "`states=N` and `seconds=N`");
    check(&["judge"], "", 2, "", "which script?");
}
