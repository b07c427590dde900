//! Reads one line at a time: words to a [`Statement`], or a diagnostic of what was expected.

use super::diagnostic::{Diagnostic, Fallible, nearest, quote};
use super::limits::{MAX_DEVICE_BLOCKS, MAX_ERRNO, MAX_FILE_PAGES, MAX_NAME_CHARS, MAX_TITLE_CHARS, MAX_VIRTUAL_PAGES};
use super::line::{Line, Word, quoted};
use super::schedule::Run;
use super::size::{SizeError, format_pages, parse_bytes, repair_unit};
use super::statement::{
    AllocLine, At, OPERATION_KEYWORDS, OperationLine, PROCESS_KEYWORDS, Place, ProcessLine, ProcessRef, Statement,
    TOP_KEYWORDS, is_plain_name,
};
use super::{Extent, ExtentKind, FailPoint, Operation, StepSize};
use crate::errno::Errno;
use crate::revision::{PRESETS, SWITCHES, preset, switch};
use crate::units::PAGE_SIZE;
use std::ops::Range;

/// The statement of a line with at least one word. Some mistakes cost only a word of the line; they are put into
/// `diagnostics`.
pub(crate) fn statement(line: &Line<'_>, words: &[Word<'_>], diagnostics: &mut Vec<Diagnostic>) -> Fallible<Statement> {
    let [keyword, rest @ ..] = words else {
        return Err(Box::new(Diagnostic::error(line.span(line.start..line.start), "The line is empty.", "")));
    };
    let mut cursor = Cursor { line, keyword, words: rest, at: 0, diagnostics };
    match keyword.text {
        "title" => cursor.title(),
        "revision" => cursor.revision(),
        "file" => cursor.file(),
        "extent" => cursor.extent(),
        "alloc" => cursor.alloc(),
        "device" => cursor.device(),
        "fs_lock" => cursor.fs_lock(),
        "process" => cursor.process(),
        "thread" => cursor.thread(),
        "fail" => cursor.fail(),
        "schedule" => cursor.schedule(),
        _ => cursor.operation(),
    }
}

/// Words that people know from elsewhere, and what they are called here.
const OTHER_NAMES: [(&str, &str); 18] = [
    ("pread", "read(2)"),
    ("pwrite", "write(2)"),
    ("load", "read"),
    ("store", "write"),
    ("fault", "read"),
    ("fallocate", "punch"),
    ("ftruncate", "truncate"),
    ("msync", "fsync"),
    ("drop_caches", "invalidate"),
    ("fadvise", "invalidate"),
    ("kernel", "revision"),
    ("size", "file"),
    ("allocator", "alloc"),
    ("dev", "device"),
    ("mm", "process"),
    ("inject", "fail"),
    ("sched", "schedule"),
    ("mmap", "process"),
];

const SIZE_FORMS: &str = "a size such as `2M`, `4K`, `0x203p` (pages) or bytes";
const RANGE_FORMS: &str = "a range such as `2M..4M` or `0x203p+1p`";

/// A range of whole pages: the first, and the end if there is one.
type PageRange = (u64, Option<u64>);

/// The words of a line behind the keyword.
struct Cursor<'a, 't> {
    line: &'a Line<'t>,
    keyword: &'a Word<'t>,
    words: &'a [Word<'t>],
    at: usize,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl<'a, 't> Cursor<'a, 't> {
    fn next(&mut self) -> Option<&'a Word<'t>> {
        let word = self.words.get(self.at)?;
        self.at += 1;
        Some(word)
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
                Err(Box::new(self.error(&rest, message, expected)))
            }
        }
    }

    /// A word that is none of the known ones.
    fn unknown<'c>(
        &self,
        word: &Word<'_>,
        noun: &str,
        known: impl IntoIterator<Item = &'c str>,
        expected: impl Into<String>,
    ) -> Box<Diagnostic> {
        let message = format!("There is no {noun} {}.", quote(word.text));
        Box::new(self.error(&word.bytes, message, expected).suggest_if(nearest(word.text, known)))
    }

    /// An option said a second time.
    fn twice(&self, word: &Word<'_>) -> Box<Diagnostic> {
        let message = format!("{} says again what the line has said before.", quote(word.text));
        Box::new(self.error(&word.bytes, message, "one of each kind"))
    }

    fn bytes(&self, text: &str, bytes: &Range<usize>, expected: &str) -> Fallible<u64> {
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
            let up = format_pages(pages + 1);
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
        let page = self.bytes(word.text, &word.bytes, SIZE_FORMS)? / PAGE_SIZE;
        if page >= MAX_FILE_PAGES {
            let limit = format_pages(MAX_FILE_PAGES);
            let message = format!("{} is beyond the limit of {limit}.", quote(word.text));
            return Err(Box::new(self.error(&word.bytes, message, format!("less than {limit}"))));
        }
        Ok(At { value: page, bytes: word.bytes.clone() })
    }

    /// A range of the file.
    fn range(&self, word: &Word<'_>) -> Fallible<PageRange> {
        let text = word.text;
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
        match word.text {
            "on" => Ok(true),
            "off" => Ok(false),
            _ => {
                let message = format!("{} is neither on nor off.", quote(word.text));
                Err(Box::new(self.error(&word.bytes, message, expected).suggest_if(nearest(word.text, ["on", "off"]))))
            }
        }
    }

    fn title(&mut self) -> Fallible<Statement> {
        let word = self.next_or("The title is missing.", "text up to the end of the line")?;
        let title = word.string.as_deref().unwrap_or(word.text);
        let length = title.chars().count();
        if length > MAX_TITLE_CHARS {
            let message = format!("The title has {length} characters.");
            return Err(Box::new(self.error(&word.bytes, message, format!("at most {MAX_TITLE_CHARS}"))));
        }
        self.finish(Statement::Title(title.to_owned()), "nothing behind the closing quote")
    }

    fn revision(&mut self) -> Fallible<Statement> {
        let names = || PRESETS.iter().map(|preset| preset.name);
        let all = names().collect::<Vec<_>>().join(", ");
        let word = self.next_or("The revision is missing.", &format!("one of {all}"))?;
        let Some(known) = preset(word.text) else {
            if word.text.contains('=') {
                let message = "A revision begins with the name of a preset.";
                let start = word.bytes.start..word.bytes.start;
                return Err(Box::new(self.error(&start, message, format!("one of {all}")).suggest("4.10.0 ")));
            }
            return Err(self.unknown(word, "revision", names(), format!("one of {all}")));
        };
        let mut changes: Vec<(&'static str, &'static str)> = Vec::new();
        while let Some(word) = self.next() {
            match self.change(word) {
                Ok((name, _)) if changes.iter().any(|change| change.0 == name) => {
                    let diagnostic = self.twice(word);
                    self.diagnostics.push(*diagnostic);
                }
                Ok(change) => changes.push(change),
                Err(diagnostic) => self.diagnostics.push(*diagnostic),
            }
        }
        Ok(Statement::Revision { preset: known.name, changes })
    }

    /// One `switch=value`.
    fn change(&self, word: &Word<'_>) -> Fallible<(&'static str, &'static str)> {
        let (name, value) = word.text.split_once('=').unwrap_or((word.text, ""));
        let middle = word.bytes.start + name.len();
        let Some(known) = switch(name) else {
            let name_word = Word { text: name, bytes: word.bytes.start..middle, string: None };
            let names = SWITCHES.iter().map(|switch| switch.name);
            return Err(self.unknown(&name_word, "switch", names, "a switch of docs/script.md"));
        };
        let values = known.values.join(" or ");
        let Some(&value) = known.values.iter().find(|&&known| known == value) else {
            let message = match value {
                "" => format!("`{name}` needs a value."),
                _ => format!("`{name}` cannot be {}.", quote(value)),
            };
            let guess = nearest(value, known.values.iter().copied()).map(|value| format!("={value}"));
            return Err(Box::new(self.error(&(middle..word.bytes.end), message, values).suggest_if(guess)));
        };
        Ok((known.name, value))
    }

    fn file(&mut self) -> Fallible<Statement> {
        let size = self.pages(MAX_FILE_PAGES, "The size of the file is missing.")?.value;
        let mut blocks = None;
        if let Some(word) = self.next() {
            if word.text != "blocks" {
                return Err(self.unknown(word, "option of `file` called", ["blocks"], "`blocks SIZE` or nothing"));
            }
            blocks = Some(self.pages(MAX_FILE_PAGES, "The length of the block map is missing.")?.value);
        }
        self.finish(Statement::File { size, blocks }, "nothing more")
    }

    fn extent(&mut self) -> Fallible<Statement> {
        let At { value: (first, end), bytes: range } = self.closed_range()?;
        let kinds = ["hole", "unwritten", "mapped"];
        let expected = "`hole`, `unwritten` or `mapped`";
        let word = self.next_or("The kind of the extent is missing.", expected)?;
        let kind = ExtentKind::from_name(word.text)
            .ok_or_else(|| self.unknown(word, "kind of extent called", kinds, expected))?;
        let mut extent = Extent { first, count: end - first, kind, phys: 0 };
        if kind == ExtentKind::Hole {
            let bytes = word.bytes.clone();
            return self.finish(Statement::Extent { extent, range, phys: bytes }, "nothing more: a hole has no blocks");
        }
        let expected = "`at` and a device offset, such as `at 16M`";
        let message = format!("The place of the {} extent on the device is missing.", kind.name());
        self.at_word(&message, expected)?;
        let phys = self.pages(MAX_DEVICE_BLOCKS, "The device offset is missing.")?;
        extent.phys = phys.value;
        if extent.phys + extent.count > MAX_DEVICE_BLOCKS {
            let message = format!("The extent ends beyond the limit of {}.", format_pages(MAX_DEVICE_BLOCKS));
            return Err(Box::new(self.error(&phys.bytes, message, "a smaller device offset")));
        }
        self.finish(Statement::Extent { extent, range, phys: phys.bytes }, "nothing more")
    }

    fn alloc(&mut self) -> Fallible<Statement> {
        let expected = "`next OFFSET`, `align on|off` or `max SIZE`";
        let mut alloc = AllocLine::default();
        while let Some(word) = self.next() {
            match word.text {
                "next" if alloc.next.is_none() => {
                    alloc.next = Some(self.pages(MAX_DEVICE_BLOCKS, "The first free device offset is missing.")?);
                }
                "align" if alloc.align.is_none() => alloc.align = Some(self.on_off("align")?),
                "max" if alloc.max.is_none() => {
                    let max = self.pages(MAX_DEVICE_BLOCKS, "The most that is allocated at once is missing.")?;
                    if max.value == 0 {
                        let message = "An allocator that hands out nothing at once is of no use.";
                        return Err(Box::new(self.error(&max.bytes, message, "at least `1p`").suggest("1p")));
                    }
                    alloc.max = Some(max.value);
                }
                "next" | "align" | "max" => return Err(self.twice(word)),
                _ => return Err(self.unknown(word, "option of `alloc` called", ["next", "align", "max"], expected)),
            }
        }
        if alloc == AllocLine::default() {
            return Err(self.missing("The line says nothing about the allocator.", expected));
        }
        Ok(Statement::Alloc(alloc))
    }

    fn device(&mut self) -> Fallible<Statement> {
        let (mut blocks, mut devmap) = (None, None);
        while let Some(word) = self.next() {
            match word.text {
                "devmap" if devmap.is_none() => devmap = Some(self.on_off("devmap")?),
                "devmap" => return Err(self.twice(word)),
                text if text.starts_with(|c: char| c.is_ascii_digit()) && blocks.is_none() => {
                    blocks = Some(self.pages_in(text, &word.bytes, MAX_DEVICE_BLOCKS, SIZE_FORMS)?);
                }
                _ => {
                    return Err(self.unknown(
                        word,
                        "option of `device` called",
                        ["devmap"],
                        "a size or `devmap on|off`",
                    ));
                }
            }
        }
        if (blocks, devmap) == (None, None) {
            return Err(self.missing("The line says nothing about the device.", "a size or `devmap on|off`"));
        }
        Ok(Statement::Device { blocks, devmap })
    }

    fn fs_lock(&mut self) -> Fallible<Statement> {
        let on = self.on_off("fs_lock")?;
        self.finish(Statement::FsLock(on), "nothing more")
    }

    fn process(&mut self) -> Fallible<Statement> {
        let mut line = ProcessLine::default();
        if let Some(word) = self.words.first()
            && (word.string.is_some() || !PROCESS_KEYWORDS.contains(&word.text))
        {
            self.at = 1;
            let value = self.name(word)?;
            line.name = Some(At { value, bytes: word.bytes.clone() });
        }
        while let Some(word) = self.next() {
            self.process_option(word, &mut line)?;
        }
        Ok(Statement::Process(line))
    }

    fn process_option(&mut self, word: &Word<'t>, line: &mut ProcessLine) -> Fallible<()> {
        match word.text {
            "maps" if line.range.is_none() => {
                let range = self.next_or("The range that the process maps is missing.", RANGE_FORMS)?;
                line.range = Some(At { value: self.range(range)?, bytes: range.bytes.clone() });
            }
            "shared" | "private" if line.shared.is_none() => line.shared = Some(word.text == "shared"),
            "rw" | "ro" if line.writable.is_none() => line.writable = Some(word.text == "rw"),
            "skew" | "at" if line.place.is_none() => {
                let pages = self.pages(MAX_VIRTUAL_PAGES, "The virtual address is missing.")?;
                let value = if word.text == "at" { Place::Address(pages.value) } else { Place::Skew(pages.value) };
                line.place = Some(At { value, bytes: pages.bytes });
            }
            text if PROCESS_KEYWORDS.contains(&text) => return Err(self.twice(word)),
            _ => {
                let expected = "`maps RANGE`, `shared` or `private`, `rw` or `ro`, `skew SIZE` or `at ADDRESS`";
                return Err(self.unknown(word, "option of `process` called", PROCESS_KEYWORDS, expected));
            }
        }
        Ok(())
    }

    /// The name of a process, with or without quotes.
    fn name(&self, word: &Word<'_>) -> Fallible<String> {
        let name = word.string.as_deref().unwrap_or(word.text);
        if name.chars().count() > MAX_NAME_CHARS {
            let message = format!("{} is a long name.", quote(name));
            return Err(Box::new(self.error(&word.bytes, message, format!("at most {MAX_NAME_CHARS} characters"))));
        }
        if word.string.is_none() && !is_plain_name(name) {
            let message = format!("{} cannot be a name as it stands.", quote(name));
            let expected = "a letter, then letters, digits and `_-.:/`; or a name in quotes";
            return Err(Box::new(self.error(&word.bytes, message, expected).suggest(quoted(name))));
        }
        Ok(name.to_owned())
    }

    /// The next word as a process that the line refers to.
    fn process_ref(&mut self) -> Fallible<At<ProcessRef>> {
        let word = self.next_or("The process is missing.", "the name of a process, or its number from 1")?;
        let number = word.text.starts_with(|c: char| c.is_ascii_digit());
        let value = match word.text.parse() {
            Ok(number) => ProcessRef::Number(number),
            Err(_) if number => {
                let message = format!("{} is neither the number nor the name of a process.", quote(word.text));
                return Err(Box::new(self.error(&word.bytes, message, "a name, or a number from 1")));
            }
            Err(_) => ProcessRef::Name(self.name(word)?),
        };
        Ok(At { value, bytes: word.bytes.clone() })
    }

    /// A word as the letter of a thread.
    fn letter(&self, word: &Word<'_>) -> Fallible<At<char>> {
        let mut chars = word.text.chars();
        match (chars.next(), chars.next()) {
            (Some(letter), None) if letter.is_ascii_uppercase() => Ok(At { value: letter, bytes: word.bytes.clone() }),
            (Some(letter), None) if letter.is_ascii_lowercase() => {
                let message = format!("Threads are capital letters, not {}.", quote(word.text));
                let upper = letter.to_ascii_uppercase().to_string();
                Err(Box::new(self.error(&word.bytes, message, "a letter from `A`").suggest(upper)))
            }
            _ => {
                let message = format!("{} is not a thread.", quote(word.text));
                Err(Box::new(self.error(&word.bytes, message, "a letter from `A`")))
            }
        }
    }

    fn thread(&mut self) -> Fallible<Statement> {
        let word = self.next_or("The letter of the thread is missing.", "a letter from `A`")?;
        let letter = self.letter(word)?;
        let mut process = None;
        if let Some(word) = self.next() {
            if word.text != "in" {
                return Err(self.unknown(word, "option of `thread` called", ["in"], "`in PROCESS` or nothing"));
            }
            process = Some(self.process_ref()?);
        }
        self.finish(Statement::Thread { letter, process }, "nothing more; operations are lines of their own")
    }

    fn fail(&mut self) -> Fallible<Statement> {
        let names = || FailPoint::ALL.iter().map(|what| what.name());
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
        match word.text.parse() {
            Ok(nth) if nth > 0 => Ok(nth),
            _ => {
                let message = format!("{} does not say which call fails.", quote(word.text));
                let repair = (word.text == "0").then_some("1");
                Err(Box::new(self.error(&word.bytes, message, "a number from 1").suggest_if(repair)))
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
        match word.text.parse() {
            Ok(number @ 1..=MAX_ERRNO) => Ok(Errno(number)),
            Ok(_) => {
                let message = format!("{} is not an error number.", quote(word.text));
                Err(Box::new(self.error(&word.bytes, message, format!("1 to {MAX_ERRNO}"))))
            }
            Err(_) => match word.text.strip_prefix('-').filter(|name| Errno::from_name(name).is_some()) {
                Some(name) => {
                    let message = "Errors are written without a sign.";
                    Err(Box::new(self.error(&word.bytes, message, expected).suggest(name)))
                }
                None => Err(self.unknown(word, "error", names(), expected)),
            },
        }
    }

    fn schedule(&mut self) -> Fallible<Statement> {
        let mut step_size = None;
        if self.words.first().is_some_and(|word| word.text == "by") {
            self.at = 1;
            let expected = "`operation` or `point`";
            let word = self.next_or("The size of a step is missing.", expected)?;
            let value = StepSize::from_name(word.text)
                .ok_or_else(|| self.unknown(word, "step size", ["operation", "point"], expected))?;
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

    /// The runs of one word: a letter, how often, and whether it fails.
    fn runs(&self, word: &Word<'_>, runs: &mut Vec<At<Run>>) -> Fallible<()> {
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

    fn operation(&mut self) -> Fallible<Statement> {
        let (mut place, mut through) = (self.keyword.bytes.clone(), None);
        let operation = match self.keyword.text {
            "read" | "write" => return self.access(),
            "punch" => {
                let (first, count) = self.counted(&mut place)?;
                Operation::Punch { first, count }
            }
            "write(2)" => {
                let (first, count) = self.counted(&mut place)?;
                Operation::Write { first, count }
            }
            "read(2)" => {
                let (first, count) = self.counted(&mut place)?;
                Operation::Read { first, count }
            }
            "truncate" => {
                let size = self.pages(MAX_FILE_PAGES, "The new size is missing.")?;
                place = size.bytes;
                Operation::Truncate { size: size.value }
            }
            "fsync" => {
                let (first, count) = self.maybe_counted(&mut place)?;
                Operation::Fsync { first, count }
            }
            "invalidate" => {
                let (first, count) = self.maybe_counted(&mut place)?;
                Operation::Invalidate { first, count }
            }
            "invalidate2" => {
                let (first, count) = self.maybe_counted(&mut place)?;
                Operation::Invalidate2 { first, count }
            }
            "munmap" => {
                if !self.words.is_empty() {
                    through = Some(self.process_ref()?);
                }
                Operation::Munmap { mm: None }
            }
            _ => return Err(self.unknown_statement()),
        };
        self.finish(Statement::Operation(OperationLine { operation, through, place }), "nothing more")
    }

    /// A range as first page and count.
    fn counted(&mut self, place: &mut Range<usize>) -> Fallible<(u64, u64)> {
        let At { value: (first, end), bytes } = self.closed_range()?;
        *place = bytes;
        Ok((first, end - first))
    }

    /// The same, but without a range it is everything, and without an end it is the rest.
    fn maybe_counted(&mut self, place: &mut Range<usize>) -> Fallible<(u64, Option<u64>)> {
        let Some(word) = self.next() else { return Ok((0, None)) };
        let (first, end) = self.range(word)?;
        *place = word.bytes.clone();
        Ok((first, end.map(|end| end - first)))
    }

    /// `read` and `write`: a load or a store.
    fn access(&mut self) -> Fallible<Statement> {
        let keyword = self.keyword.text;
        let expected = "`4K` or `2M`, the size of the fault";
        let word = self.next_or("The size of the fault is missing.", expected)?;
        let huge = match parse_bytes(word.text) {
            Ok(4096) => false,
            Ok(0x20_0000) => true,
            _ if word.text.contains("..") => {
                let message = format!("`{keyword}` is a page fault at one place; the system call takes a range.");
                let bytes = self.keyword.bytes.clone();
                let call = format!("{keyword}(2)");
                return Err(Box::new(self.error(&bytes, message, format!("`{keyword} 4K at OFFSET`")).suggest(call)));
            }
            _ => {
                let message = format!("{} is not the size of a page fault.", quote(word.text));
                let guess = nearest(word.text, ["4K", "2M"]);
                return Err(Box::new(self.error(&word.bytes, message, expected).suggest_if(guess)));
            }
        };
        self.at_word("The place of the fault is missing.", "`at OFFSET`")?;
        let offset = self.offset()?;
        let mut through = None;
        if let Some(word) = self.next() {
            if word.text != "via" {
                let expected = "`via PROCESS` or nothing";
                return Err(self.unknown(word, &format!("option of `{keyword}` called"), ["via"], expected));
            }
            through = Some(self.process_ref()?);
        }
        let operation = Operation::Access { page: offset.value, write: keyword == "write", huge, mm: None };
        self.finish(Statement::Operation(OperationLine { operation, through, place: offset.bytes }), "nothing more")
    }

    fn unknown_statement(&self) -> Box<Diagnostic> {
        let word = self.keyword;
        if word.text.starts_with('>') {
            let message = "This line is quoted mail.";
            return Box::new(self.error(&(word.bytes.start..word.bytes.start + 1), message, "no `>`").suggest(""));
        }
        let known = TOP_KEYWORDS.into_iter().chain(OPERATION_KEYWORDS);
        let other = OTHER_NAMES.iter().find(|(other, _)| *other == word.text).map(|(_, name)| *name);
        let guess = other.or_else(|| nearest(word.text, known));
        let expected = match guess {
            Some(_) => String::new(),
            None => {
                format!("a statement ({}) or an operation ({})", TOP_KEYWORDS.join(", "), OPERATION_KEYWORDS.join(", "))
            }
        };
        let message = format!("There is no statement {}.", quote(word.text));
        Box::new(self.error(&word.bytes, message, expected).suggest_if(guess))
    }
}

/// Does the text follow the grammar of runs?
fn is_run_text(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '!')
}
