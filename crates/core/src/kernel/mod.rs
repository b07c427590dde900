//! The kernel functions, as straight-line code over [`crate::op::Op`].
//!
//! Each function names the one it models, with release and file. They are written after what the kernel does
//! (kernel-semantics §3 to §9 and the recorded runs), not after its text, but keep its names, branches and order.
//!
//! Suggested order of reading: [`lock`], [`grab`], [`insert`], the two fault handlers, then what runs against them.

pub mod asked;
pub mod grab;
pub mod insert;
pub mod invalidate;
pub mod journal;
pub mod load_hole;
pub mod lock;
pub mod mkwrite;
pub mod mm_fault;
pub mod page_cache;
pub mod pmd_fault;
pub mod pte_fault;
pub mod pte_map;
pub mod rw;
pub mod thread;
pub mod truncate;
pub mod unlocked_fault;
pub mod write_protect;
pub mod writeback;

/// The names and the texts of source files, from one list.
macro_rules! sources {
    ($($file:literal)*) => {
        /// The names of the source files of this module.
        pub const FILES: &[&str] = &[$($file),*];

        /// The source files of this module, by the path that [`std::panic::Location`] reports: what the page shows as
        /// the program that runs. The page fetches them when it is there; a program that does not name this constant
        /// does not carry the texts.
        pub const SOURCES: &[(&str, &str)] = &[$(($file, include_str!($file))),*];
    };
}

sources! {
    "asked.rs"
    "grab.rs"
    "insert.rs"
    "invalidate.rs"
    "journal.rs"
    "load_hole.rs"
    "lock.rs"
    "mkwrite.rs"
    "mm_fault.rs"
    "page_cache.rs"
    "pmd_fault.rs"
    "pte_fault.rs"
    "pte_map.rs"
    "rw.rs"
    "thread.rs"
    "truncate.rs"
    "unlocked_fault.rs"
    "write_protect.rs"
    "writeback.rs"
}

/// The name of the source file of a location, if it is kernel code.
#[must_use]
pub fn file_of(location: &std::panic::Location<'_>) -> Option<&'static str> {
    let name = location.file().rsplit(['/', '\\']).next()?;
    FILES.iter().find(|file| **file == name).copied()
}

/// The name and text of the source file of a location, if it is kernel code.
#[must_use]
pub fn source_of(location: &std::panic::Location<'_>) -> Option<(&'static str, &'static str)> {
    let name = file_of(location)?;
    SOURCES.iter().find(|(file, _)| *file == name).copied()
}
