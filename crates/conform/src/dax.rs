//! The recordings of fault, locking and writeback code (`tests/vectors/dax`, `tests/vectors/dax-releases`): replayed
//! with their schedule, and compared step by step.

mod encode;
mod event;
mod scenario;
mod signature;
mod table;
mod write;
mod xarray;

pub use write::{record_run, variant};

use crate::input::{self, InputError};
use crate::report::{Failure, KnownFailure, Report};
use daxscope_core::machine::Machine;
use daxscope_core::scenario::{Choice, Scenario, StepSize};
use daxscope_core::units::ThreadId;
use encode::Encoder;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use signature::Signature;
use std::io::Read;
use std::sync::Arc;

type Fields = Map<String, Value>;

/// Shipped recordings that the engine does not reproduce, each with its reason. They are counted apart, and one that
/// starts to pass fails the run until it is taken off. There are none.
pub const KNOWN_FAILURES: &[KnownFailure] = &[];

/// A recorded run.
#[derive(Deserialize, Clone, Debug)]
pub struct Recording {
    /// Its name.
    pub id: String,
    /// The kind of run; see the README of the recordings.
    pub class: String,
    /// The kernel that ran.
    pub variant: String,
    scenario: scenario::Scenario,
    sched: Vec<u8>,
    sig: Value,
    init: Fields,
    steps: Vec<Fields>,
    end: Fields,
}

impl Recording {
    /// The scenario that ran, with the kernel that ran it.
    pub fn scenario(&self) -> Result<Arc<Scenario>, String> {
        // Only 7.3 and later have folios, and recordings of a changed kernel do not name its release.
        let has_folios = self.init.contains_key("folios") && !self.variant.starts_with('v');
        let variant = if has_folios { format!("v7.3.4+{}", self.variant) } else { self.variant.clone() };
        self.scenario.to_core(&variant).map(Arc::new)
    }

    /// What is abnormal about the run; empty if nothing is.
    #[must_use]
    pub fn signature(&self) -> Vec<String> {
        let entries = self.sig.as_array().into_iter().flatten();
        entries.filter_map(|entry| entry.as_str().map(str::to_owned)).collect()
    }

    /// The thread that ran each step.
    #[must_use]
    pub fn schedule(&self) -> Vec<ThreadId> {
        self.sched.iter().copied().map(ThreadId).collect()
    }
}

/// The runs of a recording, packed with gzip or not. Input that is no such recording is an error that names the line.
pub fn read<'a>(
    reader: impl Read + 'a,
) -> Result<impl Iterator<Item = Result<(usize, Recording), InputError>> + 'a, InputError> {
    input::recordings(reader)
}

/// Replays every run of a recording, packed with gzip or not, and compares everything recorded after every step.
///
/// A run that differs is counted with its first difference; those in `known` are counted apart, and fail when they do
/// not differ. Input that is no such recording is an error that names the line.
pub fn run_dax_file(reader: impl Read, known: &[KnownFailure]) -> Result<Report, InputError> {
    let mut report = Report::default();
    for recording in read(reader)? {
        let (number, recording) = recording?;
        let failure = replay(&recording, &mut report.steps).map_err(|message| InputError::at(number, message))?;
        match known.iter().find(|known| known.id == recording.id) {
            Some(known) => report.add_known(known, failure),
            None => report.add(failure),
        }
    }
    Ok(report)
}

/// Replays one run; answers with the first difference.
fn replay(run: &Recording, steps: &mut usize) -> Result<Option<Failure>, String> {
    let scenario = run.scenario()?;
    let threads = scenario.threads.len();
    let mut machine = Machine::new(scenario);
    let mut encoder = Encoder::default();
    let mut signature = Signature::default();
    let differs = |step: usize, field: &str, expected: &Value, got: &Value| Failure {
        id: run.id.clone(),
        step,
        op: run.steps.get(step).map(describe).unwrap_or_default(),
        field: field.to_owned(),
        expected: expected.to_string(),
        got: got.to_string(),
        interleaving: table::interleaving(threads, &run.steps[..run.steps.len().min(step + 1)]),
    };

    let init = encoder.changes(&machine);
    if let Some((field, expected, got)) = first_difference(&run.init, &init) {
        return Ok(Some(differs(0, &format!("init.{field}"), &expected, &got)));
    }
    if run.sched.len() != run.steps.len() {
        return Err(format!("{} steps are scheduled, but {} recorded", run.sched.len(), run.steps.len()));
    }
    for (number, (&thread, expected)) in run.sched.iter().zip(&run.steps).enumerate() {
        *steps += 1;
        if usize::from(thread) >= threads {
            return Err(format!("step {number} runs thread {thread}, but there are {threads}"));
        }
        let Some(record) = machine.step(Choice::run(ThreadId(thread)), StepSize::Point) else {
            return Ok(Some(differs(number, "t", &json!(thread), &json!("cannot run"))));
        };
        let mut got = encode::step(&record, &machine);
        got.append(&mut encoder.changes(&machine));
        signature.add_step(&got);
        if let Some((field, expected, got)) = first_difference(expected, &got) {
            return Ok(Some(differs(number, &field, &expected, &got)));
        }
    }
    let end = encode::end(&machine, run.steps.len());
    if let Some((field, expected, got)) = first_difference(&run.end, &end) {
        return Ok(Some(differs(run.steps.len(), &format!("end.{field}"), &expected, &got)));
    }
    let signature = signature.finish(&end);
    Ok((signature != run.sig).then(|| differs(run.steps.len(), "sig", &run.sig, &signature)))
}

fn describe(step: &Fields) -> String {
    let text = |key: &str| step.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    format!(
        "thread {} {}({}) -> {}({})",
        step.get("t").unwrap_or(&Value::Null),
        text("at"),
        text("fn"),
        text("to"),
        text("tofn")
    )
}

/// The first field in which two records differ, in the order in which a reader wants to know.
fn first_difference(expected: &Fields, got: &Fields) -> Option<(String, Value, Value)> {
    const ORDER: [&str; 15] =
        ["t", "at", "fn", "ev", "to", "tofn", "key", "tree", "pt", "fs", "folios", "end", "bug", "blocked", "inv"];
    let mut fields: Vec<&String> = expected.keys().chain(got.keys()).collect();
    fields.sort_by_key(|field| (ORDER.iter().position(|known| known == field).unwrap_or(ORDER.len()), *field));
    fields.dedup();
    fields.into_iter().find_map(|field| {
        let expected = expected.get(field).unwrap_or(&Value::Null);
        let got = got.get(field).unwrap_or(&Value::Null);
        (expected != got).then(|| (field.clone(), expected.clone(), got.clone()))
    })
}
