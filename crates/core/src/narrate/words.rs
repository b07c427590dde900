//! Words that several sentences use.

use crate::entry::{Entry, Slot, XEntry};
use crate::machine::Status;
use crate::scenario::{ExtentKind, Operation};
use crate::units::{PageIndex, ThreadId};

/// A page index as everybody writes it: `0x203`.
#[must_use]
pub fn page(index: PageIndex) -> String {
    format!("{index:#x}")
}

/// An operation in a few words: `4 KiB write, page 0x202`.
#[must_use]
pub fn operation(operation: &Operation) -> String {
    let range = |first: u64, count: Option<u64>| match count {
        Some(1) => format!("page {}", page(first)),
        Some(count) => format!("pages {} to {}", page(first), page(first.saturating_add(count).saturating_sub(1))),
        None if first == 0 => "the whole file".into(),
        None => format!("from page {}", page(first)),
    };
    match *operation {
        Operation::Access { page: at, write, huge, mm } => {
            let size = if huge { "2 MiB" } else { "4 KiB" };
            let kind = if write { "write" } else { "read" };
            let through = mm.map_or(String::new(), |mm| format!(" through process {}", mm.0 + 1));
            format!("{size} {kind}, page {}{through}", page(at))
        }
        Operation::Punch { first, count } => format!("punch hole, {}", range(first, Some(count))),
        Operation::Fallocate { first, count } => format!("fallocate, {}", range(first, Some(count))),
        Operation::Zero { first, count } => format!("zero range, {}", range(first, Some(count))),
        Operation::Collapse { first, count } => format!("collapse range, {}", range(first, Some(count))),
        Operation::Insert { first, count } => {
            format!("insert range, {} before page {}", pages(count), page(first))
        }
        Operation::Truncate { size } => format!("truncate to {} pages", page(size)),
        Operation::Fsync { first, count } => format!("fsync, {}", range(first, count)),
        Operation::Invalidate { first, count } => format!("invalidate, {}", range(first, count)),
        Operation::Invalidate2 { first, count, inode_lock } => {
            let unlocked = if inode_lock { "" } else { " without the inode lock" };
            format!("invalidate2, {}{unlocked}", range(first, count))
        }
        Operation::Write { first, count, from } => {
            let buffer = from.map_or(String::new(), |from| format!(" from its mapping of page {}", page(from)));
            format!("write(2), {}{buffer}", range(first, Some(count)))
        }
        Operation::Read { first, count } => format!("read(2), {}", range(first, Some(count))),
        Operation::Pin { page: at } => format!("pin, page {}", page(at)),
        Operation::Unpin => "unpin".into(),
        Operation::Layout { first, count } => format!("look for busy pages, {}", range(first, count)),
        Operation::Hold { page: at } => format!("lock by page, page {}", page(at)),
        Operation::Dontneed { first: 0, count: None } => "MADV_DONTNEED, the whole mapping".into(),
        Operation::Dontneed { first, count } => format!("MADV_DONTNEED, {}", range(first, count)),
        Operation::Munmap { mm: None } => "munmap".into(),
        Operation::Munmap { mm: Some(mm) } => format!("munmap in process {}", mm.0 + 1),
    }
}

/// How a run stands, as a sentence.
#[must_use]
pub fn status(status: &Status) -> String {
    match status {
        Status::Running => "The run goes on.".into(),
        Status::Done => "Every thread is done.".into(),
        Status::Deadlock => "Nobody can run, and not every thread is done.".into(),
        Status::Dead(bug) => format!("The kernel is dead: {}.", bug.text()),
    }
}

/// What a slot holds, with its lock: `the locked 2 MiB empty entry`.
pub(crate) fn slot(slot: Slot) -> String {
    match slot {
        Slot::Null => "nothing".into(),
        Slot::Page(page) => format!("the hole page {page}"),
        Slot::Entry(found) => {
            let locked = if found.is_locked() { "locked " } else { "" };
            format!("the {locked}{}", entry(found))
        }
    }
}

/// An entry without its lock: `2 MiB empty entry`, `4 KiB entry of sector 0x10000`.
pub(crate) fn entry(entry: Entry) -> String {
    if entry.is_block() {
        format!("{} entry of sector {:#x}", entry.size().label(), entry.sector())
    } else if entry.is_hzp() {
        "huge zero page entry".into()
    } else {
        format!("{} empty entry", entry.size().label())
    }
}

/// An entry of the XArray's era without its lock: `2 MiB empty entry`, `4 KiB entry of block 0x2000`.
pub(crate) fn xentry(entry: XEntry) -> String {
    if entry.is_block() {
        format!("{} entry of block {:#x}", entry.size().label(), entry.frame())
    } else {
        format!("{} entry", entry.kind())
    }
}

/// The same with its lock: `the locked 2 MiB zero entry`.
pub(crate) fn locked_xentry(entry: XEntry) -> String {
    format!("the {}{}", if entry.is_locked() { "locked " } else { "" }, xentry(entry))
}

/// What the file system says.
pub(crate) const fn extent(kind: ExtentKind) -> &'static str {
    match kind {
        ExtentKind::Hole => "a hole",
        ExtentKind::Unwritten => "unwritten blocks",
        ExtentKind::Mapped => "blocks",
    }
}

/// `first`, `second`, `3rd`.
pub(crate) fn ordinal(place: usize) -> String {
    match place {
        0 => "first".into(),
        1 => "second".into(),
        2 => "third".into(),
        _ => format!("{}th", place + 1),
    }
}

/// `A, B and C`, or `nobody`.
pub(crate) fn threads(threads: &[ThreadId]) -> String {
    match threads {
        [] => "nobody".into(),
        _ => super::join(&threads.iter().map(ToString::to_string).collect::<Vec<_>>()),
    }
}

/// `1 page`, `512 pages`.
pub(crate) fn pages(count: u64) -> String {
    if count == 1 { "1 page".into() } else { format!("{count} pages") }
}

/// `1 pte`, `512 ptes`, `no ptes`.
pub(crate) fn ptes(count: u64) -> String {
    match count {
        0 => "no ptes".into(),
        1 => "1 pte".into(),
        count => format!("{count} ptes"),
    }
}

/// `1,234,567`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
