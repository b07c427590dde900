//! Schedules as text: runs of steps in scripts, and the compact form of links.
//!
//! A link writes a schedule in characters that mean nothing to URLs and that mail programs leave alone at the end of
//! a link (letters, digits, inner dots):
//!
//! ```text
//! compact = [ size ] [ part { "." part } ]
//! size    = "o" | "p" | "s" | "a"                  by operation, point, section, atom; o if left out
//! part    = step { step } | step "x" count
//! step    = thread [ "f" ]                         f: the first call that can fail does
//! thread  = "1" .. "9"                             1 is thread A
//! count   = decimal number from 1
//! ```
//!
//! `schedule by point A5 B3 A! A2` is `p1x5.2221f11`.

use super::limits::MAX_SCHEDULE_STEPS;
use super::{Choice, Compact, Schedule, StepSize};
use crate::units::ThreadId;
use std::fmt::{self, Write};

/// Some equal choices in a row, the thread named as the text names it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Run {
    pub(crate) letter: char,
    pub(crate) count: usize,
    pub(crate) fail: bool,
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char(self.letter)?;
        if self.count != 1 {
            write!(f, "{}", self.count)?;
        }
        if self.fail { f.write_char('!') } else { Ok(()) }
    }
}

/// Writes runs, each after a space; dense ones only after the first.
pub(crate) fn write_runs(f: &mut impl Write, runs: impl Iterator<Item = Run>, dense: bool) -> fmt::Result {
    for (index, run) in runs.enumerate() {
        let gap = if dense && index > 0 { "" } else { " " };
        write!(f, "{gap}{run}")?;
    }
    Ok(())
}

/// Maximal runs of equal choices.
pub(crate) fn runs(choices: &[Choice]) -> impl Iterator<Item = Run> + '_ {
    choices.chunk_by(|a, b| a == b).map(|run| Run {
        letter: run[0].thread.letter(),
        count: run.len(),
        fail: run[0].fail,
    })
}

/// Why a compact schedule cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompactReason {
    /// Only digits from 1 to 9, `f`, `x`, `.` and a leading `o`, `p`, `s` or `a` mean something here.
    Unexpected(char),
    /// It ends where a thread or a number was due.
    EndsEarly,
    /// A run of no steps.
    ZeroCount,
    /// More than [`MAX_SCHEDULE_STEPS`].
    TooLong,
}

/// A compact schedule that cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CompactError {
    /// Where, in characters from 0.
    pub position: usize,
    /// Why.
    pub reason: CompactReason,
}

impl fmt::Display for CompactError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The schedule is damaged at character {}: ", self.position + 1)?;
        match self.reason {
            CompactReason::Unexpected(c) => write!(f, "`{}` was not expected.", c.escape_debug()),
            CompactReason::EndsEarly => f.write_str("it ends too early."),
            CompactReason::ZeroCount => f.write_str("a run has no steps."),
            CompactReason::TooLong => write!(f, "it has more than {MAX_SCHEDULE_STEPS} steps."),
        }
    }
}

impl std::error::Error for CompactError {}

impl Schedule {
    /// The schedule on one line, as scripts write it behind `schedule`: `by point A5 B3 A!`.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = format!("by {}", self.step_size.name());
        for run in runs(&self.choices) {
            words.push_str(&format!(" {run}"));
        }
        words
    }

    /// The schedule for a link; see the grammar above. The threads are among the first nine, as in every scenario.
    #[must_use]
    pub fn to_compact(&self) -> String {
        let mut compact = Compact::new(self.step_size);
        for run in self.choices.chunk_by(|a, b| a == b) {
            compact.push(run[0], run.len());
        }
        compact.text
    }

    /// Reads what [`Schedule::to_compact`] writes.
    ///
    /// # Errors
    ///
    /// When the text does not follow the grammar or has more than [`MAX_SCHEDULE_STEPS`] steps.
    pub fn from_compact(text: &str) -> Result<Schedule, CompactError> {
        let mut reader = Reader { chars: text.chars().peekable(), position: 0 };
        let sized = |c| StepSize::ALL.into_iter().find(|size| size.letter() == c);
        let step_size = reader.take(|c| sized(c).is_some()).and_then(sized).unwrap_or_default();
        let mut schedule = Schedule { step_size, choices: Vec::new() };
        if reader.chars.peek().is_none() {
            return Ok(schedule);
        }
        loop {
            reader.part(&mut schedule.choices)?;
            match reader.chars.peek() {
                None => return Ok(schedule),
                Some('.') => reader.take(|_| true),
                Some(&other) => return Err(reader.error(CompactReason::Unexpected(other))),
            };
        }
    }
}

/// The characters that are left.
struct Reader<'t> {
    chars: std::iter::Peekable<std::str::Chars<'t>>,
    position: usize,
}

impl Reader<'_> {
    fn error(&self, reason: CompactReason) -> CompactError {
        CompactError { position: self.position, reason }
    }

    /// The next character if it is one of those.
    fn take(&mut self, accept: impl FnOnce(char) -> bool) -> Option<char> {
        let c = self.chars.next_if(|&c| accept(c))?;
        self.position += 1;
        Some(c)
    }

    /// What stands where something else was due.
    fn unexpected(&mut self) -> CompactError {
        let reason = self.chars.peek().map_or(CompactReason::EndsEarly, |&c| CompactReason::Unexpected(c));
        self.error(reason)
    }

    /// Steps up to a dot.
    fn part(&mut self, choices: &mut Vec<Choice>) -> Result<(), CompactError> {
        let mut steps = 0;
        while let Some(digit) = self.take(|c| ('1'..='9').contains(&c)) {
            let fail = self.take(|c| c == 'f').is_some();
            let choice = Choice { thread: ThreadId(digit as u8 - b'1'), fail };
            let count = if steps == 0 && self.take(|c| c == 'x').is_some() { Some(self.count()?) } else { None };
            if choices.len() + count.unwrap_or(1) > MAX_SCHEDULE_STEPS {
                return Err(self.error(CompactReason::TooLong));
            }
            choices.extend(std::iter::repeat_n(choice, count.unwrap_or(1)));
            if count.is_some() {
                return Ok(());
            }
            steps += 1;
        }
        if steps == 0 { Err(self.unexpected()) } else { Ok(()) }
    }

    /// A number of steps.
    fn count(&mut self) -> Result<usize, CompactError> {
        let start = self.position;
        let mut count = 0_usize;
        while let Some(digit) = self.take(|c| c.is_ascii_digit()) {
            count = count * 10 + (digit as u8 - b'0') as usize;
            if count > MAX_SCHEDULE_STEPS {
                return Err(CompactError { position: start, reason: CompactReason::TooLong });
            }
        }
        if self.position == start {
            return Err(self.unexpected());
        }
        if count == 0 {
            return Err(CompactError { position: start, reason: CompactReason::ZeroCount });
        }
        Ok(count)
    }
}
