//! The lines about processes and threads.

use super::heard::{PROBE, Wanted, WordKind};
use super::{Cursor, RANGE_FORMS};
use crate::scenario::diagnostic::{Fallible, quote};
use crate::scenario::limits::{MAX_NAME_CHARS, MAX_VIRTUAL_PAGES};
use crate::scenario::line::{Word, quoted};
use crate::scenario::statement::{At, PROCESS_KEYWORDS, Place, ProcessLine, ProcessRef, Statement, is_plain_name};

impl<'a, 't> Cursor<'a, 't> {
    #[inline(never)]
    pub(super) fn process(&mut self) -> Fallible<Statement> {
        let mut line = ProcessLine::default();
        if let Some(word) = self.words.first()
            && (word.string.is_some() || !PROCESS_KEYWORDS.contains(&word.text))
            && word.text != PROBE
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
            "sync" if !line.sync => line.sync = true,
            "sync" => return Err(self.twice(word)),
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
        self.listener.is(&word.bytes, WordKind::Name);
        let name = word.string.as_deref().unwrap_or(word.text);
        if name.chars().count() > MAX_NAME_CHARS {
            let message = format!("The name has {} characters.", name.chars().count());
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
    pub(super) fn process_ref(&mut self) -> Fallible<At<ProcessRef>> {
        let word = self.next_or("The process is missing.", "the name of a process, or its number from 1")?;
        self.listener.is(&word.bytes, WordKind::Name);
        self.listener.wants(word.text, Wanted::Process);
        let value = if !word.text.starts_with(|c: char| c.is_ascii_digit()) {
            ProcessRef::Name(self.name(word)?)
        } else if let Ok(number) = word.text.parse() {
            ProcessRef::Number(number)
        } else {
            let message = format!("{} is neither the number nor the name of a process.", quote(word.text));
            return Err(Box::new(self.error(&word.bytes, message, "a name, or a number from 1")));
        };
        Ok(At { value, bytes: word.bytes.clone() })
    }

    pub(super) fn thread(&mut self) -> Fallible<Statement> {
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

    /// A word as the letter of a thread.
    pub(super) fn letter(&self, word: &Word<'_>) -> Fallible<At<char>> {
        self.listener.is(&word.bytes, WordKind::Thread);
        self.listener.wants(word.text, Wanted::Thread);
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
}
