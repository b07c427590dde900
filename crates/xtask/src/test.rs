//! `cargo xtask test`: natively, in a browser module by module, and end to end in two browsers; with `--slow` also what takes long.

mod browser;
mod e2e;
mod native;
mod slow;
mod summary;

use crate::failure::{Failure, Result};
use crate::options::Stages;
use crate::process;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};
use summary::Tally;

/// Runs the chosen kinds of test; the last line printed is `N passed, M failed`.
pub(crate) fn run(stages: &Stages) -> Result<ExitCode> {
    let mut reports = Vec::new();
    if stages.native {
        reports.push(stage("native", native::run));
    }
    if stages.browser {
        reports.push(stage("browser", browser::run));
    }
    if stages.e2e {
        reports.push(stage("e2e", e2e::chromium));
    }
    if stages.firefox {
        reports.push(stage("firefox", || e2e::firefox(stages.slow)));
    }
    if stages.slow {
        reports.push(stage("slow", slow::run));
    }
    println!();
    for Report { name, tally, took } in &reports {
        print!("{name:8} {:>4} passed, {} failed", tally.passed, tally.failed);
        if tally.skipped > 0 {
            print!(", {} not for this browser", tally.skipped);
        }
        println!(" in {:.1} s", took.as_secs_f64());
    }
    let total: Tally = reports.iter().map(|report| report.tally).sum();
    println!("\n{} passed, {} failed", total.passed, total.failed);
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Report {
    name: &'static str,
    tally: Tally,
    took: Duration,
}

/// Runs one kind of test. What keeps it from running is told, and counts as a failed test.
fn stage(name: &'static str, run: impl FnOnce() -> Result<Tally>) -> Report {
    println!("\n== {name} tests ==");
    let started = Instant::now();
    let tally = run().unwrap_or_else(|failure| {
        eprintln!("error: {failure}");
        Tally { failed: 1, ..Tally::default() }
    });
    Report { name, tally, took: started.elapsed() }
}

/// Runs a test runner and reads its counts.
fn count(command: &mut Command, what: &str) -> Result<Tally> {
    let (status, output) = process::tee(command, what)?;
    let tally = summary::parse(&output);
    if !status.success() && tally.failed == 0 {
        return Err(Failure::new(format!(
            "{what} failed before or after its tests ({status}); the lines above say why."
        )));
    }
    if tally.passed + tally.failed == 0 {
        return Err(Failure::new(format!("{what} ran no test, or closed with a summary that is not known here.")));
    }
    Ok(tally)
}
