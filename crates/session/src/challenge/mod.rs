//! Challenges in the page: what is open, what was answered, and what is solved. `judge` says what is right.

pub mod judge;
mod progress;

pub(crate) use progress::Progress;
pub use progress::merged;

use crate::search::Said;
use daxscope_lessons::challenge::{Challenge, Kind};
use judge::Judgement;

/// Something in a challenge.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ChallengeAction {
    /// Opens the challenge of that id at its beginning.
    Open(String),
    /// Back to the list.
    List,
    /// The challenge again from its beginning, after something else was on screen.
    Again,
    /// Shows one more hint.
    Hint,
    /// Can it still be won from here?
    Ask,
    /// Shows one more step of the shortest rest.
    Reveal,
    /// Makes the next step of that rest.
    TakeStep,
    /// Chooses a guard, or puts it back.
    Toggle(String),
    /// Has the machine attack the kernel with the chosen guards.
    Attack,
    /// Has the machine try the assumption of a guard.
    Assume(String),
    /// Puts the order that breaks the chosen guards on the timeline.
    ShowWay,
    /// Puts a section behind the others.
    Place(char),
    /// Takes a section out of the order.
    Lift(char),
    /// One place earlier.
    Earlier(char),
    /// One place later.
    Later(char),
    /// Runs the order.
    RunOrder,
    /// Copies a link to the challenge with the present answer.
    CopyAnswer,
    /// What was solved on an earlier visit, or in another window.
    Restore(String),
}

/// What was asked of the worker about a challenge.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Question {
    /// Can it still be won behind these choices?
    Rest(daxscope_core::scenario::Schedule),
    /// Do the guards of that answer hold?
    Attack(String),
    /// Does this guard hold under its assumption?
    Assume(String),
    /// Does this answer to this challenge hold, which somebody handed in?
    HandedIn(String, String),
}

/// The challenge that is open, and all that were solved.
#[derive(Debug, Default)]
pub(crate) struct Challenging {
    pub(crate) open: Option<&'static Challenge>,
    pub(crate) hints: usize,
    /// The ids of the guards that are chosen.
    pub(crate) chosen: Vec<String>,
    /// The letters of the sections, in order.
    pub(crate) order: String,
    pub(crate) question: Option<Question>,
    /// Steps of the rest that are shown.
    pub(crate) revealed: usize,
    /// The last answer that was judged, and what came of it.
    pub(crate) judged: Option<(String, Judgement)>,
    /// Assumptions that were tried: guard, and what was said.
    pub(crate) assumed: Vec<(String, Said)>,
    pub(crate) progress: Progress,
    /// The run that a link brought: whoever opens it has not made it.
    pub(crate) brought: Option<daxscope_core::scenario::Schedule>,
    /// The answer that a link brought is still to be attacked, for whoever opened it.
    pub(crate) is_brought: bool,
}

impl Challenging {
    /// Opens a challenge at its beginning.
    pub(crate) fn begin(&mut self, challenge: Option<&'static Challenge>) {
        let progress = std::mem::take(&mut self.progress);
        *self = Challenging { open: challenge, progress, ..Challenging::default() };
    }

    /// The answer that is being made; of "break it" the schedule is.
    pub(crate) fn answer(&self) -> String {
        match self.open.map(|challenge| &challenge.kind) {
            Some(Kind::Fix { .. }) => self.chosen.join("+"),
            Some(Kind::Order { .. }) => self.order.clone(),
            _ => String::new(),
        }
    }

    /// Takes an answer of a link.
    pub(crate) fn take_answer(&mut self, answer: &str) {
        let Some(challenge) = self.open else { return };
        match &challenge.kind {
            Kind::Break { .. } => {}
            Kind::Fix { .. } => {
                let guards = judge::guards_of(challenge, answer).unwrap_or_default();
                self.chosen = guards.iter().map(|guard| guard.id.clone()).collect();
            }
            Kind::Order { blocks, .. } => {
                self.order.clear();
                for letter in answer.chars() {
                    if !self.order.contains(letter) && blocks.iter().any(|block| block.id == letter) {
                        self.order.push(letter);
                    }
                }
            }
        }
    }

    /// What was judged, if it is still the answer that stands there.
    pub(crate) fn judgement(&self) -> Option<&Judgement> {
        self.judged.as_ref().filter(|(answer, _)| *answer == self.answer()).map(|(_, judgement)| judgement)
    }

    /// Chooses a guard, or puts it back; those that exclude it are put back.
    pub(crate) fn toggle(&mut self, id: &str) {
        let Some(guards) = self.open.map(|challenge| challenge.guards()) else { return };
        let Some(guard) = guards.iter().find(|guard| guard.id == id) else { return };
        let was_chosen = self.chosen.iter().any(|chosen| chosen == id);
        let stays = |other: &&daxscope_lessons::challenge::Guard| {
            if other.id == id { !was_chosen } else { !judge::exclude(other, guard) || was_chosen }
        };
        let is_chosen = |other: &&daxscope_lessons::challenge::Guard| other.id == id || self.chosen.contains(&other.id);
        self.chosen = guards.iter().filter(is_chosen).filter(stays).map(|guard| guard.id.clone()).collect();
    }

    /// Moves a section by one place.
    pub(crate) fn shift(&mut self, letter: char, later: bool) {
        let mut letters: Vec<char> = self.order.chars().collect();
        let Some(at) = letters.iter().position(|&placed| placed == letter) else { return };
        let to = if later { at + 1 } else { at.wrapping_sub(1) };
        if to < letters.len() {
            letters.swap(at, to);
        }
        self.order = letters.into_iter().collect();
    }
}
