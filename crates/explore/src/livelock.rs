//! Is there a state from which nobody ever comes to an end, whoever is chosen? Kernel code that goes in circles shows up as
//! a cycle of states without a way out of it; nothing has to count how often it has been round.
//!
//! All states and all steps between them are kept, so this is for small scenarios; a search that only asks for rules
//! ([`crate::graph`]) keeps no steps. Persistent sets are not used: they may leave out the very way out of a circle.

use crate::automaton::NodeId;
use crate::mix::{Identity, value};
use crate::options::{Bound, Bounds, Options};
use crate::search::{Found, Verdict};
use crate::steps::{Learning, Steps};
use crate::way::{Origin, way_to};
use daxscope_core::check::Rule;
use daxscope_core::scenario::{Choice, Scenario};
use daxscope_core::units::ThreadId;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A search for circles.
#[derive(Debug)]
pub struct Livelocks {
    bounds: Bounds,
    learning: Learning,
    threads: Vec<Steps>,
    /// Per state: the parts of the world, where each thread is, and how many calls may still fail.
    states: Vec<Box<[u32]>>,
    numbers: HashMap<u64, u32, Identity>,
    origins: Vec<Origin>,
    /// Steps: to, from.
    steps: Vec<(u32, u32)>,
    /// States in which nobody can run, or the kernel is dead.
    ends: Vec<u32>,
    at: u32,
    verdict: Verdict,
}

impl Livelocks {
    /// A search that has not begun. Of the options, the bounds on states and failures count, merging and critical sections.
    #[must_use]
    pub fn new(scenario: Arc<Scenario>, mut options: Options) -> Livelocks {
        options.reductions.persistent_sets = false;
        let mut learning = Learning::new(&scenario, &options);
        let ids = (0..scenario.threads.len()).map(|at| ThreadId(at as u8));
        let threads: Vec<_> = ids.map(|id| Steps::new(id, &scenario, options.reductions.merging)).collect();
        let mut state = vec![0; learning.store.parts().len()];
        let start = learning.store.start().clone();
        learning.store.intern(&start, None, &mut state);
        state.extend(threads.iter().map(|steps| steps.automaton.start().0));
        state.push(options.bounds.failures);
        Livelocks {
            bounds: options.bounds,
            learning,
            threads,
            numbers: HashMap::from_iter([(fingerprint(&state), 0)]),
            states: vec![state.into()],
            origins: vec![Origin::START],
            steps: Vec::new(),
            ends: Vec::new(),
            at: 0,
            verdict: Verdict::Running,
        }
    }

    /// What the search says so far. `Complete`: from every state there is a way to an end.
    #[must_use]
    pub const fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// Looks at states until about `budget` steps are made or the verdict is there.
    pub fn advance(&mut self, budget: u64) -> &Verdict {
        let end = self.steps.len() as u64 + budget.max(1);
        while self.verdict == Verdict::Running && (self.steps.len() as u64) < end {
            if self.at as usize == self.states.len() {
                self.judge();
            } else if self.states.len() > self.bounds.states {
                self.verdict = Verdict::BoundHit(Bound::States);
            } else {
                self.expand();
            }
        }
        &self.verdict
    }

    /// All steps from a state: the choice, and the state that it leads to.
    fn steps_from(&mut self, number: u32) -> Vec<(Choice, Box<[u32]>)> {
        let state = self.states[number as usize].clone();
        let (parts, left) = (self.learning.store.parts().len(), state.len() - 1);
        let values: Vec<u64> = state.iter().enumerate().map(|(at, &number)| value(at, number)).collect();
        let mut found = Vec::new();
        for (thread, steps) in self.threads.iter_mut().enumerate() {
            for fail in [false, true] {
                if fail && state[left] == 0 {
                    continue;
                }
                let node = NodeId(state[parts + thread]);
                let Some(step) = steps.find(&mut self.learning, node, &state, &values, fail) else { continue };
                let step = steps.step(step);
                let mut there = state.clone();
                step.changes.iter().for_each(|&(at, number)| there[usize::from(at)] = number);
                there[parts + thread] = step.next.0;
                if fail && there[left] != Bounds::ANY_FAILURES {
                    there[left] -= 1;
                }
                found.push((Choice { thread: ThreadId(thread as u8), fail }, there));
            }
        }
        found
    }

    fn expand(&mut self) {
        let from = self.at;
        self.at += 1;
        let nodes = self.learning.store.parts().len()..self.states[from as usize].len() - 1;
        let dead = self.states[from as usize][nodes].iter().any(|&node| NodeId(node) == NodeId::CRASHED);
        let steps = if dead { Vec::new() } else { self.steps_from(from) };
        if steps.is_empty() {
            self.ends.push(from);
        }
        for (choice, state) in steps {
            let next = self.states.len() as u32;
            let to = *self.numbers.entry(fingerprint(&state)).or_insert(next);
            if to == next {
                self.states.push(state);
                self.origins.push(Origin::new(from, choice.thread.0, choice.fail));
            }
            self.steps.push((to, from));
        }
    }

    /// Every state is known: which of them have a way to an end?
    fn judge(&mut self) {
        self.steps.sort_unstable();
        let mut has_end = vec![false; self.states.len()];
        let mut waiting = std::mem::take(&mut self.ends);
        while let Some(state) = waiting.pop() {
            if !std::mem::replace(&mut has_end[state as usize], true) {
                let first = self.steps.partition_point(|&(to, _)| to < state);
                waiting.extend(self.steps[first..].iter().take_while(|&&(to, _)| to == state).map(|&(_, from)| from));
            }
        }
        self.verdict = match has_end.iter().position(|has_end| !has_end) {
            None => Verdict::Complete,
            Some(first) => Verdict::Violation(self.once_round(first as u32)),
        };
    }

    /// The way to a state that has no way to an end, and on until a state is met again.
    fn once_round(&mut self, first: u32) -> Found {
        let mut schedule = way_to(&self.origins, first, self.learning.step_size());
        let mut met = HashSet::from([first]);
        let mut at = first;
        while let Some((choice, state)) = self.steps_from(at).into_iter().next() {
            schedule.choices.push(choice);
            at = self.numbers[&fingerprint(&state)];
            if !met.insert(at) {
                break;
            }
        }
        Found { rules: vec![Rule::Livelock], schedule }
    }
}

fn fingerprint(state: &[u32]) -> u64 {
    state.iter().enumerate().fold(0, |sum: u64, (at, &number)| sum.wrapping_add(value(at, number)))
}
