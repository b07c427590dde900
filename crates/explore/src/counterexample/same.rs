//! Is a bug in a smaller scenario the one that was found? Only if it goes wrong at the same place, and if what made the one
//! impossible makes the other impossible too.

use super::in_turn::breaks_in_turn;
use super::replay::{Aim, Replay, failures};
use crate::options::{Options, Policy, Reductions};
use crate::search::Search;
use crate::verdict::Verdict;
use daxscope_core::revision::Switch;
use daxscope_core::scenario::{Choice, Scenario};
use std::fmt;
use std::sync::Arc;

/// Most states of one search that asks whether something excludes a bug.
const MOST_STATES: usize = 50_000;

/// What may make a bug impossible.
#[derive(Clone, Copy, Debug)]
pub(super) enum Guard {
    /// The file system's lock, taken or not.
    FsLock(bool),
    /// A journal, or none.
    Journal(bool),
    /// A switch at its corrected setting.
    Switch(&'static Switch, &'static str),
    /// No call fails.
    NoFailure,
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on = |on: bool| if on { "on" } else { "off" };
        match self {
            Guard::FsLock(taken) => write!(f, "fs_lock {}", on(*taken)),
            Guard::Journal(there) => write!(f, "journal {}", on(*there)),
            Guard::Switch(switch, value) => write!(f, "{}={value}", switch.name),
            Guard::NoFailure => f.write_str("no failing call"),
        }
    }
}

impl Guard {
    /// All that can be tried on a way in a scenario.
    fn all(scenario: &Scenario, choices: &[Choice]) -> Vec<Guard> {
        let mut guards = vec![Guard::FsLock(!scenario.fs_lock), Guard::Journal(!scenario.journal)];
        if failures(choices) > 0 || !scenario.failures.is_empty() {
            guards.push(Guard::NoFailure);
        }
        let uncorrected = scenario.revision.switches().iter().filter(|switch| switch.is_guard).filter_map(|switch| {
            let corrected = (switch.get)(scenario.revision.fixed());
            ((switch.get)(&scenario.revision) != corrected).then_some(Guard::Switch(switch, corrected))
        });
        guards.extend(uncorrected);
        guards
    }

    /// The scenario with it.
    fn set(&self, scenario: &Scenario) -> Scenario {
        let mut changed = scenario.clone();
        match *self {
            Guard::FsLock(taken) => changed.fs_lock = taken,
            Guard::Journal(there) => changed.journal = there,
            Guard::Switch(switch, value) => {
                (switch.set)(&mut changed.revision, value);
            }
            Guard::NoFailure => changed.failures.clear(),
        }
        changed
    }
}

/// What makes a bug the one that was found, besides its place.
#[derive(Clone, Default, Debug)]
pub(super) struct Signature {
    /// It needs operations that overlap.
    pub(super) is_concurrent: bool,
    /// What makes it impossible, each by a complete search.
    pub(super) excluded_by: Vec<Guard>,
    /// What nobody knows, in words.
    pub(super) unknown: Vec<String>,
}

/// What is known of guards.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Answer {
    /// The rule cannot break with it.
    Excludes,
    /// The rule breaks all the same.
    Breaks,
    /// A bound was hit.
    Unknown,
}

/// Tries guards one after another on one way.
#[derive(Debug)]
struct Trials {
    options: Options,
    scenario: Arc<Scenario>,
    aim: Aim,
    choices: Vec<Choice>,
    guards: Vec<Guard>,
    at: usize,
    search: Option<Box<Search>>,
}

impl Trials {
    /// Goes on for about `budget` transitions; the guard that is through, and what came of it.
    fn advance(&mut self, budget: u64) -> Option<(Guard, Answer)> {
        let guard = *self.guards.get(self.at)?;
        let Some(search) = &mut self.search else {
            let scenario = Arc::new(guard.set(&self.scenario));
            let may_fail = !matches!(guard, Guard::NoFailure);
            let choices: Vec<Choice> =
                self.choices.iter().map(|&choice| Choice { fail: choice.fail && may_fail, ..choice }).collect();
            if Replay::loosely_along(&scenario, self.aim, &choices).is_met() {
                self.at += 1;
                return Some((guard, Answer::Breaks));
            }
            let mut options =
                Options { policy: Policy::BreadthFirst, reductions: Reductions::ALL, ..self.options.clone() };
            options.bounds.rules = vec![self.aim.rule];
            options.bounds.failures = failures(&choices);
            options.bounds.states = options.bounds.states.min(MOST_STATES);
            self.search = Some(Box::new(Search::new(scenario, options)));
            return None;
        };
        let answer = match search.advance(budget) {
            Verdict::Running => return None,
            Verdict::Complete => Answer::Excludes,
            Verdict::Violation(_) => Answer::Breaks,
            Verdict::BoundHit(_) => Answer::Unknown,
        };
        (self.search, self.at) = (None, self.at + 1);
        Some((guard, answer))
    }

    fn is_done(&self) -> bool {
        self.at == self.guards.len()
    }
}

/// Finds out what makes a bug the bug it is.
#[derive(Debug)]
pub(super) struct Asking {
    trials: Trials,
    signature: Signature,
}

impl Asking {
    /// Of the way that was found.
    pub(super) fn new(scenario: &Arc<Scenario>, aim: Aim, choices: &[Choice], options: &Options) -> Asking {
        let way = Replay::loosely_along(scenario, aim, choices);
        let in_turn = breaks_in_turn(scenario, aim, &way);
        let mut signature = Signature { is_concurrent: in_turn == Some(false), ..Signature::default() };
        if in_turn.is_none() {
            signature.unknown.push("whether it needs operations that overlap".into());
        }
        let trials = Trials {
            options: options.clone(),
            scenario: Arc::clone(scenario),
            aim,
            choices: choices.to_vec(),
            guards: Guard::all(scenario, choices),
            at: 0,
            search: None,
        };
        Asking { trials, signature }
    }

    /// Goes on for about `budget` transitions; the signature when all is known.
    pub(super) fn advance(&mut self, budget: u64) -> Option<Signature> {
        match self.trials.advance(budget) {
            Some((guard, Answer::Excludes)) => self.signature.excluded_by.push(guard),
            Some((guard, Answer::Unknown)) => self.signature.unknown.push(format!("whether {guard} excludes it")),
            Some((_, Answer::Breaks)) | None => {}
        }
        self.trials.is_done().then(|| self.signature.clone())
    }
}

/// Is that the same bug?
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Sameness {
    /// Not known yet.
    Running,
    /// Yes.
    Same,
    /// No, or nobody knows: why, in words.
    Differs(String),
}

/// Asks whether a way in another scenario, which goes wrong at the same place, is the same bug.
#[derive(Debug)]
pub(super) struct Comparing {
    trials: Trials,
    differs: Option<String>,
}

impl Comparing {
    /// Nothing is asked yet but whether it needs operations that overlap.
    pub(super) fn new(
        scenario: &Arc<Scenario>,
        aim: Aim,
        choices: &[Choice],
        signature: &Signature,
        options: &Options,
    ) -> Comparing {
        let way = Replay::loosely_along(scenario, aim, choices);
        let differs = match breaks_in_turn(scenario, aim, &way) {
            Some(true) if signature.is_concurrent => Some("it needs no two operations at the same time".to_owned()),
            None if signature.is_concurrent => Some("it may need no two operations at the same time".to_owned()),
            _ => None,
        };
        let trials = Trials {
            options: options.clone(),
            scenario: Arc::clone(scenario),
            aim,
            choices: choices.to_vec(),
            guards: signature.excluded_by.clone(),
            at: 0,
            search: None,
        };
        Comparing { trials, differs }
    }

    /// Goes on for about `budget` transitions.
    pub(super) fn advance(&mut self, budget: u64) -> Sameness {
        if let Some(why) = &self.differs {
            return Sameness::Differs(why.clone());
        }
        match self.trials.advance(budget) {
            Some((guard, Answer::Breaks)) => self.differs = Some(format!("it breaks with {guard} too")),
            Some((guard, Answer::Unknown)) => self.differs = Some(format!("it may break with {guard} too")),
            Some((_, Answer::Excludes)) | None => {}
        }
        match &self.differs {
            Some(why) => Sameness::Differs(why.clone()),
            None if self.trials.is_done() => Sameness::Same,
            None => Sameness::Running,
        }
    }
}
