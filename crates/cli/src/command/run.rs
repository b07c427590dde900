//! `daxscope run`: executes a script and prints the interleaving.

use super::Command;
use crate::failure::{Failure, print};
use crate::{args, input};
use daxscope_core::expect::unmet;
use daxscope_core::machine::Status;
use daxscope_core::narrate::{self, Row};
use daxscope_core::run::{FellBack, Run};
use daxscope_core::scenario::{Expectation, Scenario, Schedule, StepSize};
use serde_json::{Value, json};
use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;

pub(super) const COMMAND: Command = Command {
    name: "run",
    usage: "FILE [--schedule S] [--revision R] [--step operation|point] [--stop] [--json]",
    about: "Follows the schedule, then lets the threads run one after another (unless --stop); prints the table.",
    run,
};

/// A run that has not ended after so many steps is cut.
const MAX_STEPS: usize = 20_000;

struct Options {
    file: String,
    schedule: Option<Schedule>,
    revision: Option<String>,
    step_size: Option<StepSize>,
    stop: bool,
    json: bool,
}

fn run(words: Vec<OsString>) -> Result<ExitCode, Failure> {
    let options = options(words)?;
    let mut scenario = input::scenario(&options.file)?;
    if let Some(name) = &options.revision {
        scenario.revision = args::revision(name)?;
    }
    let mut schedule = options.schedule.or_else(|| scenario.schedule.clone()).unwrap_or_default();
    if let Some(step_size) = options.step_size {
        if !schedule.choices.is_empty() && schedule.step_size != step_size {
            return Err(Failure::usage("--step differs from the step size of the schedule: write `by point` in it"));
        }
        schedule.step_size = step_size;
    }
    let mut run = Run::new(Arc::new(scenario.clone()));
    let followed = run.follow(&schedule);
    let ended = if options.stop || followed.is_err() { true } else { run.run_on(schedule.step_size, MAX_STEPS) };

    let text = if options.json { to_json(&scenario, &run) } else { to_text(&scenario, &run) };
    print(&text)?;
    if let Err(cannot) = followed {
        return Err(Failure::usage(format!("step {} of the schedule: {}", cannot.followed + 1, cannot.reason)));
    }
    if !ended {
        return Err(Failure::usage(format!("the run was cut after {MAX_STEPS} steps")));
    }
    Ok(if is_as_expected(&run) { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Is everything as the script expects? A broken rule is as expected only if it says so.
fn is_as_expected(run: &Run) -> bool {
    let is_verdict = |one: &Expectation| matches!(one, Expectation::Clean | Expectation::Violation(_));
    let says = run.machine.scenario().expectations.iter().any(is_verdict);
    unmet(run).is_empty() && (says || run.violations().next().is_none())
}

fn options(words: Vec<OsString>) -> Result<Options, Failure> {
    use lexopt::prelude::{Long, Value, ValueExt};
    let mut options =
        Options { file: String::new(), schedule: None, revision: None, step_size: None, stop: false, json: false };
    let mut parser = lexopt::Parser::from_args(words);
    while let Some(word) = parser.next()? {
        match word {
            Long("schedule") => options.schedule = Some(args::schedule(&parser.value()?.string()?)?),
            Long("revision") => options.revision = Some(parser.value()?.string()?),
            Long("step") => {
                let name = parser.value()?.string()?;
                let known = StepSize::from_name(&name)
                    .ok_or_else(|| Failure::usage(format!("--step is `operation` or `point`, not `{name}`")))?;
                options.step_size = Some(known);
            }
            Long("stop") => options.stop = true,
            Long("json") => options.json = true,
            Value(file) if options.file.is_empty() => options.file = file.string()?,
            other => return Err(other.unexpected().into()),
        }
    }
    if options.file.is_empty() {
        return Err(Failure::usage(format!("which script? daxscope run {}", COMMAND.usage)));
    }
    Ok(options)
}

fn to_text(scenario: &Scenario, run: &Run) -> String {
    let rows = run.steps.iter().enumerate().map(|(at, step)| Row {
        number: at + 1,
        thread: step.record.choice.thread,
        sentence: &step.sentence,
    });
    let mut text = String::new();
    if !scenario.title.is_empty() {
        text.push_str(&format!("{}\n", scenario.title));
    }
    text.push_str(&format!("kernel {}\n\n", scenario.revision.name()));
    text.push_str(&narrate::table(scenario.threads.len(), rows));
    text.push_str(&format!("\n{}\n", narrate::status(&run.machine.status())));
    for (number, violation) in run.violations() {
        text.push_str(&format!("\nstep {number}: {}. {}\n", violation.headline, violation.sentence));
    }
    for one in expectations(scenario, run) {
        text.push_str(&match one.sentence {
            None => format!("\nas expected: {}\n", one.words),
            Some(sentence) => format!("\nnot as expected: {}\n{sentence}\n", one.words),
        });
    }
    let fell_back = narrate::fallbacks(&run.fell_back());
    if !fell_back.is_empty() {
        text.push_str(&format!("\n{fell_back}"));
    }
    text
}

/// The run as JSON, version 1: what happened in each step, and the rules that broke.
fn to_json(scenario: &Scenario, run: &Run) -> String {
    let steps: Vec<Value> = run
        .steps
        .iter()
        .enumerate()
        .map(|(at, step)| {
            let stop = &step.record.performed[0].stop;
            let violations: Vec<Value> = step
                .violations
                .iter()
                .map(|violation| json!({ "rule": violation.rule.name(), "sentence": violation.sentence }))
                .collect();
            json!({
                "step": at + 1,
                "thread": step.record.choice.thread.letter().to_string(),
                "fails": step.record.choice.fail,
                "function": stop.function(),
                "source": format!("{}:{}", stop.at.file(), stop.at.line()),
                "sentence": step.sentence,
                "violations": violations,
            })
        })
        .collect();
    let status = match run.machine.status() {
        Status::Running => "running",
        Status::Done => "done",
        Status::Deadlock => "deadlock",
        Status::Dead(_) => "dead",
    };
    let whole = json!({
        "version": 1,
        "title": scenario.title,
        "revision": scenario.revision.name(),
        "status": status,
        "steps": steps,
        "expectations": expectations(scenario, run)
            .iter()
            .map(|one| json!({ "expect": one.words, "met": one.sentence.is_none(), "sentence": one.sentence }))
            .collect::<Vec<_>>(),
        "fallbacks": run.fell_back().iter().map(fell_back).collect::<Vec<_>>(),
    });
    format!("{whole:#}\n")
}

/// A 2 MiB fault that fell back, and why.
fn fell_back(fell: &FellBack) -> Value {
    json!({
        "step": fell.step,
        "thread": fell.thread.letter().to_string(),
        "operation": narrate::operation(&fell.operation),
        "reason": fell.reason.name(),
        "sentence": fell.reason.label(),
        "remedy": fell.reason.remedy(),
    })
}

/// A line of the script that expects something, and what is instead.
struct Judged {
    words: String,
    sentence: Option<String>,
}

fn expectations(scenario: &Scenario, run: &Run) -> Vec<Judged> {
    let unmet = unmet(run);
    let judged = scenario.expectations.iter().enumerate().map(|(at, one)| Judged {
        words: one.words(scenario),
        sentence: unmet.iter().find(|unmet| unmet.expectation == at).map(|unmet| unmet.sentence.clone()),
    });
    judged.collect()
}
