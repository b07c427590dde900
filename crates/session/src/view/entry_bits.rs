//! An entry word of the tree, bit by bit, as Linux 4.10 lays it out, or from 4.20 on the XArray.

use super::{Build, Text};
use crate::action::Object;
use crate::tree_of_era::Cell;
use daxscope_core::entry::{Entry, XEntry};
use daxscope_core::tree::xarray::Word;
use std::rc::Rc;

/// An entry word.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntryBitsView {
    /// `0x40380e`.
    pub word: Text,
    /// From the lowest bit on.
    pub bits: Rc<[BitView]>,
    /// The numbers above the flags.
    pub numbers: Rc<[BitsNumber]>,
}

/// A number in an entry word.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BitsNumber {
    /// `bits 6 and up`.
    pub bits: &'static str,
    /// `sector`, `pfn`.
    pub name: &'static str,
    /// `0x8038`.
    pub hex: Text,
    /// What it says.
    pub meaning: &'static str,
}

/// A flag of an entry word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BitView {
    /// Its mask.
    pub mask: u64,
    /// The kernel's name.
    pub name: &'static str,
    /// Is it set?
    pub is_set: bool,
    /// What that means.
    pub meaning: &'static str,
}

/// Mask, name, meaning where set, meaning where clear.
const BITS: [(u64, &str, &str, &str); 5] = [
    (
        Entry::EXCEPTIONAL,
        "RADIX_TREE_EXCEPTIONAL_ENTRY",
        "no pointer to a page, but a DAX entry",
        "a pointer to a page",
    ),
    (Entry::LOCK, "RADIX_DAX_ENTRY_LOCK", "locked", "not locked"),
    (Entry::PMD, "RADIX_DAX_PMD", "covers 2 MiB", "covers 4 KiB"),
    (Entry::HZP, "RADIX_DAX_HZP", "stands for the huge zero page", "not the huge zero page"),
    (Entry::EMPTY, "RADIX_DAX_EMPTY", "empty: it only carries the lock", "not empty"),
];

impl Build<'_> {
    /// The word of the entry that is selected.
    pub(super) fn entry_bits(&self, object: Object) -> Option<EntryBitsView> {
        let Object::Slot(index) = object else { return None };
        match Cell::at(&self.world().mapping, index) {
            Cell::Radix(entry) => Some(entry_bits(entry)),
            Cell::XArray(entry) => Some(xarray_bits(entry)),
            Cell::Nothing | Cell::Page(_) => None,
        }
    }
}

fn entry_bits(entry: Entry) -> EntryBitsView {
    let mut bits = Vec::new();
    for (mask, name, set, clear) in BITS {
        let is_set = entry.word() & mask != 0;
        bits.push(BitView { mask, name, is_set, meaning: if is_set { set } else { clear } });
    }
    let number =
        |bits, name, number: u64, meaning| BitsNumber { bits, name, hex: format!("{number:#x}").into(), meaning };
    let sector = entry.sector();
    let numbers = match entry.is_block() {
        true => vec![
            number("bits 6 and up", "sector", sector, "where its blocks begin on the device, in 512 bytes"),
            number("bits 9 and up", "pfn", entry.block(), "the page frame there, which the page tables get"),
        ],
        false => vec![number("bits 6 and up", "sector", sector, "it stands for no blocks")],
    };
    EntryBitsView { word: format!("{:#x}", entry.word()).into(), bits: bits.into(), numbers: numbers.into() }
}

/// Mask, name, meaning where set, meaning where clear: the word of the XArray. The kernel's masks are of the value, which stands
/// one bit higher in the slot.
const XARRAY_BITS: [(u64, &str, &str, &str); 5] = [
    (1, "xa_is_value", "a value, no pointer: a DAX entry", "a pointer"),
    (XEntry::LOCKED, "DAX_LOCKED", "locked", "not locked"),
    (XEntry::PMD, "DAX_PMD", "covers 2 MiB", "covers 4 KiB"),
    (XEntry::ZERO, "DAX_ZERO_PAGE", "stands for the zero page of its size", "not the zero page"),
    (XEntry::EMPTY, "DAX_EMPTY", "empty: it only carries the lock", "not empty"),
];

pub(crate) fn xarray_bits(entry: XEntry) -> EntryBitsView {
    let mut bits = Vec::new();
    for (mask, name, set, clear) in XARRAY_BITS {
        let is_set = entry.bits() & mask != 0;
        bits.push(BitView { mask, name, is_set, meaning: if is_set { set } else { clear } });
    }
    let meaning = match (entry.is_zero(), entry.is_empty()) {
        (true, _) => "the zero page, which the model puts behind all blocks",
        (_, true) => "it stands for no blocks",
        _ => "the page frame, where its blocks begin on the device",
    };
    let pfn = BitsNumber { bits: "bits 5 and up", name: "pfn", hex: format!("{:#x}", entry.frame()).into(), meaning };
    EntryBitsView { word: format!("{:#x}", entry.bits()).into(), bits: bits.into(), numbers: vec![pfn].into() }
}

/// The word of an entry as the page writes it (`0x2e`), bit by bit; `None`: it is no entry.
#[must_use]
pub fn decode_word(text: &str) -> Option<EntryBitsView> {
    let word = u64::from_str_radix(text.strip_prefix("0x")?, 16).ok()?;
    match Entry::from_word(word) {
        Some(entry) => Some(entry_bits(entry)),
        // Values of the XArray have the bit that no word of the radix tree's entries has. Block 0 is no block of a device.
        None => Word::from_bits(word).and_then(XEntry::from_word).filter(|_| word > 1).map(xarray_bits),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use daxscope_core::entry::EntrySize;

    #[test]
    fn the_bits_and_the_sector_make_the_word() {
        let entries = [
            Entry::locked_empty(EntrySize::Pmd),
            Entry::locked_empty(EntrySize::Pte).unlocked(),
            Entry::locked_hzp(),
            Entry::locked_block(0x8038, EntrySize::Pte),
            Entry::locked_block(0x9000, EntrySize::Pmd).unlocked(),
        ];
        for entry in entries {
            let view = entry_bits(entry);
            let flags: u64 = view.bits.iter().filter(|bit| bit.is_set).map(|bit| bit.mask).sum();
            assert_eq!(flags | entry.sector() << Entry::SECTOR_SHIFT, entry.word(), "{view:?}");
            assert_eq!(*view.word, format!("{:#x}", entry.word()));
            assert_eq!(decode_word(&view.word), Some(view));
        }
        let numbers: Vec<_> =
            entry_bits(entries[3]).numbers.iter().map(|number| (number.name, number.hex.to_string())).collect();
        assert_eq!(numbers, [("sector", "0x8038".to_owned()), ("pfn", "0x1007".to_owned())]);
        for no_word in ["", "2e", "0x", "0x1", "0x0", "nothing", "0x2e 2 MiB empty"] {
            assert_eq!(decode_word(no_word), None, "{no_word}");
        }
        assert_eq!(entry_bits(entries[0]).numbers.len(), 1, "an empty entry has no page frame");
    }

    #[test]
    fn words_of_the_xarray_are_told_by_their_lowest_bit() {
        let entries = [
            XEntry::empty(EntrySize::Pmd).locked(),
            XEntry::empty(EntrySize::Pte),
            XEntry::zero(EntrySize::Pmd),
            XEntry::zero(EntrySize::Pte).locked(),
            XEntry::of_block(0x1007, EntrySize::Pte),
            XEntry::of_block(0x1200, EntrySize::Pmd).locked(),
        ];
        for entry in entries {
            let view = xarray_bits(entry);
            let flags: u64 = view.bits.iter().filter(|bit| bit.is_set).map(|bit| bit.mask).sum();
            assert_eq!(flags | entry.frame() << XEntry::FRAME_SHIFT, entry.bits(), "{view:?}");
            assert_eq!(*view.numbers[0].hex, format!("{:#x}", entry.frame()));
            assert_eq!(decode_word(&view.word), Some(view));
        }
    }
}
