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

use super::{Circles, Engine, fingerprint};
use crate::automaton::NodeId;
use crate::mix::{Identity, value};
use crate::options::Bounds;
use daxscope_core::scenario::Choice;
use std::collections::HashSet;

/// States from which it is known that a thread is not caught.
#[derive(Debug, Default)]
pub struct Judged {
    clean: HashSet<u64, Identity>,
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
        let mut circles = Circles::new(state, Some(thread));
        circles.within = engine.operation(thread, state);
        if self.clean.contains(&circles.salted(fingerprint(state))) {
            return Ok(None);
        }
        match self.way_out(engine, &circles, bounds)? {
            Some(way) => self.clean.extend(way),
            None => return self.all(engine, circles, bounds),
        }
        Ok(None)
    }

    /// The states of a way on which the operation ends, or on which something else is found that no step leads back from.
    fn way_out(
        &self,
        engine: &mut Engine<'_>,
        circles: &Circles,
        bounds: &Bounds,
    ) -> Result<Option<Vec<u64>>, TooMany> {
        let start = &circles.states[0];
        let threads = start.len() - 1 - engine.learning.store.parts().len();
        let first = circles.only.unwrap_or(0);
        // The thread itself first: it ends its operation soonest.
        let turn = |at: usize| if at == 0 { first } else { at - usize::from(at <= first) };
        let mut met = HashSet::with_hasher(Identity);
        met.insert(fingerprint(start));
        let mut way = vec![(start.clone(), 0)];
        while let Some((state, next)) = way.last_mut() {
            if *next == threads {
                way.pop();
                continue;
            }
            let thread = turn(*next);
            *next += 1;
            let there = match engine.goes(thread, state, bounds) {
                Goes::Nowhere => continue,
                Goes::ForGood => return Ok(Some(salted(circles, &way))),
                Goes::To(there) => there,
            };
            let fingerprint = fingerprint(&there);
            let is_over = engine.operation(first, &there) != circles.within;
            if is_over || self.clean.contains(&circles.salted(fingerprint)) {
                return Ok(Some(salted(circles, &way)));
            }
            if met.insert(fingerprint) {
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
        mut circles: Circles,
        bounds: &Bounds,
    ) -> Result<Option<Vec<Choice>>, TooMany> {
        while circles.expand(engine, bounds, &self.clean) {
            if circles.states.len() > bounds.states {
                return Err(TooMany);
            }
        }
        let found = circles.once_round();
        if found.is_none() {
            let fingerprints = circles.numbers.keys().map(|&fingerprint| circles.salted(fingerprint));
            self.clean.extend(fingerprints.collect::<Vec<_>>());
        }
        Ok(found)
    }
}

fn salted(circles: &Circles, way: &[(Box<[u32]>, usize)]) -> Vec<u64> {
    way.iter().map(|(state, _)| circles.salted(fingerprint(state))).collect()
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
        let mut there: Box<[u32]> = state.into();
        step.changes.iter().for_each(|&(at, number)| there[usize::from(at)] = number);
        there[parts + thread] = step.next.0;
        Goes::To(there)
    }
}
