//! `daxscope conform`: replays recordings of the real kernel code and compares everything.

use super::Command;
use crate::failure::{Failure, print};
use daxscope_conform::report::Report;
use daxscope_conform::{dax, input, tree};
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

pub(super) const COMMAND: Command = Command {
    name: "conform",
    usage: "tree|dax FILE...",
    about: "Replays recordings (plain or .gz) and compares after every step; ends with `N passed, M failed`.",
    run,
};

fn run(words: Vec<OsString>) -> Result<ExitCode, Failure> {
    let (kind, files) = words.split_first().ok_or_else(usage)?;
    if files.is_empty() {
        return Err(usage());
    }
    let mut total = Report::default();
    for file in files {
        let name = file.to_string_lossy();
        let reader = input::open(Path::new(file)).map_err(|error| Failure::usage(error.to_string()))?;
        let report = match kind.to_string_lossy().as_ref() {
            "tree" => tree::run_tree_file(reader),
            "dax" => dax::run_dax_file(reader, dax::KNOWN_FAILURES),
            _ => return Err(usage()),
        };
        let report = report.map_err(|error| Failure::usage(format!("{name}: {error}")))?;
        for failure in &report.failures {
            print(&format!("{name}: {failure}\n"))?;
        }
        let known = if report.known > 0 { format!(", {} known failures", report.known) } else { String::new() };
        print(&format!("{name}: {} passed, {} failed{known}\n", report.passed, report.failed))?;
        total.merge(report);
    }
    print(&format!("{} steps compared\n{} passed, {} failed\n", total.steps, total.passed, total.failed))?;
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn usage() -> Failure {
    Failure::usage(format!("daxscope conform {}", COMMAND.usage))
}
