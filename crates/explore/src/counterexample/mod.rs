//! A way into a broken rule, made as small as it can be, and explained.
//!
//! What a search finds may come from a scenario with threads that do not matter, by a way with more steps and context
//! switches than needed. [`Counterexample`] takes away what it can, in this order: threads, operations, failures; then
//! steps; then context switches; and numbers that may as well be smaller. What is left is replayed without each of its
//! context switches, to say why it is needed. Everything is tried by replaying or searching again; a claim says whether
//! it is proved or only the best that was found.
//!
//! What is smaller has to be the same bug: it goes wrong at the same place ([`site`]), it still needs operations that overlap if
//! it did ([`in_turn`]), and what made it impossible still does ([`same`]).

pub mod crash;
pub mod crash_states;
mod durability;
mod explain;
mod explained;
mod fewer_switches;
mod in_turn;
mod key_steps;
mod render;
mod replay;
pub mod rest;
mod same;
mod shrinking;
mod simpler;
mod site;
mod smaller;
mod space;
mod story;
mod walk;

pub use explained::{Claim, Explained, KeyStep, Size, Switch, SwitchKind};
pub use render::render;
pub use story::as_sentence;

use crate::options::{Options, Policy, Reductions};
use crate::search::Search;
use crate::verdict::{Found, Verdict};
use daxscope_core::check::Rule;
use daxscope_core::narrate::grouped;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Choice, Scenario, Schedule};
use daxscope_core::units::ThreadId;
use replay::{Aim, Replay, STEP_SIZE, failures, switches};
use same::{Asking, Comparing, Signature};
use simpler::Simpler;
use site::Site;
use smaller::Candidate;
use std::sync::Arc;
use walk::{Walk, WalkVerdict, Ways};

/// How much may be spent on one question. What is beyond is not proved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Effort {
    /// Most states of one search for a smaller scenario or a shorter way.
    pub search_states: usize,
    /// Most states of a walk for fewer context switches, each counted with the thread that ran last.
    pub walk_states: usize,
}

impl Default for Effort {
    fn default() -> Effort {
        Effort { search_states: 2_000_000, walk_states: 2_000_000 }
    }
}

/// How far a counterexample has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Asks what makes the bug impossible.
    Same,
    /// Looks for a smaller scenario.
    Smaller {
        /// Scenarios that were tried.
        tried: u32,
        /// States of the search that is under way.
        states: u64,
    },
    /// Looks for a shorter way.
    Shortest {
        /// States so far.
        states: u64,
    },
    /// Looks for fewer context switches.
    FewestSwitches {
        /// States so far.
        states: u64,
    },
    /// All is done.
    Done(Box<Explained>),
    /// The way cannot be replayed, or breaks none of its rules: what was found is not true.
    NotConfirmed(String),
}

/// What it works on.
#[derive(Debug)]
enum Work {
    /// What makes the bug the one that it is.
    Asking(Box<Asking>),
    /// Candidates of the present scenario, the next one, and what is done about it.
    Smaller {
        candidates: Vec<Candidate>,
        next: usize,
        trying: Trying,
    },
    /// Scenarios with simpler data, the next one, and whether it has the same bug.
    Simpler {
        candidates: Vec<Simpler>,
        next: usize,
        comparing: Option<Box<Comparing>>,
    },
    Shortest(Box<Search>),
    Walk(Box<Walk>, Ways),
    Nothing,
}

/// What is done about a smaller scenario.
#[derive(Debug)]
enum Trying {
    /// Nothing yet.
    Nothing,
    /// Looks for the bug in it.
    Searching(Box<Search>),
    /// Has found a way: is it the same bug?
    Comparing(Box<Comparing>, Vec<Choice>),
}

/// A counterexample in the making.
#[derive(Debug)]
pub struct Counterexample {
    options: Options,
    effort: Effort,
    aim: Aim,
    signature: Signature,
    scenario: Arc<Scenario>,
    choices: Vec<Choice>,
    threads: Vec<ThreadId>,
    found: Size,
    removed: Vec<String>,
    simpler: Vec<&'static str>,
    is_simplest: bool,
    /// Is the scenario to stay as it is?
    keeps_scenario: bool,
    /// The scenario as it was before its data were made simpler.
    before_simpler: Option<Arc<Scenario>>,
    smallest: Claim,
    shortest: Claim,
    fewest_switches: Claim,
    work: Work,
    tried: u32,
    /// Candidates of the present scenario that were searched whole, or not.
    searched: u64,
    searched_states: u64,
    unknown: Vec<String>,
    stage: Stage,
}

fn unproved(because: &str) -> Claim {
    Claim::BestFound { because: because.into() }
}

fn size(scenario: &Scenario, choices: &[Choice]) -> Size {
    Size {
        threads: scenario.threads.len(),
        operations: scenario.threads.iter().map(|thread| thread.operations.len()).sum(),
        failures: scenario.failures.len() + failures(choices) as usize,
        steps: choices.len(),
        switches: switches(choices),
    }
}

/// The aim, and the choices up to where it is met first.
fn confirm(scenario: &Arc<Scenario>, found: &Found) -> Result<(Aim, Vec<Choice>), String> {
    if found.schedule.step_size != STEP_SIZE {
        return Err("it is made of single operations: search again with critical sections as one step".into());
    }
    let mut run = Run::new(Arc::clone(scenario));
    run.follow(&found.schedule).map_err(|cannot| format!("step {}: {}", cannot.followed + 1, cannot.reason))?;
    // A search may step over a point that has no effect, so the rule need not break at the very last step.
    let rules = run.violations().map(|(_, violation)| violation.rule).filter(|rule| found.rules.contains(rule));
    let rule = rules.min().ok_or("what was found breaks none of its rules")?;
    let anywhere = Aim { rule, bug: run.machine.world.bug, site: None };
    let replay = Replay::along(scenario, anywhere, &found.schedule.choices).filter(Replay::is_met);
    let replay = replay.ok_or("what was found cannot be replayed")?;
    let aim = Aim { site: Some(Site::of(&replay, rule)), ..anywhere };
    Ok((aim, replay.choices()))
}

impl Counterexample {
    /// The beginning: what a search with these options found in that scenario.
    #[must_use]
    pub fn new(scenario: Arc<Scenario>, options: Options, found: &Found) -> Counterexample {
        Counterexample::with_effort(scenario, options, found, Effort::default())
    }

    /// The same with bounds of one's own.
    #[must_use]
    pub fn with_effort(scenario: Arc<Scenario>, options: Options, found: &Found, effort: Effort) -> Counterexample {
        // What is left out may be what the script expects something of.
        let scenario = Arc::new(Scenario { expectations: Vec::new(), ..Scenario::clone(&scenario) });
        let confirmed = confirm(&scenario, found);
        let (aim, choices, stage) = match confirmed {
            Ok((aim, choices)) => (aim, choices, Stage::Same),
            Err(why) => {
                let rule = found.rules.first().copied().unwrap_or(Rule::KernelBug);
                (Aim { rule, bug: None, site: None }, Vec::new(), Stage::NotConfirmed(why))
            }
        };
        let not_tried = unproved("it was not tried");
        let mut counterexample = Counterexample {
            effort: Effort { search_states: effort.search_states.min(options.bounds.states), ..effort },
            options,
            aim,
            signature: Signature::default(),
            threads: (0..scenario.threads.len() as u8).map(ThreadId).collect(),
            found: size(&scenario, &found.schedule.choices),
            scenario,
            choices,
            removed: Vec::new(),
            simpler: Vec::new(),
            is_simplest: false,
            keeps_scenario: false,
            before_simpler: None,
            smallest: not_tried.clone(),
            shortest: not_tried.clone(),
            fewest_switches: not_tried,
            work: Work::Nothing,
            tried: 0,
            searched: 0,
            searched_states: 0,
            unknown: Vec::new(),
            stage,
        };
        if !counterexample.is_done() {
            let Counterexample { scenario, aim, choices, .. } = &counterexample;
            let asking = Asking::new(scenario, *aim, choices, &counterexample.bounded());
            counterexample.work = Work::Asking(Box::new(asking));
        }
        counterexample
    }

    /// The same in the scenario that was searched: only the way is made smaller, so that it can be told step by step where it
    /// was found.
    #[must_use]
    pub fn in_place(scenario: Arc<Scenario>, options: Options, found: &Found, effort: Effort) -> Counterexample {
        let mut counterexample = Counterexample::with_effort(scenario, options, found, effort);
        (counterexample.keeps_scenario, counterexample.is_simplest) = (true, true);
        counterexample.smallest = unproved("the scenario was to stay as it is");
        counterexample
    }

    /// How far it has come.
    #[must_use]
    pub const fn stage(&self) -> &Stage {
        &self.stage
    }

    /// Is nothing left to be done?
    #[must_use]
    pub const fn is_done(&self) -> bool {
        matches!(self.stage, Stage::Done(_) | Stage::NotConfirmed(_))
    }

    /// Goes on for about `budget` transitions. The result does not depend on how the work is cut into budgets.
    pub fn advance(&mut self, budget: u64) -> &Stage {
        if self.is_done() {
            return &self.stage;
        }
        match std::mem::replace(&mut self.work, Work::Nothing) {
            Work::Asking(asking) => self.advance_asking(asking, budget),
            Work::Smaller { candidates, next, trying } => self.advance_smaller(candidates, next, trying, budget),
            Work::Simpler { candidates, next, comparing } => self.advance_simpler(candidates, next, comparing, budget),
            Work::Shortest(search) => self.advance_shortest(search, budget),
            Work::Walk(walk, ways) => self.advance_walk(walk, ways, budget),
            Work::Nothing if !self.is_simplest => self.begin_simpler(),
            Work::Nothing => self.explain(),
        }
        &self.stage
    }

    /// The way of the present scenario.
    fn replay(&self) -> Replay {
        Replay::loosely_along(&self.scenario, self.aim, &self.choices)
    }

    /// The options with the bounds of the effort.
    fn bounded(&self) -> Options {
        let mut options = self.options.clone();
        options.bounds.states = self.effort.search_states;
        options
    }

    /// Finds out what a smaller scenario must not lose.
    fn advance_asking(&mut self, mut asking: Box<Asking>, budget: u64) {
        match asking.advance(budget) {
            Some(signature) => {
                self.signature = signature;
                match self.keeps_scenario {
                    true => self.begin_shortest(),
                    false => self.begin_smaller(),
                }
            }
            None => self.work = Work::Asking(asking),
        }
    }

    fn search(&self, scenario: &Arc<Scenario>, failures: u32, reductions: Reductions) -> Box<Search> {
        let mut options = Options { policy: Policy::BreadthFirst, reductions, ..self.bounded() };
        options.bounds.rules = vec![self.aim.rule];
        options.bounds.failures = failures;
        Box::new(Search::new(Arc::clone(scenario), options))
    }

    // Shorter ways.

    fn begin_shortest(&mut self) {
        let search = self.search(&self.scenario, failures(&self.choices), Reductions::SHORTEST);
        self.stage = Stage::Shortest { states: 0 };
        self.work = Work::Shortest(search);
    }

    fn advance_shortest(&mut self, mut search: Box<Search>, budget: u64) {
        search.advance(budget);
        let (counts, mut proof) = (search.counts(), None);
        match search.verdict() {
            Verdict::Running => {
                self.stage = Stage::Shortest { states: search.counts().states };
                self.work = Work::Shortest(search);
                return;
            }
            Verdict::Violation(found) => {
                let found = self.confirmed(&self.scenario, found);
                // Where the search counts a step for every point, what it finds first is shortest.
                let ends_at = counts.depth as usize + usize::from(!self.is_liveness());
                let is_proof = self.aim.rule != Rule::Livelock;
                if is_proof && found.as_ref().is_some_and(|way| way.len() == ends_at) {
                    proof = Some(format!("a breadth-first search of {} states", grouped(counts.states)));
                }
                self.choices = found.filter(|way| way.len() < self.choices.len()).unwrap_or(self.choices.clone());
            }
            Verdict::Complete | Verdict::BoundHit(_) => {}
        }
        while let Some(better) = fewer_switches::improve(&self.scenario, self.aim, &self.choices) {
            self.choices = better;
        }
        let proved = proof.map(|by| Claim::Proved { by });
        self.shortest = proved.clone().unwrap_or_else(|| unproved("it was not tried"));
        // What is proved before the numbers are as small as they can be would have to be proved again.
        let ways = if proved.is_some() || !self.is_simplest { Ways::FewerSwitches } else { Ways::All };
        self.begin_walk(ways);
    }

    const fn is_liveness(&self) -> bool {
        matches!(self.aim.rule, Rule::LostWakeup | Rule::Deadlock)
    }

    // Fewer context switches.

    fn begin_walk(&mut self, ways: Ways) {
        if self.aim.rule == Rule::Livelock {
            // The walk looks at states one by one, not at cycles of them.
            let because = unproved("no search looks for the shortest way into a livelock and once round");
            (self.shortest, self.fewest_switches) = (because.clone(), because);
            return;
        }
        let failures = (failures(&self.choices), self.options.bounds.fail_points.clone());
        let walk = Walk::new((&self.scenario, self.aim), failures, &self.choices, ways, self.effort.walk_states);
        self.stage = Stage::FewestSwitches { states: 0 };
        self.work = Work::Walk(Box::new(walk), ways);
    }

    fn advance_walk(&mut self, mut walk: Box<Walk>, ways: Ways, budget: u64) {
        let states = |walk: &Walk| format!("a walk through all {} states up to this length", grouped(walk.states()));
        let bound = format!("the bound on states was hit ({})", grouped(self.effort.walk_states as u64));
        match (walk.advance(budget).clone(), ways) {
            (WalkVerdict::Running, _) => {
                self.stage = Stage::FewestSwitches { states: walk.states() };
                self.work = Work::Walk(walk, ways);
            }
            (WalkVerdict::BoundHit, Ways::All) => {
                self.shortest = unproved(&bound);
                self.begin_walk(Ways::FewerSwitches);
            }
            (WalkVerdict::BoundHit, Ways::FewerSwitches) => self.fewest_switches = unproved(&bound),
            (found, Ways::All) => {
                self.better(found);
                self.shortest = Claim::Proved { by: states(&walk) };
                self.fewest_switches = self.shortest.clone();
            }
            (WalkVerdict::Better(better), Ways::FewerSwitches) => {
                self.choices = better;
                self.begin_walk(Ways::FewerSwitches);
            }
            (WalkVerdict::NoBetter, Ways::FewerSwitches) => {
                let by = match switches(&self.choices) {
                    0 => "their number: there are none".into(),
                    _ => format!("a walk through all {} states with fewer switches", grouped(walk.states())),
                };
                self.fewest_switches = Claim::Proved { by };
            }
        }
    }

    fn better(&mut self, verdict: WalkVerdict) {
        if let WalkVerdict::Better(choices) = verdict {
            self.choices = choices;
        }
    }

    // The explanation.

    fn explain(&mut self) {
        let replay = Replay::along(&self.scenario, self.aim, &self.choices);
        let Some((violation, replay)) = replay.and_then(|replay| Some((replay.violation()?.clone(), replay))) else {
            self.stage = Stage::NotConfirmed("the smallest way cannot be replayed".into());
            return;
        };
        let schedule = Schedule { step_size: STEP_SIZE, choices: self.choices.clone() };
        let switches = explain::switches(&self.scenario, self.aim, &replay);
        let key_steps = key_steps::key_steps(&replay, &violation);
        let size = size(&self.scenario, &self.choices);
        let in_turn = in_turn::in_turn(&self.scenario, self.aim, &replay);
        let story = story::story(&replay, &size, &violation, &switches, &key_steps, &in_turn);
        let steps = replay.run.steps.iter();
        self.stage = Stage::Done(Box::new(Explained {
            scenario: Scenario { schedule: Some(schedule.clone()), ..Scenario::clone(&self.scenario) },
            schedule,
            threads: self.threads.clone(),
            rule: self.aim.rule,
            violation,
            found: self.found,
            size,
            place: self.aim.site.map(|site| site.words()).filter(|words| !words.starts_with(' ')).unwrap_or_default(),
            is_concurrent: self.signature.is_concurrent,
            in_turn,
            excluded_by: self.signature.excluded_by.iter().map(ToString::to_string).collect(),
            not_known: self.signature.unknown.clone(),
            removed: self.removed.clone(),
            simpler: self.simpler.clone(),
            smallest: self.smallest.clone(),
            shortest: self.shortest.clone(),
            fewest_switches: self.fewest_switches.clone(),
            switches,
            key_steps,
            sentences: steps.map(|step| (step.record.choice.thread, step.sentence.clone())).collect(),
            story,
        }));
    }
}
