//! What must hold for any input of a reader, shared by the fuzzers here and by `tests/fuzz_smoke.rs`.

use daxscope_conform::dax::{KNOWN_FAILURES, run_dax_file};
use daxscope_conform::tree::run_tree_file;
use daxscope_conform::xarray::run_xarray_file;
use daxscope_core::scenario::{Schedule, Severity, format, format_text, parse};
use daxscope_import::Answers;
use daxscope_import::diagnosis::Tool;
use daxscope_import::kernel::Kernel;
use daxscope_import::model::{Lanes, Wanted, fit};
use daxscope_import::snapshot;
use daxscope_import::tell::model::followed;
use daxscope_import::tell::{Amount, report};

/// A check of one input.
pub type Check = fn(&[u8]);

/// Every reader: the name of its corpus and its check.
pub const READERS: [(&str, Check); 6] =
    [("script", script), ("schedule", schedule), ("tree", tree), ("xarray", xarray), ("dax", dax), ("import", import)];

/// The importer answers or refuses every trace and snapshot; of a text, each line is counted once, and each access ends in
/// one way.
pub fn import(data: &[u8]) {
    if let Ok(trees) = daxscope_import::snapshot::read(data) {
        assert!(!daxscope_import::tell::snapshot::snapshots(&trees).is_empty());
    }
    let mut answers = Answers::default();
    let diagnosis = match daxscope_import::import(data, Kernel::default(), &mut answers) {
        Ok(diagnosis) => diagnosis,
        Err(refused) => return assert!(!refused.to_string().is_empty()),
    };
    let findings = answers.finish(&diagnosis);
    assert!(!report(&findings, &diagnosis, Amount::ALL).is_empty());
    if diagnosis.tool != Some(Tool::PerfJson) {
        assert_eq!(diagnosis.accounted(), diagnosis.lines);
    }
    let counts = findings.total;
    let ended = counts.huge + counts.small + counts.copied + counts.failed + counts.taken + counts.unfinished;
    assert_eq!(counts.accesses, ended);
    model(data);
}

/// Trees that markers `dump: turn N` of a trace may mean.
const TREES: &[u8] = br#"[{"tag": "turn 0", "i_size": 4194304, "nrpages": 512, "entries": [{"index": 0, "raw": "0x800005", "marks": ["DIRTY"]}]},
    {"tag": "turn 1", "nrpages": 0, "entries": []}]"#;

/// A scenario of a trace is a script that reads back, and the model follows it or says where it does not; with trees too.
fn model(data: &[u8]) {
    for trees in [snapshot::read(TREES).unwrap_or_default(), Vec::new()] {
        let mut lanes = Lanes::default();
        let Ok(diagnosis) = daxscope_import::import(data, Kernel::default(), &mut lanes) else { return };
        let (acts, names, _) = lanes.finish();
        let fitted = fit(acts, &names, &diagnosis.kernel, &trees, Wanted::default());
        let Ok((lifted, result)) = fitted else { return };
        let script = lifted.script(None);
        let parsed = parse(&script);
        assert!(parsed.diagnostics.iter().all(|one| one.severity != Severity::Error), "{script}");
        assert_eq!(parsed.scenario.threads, lifted.scenario.threads, "{script}");
        assert_eq!(parsed.scenario.fs, lifted.scenario.fs, "{script}");
        assert!(!followed(&lifted, &result).is_empty());
    }
}

/// The parser of scripts answers every text, points into it, and formatting settles at once.
pub fn script(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let parsed = parse(text);
    let lines: Vec<&str> = text.lines().collect();
    for diagnostic in &parsed.diagnostics {
        let span = &diagnostic.span;
        assert!(text.get(span.bytes.clone()).is_some(), "{span:?} is not in the text");
        assert!((1..=lines.len().max(1)).contains(&(span.line as usize)), "{span:?} of {} lines", lines.len());
        assert!(!diagnostic.message.is_empty());
    }
    let formatted = format(&parsed.scenario);
    let again = parse(&formatted);
    assert_eq!(again.scenario, parsed.scenario, "{formatted}");
    assert_eq!(format(&again.scenario), formatted);
    let lines = format_text(text);
    assert_eq!(format_text(&lines), lines);
}

/// A schedule of a link is read back as it is written, or the error points into it.
pub fn schedule(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Schedule::from_compact(text) {
        Ok(schedule) => assert_eq!(Schedule::from_compact(&schedule.to_compact()), Ok(schedule)),
        Err(error) => assert!(error.position <= text.chars().count(), "{error:?}"),
    }
}

/// The reader of tree recordings reports or refuses, and does not fall over.
pub fn tree(data: &[u8]) {
    if let Err(error) = run_tree_file(data) {
        assert!(!error.to_string().is_empty());
    }
}

/// The reader of XArray recordings reports or refuses, and does not fall over.
pub fn xarray(data: &[u8]) {
    if let Err(error) = run_xarray_file(data) {
        assert!(!error.to_string().is_empty());
    }
}

/// The reader of DAX recordings reports or refuses, and does not fall over.
pub fn dax(data: &[u8]) {
    if let Err(error) = run_dax_file(data, KNOWN_FAILURES) {
        assert!(!error.to_string().is_empty());
    }
}
