//! What each thread would do next, as far as it was asked on the way of a search: a step of one thread leaves most of it as
//! it was.

use crate::automaton::NodeId;
use crate::state::State;
use crate::steps::{NeverAsked, Step, Steps};
use daxscope_core::op::Parts;

/// A set of threads, by position.
pub type ThreadSet = u64;

/// Nobody has asked.
const OPEN: u32 = u32::MAX - 1;
/// The thread has to wait.
const WAITS: u32 = u32::MAX;

/// The next step of one thread.
#[derive(Clone, Copy, Debug)]
struct Next {
    /// Its number, or that it was not asked for, or that there is none.
    number: u32,
    /// If it may not be looked at alone: as long as none of these threads moves, and nothing changes that the thread goes by, it
    /// may not.
    because_of: ThreadSet,
}

/// The next steps of all threads in a state.
#[derive(Clone, Default, Debug)]
pub struct Ready(Vec<Next>);

impl Ready {
    /// Nothing was asked.
    pub fn forget(&mut self, threads: usize) {
        self.0.clear();
        self.0.resize(threads, Next { number: OPEN, because_of: 0 });
    }

    /// Becomes another.
    pub fn copy(&mut self, other: &Ready) {
        self.0.clone_from(&other.0);
    }

    /// The number of the step of a thread.
    ///
    /// # Errors
    ///
    /// If that step was never run.
    #[inline]
    pub fn step(&mut self, thread: usize, state: &State, threads: &[Steps]) -> Result<Option<u32>, NeverAsked> {
        let next = &mut self.0[thread];
        if next.number == OPEN {
            let node = NodeId(state.row[state.layout.place(thread)]);
            next.number = threads[thread].look_up(node, &state.values, false)?.unwrap_or(WAITS);
        }
        Ok(Some(next.number).filter(|&number| number != WAITS))
    }

    /// Is it known that a thread may not be looked at alone?
    #[inline]
    #[must_use]
    pub fn is_held_back(&self, thread: usize) -> bool {
        self.0[thread].because_of != 0
    }

    /// A thread may not be looked at alone because of others, or because of itself.
    #[inline]
    pub fn hold_back(&mut self, thread: usize, because_of: ThreadSet) {
        self.0[thread].because_of = because_of;
    }

    /// A thread has made a step. `state`: where it has led. `decisive`: what decides, beside places, who may be looked at alone.
    #[inline]
    pub fn moved(&mut self, thread: usize, step: &Step, state: &State, threads: &[Steps], decisive: Parts) {
        let changes_decisive = step.changed.meets(decisive);
        for (at, next) in self.0.iter_mut().enumerate() {
            let node = NodeId(state.row[state.layout.place(at)]);
            if at == thread || step.changed.meets(threads[at].looks_at(node)) {
                *next = Next { number: OPEN, because_of: 0 };
            } else if changes_decisive || next.because_of >> thread & 1 != 0 {
                next.because_of = 0;
            }
        }
    }
}
