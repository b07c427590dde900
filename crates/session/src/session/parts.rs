//! What the parts do with an action, and what stands in a link about lessons.

use super::{Address, Session};
use crate::action::{Action, Effect, Panel};

impl Session {
    /// Does what only the parts can.
    pub(crate) fn act_with_parts(&mut self, action: Action, effects: &mut Vec<Effect>) -> Address {
        match action {
            Action::FormatScript => self.format_script(effects),
            Action::AskFor(options) => self.ask_for(*options),
            Action::StartSearch(kind) => self.start_search(kind, effects),
            Action::FindInExhibit => self.find_in_exhibit(effects),
            Action::StopSearch => self.cancel_search(effects),
            Action::SearchReported(message) => self.search_reported(&message, effects),
            Action::SearchFailed(problem) => self.search_failed(&problem, effects),
            Action::StepThroughFound => self.step_through_found(effects),
            Action::GoToFound(step) => self.go_to_found(step, effects),
            Action::OpenSmaller => self.open_smaller(effects),
            Action::Learn(action) => self.learn(action, effects),
            _ => {
                self.export(&action, effects);
                Address::Same
            }
        }
    }

    /// The lesson that the address names.
    pub(super) fn lesson_address(&self) -> String {
        match (&self.lesson_of_link, self.panel) {
            (Some((lesson, ..)), Panel::Learn) => lesson.clone(),
            (None, Panel::Learn) => self.learn.address(),
            _ => String::new(),
        }
    }
}
