//! A search and what comes of it.

use crate::graph::Graph;
use crate::options::{Bound, Bounds, Options, Policy};
use crate::scheduler::{Pct, Random, Replay, Scheduler};
use crate::unmet::Unmet;
use crate::walk::Walk;
use daxscope_core::check::Rule;
use daxscope_core::scenario::{FailPoint, Scenario, Schedule, StepSize};
use std::sync::Arc;

/// How far a search has come.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// Different states that were stored. With persistent sets states from which only one step has to be looked at are
    /// passed without being stored. 0 for policies that go along single runs: those remember no states.
    pub states: u64,
    /// Runs that were begun, by policies that go along single runs.
    pub runs: u64,
    /// Steps from one state to another, known ones included.
    pub transitions: u64,
    /// The same in all rounds together.
    pub all_transitions: u64,
    /// How often the search began: again if it had learnt that two steps depend on each other after all.
    pub rounds: u32,
    /// Most steps from the start to a state that was looked at.
    pub depth: u32,
    /// States that wait to be looked at.
    pub frontier: u64,
    /// Final states: nobody can run. Of single runs: how many came to such an end.
    pub finals: u64,
    /// Places in all threads' automata.
    pub nodes: u64,
    /// Steps that the engine ran; all others were looked up.
    pub learnt: u64,
    /// Different values of the parts of the world.
    pub parts: u64,
    /// Bytes that states take up: fingerprints, ways back, and those that wait.
    pub bytes: u64,
}

/// A way into a broken rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// The rules that are broken at its end.
    pub rules: Vec<Rule>,
    /// The way, by scheduling points.
    pub schedule: Schedule,
}

/// What a search says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Not done yet.
    Running,
    /// Everything was looked at, and no rule is broken anywhere.
    Complete,
    /// A rule is broken.
    Violation(Found),
    /// A bound was hit before everything was looked at: this proves nothing.
    BoundHit(Bound),
}

/// A search over the interleavings of a scenario.
#[derive(Debug)]
pub struct Search {
    way: Way,
}

/// How a search goes.
#[derive(Debug)]
enum Way {
    /// Through all states.
    Graph(Box<Graph>),
    /// Along single runs.
    Walk(Box<Walk>),
}

impl Search {
    /// A search that has not begun.
    #[must_use]
    pub fn new(scenario: Arc<Scenario>, options: Options) -> Search {
        let (scheduler, runs): (Box<dyn Scheduler>, u32) = match options.policy {
            Policy::Random { seed, runs } => (Box::new(Random::new(seed)), runs),
            Policy::Pct { seed, runs, changes } => (Box::new(Pct::new(seed, changes)), runs),
            Policy::BreadthFirst | Policy::DepthFirst | Policy::FewestSwitches => {
                return Search { way: Way::Graph(Box::new(Graph::new(scenario, options))) };
            }
        };
        Search { way: Way::Walk(Box::new(Walk::new(scenario, options, scheduler, runs))) }
    }

    /// Checks one run: follows the schedule as far as it can be followed. Whatever the schedule makes fail may fail; the
    /// policy is not asked.
    #[must_use]
    pub fn replay(scenario: Arc<Scenario>, mut options: Options, schedule: Schedule) -> Search {
        options.reductions.critical_sections = schedule.step_size == StepSize::Point;
        let bounds = options.bounds;
        options.bounds =
            Bounds { failures: Bounds::ANY_FAILURES, fail_points: FailPoint::ALL.to_vec(), depth: u32::MAX, ..bounds };
        let scheduler = Box::new(Replay::new(schedule.choices));
        Search { way: Way::Walk(Box::new(Walk::new(scenario, options, scheduler, 1))) }
    }

    /// Has states looked at by so many jobs at once. Only breadth first. It makes no difference to the verdict; the
    /// same number of jobs stores the same states.
    #[must_use]
    pub fn with_jobs(mut self, jobs: usize) -> Search {
        if let Way::Graph(graph) = &mut self.way {
            graph.set_jobs(jobs);
        }
        self
    }

    /// What the search says so far.
    #[must_use]
    pub const fn verdict(&self) -> &Verdict {
        match &self.way {
            Way::Graph(graph) => graph.verdict(),
            Way::Walk(walk) => walk.verdict(),
        }
    }

    /// The expectations of the script that some run does not meet, as far as the search has come. A search that is not
    /// complete has not asked of every run.
    #[must_use]
    pub const fn unmet(&self) -> &Unmet {
        match &self.way {
            Way::Graph(graph) => graph.unmet(),
            Way::Walk(walk) => walk.unmet(),
        }
    }

    /// How far it has come.
    #[must_use]
    pub fn counts(&self) -> Counts {
        match &self.way {
            Way::Graph(graph) => graph.counts(),
            Way::Walk(walk) => walk.counts(),
        }
    }

    /// The probability that two of the states have one fingerprint, so that one of them was left out.
    #[must_use]
    pub fn omission_probability(&self) -> f64 {
        let states = self.counts().states as f64;
        states * states / 2.0 / 2.0_f64.powi(64)
    }

    /// Goes on until about `budget` transitions are made or the verdict is there.
    pub fn advance(&mut self, budget: u64) -> &Verdict {
        match &mut self.way {
            Way::Graph(graph) => graph.advance(budget),
            Way::Walk(walk) => walk.advance(budget),
        }
    }
}
