//! What a judge says of a claimed interleaving, for people and as JSON.

use super::json::{self, VERSION};
use super::model::names;
use crate::command::judge::Outcome;
use crate::failure::Failure;
use daxscope_core::check::Rule;
use daxscope_core::narrate::{grouped, spoken, wrap};
use daxscope_core::run::Run;
use daxscope_core::scenario::{Scenario, Schedule, format, parse};
use daxscope_explore::judge::pattern::Pattern;
use daxscope_explore::judge::{Claim, Impossible, Judgement, Line, Terms};
use serde_json::{Value, json};
use std::sync::Arc;

/// The width of what people read.
const WIDTH: usize = 78;

/// How a judgement is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum JudgedFormat {
    /// For people.
    Human,
    /// docs/report.schema.json.
    Json,
}

impl JudgedFormat {
    /// All of them.
    pub(crate) const ALL: [JudgedFormat; 2] = [JudgedFormat::Human, JudgedFormat::Json];

    /// Its name on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            JudgedFormat::Human => "human",
            JudgedFormat::Json => "json",
        }
    }
}

/// A claim, and what came of it.
#[derive(Debug)]
pub(crate) struct Judged<'a> {
    /// The file.
    pub(crate) name: &'a str,
    /// What it is about.
    pub(crate) scenario: &'a Arc<Scenario>,
    /// What is claimed.
    pub(crate) claim: &'a Claim,
    /// What counts, and what may fail.
    pub(crate) terms: &'a Terms,
    /// States that were looked at.
    pub(crate) states: u64,
    /// Lines or steps that some run has come past.
    pub(crate) past: usize,
    /// Seconds on the clock.
    pub(crate) seconds: f64,
    /// What came of it.
    pub(crate) judgement: &'a Judgement,
}

impl Judged<'_> {
    /// The verdict in one word; `None`: nobody knows.
    pub(crate) const fn outcome(&self) -> Option<Outcome> {
        match self.judgement {
            Judgement::Possible { .. } => Some(Outcome::Possible),
            Judgement::Harmless { .. } => Some(Outcome::Harmless),
            Judgement::Impossible(_) => Some(Outcome::Impossible),
            Judgement::Running | Judgement::Unknown { .. } => None,
        }
    }

    fn lines(&self) -> Vec<&Line> {
        match self.claim {
            Claim::Lines(diagram) => diagram.rows.iter().flatten().collect(),
            Claim::Steps(_) => Vec::new(),
        }
    }

    /// A line that no run takes because nothing is called so: no verdict is made of a misspelt name.
    pub(crate) fn refuse_what_is_misspelt(&self) -> Result<(), Failure> {
        let Judgement::Impossible(Impossible { at, is_never_met: true, .. }) = self.judgement else { return Ok(()) };
        let lines = self.lines();
        let Some(line) = lines.get(*at) else { return Ok(()) };
        if is_known(&line.pattern) {
            return Ok(());
        }
        let what = match line.pattern.name() {
            Some(name) => format!(
                "`{name}` is no function or call of the modelled kernels. `daxscope run --format commit` writes them; a remark begins with `#`"
            ),
            None => "these are not words in which daxscope tells a step: `daxscope run` shows them; a remark begins with `#`".to_owned(),
        };
        Err(Failure::usage(format!("{}, line {}: `{}`: {what}", self.name, line.number, line.text)))
    }

    /// Where in the file a line or step stands: `line 12`, `step 3`.
    fn place(&self, at: usize) -> String {
        match self.lines().get(at) {
            Some(line) => format!("line {}", line.number),
            None => format!("step {}", at + 1),
        }
    }

    /// What a line or step says.
    fn said(&self, at: usize) -> String {
        match self.claim {
            Claim::Lines(_) => self.lines().get(at).map_or(String::new(), |line| line.text.clone()),
            Claim::Steps(gapped) => gapped.steps.get(at).map_or(String::new(), |(_, choice)| {
                format!("{}{}", choice.thread, if choice.fail { "!" } else { "" })
            }),
        }
    }

    /// The verdict as a sentence without its end.
    fn sentence(&self) -> String {
        let (lines, steps) = (self.claim.len(), matches!(self.claim, Claim::Steps(_)));
        let all = format!(
            "{lines} {}",
            match (steps, lines) {
                (false, 1) => "line",
                (false, _) => "lines",
                (true, 1) => "step",
                (true, _) => "steps",
            }
        );
        match self.judgement {
            Judgement::Possible { rules, .. } => format!("possible: a run does all {all} and breaks {}", names(rules)),
            Judgement::Harmless { .. } => {
                let what = self.harm();
                format!("possible but harmless: runs do all {all}, and {what} in none of them, however it goes on")
            }
            Judgement::Impossible(why) => {
                format!("impossible from {} on: {}", self.place(why.at), self.said(why.at))
            }
            Judgement::Unknown { way: Some(_), .. } => {
                format!(
                    "possible, and nobody knows whether it does harm: the bound on states was hit after a run that does all {all}"
                )
            }
            Judgement::Running | Judgement::Unknown { .. } => {
                let why = if *self.judgement == Judgement::Running {
                    "the time was up"
                } else {
                    "the bound on states was hit"
                };
                format!("nobody knows: {why}; runs come past {} of {all}", self.past)
            }
        }
    }

    /// `no rule breaks`, `lost-wakeup breaks`: with what stands around it, a sentence.
    fn harm(&self) -> String {
        let named: Vec<Rule> = match (self.claim.outcome(), self.terms.rules.as_slice()) {
            (Some(rule), []) => vec![rule],
            (_, rules) => rules.to_vec(),
        };
        match named.as_slice() {
            [] => "a rule breaks".to_owned(),
            [one] => format!("{} breaks", one.name()),
            many => format!("one of {} breaks", names(many)),
        }
    }

    fn reason(&self) -> Option<String> {
        match self.judgement {
            Judgement::Impossible(why) => Some(why.reason.clone()),
            Judgement::Harmless { others, .. } if !others.is_empty() => {
                Some(format!("What breaks in some of them is another rule: {}.", names(others)))
            }
            _ => None,
        }
    }

    fn way(&self) -> Option<&Schedule> {
        match self.judgement {
            Judgement::Possible { way, .. } | Judgement::Harmless { way, .. } => Some(way),
            Judgement::Impossible(why) => Some(&why.way),
            Judgement::Unknown { way, .. } => way.as_ref(),
            Judgement::Running => None,
        }
    }

    fn exact(&self) -> String {
        format!("{} states; {:.3} s", grouped(self.states), self.seconds)
    }
}

/// Is that said of anything in the museum, on any kernel that an exhibit is kept on?
fn is_known(pattern: &Pattern) -> bool {
    daxscope_museum::exhibits().iter().any(|exhibit| {
        let scenario = parse(exhibit.script).scenario;
        exhibit.revisions.iter().filter_map(|name| crate::args::revision(name).ok()).any(|revision| {
            let scenario = Arc::new(Scenario { revision, ..scenario.clone() });
            scenario.misfit().is_none() && is_said_in(pattern, &scenario)
        })
    })
}

/// Is it said of a step of the script's run, gone on with to its end?
fn is_said_in(pattern: &Pattern, scenario: &Arc<Scenario>) -> bool {
    let schedule = scenario.schedule.clone().unwrap_or_default();
    let mut run = Run::new(Arc::clone(scenario));
    // As far as it goes: another kernel may go another way.
    let _ = run.follow(&schedule);
    run.run_on(schedule.step_size, 2_000);
    let before = daxscope_core::world::World::new(Arc::clone(scenario));
    let made = run.steps.iter().flat_map(|step| &step.record.performed);
    made.into_iter().any(|made| {
        let frames = made.stop.frames.iter();
        let is_frame = frames.map(|frame| frame.function).any(|name| pattern.name() == Some(name));
        is_frame || pattern.is_known_by(&spoken(&before, made))
    })
}

/// The judgement in that format.
pub(crate) fn write(judged: &Judged<'_>, format: JudgedFormat) -> String {
    match format {
        JudgedFormat::Human => human(judged),
        JudgedFormat::Json => format!("{:#}\n", to_json(judged)),
    }
}

fn human(judged: &Judged<'_>) -> String {
    let mut text = String::new();
    let mut paragraph = |words: &str| {
        for line in wrap(words, WIDTH) {
            text.push_str(&format!("{line}\n"));
        }
    };
    paragraph(&judged.sentence());
    if let Some(reason) = judged.reason() {
        paragraph(&reason);
    }
    paragraph(&format!("kernel {}", judged.scenario.revision.name()));
    paragraph(&judged.exact());
    if let Some(way) = judged.way() {
        let what = match judged.judgement {
            Judgement::Impossible(_) => "A run that comes as far:",
            _ => "A run that does it:",
        };
        text.push_str(&format!("\n{what}\n\n"));
        let scenario = Scenario { schedule: None, ..Scenario::clone(judged.scenario) };
        let script = format!("{}schedule {}\n", format(&scenario), way.words());
        text.push_str(&daxscope_core::narrate::mail_script(&script, WIDTH));
    }
    text
}

fn to_json(judged: &Judged<'_>) -> Value {
    let rules = |rules: &[Rule]| rules.iter().map(|rule| rule.name()).collect::<Vec<_>>();
    let (broken, others) = match judged.judgement {
        Judgement::Possible { rules: broken, .. } => (rules(broken), Vec::new()),
        Judgement::Harmless { others, .. } => (Vec::new(), rules(others)),
        _ => (Vec::new(), Vec::new()),
    };
    let stop = match judged.judgement {
        Judgement::Impossible(why) => Some(why.at),
        _ => None,
    };
    let limited = judged.terms.failures != daxscope_explore::Bounds::ANY_FAILURES;
    json!({
        "version": VERSION,
        "tool": json::tool(),
        "command": "judge",
        "script": judged.name,
        "scenario": format(&Scenario { schedule: None, ..Scenario::clone(judged.scenario) }),
        "revision": judged.scenario.revision.name(),
        "claimed": judged.claim.len(),
        "outcome": judged.claim.outcome().map(Rule::name),
        "rules": rules(&judged.terms.rules),
        "failures": limited.then_some(judged.terms.failures),
        "failPoints": judged.terms.fail_points.iter().map(|what| what.name()).collect::<Vec<_>>(),
        "verdict": judged.outcome().map_or("unknown", Outcome::name),
        "sentence": judged.sentence(),
        "reason": judged.reason(),
        "line": stop.and_then(|at| judged.lines().get(at).map(|line| line.number)),
        "step": stop.filter(|_| matches!(judged.claim, Claim::Steps(_))).map(|at| at + 1),
        "says": stop.map(|at| judged.said(at)),
        "past": judged.past,
        "broken": broken,
        "otherRules": others,
        "schedule": judged.way().map(Schedule::words),
        "states": judged.states,
        "seconds": judged.seconds,
    })
}
