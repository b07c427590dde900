//! The operations of threads.

use super::Cursor;
use super::heard::WordKind;
use super::verbs::{NOT_MODELLED, OTHER_NAMES};
use crate::scenario::Operation;
use crate::scenario::diagnostic::{Diagnostic, Fallible, nearest, quote};
use crate::scenario::limits::MAX_FILE_PAGES;
use crate::scenario::size::parse_bytes;
use crate::scenario::statement::{At, OPERATION_KEYWORDS, OperationLine, Statement, TOP_KEYWORDS, XARRAY_KEYWORDS};
use std::ops::Range;

impl<'a, 't> Cursor<'a, 't> {
    pub(super) fn operation(&mut self) -> Fallible<Statement> {
        let (mut place, mut through) = (self.keyword.bytes.clone(), None);
        let operation = match self.keyword.text {
            "read" | "write" => return self.access(),
            "punch" => {
                let (first, count) = self.counted(&mut place)?;
                Operation::Punch { first, count }
            }
            "fallocate" => {
                let (first, count) = self.counted(&mut place)?;
                Operation::Fallocate { first, count }
            }
            "zero" => {
                let (first, count) = self.counted(&mut place)?;
                Operation::Zero { first, count }
            }
            "collapse" => {
                let (first, count) = self.counted(&mut place)?;
                Operation::Collapse { first, count }
            }
            "insert" => {
                let (first, count) = self.counted(&mut place)?;
                Operation::Insert { first, count }
            }
            "write(2)" => {
                let (first, count) = self.counted(&mut place)?;
                Operation::Write { first, count, from: self.buffer()? }
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
                let unlocked = self.ends_with("unlocked");
                let (first, count) = self.maybe_counted(&mut place)?;
                Operation::Invalidate2 { first, count, inode_lock: !unlocked }
            }
            "dontneed" => {
                let (first, count) = self.maybe_counted(&mut place)?;
                Operation::Dontneed { first, count }
            }
            "munmap" => {
                if !self.words.is_empty() {
                    through = Some(self.process_ref()?);
                }
                Operation::Munmap { mm: None }
            }
            "pin" | "hold" => {
                let keyword = self.keyword.text;
                self.at_word("The page is missing.", "`at OFFSET`")?;
                let offset = self.offset()?;
                place = offset.bytes;
                let page = offset.value;
                if keyword == "pin" { Operation::Pin { page } } else { Operation::Hold { page } }
            }
            "unpin" => Operation::Unpin,
            "layout" => {
                let (first, count) = self.maybe_counted(&mut place)?;
                Operation::Layout { first, count }
            }
            _ => return Err(self.unknown_statement()),
        };
        self.finish(Statement::Operation(OperationLine { operation, through, place }), "nothing more")
    }

    /// Takes the word off the end of the line, if it stands there.
    fn ends_with(&mut self, last: &str) -> bool {
        let word = self.words[self.at..].last().filter(|word| word.text == last);
        if let Some(word) = word {
            self.listener.is(&word.bytes, WordKind::Word);
        }
        let there = word.is_some();
        self.words = &self.words[..self.words.len() - usize::from(there)];
        there
    }

    /// `from OFFSET`: where in its own mapping of the file the buffer of write(2) lies.
    fn buffer(&mut self) -> Fallible<Option<u64>> {
        let Some(word) = self.next() else { return Ok(None) };
        if word.text != "from" {
            let expected = "`from OFFSET` or nothing";
            return Err(self.unknown(word, "option of `write(2)` called", ["from"], expected));
        }
        Ok(Some(self.offset()?.value))
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
        self.listener.one_of(word, ["4K", "2M"]);
        self.listener.is(&word.bytes, WordKind::Number);
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
        self.is_unknown(word);
        if word.text.starts_with('>') {
            let message = "This line is quoted mail.";
            return Box::new(self.error(&(word.bytes.start..word.bytes.start + 1), message, "no `>`").suggest(""));
        }
        let known = TOP_KEYWORDS.into_iter().chain(OPERATION_KEYWORDS).chain(XARRAY_KEYWORDS);
        let other = OTHER_NAMES.iter().find(|(other, _)| *other == word.text).map(|(_, name)| *name);
        let verbs = NOT_MODELLED.iter().map(|(verb, ..)| *verb);
        let guess = other.or_else(|| nearest(word.text, verbs.chain(known)));
        if let Some((verb, what, instead)) = NOT_MODELLED.iter().find(|(verb, ..)| Some(*verb) == guess) {
            let message = format!("`{verb}` is not modelled: there is no {what}.");
            return Box::new(self.error(&word.bytes, message, *instead));
        }
        let expected = match guess {
            Some(_) => "",
            None => "a statement such as `file`, `process` or `thread`, or an operation such as `read` or `fsync`",
        };
        let message = format!("There is no statement {}.", quote(word.text));
        Box::new(self.error(&word.bytes, message, expected).suggest_if(guess))
    }
}
