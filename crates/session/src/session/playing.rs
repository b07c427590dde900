//! Playing: one step at each tick of a clock, until something breaks, nobody can run, or somebody does something else.

use super::{Address, Session, is_violation};
use crate::action::{Effect, Playback};

/// How fast a run plays.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Speed {
    /// A step in 1.8 seconds: time to read the sentence.
    Slow,
    /// A step in 0.9 seconds.
    #[default]
    Normal,
    /// A step in 0.4 seconds.
    Fast,
    /// Eight steps in a second.
    Fastest,
}

impl Speed {
    /// All, from the slowest, with their names and the time between two steps in milliseconds.
    pub const ALL: [(Speed, &'static str, u32); 4] =
        [(Speed::Slow, "½×", 1800), (Speed::Normal, "1×", 900), (Speed::Fast, "2×", 400), (Speed::Fastest, "8×", 125)];

    fn place(self) -> usize {
        Self::ALL.iter().position(|(speed, ..)| *speed == self).unwrap_or(1)
    }

    /// The time between two steps in milliseconds.
    #[must_use]
    pub fn milliseconds(self) -> u32 {
        Self::ALL[self.place()].2
    }

    /// The name: `1×`.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self.place()].1
    }

    /// The one of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Speed> {
        Self::ALL.iter().find(|(_, known, _)| *known == name).map(|&(speed, ..)| speed)
    }
}

/// What is done about the speed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SpeedChange {
    /// To this one.
    To(Speed),
    /// To the next faster one.
    Faster,
    /// To the next slower one.
    Slower,
}

impl Session {
    pub(super) fn play(&mut self, on: bool, effects: &mut Vec<Effect>) -> Address {
        if !on {
            self.playback = Playback::Paused;
        } else if self.next_choice().is_none() {
            effects.push(Effect::Tell(format!("There is nothing to play. {}", self.status_sentence())));
        } else {
            self.playback = Playback::Playing;
        }
        Address::Same
    }

    pub(super) fn change_speed(&mut self, change: SpeedChange, effects: &mut Vec<Effect>) -> Address {
        let (at, last) = (self.speed.place(), Speed::ALL.len() - 1);
        let to = match change {
            SpeedChange::To(speed) => speed.place(),
            SpeedChange::Faster => (at + 1).min(last),
            SpeedChange::Slower => at.saturating_sub(1),
        };
        self.speed = Speed::ALL[to].0;
        let which = match (change, to == at) {
            (SpeedChange::Faster, true) => ", the fastest",
            (SpeedChange::Slower, true) => ", the slowest",
            _ => "",
        };
        effects.push(Effect::Tell(format!("Play speed {}{which}.", self.speed.name())));
        Address::Same
    }

    /// One step of playing, which ends where something breaks, nobody can run, or no step could be made.
    pub(super) fn tick(&mut self, effects: &mut Vec<Effect>) -> Address {
        if self.playback == Playback::Paused {
            return Address::Same;
        }
        let position = self.run.position();
        let address = self.forward(effects);
        let is_stuck = self.run.position() == position;
        if is_stuck || self.next_choice().is_none() || self.run.current().is_some_and(is_violation) {
            self.playback = Playback::Paused;
        }
        address
    }
}
