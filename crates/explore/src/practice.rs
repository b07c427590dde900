//! Random runs before a search and beside it, to learn what threads can do: the more is known when decisions about
//! persistent sets are made, the fewer fail later ([`crate::persistent`]), and the sooner one fails, the less was done for
//! nothing.
//!
//! They are made step by step, as the search is, and every step counts against its bounds. Runs differ in how long a thread
//! goes on before another is chosen, and in how often calls fail: some things happen only in the middle of long runs of one
//! thread, others only where all take turns.

use crate::mix::Random;
use crate::state::State;

/// Most runs.
const MOST_RUNS: u32 = 5_000;
/// So many runs in a row that teach nothing are enough.
const ENOUGH: u32 = 300;
/// Most steps of a run.
const MOST_STEPS: u32 = 2_000;
/// By run in turn, in how many of a hundred steps the thread of the step before goes on.
const STAYS: [u64; 4] = [0, 50, 90, 97];
/// By run in turn, of how many calls that can fail one does.
const ONE_FAILS_IN: [u64; 4] = [12, 3, 40, 1_000];

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
    /// Whose step was last.
    last: usize,
}

impl Default for Practice {
    fn default() -> Practice {
        Practice {
            random: Random::new(0x0da5_c09e),
            runs: 0,
            taught_nothing: 0,
            known: 0,
            run: None,
            steps: 0,
            last: 0,
        }
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

    /// A run begins. `knowledge`: how much is known by now.
    pub const fn begins(&mut self, knowledge: usize) {
        if self.runs > 0 {
            self.taught_nothing = if knowledge == self.known { self.taught_nothing + 1 } else { 0 };
        }
        self.runs += 1;
        self.steps = 0;
        self.known = knowledge;
    }

    /// Were there enough runs to begin a search?
    #[must_use]
    pub const fn is_enough(&self) -> bool {
        self.taught_nothing >= ENOUGH || self.runs >= MOST_RUNS
    }

    /// Who is asked first to make the next step, and shall a call in it fail if one can?
    pub fn choose(&mut self, threads: usize) -> (usize, bool) {
        let run = self.runs as usize;
        let fails = self.random.below(ONE_FAILS_IN[run / STAYS.len() % ONE_FAILS_IN.len()]) == 0;
        if self.random.below(100) >= STAYS[run % STAYS.len()] {
            self.last = self.random.below(threads as u64) as usize;
        }
        (self.last, fails)
    }
}
