//! Operations that no event shows, out of what a program has written into `trace_marker`.
//!
//! Exact are markers of our own workloads: `op: punch 3p..4p`, an operation of the script language. Of others the words are read that
//! name an operation and a place: `step: punch 4k page 0x204`, `truncate to 0x201 pages`. What is not understood is told.

use daxscope_core::scenario::{Operation, parse};
use daxscope_core::units::PMD_PAGES;

/// A part of a marker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spoken {
    /// A load or store: events show it, if it faults.
    Access,
    /// An operation, exactly.
    Exact(Operation),
    /// A punch of these pages.
    Punch(Place),
    /// write(2) of these pages.
    Write(Place),
    /// truncate to so many pages; `None`: it does not say.
    Truncate(Option<u64>),
    /// fsync or msync.
    Sync(Place),
    /// munmap.
    Munmap(Which),
    /// A system call that drops what is mapped of a 2 MiB range, and is not modelled: mprotect of a part of it.
    Zap(u64),
    /// Something that is not modelled.
    Foreign(&'static str),
}

/// Where.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// First page and number of pages.
    Pages(u64, u64),
    /// What the task touched last ("it").
    LastTouched,
    /// It does not say, or says all.
    All,
}

/// Which mappings go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which {
    /// Those that only ever had 4 KiB faults.
    Small,
    /// Those with 2 MiB faults.
    Huge,
    /// The one that was used last.
    Last,
}

/// What a marker speaks of, in its order; empty if of nothing that changes a file or a mapping.
#[must_use]
pub fn spoken(text: &str) -> Vec<Spoken> {
    if let Some(line) = text.strip_prefix("op:") {
        return exact(line.trim()).map(Spoken::Exact).into_iter().collect();
    }
    let Some(step) = text.strip_prefix("step:") else {
        return alone(text).into_iter().collect();
    };
    let mut all = Vec::new();
    for part in without_brackets(step).replace(", then ", ", ").replace(" then ", ", ").split(", ") {
        all.extend(one(part));
    }
    all
}

/// A marker without `step:` counts if it begins with the name of a system call.
fn alone(text: &str) -> Option<Spoken> {
    const NAMES: [&str; 8] = ["punch", "pwrite", "truncate", "ftruncate", "fsync", "msync", "munmap", "mprotect"];
    let is_result = text.contains(" = ") || text.contains(':');
    let first = text.split_whitespace().next()?;
    (NAMES.contains(&first) && !is_result).then(|| one(&without_brackets(text))).flatten()
}

fn exact(line: &str) -> Option<Operation> {
    let parsed = parse(&format!("kernel 7.3\nfile 8192G\nthread A\n{line}\n"));
    let operations = &parsed.scenario.threads.first()?.operations;
    match operations.as_slice() {
        [operation] => Some(*operation),
        _ => None,
    }
}

/// What stands in brackets is said aside.
fn without_brackets(text: &str) -> String {
    let mut depth = 0usize;
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(letter.to_ascii_lowercase()),
            _ => {}
        }
    }
    plain
}

fn one(part: &str) -> Option<Spoken> {
    let words: Vec<&str> = part.split(|letter: char| !(letter.is_alphanumeric() || letter == '+')).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let at = |name: &str| words.iter().position(|word| *word == name);
    let place = || place(&words);
    if at("munmap").is_some() {
        return Some(Spoken::Munmap(if at("nohugepage").is_some() {
            Which::Small
        } else if at("huge").is_some() {
            Which::Huge
        } else {
            Which::Last
        }));
    }
    if at("mprotect").is_some() {
        return match place() {
            Place::Pages(first, _) => Some(Spoken::Zap(first)),
            _ => Some(Spoken::Foreign("mprotect")),
        };
    }
    for (name, is) in [("mremap", "mremap"), ("fork", "fork"), ("collapse", "collapse"), ("insert", "insert")] {
        if at(name).is_some() {
            return Some(Spoken::Foreign(is));
        }
    }
    if at("punch").is_some() {
        return Some(Spoken::Punch(place()));
    }
    if at("pwrite").is_some() {
        return Some(Spoken::Write(place()));
    }
    if at("truncate").is_some() || at("ftruncate").is_some() || at("grow").is_some() {
        return Some(Spoken::Truncate(size(&words)));
    }
    if at("fsync").is_some() || at("msync").is_some() {
        return Some(Spoken::Sync(place()));
    }
    const LOADS: [&str; 10] =
        ["read", "reads", "load", "loads", "write", "writes", "store", "stores", "fault", "dirty"];
    words.iter().any(|word| LOADS.contains(word)).then_some(Spoken::Access)
}

/// `page 3`, `pages 0x203`, `range 2`, `it`.
fn place(words: &[&str]) -> Place {
    for pair in words.windows(2) {
        match (pair[0], number(pair[1])) {
            ("page" | "pages", Some(page)) => return Place::Pages(page, 1),
            ("range", Some(range)) => return Place::Pages(range.saturating_mul(PMD_PAGES), PMD_PAGES),
            _ => {}
        }
    }
    if words.contains(&"it") { Place::LastTouched } else { Place::All }
}

/// `to 0x201 pages`, `to page 100`, `to 0`.
fn size(words: &[&str]) -> Option<u64> {
    let to = words.iter().position(|word| *word == "to")?;
    let rest = &words[to + 1..];
    match rest {
        ["page", size, ..] => number(size),
        [size, "pages", ..] | [size] => number(size),
        _ => None,
    }
}

/// `3`, `0x204`, `0x200+4`.
fn number(word: &str) -> Option<u64> {
    let mut sum = 0u64;
    for part in word.split('+') {
        let value = match part.strip_prefix("0x") {
            Some(hex) => u64::from_str_radix(hex, 16).ok()?,
            None => part.parse().ok()?,
        };
        sum = sum.checked_add(value)?;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_of_the_recorded_workloads() {
        let said = |text: &str| spoken(text);
        assert_eq!(said("step: punch 4k page 3 out of the PMD block entry"), [Spoken::Punch(Place::Pages(3, 1))]);
        assert_eq!(said("step: punch whole range 2"), [Spoken::Punch(Place::Pages(0x400, 0x200))]);
        assert_eq!(said("step: truncate to 0x201 pages"), [Spoken::Truncate(Some(0x201))]);
        assert_eq!(said("step: truncate to page 100 (inside the entry)"), [Spoken::Truncate(Some(100))]);
        assert_eq!(said("step: truncate to 0"), [Spoken::Truncate(Some(0))]);
        assert_eq!(said("step: pwrite over it"), [Spoken::Write(Place::LastTouched)]);
        assert_eq!(said("step: msync(MS_SYNC) pages 0x203 only"), [Spoken::Sync(Place::Pages(0x203, 1))]);
        assert_eq!(
            said("step: 2M store page 4, then punch page 0x300 (another range)"),
            [Spoken::Access, Spoken::Punch(Place::Pages(0x300, 1))]
        );
        assert_eq!(
            said("step: 2M load of a clean entry, then grow the file"),
            [Spoken::Access, Spoken::Truncate(None)]
        );
        assert_eq!(said("step: munmap the NOHUGEPAGE vma"), [Spoken::Munmap(Which::Small)]);
        assert_eq!(said("step: mprotect(PROT_READ) of page 7 alone"), [Spoken::Zap(7)]);
        assert_eq!(said("step: 2M read of the punched range -> HZP"), [Spoken::Access]);
    }

    #[test]
    fn what_speaks_of_nothing_is_nothing() {
        for text in ["workload: punch", "dump: after fsync", "fsync = 0 errno 0", "value x", "race end: punch", ""] {
            assert_eq!(spoken(text), [], "{text}");
        }
        assert_eq!(spoken("punch"), [Spoken::Punch(Place::All)]);
    }

    #[test]
    fn operations_of_the_language_are_exact() {
        assert_eq!(spoken("op: punch 3p..4p"), [Spoken::Exact(Operation::Punch { first: 3, count: 1 })]);
        assert_eq!(spoken("op: fsync"), [Spoken::Exact(Operation::Fsync { first: 0, count: None })]);
        assert_eq!(spoken("op: nonsense"), []);
    }
}
