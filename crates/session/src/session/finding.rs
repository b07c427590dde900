//! Going to the step that one looks for.

use super::{Address, Session, is_violation};
use crate::action::{Effect, FocusTarget, Object};
use crate::objects::{as_lock, locks_of, title};
use crate::run::Step;

impl Session {
    /// To the nearest step behind (or before) the position for which `found` holds, or says that there is none.
    pub(super) fn find(
        &mut self,
        is_forward: bool,
        found: impl Fn(&Session, usize) -> bool,
        nothing: String,
        effects: &mut Vec<Effect>,
    ) -> Address {
        if let Some(why) = self.why_not_ahead().filter(|_| is_forward) {
            effects.push(Effect::Tell(why.into()));
            return Address::Same;
        }
        let (position, total) = (self.run.position(), self.run.len());
        let number = match is_forward {
            true => (position + 1..=total).find(|&number| found(self, number)),
            false => (1..position).rev().find(|&number| found(self, number)),
        };
        match number {
            Some(number) => self.go_to(number, effects),
            None => {
                effects.push(Effect::Tell(nothing));
                Address::Same
            }
        }
    }

    fn step_number(&self, number: usize) -> Option<&Step> {
        self.run.steps().get(number.checked_sub(1)?)
    }

    pub(super) fn next_violation(&mut self, effects: &mut Vec<Effect>) -> Address {
        self.find_violation(true, "No recorded step after this one breaks anything. Press Shift+U to run on.", effects)
    }

    pub(super) fn previous_violation(&mut self, effects: &mut Vec<Effect>) -> Address {
        self.find_violation(false, "No step before this one breaks anything.", effects)
    }

    fn find_violation(&mut self, is_forward: bool, nothing: &str, effects: &mut Vec<Effect>) -> Address {
        let found = |session: &Session, number| session.step_number(number).is_some_and(is_violation);
        let address = self.find(is_forward, found, nothing.into(), effects);
        if address != Address::Same {
            effects.push(Effect::Focus(FocusTarget::Alert));
        }
        address
    }

    /// The lock that `[` and `]` follow: the selected one, or the last one that a step up to here had to do with.
    fn followed_lock(&self) -> Option<Object> {
        let selected = self.selection.and_then(|object| as_lock(self.run.world(), object));
        let last = |number: usize| {
            let step = self.step_number(number)?;
            locks_of(self.run.world_at(number - 1), &step.record).pop()
        };
        selected.or_else(|| (1..=self.run.position()).rev().find_map(last))
    }

    pub(super) fn next_same_lock(&mut self, effects: &mut Vec<Effect>) -> Address {
        self.find_lock(true, effects)
    }

    pub(super) fn previous_same_lock(&mut self, effects: &mut Vec<Effect>) -> Address {
        self.find_lock(false, effects)
    }

    fn find_lock(&mut self, is_forward: bool, effects: &mut Vec<Effect>) -> Address {
        let Some(lock) = self.followed_lock() else {
            effects.push(Effect::Tell("No step up to here had to do with a lock.".into()));
            return Address::Same;
        };
        let place = if is_forward { "after" } else { "before" };
        let nothing = format!("No recorded step {place} this one has to do with {}.", title(self.run.world(), lock));
        let found = move |session: &Session, number: usize| {
            let step = session.step_number(number);
            step.is_some_and(|step| locks_of(session.run.world_at(number - 1), &step.record).contains(&lock))
        };
        self.find(is_forward, found, nothing, effects)
    }

    /// Does the sentence of a step hold what is searched for?
    pub(crate) fn is_hit(&self, step: &Step, query: &str) -> bool {
        !query.is_empty() && step.sentence.to_ascii_lowercase().contains(query)
    }

    pub(super) fn next_hit(&mut self, effects: &mut Vec<Effect>) -> Address {
        self.find_hit(true, effects)
    }

    pub(super) fn previous_hit(&mut self, effects: &mut Vec<Effect>) -> Address {
        self.find_hit(false, effects)
    }

    fn find_hit(&mut self, is_forward: bool, effects: &mut Vec<Effect>) -> Address {
        let query = self.query.to_ascii_lowercase();
        let place = if is_forward { "after" } else { "before" };
        let nothing = format!("No step {place} this one says `{}`.", self.query);
        let found =
            |session: &Session, number| session.step_number(number).is_some_and(|step| session.is_hit(step, &query));
        self.find(is_forward, found, nothing, effects)
    }
}
