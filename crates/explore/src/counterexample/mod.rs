//! A way into a broken rule, made as small as it can be, and explained.
//!
//! What a search finds may come from a scenario with threads that do not matter, by a way with more steps and context
//! switches than needed. [`Counterexample`] takes away what it can, in this order: threads, operations, failures; then
//! steps; then context switches; and numbers that may as well be smaller. What is left is replayed without each of its
//! context switches, to say why it is needed. Everything is tried by replaying or searching again; a claim says whether
//! it is proved or only the best that was found.

mod explain;
mod explained;
mod fewer_switches;
mod key_steps;
mod render;
mod replay;
mod simpler;
mod smaller;
mod space;
mod story;
mod walk;

pub use explained::{Claim, Explained, KeyStep, Size, Switch, SwitchKind};
pub use render::render;

use crate::options::{Options, Policy, Reductions};
use crate::search::{Found, Search, Verdict};
use daxscope_core::check::Rule;
use daxscope_core::narrate::grouped;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Choice, Scenario, Schedule, StepSize};
use daxscope_core::units::ThreadId;
use replay::{Aim, Replay, failures, switches};
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
    /// Candidates of the present scenario, the next one, and the search for it.
    Smaller {
        candidates: Vec<Candidate>,
        next: usize,
        search: Option<Box<Search>>,
    },
    Shortest(Box<Search>),
    Walk(Box<Walk>, Ways),
    Nothing,
}

/// A counterexample in the making.
#[derive(Debug)]
pub struct Counterexample {
    options: Options,
    effort: Effort,
    aim: Aim,
    scenario: Arc<Scenario>,
    choices: Vec<Choice>,
    threads: Vec<ThreadId>,
    found: Size,
    removed: Vec<String>,
    simpler: Vec<&'static str>,
    is_simplest: bool,
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
    if found.schedule.step_size != StepSize::Section {
        return Err("it is made of single operations: search again with critical sections as one step".into());
    }
    let mut run = Run::new(Arc::clone(scenario));
    run.follow(&found.schedule).map_err(|cannot| format!("step {}: {}", cannot.followed + 1, cannot.reason))?;
    // A search may step over a point that has no effect, so the rule need not break at the very last step.
    let rules = run.violations().map(|(_, violation)| violation.rule).filter(|rule| found.rules.contains(rule));
    let rule = rules.min().ok_or("what was found breaks none of its rules")?;
    let aim = Aim { rule, bug: run.machine.world.bug };
    let replay = Replay::along(scenario, aim, &found.schedule.choices).filter(Replay::is_met);
    replay.map(|replay| (aim, replay.choices())).ok_or_else(|| "what was found cannot be replayed".into())
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
        let confirmed = confirm(&scenario, found);
        let (aim, choices, stage) = match confirmed {
            Ok((aim, choices)) => (aim, choices, Stage::Smaller { tried: 0, states: 0 }),
            Err(why) => {
                let rule = found.rules.first().copied().unwrap_or(Rule::KernelBug);
                (Aim { rule, bug: None }, Vec::new(), Stage::NotConfirmed(why))
            }
        };
        let not_tried = unproved("it was not tried");
        let mut counterexample = Counterexample {
            effort: Effort { search_states: effort.search_states.min(options.bounds.states), ..effort },
            options,
            aim,
            threads: (0..scenario.threads.len() as u8).map(ThreadId).collect(),
            found: size(&scenario, &found.schedule.choices),
            scenario,
            choices,
            removed: Vec::new(),
            simpler: Vec::new(),
            is_simplest: false,
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
            counterexample.begin_smaller();
        }
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
            Work::Smaller { candidates, next, search } => self.advance_smaller(candidates, next, search, budget),
            Work::Shortest(search) => self.advance_shortest(search, budget),
            Work::Walk(walk, ways) => self.advance_walk(walk, ways, budget),
            Work::Nothing if !self.is_simplest => self.simplify(),
            Work::Nothing => self.explain(),
        }
        &self.stage
    }

    /// The way of the present scenario.
    fn replay(&self) -> Replay {
        Replay::loosely_along(&self.scenario, self.aim, &self.choices)
    }

    fn search(&self, scenario: &Arc<Scenario>, failures: u32, reductions: Reductions) -> Box<Search> {
        let mut options = Options { policy: Policy::BreadthFirst, reductions, ..self.options.clone() };
        options.bounds.rules = vec![self.aim.rule];
        options.bounds.failures = failures;
        options.bounds.states = self.effort.search_states;
        Box::new(Search::new(Arc::clone(scenario), options))
    }

    // Smaller scenarios.

    fn begin_smaller(&mut self) {
        (self.searched, self.searched_states) = (0, 0);
        self.unknown.clear();
        let candidates = smaller::candidates(&self.scenario, &self.replay());
        self.stage = Stage::Smaller { tried: self.tried, states: 0 };
        self.work = Work::Smaller { candidates, next: 0, search: None };
    }

    fn advance_smaller(
        &mut self,
        candidates: Vec<Candidate>,
        mut next: usize,
        mut search: Option<Box<Search>>,
        budget: u64,
    ) {
        let Some(candidate) = candidates.get(next).cloned() else { return self.end_smaller() };
        let scenario = Arc::new(candidate.scenario.clone());
        if let Some(running) = &mut search {
            let found = match running.advance(budget) {
                Verdict::Running => None,
                Verdict::Violation(found) => Some(self.confirmed(&scenario, found)),
                Verdict::Complete => {
                    self.searched += 1;
                    self.searched_states += running.counts().states;
                    Some(None)
                }
                Verdict::BoundHit(bound) => {
                    self.unknown.push(format!("the bound on {} was hit without {}", bound.name(), candidate.removed));
                    Some(None)
                }
            };
            match found {
                None => {}
                Some(Some(choices)) => return self.take(&candidate, choices),
                Some(None) => {
                    if matches!(running.verdict(), Verdict::Violation(_)) {
                        self.unknown.push(format!("without {} the rule breaks in another way", candidate.removed));
                    }
                    (search, next) = (None, next + 1);
                }
            }
        } else {
            self.tried += 1;
            let replay = Replay::loosely_along(&scenario, self.aim, &candidate.choices);
            if replay.is_met() && failures(&replay.choices()) <= candidate.failures {
                return self.take(&candidate, replay.choices());
            }
            search = Some(self.search(&scenario, candidate.failures, Reductions::ALL));
        }
        let states = search.as_ref().map_or(0, |search| search.counts().states);
        self.stage = Stage::Smaller { tried: self.tried, states };
        self.work = Work::Smaller { candidates, next, search };
    }

    /// What a search found, if it is what is aimed at.
    fn confirmed(&self, scenario: &Arc<Scenario>, found: &Found) -> Option<Vec<Choice>> {
        let replay = Replay::along(scenario, self.aim, &found.schedule.choices)?;
        replay.is_met().then(|| replay.choices())
    }

    /// A smaller scenario is as bad: goes on with that.
    fn take(&mut self, candidate: &Candidate, choices: Vec<Choice>) {
        let threads = self.threads.iter().enumerate().filter(|(at, _)| !candidate.gone.contains(at));
        self.threads = threads.map(|(_, &thread)| thread).collect();
        self.scenario = Arc::new(candidate.scenario.clone());
        self.choices = choices;
        self.removed.push(candidate.removed.clone());
        self.begin_smaller();
    }

    fn end_smaller(&mut self) {
        let states = grouped(self.searched_states);
        self.smallest = match self.unknown.first() {
            Some(why) => unproved(why),
            None => Claim::Proved {
                by: match self.searched {
                    0 => "its size: there is nothing to leave out".into(),
                    1 => format!("a complete search without the only one ({states} states)"),
                    count => format!("{count} complete searches, each without one of them ({states} states)"),
                },
            },
        };
        self.begin_shortest();
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
                if found.as_ref().is_some_and(|way| way.len() == ends_at) {
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

    // Simpler data.

    /// Makes the numbers as small as the way allows, and looks for shorter ways again.
    fn simplify(&mut self) {
        self.is_simplest = true;
        let before = Arc::clone(&self.scenario);
        while let Some(simpler) = self.make_simpler() {
            self.scenario = simpler;
        }
        if *before != *self.scenario || !self.shortest.is_proved() {
            self.begin_shortest();
        }
    }

    /// The scenario with simpler data, if there is such a one in which the same schedule does the same.
    fn make_simpler(&mut self) -> Option<Arc<Scenario>> {
        for candidate in simpler::candidates(&self.scenario) {
            let scenario = Arc::new(candidate.scenario);
            let replay = Replay::along(&scenario, self.aim, &self.choices);
            if replay.is_some_and(|replay| replay.is_met() && replay.run.steps.len() == self.choices.len()) {
                if !self.simpler.contains(&candidate.removed) {
                    self.simpler.push(candidate.removed);
                }
                return Some(scenario);
            }
        }
        None
    }

    // Fewer context switches.

    fn begin_walk(&mut self, ways: Ways) {
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
        let schedule = Schedule { step_size: StepSize::Section, choices: self.choices.clone() };
        let switches = explain::switches(&self.scenario, self.aim, &replay);
        let key_steps = key_steps::key_steps(&replay, &violation);
        let size = size(&self.scenario, &self.choices);
        let story = story::story(&replay, &size, &violation, &switches, &key_steps);
        let steps = replay.run.steps.iter();
        self.stage = Stage::Done(Box::new(Explained {
            scenario: Scenario { schedule: Some(schedule.clone()), ..Scenario::clone(&self.scenario) },
            schedule,
            threads: self.threads.clone(),
            rule: self.aim.rule,
            violation,
            found: self.found,
            size,
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
