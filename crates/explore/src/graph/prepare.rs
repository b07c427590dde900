//! What goes before a search: random runs, from which persistent sets learn what threads can do.

use super::Graph;
use crate::automaton::NodeId;
use crate::expand::apply;
use crate::practice::Practice;
use crate::state::State;

/// Transitions of the search between two random runs beside it, at least.
const BESIDE: u64 = 20_000;
/// For so many transitions of the search one is made in random runs.
const SHARE: u64 = 8;

impl Graph {
    /// Makes a step of a random run.
    fn practise(&mut self, practice: &mut Practice, from: Option<&State>) {
        let mut state = match practice.take_run() {
            Some(state) => state,
            None => {
                practice.begins(self.threads.iter().map(|steps| steps.automaton.knowledge()).sum::<usize>());
                from.cloned().unwrap_or_else(|| self.start())
            }
        };
        let (first, fail) = practice.choose(self.threads.len());
        self.counts.practice += 1;
        let Some((thread, fail, number)) = self.any_step(&state, first, fail) else { return };
        let step = self.threads[thread].step(number);
        if step.next != NodeId::CRASHED {
            apply(&self.options, &mut state, thread, step, fail);
            practice.goes_on(state);
        }
    }

    /// Gets ready to search: random runs first, as long as they teach something and there may be more states.
    pub(super) fn prepare(&mut self) {
        if let Some(mut practice) = self.practice.take() {
            let goes_on = !practice.is_enough() && self.counts.practice < self.options.bounds.states as u64;
            if goes_on {
                self.practise(&mut practice, None);
            }
            self.practice = Some(practice);
            if goes_on {
                return;
            }
        }
        self.decisions_hold();
        self.begin();
    }

    /// Random runs beside the search, from a state that it has come to: what is learnt late should be learnt soon.
    pub(super) fn practise_beside(&mut self, from: &State) {
        if self.counts.transitions < self.practise_from {
            return;
        }
        let Some(mut practice) = self.practice.take() else { return };
        let since = self.counts.transitions - self.practised;
        self.practised = self.counts.transitions;
        self.practise_from = self.counts.transitions + (self.counts.transitions / 16).max(BESIDE);
        for at in 0..since / SHARE {
            self.practise(&mut practice, Some(from).filter(|_| at % 2 == 0));
        }
        self.practice = Some(practice);
        if !self.decisions_hold() {
            self.doom();
        }
    }

    /// A step of the first thread from `first` on that can make one; a failing one if it can.
    fn any_step(&mut self, state: &State, first: usize, fail: bool) -> Option<(usize, bool, u32)> {
        let threads = self.threads.len();
        let fail = fail && state.row[self.layout.failures()] > 0;
        for thread in (0..threads).map(|at| (first + at) % threads) {
            let node = NodeId(state.row[self.layout.place(thread)]);
            for fail in [fail, false] {
                if let Some(step) = self.learn_step(state, thread, node, fail) {
                    return Some((thread, fail, step));
                }
            }
        }
        None
    }
}
