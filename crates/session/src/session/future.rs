//! Hiding what comes after the step that is shown, so that somebody can be asked what will happen.
//!
//! While the future is hidden, the page shows at every step what it would show if no step behind it were recorded: no view
//! and no sentence tells how many there are, whose turn is next, or how it ends. Links keep the whole run.

use super::{Address, Session};
use crate::action::{Effect, Future};

impl Session {
    pub(super) fn set_future(&mut self, future: Future, effects: &mut Vec<Effect>) -> Address {
        if self.future == future {
            return Address::Same;
        }
        self.future = future;
        let sentence = match future {
            Future::Hidden => "The future is hidden: everything ends at this step. h shows it again.",
            Future::Shown => "The future is shown: everything that is recorded.",
        };
        effects.push(Effect::Tell(sentence.into()));
        Address::Replace
    }

    pub(super) fn toggle_future(&mut self, effects: &mut Vec<Effect>) -> Address {
        let other = if self.hides_future() { Future::Shown } else { Future::Hidden };
        self.set_future(other, effects)
    }

    /// Does everything end at the step that is shown?
    pub(crate) fn hides_future(&self) -> bool {
        self.future == Future::Hidden
    }

    /// How many steps may be told of: all that are recorded, or those made.
    pub(crate) fn told_steps(&self) -> usize {
        if self.hides_future() { self.run.position() } else { self.run.len() }
    }

    /// Why nothing behind the position is looked for; `None`: it may be.
    pub(super) fn why_not_ahead(&self) -> Option<&'static str> {
        self.hides_future().then_some("What comes after this step is hidden. Press h to show it.")
    }
}
