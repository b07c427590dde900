//! What a slot of the radix tree can hold: a DAX entry, bit for bit the word of Linux 4.10, or a hole page.
//!
//! Source: include/linux/dax.h of v4.10 (`RADIX_DAX_*`); kernel-semantics §1.2.

use super::EntrySize;
use crate::units::{Block, PageId, SECTORS_PER_BLOCK, Sector};
use std::fmt;

/// An exceptional entry of a DAX radix tree: the real 64-bit word of v4.10.
///
/// | bit | mask | name |
/// |---|---|---|
/// | 1 | 0x02 | `RADIX_TREE_EXCEPTIONAL_ENTRY` |
/// | 2 | 0x04 | `RADIX_DAX_ENTRY_LOCK` |
/// | 3 | 0x08 | `RADIX_DAX_PMD` |
/// | 4 | 0x10 | `RADIX_DAX_HZP` |
/// | 5 | 0x20 | `RADIX_DAX_EMPTY` |
/// | 6.. | | sector |
///
/// # Invariants
///
/// Bit 0 is clear and bit 1 is set: a page pointer is never an `Entry` (that is [`Slot::Page`]).
/// Empty and HZP entries carry sector 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Entry(u64);

impl Entry {
    /// `RADIX_TREE_EXCEPTIONAL_ENTRY`.
    pub const EXCEPTIONAL: u64 = 1 << 1;
    /// `RADIX_DAX_ENTRY_LOCK`.
    pub const LOCK: u64 = 1 << 2;
    /// `RADIX_DAX_PMD`.
    pub const PMD: u64 = 1 << 3;
    /// `RADIX_DAX_HZP`: the huge zero page.
    pub const HZP: u64 = 1 << 4;
    /// `RADIX_DAX_EMPTY`: nothing yet, the entry only carries the lock.
    pub const EMPTY: u64 = 1 << 5;
    /// `RADIX_DAX_SHIFT`: where the sector begins.
    pub const SECTOR_SHIFT: u32 = 6;

    /// The word as an entry, or `None` if it is not an exceptional entry.
    #[must_use]
    pub const fn from_word(word: u64) -> Option<Entry> {
        if word & 3 == Self::EXCEPTIONAL { Some(Entry(word)) } else { None }
    }

    /// A locked entry for blocks at `sector` (`dax_radix_locked_entry`).
    #[must_use]
    pub const fn locked_block(sector: Sector, size: EntrySize) -> Entry {
        Entry((sector << Self::SECTOR_SHIFT) | Self::size_bits(size) | Self::EXCEPTIONAL | Self::LOCK)
    }

    /// A locked empty entry.
    #[must_use]
    pub const fn locked_empty(size: EntrySize) -> Entry {
        Entry(Self::size_bits(size) | Self::EMPTY | Self::EXCEPTIONAL | Self::LOCK)
    }

    /// A locked 2 MiB entry for the huge zero page.
    #[must_use]
    pub const fn locked_hzp() -> Entry {
        Entry(Self::PMD | Self::HZP | Self::EXCEPTIONAL | Self::LOCK)
    }

    const fn size_bits(size: EntrySize) -> u64 {
        match size {
            EntrySize::Pte => 0,
            EntrySize::Pmd => Self::PMD,
        }
    }

    /// The word as it stands in the slot.
    #[must_use]
    pub const fn word(self) -> u64 {
        self.0
    }

    /// Is the lock bit set?
    #[must_use]
    pub const fn is_locked(self) -> bool {
        self.0 & Self::LOCK != 0
    }

    /// The same entry with the lock bit set.
    #[must_use]
    pub const fn locked(self) -> Entry {
        Entry(self.0 | Self::LOCK)
    }

    /// The same entry with the lock bit clear.
    #[must_use]
    pub const fn unlocked(self) -> Entry {
        Entry(self.0 & !Self::LOCK)
    }

    /// `dax_is_pmd_entry`.
    #[must_use]
    pub const fn is_pmd(self) -> bool {
        self.0 & Self::PMD != 0
    }

    /// `dax_is_zero_entry`: the huge zero page.
    #[must_use]
    pub const fn is_hzp(self) -> bool {
        self.0 & Self::HZP != 0
    }

    /// `dax_is_empty_entry`.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 & Self::EMPTY != 0
    }

    /// Does the entry stand for blocks of the device?
    #[must_use]
    pub const fn is_block(self) -> bool {
        !self.is_hzp() && !self.is_empty()
    }

    /// The size of the range that the entry covers.
    #[must_use]
    pub const fn size(self) -> EntrySize {
        if self.is_pmd() { EntrySize::Pmd } else { EntrySize::Pte }
    }

    /// `dax_radix_sector`; 0 for empty and HZP entries.
    #[must_use]
    pub const fn sector(self) -> Sector {
        self.0 >> Self::SECTOR_SHIFT
    }

    /// The first device block of a block entry.
    #[must_use]
    pub const fn block(self) -> Block {
        self.sector() / SECTORS_PER_BLOCK
    }

    /// What the entry is, in two or three words, without the lock: `2 MiB empty`, `HZP`, `4 KiB block`.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match (self.is_pmd(), self.is_hzp(), self.is_empty()) {
            (true, true, _) => "HZP",
            (true, _, true) => "2 MiB empty",
            (true, ..) => "2 MiB block",
            (false, true, _) => "4 KiB zero",
            (false, _, true) => "4 KiB empty",
            (false, ..) => "4 KiB block",
        }
    }

    /// The flags as the vectors and traces write them: `L` locked, `P` 2 MiB, `Z` huge zero, `E` empty.
    #[must_use]
    pub fn flags(self) -> String {
        [(Self::LOCK, 'L'), (Self::PMD, 'P'), (Self::HZP, 'Z'), (Self::EMPTY, 'E')]
            .into_iter()
            .filter(|(bit, _)| self.0 & bit != 0)
            .map(|(_, letter)| letter)
            .collect()
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_pmd() { "PMD" } else { "PTE" })?;
        if self.is_hzp() {
            f.write_str("|HZP")?;
        }
        if self.is_empty() {
            f.write_str("|EMPTY")?;
        }
        if self.is_locked() {
            f.write_str("|locked")?;
        }
        if self.is_block() {
            write!(f, " sector {:#x}", self.sector())?;
        }
        Ok(())
    }
}

/// What a slot holds, as kernel code sees it.
///
/// Up to 4.13 a 4 KiB hole is an ordinary page-cache page, so a lookup can return a `struct page *`. Being another
/// variant it is never misread as entry bits, which is exactly the trap of `put_locked_mapping_entry(NULL)`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Slot {
    /// Nothing there: the kernel's `NULL`.
    #[default]
    Null,
    /// A hole page.
    Page(PageId),
    /// An exceptional entry.
    Entry(Entry),
}

impl Slot {
    /// The slot for a word of the radix tree.
    #[must_use]
    pub fn from_word(word: u64) -> Slot {
        match Entry::from_word(word) {
            Some(entry) => Slot::Entry(entry),
            None if word == 0 => Slot::Null,
            None => Slot::Page(PageId(((word >> 2) - 1) as u16)),
        }
    }

    /// The word that the radix tree stores: pages are pointer-like (low bits 00, never 0).
    #[must_use]
    pub const fn word(self) -> u64 {
        match self {
            Slot::Null => 0,
            Slot::Page(page) => (page.0 as u64 + 1) << 2,
            Slot::Entry(entry) => entry.word(),
        }
    }

    /// The exceptional entry, if it is one (`radix_tree_exceptional_entry`).
    #[must_use]
    pub const fn entry(self) -> Option<Entry> {
        match self {
            Slot::Entry(entry) => Some(entry),
            _ => None,
        }
    }

    /// The hole page, if it is one.
    #[must_use]
    pub const fn page(self) -> Option<PageId> {
        match self {
            Slot::Page(page) => Some(page),
            _ => None,
        }
    }

    /// Is there nothing?
    #[must_use]
    pub const fn is_null(self) -> bool {
        matches!(self, Slot::Null)
    }

    /// What it is, in two or three words.
    #[must_use]
    pub fn kind(self) -> String {
        match self {
            Slot::Null => "nothing".into(),
            Slot::Page(page) => format!("zero {page}"),
            Slot::Entry(entry) => entry.kind().into(),
        }
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Slot::Null => f.write_str("NULL"),
            Slot::Page(page) => write!(f, "{page}"),
            Slot::Entry(entry) => write!(f, "{entry:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_kernel() {
        assert_eq!(Entry::locked_empty(EntrySize::Pte).word(), 0x26);
        assert_eq!(Entry::locked_empty(EntrySize::Pte).unlocked().word(), 0x22);
        assert_eq!(Entry::locked_empty(EntrySize::Pmd).word(), 0x2e);
        assert_eq!(Entry::locked_empty(EntrySize::Pmd).unlocked().word(), 0x2a);
        assert_eq!(Entry::locked_hzp().word(), 0x1e);
        assert_eq!(Entry::locked_hzp().unlocked().word(), 0x1a);
        assert_eq!(Entry::locked_block(5, EntrySize::Pte).word(), (5 << 6) | 0x06);
        assert_eq!(Entry::locked_block(5, EntrySize::Pmd).unlocked().word(), (5 << 6) | 0x0a);
    }

    #[test]
    fn slots_survive_the_tree() {
        for slot in [
            Slot::Null,
            Slot::Page(PageId(0)),
            Slot::Page(PageId(7)),
            Slot::Entry(Entry::locked_hzp()),
            Slot::Entry(Entry::locked_block(4096, EntrySize::Pmd)),
        ] {
            assert_eq!(Slot::from_word(slot.word()), slot);
        }
    }

    #[test]
    fn debug_tells_the_kind() {
        assert_eq!(format!("{:?}", Entry::locked_hzp()), "PMD|HZP|locked");
        assert_eq!(format!("{:?}", Entry::locked_block(8, EntrySize::Pte).unlocked()), "PTE sector 0x8");
    }
}
