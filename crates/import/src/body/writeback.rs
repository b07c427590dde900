//! Bodies of the events of write-back.

use super::file;
use crate::event::{What, Writeback, WritebackKind};
use crate::scan::{self, Words};

/// `dev .. ino .. pgoff P-P`.
pub(super) fn range<'a>(kind: WritebackKind, mut words: Words<'_>) -> Option<What<'a>> {
    let file = file(&mut words)?;
    words.is(b"pgoff")?;
    let (first, last) = scan::split(words.word()?, b'-')?;
    let (first, last) = (scan::hex(first)?, scan::hex(last)?);
    words.rest().is_empty().then_some(What::Writeback(Writeback { kind, file, first, last }))
}

/// `dev .. ino .. pgoff P pglen N`.
pub(super) fn one<'a>(mut words: Words<'_>) -> Option<What<'a>> {
    let file = file(&mut words)?;
    let first = words.hex_after(b"pgoff")?;
    let length = words.hex_after(b"pglen")?;
    let last = first.checked_add(length.checked_sub(1)?)?;
    words.rest().is_empty().then_some(What::Writeback(Writeback { kind: WritebackKind::One, file, first, last }))
}
