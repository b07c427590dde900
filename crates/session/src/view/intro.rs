//! What this is and what to press, for who has not stepped yet.

use super::Build;
use crate::action::Shortcuts;
use crate::session::{Origin, REVIEWED};
use daxscope_museum::exhibit;

/// The banner above the picture. It says only what is so here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IntroView {
    /// How many threads there are.
    pub threads: usize,
    /// How many of them a digit key steps: none if single keys are switched off.
    pub digits: usize,
    /// Has the next step been recorded, so that stepping on replays it? Not told while the future is hidden.
    pub is_recorded: bool,
    /// The exhibit of the reviewed bug, unless it is the one that runs.
    pub reviewed: Option<&'static str>,
}

impl Build<'_> {
    /// Nothing once a step has been made, and nothing where there is no step to make.
    pub(super) fn intro(&self) -> Option<IntroView> {
        let session = self.session;
        let threads = self.run().scenario().threads.len();
        if session.has_moved || (self.run().next().is_none() && self.run().default_thread().is_none()) {
            return None;
        }
        let is_reviewed = matches!(session.origin, Origin::Exhibit(exhibit) if exhibit.id == REVIEWED);
        Some(IntroView {
            threads,
            digits: if threads > 1 && session.shortcuts == Shortcuts::On { threads.min(9) } else { 0 },
            is_recorded: self.run().next().is_some() && !session.hides_future(),
            reviewed: exhibit(REVIEWED).filter(|_| !is_reviewed).map(|exhibit| exhibit.id),
        })
    }
}
