//! The attack on a kernel that somebody has mended: every order is searched, and what breaks a rule is told in the steps of
//! the page, by a way with the fewest context switches.

use daxscope_core::check::Rule;
use daxscope_core::scenario::{Scenario, Schedule, StepSize};
use daxscope_explore::{Found, Options, Rest, RestOf, RestVerdict, Search, Verdict};
use std::sync::Arc;

/// Most states of the search for a way with few switches; beyond that the first way is told as it was found.
const REST_STATES: usize = 400_000;

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Attacked {
    /// Not done yet.
    Running,
    /// No order breaks any rule, of so many states.
    Holds(u64),
    /// This order breaks this rule.
    Breaks(Rule, Schedule),
    /// The bound of that name was hit: nobody knows.
    Unknown(&'static str),
}

/// An attack in slices.
#[derive(Debug)]
pub struct Attack {
    scenario: Arc<Scenario>,
    options: Options,
    work: Work,
}

#[derive(Debug)]
enum Work {
    Searching(Box<Search>),
    /// A way is known; is there one with fewer switches?
    Shortening(Box<Rest>, Found),
    Done(Attacked),
}

impl Attack {
    /// One that has not begun.
    #[must_use]
    pub fn new(scenario: Arc<Scenario>, options: Options) -> Attack {
        let search = Search::new(Arc::clone(&scenario), options.clone());
        Attack { scenario, options, work: Work::Searching(Box::new(search)) }
    }

    /// How many states were looked at by what goes on.
    #[must_use]
    pub fn states(&self) -> u64 {
        match &self.work {
            Work::Searching(search) => search.counts().states,
            Work::Shortening(rest, _) => rest.states(),
            Work::Done(_) => 0,
        }
    }

    /// Goes on for about so many transitions.
    pub fn advance(&mut self, budget: u64) -> Attacked {
        let next = match &mut self.work {
            Work::Done(attacked) => return attacked.clone(),
            Work::Searching(search) => match search.advance(budget) {
                Verdict::Running => return Attacked::Running,
                Verdict::Complete => Work::Done(Attacked::Holds(search.counts().states)),
                Verdict::BoundHit(bound) => Work::Done(Attacked::Unknown(bound.name())),
                Verdict::Violation(found) => {
                    let found = found.clone();
                    Work::Shortening(Box::new(self.rest(&found)), found)
                }
            },
            Work::Shortening(rest, found) => match rest.advance(budget) {
                RestVerdict::Running => return Attacked::Running,
                RestVerdict::Rest(choices) => {
                    let schedule = Schedule { step_size: StepSize::Operation, choices: choices.clone() };
                    Work::Done(Attacked::Breaks(rest.rule(), schedule))
                }
                _ => Work::Done(Attacked::Breaks(rest.rule(), found.schedule.clone())),
            },
        };
        self.work = next;
        match &self.work {
            Work::Done(attacked) => attacked.clone(),
            _ => Attacked::Running,
        }
    }

    fn rest(&self, found: &Found) -> Rest {
        let bounds = &self.options.bounds;
        let asked = RestOf {
            rule: found.rules.first().copied().unwrap_or(Rule::KernelBug),
            made: Schedule { step_size: StepSize::Operation, choices: Vec::new() },
            failures: bounds.failures,
            fail_points: bounds.fail_points.clone(),
            states: REST_STATES,
        };
        Rest::new(&self.scenario, asked)
    }
}
