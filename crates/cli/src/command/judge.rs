//! `daxscope judge`: is a claimed interleaving possible, and does it do harm?

use crate::args::names::Named;
use crate::args::output::OutputArgs;
use crate::args::values::{self, BoundWord, RULES};
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::output::complain;
use crate::report::judged::{self, Judged, JudgedFormat};
use crate::{args, input};
use clap::Args;
use daxscope_core::check::Rule;
use daxscope_core::revision::Revision;
use daxscope_core::scenario::{FailPoint, Scenario, Severity, parse};
use daxscope_explore::judge::claim::MOST_LINES;
use daxscope_explore::judge::{Claim, Gapped, Judge, Judgement, Terms, diagram};
use daxscope_session::received::{Received, received};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

/// Say whether a claimed interleaving is possible: the diagram of a commit message, or a schedule with gaps
///
/// The verdict is `possible` (a run does all of it and breaks a rule), `possible but harmless` (runs do all of it, and none
/// breaks a rule), or `impossible from line N`, with the reason. docs/judge.md has the forms. Exit code 1 if it is not what
/// --expect says, or, without that, not `possible`; 3 if nobody knows.
#[derive(Args, Debug)]
pub(crate) struct Words {
    /// The claim: a script and below it the diagram; a diagram that daxscope wrote; or a script whose schedule has gaps (`A5 .. B3`); `-` for standard input
    #[arg(value_name = "FILE", required = true)]
    file: String,
    /// Take threads, file and kernel from this script or exhibit (museum:ID), and only the diagram from FILE
    #[arg(long, value_name = "SCRIPT")]
    scenario: Option<String>,
    /// Another kernel than that of the script: a preset, perhaps with switches (`"v9 wake_mode_delete=all"`)
    #[arg(long, value_name = "R", value_parser = args::revision)]
    revision: Option<Revision>,
    /// Only this rule counts as harm; may be repeated. Without it, the one that the diagram names (`*** Lost wake-up`), or every rule
    #[arg(long = "rule", value_name = "RULE", value_parser = RULES)]
    rules: Vec<Rule>,
    /// So many calls may fail, each at any time
    #[arg(long, value_name = "N|any", value_parser = values::failures, allow_hyphen_values = true)]
    failures: Option<u32>,
    /// These calls may fail, separated by commas; one of them, unless --failures says otherwise
    #[arg(long = "fail", value_name = "CALL,..", value_delimiter = ',')]
    #[arg(value_parser = Named::new(&FailPoint::EVERY, FailPoint::name))]
    fail_points: Vec<FailPoint>,
    /// Give up at states=N (2,000,000) or seconds=N; may be repeated
    #[arg(long = "bound", value_name = "BOUND", value_parser = bound)]
    bounds: Vec<BoundWord>,
    /// What should come of it: possible, harmless or impossible
    #[arg(long, value_name = "VERDICT", value_parser = Named::new(&Outcome::ALL, Outcome::name))]
    expect: Option<Outcome>,
    /// human or json
    #[arg(long, value_name = "FORMAT", default_value = "human", hide_default_value = true)]
    #[arg(value_parser = Named::new(&JudgedFormat::ALL, JudgedFormat::name))]
    format: JudgedFormat,
    #[command(flatten)]
    output: OutputArgs,
}

/// A verdict in one word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// A run does all of it and breaks a rule.
    Possible,
    /// Runs do all of it, and none breaks a rule.
    Harmless,
    /// No run does it.
    Impossible,
}

impl Outcome {
    const ALL: [Outcome; 3] = [Outcome::Possible, Outcome::Harmless, Outcome::Impossible];

    /// As the command line and JSON have it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Outcome::Possible => "possible",
            Outcome::Harmless => "harmless",
            Outcome::Impossible => "impossible",
        }
    }
}

/// Most states unless said otherwise.
const STATES: usize = 2_000_000;
/// Steps between two looks at the clock.
const BUDGET: u64 = 2_000;

/// The bounds that a judge has.
fn bound(text: &str) -> Result<BoundWord, String> {
    match values::bound(text) {
        Ok(word @ (BoundWord::States(_) | BoundWord::Seconds(_))) => Ok(word),
        Ok(_) => Err(format!("a judge has the bounds `states=N` and `seconds=N`, not `{text}`")),
        Err(error) => Err(error),
    }
}

pub(crate) fn run(words: Words) -> Result<ExitCode, Failure> {
    let target = words.output.target()?;
    let claimed = claimed(&words)?;
    let terms = terms(&words, &claimed.scenario);
    let interrupt = Interrupt::listen()?;
    let begun = Instant::now();
    let scenario = Arc::new(Scenario { schedule: None, ..claimed.scenario });
    let mut judge = Judge::new(&scenario, claimed.claim.clone(), terms.clone());
    let seconds = words.bounds.iter().rev().find_map(|word| match word {
        BoundWord::Seconds(seconds) => Some(*seconds),
        _ => None,
    });
    let is_late = || seconds.is_some_and(|most| begun.elapsed().as_secs() >= most);
    while *judge.advance(BUDGET) == Judgement::Running && !interrupt.is_asked() && !is_late() {}
    let judged = Judged {
        name: &words.file,
        scenario: &scenario,
        claim: &claimed.claim,
        terms: &terms,
        states: judge.states(),
        past: judge.past(),
        seconds: begun.elapsed().as_secs_f64(),
        judgement: judge.judgement(),
    };
    judged.refuse_what_is_misspelt()?;
    target.write(&judged::write(&judged, words.format))?;
    Ok(ExitCode::from(match (judged.outcome(), words.expect) {
        (None, _) => 3,
        (Some(outcome), expected) => u8::from(outcome != expected.unwrap_or(Outcome::Possible)),
    }))
}

fn terms(words: &Words, scenario: &Scenario) -> Terms {
    let standard = if scenario.revision.is_xarray() { FailPoint::NodeAlloc } else { FailPoint::Preload };
    let named = u32::from(!words.fail_points.is_empty());
    let states = words.bounds.iter().rev().find_map(|word| match word {
        BoundWord::States(states) => Some(*states as usize),
        _ => None,
    });
    Terms {
        rules: words.rules.clone(),
        failures: words.failures.unwrap_or(named),
        fail_points: if words.fail_points.is_empty() { vec![standard] } else { words.fail_points.clone() },
        states: states.unwrap_or(STATES),
    }
}

/// A claim and what it is about.
struct Claimed {
    scenario: Scenario,
    claim: Claim,
}

fn claimed(words: &Words) -> Result<Claimed, Failure> {
    let name = &words.file;
    let text = input::text(name)?;
    let begins = diagram::begins_at(&text);
    let own = match (&words.scenario, begins) {
        (Some(other), _) => input::script(other)?,
        (None, _) => own_script(name, &text, begins),
    };
    let (script, gapped) = match begins {
        Some(_) => (own, None),
        None => without_gaps(name, &own)?,
    };
    let what = words.scenario.as_deref().unwrap_or(name);
    let scenario = input::scenario_of(what, &script)?;
    let scenario = input::fitting(Scenario { revision: words.revision.unwrap_or(scenario.revision), ..scenario })?;
    let claim = match gapped {
        Some(gapped) => Claim::Steps(gapped),
        None => {
            let read = diagram::read(&text, scenario.threads.len());
            Claim::Lines(
                read.map_err(|misread| Failure::usage(format!("{name}, line {}: {}", misread.line, misread.message)))?,
            )
        }
    };
    Ok(Claimed { scenario, claim })
}

/// The script around a diagram: below it where daxscope wrote both, else above it.
fn own_script(name: &str, text: &str, begins: Option<usize>) -> String {
    if begins.is_none() {
        return text.to_owned();
    }
    if let Received::Run { script, mended, .. } = received(text) {
        for sentence in mended {
            complain(&format!("{name}: {sentence}"));
        }
        return script;
    }
    text.lines().take(begins.unwrap_or(0)).map(|line| format!("{line}\n")).collect()
}

/// A script whose schedule has gaps: the script without it, and the steps.
fn without_gaps(name: &str, text: &str) -> Result<(String, Option<Gapped>), Failure> {
    let wanted = || {
        Failure::usage(format!(
            "{name} claims nothing: write a diagram below the script (its head is like `CPU0    CPU1`), or a schedule with gaps, \
             such as `schedule A5 .. B3`"
        ))
    };
    let is_schedule = |line: &&str| line.trim_start().starts_with("schedule ");
    let schedule = text.lines().filter(is_schedule).collect::<Vec<_>>();
    let [line] = schedule.as_slice() else { return Err(wanted()) };
    let rest: String = text.lines().filter(|line| !is_schedule(line)).map(|line| format!("{line}\n")).collect();
    let said = line.trim_start().trim_start_matches("schedule ").split('#').next().unwrap_or("");
    let gapped = gapped(&rest, said).map_err(|message| Failure::usage(format!("{name}: {message}")))?;
    if gapped.steps.is_empty() {
        return Err(wanted());
    }
    Ok((rest, Some(gapped)))
}

/// `by point A5 .. B3 ..`.
fn gapped(script: &str, said: &str) -> Result<Gapped, String> {
    let mut steps = Vec::new();
    let mut size = None;
    let said = said.replace("...", "..").replace("..", " .. ");
    let mut head = "";
    let mut said = said.trim();
    if let Some(rest) = said.strip_prefix("by ") {
        let word = rest.split_whitespace().next().unwrap_or("");
        head = word;
        said = rest.trim_start().trim_start_matches(word).trim();
    }
    for (number, part) in said.split(" .. ").map(|part| part.trim().trim_matches('.').trim()).enumerate() {
        let by = if head.is_empty() { String::new() } else { format!("by {head} ") };
        // Nothing between two gaps, or before the first.
        if part.is_empty() {
            continue;
        }
        let parsed = parse(&format!("{script}schedule {by}{part}\n"));
        if let Some(error) = parsed.diagnostics.iter().find(|one| one.severity == Severity::Error) {
            return Err(format!("`{part}` of the schedule: {}", error.message));
        }
        let schedule = parsed.scenario.schedule.unwrap_or_default();
        size.get_or_insert(schedule.step_size);
        for (at, choice) in schedule.choices.into_iter().enumerate() {
            steps.push((at == 0 && (number > 0 || said.starts_with("..")), choice));
        }
    }
    if steps.len() > MOST_LINES {
        return Err(format!(
            "the schedule has {} steps, and {MOST_LINES} are read at most with gaps: let a gap stand for some",
            steps.len()
        ));
    }
    Ok(Gapped { size: size.unwrap_or_default(), steps })
}
