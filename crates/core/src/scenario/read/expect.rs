//! `expect` lines.

use super::Cursor;
use crate::check::Rule;
use crate::entry::EntrySize;
use crate::errno::Errno;
use crate::fallback::FallbackReason;
use crate::scenario::diagnostic::{Fallible, quote};
use crate::scenario::expectation::{EndedHow, EntryKind, Expectation, Fact, MappedHow, ResultWord};
use crate::scenario::limits::MAX_ERRNO;
use crate::scenario::size::parse_bytes;
use crate::scenario::statement::{At, ExpectLine, Statement};

const FACTS: [&str; 7] = ["huge", "mapped", "writable", "entry", "dirty", "result", "fallback"];

impl<'a, 't> Cursor<'a, 't> {
    #[inline(never)]
    pub(super) fn expect(&mut self) -> Fallible<Statement> {
        let all = || ["clean", "violation", "no"].into_iter().chain(FACTS);
        let expected = format!("one of {}", all().collect::<Vec<_>>().join(", "));
        let mut word = self.next_or("What is expected is missing.", &expected)?;
        let holds = word.text != "no";
        if !holds {
            let facts = format!("one of {}", FACTS.join(", "));
            word = self.next_or("What is expected not to be is missing.", &facts)?;
            if !FACTS.contains(&word.text) {
                return Err(self.unknown(word, "fact called", FACTS, facts));
            }
        }
        let mut line =
            ExpectLine { expectation: Expectation::Clean, process: None, thread: None, whole: word.bytes.clone() };
        line.expectation = match word.text {
            "clean" => Expectation::Clean,
            "violation" => Expectation::Violation(self.rule()?),
            text => match self.fact(text, &mut line)? {
                Some(fact) => Expectation::Fact { holds, fact },
                None => return Err(self.unknown(word, "expectation called", all(), expected)),
            },
        };
        line.whole.end = self.end().end;
        self.finish(Statement::Expect(line), "nothing more")
    }

    fn rule(&mut self) -> Fallible<Option<Rule>> {
        let Some(word) = self.next() else { return Ok(None) };
        let names = || Rule::ALL.iter().map(|rule| rule.name());
        let expected = format!("one of {}, or nothing for any rule", names().collect::<Vec<_>>().join(", "));
        Rule::from_name(word.text).map(Some).ok_or_else(|| self.unknown(word, "rule", names(), expected))
    }

    /// `None`: there is no such fact.
    fn fact(&mut self, name: &str, line: &mut ExpectLine) -> Fallible<Option<Fact>> {
        if let Some(how) = MappedHow::ALL.into_iter().find(|how| how.name() == name) {
            let page = self.maybe_offset()?;
            if self.maybe_in()? {
                line.process = Some(self.process_ref()?);
            }
            return Ok(Some(Fact::Mapped { how, page, mm: None }));
        }
        Ok(Some(match name {
            "entry" => self.entry()?,
            "dirty" => Fact::Dirty { page: self.maybe_offset()? },
            "result" => {
                let how = EndedHow::Result(self.result_word()?);
                self.ended(how, line)?
            }
            "fallback" => {
                let how = EndedHow::Fallback(self.reason()?);
                self.ended(how, line)?
            }
            _ => return Ok(None),
        }))
    }

    /// `in`, if something follows.
    fn maybe_in(&mut self) -> Fallible<bool> {
        let Some(word) = self.next() else { return Ok(false) };
        match word.text {
            "in" => Ok(true),
            _ => Err(self.unknown(word, "option of `expect` called", ["in"], "`in NAME` or nothing")),
        }
    }

    /// The next word as an offset, if it begins like a number.
    fn maybe_offset(&mut self) -> Fallible<Option<u64>> {
        match self.words.get(self.at) {
            Some(word) if word.text.starts_with(|c: char| c.is_ascii_digit()) => Ok(Some(self.offset()?.value)),
            _ => Ok(None),
        }
    }

    fn entry(&mut self) -> Fallible<Fact> {
        let page = self.maybe_offset()?;
        let (mut size, mut kind) = (None, None);
        while let Some(word) = self.next() {
            let known = EntryKind::ALL.into_iter().find(|kind| kind.name() == word.text);
            match (parse_bytes(word.text), known) {
                (Ok(4096), _) if size.is_none() => size = Some(EntrySize::Pte),
                (Ok(0x20_0000), _) if size.is_none() => size = Some(EntrySize::Pmd),
                (Err(_), Some(known)) if kind.is_none() => kind = Some(known),
                (Ok(_), _) if size.is_some() => return Err(self.twice(word)),
                (_, Some(_)) => return Err(self.twice(word)),
                _ => {
                    let names = ["4K", "2M", "empty", "zero", "block", "page"];
                    let expected = "`4K` or `2M`, then `empty`, `zero`, `block` or `page`, or nothing";
                    return Err(self.unknown(word, "kind of entry called", names, expected));
                }
            }
        }
        Ok(Fact::Entry { page, size, kind })
    }

    /// `in THREAD` and perhaps the number of the operation.
    fn ended(&mut self, how: EndedHow, line: &mut ExpectLine) -> Fallible<Fact> {
        let mut operation = None;
        if self.maybe_in()? {
            let word = self.next_or("The thread is missing.", "a letter from `A`")?;
            let At { value, bytes } = self.letter(word)?;
            line.thread = Some(At { value, bytes });
            if let Some(word) = self.next() {
                let number = word.text.parse::<u16>().ok().and_then(|number| number.checked_sub(1));
                operation = Some(number.ok_or_else(|| {
                    let message = format!("{} does not say which operation of the thread is meant.", quote(word.text));
                    Box::new(self.error(&word.bytes, message, "a number from 1, or nothing for the last one"))
                })?);
            }
        }
        Ok(Fact::Ended { how, thread: None, operation })
    }

    fn result_word(&mut self) -> Fallible<ResultWord> {
        let errnos = || (1..=MAX_ERRNO).filter_map(|number| Errno(number).name());
        let words: Vec<String> = ResultWord::WORDS.iter().map(ToString::to_string).collect();
        let names: Vec<&str> = words.iter().map(String::as_str).chain(errnos()).collect();
        let expected = format!("one of {} or the number that it returns", names.join(", "));
        let word = self.next_or("The result is missing.", &expected)?;
        let known = ResultWord::WORDS.into_iter().zip(&words).find(|(_, name)| *name == word.text);
        if let Some((known, _)) = known {
            return Ok(known);
        }
        if let Some(errno) = Errno::from_name(word.text) {
            return Ok(ResultWord::Error(errno));
        }
        if let Ok(number) = word.text.parse::<u64>() {
            return Ok(ResultWord::Number(number));
        }
        let negative = word.text.strip_prefix('-').and_then(|number| number.parse::<u16>().ok());
        if let Some(number @ 1..=MAX_ERRNO) = negative {
            return Ok(ResultWord::Error(Errno(number)));
        }
        Err(self.unknown(word, "result", names, expected))
    }

    fn reason(&mut self) -> Fallible<Option<&'static str>> {
        match self.words.get(self.at) {
            Some(word) if word.text != "in" => {
                self.next();
                let names: Vec<&str> = FallbackReason::names().collect();
                let expected = format!("one of {}", names.join(", "));
                FallbackReason::names()
                    .find(|name| *name == word.text)
                    .map(Some)
                    .ok_or_else(|| self.unknown(word, "reason to fall back", names, expected))
            }
            _ => Ok(None),
        }
    }
}
