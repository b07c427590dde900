//! Reads one line at a time: words to a [`Statement`], or a diagnostic of what was expected.

mod entries;
mod expect;
pub(crate) mod heard;
mod operation;
mod plan;
mod process;
mod verbs;
mod world;

use crate::scenario::diagnostic::{Diagnostic, Fallible, nearest, quote};
use crate::scenario::limits::MAX_FILE_PAGES;
use crate::scenario::line::{Line, Word};
use crate::scenario::size::{SizeError, format_pages, parse_bytes, repair_unit};
use crate::scenario::statement::{At, Statement};
use crate::units::PAGE_SIZE;
use heard::{Listener, Wanted, WordKind};
use std::ops::Range;

/// The statement of a line with at least one word. Some mistakes cost only a word of the line; they are put into
/// `diagnostics`.
pub(crate) fn statement(line: &Line<'_>, words: &[Word<'_>], diagnostics: &mut Vec<Diagnostic>) -> Fallible<Statement> {
    statement_heard(line, words, diagnostics, Listener::default())
}

/// The same for somebody who listens.
pub(crate) fn statement_heard(
    line: &Line<'_>,
    words: &[Word<'_>],
    diagnostics: &mut Vec<Diagnostic>,
    listener: Listener<'_>,
) -> Fallible<Statement> {
    let [keyword, rest @ ..] = words else {
        return Err(Box::new(Diagnostic::error(line.span(line.start..line.start), "The line is empty.", "")));
    };
    let mut cursor = Cursor { line, keyword, words: rest, at: 0, diagnostics, listener };
    listener.is(&keyword.bytes, WordKind::Keyword);
    match keyword.text {
        "title" => cursor.title(),
        "revision" | "kernel" => cursor.revision(),
        "file" => cursor.file(),
        "extent" => cursor.extent(),
        "entries" => cursor.entries(),
        "alloc" => cursor.alloc(),
        "device" => cursor.device(),
        "platform" => cursor.platform(),
        "without" => cursor.without(),
        "fs" => cursor.fs(),
        "fs_lock" => cursor.fs_lock(),
        "i_mmap_rwsem" => cursor.i_mmap_rwsem(),
        "journal" => cursor.journal(),
        "layouts" => cursor.layouts(),
        "process" => cursor.process(),
        "thread" => cursor.thread(),
        "fail" => cursor.fail(),
        "expect" => cursor.expect(),
        "schedule" => cursor.schedule(),
        "position" => cursor.position(),
        _ => cursor.operation(),
    }
}

const SIZE_FORMS: &str = "a size such as `2M`, `4K`, `0x203p` (pages) or bytes";
const RANGE_FORMS: &str = "a range such as `2M..4M` or `0x203p+1p`";

/// The same number as pages, if it has no unit: `3p` for `3`.
fn without_unit(text: &str) -> Option<String> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let radix = if digits.len() < text.len() { 16 } else { 10 };
    digits.chars().all(|c| c.is_digit(radix)).then(|| format!("{text}p"))
}

/// A range of whole pages: the first, and the end if there is one.
type PageRange = (u64, Option<u64>);

/// The words of a line behind the keyword.
struct Cursor<'a, 't> {
    line: &'a Line<'t>,
    keyword: &'a Word<'t>,
    words: &'a [Word<'t>],
    at: usize,
    diagnostics: &'a mut Vec<Diagnostic>,
    listener: Listener<'a>,
}

impl<'a, 't> Cursor<'a, 't> {
    fn next(&mut self) -> Option<&'a Word<'t>> {
        let word = self.words.get(self.at)?;
        self.at += 1;
        self.listener.is(&word.bytes, WordKind::Word);
        Some(word)
    }

    /// Nothing is called so, whatever it was taken for.
    fn is_unknown(&self, word: &Word<'_>) {
        if let Some(heard) = self.listener.0 {
            heard.borrow_mut().words.retain(|(bytes, _)| *bytes != word.bytes);
        }
    }

    /// The place behind the last word.
    fn end(&self) -> Range<usize> {
        let last = self.words.last().unwrap_or(self.keyword).bytes.end;
        last..last
    }

    fn error(&self, bytes: &Range<usize>, message: impl Into<String>, expected: impl Into<String>) -> Diagnostic {
        Diagnostic::error(self.line.span(bytes.clone()), message, expected)
    }

    fn missing(&self, message: impl Into<String>, expected: impl Into<String>) -> Box<Diagnostic> {
        Box::new(self.error(&self.end(), message, expected))
    }

    fn next_or(&mut self, message: &str, expected: &str) -> Fallible<&'a Word<'t>> {
        self.next().ok_or_else(|| self.missing(message, expected))
    }

    /// The word `at`, which an offset follows.
    fn at_word(&mut self, missing: &str, expected: &str) -> Fallible<()> {
        let word = self.next_or(missing, expected)?;
        if word.text == "at" {
            return Ok(());
        }
        if parse_bytes(word.text).is_ok() {
            let message = format!("`at` is missing in front of {}.", quote(word.text));
            let with_at = format!("at {}", word.text);
            return Err(Box::new(self.error(&word.bytes, message, expected).suggest(with_at)));
        }
        Err(self.unknown(word, &format!("option of `{}` called", self.keyword.text), ["at"], expected))
    }

    /// Nothing may follow.
    fn finish<T>(&mut self, value: T, expected: &str) -> Fallible<T> {
        match self.next() {
            None => Ok(value),
            Some(word) => {
                let rest = word.bytes.start..self.end().end;
                let message = format!("{} is more than `{}` understands.", quote(word.text), self.keyword.text);
                self.is_unknown(word);
                Err(Box::new(self.error(&rest, message, expected)))
            }
        }
    }

    /// A word that is none of the known ones.
    fn unknown<'c>(
        &self,
        word: &Word<'_>,
        noun: &str,
        known: impl IntoIterator<Item = &'c str> + Clone,
        expected: impl Into<String>,
    ) -> Box<Diagnostic> {
        self.is_unknown(word);
        self.listener.one_of(word, known.clone());
        let message = format!("There is no {noun} {}.", quote(word.text));
        Box::new(self.error(&word.bytes, message, expected).suggest_if(nearest(word.text, known)))
    }

    /// An option said a second time.
    #[inline(never)]
    fn twice(&self, word: &Word<'_>) -> Box<Diagnostic> {
        let message = format!("{} says again what the line has said before.", quote(word.text));
        Box::new(self.error(&word.bytes, message, "one of each kind"))
    }

    fn bytes(&self, text: &str, bytes: &Range<usize>, expected: &str) -> Fallible<u64> {
        self.listener.is(bytes, WordKind::Number);
        self.listener.wants(text, Wanted::Size);
        parse_bytes(text).map_err(|error| {
            let message = match text {
                "" => "A number is missing.".into(),
                _ if text.contains("..") => format!("{} is a range, where one size or offset belongs.", quote(text)),
                _ => format!("{} {error}.", quote(text)),
            };
            let repair = match error {
                SizeError::Unit { digits } => repair_unit(text, digits),
                _ => None,
            };
            Box::new(self.error(bytes, message, expected).suggest_if(repair))
        })
    }

    /// A whole number of pages, at most `limit`.
    fn pages_in(&self, text: &str, bytes: &Range<usize>, limit: u64, expected: &str) -> Fallible<u64> {
        let length = self.bytes(text, bytes, expected)?;
        let pages = length / PAGE_SIZE;
        if pages > limit || (pages == limit && length % PAGE_SIZE != 0) {
            let message = format!("{} is beyond the limit of {}.", quote(text), format_pages(limit));
            return Err(Box::new(self.error(bytes, message, format!("at most {}", format_pages(limit)))));
        }
        if length % PAGE_SIZE != 0 {
            let message = format!("{} is not a whole number of pages of {PAGE_SIZE} bytes.", quote(text));
            let up = without_unit(text).filter(|_| pages == 0).unwrap_or_else(|| format_pages(pages + 1));
            return Err(Box::new(self.error(bytes, message, "a multiple of 4K").suggest(up)));
        }
        Ok(pages)
    }

    /// The next word as a whole number of pages.
    fn pages(&mut self, limit: u64, missing: &str) -> Fallible<At<u64>> {
        let word = self.next_or(missing, SIZE_FORMS)?;
        let value = self.pages_in(word.text, &word.bytes, limit, SIZE_FORMS)?;
        Ok(At { value, bytes: word.bytes.clone() })
    }

    /// The next word as the page that holds that byte.
    fn offset(&mut self) -> Fallible<At<u64>> {
        let word = self.next_or("The offset is missing.", SIZE_FORMS)?;
        let byte = self.bytes(word.text, &word.bytes, SIZE_FORMS)?;
        let page = byte / PAGE_SIZE;
        if page >= MAX_FILE_PAGES {
            let limit = format_pages(MAX_FILE_PAGES);
            let message = format!("{} is beyond the limit of {limit}.", quote(word.text));
            return Err(Box::new(self.error(&word.bytes, message, format!("less than {limit}"))));
        }
        if let Some(pages) = without_unit(word.text).filter(|_| byte % PAGE_SIZE != 0) {
            let message = format!("{} is a byte, which lies in page {page:#x}.", quote(word.text));
            let span = self.line.span(word.bytes.clone());
            self.diagnostics.push(Diagnostic::warning(span, message, "a unit, such as `p` for pages").suggest(pages));
        }
        Ok(At { value: page, bytes: word.bytes.clone() })
    }

    /// A range of the file.
    fn range(&self, word: &Word<'_>) -> Fallible<PageRange> {
        let text = word.text;
        self.listener.is(&word.bytes, WordKind::Number);
        self.listener.wants(text, Wanted::Range);
        let (dots, plus) = (text.find(".."), text.find('+'));
        let Some((at, length)) = dots.map(|at| (at, 2)).or(plus.map(|at| (at, 1))) else {
            let message = format!("{} is not a range.", quote(text));
            let dash = text.split_once('-').map(|(first, end)| format!("{first}..{end}"));
            return Err(Box::new(self.error(&word.bytes, message, RANGE_FORMS).suggest_if(dash)));
        };
        let (left, right) = (&text[..at], &text[at + length..]);
        let start = word.bytes.start;
        let (left_bytes, right_bytes) = (start..start + at, start + at + length..word.bytes.end);
        let first = self.pages_in(left, &left_bytes, MAX_FILE_PAGES, RANGE_FORMS)?;
        if right.is_empty() && dots.is_some() {
            return Ok((first, None));
        }
        let right_pages = self.pages_in(right, &right_bytes, MAX_FILE_PAGES, RANGE_FORMS)?;
        let end = if dots.is_some() { right_pages } else { first.saturating_add(right_pages) };
        if end > MAX_FILE_PAGES {
            let message = format!("{} ends beyond the limit of {}.", quote(text), format_pages(MAX_FILE_PAGES));
            return Err(Box::new(self.error(&word.bytes, message, "a smaller range")));
        }
        if end == first {
            let message = format!("{} is empty.", quote(text));
            return Err(Box::new(self.error(&word.bytes, message, "a range of at least one page")));
        }
        if end < first {
            let message = format!("{} ends before it begins.", quote(text));
            let expected = "the smaller offset first";
            return Err(Box::new(self.error(&word.bytes, message, expected).suggest(format!("{right}..{left}"))));
        }
        Ok((first, Some(end)))
    }

    /// The next word as a range with an end.
    fn closed_range(&mut self) -> Fallible<At<(u64, u64)>> {
        let word = self.next_or("The range is missing.", RANGE_FORMS)?;
        match self.range(word)? {
            (first, Some(end)) => Ok(At { value: (first, end), bytes: word.bytes.clone() }),
            (_, None) => {
                let message = format!("{} has no end, and `{}` needs one.", quote(word.text), self.keyword.text);
                Err(Box::new(self.error(&word.bytes, message, RANGE_FORMS)))
            }
        }
    }

    fn on_off(&mut self, option: &str) -> Fallible<bool> {
        let expected = "`on` or `off`";
        let word = self.next_or(&format!("`{option}` is on or off; which is missing."), expected)?;
        self.listener.one_of(word, ["on", "off"]);
        match word.text {
            "on" => Ok(true),
            "off" => Ok(false),
            _ => {
                let message = format!("{} is neither on nor off.", quote(word.text));
                Err(Box::new(self.error(&word.bytes, message, expected).suggest_if(nearest(word.text, ["on", "off"]))))
            }
        }
    }
}
