//! An entry of the XArray's era, bit for bit the word of Linux 4.20 to 7.3.
//!
//! Source: fs/dax.c of v4.20 (`DAX_*`), include/linux/xarray.h; kernel-semantics-xarray §1.

use super::EntrySize;
use crate::tree::xarray::Word;
use crate::units::Block;
use std::fmt;

/// A value entry of a DAX file: the word that stands in the slot.
///
/// | bit | mask | name |
/// |---|---|---|
/// | 0 | 0x01 | value, not a pointer (`xa_mk_value`) |
/// | 1 | 0x02 | `DAX_LOCKED` |
/// | 2 | 0x04 | `DAX_PMD` |
/// | 3 | 0x08 | `DAX_ZERO_PAGE` |
/// | 4 | 0x10 | `DAX_EMPTY` |
/// | 5.. | | page frame |
///
/// # Invariants
///
/// Bit 0 is set. Empty entries carry frame 0, zero entries that of the zero page of their size.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct XEntry(u64);

impl XEntry {
    const VALUE: u64 = 1;
    /// `DAX_LOCKED`, as it stands in the slot.
    pub const LOCKED: u64 = 1 << 1;
    /// `DAX_PMD`.
    pub const PMD: u64 = 1 << 2;
    /// `DAX_ZERO_PAGE`.
    pub const ZERO: u64 = 1 << 3;
    /// `DAX_EMPTY`.
    pub const EMPTY: u64 = 1 << 4;
    /// Where the frame begins: `DAX_SHIFT`, and one for the bit that says value.
    pub const FRAME_SHIFT: u32 = 5;
    /// The frame that the model gives the zero page of 4 KiB: far behind every block of the device.
    pub const ZERO_PAGE_FRAME: u64 = 1 << 40;
    /// The frame that the model gives the huge zero page.
    pub const HUGE_ZERO_FRAME: u64 = 1 << 41;

    /// The word of a slot as an entry, or `None` if it is no value.
    #[must_use]
    pub const fn from_word(word: Word) -> Option<XEntry> {
        if word.is_value() { Some(XEntry(word.bits())) } else { None }
    }

    /// An empty entry.
    #[must_use]
    pub const fn empty(size: EntrySize) -> XEntry {
        XEntry(Self::size_bits(size) | Self::EMPTY | Self::VALUE)
    }

    /// An entry for the zero page of that size.
    #[must_use]
    pub const fn zero(size: EntrySize) -> XEntry {
        let frame = match size {
            EntrySize::Pte => Self::ZERO_PAGE_FRAME,
            EntrySize::Pmd => Self::HUGE_ZERO_FRAME,
        };
        XEntry((frame << Self::FRAME_SHIFT) | Self::size_bits(size) | Self::ZERO | Self::VALUE)
    }

    /// An entry for the blocks from `block` on.
    #[must_use]
    pub const fn of_block(block: Block, size: EntrySize) -> XEntry {
        XEntry((block << Self::FRAME_SHIFT) | Self::size_bits(size) | Self::VALUE)
    }

    const fn size_bits(size: EntrySize) -> u64 {
        match size {
            EntrySize::Pte => 0,
            EntrySize::Pmd => Self::PMD,
        }
    }

    /// The word of the slot.
    #[must_use]
    pub const fn word(self) -> Word {
        Word::value(self.0 >> 1)
    }

    /// The bits of the word.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Is the lock bit set?
    #[must_use]
    pub const fn is_locked(self) -> bool {
        self.0 & Self::LOCKED != 0
    }

    /// The same entry with the lock bit set.
    #[must_use]
    pub const fn locked(self) -> XEntry {
        XEntry(self.0 | Self::LOCKED)
    }

    /// The same entry with the lock bit clear.
    #[must_use]
    pub const fn unlocked(self) -> XEntry {
        XEntry(self.0 & !Self::LOCKED)
    }

    /// `dax_is_pmd_entry`.
    #[must_use]
    pub const fn is_pmd(self) -> bool {
        self.0 & Self::PMD != 0
    }

    /// `dax_is_zero_entry`.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 & Self::ZERO != 0
    }

    /// `dax_is_empty_entry`.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 & Self::EMPTY != 0
    }

    /// Does the entry stand for blocks of the device?
    #[must_use]
    pub const fn is_block(self) -> bool {
        !self.is_zero() && !self.is_empty()
    }

    /// The size of the range that the entry covers (`dax_entry_order`).
    #[must_use]
    pub const fn size(self) -> EntrySize {
        if self.is_pmd() { EntrySize::Pmd } else { EntrySize::Pte }
    }

    /// `dax_to_pfn`: the first block of a block entry.
    #[must_use]
    pub const fn frame(self) -> Block {
        self.0 >> Self::FRAME_SHIFT
    }

    /// What the entry is, in two or three words, without the lock: `2 MiB empty`, `2 MiB zero`, `4 KiB block`.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match (self.is_pmd(), self.is_zero(), self.is_empty()) {
            (true, true, _) => "2 MiB zero",
            (true, _, true) => "2 MiB empty",
            (true, ..) => "2 MiB block",
            (false, true, _) => "4 KiB zero",
            (false, _, true) => "4 KiB empty",
            (false, ..) => "4 KiB block",
        }
    }

    /// The flags as the recordings write them: `L` locked, `P` 2 MiB, `Z` zero page, `E` empty.
    #[must_use]
    pub fn flags(self) -> String {
        let mut flags = String::new();
        for (bit, letter) in [(Self::LOCKED, 'L'), (Self::PMD, 'P'), (Self::ZERO, 'Z'), (Self::EMPTY, 'E')] {
            if self.0 & bit != 0 {
                flags.push(letter);
            }
        }
        flags
    }
}

impl fmt::Debug for XEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.is_locked() { "locked " } else { "" }, self.kind())?;
        if self.is_block() { write!(f, " {:#x}", self.frame()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_kernel() {
        assert_eq!(XEntry::empty(EntrySize::Pte).word().bits(), 0x11);
        assert_eq!(XEntry::empty(EntrySize::Pte).locked().word().bits(), 0x13);
        assert_eq!(XEntry::empty(EntrySize::Pmd).word().bits(), 0x15);
        assert_eq!(XEntry::empty(EntrySize::Pmd).locked().word().bits(), 0x17);
        assert_eq!(XEntry::of_block(5, EntrySize::Pmd).word().bits(), (5 << 5) + 0x5);
        assert_eq!(XEntry::of_block(5, EntrySize::Pte).word().bits(), (5 << 5) + 0x1);
        assert_eq!(XEntry::zero(EntrySize::Pmd).bits(), (XEntry::HUGE_ZERO_FRAME << 5) + 0xd);
    }

    #[test]
    fn a_word_is_an_entry_if_it_is_a_value() {
        for entry in [XEntry::empty(EntrySize::Pte), XEntry::zero(EntrySize::Pmd), XEntry::of_block(7, EntrySize::Pte)]
        {
            assert_eq!(XEntry::from_word(entry.word()), Some(entry));
            assert_eq!(XEntry::from_word(entry.locked().word()).map(XEntry::unlocked), Some(entry));
        }
        assert_eq!(XEntry::from_word(Word::NULL), None);
    }
}
