//! What is done by what comes later.

use super::{Address, Session};
use crate::action::{Action, Effect};

impl Session {
    /// Does what [`crate::later::comes_later`] names.
    pub(crate) fn act_later(&mut self, action: Action, effects: &mut Vec<Effect>) -> Address {
        match action {
            Action::EditScript(text) => self.edit(text, true, effects),
            Action::RunScript => self.run_script(effects),
            Action::FormatScript => self.format_script(effects),
            Action::TakeRun => self.take_run(effects),
            Action::AskFor(options) => self.ask_for(*options),
            Action::StartSearch(kind) => self.start_search(kind, effects),
            Action::FindInExhibit => self.find_in_exhibit(effects),
            Action::StopSearch => self.cancel_search(effects),
            Action::SearchReported(message) => self.search_reported(&message, effects),
            Action::SearchFailed(problem) => self.search_failed(&problem, effects),
            Action::StepThroughFound => self.step_through_found(effects),
            Action::GoToFound(step) => self.go_to_found(step, effects),
            Action::OpenSmaller => self.open_smaller(effects),
            Action::Editor(action) => self.editor_does(action, effects),
            Action::Learn(action) => self.learn(action, effects),
            Action::Import(action) => self.import(action, effects),
            Action::Theatre(action) => self.theatre(action, effects),
            Action::Plug(action) => self.plug(action, effects),
            Action::Challenge(action) => self.challenge(action, effects),
            Action::ShowTerm(word) => {
                self.term = Some(word.chars().take(80).collect());
                Address::Same
            }
            Action::TextArrived(text, content) => {
                self.texts.arrived(text, content);
                self.lessons_arrived();
                Address::Same
            }
            _ => {
                self.export(&action, effects);
                Address::Same
            }
        }
    }

    /// Looks whether a step has solved a challenge or reached what a lesson asks for, and follows the run with the power failing.
    pub(crate) fn look_at_tasks(&mut self, effects: &mut Vec<Effect>) {
        self.look_at_challenge(effects);
        self.attack_brought(effects);
        self.judge_handed_in(effects);
        self.look_at_task(effects);
        self.look_at_power();
    }
}
