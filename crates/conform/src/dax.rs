//! The recordings of fault, locking and writeback code (`tests/vectors/dax`): replayed with their schedule, and
//! compared step by step.

mod encode;
mod scenario;

pub use encode::record;

use crate::input::{self, InputError};
use crate::report::{Failure, Report};
use daxscope_core::machine::Machine;
use daxscope_core::scenario::{Choice, StepSize};
use daxscope_core::units::ThreadId;
use encode::Encoder;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::io::Read;
use std::sync::Arc;

/// A recorded run.
#[derive(Deserialize, Debug)]
struct Run {
    id: String,
    variant: String,
    scenario: scenario::Scenario,
    sched: Vec<u8>,
    init: Map<String, Value>,
    steps: Vec<Map<String, Value>>,
    end: Map<String, Value>,
}

/// Replays every run of a recording, packed with gzip or not, and compares everything recorded after every step.
///
/// A run that differs is counted with its first difference. Input that is no such recording is an error that names
/// the line.
pub fn run_dax_file(reader: impl Read) -> Result<Report, InputError> {
    let mut report = Report::default();
    for line in input::lines(input::gunzip(reader)?) {
        let (number, text) = line?;
        let run: Run = serde_json::from_str(&text).map_err(|error| InputError::at(number, error))?;
        let failure = replay(&run, &mut report.steps).map_err(|message| InputError::at(number, message))?;
        report.add(failure);
    }
    Ok(report)
}

/// Replays one run; answers with the first difference.
fn replay(run: &Run, steps: &mut usize) -> Result<Option<Failure>, String> {
    let scenario = run.scenario.to_core(&run.variant)?;
    let threads = scenario.threads.len();
    let mut machine = Machine::new(Arc::new(scenario));
    let mut encoder = Encoder::default();
    let differs = |step: usize, field: &str, expected: &Value, got: &Value| Failure {
        id: run.id.clone(),
        step,
        op: run.steps.get(step).map(describe).unwrap_or_default(),
        field: field.to_owned(),
        expected: expected.to_string(),
        got: got.to_string(),
    };

    let init = encoder.changes(&machine);
    if let Some((field, expected, got)) = first_difference(&run.init, &init) {
        return Ok(Some(differs(0, &format!("init.{field}"), &expected, &got)));
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
        if let Some((field, expected, got)) = first_difference(expected, &got) {
            return Ok(Some(differs(number, &field, &expected, &got)));
        }
    }
    let end = encode::end(&machine, run.steps.len());
    Ok(first_difference(&run.end, &end)
        .map(|(field, expected, got)| differs(run.steps.len(), &format!("end.{field}"), &expected, &got)))
}

fn describe(step: &Map<String, Value>) -> String {
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
fn first_difference(expected: &Map<String, Value>, got: &Map<String, Value>) -> Option<(String, Value, Value)> {
    const ORDER: [&str; 14] =
        ["t", "at", "fn", "ev", "to", "tofn", "key", "tree", "pt", "fs", "end", "bug", "blocked", "inv"];
    let mut fields: Vec<&String> = expected.keys().chain(got.keys()).collect();
    fields.sort_by_key(|field| (ORDER.iter().position(|known| known == field).unwrap_or(ORDER.len()), *field));
    fields.dedup();
    fields.into_iter().find_map(|field| {
        let expected = expected.get(field).unwrap_or(&Value::Null);
        let got = got.get(field).unwrap_or(&Value::Null);
        (expected != got).then(|| (field.clone(), expected.clone(), got.clone()))
    })
}
