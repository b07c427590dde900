//! What the search does, told to somebody who watches it closely ([`crate::trail`]). Without anybody each of these is a look at a
//! null pointer for a state.

use super::Graph;
use crate::automaton::NodeId;
use crate::expand::{Hop, apply};
use crate::state::{EVERYBODY, State};
use crate::trail::{End, Move, Node, Trail};
use crate::verdict::Verdict;
use daxscope_core::check::Rule;

impl Graph {
    /// Tells what it does, up to so many states; to be said before the search begins.
    pub fn set_trail(&mut self, most: usize) {
        self.trail = Some(Box::new(Trail::new(most)));
    }

    /// What it did.
    #[must_use]
    pub fn trail(&self) -> Option<&Trail> {
        self.trail.as_deref()
    }

    /// The search begins.
    pub(super) fn tell_begin(&mut self) {
        if self.trail.is_none() {
            return;
        }
        let start = self.start();
        let identity = u64::from(self.number(&start.row).0);
        if let Some(trail) = &mut self.trail {
            trail.begin(identity, numbers_of(&start));
        }
    }

    /// The steps of a state have been made.
    pub(super) fn tell_look(&mut self, state: &State) {
        let Some(mut trail) = self.trail.take() else { return };
        let layout = self.layout;
        let only = state.row[layout.alone()];
        let only = (only != EVERYBODY).then_some(only as u8);
        if let Some(&at) = trail.by_number.get(&state.row[layout.number()]) {
            trail.looked_at = at;
            trail.add_move(Move::Looks { at, only });
            let has_failed = self.options.bounds.failures > 0 && state.row[layout.failures()] == 0;
            for thread in
                (0..layout.threads).filter(|&thread| has_failed && only.is_none_or(|only| only as usize == thread))
            {
                let node = NodeId(state.row[layout.place(thread)]);
                if let Ok(Some(step)) = self.threads[thread].look_up(node, &state.row, &state.values, false)
                    && self.threads[thread].step(step).can_fail
                {
                    trail.add_move(Move::Spares { at, thread: thread as u8 });
                }
            }
        }
        self.trail = Some(trail);
    }

    /// A way has led to a state, and that has been kept, or was known: `stored` states were there before.
    pub(super) fn tell_state(&mut self, state: &State, hops: &[Hop], row: &[u32], stored: u64) {
        if self.trail.is_none() {
            return;
        }
        let is_new = self.counts.states > stored;
        let identity = u64::from(self.number(row).0);
        let Some(end) = self.tell_way(state, hops) else { return };
        let Some(trail) = &mut self.trail else { return };
        let exact = trail.by_numbers.get(&end.numbers).copied();
        let ended = match (is_new, &self.verdict) {
            (true, _) => End::Stored,
            (false, Verdict::BoundHit(_)) => End::Bound,
            (false, _) => {
                let before = exact.or_else(|| trail.by_identity.get(&identity).copied());
                End::Known { before, swapped: exact.is_none() && before.is_some() }
            }
        };
        if let Some(node) = trail.add_step(end.from, end.hop, ended)
            && is_new
        {
            trail.by_number.insert(row[self.layout.number()], node);
            trail.by_identity.insert(identity, node);
            trail.by_numbers.insert(end.numbers, node);
        }
    }

    /// A way has led to nothing that has to be looked at.
    pub(super) fn tell_nothing(&mut self, state: &State, hops: &[Hop]) {
        if self.trail.is_none() {
            return;
        }
        let Some(end) = self.tell_way(state, hops) else { return };
        if let Some(trail) = &mut self.trail {
            let before = trail.by_numbers.get(&end.numbers).copied();
            let ended = if end.is_dead { End::Dead } else { End::Known { before, swapped: false } };
            trail.add_step(end.from, end.hop, ended);
        }
    }

    /// A way has led to broken rules.
    pub(super) fn tell_broken(&mut self, state: &State, hops: &[Hop], rules: &[Rule]) {
        if self.trail.is_some()
            && let Some(end) = self.tell_way(state, hops)
            && let Some(trail) = &mut self.trail
        {
            trail.add_step(end.from, end.hop, End::Broken(rules.to_vec()));
        }
    }

    /// Nobody can run.
    pub(super) fn tell_end(&mut self) {
        if let Some(trail) = &mut self.trail {
            trail.add_move(Move::Ends(trail.looked_at));
        }
    }

    /// All steps of a way but the last, which were taken at once; `None` if there is no room for them.
    fn tell_way(&mut self, state: &State, hops: &[Hop]) -> Option<LastStep> {
        let trail = self.trail.as_mut()?;
        let mut there = state.clone();
        let mut from = trail.looked_at;
        for (at, &hop) in hops.iter().enumerate() {
            let thread = usize::from(hop.thread);
            let node = NodeId(there.row[self.layout.place(thread)]);
            let step = self.threads[thread].look_up(node, &there.row, &there.values, hop.fail).ok()??;
            let step = self.threads[thread].step(step);
            let is_dead = step.next == NodeId::CRASHED;
            apply(&self.options, &mut there, thread, step, hop.fail);
            let numbers = numbers_of(&there);
            if at + 1 == hops.len() {
                return Some(LastStep { from, hop, numbers, is_dead });
            }
            from = trail.add_step(from, hop, End::Passed)?;
            trail.by_numbers.entry(numbers).or_insert(from);
        }
        None
    }
}

/// The last step of a way.
struct LastStep {
    from: Node,
    hop: Hop,
    /// Those that make the state behind it.
    numbers: Vec<u32>,
    is_dead: bool,
}

/// The numbers that make a state.
fn numbers_of(state: &State) -> Vec<u32> {
    state.row[..state.layout.length()].to_vec()
}
