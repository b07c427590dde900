//! From a state back to the start: the schedule that leads there.

use daxscope_core::machine::Position;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Choice, Scenario, Schedule, StepSize};
use daxscope_core::units::ThreadId;
use std::sync::Arc;

/// A choice in 7 bits.
const fn packed(choice: Choice) -> u8 {
    choice.thread.0 << 1 | choice.fail as u8
}

/// The last choice of a way.
const LAST: u8 = 0x80;
/// So many ways have one index.
const GROUP: usize = 16;

/// How every state was reached: by which choices, and from which one. About four bytes each.
#[derive(Clone, Debug, Default)]
pub struct Ways {
    /// By way: how many ways before it its parent is, seven bits a byte, then its choices.
    bytes: Vec<u8>,
    /// Where every sixteenth begins.
    begins: Vec<u32>,
    len: u32,
}

impl Ways {
    /// Forgets all but the start, which is way 0.
    pub fn begin(&mut self) {
        self.bytes.clear();
        self.begins.clear();
        self.len = 0;
        self.push(0, 0, &mut std::iter::empty());
    }

    /// A way that goes on from that of `parent`; its number. Without choices it is that of the parent.
    pub fn add(&mut self, parent: u32, choices: &mut dyn Iterator<Item = Choice>) -> u32 {
        let mut choices = choices.peekable();
        if choices.peek().is_none() {
            return parent;
        }
        self.push(self.len - parent, self.len, &mut choices);
        self.len - 1
    }

    fn push(&mut self, back: u32, number: u32, choices: &mut dyn Iterator<Item = Choice>) {
        if (number as usize).is_multiple_of(GROUP) {
            self.begins.push(self.bytes.len() as u32);
        }
        let mut back = back;
        while back >= 0x80 {
            self.bytes.push(back as u8 | 0x80);
            back >>= 7;
        }
        self.bytes.push(back as u8);
        let first = self.bytes.len();
        self.bytes.extend(choices.map(packed));
        match self.bytes[first..].last_mut() {
            Some(last) => *last |= LAST,
            None => self.bytes.push(LAST),
        }
        self.len += 1;
    }

    /// Is there memory for one more of so many choices?
    pub fn reserve(&mut self, choices: usize) -> bool {
        self.bytes.try_reserve(choices + 6).is_ok() && self.bytes.len() < u32::MAX as usize - choices - 6
    }

    /// Bytes in use.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes.capacity() + self.begins.capacity() * 4
    }

    /// The parent of a way, and its own choices.
    fn read(&self, number: u32) -> (u32, &[u8]) {
        let mut at = self.begins[number as usize / GROUP] as usize;
        let mut skip = number as usize % GROUP;
        loop {
            let (mut back, mut shift) = (0, 0);
            loop {
                let byte = self.bytes[at];
                at += 1;
                back |= u32::from(byte & 0x7f) << shift;
                shift += 7;
                if byte & 0x80 == 0 {
                    break;
                }
            }
            let length = self.bytes[at..].iter().position(|byte| byte & LAST != 0).map_or(0, |last| last + 1);
            let choices = &self.bytes[at..at + length];
            if skip == 0 {
                return (number - back, choices);
            }
            (at, skip) = (at + length, skip - 1);
        }
    }

    /// The number of the way that a way goes on from; `None` at the start.
    #[must_use]
    pub fn parent(&self, number: u32) -> Option<u32> {
        (number != 0).then(|| self.read(number).0)
    }

    /// The choices from the start to the end of a way.
    #[must_use]
    pub fn to(&self, number: u32, step_size: StepSize) -> Schedule {
        let mut choices = Vec::new();
        let mut at = number;
        while at != 0 {
            let (parent, own) = self.read(at);
            let choice = |&byte: &u8| {
                let byte = byte & !LAST;
                Choice { thread: ThreadId(byte >> 1), fail: byte & 1 != 0 }
            };
            choices.extend(own.iter().rev().map(choice));
            at = parent;
        }
        choices.reverse();
        Schedule { step_size, choices }
    }
}

/// Leaves out what threads did since they were last between two operations, if they have changed nothing since: a quiet
/// moment that the search saw through it.
#[must_use]
pub fn back_to_quiet(scenario: &Arc<Scenario>, schedule: &Schedule) -> Schedule {
    let mut run = Run::new(Arc::clone(scenario));
    let mut quiet_since = vec![0; scenario.threads.len()];
    for (at, &choice) in schedule.choices.iter().enumerate() {
        if run.step(choice, schedule.step_size).is_none() {
            return schedule.clone();
        }
        let between = match run.machine.position(choice.thread) {
            Position::At(stop) => stop.op.begins_operation(),
            Position::Finished | Position::Crashed => true,
        };
        if between {
            quiet_since[choice.thread.index()] = at + 1;
        }
    }
    let choices = schedule.choices.iter().enumerate();
    let kept = choices.filter(|(at, choice)| *at < quiet_since[choice.thread.index()]).map(|(_, choice)| *choice);
    let mut choices: Vec<Choice> = kept.collect();
    // The moment becomes quiet with the last operation that ends.
    let mut run = Run::new(Arc::clone(scenario));
    let mut end = 0;
    for (at, &choice) in choices.iter().enumerate() {
        let Some(step) = run.step(choice, schedule.step_size) else { return schedule.clone() };
        if !step.violations.is_empty() {
            end = at + 1;
        }
    }
    choices.truncate(end);
    Schedule { step_size: schedule.step_size, choices }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_are_read_as_they_were_written() {
        let mut ways = Ways::default();
        ways.begin();
        let choice = |at: u32| Choice { thread: ThreadId((at % 7) as u8), fail: at.is_multiple_of(5) };
        let mut all: Vec<Vec<Choice>> = vec![Vec::new()];
        for at in 1..2_000_u32 {
            let parent = at * at % at.min(all.len() as u32);
            let own: Vec<_> = (0..1 + at % 4).map(|more| choice(at + more)).collect();
            assert_eq!(ways.add(parent, &mut own.iter().copied()), at);
            all.push(all[parent as usize].iter().copied().chain(own).collect());
            assert_eq!(ways.parent(at), Some(parent));
        }
        for (number, way) in all.iter().enumerate() {
            assert_eq!(ways.to(number as u32, StepSize::Section).choices, *way);
        }
        assert_eq!((ways.add(7, &mut std::iter::empty()), ways.parent(0)), (7, None));
    }
}
