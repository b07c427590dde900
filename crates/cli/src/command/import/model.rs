//! `daxscope import --scenario` and `--check`: what the model makes of a trace.

use super::{Words, open};
use crate::failure::Failure;
use crate::output::{Target, complain};
use clap::{Args, ValueEnum};
use daxscope_core::scenario::{FsKind, operation_text};
use daxscope_import::kernel::Kernel;
use daxscope_import::model::lanes::Seen;
use daxscope_import::model::schedules::{Found, Trees};
use daxscope_import::model::{Difference, Followed, Lanes, Lifted, Row, Step, Wanted, fit};
use daxscope_import::snapshot::{self, Snapshot};
use daxscope_import::tell::model::{followed, verdict};
use daxscope_import::{Diagnosis, import};
use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;

/// What the model makes of a trace.
#[derive(Args, Debug)]
#[command(next_help_heading = "Model")]
pub(crate) struct ModelArgs {
    /// Write a script that does the same: the faults, sizes, mappings and extents of the trace, and the order that was seen
    #[arg(long)]
    scenario: bool,
    /// Run that script and compare: events with the trace, the tree with the snapshots
    #[arg(long)]
    check: bool,
    /// Only what happened on the 2 MiB of the event in this line, shortly before and behind it
    #[arg(long, value_name = "LINE", value_parser = clap::value_parser!(u64).range(1..))]
    around: Option<u64>,
    /// Snapshots of the tree for --check; usually the file beside the trace that ends with .tree.json
    #[arg(long, value_name = "FILE", requires = "check")]
    tree: Option<String>,
    /// The file system of the trace, which no event names; usually that on which the model does what was seen
    #[arg(long, value_name = "NAME")]
    fs: Option<FileSystem>,
}

/// A file system that has DAX.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum FileSystem {
    Ext4,
    Xfs,
}

impl From<FileSystem> for FsKind {
    fn from(named: FileSystem) -> FsKind {
        match named {
            FileSystem::Ext4 => FsKind::Ext4,
            FileSystem::Xfs => FsKind::Xfs,
        }
    }
}

impl ModelArgs {
    pub(super) const fn is_asked(&self) -> bool {
        self.scenario || self.check || self.around.is_some()
    }
}

pub(super) fn run(words: &Words, kernel: Kernel, target: &Target) -> Result<ExitCode, Failure> {
    let asked = &words.model;
    if asked.scenario && asked.check {
        return Err(Failure::usage("--scenario and --check are two questions: ask one of them"));
    }
    if !asked.scenario && !asked.check {
        return Err(Failure::usage("--around chooses events for --scenario or --check: write one of them"));
    }
    let [name] = words.files.as_slice() else {
        return Err(Failure::usage("--scenario and --check are about one trace: name one file"));
    };
    let shown = if name == "-" { "standard input" } else { name };
    let wrong = |why: &dyn std::fmt::Display| Failure::usage(format!("{shown}: {why}"));
    let (input, _) = open(name).map_err(|why| wrong(&why))?;
    let mut lanes = Lanes::around(asked.around);
    let diagnosis = import(input, kernel, &mut lanes).map_err(|why| wrong(&why))?;
    if !diagnosis.has_events() {
        return Err(wrong(&super::nothing_in(&diagnosis)));
    }
    let snapshots = snapshots(asked, name)?;
    let (acts, names, left_out) = lanes.finish();
    let wanted = Wanted { around: asked.around, fs: asked.fs.map(FsKind::from) };
    let (lifted, result) = fit(acts, &names, &diagnosis.kernel, &snapshots, wanted).map_err(|why| wrong(&why))?;
    if left_out > 0 {
        complain(&format!(
            "{shown}: {left_out} faults and calls are beyond what is kept; --around LINE chooses others"
        ));
    }
    let is_incomplete = is_incomplete(&diagnosis);
    if asked.scenario {
        let schedule = result.is_whole.then_some(&result.schedule);
        if schedule.is_none() {
            complain(&format!("{shown}: the script has no schedule. {}", verdict(&result)));
        }
        let script = lifted.script(schedule);
        target.write(&if words.json { scenario_json(shown, &lifted, &script, &result) } else { script })?;
        return Ok(ExitCode::SUCCESS);
    }
    target.write(&if words.json { check_json(shown, &lifted, &result) } else { followed(&lifted, &result) })?;
    Ok(ExitCode::from(code(&result, is_incomplete)))
}

/// 0, 1 or 3, as the help says.
fn code(result: &Followed, is_incomplete: bool) -> u8 {
    let is_cut = |found: &Found| {
        (found.first.is_none() && found.stuck.is_none()) || (found.trees == Trees::Open && result.differing() > 0)
    };
    if result.fits.as_ref().is_some_and(is_cut) {
        return 3;
    }
    if result.differing() > 0 || !result.is_whole {
        return 1;
    }
    if is_incomplete { 3 } else { 0 }
}

fn is_incomplete(diagnosis: &Diagnosis) -> bool {
    diagnosis.not_understood > 0
        || diagnosis.lost.is_some()
        || diagnosis.header.is_some_and(|(there, written)| there < written)
        || !diagnosis.notes.is_empty()
        || diagnosis.kernel.contradiction().is_some()
}

/// The snapshots that are named, or those beside the trace.
fn snapshots(asked: &ModelArgs, trace: &str) -> Result<Vec<Snapshot>, Failure> {
    let beside = trace.strip_suffix(".txt").map(|stem| format!("{stem}.tree.json"));
    let beside = beside.filter(|name| Path::new(name).is_file());
    let Some(name) = asked.tree.clone().or(beside) else { return Ok(Vec::new()) };
    let (input, _) = open(&name).map_err(|why| Failure::usage(format!("{name}: {why}")))?;
    snapshot::read(input).map_err(|why| Failure::usage(format!("{name}: {why}")))
}

fn lifted_json(name: &str, lifted: &Lifted) -> Value {
    let facts = lifted.facts.iter().map(|fact| json!({ "words": fact.words, "how": fact.how, "line": fact.line }));
    let lanes = lifted
        .lanes
        .iter()
        .map(|lane| json!({ "thread": lane.thread.letter().to_string(), "tid": lane.tid, "name": lane.name }));
    json!({
        "version": 1,
        "name": name,
        "around": lifted.around,
        "facts": facts.collect::<Vec<_>>(),
        "lanes": lanes.collect::<Vec<_>>(),
        "steps": lifted.steps.iter().map(|step| of_step(lifted, step)).collect::<Vec<_>>(),
    })
}

/// What was seen, in order: operations with their events, and where the tree was looked at.
fn of_step(lifted: &Lifted, step: &Step) -> Value {
    match step {
        Step::Snapshot { at, line } => json!({ "snapshot": at, "line": line }),
        Step::Operation { thread, number, lines, events } => {
            let operation = lifted.scenario.threads[thread.index()].operations[*number];
            let event = |seen: &Seen| json!({ "line": seen.line, "page": seen.page, "is": seen.kind.words(seen.page) });
            json!({
                "thread": thread.letter().to_string(),
                "operation": operation_text(&lifted.scenario, &operation).trim(),
                "lines": [lines.0, lines.1],
                "events": events.iter().map(event).collect::<Vec<_>>(),
            })
        }
    }
}

fn scenario_json(name: &str, lifted: &Lifted, script: &str, result: &Followed) -> String {
    let mut whole = lifted_json(name, lifted);
    whole["script"] = json!(script);
    whole["follows"] = json!(result.is_whole);
    whole["verdict"] = json!(verdict(result));
    format!("{whole:#}\n")
}

fn check_json(name: &str, lifted: &Lifted, result: &Followed) -> String {
    let mut whole = lifted_json(name, lifted);
    whole["follows"] = json!(result.is_whole);
    whole["differing"] = json!(result.differing());
    whole["verdict"] = json!(verdict(result));
    whole["schedules"] = result.fits.as_ref().map_or(Value::Null, |found| {
        let stuck = found.stuck.as_ref();
        let stuck = stuck.map(|stuck| json!({ "line": stuck.line, "seen": stuck.seen, "model": stuck.model }));
        json!({ "fit": found.ways, "ends": found.ends, "complete": found.is_complete, "states": found.states, "stuck": stuck })
    });
    whole["rows"] = result.rows.iter().map(row).collect();
    format!("{whole:#}\n")
}

fn row(row: &Row) -> Value {
    let difference = |difference: &Difference| {
        let Difference { what, name, real, model } = difference;
        json!({ "what": what, "known": name, "real": real, "model": model })
    };
    json!({
        "line": row.line,
        "what": row.what,
        "snapshot": row.is_snapshot,
        "differences": row.differences.iter().map(difference).collect::<Vec<_>>(),
    })
}
