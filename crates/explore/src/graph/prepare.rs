//! What goes before a search: random runs, from which persistent sets learn what threads can do.

use super::Graph;
use crate::automaton::NodeId;
use crate::expand::apply;
use crate::practice::Practice;
use crate::state::State;

impl Graph {
    /// Makes a step of a random run; `false` if there were enough.
    fn practise(&mut self, practice: &mut Practice) -> bool {
        let knowledge = self.threads.iter().map(|steps| steps.automaton.knowledge()).sum::<usize>();
        let mut state = match practice.take_run() {
            Some(state) => state,
            None if !practice.begins(knowledge) => return false,
            None => self.start(),
        };
        let (first, fail) = practice.choose(self.threads.len());
        self.counts.practice += 1;
        let Some((thread, fail, number)) = self.any_step(&state, first, fail) else { return true };
        let step = self.threads[thread].step(number);
        if step.next != NodeId::CRASHED {
            apply(&self.options, &mut state, thread, step, fail);
            practice.goes_on(state);
        }
        true
    }

    /// Gets ready to search: random runs first, as long as they teach something and there may be more states.
    pub(super) fn prepare(&mut self) {
        if let Some(mut practice) = self.practice.take()
            && self.counts.practice < self.options.bounds.states as u64
            && self.practise(&mut practice)
        {
            self.practice = Some(practice);
            return;
        }
        self.decisions_hold();
        self.begin();
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
