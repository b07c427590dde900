//! What `explore` says, and its exit codes.

use super::{check, daxscope};

#[test]
fn explore_tells_by_its_exit_code() {
    check(&["explore", "museum:a5"], "", 1, "violation: kernel-bug", "");
    check(&["explore", "museum:a5", "--expect", "violation"], "", 0, "schedule by section", "");
    check(&["explore", "museum:a5", "--expect", "violation:kernel-bug"], "", 0, "schedule by section", "");
    check(&["explore", "museum:a5", "--expect", "violation:livelock"], "", 1, "violation: kernel-bug", "");
    check(&["explore", "museum:a5", "--expect", "clean"], "", 1, "violation: kernel-bug", "");
    check(&["explore", "museum:a5", "--revision", "v9"], "", 0, "complete: no rule is broken", "");
    check(&["explore", "museum:a5", "--revision", "v9", "--expect", "clean"], "", 0, "complete: no rule is broken", "");
    check(&["explore", "museum:a5", "--revision", "v9", "--expect", "violation"], "", 1, "and no rule is", "");
    for bound in ["states=2", "depth=2"] {
        check(&["explore", "museum:a5", "--revision", "v9", "--bound", bound], "", 3, "proves nothing", "");
        check(&["explore", "museum:a5", "--bound", bound, "--expect", "violation"], "", 3, "proves nothing", "");
    }
    // Of several, what is wrong goes before what is not known.
    check(&["explore", "museum:a5", "museum:a4", "--bound", "states=50"], "", 1, "museum:a4\nnot complete", "");
    check(&["explore", "museum:a5", "no/such/file"], "", 2, "", "cannot read no/such/file");
}

#[test]
fn explore_says_what_it_did_and_no_more() {
    let words = ["explore", "-", "--failures", "1", "--rule", "livelock"];
    let script = "revision v6\nfile 2M\nthread A\n read 4K at 1p\n";
    check(&words, script, 0, "complete: livelock is not broken in any interleaving", "");
    check(&words, script, 0, "allowed: 1 failing call (preload); at most 20000000 states, 10000 steps deep", "");
    check(&words[..4], script, 1, "violation: kernel-bug", "");
    check(&["explore", "-", "--fail", "preload,iomap_begin"], script, 1, "--failures 1 --fail preload,iomap_begin", "");
    check(&["explore", "-"], script, 0, "allowed: no failing call beyond those of the script", "");
    check(&["explore", "-", "--without", "merging,symmetry"], script, 0, "--without merging --without symmetry\n", "");
    let output = daxscope(&["explore", "tests/mix/3x1.dax"], "");
    assert_eq!(output.stderr, b"", "no progress where there is no terminal");
}

#[test]
fn explore_explains_what_it_found() {
    let words = ["explore", "museum:a4", "--revision", "v5"];
    check(&words, "", 1, ">> Without this switch (A goes on instead of B at step ", "");
    check(&words, "", 1, ") the bug vanishes:", "");
    check(&words, "", 1, "shortest  proved by a breadth-first search", "");
    // The first line has the length of what is printed below, beside that of what was found.
    let explained = daxscope(&words, "");
    let text = String::from_utf8_lossy(&explained.stdout).into_owned();
    let headline = text.lines().next().expect("a headline");
    let now = text.lines().find(|line| line.starts_with("now  ")).expect("sizes");
    let (_, smaller) = headline.split_once("; below made smaller: ").expect("both lengths");
    let (steps, by) = smaller.split_once(" by ").expect("the size of its steps");
    assert!(headline.contains(" by section; ") && now.contains(&format!(", {steps},")), "{headline}\n{now}");
    assert!(["point", "section"].contains(&by), "{headline}");
    let as_found = daxscope(&[&words[..], &["--as-found"]].concat(), "");
    let text = String::from_utf8_lossy(&as_found.stdout).into_owned();
    assert!(!text.contains("made smaller"), "{text}");
    assert!(text.contains("schedule by section") && !text.contains(">> "), "{text}");

    // The script at the end of the text breaks the same rule when it is run.
    let explained = daxscope(&words, "");
    let text = String::from_utf8_lossy(&explained.stdout).into_owned();
    check(&["run", "-"], &text, 1, ": Lost wake-up", "the script in the mail is taken");
    let report = daxscope(&[&words[..], &["--format", "json"]].concat(), "");
    let report = String::from_utf8_lossy(&report.stdout).into_owned();
    check(&["run", "-"], &report, 1, ": Lost wake-up", "the script in the JSON is taken");
}

#[test]
fn what_explore_finds_can_be_run() {
    // One of several steps in a row fails, so the schedule has to say which.
    let script = "revision v6\nfile 2M\nthread A\n read 4K at 1p\nthread B\n read 4K at 1p\n";
    let found = daxscope(&["explore", "-", "--failures", "1", "--format", "json"], script);
    let report: serde_json::Value = serde_json::from_slice(&found.stdout).expect("JSON");
    let schedule = report["searches"][0]["counterexample"]["schedule"].as_str().expect("a schedule");
    assert!(schedule.contains(" A! ") || schedule.contains(" B! "), "{schedule}");
    let headline = "unlocks a NULL page";
    check(&["run", "-", "--stop", "--schedule", schedule], script, 1, headline, "");
    check(&["run", "-", "--stop"], &format!("{script}schedule {schedule}\n"), 1, headline, "");
}

#[test]
fn how_to_search_is_checked_first() {
    let explore = |word: &str, value: &str, message: &str| {
        check(&["explore", "museum:a5", word, value], "", 2, "", message);
    };
    explore("--expect", "nothing", "`clean`, `violation` or `violation:RULE`");
    explore("--rule", "nonsense", "known are kernel-bug");
    explore("--fail", "preload,nonsense", "known are preload");
    explore("--failures", "-1", "a number or `any`");
    explore("--bound", "states", "`states=N`, `depth=N`, `seconds=N` or `memory=SIZE`");
    explore("--bound", "width=1", "`states=N`, `depth=N`, `seconds=N` or `memory=SIZE`");
    explore("--policy", "widest", "`breadth`");
    explore("--policy", "breadth:1", "`breadth`");
    explore("--policy", "random:1:2:3", "random:SEED:RUNS");
    explore("--without", "sense", "caching, merging");
    explore("--format", "xml", "human, json, junit, sarif");
    check(&["necessity", "museum:a5", "--format", "sarif"], "", 2, "", "human, json");
    check(&["museum", "check", "zz"], "", 2, "", "there is no exhibit `zz`");
}

#[test]
fn a_cut_search_says_what_it_has_proved_and_what_may_still_find_something() {
    let cut = ["explore", "tests/mix/4x1.dax", "--bound", "states=500"];
    check(&cut, "", 3, "not complete: the bound on states was hit; this proves nothing\n", "");
    check(&cut, "", 3, "\nnext: a higher --bound states=..., or ", "");
    check(&cut, "", 3, "`--policy pct:1:1000:3`, which may find in seconds what breadth first does not reach\n", "");
    let by_steps = [&cut[..], &["--without", "persistent-sets"]].concat();
    check(&by_steps, "", 3, "this proves nothing but that no rule is broken in the first ", "");
    let but_one = [&by_steps[..], &["--except", "livelock"]].concat();
    check(&but_one, "", 3, " steps of any interleaving; not looked for: livelock\n", "");
    let runs = ["explore", "tests/mix/2x1.dax", "--policy", "random:7:3"];
    check(&runs, "", 3, "next: other runs, such as `--policy random:8:3`; no number of them is complete\n", "");
}

#[test]
fn an_exhibit_brings_its_rule_to_the_kernels_that_break_it() {
    check(&["explore", "museum:a4"], "", 1, "--rule lost-wakeup ", "");
    check(&["explore", "museum:a4", "--revision", "v9"], "", 0, "complete: no rule is broken in any interleaving", "");
    check(&["explore", "museum:a4", "--revision", "v9"], "", 0, "--rule any ", "");
    check(&["explore", "museum:a4", "--rule", "any"], "", 1, "--rule any ", "");
    check(&["explore", "museum:a4", "--rule", "not-owner"], "", 0, "complete: not-owner is not broken", "");
}

#[test]
fn a_rule_can_be_left_out() {
    let script = "revision v6\nfile 2M\nthread A\n read 4K at 1p\n";
    let words = ["explore", "-", "--failures", "1", "--except", "kernel-bug"];
    let told = "complete: no rule is broken in any interleaving; not looked for: kernel-bug\n";
    check(&words, script, 0, told, "");
    check(&words, script, 0, " --except kernel-bug --policy breadth\n", "");
    let rules = ["kernel-bug", "lost-wakeup"].map(|rule| ["--except", rule]).concat();
    check(&[&words[..4], &rules].concat(), script, 0, "; not looked for: kernel-bug, lost-wakeup\n", "");
}

#[test]
fn all_rules_have_a_first_way_each() {
    let words = ["explore", "museum:c1", "--all-rules", "--as-found"];
    let output = super::daxscope(&[&words[..], &["--format", "json"]].concat(), "");
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let searches = report["searches"].as_array().expect("searches");
    let (last, found) = searches.split_last().expect("a search");
    assert!(found.len() >= 2, "{report:#}");
    let mut broken: Vec<&str> = Vec::new();
    for search in found {
        let rules = search["counterexample"]["rules"].as_array().expect("rules");
        let new: Vec<_> = rules.iter().filter_map(|rule| rule.as_str()).filter(|rule| !broken.contains(rule)).collect();
        assert!(!new.is_empty(), "a way into nothing new: {search:#}");
        // Each is a way of its own: the machine breaks that rule when it follows it.
        let schedule = search["counterexample"]["schedule"].as_str().expect("a schedule");
        let run = super::daxscope(&["run", "museum:c1", "--stop", "--json", "--schedule", schedule], "");
        let run = String::from_utf8_lossy(&run.stdout).into_owned();
        assert!(new.iter().all(|rule| run.contains(&format!("\"rule\": \"{rule}\""))), "{new:?}: {run}");
        broken.extend(new);
    }
    // And no other rule breaks, with those left out.
    assert_eq!(last["verdict"], "complete");
    let looked_for: Vec<_> =
        last["options"]["rules"].as_array().expect("rules").iter().filter_map(|r| r.as_str()).collect();
    assert!(broken.iter().all(|rule| !looked_for.contains(rule)));

    let expect = |what: &str, code| check(&[&words[..], &["--expect", what]].concat(), "", code, "", "");
    expect("violation", 0);
    expect("clean", 1);
    expect(&format!("violation:{}", broken[broken.len() - 1]), 0);
    expect("violation:lost-wakeup", 1);
}

#[test]
fn time_and_memory_are_bounds() {
    // Far too large for either.
    let large = ["explore", "tests/mix/5x2.dax", "--failures", "any", "--bound"];
    check(&[&large[..], &["seconds=1"]].concat(), "", 3, "the bound on seconds was hit", "");
    check(&[&large[..], &["memory=16M"]].concat(), "", 3, "the bound on memory was hit", "");
    check(&[&large[..], &["memory=16M"]].concat(), "", 3, ", 16M of memory\n", "");
    check(&[&large[..], &["memory=16M"]].concat(), "", 3, " --bound memory=16M ", "");
    check(&["explore", "tests/mix/2x1.dax", "--bound", "seconds=600", "--bound", "memory=2G"], "", 0, "complete", "");
    check(&["necessity", "tests/mix/5x2.dax", "--bound", "seconds=1"], "", 3, "the bound on seconds was hit; so", "");
    check(&["museum", "check", "a5", "--bound", "seconds=600", "--bound", "memory=1G"], "", 0, "0 hit a bound", "");
    let runs = ["--policy", "random:1:4294967295", "--bound", "seconds=1"];
    check(&[&["explore", "tests/mix/2x1.dax"], &runs[..]].concat(), "", 3, "the bound on seconds was hit", "");
}

/// What is proved of less is what those searches say by themselves.
#[test]
fn a_bound_that_was_hit_leaves_a_proof_of_less() {
    let report = |words: &[&str]| -> serde_json::Value {
        let output = daxscope(&[&["explore", "tests/mix/3x1.dax", "--format", "json"], words].concat(), "");
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    let cut = report(&["--failures", "any", "--bound", "states=12000"]);
    let search = &cut["searches"][0];
    assert_eq!(search["verdict"], "bound hit");
    let less = |failures: u64| report(&["--failures", &failures.to_string(), "--bound", "states=3000"]);
    let proved = search["proved"]["failures"].as_u64();
    for failures in 0..=3 {
        let is_complete = less(failures)["searches"][0]["verdict"] == "complete";
        let is_told = proved.is_some_and(|proved| proved >= failures);
        assert_eq!(is_told, is_complete, "{failures} failing calls");
        if !is_complete {
            break;
        }
    }
    let switches =
        ["--failures", "any", "--policy", "switches", "--without", "persistent-sets", "--bound", "states=3000"];
    let own = &report(&switches)["searches"][0]["proved"]["switches"];
    assert_eq!(&search["proved"]["switches"], own);
    assert!(own.as_u64().is_some(), "{search}");
}

#[test]
fn a_search_is_estimated_before_it_is_made() {
    let estimate = ["explore", "tests/mix/3x1.dax", "--estimate"];
    check(&estimate, "", 0, "that is all of it, breadth first, and nothing is broken", "");
    let cut = [&estimate[..], &["--bound", "states=3000"]].concat();
    check(&cut, "", 0, "tests/mix/3x1.dax: about ", "");
    check(&cut, "", 0, "states were searched, and runs have up to ", "");
    check(&["explore", "museum:a5", "--estimate"], "", 0, "museum:a5: ", "");
    check(&[&estimate[..], &["--shard", "1/2"]].concat(), "", 2, "", "cannot be used with");
}
