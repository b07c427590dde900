//! The XArray recordings (`tests/vectors/xarray-tree`): sequences of operations with the result of each, the state that was
//! used, and the whole array after it.

mod loops;
mod op;
mod perform;
mod state;
mod words;

use std::io::Read;

use daxscope_core::tree::xarray::{XArray, Xas};
use serde::Deserialize;
use serde_json::Value;

use crate::difference::{Difference, field, result_difference};
use crate::input::{self, InputError};
use crate::report::{Failure, Report};
use op::Op;
use state::{Register, State};

#[derive(Deserialize)]
struct Sequence {
    id: String,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    op: Vec<Value>,
    r: Value,
    /// The error of the state.
    #[serde(default)]
    e: i64,
    #[serde(default)]
    warn: u64,
    /// Allocations asked for.
    #[serde(default)]
    al: u64,
    /// Nodes freed.
    #[serde(default)]
    fr: u64,
    /// The state that was used, if one was.
    x: Option<Register>,
    /// Absent if the array did not change.
    st: Option<State>,
}

/// The array of a sequence and its operation states.
struct Bench {
    array: XArray,
    registers: [Xas; op::REGISTERS],
}

/// What an operation answered.
struct Outcome {
    result: Value,
    warnings: u64,
}

/// Replays every sequence of a recording, packed with gzip or not, and compares everything recorded after every step.
///
/// A sequence that differs is counted with its first difference. Input that is no such recording is an error that
/// names the line.
///
/// # Errors
///
/// Input that is no recording of an XArray.
pub fn run_xarray_file(reader: impl Read) -> Result<Report, InputError> {
    let mut report = Report::default();
    for line in input::lines(input::gunzip(reader)?) {
        let (number, text) = line?;
        let sequence: Sequence = serde_json::from_str(&text).map_err(|error| InputError::at(number, error))?;
        let failure = run_sequence(&sequence, &mut report.steps).map_err(|message| InputError::at(number, message))?;
        report.add(failure);
    }
    Ok(report)
}

/// Replays one sequence from an empty array; answers with the first difference.
fn run_sequence(sequence: &Sequence, steps: &mut usize) -> Result<Option<Failure>, String> {
    let mut bench = Bench { array: XArray::for_readers_without_lock(), registers: [Xas::new(0); op::REGISTERS] };
    let mut expected = State::default();
    for (number, step) in sequence.steps.iter().enumerate() {
        let op = Op::parse(&step.op).map_err(|error| format!("{}, step {number}: {error}", sequence.id))?;
        let before = (bench.array.allocations(), bench.array.freed());
        let outcome = perform::perform(&op, &mut bench);
        *steps += 1;
        if let Some(state) = &step.st {
            expected.clone_from(state);
        }
        if let Some((field, recorded, got)) = compare(step, &op, &outcome, &expected, &bench, before) {
            let op = Value::from(step.op.clone()).to_string();
            let id = sequence.id.clone();
            let interleaving = String::new();
            return Ok(Some(Failure { id, step: number, op, field, expected: recorded, got, interleaving }));
        }
    }
    Ok(None)
}

fn compare(
    step: &Step,
    op: &Op,
    outcome: &Outcome,
    expected: &State,
    bench: &Bench,
    (allocations, freed): (u64, u64),
) -> Option<Difference> {
    if step.r != outcome.result {
        return Some(result_difference(&step.r, &outcome.result));
    }
    let array = &bench.array;
    let used = op.register.map(|register| &bench.registers[register]);
    let error = used.and_then(|xas| xas.error()).map_or(0, |error| -i64::from(error.0));
    let got = used.map(|xas| Register::of(xas, array));
    field("e", &step.e, &error)
        .or_else(|| field("warn", &step.warn, &outcome.warnings))
        .or_else(|| field("al", &step.al, &(array.allocations() - allocations)))
        .or_else(|| field("fr", &step.fr, &(array.freed() - freed)))
        .or_else(|| field("x", &step.x, &got))
        .or_else(|| expected.difference(&State::of(array)))
}
