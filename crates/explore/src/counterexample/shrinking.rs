//! Smaller scenarios and simpler data: each is taken only if it has the same bug.

use super::replay::{Aim, Replay, failures};
use super::same::{Comparing, Sameness};
use super::simpler::{self, Simpler};
use super::smaller::{self, Candidate};
use super::{Claim, Counterexample, Stage, Trying, Work, unproved};
use crate::options::Reductions;
use crate::search::Search;
use crate::verdict::{Found, Verdict};
use daxscope_core::narrate::grouped;
use daxscope_core::scenario::{Choice, Scenario};
use std::sync::Arc;

impl Counterexample {
    // Smaller scenarios.

    pub(super) fn begin_smaller(&mut self) {
        (self.searched, self.searched_states) = (0, 0);
        self.unknown.clear();
        let candidates = smaller::candidates(&self.scenario, &self.replay());
        self.stage = Stage::Smaller { tried: self.tried, states: 0 };
        self.work = Work::Smaller { candidates, next: 0, trying: Trying::Nothing };
    }

    pub(super) fn advance_smaller(&mut self, candidates: Vec<Candidate>, next: usize, trying: Trying, budget: u64) {
        let Some(candidate) = candidates.get(next).cloned() else { return self.end_smaller() };
        let scenario = Arc::new(candidate.scenario.clone());
        let trying = match trying {
            Trying::Nothing => Some(self.replay_smaller(&scenario, &candidate)),
            Trying::Searching(search) => self.search_smaller(&scenario, &candidate, search, budget),
            Trying::Comparing(mut comparing, choices) => match comparing.advance(budget) {
                Sameness::Running => Some(Trying::Comparing(comparing, choices)),
                Sameness::Same => return self.take(&candidate, choices),
                Sameness::Differs(why) => {
                    self.unknown.push(format!("without {} another bug breaks the rule: {why}", candidate.removed));
                    None
                }
            },
        };
        let states = match &trying {
            Some(Trying::Searching(search)) => search.counts().states,
            _ => 0,
        };
        self.stage = Stage::Smaller { tried: self.tried, states };
        let next = if trying.is_some() { next } else { next + 1 };
        self.work = Work::Smaller { candidates, next, trying: trying.unwrap_or(Trying::Nothing) };
    }

    /// Does the way that is known do, as far as it applies? If not, there may be another.
    fn replay_smaller(&mut self, scenario: &Arc<Scenario>, candidate: &Candidate) -> Trying {
        self.tried += 1;
        let replay = Replay::loosely_along(scenario, self.aim, &candidate.choices);
        if replay.is_met() && failures(&replay.choices()) <= candidate.failures {
            return self.compare(scenario, replay.choices());
        }
        Trying::Searching(self.search(scenario, candidate.failures, Reductions::ALL))
    }

    fn compare(&self, scenario: &Arc<Scenario>, choices: Vec<Choice>) -> Trying {
        let comparing = Comparing::new(scenario, self.aim, &choices, &self.signature, &self.bounded());
        Trying::Comparing(Box::new(comparing), choices)
    }

    /// Goes on looking for a way; `None`: there is none, or nobody knows.
    fn search_smaller(
        &mut self,
        scenario: &Arc<Scenario>,
        candidate: &Candidate,
        mut search: Box<Search>,
        budget: u64,
    ) -> Option<Trying> {
        match search.advance(budget) {
            Verdict::Running => return Some(Trying::Searching(search)),
            Verdict::Violation(found) => match self.confirmed(scenario, found) {
                Some(choices) => return Some(self.compare(scenario, choices)),
                None => self.unknown.push(format!("without {} the rule breaks in another way", candidate.removed)),
            },
            Verdict::Complete => {
                self.searched += 1;
                self.searched_states += search.counts().states;
            }
            Verdict::BoundHit(bound) => {
                self.unknown.push(format!("the bound on {} was hit without {}", bound.name(), candidate.removed));
            }
        }
        None
    }

    /// What a search found, if it is what is aimed at.
    pub(super) fn confirmed(&self, scenario: &Arc<Scenario>, found: &Found) -> Option<Vec<Choice>> {
        let replay = Replay::along(scenario, self.aim, &found.schedule.choices)?;
        replay.is_met().then(|| replay.choices())
    }

    /// A smaller scenario has the same bug: goes on with that.
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

    // Simpler data.

    /// Makes the numbers as small as the way allows, and looks for shorter ways again.
    pub(super) fn begin_simpler(&mut self) {
        self.is_simplest = true;
        self.before_simpler = Some(Arc::clone(&self.scenario));
        self.try_simpler();
    }

    fn try_simpler(&mut self) {
        let candidates = simpler::candidates(&self.scenario);
        self.work = Work::Simpler { candidates, next: 0, comparing: None };
    }

    pub(super) fn advance_simpler(
        &mut self,
        candidates: Vec<Simpler>,
        next: usize,
        comparing: Option<Box<Comparing>>,
        budget: u64,
    ) {
        let Some(candidate) = candidates.get(next) else { return self.end_simpler() };
        let scenario = Arc::new(candidate.scenario.clone());
        let comparing = match comparing {
            None => self.does_the_same(&scenario).then(|| {
                Box::new(Comparing::new(&scenario, self.aim, &self.choices, &self.signature, &self.bounded()))
            }),
            Some(mut comparing) => match comparing.advance(budget) {
                Sameness::Running => Some(comparing),
                Sameness::Differs(_) => None,
                Sameness::Same => {
                    if !self.simpler.contains(&candidate.removed) {
                        self.simpler.push(candidate.removed);
                    }
                    self.scenario = scenario;
                    return self.try_simpler();
                }
            },
        };
        let next = if comparing.is_some() { next } else { next + 1 };
        self.work = Work::Simpler { candidates, next, comparing };
    }

    /// Does the very same schedule break the very same rule at its last step?
    fn does_the_same(&self, scenario: &Arc<Scenario>) -> bool {
        let aim: Aim = self.aim;
        let replay = Replay::along(scenario, aim, &self.choices);
        replay.is_some_and(|replay| replay.is_met() && replay.run.steps.len() == self.choices.len())
    }

    fn end_simpler(&mut self) {
        let is_simpler = self.before_simpler.take().is_some_and(|before| *before != *self.scenario);
        if is_simpler || !self.shortest.is_proved() {
            self.begin_shortest();
        }
    }
}
