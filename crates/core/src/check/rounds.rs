//! Livelocks: a run that is where it was before, and there is no way on.
//!
//! A livelock is a set of states that a run goes round in for ever although every thread that can run, wherever it can, runs
//! again and again: no step of anybody leads out of it, so no operation under way ever ends. A thread that spins until
//! another one goes on is in none, since the other one leads out; nor are two threads that undo each other's work, since
//! each of them gets through as soon as the other is late. Calls that could be made to fail are no way out. Searches look
//! for the same sets among all states (`daxscope_explore::livelock`).

use super::rule::Rule;
use super::stem;
use super::violation::{Round, Violation};
use crate::digest::Digest;
use crate::event::Event;
use crate::machine::{Machine, Status, StepRecord};
use crate::scenario::{Choice, StepSize};
use std::collections::BTreeSet;

/// States that are looked at for a way out. If there are more, nothing is said.
const MOST_STATES: usize = 20_000;

/// What a run has come through: enough to tell when it goes round.
#[derive(Clone, Default, Debug)]
pub struct Rounds {
    steps: usize,
    /// States behind steps that went round a loop of the kernel: the number of steps, and the state.
    met: Vec<(usize, Digest)>,
    /// States that were met again: is there a way out?
    judged: Vec<(Digest, bool)>,
}

impl Rounds {
    /// Takes note of a step that led to the machine. A livelock is told where the run is first where it was before. `earlier`:
    /// the steps before it, from the start.
    pub fn step<'a>(
        &mut self,
        record: &'a StepRecord,
        after: &Machine,
        earlier: impl Iterator<Item = &'a StepRecord>,
    ) -> Option<Violation> {
        self.steps += 1;
        if after.world.bug.is_some() || !record.events().any(Event::goes_round) {
            return None;
        }
        let state = after.state();
        let before = self.met.iter().rev().find(|&&(_, met)| met == state).map(|&(steps, _)| steps);
        self.met.push((self.steps, state));
        let way_in = before?;
        if self.judged.iter().any(|&(judged, _)| judged == state) {
            return None;
        }
        let never_ends = never_ends(after);
        // Told once, not at each state of the circle.
        let is_news = self.judged.iter().all(|&(_, has_way_out)| has_way_out);
        self.judged.push((state, !never_ends));
        if !never_ends || !is_news {
            return None;
        }
        let steps: Vec<&StepRecord> = earlier.chain([record]).collect();
        let cause = stem::cause(after, &steps, way_in);
        let round = Round { first: way_in + 1, last: self.steps, cause: cause.as_ref().map(|cause| cause.0) };
        let cause = cause.map_or(String::new(), |(step, what)| format!(" Step {step} makes it possible: {what}."));
        let thread = record.choice.thread;
        let sentence = format!(
            "{thread} goes round for ever: steps {} to {} are one round, after which all is as it was before it, and \
             whoever runs, nobody's operation ends any more.{cause}",
            round.first, round.last
        );
        Some(Violation { round: Some(round), ..Violation::new(Rule::Livelock, Some(thread), sentence) })
    }

    /// Forgets all but the first steps.
    pub fn truncate(&mut self, steps: usize) {
        self.steps = self.steps.min(steps);
        self.met.retain(|&(at, _)| at <= steps);
        self.judged.retain(|(_, has_way_out)| *has_way_out);
    }
}

/// Can no operation end any more, and will somebody be able to run for ever? Every operation is a step of its own here, so
/// no way out is missed.
fn never_ends(machine: &Machine) -> bool {
    let mut seen = BTreeSet::from([machine.state()]);
    let mut open = vec![machine.clone()];
    while let Some(machine) = open.pop() {
        if machine.status() != Status::Running || seen.len() > MOST_STATES {
            return false;
        }
        let enabled: Vec<_> = machine.enabled().collect();
        let mut going_round = Vec::new();
        for thread in enabled {
            let mut next = machine.clone();
            let Some(record) = next.step(Choice::run(thread), StepSize::Operation) else { continue };
            if record.events().any(|event| matches!(event, Event::Result(_))) {
                return false;
            }
            if !seen.insert(next.state()) {
                continue;
            }
            // Whoever goes round is not likely to lead out.
            let last = if record.events().any(Event::goes_round) { &mut going_round } else { &mut open };
            last.push(next);
        }
        open.splice(0..0, going_round);
    }
    true
}
