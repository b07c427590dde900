//! Random runs before a search, to learn what threads can do: the more is known when decisions about persistent sets are
//! made, the fewer fail later ([`crate::persistent`]).
//!
//! They are made step by step, as the search is, and every step counts against its bounds.

use crate::mix::Random;
use crate::state::State;

/// Most runs.
const MOST_RUNS: u32 = 5_000;
/// So many runs in a row that teach nothing are enough.
const ENOUGH: u32 = 300;
/// Most steps of a run.
const MOST_STEPS: u32 = 2_000;

/// The runs so far.
#[derive(Debug)]
pub struct Practice {
    random: Random,
    runs: u32,
    taught_nothing: u32,
    /// What was known when the run began.
    known: usize,
    /// The run on its way.
    run: Option<State>,
    /// Steps of that run.
    steps: u32,
}

impl Default for Practice {
    fn default() -> Practice {
        Practice { random: Random::new(0x0da5_c09e), runs: 0, taught_nothing: 0, known: 0, run: None, steps: 0 }
    }
}

impl Practice {
    /// The state of the run on its way; none if a run is to begin.
    pub const fn take_run(&mut self) -> Option<State> {
        self.run.take()
    }

    /// The run goes on from there, if it is not too long.
    pub fn goes_on(&mut self, state: State) {
        self.steps += 1;
        self.run = Some(state).filter(|_| self.steps < MOST_STEPS);
    }

    /// A run begins, unless there were enough. `knowledge`: how much is known by now.
    pub const fn begins(&mut self, knowledge: usize) -> bool {
        if self.runs > 0 {
            self.taught_nothing = if knowledge == self.known { self.taught_nothing + 1 } else { 0 };
        }
        if self.taught_nothing >= ENOUGH || self.runs >= MOST_RUNS {
            return false;
        }
        self.runs += 1;
        self.steps = 0;
        self.known = knowledge;
        true
    }

    /// Who is asked first to make the next step, and shall a call in it fail if one can?
    pub const fn choose(&mut self, threads: usize) -> (usize, bool) {
        let fail = self.random.below(12) == 0;
        (self.random.below(threads as u64) as usize, fail)
    }
}
