//! Running until a condition holds, and to a line of the listing.

use super::stepping::MAX_BURST_STEPS;
use super::{Address, Session};
use crate::action::{Effect, FocusTarget, Panel};
use crate::until::{Condition, Direction, Line, Moment, Question, UntilAction, holds};

/// What is asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Asked {
    /// In the dialog.
    pub(crate) question: Question,
    /// The chosen line of the listing.
    pub(crate) line: Option<Line>,
}

impl Session {
    pub(super) fn until(&mut self, action: UntilAction, effects: &mut Vec<Effect>) -> Address {
        match action {
            UntilAction::Choose(field, value) => {
                let scenario = std::sync::Arc::clone(self.run.scenario());
                self.until.question.choose(field, &value, &scenario);
                Address::Same
            }
            UntilAction::Run(direction) => match self.until.question.condition() {
                Ok(condition) => self.run_until(&condition, direction, effects),
                Err(why) => {
                    effects.push(Effect::Tell(why));
                    Address::Same
                }
            },
            UntilAction::Mark(file, number) => self.mark_line(file, number),
            UntilAction::MarkThread(thread) => self.change_line(|line| line.thread = thread),
            UntilAction::MarkMoment(moment) => self.change_line(|line| line.moment = moment),
            UntilAction::ToLine(direction) => match self.until.line {
                Some(line) => self.run_until(&Condition::Reaches(line), direction, effects),
                None => {
                    let text = "No line is chosen. Click one in the listing, or choose it there with the arrow keys.";
                    effects.push(Effect::Tell(text.into()));
                    Address::Same
                }
            },
        }
    }

    fn mark_line(&mut self, file: &'static str, number: u32) -> Address {
        let is_same = self.until.line.is_some_and(|line| (line.file, line.number) == (file, number));
        let (moment, thread) = self.until.line.map_or((Moment::Before, None), |line| (line.moment, line.thread));
        self.until.line = (!is_same).then_some(Line { file, number, moment, thread });
        Address::Same
    }

    fn change_line(&mut self, change: impl FnOnce(&mut Line)) -> Address {
        if let Some(line) = &mut self.until.line {
            change(line);
        }
        Address::Same
    }

    /// Opens the dialog; with a selected object, that is what it asks about first.
    pub(super) fn prepare_question(&mut self) {
        let Some(object) = self.selection else { return };
        let scenario = std::sync::Arc::clone(self.run.scenario());
        let question = &mut self.until.question;
        if let Some(page) = crate::tokens::page_of(object) {
            question.page = format!("{page:#x}");
        }
        question.ask_about(object, &scenario);
    }

    fn run_until(&mut self, condition: &Condition, direction: Direction, effects: &mut Vec<Effect>) -> Address {
        let from = self.run.position();
        let address = match direction {
            Direction::On => self.run_on(condition, effects),
            Direction::Back => self.run_back(condition),
        };
        let position = self.run.position();
        let words = condition.words(self.run.world());
        if position == from || !holds(&self.run, condition, position) {
            effects.push(Effect::Tell(self.why_not_reached(&words, direction, position.saturating_sub(from))));
        } else {
            effects.push(Effect::Tell(format!("Stopped at step {position}: {words}.")));
        }
        if position == from {
            return address;
        }
        if self.panel == Panel::Until {
            self.panel = Panel::None;
            effects.push(Effect::Focus(FocusTarget::Return));
        }
        if matches!(condition, Condition::Broken(_)) && self.run.current().is_some_and(super::is_violation) {
            effects.push(Effect::Focus(FocusTarget::Alert));
        }
        address
    }

    /// Along what is recorded, then on with new steps.
    fn run_on(&mut self, condition: &Condition, effects: &mut Vec<Effect>) -> Address {
        let from = self.run.position();
        let recorded = (from + 1..=self.run.len()).find(|&number| holds(&self.run, condition, number));
        self.run.go_to(recorded.unwrap_or(self.run.len()));
        let mut address = if self.run.position() == from { Address::Same } else { Address::Replace };
        if recorded.is_none() {
            let made = self.burst(
                |session, made| {
                    let is_there = made > 0 && holds(&session.run, condition, session.run.position());
                    session.next_choice().filter(|_| !is_there)
                },
                effects,
            );
            address = if made == Address::Same { address } else { made };
        }
        address
    }

    fn run_back(&mut self, condition: &Condition) -> Address {
        let found = (1..self.run.position()).rev().find(|&number| holds(&self.run, condition, number));
        match found {
            Some(number) => {
                self.run.go_to(number);
                Address::Replace
            }
            None => Address::Same,
        }
    }

    /// Why the run did not stop where the condition holds.
    fn why_not_reached(&self, words: &str, direction: Direction, moved: usize) -> String {
        if direction == Direction::Back {
            return format!("There is no earlier step where {words}.");
        }
        if self.next_choice().is_some() && moved >= MAX_BURST_STEPS {
            return format!("{moved} steps, and at none of them {words}. Run on once more to go further.");
        }
        format!("There is no later step where {words}. {}", self.why_no_step())
    }

    /// Why no further step was made: the run has ended, nobody can run, or it is too long.
    fn why_no_step(&self) -> String {
        match self.next_choice() {
            Some(choice) => super::why_not(self.run.here(), choice.thread),
            None => self.status_sentence(),
        }
    }
}
