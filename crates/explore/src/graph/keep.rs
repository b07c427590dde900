//! What comes of a state that was looked at: new states, broken rules, livelocks, ends.

use super::Graph;
use crate::expand::{Expansion, Hop, Reached, Round};
use crate::livelock::{Engine, TooMany};
use crate::moments::broken_when_stuck;
use crate::options::{Bound, Policy};
use crate::state::State;
use crate::verdict::{Found, Verdict};
use crate::way::back_to_quiet;
use daxscope_core::check::Rule;
use daxscope_core::run::{Run, RunStep};
use daxscope_core::scenario::{Choice, Scenario, Schedule};
use std::sync::Arc;

impl Graph {
    /// Keeps what comes of a state.
    pub(super) fn keep(&mut self, state: &State, out: &Expansion) {
        self.counts.transitions += out.transitions;
        self.counts.all_transitions += out.transitions;
        self.counts.alone += out.alone;
        let number = state.row[self.layout.number()];
        self.tell_look(state);
        for (hops, at) in &out.unexpected {
            self.unmet.add(usize::from(*at), || {
                let mut schedule = self.ways.to(number, self.learning.step_size());
                schedule.choices.extend(hops.iter().map(|hop| hop.choice()));
                schedule
            });
        }
        let mut row = vec![0; self.layout.width()];
        let mut rows = out.rows.chunks(self.layout.width());
        let mut from = 0;
        for (end, reached) in &out.reached {
            let hops = &out.hops[std::mem::replace(&mut from, *end)..*end];
            match reached {
                Reached::Nothing => self.tell_nothing(state, hops),
                Reached::State => {
                    if let Some(reached) = rows.next() {
                        row.copy_from_slice(reached);
                        let stored = self.counts.states;
                        self.keep_state(number, hops, &mut row);
                        self.tell_state(state, hops, &row, stored);
                    }
                }
                Reached::Broken { rules, quiet } => {
                    self.tell_broken(state, hops, rules);
                    let last = self.add_hops(number, hops);
                    let mut schedule = self.ways.to(last, self.learning.step_size());
                    if *quiet {
                        schedule = back_to_quiet(&self.scenario, &schedule);
                    }
                    self.verdict = Verdict::Violation(Found { rules: rules.clone(), schedule });
                }
            }
            if self.verdict != Verdict::Running {
                return;
            }
        }
        if out.stuck {
            self.tell_end();
            self.stuck(state);
        }
        for round in &out.rounds {
            if self.verdict == Verdict::Running {
                self.judge(number, round);
            }
        }
    }

    /// Somebody went round a loop of the kernel: is there a livelock?
    fn judge(&mut self, parent: u32, round: &Round) {
        let layout = self.layout;
        let places = (0..layout.threads).map(|thread| round.row[layout.place(thread)]);
        let left = round.row[layout.failures()];
        let state: Vec<u32> = round.row[..layout.parts].iter().copied().chain(places).chain([left]).collect();
        let mut engine =
            Engine { learning: &mut self.learning, threads: &mut self.threads, symmetry: self.symmetry.as_ref() };
        match self.judged.judge(&mut engine, &state, round.thread, &self.options.bounds) {
            Ok(None) => {}
            Ok(Some(circle)) => {
                let last = self.add_hops(parent, &round.hops);
                let mut schedule = self.ways.to(last, self.learning.step_size());
                if self.places.are_compared() {
                    schedule = once_round(&self.scenario, &schedule, &circle);
                } else {
                    schedule.choices.extend(circle);
                }
                self.verdict = Verdict::Violation(Found { rules: vec![Rule::Livelock], schedule });
            }
            Err(TooMany) => self.verdict = Verdict::BoundHit(Bound::States),
        }
    }

    /// Keeps a state if it is new.
    pub(super) fn keep_state(&mut self, parent: u32, hops: &[Hop], row: &mut [u32]) {
        if !self.has_room(row.len(), hops.len()) {
            self.verdict = Verdict::BoundHit(Bound::Memory);
            return;
        }
        let caching = self.options.reductions.caching;
        let by_cost = caching && self.options.policy == Policy::FewestSwitches;
        let (number, is_new) = self.number(row);
        if !caching && self.was_here(parent, number) {
            return;
        }
        if caching && !is_new {
            self.counts.known += 1;
            if !by_cost || *self.done(number) {
                return;
            }
        } else {
            if self.counts.states as usize >= self.options.bounds.states {
                self.verdict = Verdict::BoundHit(Bound::States);
                return;
            }
            self.counts.states += 1;
        }
        let way = self.add_hops(parent, hops);
        row[self.layout.number()] = way;
        if !caching {
            self.ends.insert(way, number);
        }
        let cost = u64::from(row[self.layout.switches()]) << 32 | u64::from(row[self.layout.depth()]);
        self.push(row, number, cost);
    }

    /// Has a state wait until it is looked at. Its numbers are in [`Graph::rows`], unless it is there under other names.
    pub(super) fn push(&mut self, row: &[u32], number: u32, cost: u64) {
        if self.symmetry.is_some() {
            self.frontier.push(row, cost);
            return;
        }
        let short: Vec<u32> = std::iter::once(number).chain(row[self.layout.length()..].iter().copied()).collect();
        self.frontier.push(&short, cost);
    }

    /// The next state that waits; `false` if there is none.
    pub(super) fn pop(&mut self, row: &mut [u32]) -> bool {
        if self.symmetry.is_some() {
            return self.frontier.pop(row);
        }
        let (length, width) = (self.layout.length(), self.layout.width());
        // The number of the state stands before what is kept with it.
        let found = self.frontier.pop(&mut row[length - 1..width]);
        if found {
            let number = row[length - 1];
            self.rows.load(number, &mut row[..length]);
        }
        found
    }

    /// Did the way to that state come through a state of this number?
    fn was_here(&self, way: u32, number: u32) -> bool {
        let mut way = std::iter::successors(Some(way), |&at| self.ways.parent(at));
        way.any(|at| self.ends.get(&at) == Some(&number))
    }

    /// Is there memory for one more state? Only the large tables are asked: the others are as large as what threads can
    /// do, not as what they can do together.
    fn has_room(&mut self, width: usize, hops: usize) -> bool {
        self.rows.reserve() && self.ways.reserve(hops) && self.frontier.reserve(width)
    }

    fn add_hops(&mut self, parent: u32, hops: &[Hop]) -> u32 {
        self.ways.add(parent, &mut hops.iter().map(|hop| hop.choice()))
    }

    /// Nobody can run: is everybody done?
    fn stuck(&mut self, state: &State) {
        self.counts.finals += 1;
        let number = state.row[self.layout.number()];
        let way = || self.ways.to(number, self.learning.step_size());
        let broken: Option<(Vec<Rule>, _)> =
            broken_when_stuck(&self.scenario, state.places(), &self.options.bounds, way);
        self.unmet.ask(&self.scenario, state.places(), || self.learning.store.world(&state.row), way);
        if let Some((rules, schedule)) = broken {
            self.verdict = Verdict::Violation(Found { rules, schedule });
        }
    }
}

/// The way into a circle and round it, until a run is where it was before. What a thread remembers from before the circle
/// may tell its first turns apart, though it makes no difference ([`crate::alike`]).
fn once_round(scenario: &Arc<Scenario>, way: &Schedule, circle: &[Choice]) -> Schedule {
    const TURNS: usize = 4;
    let turns = std::iter::repeat_n(circle, TURNS).flatten().copied();
    let mut schedule = Schedule { choices: way.choices.iter().copied().chain(turns).collect(), ..way.clone() };
    let mut run = Run::new(Arc::clone(scenario));
    for &choice in &schedule.choices {
        if run.step(choice, schedule.step_size).is_none() {
            break;
        }
    }
    let closes = |step: &RunStep| step.violations.iter().any(|violation| violation.rule == Rule::Livelock);
    let end = run.steps.iter().position(closes).map_or(way.choices.len() + circle.len(), |at| at + 1);
    schedule.choices.truncate(end);
    schedule
}
