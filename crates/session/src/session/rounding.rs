//! The loop that a run goes round in for ever: where it begins, and walking round it.

use super::{Address, Session};
use crate::action::Effect;
use daxscope_core::check::Round;

impl Session {
    /// The loop of the run on screen, as far as it may be told of.
    pub(crate) fn round(&self) -> Option<Round> {
        let told = &self.run.steps()[..self.told_steps()];
        told.iter().flat_map(|step| &step.violations).find_map(|violation| violation.round)
    }

    /// To where the loop begins; from there a step on, and from its end round again.
    pub(super) fn walk_round(&mut self, effects: &mut Vec<Effect>) -> Address {
        let Some(Round { first, last, .. }) = self.round() else {
            let why = "This run goes round no loop for ever. A search for livelocks finds one, if there is one: key e.";
            effects.push(Effect::Tell(why.into()));
            return Address::Same;
        };
        let position = self.run.position();
        let to = match position {
            // Behind the last step all is as it was before the first.
            at if at == last => first,
            at if at + 1 < first || at > last => first - 1,
            at => at + 1,
        };
        let address = self.go_to(to, effects);
        effects.push(Effect::Tell(self.told_of_round(first, last)));
        address
    }

    /// Where in the loop the run stands, in words.
    fn told_of_round(&self, first: usize, last: usize) -> String {
        let (position, length) = (self.run.position(), last + 1 - first);
        if position + 1 == first {
            return format!(
                "The loop begins here: steps {first} to {last}, again and again, for ever. Press o to walk round it."
            );
        }
        let sentence = self.run.steps().get(position - 1).map_or("", |step| &*step.sentence);
        let again = if position == last {
            format!(" Now all is as it was before step {first}: o goes round again.")
        } else {
            String::new()
        };
        format!("Step {} of {length} of the loop: {sentence}{again}", position + 1 - first)
    }
}
