//! What of a session the first step does not need: the page loads it when somebody opens a panel, searches or copies.
//!
//! Code that only [`LATER`] names is reached from nowhere else, so that the page's build can put it into a file of its
//! own. A session without it does everything else; [`Session::lacks`] says which actions have to wait for
//! [`Session::equip`]. Outside of browsers a session has it from the beginning.

use crate::action::{Action, Effect};
use crate::link::Link;
use crate::session::{Address, Session};
use crate::texts::TextId;
use crate::view::{Build, Stale, View};

/// The functions that come later.
pub struct Later {
    /// Builds the views of what can lie over or beside the picture.
    pub(crate) draw: fn(&Build<'_>, &mut View, Stale),
    /// Does what [`comes_later`] names.
    pub(crate) act: fn(&mut Session, Action, &mut Vec<Effect>) -> Address,
    /// Opens a link with what it says about lessons and challenges.
    pub(crate) open: fn(&mut Session, Link),
    /// Packs a script for links.
    pub(crate) pack: fn(&str) -> String,
    /// Looks after each action whether a lesson or a challenge has what it asks for.
    pub(crate) look: fn(&mut Session, &mut Vec<Effect>),
}

impl std::fmt::Debug for Later {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Later")
    }
}

/// What comes later. A page that splits its module names this behind the split only.
pub static LATER: Later = Later {
    draw: |build, view, stale| build.draw_later(view, stale),
    act: Session::act_later,
    open: Session::open_all_of,
    pack: crate::link::pack,
    look: Session::look_at_tasks,
};

/// Is the action one that only [`LATER`] can do?
pub(crate) fn comes_later(action: &Action) -> bool {
    use Action::*;
    matches!(
        action,
        Editor(_)
            | EditScript(_)
            | RunScript
            | FormatScript
            | AskFor(_)
            | StartSearch(_)
            | FindInExhibit
            | StopSearch
            | SearchReported(_)
            | SearchFailed(_)
            | StepThroughFound
            | GoToFound(_)
            | OpenSmaller
            | Learn(_)
            | Import(_)
            | Theatre(_)
            | Challenge(_)
            | Plug(_)
            | CopyLink
            | CopyTable
            | CopyScript
            | CopyCertificate
            | ExportJson
            | ExportMermaid
            | ExportTable
            | CopyShortTable
            | ExportShortTable
            | CopyCommit
            | ExportCommit
            | SaveOneFile
            | SetBase(_)
            | TakeRun
            | ShowTerm(_)
            | TextArrived(TextId::Lessons, _)
    )
}

impl Session {
    /// Must the action wait for [`Session::equip`]?
    #[must_use]
    pub fn lacks(&self, action: &Action) -> bool {
        self.later.is_none() && comes_later(action)
    }

    /// The rest has come: everything is drawn anew.
    pub fn equip(&mut self, later: &'static Later) -> Vec<Effect> {
        self.equip_quietly(later);
        let mut effects = self.begin();
        (later.look)(self, &mut effects);
        self.refresh();
        effects
    }

    /// The same; what is left for the browser is asked for by [`Session::begin`].
    pub fn equip_quietly(&mut self, later: &'static Later) {
        self.later = Some(later);
        if let Some(link) = self.link_for_later.take() {
            self.load_link(&link);
        }
        self.drawn = Default::default();
        self.refresh();
    }
}
