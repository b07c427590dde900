//! What the page opens on where the address is no link: something that moves, and the bug that began it one press away.

use super::Session;
use crate::action::Action;
use crate::link::{Link, Subject};
use crate::session::WatchAction;
use crate::until::UntilAction;

/// The exhibit, and a step at which its picture is rich: entries, sleepers and wake-ups, before anything is broken.
const OPENING: (&str, usize) = ("a4", 45);
/// The exhibit of the bug that the review of the patch found.
pub(crate) const REVIEWED: &str = "a5";

impl Session {
    /// The opening: a step of a race, unless the address names another step.
    pub(super) fn load_opening(&mut self, link: Link) {
        let (id, step) = OPENING;
        let position = if link.position > 0 { link.position } else { step };
        self.load_subject(Link { subject: Subject::Exhibit(id.into()), position, ..link });
    }
}

/// Does the action step the run? Then the reader knows how, and need not be told any more.
pub(super) fn is_stepping(action: &Action) -> bool {
    use Action::*;
    matches!(
        action,
        StepThread(_)
            | FailNext(_)
            | StepDefault
            | Forward
            | Back
            | GoTo(_)
            | Home
            | End
            | RunThreadUntilBlocked(_)
            | RunUntilViolation
            | Until(UntilAction::Run(_) | UntilAction::ToLine(_))
            | Watch(WatchAction::Previous(_) | WatchAction::Next(_))
            | NextViolation
            | PreviousViolation
            | NextSameLock
            | PreviousSameLock
            | TogglePlay
            | Play
    )
}
