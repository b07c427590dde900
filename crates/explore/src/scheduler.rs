//! Who goes next in a single run: at random, by random priorities, or as a recorded schedule says.

use crate::mix;
use daxscope_core::scenario::Choice;
use std::fmt;

/// Picks one choice after the other.
pub trait Scheduler: Send {
    /// A run begins. `longest`: steps of the longest run that came to its end so far.
    fn begin(&mut self, threads: usize, longest: u32);
    /// One of the choices that can be made; `None`: the run is not followed any further.
    ///
    /// The choices are in order of threads; behind the one in which nothing fails comes, if there is one, that in which a
    /// call fails.
    fn pick(&mut self, choices: &[Choice]) -> Option<Choice>;
}

/// Only that it is one: if each told its contents, the words for all of that would be in the page.
impl fmt::Debug for dyn Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scheduler")
    }
}

/// A call that may fail does so once in so many times.
const FAILS_ONCE_IN: u64 = 4;

/// The thread's choice; perhaps that in which a call fails, if there is one.
fn choice_of(thread: usize, choices: &[Choice], random: &mut mix::Random) -> Option<Choice> {
    let mut mine = choices.iter().copied().filter(|choice| choice.thread.index() == thread);
    let (plain, failing) = (mine.next(), mine.next());
    if failing.is_some() && random.below(FAILS_ONCE_IN) == 0 { failing } else { plain }
}

/// Every thread that can run is as likely as any other, at every step.
#[derive(Debug)]
pub struct Random {
    random: mix::Random,
}

impl Random {
    /// The runs of that seed.
    #[must_use]
    pub const fn new(seed: u64) -> Random {
        Random { random: mix::Random::new(seed) }
    }
}

impl Scheduler for Random {
    fn begin(&mut self, _: usize, _: u32) {}

    fn pick(&mut self, choices: &[Choice]) -> Option<Choice> {
        let can_run = || choices.iter().filter(|choice| !choice.fail);
        let number = self.random.below(can_run().count().max(1) as u64) as usize;
        let thread = can_run().nth(number)?.thread.index();
        choice_of(thread, choices, &mut self.random)
    }
}

/// Probabilistic concurrency testing (Burckhardt et al., ASPLOS 2010). Threads have random priorities, and the highest that
/// can run does. At a few random steps the thread that was about to run falls below all others. A bug that takes `d`
/// orderings of n threads' k steps to go wrong is hit by a run with `d - 1` such steps with probability 1/(n k^(d-1)) or
/// more.
#[derive(Debug)]
pub struct Pct {
    random: mix::Random,
    changes: u32,
    /// Per thread; higher goes first.
    priorities: Vec<u32>,
    /// The steps at which a priority falls, counted from 0.
    falls_at: Vec<u32>,
    step: u32,
}

impl Pct {
    /// The runs of that seed; in each, `changes` priorities fall.
    #[must_use]
    pub const fn new(seed: u64, changes: u32) -> Pct {
        Pct { random: mix::Random::new(seed), changes, priorities: Vec::new(), falls_at: Vec::new(), step: 0 }
    }

    fn highest(&self, choices: &[Choice]) -> Option<usize> {
        choices.iter().map(|choice| choice.thread.index()).max_by_key(|&thread| self.priorities[thread])
    }
}

impl Scheduler for Pct {
    /// How long the run is going to be is not known: as long as the longest so far. The first has no change in its middle.
    fn begin(&mut self, threads: usize, longest: u32) {
        let lowest = self.changes + 1;
        self.priorities = (lowest..).take(threads).collect();
        for at in (1..threads).rev() {
            let other = self.random.below(at as u64 + 1) as usize;
            self.priorities.swap(at, other);
        }
        let length = u64::from(longest.max(1));
        self.falls_at = (0..self.changes).map(|_| self.random.below(length) as u32).collect();
        self.step = 0;
    }

    fn pick(&mut self, choices: &[Choice]) -> Option<Choice> {
        for (priority, &at) in (0..).zip(&self.falls_at) {
            if at == self.step
                && let Some(thread) = self.highest(choices)
            {
                self.priorities[thread] = priority;
            }
        }
        self.step += 1;
        let thread = self.highest(choices)?;
        choice_of(thread, choices, &mut self.random)
    }
}

/// One run, as recorded.
#[derive(Debug)]
pub struct Replay {
    choices: std::vec::IntoIter<Choice>,
}

impl Replay {
    /// Makes these choices as far as they can be made.
    #[must_use]
    pub fn new(choices: Vec<Choice>) -> Replay {
        Replay { choices: choices.into_iter() }
    }
}

impl Scheduler for Replay {
    fn begin(&mut self, _: usize, _: u32) {}

    fn pick(&mut self, choices: &[Choice]) -> Option<Choice> {
        self.choices.next().filter(|choice| choices.contains(choice))
    }
}
