//! `entries` lines.

use super::{Cursor, SIZE_FORMS};
use crate::entry::EntrySize;
use crate::scenario::Filled;
use crate::scenario::diagnostic::{Fallible, quote};
use crate::scenario::expectation::EntryKind;
use crate::scenario::limits::MAX_FILE_PAGES;
use crate::scenario::line::Word;
use crate::scenario::size::{format_pages, parse_bytes};
use crate::scenario::statement::{At, Statement};

const KINDS: &str = "`4K` or `2M` and `empty`, `zero`, `block` or `page`";

impl<'a, 't> Cursor<'a, 't> {
    /// `entries RANGE [4K|2M] KIND [every SIZE] [dirty]`.
    #[inline(never)]
    pub(super) fn entries(&mut self) -> Fallible<Statement> {
        let At { value: (first, end), bytes: range } = self.closed_range()?;
        let (size, kind, word) = self.size_and_kind()?;
        fits(self, size, kind, word)?;
        let (mut every, mut dirty) = (None, false);
        while let Some(word) = self.next() {
            match word.text {
                "every" if every.is_none() => every = Some(self.distance(size)?),
                "dirty" if !dirty && kind == EntryKind::Block => dirty = true,
                "dirty" if !dirty => {
                    let message = format!("An entry that is `{}` holds no data: it cannot be dirty.", kind.name());
                    return Err(Box::new(self.error(&word.bytes, message, "`dirty` after `block` only")));
                }
                "every" | "dirty" => return Err(self.twice(word)),
                _ => {
                    let expected = "`every SIZE`, `dirty` or nothing";
                    return Err(self.unknown(word, "option of `entries` called", ["every", "dirty"], expected));
                }
            }
        }
        let every = every.unwrap_or(size.pages());
        let filled = Filled { first, count: end - first, size, kind, every, dirty };
        if let Some(misplaced) = misplaced(&filled) {
            return Err(Box::new(self.error(&range, misplaced, "multiples of 2M")));
        }
        Ok(Statement::Entries { filled, range })
    }

    fn size_and_kind(&mut self) -> Fallible<(EntrySize, EntryKind, &'a Word<'t>)> {
        let mut size = None;
        loop {
            let word = self.next_or("The kind of the entries is missing.", KINDS)?;
            match (parse_bytes(word.text), EntryKind::ALL.into_iter().find(|kind| kind.name() == word.text)) {
                (Ok(4096), _) if size.is_none() => size = Some(EntrySize::Pte),
                (Ok(0x20_0000), _) if size.is_none() => size = Some(EntrySize::Pmd),
                (_, Some(kind)) => {
                    let usual = if kind == EntryKind::Zero { EntrySize::Pmd } else { EntrySize::Pte };
                    return Ok((size.unwrap_or(usual), kind, word));
                }
                _ => {
                    let names = ["4K", "2M", "empty", "zero", "block", "page"];
                    return Err(self.unknown(word, "kind of entry called", names, KINDS));
                }
            }
        }
    }

    /// From one entry to the next.
    fn distance(&mut self, size: EntrySize) -> Fallible<u64> {
        let word = self.next_or("The distance of the entries is missing.", SIZE_FORMS)?;
        let pages = self.pages_in(word.text, &word.bytes, MAX_FILE_PAGES, SIZE_FORMS)?;
        if pages == 0 || pages % size.pages() != 0 {
            let least = format_pages(size.pages());
            let message = format!("Entries of {least} cannot begin every {}.", quote(word.text));
            return Err(Box::new(self.error(&word.bytes, message, format!("a multiple of {least}")).suggest(least)));
        }
        Ok(pages)
    }
}

/// Are there entries of that size and kind?
fn fits(cursor: &Cursor<'_, '_>, size: EntrySize, kind: EntryKind, word: &Word<'_>) -> Fallible<()> {
    let (message, suggestion) = match (size, kind) {
        (EntrySize::Pte, EntryKind::Zero) => ("A hole of 4 KiB is held by a hole page.", "page"),
        (EntrySize::Pmd, EntryKind::Page) => ("A hole page has 4 KiB; a hole of 2 MiB is the huge zero page.", "zero"),
        _ => return Ok(()),
    };
    Err(Box::new(cursor.error(&word.bytes, message, format!("`{suggestion}`")).suggest(suggestion)))
}

/// Why entries of 2 MiB cannot stand there.
fn misplaced(filled: &Filled) -> Option<String> {
    let pages = filled.size.pages();
    let is_placed = filled.first.is_multiple_of(pages) && filled.end().is_multiple_of(pages);
    (!is_placed).then(|| "An entry of 2 MiB begins and ends at a multiple of 2M.".into())
}
