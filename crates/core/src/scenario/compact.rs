//! The text of a schedule for links, kept while the schedule grows and is cut: neither costs more for a long one.

use super::limits::MAX_THREADS;
use super::{Choice, StepSize};

/// Up to this many equal steps are written out, for `111` is no longer than `1x3` and needs no dot.
const WRITTEN_OUT: usize = 3;

/// A schedule as [`Schedule::to_compact`](super::Schedule::to_compact) writes it.
///
/// # Invariants
///
/// `text` is the step size and `turns` in order; no two turns beside each other are of one choice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Compact {
    pub(super) text: String,
    turns: Vec<Turn>,
}

/// Equal steps in a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Turn {
    choice: Choice,
    /// Steps before it, and in it.
    before: usize,
    count: usize,
    /// Bytes of the text before it.
    bytes: usize,
}

impl Compact {
    /// A schedule without a step.
    #[must_use]
    pub fn new(size: StepSize) -> Compact {
        Compact { text: size.letter().into(), turns: Vec::new() }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// So many more steps of one choice.
    pub fn push(&mut self, choice: Choice, count: usize) {
        match self.turns.last_mut() {
            _ if count == 0 => return,
            Some(last) if last.choice == choice => last.count += count,
            last => {
                let before = last.map_or(0, |last| last.before + last.count);
                self.turns.push(Turn { choice, before, count, bytes: self.text.len() });
            }
        }
        self.write_last();
    }

    /// Forgets all but the first steps.
    pub fn truncate(&mut self, steps: usize) {
        self.turns.truncate(self.turns.partition_point(|turn| turn.before < steps));
        match self.turns.last_mut() {
            Some(last) => last.count = last.count.min(steps - last.before),
            None => return self.text.truncate(1),
        }
        self.write_last();
    }

    /// Writes the last turn, in place of what stands there.
    fn write_last(&mut self) {
        let [earlier @ .., last] = self.turns.as_slice() else { return };
        let is_counted = |turn: &Turn| turn.count > WRITTEN_OUT;
        self.text.truncate(last.bytes);
        if earlier.last().is_some_and(|before| is_counted(before) || is_counted(last)) {
            self.text.push('.');
        }
        let digit = char::from(b'1' + last.choice.thread.0 % MAX_THREADS as u8);
        for _ in 0..if is_counted(last) { 1 } else { last.count } {
            self.text.push(digit);
            self.text.push_str(if last.choice.fail { "f" } else { "" });
        }
        if is_counted(last) {
            self.text.push_str(&format!("x{}", last.count));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Schedule;
    use crate::units::ThreadId;

    #[test]
    fn what_is_kept_step_by_step_reads_as_the_same_schedule() {
        let mut compact = Compact::new(StepSize::Point);
        let mut schedule = Schedule { step_size: StepSize::Point, choices: Vec::new() };
        for number in 0..2_000_usize {
            let thread = ThreadId((number * number / 11 % 4) as u8);
            let choice = Choice { thread, fail: number % 13 == 0 };
            for _ in 0..number % 6 {
                compact.push(choice, 1);
                schedule.choices.push(choice);
            }
            if number % 29 == 0 {
                let left = schedule.choices.len() * (number % 5) / 4;
                compact.truncate(left);
                schedule.choices.truncate(left);
            }
            assert_eq!(compact.as_str(), schedule.to_compact());
            assert_eq!(Schedule::from_compact(compact.as_str()).as_ref(), Ok(&schedule));
        }
        compact.truncate(0);
        assert_eq!(compact, Compact::new(StepSize::Point));
    }
}
