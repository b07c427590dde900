//! Which actions are nobody's: the page itself sends them.

use crate::action::Action;

/// Does playing go on? It stops at everything that a person does, but at what is about playing.
pub(super) fn plays_on(action: &Action) -> bool {
    use Action::*;
    matches!(
        action,
        Play | Pause
            | TogglePlay
            | Tick
            | ChangeSpeed(_)
            | RecallBranches(_)
            | SetLanesRoom(_)
            | RestoreParts(_)
            | SearchReported(_)
            | SearchFailed(_)
            | TextArrived(..)
            | TextFailed(..)
            | KnowAddress(_)
            | Tell(_)
    )
}
