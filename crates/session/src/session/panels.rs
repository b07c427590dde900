//! Panels: opening and closing them. What lies over the picture covers what lies beside it, and gives it back when it is closed.

use super::{Address, Origin, Session};
use crate::action::{Action, Effect, FocusTarget, Panel};
use crate::until::{Direction, UntilAction};
use crate::view::keys::{KeyFocus, KeyPress, Modifiers, action_of};
use daxscope_core::revision::Revision;

impl Panel {
    /// Does it lie over the picture, for a moment?
    #[must_use]
    pub fn is_over(self) -> bool {
        use Panel::{Compare, Crash, Export, Gallery, Help, Import, Palette, SideBySide, Theatre, Until};
        matches!(self, Compare | Gallery | SideBySide | Export | Help | Palette | Until | Import | Crash | Theatre)
    }
}

impl Session {
    /// A key that comes while a dialog is over the page and does not have the focus: it is still on its way, or somebody clicked
    /// beside its controls. The run behind it does not move; Escape closes it, and Enter does what its first button does.
    pub(super) fn key_past_a_dialog(&self, press: &KeyPress<'_>) -> Option<Action> {
        let is_plain = press.modifiers == Modifiers::default();
        match press.key {
            "Escape" if is_plain => Some(Action::Close),
            "Enter" if is_plain && self.panel == Panel::Until => Some(Action::Until(UntilAction::Run(Direction::On))),
            _ => action_of(KeyPress { focus: KeyFocus::Dialog, ..*press }, self.shortcuts),
        }
    }

    /// What stands beside the picture, perhaps covered by what lies over it.
    pub(crate) fn beside(&self) -> Panel {
        if self.panel.is_over() { self.beneath } else { self.panel }
    }

    /// Notes what the panel that is to be opened will cover.
    pub(super) fn cover(&mut self, next: Panel) {
        self.beneath = if next.is_over() { self.beside() } else { Panel::None };
    }

    /// Is a lesson open, perhaps covered?
    pub(crate) fn is_in_lesson(&self) -> bool {
        self.beside() == Panel::Learn && self.challenge.open.is_none() && self.learn.step().is_some()
    }

    /// The kernel on which the open lesson shows the same scene another time.
    pub(crate) fn other_of_lesson(&self) -> Option<Revision> {
        let (lesson, ..) = self.learn.step().filter(|_| self.is_in_lesson())?;
        let current = self.run.scenario().revision;
        for place in lesson.steps.iter().filter_map(|step| step.place.as_ref()) {
            let revision = place.revision.unwrap_or(self.running.scenario.revision);
            if revision != current && lesson.script(&place.scene) == Some(self.running_text()) {
                return Some(revision);
            }
        }
        None
    }
}

impl Session {
    pub(crate) fn open_panel(&mut self, panel: Panel, effects: &mut Vec<Effect>) -> Address {
        if panel == Panel::Story && !matches!(self.origin, Origin::Exhibit(_)) {
            let why = "Only exhibits have a story, and this is a script of your own. The key g lists the exhibits.";
            effects.push(Effect::Tell(why.into()));
            return Address::Same;
        }
        if panel == Panel::Until {
            self.prepare_question();
        }
        self.cover(panel);
        self.panel = panel;
        self.compared_branch = None;
        effects.push(Effect::Focus(match panel {
            Panel::None => FocusTarget::Return,
            Panel::Script => FocusTarget::Script,
            Panel::Transcript => FocusTarget::Search,
            Panel::Explore => FocusTarget::Start,
            Panel::Until => FocusTarget::RunUntil,
            _ => FocusTarget::Panel,
        }));
        Address::Replace
    }

    pub(super) fn close(&mut self, effects: &mut Vec<Effect>) -> Address {
        if self.term.take().is_some() {
            effects.push(Effect::Focus(FocusTarget::Return));
            return Address::Same;
        }
        if self.panel != Panel::None {
            let beneath = if self.panel.is_over() { self.beneath } else { Panel::None };
            return self.open_panel(beneath, effects);
        }
        if self.selection.take().is_none() {
            self.notices.clear();
        }
        Address::Same
    }
}
