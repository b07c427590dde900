//! `daxscope run`: executes a script and prints the interleaving.

mod outside;

use crate::args::names::Named;
use crate::args::output::OutputArgs;
use crate::command::crash::{CrashPoint, Crashes, crash_point};
use crate::failure::Failure;
use crate::input::Source;
use crate::opened::session;
use crate::output::{Target, complain};
use crate::{args, input};
use clap::Args;
use daxscope_core::expect::unmet;
use daxscope_core::machine::Status;
use daxscope_core::narrate::{self, Row};
use daxscope_core::revision::Revision;
use daxscope_core::run::Run;
use daxscope_core::scenario::{AsRun, Expectation, Scenario, Schedule, StepSize, as_run};
use daxscope_session::Session;
use serde_json::{Value, json};
use std::process::ExitCode;
use std::sync::Arc;

/// Follow the schedule, then let the threads run one after another; print the table
#[derive(Args, Debug)]
pub(crate) struct Words {
    /// Scripts; several are run one after the other, and give one report
    #[arg(value_name = "FILE", required = true)]
    files: Vec<String>,
    /// Follow this schedule instead of that of the script: `A5 B A!`, `by point A5`, or as links have it
    #[arg(long, value_name = "S", value_parser = args::schedule)]
    schedule: Option<Schedule>,
    /// Another kernel than that of the script: a preset, perhaps with switches (`"v9 wake_mode_delete=all"`)
    #[arg(long, value_name = "R", value_parser = args::revision)]
    revision: Option<Revision>,
    /// What a step is, beyond the schedule: operation, point, section or atom (docs/steps.md)
    #[arg(long = "step", value_name = "SIZE", value_parser = STEP_SIZES)]
    step_size: Option<StepSize>,
    /// Stop where the schedule ends, as mails and diagrams do
    #[arg(long)]
    stop: bool,
    /// In a mail or diagram too, go on behind the schedule until nobody can run
    #[arg(long, conflicts_with = "stop")]
    run_on: bool,
    /// Print JSON instead of a table: the same as `--format json`
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// table; mail (with threads, link, functions and script); commit (a column for each CPU, 72 wide); json; ftrace (the text of
    /// fs_dax events that trace-cmd and Perfetto read); firefox-profile (for profiler.firefox.com); or c (a program that does the same)
    #[arg(long, value_name = "FORMAT", default_value = "table", hide_default_value = true, value_parser = FORMATS)]
    format: RunFormat,
    /// In a mail only the steps that matter: the ends of each turn, and what changes, waits, wakes, fails or breaks
    #[arg(long)]
    short: bool,
    /// The address of a page, for the link in a mail or diagram; without it there is no link, and the text says how to open it
    #[arg(long, value_name = "URL", default_value = "", hide_default_value = true)]
    base_url: String,
    /// Pull the plug behind this step, or behind every sync that has returned success (`syncs`), and show the file before the
    /// failure and after recovery, as a table or JSON (docs/crash.md); exit code 1 if a promise is broken
    #[arg(long, value_name = "STEP", value_parser = crash_point, conflicts_with = "short")]
    crash: Option<CrashPoint>,
    #[command(flatten)]
    output: OutputArgs,
}

/// How a run is written.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
enum RunFormat {
    #[default]
    Table,
    Mail,
    Commit,
    Json,
    Ftrace,
    FirefoxProfile,
    C,
}

impl RunFormat {
    const fn name(self) -> &'static str {
        match self {
            RunFormat::Table => "table",
            RunFormat::Mail => "mail",
            RunFormat::Commit => "commit",
            RunFormat::Json => "json",
            RunFormat::Ftrace => "ftrace",
            RunFormat::FirefoxProfile => "firefox-profile",
            RunFormat::C => "c",
        }
    }
}

const FORMATS: Named<RunFormat> = Named::new(
    &[
        RunFormat::Table,
        RunFormat::Mail,
        RunFormat::Commit,
        RunFormat::Json,
        RunFormat::Ftrace,
        RunFormat::FirefoxProfile,
        RunFormat::C,
    ],
    RunFormat::name,
);
const STEP_SIZES: Named<StepSize> = Named::new(&StepSize::ALL, StepSize::name);

/// A run that has not ended after so many steps is cut.
const MAX_STEPS: usize = 20_000;

/// A script that has been run.
struct Ran {
    source: Source,
    run: Run,
    /// How far its steps go.
    size: StepSize,
    /// Why it is not the run that was asked for.
    cut: Option<String>,
}

pub(crate) fn run(words: Words) -> Result<ExitCode, Failure> {
    let target = words.output.target()?;
    let sources = input::sources(&words.files)?;
    let ran = sources.into_iter().map(|source| one(source, &words)).collect::<Result<Vec<_>, _>>()?;
    if words.short && words.format != RunFormat::Mail {
        return Err(Failure::usage(
            "--short goes with --format mail; the diagram of --format commit is short by itself",
        ));
    }
    if let Some(point) = words.crash {
        return pull_the_plug(&ran, &words, point, &target);
    }
    target.write(&match words.format {
        RunFormat::Json => to_json(&ran, &words),
        RunFormat::Table if words.json => to_json(&ran, &words),
        RunFormat::Table => to_text(&ran, table),
        RunFormat::Mail => to_text(&ran, |one| mail(one, &words)),
        RunFormat::Commit => to_text(&ran, |one| diagram(one, &words)),
        RunFormat::Ftrace | RunFormat::FirefoxProfile | RunFormat::C => outside::text(&ran, words.format)?,
    })?;
    let cut = ran.iter().find_map(|one| Some((&one.source.name, one.cut.as_ref()?)));
    if let Some((name, why)) = cut {
        return Err(Failure::usage(if ran.len() > 1 { format!("{name}: {why}") } else { why.clone() }));
    }
    let as_expected = ran.iter().all(|one| is_as_expected(&one.run));
    Ok(if as_expected { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The power failures of the runs, in place of their steps.
fn pull_the_plug(ran: &[Ran], words: &Words, point: CrashPoint, target: &Target) -> Result<ExitCode, Failure> {
    if !matches!(words.format, RunFormat::Table | RunFormat::Json) {
        return Err(Failure::usage("--crash goes with a table or with --format json"));
    }
    let mut all = Vec::new();
    for one in ran {
        let name = if ran.len() > 1 { format!("{}: ", one.source.name) } else { String::new() };
        if let Some(why) = &one.cut {
            return Err(Failure::usage(format!("{name}{why}")));
        }
        let crashes = Crashes::of(&one.run, &made(&one.run, one.size), point);
        all.push(crashes.map_err(|why| Failure::usage(format!("{name}{why}")))?);
    }
    let is_json = words.json || words.format == RunFormat::Json;
    target.write(&match (is_json, all.as_slice()) {
        (true, [one]) => format!("{:#}\n", one.json()),
        (true, several) => format!("{:#}\n", Value::Array(several.iter().map(Crashes::json).collect())),
        (false, several) => several.iter().map(Crashes::text).collect::<Vec<_>>().join("\n"),
    })?;
    Ok(if all.iter().any(Crashes::breaks_a_promise) { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// Is everything as the script expects? A broken rule is as expected only if it says so.
fn is_as_expected(run: &Run) -> bool {
    let is_verdict = |one: &Expectation| matches!(one, Expectation::Clean | Expectation::Violation(_));
    let says = run.machine.scenario().expectations.iter().any(is_verdict);
    unmet(run).is_empty() && (says || run.violations().next().is_none())
}

fn one(mut source: Source, words: &Words) -> Result<Ran, Failure> {
    let written = source.scenario.revision;
    source.scenario.revision = words.revision.unwrap_or(written);
    source.scenario = crate::input::fitting(source.scenario)?;
    let elsewhere = Elsewhere::of(written, source.scenario.revision);
    let mut schedule = match &words.schedule {
        Some(schedule) => schedule.clone(),
        None => own_schedule(&source, written, elsewhere),
    };
    if let Some(step_size) = words.step_size {
        if !schedule.choices.is_empty() && schedule.step_size != step_size {
            return Err(Failure::usage("--step differs from the step size of the schedule: write `by point` in it"));
        }
        schedule.step_size = step_size;
    }
    let mut run = Run::new(Arc::new(source.scenario.clone()));
    // A mail says the run that the page shows, which ends where its schedule does.
    let is_sent = matches!(words.format, RunFormat::Mail | RunFormat::Commit) && !schedule.choices.is_empty();
    let stop = words.stop || is_sent && !words.run_on;
    let mut followed = run.follow(&schedule);
    if let Err(cannot) = &followed
        && elsewhere == Elsewhere::OtherKernel
        && words.schedule.is_none()
    {
        // Another kernel goes another way: what it makes of the same steps is what was asked.
        let then = if stop { "the run stops there" } else { "the threads run on as they can" };
        complain(&format!(
            "{}: {} steps are those of {}; then {}, and {then}; {}",
            source.name,
            cannot.followed,
            written.name(),
            cannot.reason,
            search_instead(&source)
        ));
        followed = Ok(());
    }
    let cut = match followed {
        Err(cannot) => Some(format!("step {} of the schedule: {}", cannot.followed + 1, cannot.reason)),
        Ok(()) if stop || run.run_on(schedule.step_size, MAX_STEPS) || run.goes_round() => None,
        Ok(()) => Some(format!("the run was cut after {MAX_STEPS} steps")),
    };
    Ok(Ran { source, run, size: schedule.step_size, cut })
}

/// The schedule of the script, if it can say anything to the kernel that runs.
fn own_schedule(source: &Source, written: Revision, elsewhere: Elsewhere) -> Schedule {
    let Some(schedule) = &source.scenario.schedule else { return Schedule::default() };
    if elsewhere != Elsewhere::OtherEra {
        return schedule.clone();
    }
    complain(&format!(
        "{}: its schedule is of {}, and steps of the two eras have nothing in common: the threads run one after another; {}",
        source.name,
        written.name(),
        search_instead(source)
    ));
    Schedule::default()
}

/// Is the kernel another than the script's?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Elsewhere {
    No,
    /// One of the same era.
    OtherKernel,
    /// One of the other era, whose steps are others.
    OtherEra,
}

impl Elsewhere {
    fn of(written: Revision, here: Revision) -> Elsewhere {
        match written.is_xarray() == here.is_xarray() {
            false => Elsewhere::OtherEra,
            true if written == here => Elsewhere::No,
            true => Elsewhere::OtherKernel,
        }
    }
}

fn search_instead(source: &Source) -> String {
    let kernel = source.scenario.revision.name();
    format!("every order is tried by `daxscope explore {} --revision \"{kernel}\"`", source.name)
}

/// The runs as text, one after the other.
fn to_text(ran: &[Ran], written: impl Fn(&Ran) -> String) -> String {
    let one = |one: &Ran| {
        let name = if ran.len() > 1 { format!("{}\n", one.source.name) } else { String::new() };
        name + &written(one)
    };
    ran.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// The runs as JSON: a single one as it is, several as `runs`.
fn to_json(ran: &[Ran], words: &Words) -> String {
    let whole = match ran {
        [one] => as_json(one, words),
        several => {
            let runs = several.iter().map(|one| {
                let mut run = as_json(one, words);
                run["file"] = json!(one.source.name);
                run
            });
            json!({ "format": "daxscope runs", "version": 1, "runs": runs.collect::<Vec<_>>() })
        }
    };
    format!("{whole:#}\n")
}

/// Every step that was made.
fn made(run: &Run, step_size: StepSize) -> Schedule {
    Schedule { step_size, choices: run.steps.iter().map(|step| step.record.choice).collect() }
}

/// The run as the page writes it for a mail: whoever reads it can open the link or run the script.
fn mail(ran: &Ran, words: &Words) -> String {
    shown(ran, words).table_for_mail(base(words), words.short)
}

/// The run as the page writes it for a commit message.
fn diagram(ran: &Ran, words: &Words) -> String {
    shown(ran, words).diagram_for_commit(base(words))
}

fn base(words: &Words) -> &str {
    words.base_url.split('#').next().unwrap_or_default()
}

/// A page that shows the run where the script stands, or at its end.
fn shown(ran: &Ran, words: &Words) -> Session {
    let kernel = words.revision.map(|revision| revision.name());
    let schedule = made(&ran.run, ran.size);
    let written = daxscope_core::scenario::parse(&ran.source.script).position;
    let stands = words.schedule.is_none() && !words.run_on && (1..=schedule.choices.len()).contains(&written);
    let position = if stands { written } else { schedule.choices.len() };
    let run = AsRun { revision: kernel.as_deref(), schedule: Some(&schedule), position };
    session(&as_run(&ran.source.script, run))
}

fn table(ran: &Ran) -> String {
    let (scenario, run) = (&ran.source.scenario, &ran.run);
    let rows = run.steps.iter().enumerate().map(|(at, step)| Row {
        number: at + 1,
        thread: step.record.choice.thread,
        sentence: &step.sentence,
        function: "",
    });
    let mut text = String::new();
    if !scenario.title.is_empty() {
        text.push_str(&format!("{}\n", scenario.title));
    }
    text.push_str(&format!("kernel {}\n\n", scenario.revision.name()));
    let round = run.violations().find_map(|(_, violation)| violation.round);
    text.push_str(&narrate::table_with_round(scenario.threads.len(), rows, round));
    let end = narrate::status(&run.machine.status());
    text.push_str(&format!("\n{}\n", if run.goes_round() { "The run goes round for ever.".to_owned() } else { end }));
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

/// The run as the page saves it, so that either opens what the other wrote; and how it ended, and what the script expects.
fn as_json(ran: &Ran, words: &Words) -> Value {
    let mut saved: Value = serde_json::from_str(&shown(ran, words).json()).unwrap_or_default();
    saved["status"] = json!(match ran.run.machine.status() {
        Status::Running => "running",
        Status::Done => "done",
        Status::Deadlock => "deadlock",
        Status::Dead(_) => "dead",
    });
    let judged = expectations(&ran.source.scenario, &ran.run);
    let expectation =
        |one: &Judged| json!({ "expect": one.words, "met": one.sentence.is_none(), "sentence": one.sentence });
    saved["expectations"] = judged.iter().map(expectation).collect();
    saved
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
