//! A search, whichever way it goes.

use crate::graph::{Graph, Profile};
use crate::options::{Bounds, Options, Policy};
use crate::ran::{Proved, Ran};
use crate::scheduler::{Pct, Random, Replay, Scheduler};
use crate::shard::Shard;
use crate::trail::Trail;
use crate::unmet::Unmet;
use crate::verdict::{Counts, Verdict};
use crate::walk::Walk;
use crate::watch::Watch;
use daxscope_core::scenario::{FailPoint, Scenario, Schedule};
use std::sync::Arc;

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

    /// The share of a shard: the runs that begin in its ways to begin, or its own single runs.
    #[must_use]
    pub fn of_shard(scenario: Arc<Scenario>, options: Options, shard: Shard) -> Search {
        let beginnings = match options.policy {
            Policy::Random { .. } | Policy::Pct { .. } => None,
            _ => Some(shard.beginnings(&scenario, &options).own),
        };
        let options = Options { policy: shard.policy(options.policy), ..options };
        let mut search = Search::new(scenario, options);
        if let (Way::Graph(graph), Some(beginnings)) = (&mut search.way, beginnings) {
            graph.set_beginnings(beginnings);
        }
        search
    }

    /// Checks one run: follows the schedule as far as it can be followed. Whatever the schedule makes fail may fail; the
    /// policy is not asked.
    #[must_use]
    pub fn replay(scenario: Arc<Scenario>, mut options: Options, schedule: Schedule) -> Search {
        let bounds = options.bounds;
        options.bounds = Bounds {
            failures: Bounds::ANY_FAILURES,
            fail_points: FailPoint::EVERY.to_vec(),
            depth: u32::MAX,
            ..bounds
        };
        let scheduler = Box::new(Replay::new(schedule.choices));
        let walk = Walk::new(scenario, options, scheduler, 1).in_steps_of(schedule.step_size);
        Search { way: Way::Walk(Box::new(walk)) }
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

    /// Compares places from so many stored states on, and not only where that is worth while; to be said before the search
    /// begins. It makes no difference to the verdict.
    #[must_use]
    pub fn with_places_from(mut self, states: u64) -> Search {
        if let Way::Graph(graph) = &mut self.way {
            graph.set_places_from(states);
        }
        self
    }

    /// Tells what it does, move by move, up to so many states; to be said before the search begins. It makes no difference to the
    /// search. Not of single runs, nor where several jobs look at states.
    #[must_use]
    pub fn watched_closely(mut self, most: usize) -> Search {
        if let Way::Graph(graph) = &mut self.way {
            graph.set_trail(most);
        }
        self
    }

    /// What it did, if somebody watches closely.
    #[must_use]
    pub fn trail(&self) -> Option<&Trail> {
        match &self.way {
            Way::Graph(graph) => graph.trail(),
            Way::Walk(_) => None,
        }
    }

    /// Looks at a watch, which says how late it is and whether to stop; to be said before the search begins.
    #[must_use]
    pub fn watched(mut self, watch: Watch) -> Search {
        match &mut self.way {
            Way::Graph(graph) => graph.set_watch(watch),
            Way::Walk(walk) => walk.set_watch(watch),
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

    /// Where the states come from that it has stored so far; `None` for policies that go along single runs.
    #[must_use]
    pub fn profile(&mut self) -> Option<Profile> {
        match &mut self.way {
            Way::Graph(graph) => Some(graph.profile()),
            Way::Walk(_) => None,
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

    /// The probability that two things were taken for one, so that a state was left out: of all that is told apart by 64 bits.
    #[must_use]
    pub fn omission_probability(&self) -> f64 {
        match &self.way {
            Way::Graph(graph) => graph.omission_probability(),
            Way::Walk(walk) => walk.omission_probability(),
        }
    }

    /// What the search really does, whatever was asked.
    #[must_use]
    pub fn ran(&self) -> Ran {
        match &self.way {
            Way::Graph(graph) => graph.ran(),
            Way::Walk(walk) => walk.ran(),
        }
    }

    /// What is proved although the search has not come to its end.
    #[must_use]
    pub fn proved(&self) -> Proved {
        match &self.way {
            Way::Graph(graph) => graph.proved(),
            Way::Walk(_) => Proved::default(),
        }
    }

    /// Goes on until about `budget` transitions are made or the verdict is there.
    pub fn advance(&mut self, budget: u64) -> &Verdict {
        match &mut self.way {
            Way::Graph(graph) => graph.advance(budget),
            Way::Walk(walk) => walk.advance(budget),
        }
    }
}
