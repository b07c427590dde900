//! Out again: what is written of a run is read back as the same, and programs compile and run.

use super::{answered, collected};
use daxscope_core::machine::Machine;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Scenario, Schedule, StepSize, parse};
use daxscope_import::event::Event;
use daxscope_import::kernel::{Kernel, Release};
use daxscope_import::model::{Lanes, Teller, Wanted, follow, lift};
use daxscope_import::written::{c, ftrace};
use daxscope_import::{Visitor, import};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

/// Scripts with everything that a trace shows: huge and small, holes and blocks, private and synchronous mappings, fsync, calls without events.
const SCRIPTS: [(&str, &str); 5] = [
    (
        "holes",
        "file 6M\nprocess P maps 0..6M shared rw\nprocess Q maps 0..6M shared rw\nthread A in P\n read 2M at 0\n write 4K at 3p via Q\n read 2M at 0\n \
         read 2M at 3p\n fsync\n fsync 2M..4M\n",
    ),
    (
        "blocks",
        "file 6M\nextent 0..4M mapped at 16M\nextent 4M..6M unwritten at 32M\nprocess P maps 0..6M shared rw\nthread A in P\n write 2M at 5p\n \
         read 2M at 2M\n punch 3p..4p\n write 2M at 4M\n fsync\n write(2) 2p..3p\n truncate 2M\n",
    ),
    (
        "private",
        "file 0x405p\nprocess P maps 0..4M private rw\nprocess Q maps 0..0x400p shared rw at 5p\nprocess R maps 0..8p shared ro\nthread A in P\n \
         read 2M at 2M\n write 2M at 3p\n read 2M at 3p via Q\n read 2M at 2p via R\n",
    ),
    (
        "synchronous",
        "file 4M\nextent 0..4M unwritten at 16M\nprocess P maps 0..4M shared rw sync\nthread A in P\n write 2M at 0\n write 2M at 2M\n",
    ),
    (
        "two threads",
        "file 4M\nextent 0..4M mapped at 16M\nprocess P maps 0..4M shared rw\nprocess Q maps 0..4M shared rw\nthread A in P\n write 2M at 0\nthread B in \
         Q\n write 4K at 3p\n read 4K at 4p\nschedule by point A6 B4\n",
    ),
];

fn scenario(kernel: &str, script: &str) -> Scenario {
    let sync = if kernel.starts_with('4') { script.replace(" sync", "") } else { script.to_owned() };
    let parsed = parse(&format!("kernel {kernel}\n{sync}"));
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    parsed.scenario
}

/// A run of the script to its end.
fn ran(scenario: &Scenario) -> Schedule {
    let mut run = Run::new(Arc::new(scenario.clone()));
    let schedule = scenario.schedule.clone().unwrap_or_default();
    run.follow(&schedule).expect("the schedule can be followed");
    assert!(run.run_on(schedule.step_size, 10_000));
    Schedule { step_size: schedule.step_size, choices: run.steps.iter().map(|step| step.record.choice).collect() }
}

/// What the steps of the model print, as lanes keep it.
fn printed(scenario: &Scenario, schedule: &Schedule) -> Vec<String> {
    let mut machine = Machine::new(Arc::new(scenario.clone()));
    let mut teller = Teller::new(scenario);
    let mut all = Vec::new();
    for &choice in &schedule.choices {
        let before = machine.world.clone();
        let record = machine.step(choice, schedule.step_size).expect("a step");
        let mut told = Vec::new();
        teller.step(&record, &before, &mut told);
        all.extend(told.iter().filter_map(|one| Some(format!("{} {:?}", choice.thread.letter(), one.seen()?.kind))));
    }
    all
}

#[derive(Default)]
struct Order(Vec<String>);

impl Visitor for Order {
    fn event(&mut self, event: &Event<'_>, kernel: &Kernel) {
        // One event at a time: the lanes of a trace are what is compared.
        let mut lanes = Lanes::default();
        lanes.event(event, kernel);
        let (acts, ..) = lanes.finish();
        let letter = event.task.name.first().map_or(' ', |&byte| char::from(byte));
        self.0.extend(acts.iter().flat_map(|act| &act.events).map(|seen| format!("{letter} {:?}", seen.kind)));
    }
}

#[test]
fn what_a_run_prints_is_read_back_in_full() {
    for kernel in ["4.11", "4.13.4", "5.10", "6.1", "6.12", "7.3"] {
        for (name, script) in SCRIPTS {
            let scenario = scenario(kernel, script);
            let schedule = ran(&scenario);
            let text = ftrace(&scenario, &schedule);
            let (_, diagnosis) = collected(text.as_bytes());
            assert_eq!(
                (diagnosis.not_understood, diagnosis.others),
                (0, 0),
                "{kernel} {name}: {:?}\n{text}",
                diagnosis.shown
            );
            assert_eq!(diagnosis.kernel.contradiction(), None, "{kernel} {name}\n{text}");
            // Named, no sign of the text speaks against it.
            let named = Kernel::named(Release::parse(kernel).expect("a release"));
            let (_, diagnosis) = super::answered_on(text.as_bytes(), named).expect("a trace");
            assert_eq!(diagnosis.kernel.contradiction(), None, "{kernel} {name}\n{text}");
            let mut order = Order::default();
            import(text.as_bytes(), Kernel::default(), &mut order).unwrap_or_else(|refused| panic!("{refused}"));
            let begins_and_ends = |all: Vec<String>| -> Vec<String> {
                all.into_iter()
                    .filter(|one| one.contains("Begins") || one.contains("Ends") || one.contains("Scans"))
                    .collect()
            };
            assert_eq!(
                begins_and_ends(order.0),
                begins_and_ends(printed(&scenario, &schedule)),
                "{kernel} {name}\n{text}"
            );
        }
    }
}

#[test]
fn a_scenario_that_went_out_comes_back() {
    for kernel in ["5.10", "6.12", "7.3"] {
        for (name, script) in SCRIPTS {
            let scenario = scenario(kernel, script);
            let text = ftrace(&scenario, &ran(&scenario));
            let release = Release::parse(kernel).expect("a release");
            let mut lanes = Lanes::default();
            let diagnosis = import(text.as_bytes(), Kernel::named(release), &mut lanes)
                .unwrap_or_else(|refused| panic!("{refused}"));
            let (acts, names, _) = lanes.finish();
            let lifted = lift(acts, &names, &diagnosis.kernel, &[], Wanted::default()).expect("a scenario");
            assert_eq!(lifted.scenario.revision, scenario.revision);
            assert_eq!(lifted.scenario.file.size_pages, scenario.file.size_pages, "{kernel} {name}");
            assert_eq!(lifted.scenario.file.extents, scenario.file.extents, "{kernel} {name}");
            assert_eq!(lifted.scenario.threads.len(), scenario.threads.len(), "{kernel} {name}");
            let result = follow(&lifted, &[]);
            let known = result.rows.iter().flat_map(|row| &row.differences).all(|one| one.name.is_some());
            assert!(result.is_whole && known, "{kernel} {name}: {:#?}\n{text}", result.rows);
        }
    }
}

#[test]
fn answers_of_a_written_run_are_those_of_the_model() {
    let scenario = scenario("7.3", SCRIPTS[2].1);
    let (findings, _) = answered(ftrace(&scenario, &ran(&scenario)).as_bytes());
    let names: Vec<_> = findings
        .ranges
        .iter()
        .flat_map(|range| &range.causes)
        .filter_map(|one| Some(one.cause.reason?.name()))
        .collect();
    assert!(["private-write", "colour", "range"].iter().all(|wanted| names.contains(wanted)), "{names:?}");
}

/// Compiles a program with all warnings as errors.
fn compiled(text: &str, name: &str, words: &[&str]) -> tempfile_path::Folder {
    let folder = tempfile_path::Folder::new(name);
    let source = folder.path().join("workload.c");
    fs::write(&source, text).expect("a file");
    let output = Command::new("cc")
        .args(["-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror", "-pthread"])
        .args(words)
        .arg("-o")
        .arg(folder.path().join("workload"))
        .arg(&source)
        .output()
        .expect("the C compiler that Rust links with");
    assert!(output.status.success(), "{name}: {}\n{text}", String::from_utf8_lossy(&output.stderr));
    folder
}

/// A folder of its own that goes with the value.
mod tempfile_path {
    use std::path::{Path, PathBuf};

    pub(super) struct Folder(PathBuf);

    impl Folder {
        pub(super) fn new(name: &str) -> Folder {
            let path = std::env::temp_dir().join(format!("daxscope-{}-{}", std::process::id(), name.replace(' ', "-")));
            std::fs::create_dir_all(&path).expect("a folder");
            Folder(path)
        }

        pub(super) fn path(&self) -> &Path {
            &self.0
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }
}

#[test]
fn programs_compile_and_run_to_their_end() {
    for (name, script) in SCRIPTS {
        // Without DAX MAP_SYNC is refused, so that program is only compiled.
        let scenario = scenario("7.3", script);
        let text = c(&scenario, &ran(&scenario)).expect("a program");
        let folder = compiled(&text, name, &[]);
        if name == "synchronous" {
            continue;
        }
        let file = folder.path().join("file");
        let status = Command::new(folder.path().join("workload")).arg(&file).status().expect("it starts");
        assert!(status.success(), "{name}");
        let size = fs::metadata(&file).expect("the file").len();
        let wanted = if name == "blocks" { 512 } else { scenario.file.size_pages };
        assert_eq!(size, wanted * 4096, "{name}");
    }
}

#[test]
fn a_race_of_two_threads_is_a_test_of_ltp_too() {
    let (name, script) = SCRIPTS[4];
    let scenario = scenario("7.3", script);
    let text = c(&scenario, &ran(&scenario)).expect("a program");
    let headers = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/import/ltp");
    let words = format!("-I{}", headers.display());
    compiled(&text, &format!("{name} ltp"), &["-DLTP", "-fsyntax-only", "-Wno-unused", &words]);
    assert!(text.contains("static const int turns_A[] = { 0 };"), "both overlap:\n{text}");
    assert!(text.contains("static const int members[] = { 2"), "{text}");
}

#[test]
fn operations_that_followed_each_other_do_so_in_the_program() {
    let script =
        "file 4M\nthread A\n read 4K at 0\n read 4K at 1p\nthread B\n read 4K at 2p\nschedule by section A40 B40\n";
    let parsed = parse(&format!("kernel 7.3\n{}", script.replace("schedule by section A40 B40\n", ""))).scenario;
    let schedule = Schedule { step_size: StepSize::Section, choices: ran(&parsed).choices };
    let text = c(&parsed, &Schedule { step_size: StepSize::Operation, ..schedule }).expect("a program");
    assert!(text.contains("static const int turns_A[] = { 0, 1 };"), "{text}");
    assert!(text.contains("static const int turns_B[] = { 2 };"), "{text}");
}

#[test]
fn what_a_program_cannot_do_is_refused_by_name() {
    for (line, why) in [
        ("file 4M\nentries 0..2M zero\nthread A\n read 4K at 0\n", "`entries`"),
        ("file 4M\nthread A\n read 4K at 0\nfail iomap_begin 1\n", "`fail`"),
        ("file 8G\nthread A\n read 4K at 0\n", "4 GiB"),
        ("file 4M\nthread A\n", "no thread does anything"),
        ("file 4M\nthread A\n invalidate2\n", "invalidate2"),
        ("file 4M\nprocess P maps 0..2M shared rw\nthread A in P\n fsync 2M..4M\n", "msync(2)"),
    ] {
        let scenario = scenario("7.3", line);
        let refused = c(&scenario, &Schedule::default()).expect_err(line);
        assert!(refused.contains(why), "{line}: {refused}");
    }
}

/// What a sync of the run has promised is what whoever cuts the power has to look at; without a sync there is nothing.
#[test]
fn a_program_says_what_to_look_at_after_a_power_cut() {
    let with = |script: &str| {
        let scenario = scenario("7.3", script);
        c(&scenario, &ran(&scenario)).expect("a program")
    };
    let text = with("file 8p\nthread A\n write 4K at 3p\n fsync\n write 4K at 5p\n");
    assert!(
        text.contains(" *   behind A's operation 2: page 0x3 holds x: od -A d -t c -j 12288 -N 1 /mnt/file\n"),
        "{text}"
    );
    assert!(!text.contains("page 0x5 holds"), "{text}");
    assert!(!with("file 8p\nthread A\n write 4K at 3p\n").contains("power cut"));
}

#[test]
fn scripts_for_real_kernels_are_programs() {
    let folder = super::folder().join("../real");
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let text = fs::read_to_string(entry.path()).expect("a script");
        let parsed = parse(&text);
        assert!(parsed.diagnostics.is_empty(), "{:?}: {:?}", entry.path(), parsed.diagnostics);
        let name = entry.file_name().to_string_lossy().into_owned();
        let program = c(&parsed.scenario, &ran(&parsed.scenario)).expect("a program");
        compiled(&program, &name, &[]);
        count += 1;
    }
    assert_eq!(count, 8, "docs/conformance.md names them");
}
