//! The radix tree recordings (`tests/vectors/tree`): sequences of operations with the result of each and the whole
//! tree after it.

mod op;
mod state;

use std::io::Read;

use daxscope_core::radix::RadixTree;
use serde::Deserialize;
use serde_json::Value;

use crate::difference::{Difference, result_difference};
use crate::input::{self, InputError};
use crate::report::{Failure, Report};
use op::{Op, Outcome};
use state::State;

/// The result that stands for a fatal check of the kernel; the sequence ends with it.
const BUG: &str = "BUG";

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
    #[serde(default)]
    warn: u64,
    /// Absent if the state did not change.
    st: Option<State>,
}

/// Replays every sequence of a recording, packed with gzip or not, and compares everything recorded after every step.
///
/// A sequence that differs is counted with its first difference. Input that is no such recording is an error that
/// names the line.
pub fn run_tree_file(reader: impl Read) -> Result<Report, InputError> {
    let mut report = Report::default();
    for line in input::lines(input::gunzip(reader)?) {
        let (number, text) = line?;
        let sequence: Sequence = serde_json::from_str(&text).map_err(|error| InputError::at(number, error))?;
        let failure = run_sequence(&sequence, &mut report.steps).map_err(|message| InputError::at(number, message))?;
        report.add(failure);
    }
    Ok(report)
}

/// Replays one sequence from an empty tree; answers with the first difference.
fn run_sequence(sequence: &Sequence, steps: &mut usize) -> Result<Option<Failure>, String> {
    let mut tree = RadixTree::new();
    let mut expected = State::default();
    for (number, step) in sequence.steps.iter().enumerate() {
        let op = Op::parse(&step.op).map_err(|error| format!("{}, step {number}: {error}", sequence.id))?;
        let outcome = op.apply(&mut tree);
        *steps += 1;
        let difference = match &step.st {
            Some(state) => compare(step, &outcome, state, &tree),
            None => compare(step, &outcome, &expected, &tree),
        };
        if let Some((field, expected, got)) = difference {
            let op = Value::from(step.op.clone()).to_string();
            let id = sequence.id.clone();
            return Ok(Some(Failure { id, step: number, op, field, expected, got, interleaving: String::new() }));
        }
        if let Some(state) = &step.st {
            expected.clone_from(state);
        }
    }
    Ok(None)
}

fn compare(step: &Step, outcome: &Outcome, expected: &State, tree: &RadixTree) -> Option<Difference> {
    if step.r != outcome.result {
        return Some(result_difference(&step.r, &outcome.result));
    }
    if step.warn != outcome.warnings {
        return Some(("warn".into(), step.warn.to_string(), outcome.warnings.to_string()));
    }
    if step.r == BUG {
        return None;
    }
    expected.difference(&State::of(tree))
}
