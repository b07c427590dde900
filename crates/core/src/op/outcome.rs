//! What the world answers, and how kernel code unpacks it.

use crate::entry::{Slot, XEntry};
use crate::errno::Errno;
use crate::mm::{PmdTarget, Pte};
use crate::op::{Cleaned, Installed};
use crate::pmem::Iomap;
use crate::units::{Block, PageId, PageIndex, VirtualPage};
use std::sync::Arc;

/// What the world answers.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Outcome {
    /// Done.
    Done,
    /// Yes or no.
    Bool(bool),
    /// What a slot holds.
    Slot(Slot),
    /// Success or an error.
    Status(Result<(), Errno>),
    /// A number.
    Number(u64),
    /// A page, or none.
    Page(Option<PageId>),
    /// An extent, or an error.
    Iomap(Result<Iomap, Errno>),
    /// What the pmd holds.
    Pmd(PmdSeen),
    /// A pte, or none.
    Pte(Option<PteSeen>),
    /// What is to be done about a fault on a present pte.
    PteFault(PteFault),
    /// Pages that the device could map, or an error.
    Length(Result<u64, Errno>),
    /// A batch of entries with their first indices.
    Entries(Arc<[(PageIndex, Slot)]>),
    /// Virtual pages.
    Pages(Arc<[VirtualPage]>),
    /// Number of entries tagged, and where to go on.
    Tagged {
        /// Entries.
        count: u64,
        /// Next index.
        next: PageIndex,
    },
    /// An entry of the XArray, or none.
    Entry(Option<XEntry>),
    /// What a search of the XArray came to: an index and its entry.
    Found(Option<(PageIndex, XEntry)>),
    /// What a store replaced, and whether the state still holds a node ready; or an error.
    Stored(Result<(Option<XEntry>, bool), Errno>),
    /// What a section that maps came to.
    Installed(Installed),
    /// What a section that write-protects came to.
    Cleaned(Cleaned),
    /// A block of the device, or none.
    Block(Option<Block>),
}

/// A pmd as an unlocked read sees it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PmdSeen {
    /// `pmd_none`.
    None,
    /// A huge mapping.
    Huge {
        /// Of what.
        target: PmdTarget,
        /// `pmd_write`.
        writable: bool,
    },
    /// A page table.
    Table,
}

/// A pte that was read without a lock, and the pointer to it, which is kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PteSeen {
    /// What was read (`vmf->orig_pte`).
    pub pte: Pte,
    /// Which page table the pointer leads into ([`crate::mm::PageTables::table_number`]).
    pub table: u8,
}

/// What `handle_pte_fault` finds to do about a present pte.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PteFault {
    /// The pte changed meanwhile, or allows the access: nothing to do.
    Nothing,
    /// A store to a read-only pte that maps a frame of the device (`wp_pfn_shared`).
    WriteToFrame,
    /// A store to a read-only pte that maps a hole page (`wp_page_shared`); the page got a reference.
    WriteToPage(PageId),
    /// A store through a private mapping (`wp_page_copy`); a hole page that is mapped there got a reference.
    Copy(Option<PageId>),
}

/// An outcome as the kernel function that asked expects it.
pub trait FromOutcome: Sized {
    /// Unpacks the outcome; `None` if it is of another kind, which is an error of the model.
    fn from_outcome(outcome: Outcome) -> Option<Self>;
}

macro_rules! from_outcome {
    ($($type:ty: $pattern:pat => $value:expr;)*) => {
        $(impl FromOutcome for $type {
            fn from_outcome(outcome: Outcome) -> Option<Self> {
                match outcome {
                    $pattern => Some($value),
                    _ => None,
                }
            }
        })*
    };
}

from_outcome! {
    (): Outcome::Done => ();
    bool: Outcome::Bool(value) => value;
    Slot: Outcome::Slot(slot) => slot;
    Result<(), Errno>: Outcome::Status(status) => status;
    u64: Outcome::Number(number) => number;
    Option<PageId>: Outcome::Page(page) => page;
    Result<Iomap, Errno>: Outcome::Iomap(iomap) => iomap;
    PmdSeen: Outcome::Pmd(pmd) => pmd;
    Option<PteSeen>: Outcome::Pte(pte) => pte;
    PteFault: Outcome::PteFault(fault) => fault;
    Result<u64, Errno>: Outcome::Length(length) => length;
    Arc<[(PageIndex, Slot)]>: Outcome::Entries(entries) => entries;
    Arc<[VirtualPage]>: Outcome::Pages(pages) => pages;
    Option<XEntry>: Outcome::Entry(entry) => entry;
    Option<(PageIndex, XEntry)>: Outcome::Found(found) => found;
    Result<(Option<XEntry>, bool), Errno>: Outcome::Stored(stored) => stored;
    Installed: Outcome::Installed(installed) => installed;
    Cleaned: Outcome::Cleaned(cleaned) => cleaned;
    Option<Block>: Outcome::Block(block) => block;
    (u64, PageIndex): Outcome::Tagged { count, next } => (count, next);
}
