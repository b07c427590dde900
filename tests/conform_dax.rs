//! Every recorded run of the real DAX code of 4.10 and of the kernels around it, of 6.12 and of 7.3, compared after every step.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use daxscope_conform::dax::{KNOWN_FAILURES, read, record_run, run_dax_file, variant};
use daxscope_conform::input;
use daxscope_conform::report::{KnownFailure, Report};

/// The recordings shipped: folder, and the number of runs in each file. The folder names the variant.
const FOLDERS: &[(&str, &[(&str, usize)])] = &[
    ("dax-releases/v4.10+hole_page_wakes_all=off", &[("mt4", 56), ("named", 4)]),
    ("dax-releases/v4.10+lock_before_drop=off", &[("mt4", 56), ("named", 22)]),
    ("dax-releases/v4.10+put_unlocked_on_refuse=off", &[("mt4", 56), ("named", 6)]),
    ("dax-releases/v4.10+series=v4", &[("mt4", 56), ("named", 30)]),
    ("dax-releases/v4.10+series=v5", &[("mt4", 56), ("named", 28)]),
    ("dax-releases/v4.10+series=v6", &[("mt4", 53), ("named", 18)]),
    ("dax-releases/v4.10+split_on_fallback=cow", &[("mt4", 56), ("named", 8)]),
    ("dax-releases/v4.10+unlock_on_preload_fail=always", &[("mt4", 52), ("named", 14)]),
    ("dax-releases/v4.10+unlock_on_preload_fail=never", &[("mt4", 52), ("named", 14)]),
    ("dax-releases/v4.10+unmap_before_preload=off", &[("mt4", 53), ("named", 4)]),
    ("dax-releases/v4.10+wake_mode_delete=all", &[("mt4", 28), ("named", 6)]),
    ("dax-releases/v4.10+wake_mode_downgrade=one", &[("mt4", 56), ("named", 8)]),
    (
        "dax-releases/v4.10.17",
        &[("inject", 80), ("mt", 95), ("mt4", 80), ("named", 53), ("single", 60), ("triple", 90)],
    ),
    ("dax-releases/v4.10", &[("named", 57)]),
    ("dax-releases/v4.11", &[("inject", 60), ("mt", 95), ("mt4", 80), ("named", 54), ("single", 60), ("triple", 73)]),
    ("dax-releases/v4.12.4", &[("inject", 80), ("mt", 95), ("mt4", 80), ("named", 46), ("single", 60), ("triple", 90)]),
    ("dax-releases/v4.13.4", &[("inject", 80), ("mt", 95), ("mt4", 80), ("named", 46), ("single", 60), ("triple", 90)]),
    (
        "dax",
        &[
            ("anomaly", 140),
            ("inject", 258),
            ("mt", 300),
            ("mt4", 120),
            ("named", 59),
            ("review", 40),
            ("single", 344),
            ("triple", 210),
            ("vma", 94),
        ],
    ),
    (
        "xarray/6.12",
        &[
            ("anomaly", 16),
            ("inject", 240),
            ("mt", 299),
            ("mt4", 119),
            ("named", 59),
            ("single", 296),
            ("triple", 210),
            ("variant", 86),
            ("vma", 129),
        ],
    ),
    (
        "xarray/7.3",
        &[
            ("anomaly", 6),
            ("inject", 280),
            ("mt", 325),
            ("mt4", 123),
            ("named", 67),
            ("single", 296),
            ("triple", 297),
            ("vma", 129),
        ],
    ),
];

/// Threads that replay.
const WORKERS: usize = 2;

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors")
}

fn open(folder: &str, class: &str) -> Box<dyn std::io::BufRead> {
    input::open(&vectors().join(folder).join(format!("{class}.jsonl.gz"))).unwrap()
}

/// Calls `job` with every shipped file, and collects what it answers.
fn for_every_file<T: Send>(job: impl Fn(&str, &str) -> T + Sync) -> Vec<(String, usize, T)> {
    let files: Vec<_> =
        FOLDERS.iter().flat_map(|(folder, classes)| classes.iter().map(move |class| (*folder, *class))).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((folder, (class, runs))) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            done.push((format!("{folder}/{class}"), *runs, job(folder, class)));
        }
        done
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    })
}

#[test]
fn every_recorded_run_agrees() {
    let mut all = Report::default();
    for (file, runs, report) in
        for_every_file(|folder, class| run_dax_file(open(folder, class), KNOWN_FAILURES).unwrap())
    {
        assert_eq!(report.total(), runs, "{file}: runs in the file");
        all.merge(report);
    }
    assert!(all.failures.is_empty(), "{all}");
    assert_eq!((all.passed, all.failed, all.known), (4196 + 1454 + 1523, 0, KNOWN_FAILURES.len()));
}

#[test]
fn every_shipped_file_is_run() {
    let mut shipped = BTreeSet::new();
    let mut folders = vec![vectors().join("dax"), vectors().join("dax-releases"), vectors().join("xarray")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "gz") {
                shipped.insert(path.strip_prefix(vectors()).unwrap().to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    let listed = FOLDERS
        .iter()
        .flat_map(|(folder, classes)| classes.iter().map(move |(class, _)| format!("{folder}/{class}.jsonl.gz")));
    assert_eq!(shipped, listed.collect());
}

/// The first run of a file, as text.
fn first_line(folder: &str, class: &str) -> String {
    use std::io::BufRead;
    open(folder, class).lines().next().unwrap().unwrap()
}

#[test]
fn a_difference_is_reported_with_its_place_and_the_way_there() {
    let line = first_line("dax", "mt");
    let wrong = line.replacen(r#"["call","grab_mapping_entry""#, r#"["call","grab_nothing""#, 1);
    assert_ne!(line, wrong);
    let report = run_dax_file(wrong.as_bytes(), &[]).unwrap();
    assert_eq!((report.passed, report.failed), (0, 1));
    let failure = &report.failures[0];
    assert_eq!(failure.field, "ev");
    assert!(failure.expected.contains("grab_nothing") && failure.got.contains("grab_mapping_entry"));
    let table: Vec<&str> = failure.interleaving.lines().collect();
    assert_eq!(table.len(), failure.step + 2, "a heading, and a row for each step up to the difference");
    assert!(table[0].starts_with("step  thread 0"), "{}", table[0]);
    assert!(failure.to_string().ends_with(&failure.interleaving));
}

#[test]
fn a_wrong_signature_is_reported() {
    let line = first_line("dax", "single").replacen(r#""sig":[]"#, r#""sig":["LIVELOCK"]"#, 1);
    let report = run_dax_file(line.as_bytes(), &[]).unwrap();
    assert_eq!((report.failures[0].field.as_str(), report.failures[0].got.as_str()), ("sig", "[]"));
}

#[test]
fn a_known_failure_is_counted_apart_until_it_passes() {
    let line = first_line("dax", "single");
    let id = read(line.as_bytes()).unwrap().next().unwrap().unwrap().1.id;
    let known = [KnownFailure { id: id.leak(), reason: "made up" }];
    let wrong = line.replacen(r#""end":"done""#, r#""end":"deadlock""#, 1);
    let report = run_dax_file(wrong.as_bytes(), &known).unwrap();
    assert_eq!((report.passed, report.failed, report.known), (0, 0, 1));
    let report = run_dax_file(line.as_bytes(), &known).unwrap();
    assert_eq!((report.passed, report.failed, report.known), (0, 1, 0));
    assert!(report.failures[0].to_string().contains("take it off the list"), "{report}");
}

#[test]
fn malformed_input_names_its_line() {
    for (text, message) in [
        ("{", "EOF"),
        (r#"{"id":"x"}"#, "missing field"),
        (&first_line("dax", "single").replacen("\"v4.10\"", "\"v9.99\"", 1), "variant `v9.99` is not known"),
        (&first_line("dax", "single").replacen("\"sched\":[0", "\"sched\":[7", 1), "runs thread 7"),
    ] {
        let error = run_dax_file(format!("\n{text}\n").as_bytes(), &[]).unwrap_err();
        assert_eq!(error.line, Some(2), "{error}");
        assert!(error.to_string().contains(message), "{error}");
    }
}

#[test]
fn runs_of_our_own_read_back_without_a_difference() {
    let counts = for_every_file(|folder, class| {
        let mut text = String::new();
        for (_, recording) in read(open(folder, class)).unwrap().step_by(9).map(Result::unwrap) {
            let scenario = recording.scenario().unwrap();
            let run = record_run(&scenario, &recording.schedule());
            text.push_str(&format!("{run}\n"));
        }
        let report = run_dax_file(text.as_bytes(), &[]).unwrap();
        assert_eq!(report.failed, 0, "{report}");
        report.passed
    });
    assert!(counts.iter().all(|(_, runs, passed)| *passed == runs.div_ceil(9)));
}

#[test]
fn a_run_of_our_own_is_what_was_recorded() {
    for (folder, class) in [
        ("dax", "named"),
        ("dax-releases/v4.11", "named"),
        ("dax-releases/v4.10+series=v4", "mt4"),
        ("xarray/6.12", "named"),
        ("xarray/6.12", "variant"),
        ("xarray/7.3", "named"),
    ] {
        for line in std::io::BufRead::lines(open(folder, class)).step_by(5) {
            let line = line.unwrap();
            let recorded: serde_json::Value = serde_json::from_str(&line).unwrap();
            let (_, recording) = read(line.as_bytes()).unwrap().next().unwrap().unwrap();
            let scenario = recording.scenario().unwrap();
            let run = record_run(&scenario, &recording.schedule());
            for field in ["sched", "sig", "init", "steps", "end"] {
                assert_eq!(run[field], recorded[field], "{}: {field}", recording.id);
            }
        }
    }
}

#[test]
fn variants_have_the_names_of_the_recordings() {
    for (folder, classes) in FOLDERS {
        let class = classes.last().unwrap().0;
        let (_, recording) = read(open(folder, class)).unwrap().next().unwrap().unwrap();
        let expected = match recording.variant.as_str() {
            "review" => "v4.10+unlock_on_preload_fail=always",
            "v7.3.4" => "v7.3",
            other => other,
        };
        assert_eq!(variant(&recording.scenario().unwrap().revision), expected);
    }
}
