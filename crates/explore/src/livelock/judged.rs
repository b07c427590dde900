//! Is a thread caught in its operation? Asked of every state behind a step that went round a loop of the kernel.
//!
//! Nearly always the answer is no, and one way on which the operation ends shows it: the operations of a thread are behind one
//! another, so from its end no step leads back, and the state is in no set of states that is never left. Only where no
//! such way is found after all states have been looked at, all steps between them are made ([`Circles`]).
//!
//! A search with persistent sets still meets every livelock. Take a state of a set that no step leads out of, and a way
//! there. If the next steps of the search are on the way, it is as long as before without them; if none is, they can be made at
//! its end as well, and end in the set. As no thread is left out for ever the search comes into the set, where all its
//! steps stay; so it goes round a circle there, and one of the circle's steps goes round a loop of the kernel.
//!
//! Source: A. Valmari, H. Hansen, Stubborn Set Intuition Explained, ToPNoC XII (2017), for terminal strong components.

use super::{Circles, Engine, behind};
use crate::automaton::NodeId;
use crate::mix::value;
use crate::options::Bounds;
use crate::ready::ThreadSet;
use crate::rows::Rows;
use daxscope_core::scenario::Choice;

/// States from which it is known that a thread is not caught.
#[derive(Debug, Default)]
pub struct Judged {
    clean: Clean,
}

/// States, and threads that are not caught there.
#[derive(Debug, Default)]
pub(super) struct Clean {
    rows: Option<Rows>,
    threads: Vec<ThreadSet>,
}

impl Clean {
    pub(super) fn contains(&mut self, state: &[u32], thread: usize) -> bool {
        let found = self.rows.as_mut().and_then(|rows| rows.find(state));
        found.is_some_and(|at| self.threads[at as usize] >> thread & 1 != 0)
    }

    /// `threads`: how many there are.
    fn insert(&mut self, state: &[u32], thread: usize, threads: usize) {
        let (at, is_new) = self.rows.get_or_insert_with(|| Rows::new(state.len(), threads + 1)).number(state);
        if is_new {
            self.threads.push(0);
        }
        self.threads[at as usize] |= 1 << thread;
    }
}

/// Too many states were looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooMany;

impl Judged {
    /// Can the operation that `thread` is in never end from the state (the parts, the places, the failures that are left),
    /// because of a livelock? If so, the way into it and once round.
    ///
    /// # Errors
    ///
    /// If that takes more states in all than the bounds allow.
    pub fn judge(
        &mut self,
        engine: &mut Engine<'_>,
        state: &[u32],
        thread: usize,
        bounds: &Bounds,
    ) -> Result<Option<Vec<Choice>>, TooMany> {
        if self.clean.contains(state, thread) {
            return Ok(None);
        }
        let Some(way) = self.way_out(engine, state, thread, bounds)? else {
            return self.all(engine, state, thread, bounds);
        };
        way.iter().for_each(|state| self.clean.insert(state, thread, engine.threads.len()));
        Ok(None)
    }

    /// The states of a way on which the operation ends, or on which something else is found that no step leads back from.
    fn way_out(
        &mut self,
        engine: &mut Engine<'_>,
        start: &[u32],
        first: usize,
        bounds: &Bounds,
    ) -> Result<Option<Vec<Box<[u32]>>>, TooMany> {
        let threads = engine.threads.len();
        let within = engine.operation(first, start);
        // The thread itself first: it ends its operation soonest.
        let turn = |at: usize| if at == 0 { first } else { at - usize::from(at <= first) };
        let mut met = Rows::new(start.len(), threads + 1);
        met.number(start);
        let mut way: Vec<(Box<[u32]>, usize)> = vec![(start.into(), 0)];
        while let Some((state, next)) = way.last_mut() {
            if *next == threads {
                way.pop();
                continue;
            }
            let thread = turn(*next);
            *next += 1;
            let there = match engine.goes(thread, state, bounds) {
                Goes::Nowhere => continue,
                Goes::ForGood => return Ok(Some(states(way))),
                Goes::To(there) => there,
            };
            if engine.operation(first, &there) != within || self.clean.contains(&there, first) {
                return Ok(Some(states(way)));
            }
            if met.number(&there).1 {
                if met.len() > bounds.states {
                    return Err(TooMany);
                }
                way.push((there, 0));
            }
        }
        Ok(None)
    }

    /// Makes all steps from the state on, as long as the thread stays in its operation.
    #[cold]
    fn all(
        &mut self,
        engine: &mut Engine<'_>,
        state: &[u32],
        thread: usize,
        bounds: &Bounds,
    ) -> Result<Option<Vec<Choice>>, TooMany> {
        let threads = engine.threads.len();
        let mut circles = Circles::new(state, threads, Some(thread));
        circles.within = engine.operation(thread, state);
        while circles.expand(engine, bounds, &mut self.clean) {
            if circles.states.len() > bounds.states {
                return Err(TooMany);
            }
        }
        let found = circles.once_round();
        if found.is_none() {
            circles.states.iter().for_each(|state| self.clean.insert(state, thread, threads));
        }
        Ok(found)
    }
}

/// The states of a way, without which thread is next at each.
fn states(way: Vec<(Box<[u32]>, usize)>) -> Vec<Box<[u32]>> {
    way.into_iter().map(|(state, _)| state).collect()
}

/// Where a step leads.
enum Goes {
    /// There is no step.
    Nowhere,
    /// To where nothing leads back from: a rule is broken, or the kernel is dead.
    ForGood,
    /// To a state.
    To(Box<[u32]>),
}

impl Engine<'_> {
    fn goes(&mut self, thread: usize, state: &[u32], bounds: &Bounds) -> Goes {
        let parts = self.learning.store.parts().len();
        let values: Vec<u64> = state.iter().enumerate().map(|(at, &number)| value(at, number)).collect();
        let Some(step) = self.step(thread, state, &values, false) else { return Goes::Nowhere };
        if step.next == NodeId::CRASHED || step.broken.iter().any(|&rule| bounds.looks_for(rule)) {
            return Goes::ForGood;
        }
        Goes::To(behind(step, state, parts + thread))
    }
}
