//! Entry words, decoded as the kernel of the trace means them.
//!
//! The decoders are those of the model (`daxscope_core::entry`); here is only which of them, and what is no entry.

use daxscope_core::entry::{Entry, XEntry};
use daxscope_core::tree::xarray::Word;

/// Which words a kernel has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Era {
    /// The radix tree: up to 4.19.
    Radix,
    /// The XArray: from 4.20 on.
    XArray,
}

/// Bits of a page frame in `pfn_t`; above them are `DEV`, `MAP` and the like.
pub const FRAME_BITS: u64 = (1 << 52) - 1;

/// A decoded word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decoded {
    /// Nothing there.
    Null,
    /// An entry of the radix tree.
    Radix(Entry),
    /// An entry of the XArray.
    XArray(XEntry),
    /// Another slot of the same entry: its first slot.
    Sibling(u64),
    /// `XA_RETRY_ENTRY`: for a look-up, smaller entries are in the way of 2 MiB.
    Conflict,
    /// A fault result in the place of an entry: what `grab_mapping_entry` could not lock.
    Answer(u32),
    /// A pointer: a hole page (up to 4.13) or a node.
    Pointer(u64),
    /// None of that.
    Unknown(u64),
}

/// The era whose words look like that; `None`: both have them, or neither.
#[must_use]
pub const fn era_of(word: u64) -> Option<Era> {
    match word & 3 {
        1 | 3 => Some(Era::XArray),
        2 if word >= 0x1a && Entry::from_word(word).is_some() => Some(Era::Radix),
        _ => None,
    }
}

/// What a word means in that era.
#[must_use]
pub fn decode(word: u64, era: Era) -> Decoded {
    if word == 0 {
        return Decoded::Null;
    }
    match era {
        Era::Radix => Entry::from_word(word).map_or(Decoded::Pointer(word), Decoded::Radix),
        Era::XArray => decode_xarray(word),
    }
}

fn decode_xarray(word: u64) -> Decoded {
    if word & 1 == 1 {
        let entry = Word::from_bits(word).and_then(XEntry::from_word);
        return entry.map_or(Decoded::Unknown(word), Decoded::XArray);
    }
    if word & 3 != 2 {
        return Decoded::Pointer(word);
    }
    match word >> 2 {
        slot if slot < 64 => Decoded::Sibling(slot),
        0x100 => Decoded::Conflict,
        0x1 | 0x2 | 0x800 => Decoded::Answer((word >> 2) as u32),
        _ if word > 0xffff => Decoded::Pointer(word),
        _ => Decoded::Unknown(word),
    }
}

/// The same where a function has returned the word: there are no siblings, and results of faults instead.
#[must_use]
pub fn decode_returned(word: u64, era: Era) -> Decoded {
    match (era, word) {
        (Era::XArray, 0x6 | 0xa | 0x2002) => Decoded::Answer((word >> 2) as u32),
        _ => decode(word, era),
    }
}

impl Decoded {
    /// In words: `2 MiB block, frame 0x108400`.
    #[must_use]
    pub fn words(self) -> String {
        let locked = |is_locked: bool| if is_locked { "locked " } else { "" };
        match self {
            Decoded::Null => "nothing".into(),
            Decoded::Radix(entry) => {
                let place = if entry.is_block() { format!(", {:#x}", entry.sector()) } else { String::new() };
                format!("{}{}{place}", locked(entry.is_locked()), entry.kind())
            }
            Decoded::XArray(entry) if entry.is_empty() => format!("{}{}", locked(entry.is_locked()), entry.kind()),
            Decoded::XArray(entry) => {
                format!("{}{}, frame {:#x}", locked(entry.is_locked()), entry.kind(), entry.frame())
            }
            Decoded::Sibling(slot) => format!("the rest of slot {slot}"),
            Decoded::Conflict => "smaller entries are in the range".into(),
            Decoded::Answer(bits) => format!("no entry: {}", crate::flags::FaultResult(bits)),
            Decoded::Pointer(word) => format!("pointer {word:#x}"),
            Decoded::Unknown(word) => format!("{word:#x}, which no kernel from 4.20 to 7.3 has"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_recordings() {
        for (word, words) in [
            (0x16400d, "2 MiB zero, frame 0xb200"),
            (0x66209, "4 KiB zero, frame 0x3310"),
            (0x2308061, "4 KiB block, frame 0x118403"),
            (0x2704005, "2 MiB block, frame 0x138200"),
            (0x15, "2 MiB empty"),
            (0x17, "locked 2 MiB empty"),
            (0x13, "locked 4 KiB empty"),
            (0x2, "the rest of slot 0"),
            (0x402, "smaller entries are in the range"),
            (0x0, "nothing"),
        ] {
            assert_eq!(decode(word, Era::XArray).words(), words, "{word:#x}");
        }
        assert_eq!(decode_returned(0x2002, Era::XArray).words(), "no entry: FALLBACK");
        assert_eq!(decode_returned(0xa, Era::XArray).words(), "no entry: SIGBUS");
        assert_eq!(decode_returned(0x6, Era::XArray).words(), "no entry: OOM");
        assert_eq!(decode(0x1a, Era::Radix).words(), "HZP");
        assert_eq!(decode((0x10 << 6) | 0xa, Era::Radix).words(), "2 MiB block, 0x10");
    }

    #[test]
    fn eras_are_told_apart() {
        assert_eq!(era_of(0x16400d), Some(Era::XArray));
        assert_eq!(era_of(0x1a), Some(Era::Radix));
        assert_eq!(era_of((0x10 << 6) | 0xa), Some(Era::Radix));
        assert_eq!((era_of(0), era_of(0x2)), (None, None));
    }
}
