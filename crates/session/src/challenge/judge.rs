//! Is it solved? Every answer is run by the engine or attacked by the search; none is compared with a stored one.
//!
//! An answer is text, as links and local storage hold it: of "break it" a schedule (`Schedule::to_compact`), of "fix it" the ids of
//! the guards with `+` between them, of "order it" the letters of the sections.

use crate::search::{Attack, Attacked, Options};
use daxscope_core::check::Rule;
use daxscope_core::event::Event;
use daxscope_core::narrate::grouped;
use daxscope_core::run::Run;
use daxscope_core::scenario::parse;
use daxscope_core::scenario::{Choice, Scenario, Schedule, StepSize};
use daxscope_lessons::challenge::{Block, Challenge, Guard, Kind, challenge, with_settings};
use std::sync::Arc;

/// Most states of an attack.
pub(crate) const ATTACK_STATES: usize = 2_000_000;

/// What comes of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Outcome {
    /// It does what is asked.
    Solved,
    /// It can be run, and does not do what is asked.
    NotYet,
    /// It cannot be run to its end.
    CannotRun,
    /// It is no answer to this challenge.
    Unreadable,
    /// A bound was hit: nobody knows.
    Unknown,
}

/// An answer, judged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Judgement {
    /// What comes of it.
    pub outcome: Outcome,
    /// The same in a sentence or two.
    pub sentence: String,
    /// Context switches or guards that it takes.
    pub used: usize,
    /// The fewest that any answer takes; `None`: they are not counted.
    pub par: Option<usize>,
    /// The run to look at: of an answer, or against it.
    pub schedule: Option<Schedule>,
    /// The section that cannot run, by its place from 0.
    pub stops_at: Option<usize>,
}

impl Judgement {
    pub(crate) fn new(outcome: Outcome, sentence: impl Into<String>) -> Judgement {
        Judgement { outcome, sentence: sentence.into(), used: 0, par: None, schedule: None, stops_at: None }
    }

    /// Does it do what is asked?
    #[must_use]
    pub fn is_solved(&self) -> bool {
        self.outcome == Outcome::Solved
    }

    /// Is it solved as well as it can be?
    #[must_use]
    pub fn is_par(&self) -> bool {
        self.is_solved() && self.par.is_none_or(|par| self.used <= par)
    }
}

/// Judges an answer to the challenge of that id. An attack takes up to some seconds; a page has it done by its worker
/// ([`crate::search::Kind::Attack`]).
#[must_use]
pub fn judge(id: &str, answer: &str) -> Judgement {
    let Some(challenge) = challenge(id) else {
        return Judgement::new(Outcome::Unreadable, format!("There is no challenge `{id}`."));
    };
    match &challenge.kind {
        Kind::Break { .. } => match Schedule::from_compact(answer) {
            Ok(schedule) => judge_schedule(challenge, &schedule),
            Err(error) => Judgement::new(Outcome::Unreadable, error.to_string()),
        },
        Kind::Order { .. } => judge_order(challenge, answer),
        Kind::Fix { .. } => match guards_of(challenge, answer) {
            Err(why) => Judgement::new(Outcome::Unreadable, why),
            Ok(guards) => {
                let mut attack = Attack::new(scenario_with(challenge, &guards), attack_options(challenge));
                loop {
                    let attacked = attack.advance(100_000);
                    if attacked != Attacked::Running {
                        return judge_attack(challenge, &guards, &attacked);
                    }
                }
            }
        },
    }
}

/// The script of a challenge without a schedule.
pub(crate) fn scenario(challenge: &Challenge) -> Arc<Scenario> {
    Arc::new(Scenario { schedule: None, ..parse(challenge.script).scenario })
}

/// Judges a schedule: does it break the rule, with no more failing calls than allowed?
pub(crate) fn judge_schedule(challenge: &Challenge, schedule: &Schedule) -> Judgement {
    let mut run = Run::new(scenario(challenge));
    let followed = run.follow(schedule);
    let broken = run.violations().find(|(_, violation)| violation.rule == challenge.rule).map(|(step, _)| step);
    let steps = broken.unwrap_or(run.steps.len());
    let made: Vec<Choice> = run.steps[..steps].iter().map(|step| step.record.choice).collect();
    let used = switches(&made);
    let par = if let Kind::Break { par } = challenge.kind { Some(par) } else { None };
    let judged = |outcome, sentence: String| Judgement {
        used,
        par,
        schedule: Some(Schedule { step_size: schedule.step_size, choices: made.clone() }),
        ..Judgement::new(outcome, sentence)
    };
    if let Some(problem) = too_many_failures(challenge, &run, steps) {
        return judged(Outcome::CannotRun, problem);
    }
    match (broken, followed) {
        (Some(step), _) => judged(Outcome::Solved, solved_words(step, used, par)),
        (None, Ok(())) => {
            judged(Outcome::NotYet, format!("{} so far, and the rule is not broken.", counted(used, "context switch")))
        }
        (None, Err(cannot)) => judged(Outcome::CannotRun, format!("Step {}: {}.", cannot.followed + 1, cannot.reason)),
    }
}

fn solved_words(step: usize, used: usize, par: Option<usize>) -> String {
    let switches = counted(used, "context switch");
    match par {
        Some(par) if used > par => format!("Broken in step {step}, with {switches}. The machine needs {par}."),
        Some(par) if used < par => {
            format!("Broken in step {step}, with {switches}: fewer than the {par} that were known.")
        }
        _ => format!("Broken in step {step}, with {switches}: nobody can do it with fewer."),
    }
}

/// Were more calls made to fail than may be, or others?
fn too_many_failures(challenge: &Challenge, run: &Run, steps: usize) -> Option<String> {
    let failing = run.steps[..steps].iter().filter(|step| step.record.choice.fail);
    let mut count = 0;
    for step in failing {
        count += 1;
        let injected = |event: &Event| matches!(event, Event::Inject { .. });
        let failed = step.record.performed.iter().find(|performed| performed.events.iter().any(injected));
        let point = failed.and_then(|performed| performed.stop.op.fail_point());
        if !point.is_some_and(|point| challenge.fail_points.contains(&point)) {
            let names: Vec<&str> = challenge.fail_points.iter().map(|point| point.name()).collect();
            return Some(format!("Only these calls may fail here: {}.", names.join(", ")));
        }
    }
    (count > challenge.failures).then(|| match challenge.failures {
        0 => "No call may fail here. Step back and go on without.".into(),
        most => format!("At most {} may fail here; you let {count} fail.", counted(most as usize, "call")),
    })
}

/// Judges an order of sections.
pub(crate) fn judge_order(challenge: &Challenge, answer: &str) -> Judgement {
    let mut placed: Vec<&Block> = Vec::new();
    for letter in answer.chars() {
        let Some(block) = challenge.blocks().iter().find(|block| block.id == letter) else {
            return Judgement::new(Outcome::Unreadable, format!("There is no section `{letter}`."));
        };
        if placed.contains(&block) {
            return Judgement::new(Outcome::Unreadable, format!("Section `{letter}` stands there twice."));
        }
        placed.push(block);
    }
    let mut run = Run::new(scenario(challenge));
    let mut stops = None;
    for (at, block) in placed.iter().enumerate() {
        if let Err(why) = comes_after(challenge, block, &placed[..at]).and_then(|()| block.run(&mut run)) {
            stops = Some((at, why));
            break;
        }
        if run.violations().any(|(_, violation)| violation.rule == challenge.rule) {
            break;
        }
    }
    let choices = run.steps.iter().map(|step| step.record.choice).collect();
    let broken = run.violations().find(|(_, violation)| violation.rule == challenge.rule).map(|(step, _)| step);
    let idle = placed.iter().filter(|block| block.idle.is_some()).count();
    let (outcome, sentence) = match (broken, &stops) {
        (_, Some((at, why))) => (Outcome::CannotRun, format!("Section {} cannot run there. {why}", at + 1)),
        (Some(step), None) => (Outcome::Solved, order_words(step, idle)),
        (None, None) if placed.is_empty() => (Outcome::NotYet, "No section is in the order yet.".into()),
        (None, None) => (Outcome::NotYet, "All of it can run, and it does not end where it should.".into()),
    };
    Judgement {
        schedule: Some(Schedule { step_size: StepSize::Operation, choices }),
        stops_at: stops.map(|(at, _)| at),
        used: idle,
        ..Judgement::new(outcome, sentence)
    }
}

/// A section that goes on from another one can only stand behind it.
fn comes_after(challenge: &Challenge, block: &Block, before: &[&Block]) -> Result<(), String> {
    let goes_on_from = challenge.blocks().iter().find(|other| Some(other.id) == block.after);
    match goes_on_from.filter(|first| !before.contains(first)) {
        Some(first) => Err(format!("{} has not come so far: before it has to stand \"{}\".", block.thread, first.text)),
        None => Ok(()),
    }
}

fn order_words(step: usize, idle: usize) -> String {
    let sentence = format!("Broken in step {step}.");
    match idle {
        0 => format!("{sentence} Every section in it matters."),
        1 => format!("{sentence} One section in it makes no difference."),
        many => format!("{sentence} {many} sections in it make no difference."),
    }
}

/// The guards that an answer names.
///
/// # Errors
///
/// A sentence: what is no guard, or which two exclude each other.
pub(crate) fn guards_of<'c>(challenge: &'c Challenge, answer: &str) -> Result<Vec<&'c Guard>, String> {
    let mut chosen: Vec<&Guard> = Vec::new();
    for id in answer.split('+').filter(|id| !id.is_empty()) {
        let guard = challenge.guards().iter().find(|guard| guard.id == id);
        let guard = guard.ok_or_else(|| format!("There is no guard `{id}`."))?;
        if let Some(other) = chosen.iter().find(|other| exclude(other, guard)) {
            return Err(format!("`{}` and `{id}` exclude each other.", other.id));
        }
        chosen.push(guard);
    }
    Ok(chosen)
}

/// Do two guards set the same switch?
pub(crate) fn exclude(one: &Guard, other: &Guard) -> bool {
    one.settings.iter().any(|setting| other.settings.iter().any(|theirs| theirs.name == setting.name))
}

/// The scenario on the kernel with these guards.
pub(crate) fn scenario_with(challenge: &Challenge, guards: &[&Guard]) -> Arc<Scenario> {
    let settings = guards.iter().flat_map(|guard| &guard.settings);
    Arc::new(with_settings(challenge.script, challenge.script, settings))
}

/// What an attack is asked.
pub(crate) fn attack_options(challenge: &Challenge) -> Options {
    let mut options = Options::default();
    options.bounds.failures = challenge.failures;
    options.bounds.fail_points.clone_from(&challenge.fail_points);
    options.bounds.states = ATTACK_STATES;
    options
}

/// Judges what an attack on the kernel with these guards has found.
pub(crate) fn judge_attack(challenge: &Challenge, guards: &[&Guard], attacked: &Attacked) -> Judgement {
    let Kind::Fix { par, .. } = challenge.kind else {
        return Judgement::new(Outcome::Unreadable, "There is nothing to fix in this challenge.");
    };
    let used = guards.len();
    let judged = |outcome, sentence: String| Judgement { used, par: Some(par), ..Judgement::new(outcome, sentence) };
    match attacked {
        Attacked::Holds(states) => {
            let holds = format!("It holds: every order was tried, {} states, and no rule breaks.", grouped(*states));
            let more = format!(" You took {}; {par} would do.", counted(used, "guard"));
            judged(Outcome::Solved, if used > par { holds + &more } else { holds })
        }
        Attacked::Breaks(rule, schedule) => {
            Judgement { schedule: Some(schedule.clone()), ..judged(Outcome::NotYet, breaks_words(*rule, schedule)) }
        }
        Attacked::Unknown(bound) => {
            judged(Outcome::Unknown, format!("Nobody knows: the bound on {bound} was hit before everything was tried."))
        }
        Attacked::Running => judged(Outcome::Unknown, "It is being attacked.".into()),
    }
}

fn breaks_words(rule: Rule, schedule: &Schedule) -> String {
    let switches = counted(switches(&schedule.choices), "context switch");
    format!("It breaks: {}, after {} steps with {switches}.", rule.headline(), schedule.choices.len())
}

/// How often another thread runs than the one before.
pub(crate) fn switches(choices: &[Choice]) -> usize {
    choices.windows(2).filter(|pair| pair[0].thread != pair[1].thread).count()
}

/// `no context switches`, `one context switch`, `4 context switches`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    let plural = if what.ends_with("ch") { format!("{what}es") } else { format!("{what}s") };
    match count {
        0 => format!("no {plural}"),
        1 => format!("one {what}"),
        _ => format!("{count} {plural}"),
    }
}
