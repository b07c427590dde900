//! Presenter mode: the tree fills the screen, the sentence is its caption, and parts are put away one by one.

use super::opening::is_stepping;
use super::{Address, Session};
use crate::action::{Action, Effect, Layout, Shortcuts};
use crate::parts::{Part, Parts};
use crate::view::keys::{KeyFocus, KeyPress, action_of};

/// What is on screen in each layout, and whether the screen is blank.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    full: Parts,
    presenting: Parts,
    pub(super) is_blank: bool,
}

impl Default for Screen {
    fn default() -> Screen {
        Screen { full: Parts::EVERY, presenting: Parts::NONE, is_blank: false }
    }
}

impl Session {
    /// The parts that are on screen now.
    pub(crate) fn parts(&self) -> Parts {
        match self.layout {
            Layout::Presenter => self.screen.presenting,
            Layout::Full | Layout::Embedded => self.screen.full,
        }
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.screen.is_blank
    }

    /// The choice of parts as a line of text for [`Action::RestoreParts`]; the last word says that there is a watch list.
    #[must_use]
    pub fn parts_line(&self) -> String {
        format!("{} {} w", self.screen.full.letters(), self.screen.presenting.letters())
    }

    /// What a link says about the parts of presenter mode.
    pub(super) fn show_parts(&mut self, parts: Option<Parts>) {
        if let Some(parts) = parts {
            self.screen.presenting = parts;
        }
        self.screen.is_blank = false;
    }

    /// The parts of presenter mode, for a link.
    pub(super) fn link_parts(&self) -> Option<Parts> {
        (self.layout == Layout::Presenter).then_some(self.screen.presenting)
    }

    pub(super) fn present(&mut self, action: &Action, effects: &mut Vec<Effect>) -> Address {
        match action {
            Action::TogglePresenter => self.toggle_presenter(effects),
            Action::TogglePart(part) => self.toggle_part(*part, effects),
            Action::ToggleBlank => self.toggle_blank(effects),
            Action::RestoreParts(line) => {
                if let Some((full, presenting)) = line.split_once(' ') {
                    let (presenting, knows_watch) = match presenting.split_once(' ') {
                        Some((presenting, _)) => (presenting, true),
                        None => (presenting, false),
                    };
                    self.screen.full = Parts::of_letters(full);
                    if !knows_watch {
                        self.screen.full.toggle(Part::Watch);
                    }
                    if self.layout != Layout::Presenter {
                        self.screen.presenting = Parts::of_letters(presenting);
                    }
                }
                // What cannot be reached again is never away: only presenter mode has keys for the head line.
                if !self.screen.full.has(Part::Header) {
                    self.screen.full.toggle(Part::Header);
                }
                Address::Same
            }
            _ => Address::Same,
        }
    }

    pub(super) fn toggle_presenter(&mut self, effects: &mut Vec<Effect>) -> Address {
        self.screen.is_blank = false;
        let (layout, sentence) = match self.layout {
            Layout::Presenter => (Layout::Full, "The whole page again."),
            _ => (Layout::Presenter, "Presenter mode. Page Down steps, . blanks the screen, Esc leaves."),
        };
        self.layout = layout;
        effects.push(Effect::Tell(sentence.into()));
        Address::Replace
    }

    fn toggle_part(&mut self, part: Part, effects: &mut Vec<Effect>) -> Address {
        let parts = match self.layout {
            Layout::Presenter => &mut self.screen.presenting,
            _ if part == Part::Header => {
                effects.push(Effect::Tell("Only presenter mode puts the head line away: press Shift+P.".into()));
                return Address::Same;
            }
            _ => &mut self.screen.full,
        };
        parts.toggle(part);
        let state = if parts.has(part) { "shown" } else { "put away" };
        let name = Part::ALL.iter().find(|(known, ..)| *known == part).map_or("", |&(.., name)| name);
        effects.push(Effect::Announce(format!("{name}: {state}.")));
        Address::Replace
    }

    fn toggle_blank(&mut self, effects: &mut Vec<Effect>) -> Address {
        if self.layout != Layout::Presenter {
            effects.push(Effect::Tell("Only presenter mode blanks the screen: press Shift+P.".into()));
            return Address::Same;
        }
        self.screen.is_blank = !self.screen.is_blank;
        let sentence =
            if self.screen.is_blank { "The screen is blank. Press . again to go on." } else { "Here again." };
        effects.push(Effect::Announce(sentence.into()));
        Address::Same
    }

    /// Keys that only presenter mode has: a letter for each part, and what remote controls send.
    pub(super) fn presenting_key(&self, press: &KeyPress<'_>) -> Option<Action> {
        let held = press.modifiers;
        if self.layout != Layout::Presenter || press.focus == KeyFocus::Text || held.ctrl || held.alt {
            return None;
        }
        // Whoever presses a key of the remote control in the dark wants to see where the run stands, not to move it.
        if self.screen.is_blank && action_of(*press, self.shortcuts).is_some_and(|action| is_stepping(&action)) {
            return Some(Action::ToggleBlank);
        }
        // A lesson beside the picture stays open: who leaves presenter mode goes on in it. Only what lies over everything is closed first.
        let is_covered = self.panel.is_over() || self.term.is_some();
        if press.key == "Escape" && (self.screen.is_blank || !is_covered) {
            return Some(if self.screen.is_blank { Action::ToggleBlank } else { Action::TogglePresenter });
        }
        if self.shortcuts == Shortcuts::Off {
            return None;
        }
        if matches!(press.key, "." | "b") {
            return Some(Action::ToggleBlank);
        }
        let part = Part::ALL.iter().find(|(_, letter, _)| press.key.chars().eq([*letter]))?;
        Some(Action::TogglePart(part.0))
    }
}
