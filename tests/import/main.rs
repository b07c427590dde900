//! Traces of real kernels, and what becomes of them when they are cut, mixed, renamed, written by other tools or hostile.

mod answers;
mod forms;
mod hostile;
mod model;
mod real;
mod recorded;
mod snapshots;
mod written;
mod wrong;

use daxscope_import::event::{Event, What};
use daxscope_import::kernel::Kernel;
use daxscope_import::{Answers, Diagnosis, Findings, Refused, Visitor, import};
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/traces")
}

/// A recording by its name: `7.3.4/punch.txt`.
fn recording(name: &str) -> Vec<u8> {
    fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// All texts among the recordings, by name.
fn recordings() -> Vec<String> {
    let mut names = Vec::new();
    let mut folders = vec![folder()];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(at).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "txt") {
                let name = path.strip_prefix(folder()).expect("below it").to_string_lossy().into_owned();
                names.push(name);
            }
        }
    }
    names.sort();
    assert!(names.len() > 20, "the recordings are there");
    names
}

fn answered(text: &[u8]) -> (Findings, Diagnosis) {
    answered_on(text, Kernel::default()).unwrap_or_else(|refused| panic!("{refused}"))
}

fn answered_on(text: &[u8], kernel: Kernel) -> Result<(Findings, Diagnosis), Refused> {
    let mut answers = Answers::default();
    let diagnosis = import(text, kernel, &mut answers)?;
    Ok((answers.finish(&diagnosis), diagnosis))
}

/// Whose event, and what it says, without line, time and name.
type Said = (u32, String);

#[derive(Default)]
struct Collected {
    said: Vec<Said>,
    lines: Vec<u64>,
}

impl Visitor for Collected {
    fn event(&mut self, event: &Event<'_>, _: &Kernel) {
        if !matches!(event.what, What::Other(_)) {
            self.said.push((event.task.tid, format!("{:?}", event.what)));
            self.lines.push(event.line);
        }
    }
}

fn collected(text: &[u8]) -> (Collected, Diagnosis) {
    let mut collected = Collected::default();
    let diagnosis = import(text, Kernel::default(), &mut collected).unwrap_or_else(|refused| panic!("{refused}"));
    (collected, diagnosis)
}
