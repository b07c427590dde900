//! The bits of `enum fault_flag` and `vm_fault_t`, and the names that kernels print for them.
//!
//! Both have had the same bits from 4.11 to 7.3; what changes is which of them have names, and whether names are
//! printed at all (docs/import.md). Source: include/linux/mm_types.h; shared/traces/README.md, sections 2 and 8.

use crate::scan;
use std::fmt;

/// Flags of a fault.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct FaultFlags(pub u32);

/// What a fault handler answered.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct FaultResult(pub u32);

const FLAG_NAMES: [(&str, u32); 13] = [
    ("WRITE", 0x1),
    ("MKWRITE", 0x2),
    ("ALLOW_RETRY", 0x4),
    ("RETRY_NOWAIT", 0x8),
    ("KILLABLE", 0x10),
    ("TRIED", 0x20),
    ("USER", 0x40),
    ("REMOTE", 0x80),
    ("INSTRUCTION", 0x100),
    ("INTERRUPTIBLE", 0x200),
    ("UNSHARE", 0x400),
    ("ORIG_PTE_VALID", 0x800),
    ("VMA_LOCK", 0x1000),
];

const RESULT_NAMES: [(&str, u32); 14] = [
    ("OOM", 0x1),
    ("SIGBUS", 0x2),
    ("MAJOR", 0x4),
    ("WRITE", 0x8),
    ("HWPOISON", 0x10),
    ("HWPOISON_LARGE", 0x20),
    ("SIGSEGV", 0x40),
    ("NOPAGE", 0x100),
    ("LOCKED", 0x200),
    ("RETRY", 0x400),
    ("FALLBACK", 0x800),
    ("DONE_COW", 0x1000),
    ("NEEDDSYNC", 0x2000),
    ("COMPLETED", 0x4000),
];

impl FaultFlags {
    /// A store.
    pub const WRITE: u32 = 0x1;
    /// A store to a page that is mapped read-only.
    pub const MKWRITE: u32 = 0x2;
    /// There was a page table when the fault began (named `0x800` in traces, from 6.1 on).
    pub const ORIG_PTE_VALID: u32 = 0x800;
    /// Under the lock of the mapping alone (named from 6.12 on).
    pub const VMA_LOCK: u32 = 0x1000;

    /// Is any of those bits set?
    #[must_use]
    pub const fn has(self, bits: u32) -> bool {
        self.0 & bits != 0
    }

    /// A store?
    #[must_use]
    pub const fn is_write(self) -> bool {
        self.has(Self::WRITE)
    }
}

impl FaultResult {
    /// No memory.
    pub const OOM: u32 = 0x1;
    /// Beyond the end of the file, or an error.
    pub const SIGBUS: u32 = 0x2;
    /// Blocks were allocated.
    pub const MAJOR: u32 = 0x4;
    /// Mapped.
    pub const NOPAGE: u32 = 0x100;
    /// To be repeated.
    pub const RETRY: u32 = 0x400;
    /// 4 KiB instead of 2 MiB.
    pub const FALLBACK: u32 = 0x800;
    /// Copied, in a private mapping.
    pub const DONE_COW: u32 = 0x1000;
    /// Nothing is mapped before the metadata is written (`MAP_SYNC`).
    pub const NEEDDSYNC: u32 = 0x2000;

    /// Is any of those bits set?
    #[must_use]
    pub const fn has(self, bits: u32) -> bool {
        self.0 & bits != 0
    }
}

/// How a set of bits was printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Printed {
    pub(crate) bits: u32,
    /// As one number, without names: what a tool outside of the kernel does with an enum.
    pub(crate) is_raw: bool,
    /// A name that is none of those above.
    pub(crate) has_unknown: bool,
}

/// Reads `WRITE|USER|0x800`, `0x254`, `596` or nothing.
pub(crate) fn flags(text: &[u8]) -> Option<Printed> {
    bits(text, &FLAG_NAMES)
}

/// Reads `MAJOR|NOPAGE`, `0x104` or nothing.
pub(crate) fn result(text: &[u8]) -> Option<Printed> {
    bits(text, &RESULT_NAMES)
}

fn bits(text: &[u8], names: &[(&str, u32)]) -> Option<Printed> {
    let mut printed = Printed { bits: 0, is_raw: false, has_unknown: false };
    if text.is_empty() {
        return Some(printed);
    }
    if let Some(number) = scan::number(text) {
        printed.bits = u32::try_from(number).ok()?;
        printed.is_raw = true;
        return Some(printed);
    }
    for word in text.split(|&byte| byte == b'|') {
        if let Some((_, bit)) = names.iter().find(|(name, _)| name.as_bytes() == word) {
            printed.bits |= bit;
        } else if let Some(number) = scan::number(word) {
            printed.bits |= u32::try_from(number).ok()?;
        } else if !word.is_empty()
            && word.iter().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'0'..=b'9'))
        {
            printed.has_unknown = true;
        } else {
            return None;
        }
    }
    Some(printed)
}

fn write_names(bits: u32, names: &[(&str, u32)], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut left = bits;
    let mut bar = "";
    for (name, bit) in names.iter().filter(|(_, bit)| bits & bit != 0) {
        write!(f, "{bar}{name}")?;
        bar = "|";
        left &= !bit;
    }
    if left != 0 { write!(f, "{bar}{left:#x}") } else { Ok(()) }
}

impl fmt::Display for FaultFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_names(self.0, &FLAG_NAMES, f)
    }
}

impl fmt::Display for FaultResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_names(self.0, &RESULT_NAMES, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_the_same_bits() {
        let named = flags(b"WRITE|ALLOW_RETRY|KILLABLE|USER|INTERRUPTIBLE|0x800").expect("flags");
        let raw = flags(b"0xa55").expect("flags");
        assert_eq!(named.bits, raw.bits);
        assert!(raw.is_raw && !named.is_raw);
        assert_eq!(flags(b"2645").map(|printed| printed.bits), Some(0xa55));
        assert_eq!(FaultFlags(0xa55).to_string(), "WRITE|ALLOW_RETRY|KILLABLE|USER|INTERRUPTIBLE|ORIG_PTE_VALID");
    }

    #[test]
    fn results_read_and_print() {
        for (text, bits) in [("", 0), ("NOPAGE", 0x100), ("MAJOR|NEEDDSYNC", 0x2004), ("FALLBACK", 0x800)] {
            assert_eq!(result(text.as_bytes()).map(|printed| printed.bits), Some(bits), "{text}");
            assert_eq!(FaultResult(bits).to_string(), text);
        }
        assert!(result(b"NEWNAME|NOPAGE").is_some_and(|printed| printed.has_unknown && printed.bits == 0x100));
        assert_eq!(result(b"no page"), None);
    }
}
