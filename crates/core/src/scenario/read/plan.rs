//! What fails, and who runs when.

use super::Cursor;
use super::heard::{Wanted, WordKind};
use crate::errno::Errno;
use crate::scenario::diagnostic::{Fallible, quote};
use crate::scenario::limits::{MAX_ERRNO, MAX_SCHEDULE_STEPS};
use crate::scenario::line::Word;
use crate::scenario::schedule::Run;
use crate::scenario::statement::{At, Statement};
use crate::scenario::{FailPoint, StepSize};

impl<'a, 't> Cursor<'a, 't> {
    #[inline(never)]
    pub(super) fn fail(&mut self) -> Fallible<Statement> {
        let names = || FailPoint::EVERY.into_iter().map(FailPoint::name);
        let expected = format!("one of {}", names().collect::<Vec<_>>().join(", "));
        let word = self.next_or("The call that fails is missing.", &expected)?;
        let what = FailPoint::from_name(word.text)
            .ok_or_else(|| self.unknown(word, "call that can fail named", names(), expected))?;
        let (mut nth, mut thread, mut errno) = (None, None, None);
        while let Some(word) = self.next() {
            match word.text {
                "in" if thread.is_none() => {
                    let word = self.next_or("The thread is missing.", "a letter from `A`")?;
                    thread = Some(self.letter(word)?);
                }
                "with" if errno.is_none() => errno = Some(self.errno()?),
                "in" | "with" => return Err(self.twice(word)),
                text if text.starts_with(|c: char| c.is_ascii_digit()) => {
                    if nth.is_some() {
                        return Err(self.twice(word));
                    }
                    nth = Some(self.nth(word)?);
                }
                _ => {
                    let expected = "which call (1 is the first), `in THREAD` or `with ERRNO`";
                    return Err(self.unknown(word, "option of `fail` called", ["in", "with"], expected));
                }
            }
        }
        let usual = if what == FailPoint::DirectAccess { Errno::EIO } else { Errno::ENOMEM };
        Ok(Statement::Fail { what, nth: nth.unwrap_or(1), errno: errno.unwrap_or(usual), thread })
    }

    fn nth(&self, word: &Word<'_>) -> Fallible<u32> {
        self.listener.is(&word.bytes, WordKind::Number);
        match word.text.parse() {
            Ok(nth) if nth > 0 => Ok(nth),
            _ => {
                let message = format!("{} does not say which call fails.", quote(word.text));
                let repair = (word.text == "0").then_some("1");
                Err(Box::new(
                    self.error(&word.bytes, message, format!("a number from 1 to {}", u32::MAX)).suggest_if(repair),
                ))
            }
        }
    }

    fn errno(&mut self) -> Fallible<Errno> {
        let names = || (1..=MAX_ERRNO).filter_map(|number| Errno(number).name());
        let expected = format!("one of {} or a number", names().collect::<Vec<_>>().join(", "));
        let word = self.next_or("The error is missing.", &expected)?;
        if let Some(errno) = Errno::from_name(word.text) {
            return Ok(errno);
        }
        if word.text.starts_with(|c: char| c.is_ascii_digit()) {
            return match word.text.parse() {
                Ok(number @ 1..=MAX_ERRNO) => Ok(Errno(number)),
                _ => {
                    let message = format!("{} is not an error number.", quote(word.text));
                    Err(Box::new(self.error(&word.bytes, message, format!("1 to {MAX_ERRNO}"))))
                }
            };
        }
        match word.text.strip_prefix('-').filter(|name| Errno::from_name(name).is_some()) {
            Some(name) => {
                let message = "Errors are written without a sign.";
                Err(Box::new(self.error(&word.bytes, message, expected).suggest(name)))
            }
            None => Err(self.unknown(word, "error", names(), expected)),
        }
    }

    pub(super) fn schedule(&mut self) -> Fallible<Statement> {
        let mut step_size = None;
        if self.words.first().is_some_and(|word| word.text == "by") {
            self.at = 0;
            self.next();
            let expected = "`operation`, `point`, `section` or `atom`";
            let word = self.next_or("The size of a step is missing.", expected)?;
            let value = StepSize::from_name(word.text)
                .ok_or_else(|| self.unknown(word, "step size", StepSize::ALL.map(StepSize::name), expected))?;
            step_size = Some(At { value, bytes: word.bytes.clone() });
        }
        let (mut runs, mut dense) = (Vec::new(), false);
        while let Some(word) = self.next() {
            let before = runs.len();
            self.runs(word, &mut runs)?;
            dense |= runs.len() > before + 1;
        }
        Ok(Statement::Schedule { step_size, runs, dense })
    }

    #[inline(never)]
    pub(super) fn position(&mut self) -> Fallible<Statement> {
        let expected = format!("a number of steps from 0 to {MAX_SCHEDULE_STEPS}");
        let word = self.next_or("The number of steps is missing.", &expected)?;
        match word.text.parse() {
            Ok(steps) if steps <= MAX_SCHEDULE_STEPS => self.finish(Statement::Position(steps), "one number"),
            _ => {
                let message = format!("{} is no place in a run.", quote(word.text));
                Err(Box::new(self.error(&word.bytes, message, expected)))
            }
        }
    }

    /// The runs of one word: a letter, how often, and whether it fails.
    fn runs(&self, word: &Word<'_>, runs: &mut Vec<At<Run>>) -> Fallible<()> {
        self.listener.is(&word.bytes, WordKind::Steps);
        self.listener.wants(word.text, Wanted::Steps);
        let expected = "a thread, a count and `!` if it fails, such as `A5`, `B` or `A!`";
        let mut rest = word.text;
        while let Some(letter) = rest.chars().next() {
            let start = word.bytes.end - rest.len();
            if !letter.is_ascii_uppercase() {
                let message = format!("{} is not a run of steps.", quote(word.text));
                let upper = Some(word.text.to_ascii_uppercase())
                    .filter(|upper| letter.is_ascii_lowercase() && is_run_text(upper));
                return Err(Box::new(self.error(&word.bytes, message, expected).suggest_if(upper)));
            }
            let digits = rest[1..].chars().take_while(char::is_ascii_digit).count();
            let count = match &rest[1..=digits] {
                "" => Ok(1),
                digits => digits.parse::<usize>().map_err(drop),
            };
            let fail = rest[1 + digits..].starts_with('!');
            rest = &rest[1 + digits + usize::from(fail)..];
            let bytes = start..word.bytes.end - rest.len();
            match count {
                Ok(0) => {
                    return Err(Box::new(self.error(&bytes, "A run of no steps says nothing.", "a count from 1")));
                }
                // More than any schedule may have; the sum is reported where the schedule is built.
                count => runs.push(At { value: Run { letter, count: count.unwrap_or(usize::MAX), fail }, bytes }),
            }
        }
        Ok(())
    }
}

/// Does the text follow the grammar of runs?
fn is_run_text(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '!')
}
