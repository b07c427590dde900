//! `daxscope conform`: replays recordings of the real kernel code and compares everything.

use crate::failure::Failure;
use crate::output::print;
use clap::{Args, ValueEnum};
use daxscope_conform::input::InputError;
use daxscope_conform::report::Report;
use daxscope_conform::{dax, input, tree, xarray};
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Replay recordings (plain or .gz) and compare after every step; ends with `N passed, M failed`
#[derive(Args, Debug)]
pub(crate) struct Words {
    /// What the recordings are of
    #[arg(value_enum)]
    kind: Kind,
    /// Recordings (tests/vectors), or `-` for standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum Kind {
    /// The radix tree
    Tree,
    /// The XArray
    Xarray,
    /// Faults, locks and writeback
    Dax,
}

pub(crate) fn run(words: Words) -> Result<ExitCode, Failure> {
    let mut total = Report::default();
    for file in &words.files {
        let name = if file == Path::new("-") { "standard input".into() } else { file.to_string_lossy() };
        let report = compare(words.kind, file).map_err(|error| Failure::usage(format!("{name}: {error}")))?;
        if report.total() == 0 {
            return Err(Failure::usage(format!("{name} holds no recording, so nothing was compared")));
        }
        for failure in &report.failures {
            print(&format!("{name}: {failure}\n"))?;
        }
        let more = report.failed - report.failures.len();
        if more > 0 {
            print(&format!("{name}: {more} more that differ are not shown\n"))?;
        }
        let known = if report.known > 0 { format!(", {} known failures", report.known) } else { String::new() };
        print(&format!("{name}: {} passed, {} failed{known}\n", report.passed, report.failed))?;
        total.merge(report);
    }
    print(&format!("{} steps compared\n{} passed, {} failed\n", total.steps, total.passed, total.failed))?;
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn compare(kind: Kind, file: &Path) -> Result<Report, InputError> {
    let reader: Box<dyn BufRead> =
        if file == Path::new("-") { input::gunzip(std::io::stdin().lock())? } else { input::open(file)? };
    match kind {
        Kind::Tree => tree::run_tree_file(reader),
        Kind::Xarray => xarray::run_xarray_file(reader),
        Kind::Dax => dax::run_dax_file(reader, dax::KNOWN_FAILURES),
    }
}
