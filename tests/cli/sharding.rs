//! `explore --shard` and `merge` as their users meet them.

use super::{check, daxscope, root};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

const RACE: &str = "tests/mix/2x1.dax";

/// The reports of all shards, in a folder.
fn reports(folder: &Path, words: &[&str], of: u32) -> Vec<String> {
    (1..=of)
        .map(|number| {
            let path = folder.join(format!("{number}.json")).to_string_lossy().into_owned();
            let shard = format!("{number}/{of}");
            let own = ["--shard", &shard, "--format", "json", "--output", &path];
            let output = daxscope(&[&["explore"][..], words, &own].concat(), "");
            assert!(matches!(output.status.code(), Some(0 | 1 | 3)), "{output:?}");
            path
        })
        .collect()
}

fn merged(reports: &[&str], code: i32, out: &str, err: &str) {
    check(&[&["merge"], reports].concat(), "", code, out, err);
}

fn edited(path: &str, edit: impl Fn(&mut Value)) -> String {
    let mut report: Value = serde_json::from_str(&std::fs::read_to_string(path).expect("a report")).expect("JSON");
    edit(&mut report);
    let other = format!("{path}.edited.json");
    std::fs::write(&other, report.to_string()).expect("written");
    other
}

#[test]
fn all_shards_are_one_verdict_and_less_is_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let all = reports(folder.path(), &[RACE, "--revision", "fixed"], 3);
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let [one, two, three] = all[..] else { panic!("{all:?}") };
    merged(&[three, one, two], 0, "complete: no rule is broken in any interleaving\nkernel fixed\n3 of 3 shards, ", "");
    merged(&[three, one], 3, "not complete: shard 2 of 3 is missing; this proves nothing\n", "");
    merged(&[three], 3, "not complete: shards 1, 2 of 3 are missing; this proves nothing\n", "");
    merged(&[one, two, three, two], 2, "", "shard 2 of 3 is there twice");
    check(&["explore", RACE, "--revision", "fixed", "--shard", "2/3"], "", 0, "shard 2 of 3 is complete: no rule", "");
    check(&["explore", RACE, "--revision", "fixed", "--shard", "2/3"], "", 0, " --shard 2/3\n", "");
    check(&["explore", RACE, "--shard", "4/3"], "", 2, "", "K from 1 to N");
    check(&["explore", RACE, "--shard", "1/3", "--all-rules"], "", 2, "", "cannot be used with");
    // What does not fit is refused, and what differs is named.
    let refused = |edit: &dyn Fn(&mut Value), message: &str| {
        let other = edited(two, edit);
        merged(&[one, &other, three], 2, "", message);
    };
    refused(&|report| report["searches"][0]["scenario"] = "thread A\n".into(), "are not of one search: another script");
    refused(&|report| report["searches"][0]["revision"] = "4.11".into(), "another kernel (fixed) and (4.11)");
    refused(&|report| report["searches"][0]["options"]["failures"] = 9.into(), "another options");
    refused(&|report| report["searches"][0]["shard"]["of"] = 4.into(), "another number of shards (3) and (4)");
    refused(&|report| report["tool"]["version"] = "0.0.1".into(), "another version of daxscope");
    refused(&|report| report["searches"][0]["shard"] = Value::Null, "of a whole search, not of a shard");
    refused(&|report| report["command"] = "necessity".into(), "no report of `daxscope explore");
    std::fs::write(two, "{ \"version\": 1, ").expect("written");
    merged(&[one, two, three], 2, "", "this is no whole JSON");
    merged(&["no/such/report"], 2, "", "cannot read no/such/report");
}

#[test]
fn a_broken_rule_in_any_shard_is_broken_in_the_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let all = reports(folder.path(), &["museum:c1"], 4);
    let verdict = |path: &String| -> String {
        let report: Value = serde_json::from_str(&std::fs::read_to_string(path).expect("a report")).expect("JSON");
        report["searches"][0]["verdict"].as_str().expect("a verdict").to_owned()
    };
    let broken: Vec<&str> = all.iter().filter(|path| verdict(path) == "violation").map(String::as_str).collect();
    let clean: Vec<&str> = all.iter().filter(|path| verdict(path) == "shard complete").map(String::as_str).collect();
    assert!(!broken.is_empty(), "{all:?}");
    merged(&all.iter().map(String::as_str).collect::<Vec<_>>(), 1, "violation: false-eexist, after ", "");
    // Even with shards missing.
    merged(&broken[..1], 1, "violation: false-eexist, after ", "");
    if !clean.is_empty() {
        merged(&clean, 3, "missing; this proves nothing", "");
    }
    let output = daxscope(&[&["merge", "--format", "json"], &broken[..]].concat(), "");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let schedule = report["united"][0]["counterexample"]["schedule"].as_str().expect("a schedule");
    check(&["run", "museum:c1", "--stop", "--schedule", schedule], "", 1, "", "");
    // Expected, it is 0; a shard alone cannot say that it is not there.
    let folder = tempfile::tempdir().expect("a folder");
    let all = reports(folder.path(), &["museum:c1", "--expect", "violation:false-eexist"], 4);
    merged(&all.iter().map(String::as_str).collect::<Vec<_>>(), 0, "violation: false-eexist", "");
    let expected = ["--revision", "4.11", "--expect", "violation:false-eexist"];
    check(
        &[&["explore", "museum:c1", "--shard", "1/4"], &expected[..]].concat(),
        "",
        3,
        "before all shards are united",
        "",
    );
}

#[test]
fn a_shard_that_was_cut_proves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let all = reports(folder.path(), &["tests/mix/3x1.dax", "--bound", "states=200"], 2);
    merged(&[&all[0], &all[1]], 3, "shard 1 is not complete: the bound on states was hit", "");
    let folder = tempfile::tempdir().expect("a folder");
    let runs = reports(folder.path(), &["tests/mix/2x1.dax", "--policy", "random:7:20"], 2);
    merged(&[&runs[0], &runs[1]], 3, "the bound on runs was hit", "");
}

/// The lines of docs/shards/parallel.md, as they stand.
#[test]
fn the_page_for_one_machine_works() {
    let page = std::fs::read_to_string(root().join("docs/shards/parallel.md")).expect("the page");
    let blocks: Vec<&str> = page.split("```sh\n").skip(1).filter_map(|part| part.split("```").next()).collect();
    assert_eq!(blocks.len(), 2);
    let has = |name: &str| Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success());
    let mut ran = 0;
    for block in blocks {
        let tool = if block.contains("| parallel ") { "parallel" } else { "xargs" };
        if !has(tool) {
            continue;
        }
        let (folder, path) = room();
        let output = Command::new("sh").args(["-c", block]).current_dir(folder.path()).env("PATH", path).output();
        let output = output.expect("a shell");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains("\n8 of 8 shards, "), "{tool}: {text}\n{}", String::from_utf8_lossy(&output.stderr));
        assert!(text.contains("complete: ") || text.contains("violation: "), "{tool}: {text}");
        ran += 1;
    }
    assert!(ran > 0, "neither GNU parallel nor xargs is here");
}

/// A folder with a script of which every shard is complete, and the program first in the path of a shell there.
fn room() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let program = Path::new(env!("CARGO_BIN_EXE_daxscope"));
    let path = format!("{}:{}", program.parent().expect("a folder").display(), std::env::var("PATH").expect("PATH"));
    let script = std::fs::read_to_string(root().join(RACE)).expect("a script");
    std::fs::write(folder.path().join("race.dax"), script.replace("revision v9", "revision fixed")).expect("written");
    std::fs::create_dir(folder.path().join("reports")).expect("a folder");
    (folder, path)
}

/// What Slurm and Kubernetes start, with four shards and without them: the shell lines of their pages with the variables that they set.
#[test]
fn what_the_pages_of_clusters_start_works() {
    let page = |name: &str| std::fs::read_to_string(root().join("docs/shards").join(name)).expect("a page");
    let part = |text: &str, from: &str, to: &str| {
        text.split_once(from).and_then(|(_, rest)| rest.split_once(to)).expect("a part of the page").0.to_owned()
    };
    let slurm = part(&page("slurm.md"), "```sh\n", "```").replace("/64", "/4");
    let lines = part(&page("kubernetes.md"), "            - >-\n", "          resources:");
    let pod = lines.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    for (name, shell, variable, from) in
        [("Slurm", slurm, "SLURM_ARRAY_TASK_ID", 1), ("Kubernetes", pod, "JOB_COMPLETION_INDEX", 0)]
    {
        let (folder, path) = room();
        let here = folder.path().display();
        let shell = shell
            .replace("/16", "/4")
            .replace("/script/", &format!("{here}/"))
            .replace(" /reports/", &format!(" {here}/reports/"));
        for index in from..from + 4 {
            let output = Command::new("sh")
                .args(["-c", &shell])
                .current_dir(folder.path())
                .env("PATH", &path)
                .env("SLURM_CPUS_PER_TASK", "1")
                .env(variable, index.to_string())
                .output()
                .expect("a shell");
            assert!(output.status.success(), "{name} {index}: {}", String::from_utf8_lossy(&output.stderr));
        }
        let reports: Vec<String> = (1..=4).map(|shard| format!("{here}/reports/{shard}.json")).collect();
        merged(&reports.iter().map(String::as_str).collect::<Vec<_>>(), 0, "complete: ", "");
    }
}
