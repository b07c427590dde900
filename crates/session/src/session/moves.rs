//! Which actions move the reader.

use crate::action::Action;

/// Does the action move the reader, so that playing stops?
pub(super) fn moves(action: &Action) -> bool {
    use Action::*;
    !matches!(
        action,
        Play | Pause
            | TogglePlay
            | Search(_)
            | Select(_)
            | ToggleNode { .. }
            | DismissNotice(_)
            | SetFuture(_)
            | ToggleFuture
            | RenameBranch(..)
            | DeleteBranch(_)
            | RecallBranches(_)
            | MoveLanes(_)
            | MoveTable(..)
            | SetLanesRoom(_)
            | ShowLocks(_)
            | SetShortcuts(_)
            | SetTheme(_)
            | TogglePresenter
            | TogglePart(_)
            | ToggleBlank
            | RestoreParts(_)
            | EditScript(_)
            | TakeRun
            | AskFor(_)
            | StartSearch(_)
            | StopSearch
            | SearchReported(_)
            | SearchFailed(_)
            | SetOtherRevision(_)
            | Editor(_)
            | Challenge(_)
            | TextArrived(..)
            | TextFailed(..)
            | FetchText(_)
            | Learn(_)
            | ShowTerm(_)
            | CopyCertificate
            | CopyLink
            | CopyTable
            | CopyScript
            | ExportJson
            | ExportMermaid
            | ExportTable
            | CopyShortTable
            | ExportShortTable
            | CopyCommit
            | ExportCommit
            | SaveOneFile
            | KnowAddress(_)
            | Tell(_)
    )
}
