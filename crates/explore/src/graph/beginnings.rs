//! A search that begins elsewhere than at the start: behind the first steps of a shard ([`crate::shard`]).

use super::Graph;
use crate::automaton::NodeId;
use crate::expand::{Hop, apply};
use daxscope_core::scenario::Choice;

impl Graph {
    /// Begins behind these ways instead of at the start; to be said before the search begins.
    pub fn set_beginnings(&mut self, beginnings: Vec<Vec<Choice>>) {
        self.beginnings = Some(beginnings);
    }

    /// Puts the states behind all ways to begin into the frontier.
    pub(super) fn begin_behind(&mut self, beginnings: &[Vec<Choice>]) {
        for way in beginnings {
            let mut state = self.start();
            let mut hops = Vec::new();
            for choice in way {
                let thread = choice.thread.index();
                let node = NodeId(state.row[self.layout.place(thread)]);
                // The machine has made these steps.
                let Some(step) = self.learn_step(&state, thread, node, choice.fail) else { break };
                let step = self.threads[thread].step(step).clone();
                apply(&self.options, &mut state, thread, &step, choice.fail);
                hops.push(Hop { thread: thread as u8, fail: choice.fail });
            }
            if way.is_empty() {
                self.frontier.push(&state.row, 0);
            } else {
                let mut row = state.row.clone();
                self.keep_state(0, &hops, &mut row);
            }
        }
    }
}
