//! Why a 2 MiB fault ends as a 4 KiB fault: the question of whoever uses DAX.
//!
//! Each exit of the 2 MiB handler to `VM_FAULT_FALLBACK` has a reason here, and so have the two ways on which the
//! page-fault code does not even ask for 2 MiB. Nothing in the model reads a reason; it travels with the step as
//! [`Event::FallBack`](crate::event::Event::FallBack).
//!
//! Source: fs/dax.c and mm/memory.c, v4.10 to v4.13 (kernel-semantics §7.1 and §7.3).

use crate::scenario::FailPoint;

/// Why a 2 MiB fault ends as a 4 KiB fault.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FallbackReason {
    /// Virtual address and file offset differ modulo 2 MiB (checked from 4.13 on).
    Colour,
    /// A store to a private mapping copies 4 KiB pages.
    PrivateWrite,
    /// The 2 MiB of addresses are not wholly inside the mapping.
    Range,
    /// The 2 MiB of the file are not wholly inside the file.
    EndOfFile,
    /// The extent ends before the 2 MiB do.
    ShortExtent,
    /// The blocks do not begin at a multiple of 2 MiB of the device.
    Alignment,
    /// The device ends before the 2 MiB do.
    DeviceEnd,
    /// The device has no `struct page`s.
    NoStructPage,
    /// The file system gave a store no blocks.
    NoBlocks,
    /// The tree holds 4 KiB entries in the range.
    SmallEntries,
    /// There is a page table already, so 2 MiB were not asked for.
    PageTable,
    /// While this fault was under way, another one has filled the pmd.
    PmdTaken,
    /// There is no huge zero page.
    NoHugeZeroPage,
    /// This kernel has no 2 MiB faults of DAX.
    NotTried,
    /// A call failed because the script or the scheduler made it fail.
    Injected(FailPoint),
}

impl FallbackReason {
    /// All of them, the injected ones by the calls of the 2 MiB handler that can fail.
    pub const ALL: [FallbackReason; 17] = [
        FallbackReason::Colour,
        FallbackReason::PrivateWrite,
        FallbackReason::Range,
        FallbackReason::EndOfFile,
        FallbackReason::ShortExtent,
        FallbackReason::Alignment,
        FallbackReason::DeviceEnd,
        FallbackReason::NoStructPage,
        FallbackReason::NoBlocks,
        FallbackReason::SmallEntries,
        FallbackReason::PageTable,
        FallbackReason::PmdTaken,
        FallbackReason::NoHugeZeroPage,
        FallbackReason::NotTried,
        FallbackReason::Injected(FailPoint::Preload),
        FallbackReason::Injected(FailPoint::IomapBegin),
        FallbackReason::Injected(FailPoint::DirectAccess),
    ];

    /// The word for it in scripts and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.words()[0]
    }

    /// A few words behind a colon: `the extent is shorter than 2 MiB`.
    #[must_use]
    pub const fn label(self) -> &'static str {
        self.words()[1]
    }

    /// What would make the mapping huge, as a sentence.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        self.words()[2]
    }

    /// The names, each once.
    pub fn names() -> impl Iterator<Item = &'static str> {
        let mut last = "";
        Self::ALL.into_iter().map(Self::name).filter(move |name| std::mem::replace(&mut last, name) != *name)
    }

    /// A bit of its own, the same for all of one name.
    #[must_use]
    pub fn bit(self) -> u32 {
        FallbackReason::bit_of(self.name())
    }

    /// The bit of the reasons of that name; 0 if there are none.
    #[must_use]
    pub fn bit_of(name: &str) -> u32 {
        FallbackReason::names().position(|known| known == name).map_or(0, |at| 1 << at)
    }

    const fn words(self) -> [&'static str; 3] {
        match self {
            FallbackReason::Colour => [
                "colour",
                "address and file offset differ modulo 2 MiB",
                "Map the file at an address that equals its offset modulo 2 MiB.",
            ],
            FallbackReason::PrivateWrite => {
                ["private-write", "a store to a private mapping copies 4 KiB", "Map the file shared."]
            }
            FallbackReason::Range => {
                ["range", "the mapping does not hold all 2 MiB", "Map the whole 2 MiB around the address."]
            }
            FallbackReason::EndOfFile => {
                ["end-of-file", "the file ends inside the 2 MiB", "Make the file a multiple of 2 MiB long."]
            }
            FallbackReason::ShortExtent => [
                "extent",
                "the extent is shorter than 2 MiB",
                "Have the file system keep the 2 MiB in one extent (preallocate it at once).",
            ],
            FallbackReason::Alignment => [
                "alignment",
                "the blocks are not aligned to 2 MiB on the device",
                "Have the file system align extents to 2 MiB (mkfs with stride or su of 2 MiB, an aligned partition).",
            ],
            FallbackReason::DeviceEnd => {
                ["device-end", "the device ends inside the 2 MiB", "Keep the extent inside the device."]
            }
            FallbackReason::NoStructPage => [
                "no-struct-page",
                "the device has no struct pages",
                "Set the namespace up in fsdax mode, with struct pages (`devmap on`).",
            ],
            FallbackReason::NoBlocks => {
                ["no-blocks", "the store got no blocks", "Blocks have to be allocated before the fault."]
            }
            FallbackReason::SmallEntries => [
                "small-entries",
                "4 KiB entries are in the range",
                "Fault 2 MiB first, or drop the 4 KiB entries (punch, truncate, invalidate).",
            ],
            FallbackReason::PageTable => [
                "page-table",
                "a page table of 4 KiB pages is there already",
                "Fault 2 MiB first, or remove the mapping (munmap) before.",
            ],
            FallbackReason::PmdTaken => [
                "pmd-taken",
                "another fault was faster",
                "Nothing is wrong: the other thread has mapped the range by now.",
            ],
            FallbackReason::NoHugeZeroPage => [
                "no-huge-zero-page",
                "there is no huge zero page",
                "Memory was short: 2 MiB in one piece have to be free.",
            ],
            FallbackReason::NotTried => {
                ["not-tried", "this kernel has no 2 MiB faults of DAX", "Use a kernel with `entry_locks=on`."]
            }
            FallbackReason::Injected(FailPoint::IomapBegin) => {
                ["injected", "iomap_begin was made to fail", "Take the failure out."]
            }
            FallbackReason::Injected(FailPoint::DirectAccess) => {
                ["injected", "direct access was made to fail", "Take the failure out."]
            }
            FallbackReason::Injected(_) => ["injected", "the preload was made to fail", "Take the failure out."],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_words() {
        for reason in FallbackReason::ALL {
            assert!(reason.name().chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{reason:?}");
            assert!(reason.remedy().ends_with('.') && !reason.label().ends_with('.'), "{reason:?}");
        }
        assert_eq!(FallbackReason::names().count(), 15);
    }
}
