//! The texts that leave for mails and commits: golden files beside this test, written anew with `DAXSCOPE_BLESS=1`.

use daxscope_core::narrate::{COMMIT_WIDTH, MailHead, WIDTH, commit, mail_head, mail_script, mail_table, matters};
use daxscope_core::run::Run;
use daxscope_core::scenario::{AsRun, as_run, parse};
use std::fs;
use std::path::Path;
use std::sync::Arc;

const A4: &str = include_str!("../../museum/exhibits/a4/scenario.dax");
const A5: &str = include_str!("../../museum/exhibits/a5/scenario.dax");
const K1: &str = include_str!("../../museum/exhibits/k1/scenario.dax");
/// fsync meets an entry that a fault of another process has locked (6.12).
const K612: &str = "kernel 6.12\nfile 2M\nextent 0..2M mapped at 4M\nprocess P\nprocess Q\nthread A in P\n write 2M at 0\n fsync\n\
                    thread B in Q\n write 2M at 16p\nschedule by section A23 B6 A3\n";
/// A fault of C waits for the punch of B (7.3).
const WAITS: &str = "kernel 7.3\nfile 4M\nextent 0..4M mapped at 4M\nprocess P\nprocess Q\nthread A in P\n write 2M at 3p\n fsync\n\
                     thread B in Q\n write 4K at 0x203p\nthread C\n punch 0x258p..0x259p\n\
                     schedule by section A22 C7 A3 B5 C5 B19\n";
const PROCESSES: &str = "title two\nrevision v6 wake_mode_delete=all\nprocess P\nprocess Q\nthread A in P\n read 2M at 0\n \
                         write 4K at 3p via Q\nthread B in Q\n write 4K at 4p\nschedule A13 B3 A20\n";

const TEXTS: [(&str, &str); 6] =
    [("a4", A4), ("a5", A5), ("processes", PROCESSES), ("k1", K1), ("k612", K612), ("waits", WAITS)];

/// Holds a text to its golden file.
fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden").join(name);
    if std::env::var_os("DAXSCOPE_BLESS").is_some() {
        fs::create_dir_all(path.parent().expect("a folder"))
            .and_then(|()| fs::write(&path, text))
            .expect("it is written");
    }
    let held = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, held, "tests/golden/{name} differs; if it should, run this test with DAXSCOPE_BLESS=1");
}

fn run(script: &str) -> Run {
    let scenario = Arc::new(parse(script).scenario);
    let mut run = Run::new(Arc::clone(&scenario));
    run.follow(&scenario.schedule.clone().unwrap_or_default()).expect("it can be followed");
    run
}

fn mail(script: &str, only_what_matters: bool) -> String {
    let run = run(script);
    let scenario = run.machine.scenario();
    let kernel = scenario.revision.name();
    let head = MailHead { title: &scenario.title, kernel: &kernel, link: "#v=1&e=a4", note: "" };
    let round = run.violations().find_map(|(_, violation)| violation.round);
    [
        mail_head(scenario, &head),
        mail_table(scenario, &run.steps, only_what_matters, round),
        mail_script(&as_run(script, AsRun::default()), WIDTH),
    ]
    .join("\n")
}

#[test]
fn mails_are_as_they_were() {
    for (name, script) in TEXTS {
        for (kind, only_what_matters) in [("mail", false), ("short", true)] {
            let text = mail(script, only_what_matters);
            assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
            golden(&format!("{name}.{kind}.txt"), &text);
        }
    }
}

#[test]
fn diagrams_are_as_they_were() {
    for (name, script) in TEXTS {
        let scenario = Arc::new(parse(script).scenario);
        let text = commit(&scenario, &scenario.schedule.clone().unwrap_or_default());
        assert!(text.lines().all(|line| line.chars().count() <= COMMIT_WIDTH), "{text}");
        golden(&format!("{name}.commit.txt"), &text);
    }
}

/// The steps that the story of A4 needs are among those that matter, and the noise is not.
#[test]
fn what_matters() {
    let run = run(A4);
    let shown = matters(&run.steps);
    let told: Vec<&str> =
        run.steps.iter().zip(&shown).filter(|(_, shown)| **shown).map(|(step, _)| step.sentence.as_str()).collect();
    for needed in
        ["wakes one waiter on key 0x200: B; C stays asleep", "falls asleep", "deletes the locked 2 MiB empty entry"]
    {
        assert!(told.iter().any(|sentence| sentence.contains(needed)), "{needed} is missing in {told:#?}");
    }
    assert!(told.len() * 2 < run.steps.len(), "{} of {}", told.len(), run.steps.len());
    let left_out = run.steps.iter().zip(&shown).filter(|(_, shown)| !**shown).map(|(step, _)| step);
    for step in left_out {
        assert!(step.violations.is_empty(), "{}", step.sentence);
        let changes = ["inserts", "deletes", "unlocks the", "tags", "maps ", "zaps"];
        assert!(changes.iter().all(|change| !step.sentence.contains(change)), "{}", step.sentence);
    }
}

/// Names are never broken: whoever searches for a function finds it.
#[test]
fn names_are_in_one_piece() {
    for (name, script) in TEXTS {
        let scenario = Arc::new(parse(script).scenario);
        let diagram = commit(&scenario, &scenario.schedule.clone().unwrap_or_default());
        for text in [diagram, mail(script, false), mail(script, true)] {
            for line in text.lines() {
                assert!(!line.ends_with('_'), "{name}: {line}");
            }
        }
    }
}

/// A lock that somebody waits for is taken by somebody, a store is one, and an entry that is passed over is locked by somebody.
#[test]
fn what_explains_the_end_is_in_the_diagram() {
    let diagram = |script: &str| {
        let scenario = Arc::new(parse(script).scenario);
        let text = commit(&scenario, &scenario.schedule.clone().unwrap_or_default());
        // Lines are broken between words.
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let order = |text: &str, parts: &[&str]| {
        let mut rest = text;
        for part in parts {
            let (_, behind) = rest.split_once(part).unwrap_or_else(|| panic!("{part} is missing in\n{text}"));
            rest = behind;
        }
    };
    order(
        &diagram(K612),
        &[
            "xas_store(0x0, locked 2 MiB entry of block 0x400)",
            "xas_store(0x0, 2 MiB entry of block 0x400)",
            "stores to virtual page 0x0",
            "xas_store(0x0, locked 2 MiB entry of block 0x400)",
            "xas_find_marked(0x0, TOWRITE)",
            "locked 2 MiB entry of block 0x400",
            "xas_find_conflict(0x0) -> NULL",
            "although page 0x0 is not flushed",
        ],
    );
    order(
        &diagram(WAITS),
        &[
            "stores to virtual page 0x3",
            "down_write(invalidate_lock)",
            "xas_store(0x0, NULL)",
            "down_read(invalidate_lock) -> waits",
        ],
    );
    assert!(diagram(WAITS).contains("dax_layout_busy_page_range(0, LLONG_MAX)"));
    for script in [K1, K612, WAITS] {
        let run = run(script);
        let stored =
            run.steps.iter().position(|step| step.sentence.contains("stores to virtual page")).expect("a store");
        assert!(matters(&run.steps)[stored], "{script}");
    }
}

/// Long lines of a script end in a backslash and can be joined again; a word without a blank stays.
#[test]
fn long_lines_of_a_script_go_on() {
    let title = format!("title    {}{}", "a word and ".repeat(14), "x".repeat(90));
    let script = format!("{title}\nthread A\n  read 4K at 0  # {}\n", "why not ".repeat(12).trim_end());
    let text = mail_script(&script, WIDTH);
    let wide: Vec<&str> = text.lines().filter(|line| line.chars().count() > WIDTH).collect();
    assert_eq!(wide, [format!("      {}", "x".repeat(90))], "{text}");
    let block: Vec<&str> = text.lines().skip(2).collect();
    let joined = block.join("\n").replace(" \\\n      ", " ");
    assert_eq!(joined, script.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n"));
}
