//! What may have lost data: suspects, with the lines that speak for them. A suspect is no proof.

use super::range::Store;
use crate::event::File;

/// Something that speaks for a layout that was broken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Mark {
    /// A kprobe on `dax_delete_mapping_range`.
    Deleted,
    /// The number of pages of the file has changed.
    Size {
        /// Before.
        from: u64,
        /// Now.
        to: u64,
    },
    /// A program says so in `trace_marker`.
    Said(String),
    /// A store faults again although its page was mapped for stores and was not written back.
    Refault,
}

impl Mark {
    /// In words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Mark::Deleted => "dax_delete_mapping_range deletes the entries".into(),
            Mark::Size { from, to } => format!("the file has {to:#x} pages and had {from:#x}"),
            Mark::Said(text) => format!("a marker says \"{text}\""),
            Mark::Refault => "a store faults again where the page was mapped for stores".into(),
        }
    }
}

/// Dirty entries that a layout break took away before anything was flushed (6.15 to 7.3).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TakenAway {
    /// The file.
    pub file: File,
    /// Page of the file / 512.
    pub range: u64,
    /// The store.
    pub store: Store,
    /// What speaks for a layout break behind it, with lines.
    pub marks: Vec<(u64, Mark)>,
    /// The line of the call that flushed nothing; `None`: no call is in the trace.
    pub sync: Option<u64>,
    /// Does a kprobe show that entries were deleted?
    pub is_seen: bool,
}

/// An fsync or msync that went past an entry because it was locked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PassedLocked {
    /// The file.
    pub file: File,
    /// Page of the file / 512.
    pub range: u64,
    /// The store that made the entry dirty.
    pub store: Store,
    /// The lines at which the call begins and ends.
    pub sync: (u64, u64),
    /// Whose call.
    pub tid: u32,
    /// Whose fault held the entry.
    pub holder: u32,
    /// The lines at which that fault begins and ends.
    pub held: (u64, Option<u64>),
    /// Does a kprobe show that the look-up gave nothing?
    pub is_seen: bool,
}
