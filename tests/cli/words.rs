//! The words themselves: help, spelling, limits, contradictions.

use super::{check, daxscope};

#[test]
fn every_command_has_its_help() {
    let commands = ["run", "explore", "necessity", "judge", "museum", "fmt", "conform", "record", "completions", "man"];
    for command in commands {
        check(&[command, "--help"], "", 0, &format!("Usage: daxscope {command}"), "");
        check(&[command, "-h"], "", 0, "Usage: daxscope", "");
        check(&["help", command], "", 0, &format!("Usage: daxscope {command}"), "");
    }
    let help = daxscope(&["help"], "");
    let text = String::from_utf8(help.stdout).expect("text");
    assert_eq!(help.status.code(), Some(0));
    for command in commands {
        assert!(text.contains(&format!("\n  {command} ")), "{command} is not in\n{text}");
    }
    check(&[], "", 0, "Exit codes: 0 as it should be", "");
    check(&["--help"], "", 0, "FILE is a script", "");
    check(&["--version"], "", 0, "daxscope 0.1.0", "");
    check(&["explore", "--help"], "", 0, "--failures <N|any>", "");
    check(&["museum", "check", "--help"], "", 0, "Usage: daxscope museum check", "");
}

#[test]
fn what_is_misspelt_is_suggested() {
    check(&["exlpore", "museum:a5"], "", 2, "", "'explore'");
    check(&["explore", "museum:a5", "--polciy", "depth"], "", 2, "", "a similar argument exists: '--policy'");
    check(&["explore", "museum:a5", "--rule", "lost-wakup"], "", 2, "", "did you mean `lost-wakeup`?");
    check(&["explore", "museum:a5", "--except", "dead-lock"], "", 2, "", "did you mean `deadlock`?");
    check(&["explore", "museum:a5", "--expect", "violation:live-lock"], "", 2, "", "did you mean `livelock`?");
    check(&["explore", "museum:a5", "--fail", "iomap_begn"], "", 2, "", "did you mean `iomap_begin`?");
    check(&["explore", "museum:a5", "--without", "persistent-set"], "", 2, "", "did you mean `persistent-sets`?");
    check(&["conform", "dxa", "-"], "", 2, "", "[possible values: tree, xarray, dax]");
    check(&["nonsense"], "", 2, "", "`daxscope help` lists them");
    for words in [&["run"][..], &["explore"], &["necessity"], &["record"]] {
        check(words, "", 2, "", "which script?");
    }
}

#[test]
fn what_can_never_come_true_is_a_mistake() {
    let never = |words: &[&str]| check(&[&["explore", "museum:a5"], words].concat(), "", 2, "", "can never come true");
    never(&["--rule", "livelock", "--expect", "violation:kernel-bug"]);
    never(&["--rule", "livelock", "--rule", "deadlock", "--expect", "violation:kernel-bug"]);
    never(&["--except", "kernel-bug", "--expect", "violation:kernel-bug"]);
    never(&["--rule", "livelock", "--all-rules", "--expect", "violation:kernel-bug"]);
    let may = |words: &[&str], code| check(&[&["explore", "museum:a5"], words].concat(), "", code, "", "");
    may(&["--rule", "kernel-bug", "--expect", "violation:kernel-bug"], 0);
    may(&["--rule", "any", "--expect", "violation:kernel-bug"], 0);
    may(&["--except", "livelock", "--expect", "violation:kernel-bug"], 0);
    check(
        &["explore", "museum:a5", "--rule", "deadlock", "--except", "livelock"],
        "",
        2,
        "",
        "'--rule <RULE>' cannot be used with '--except <RULE>'",
    );
}

#[test]
fn limits_are_named() {
    let explore = |word: &str, value: &str, message: &str| {
        check(&["explore", "museum:a5", word, value], "", 2, "", message);
    };
    explore("--jobs", "0", "from 1 to 256");
    explore("--jobs", "100000", "from 1 to 256");
    explore("--policy", "pct:1:1:4294967295", "up to 1000");
    explore("--policy", "random:1:4294967296", "up to 4294967295");
    explore("--bound", "memory=1", "16M at least");
    explore("--bound", "seconds=0", "from 1 to 31622400");
    explore("--bound", "states=4294967296", "from 0 to 4294967295");
    check(&["museum", "check", "a5", "--bound", "memory=x"], "", 2, "", "16M at least");
}

#[test]
fn a_script_without_threads_is_refused() {
    for command in ["run", "explore", "necessity", "record"] {
        for script in ["", "file 2M\n", "# nothing\n"] {
            check(&[command, "-"], script, 2, "", "has no thread, so there is nothing to run: write `thread A`");
        }
    }
    check(&["fmt", "-"], "file   2M\n", 0, "file", "");
}

#[test]
fn the_last_of_two_words_counts() {
    let words = ["explore", "museum:a5", "--revision", "v6", "--revision", "v9", "--jobs", "2", "--jobs", "1"];
    check(&words, "", 0, "kernel v9\n", "");
}

#[test]
fn shells_and_man_are_told_the_same_words() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        check(&["completions", shell], "", 0, "all-rules", "");
    }
    check(&["man"], "", 0, ".TH daxscope 1", "");
    let folder = std::env::temp_dir().join(format!("daxscope-man-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    check(&["man", &folder.to_string_lossy()], "", 0, "", "");
    let page = std::fs::read_to_string(folder.join("daxscope-explore.1")).expect("a page");
    let _ = std::fs::remove_dir_all(folder);
    assert!(page.contains(r"all\-rules") && page.contains(r"daxscope\-explore"), "{page}");
}
