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

/// The source files of this module, by the path that [`std::panic::Location`] reports: what the page shows as the
/// program that runs.
pub const SOURCES: &[(&str, &str)] = &[
    ("asked.rs", include_str!("asked.rs")),
    ("grab.rs", include_str!("grab.rs")),
    ("insert.rs", include_str!("insert.rs")),
    ("invalidate.rs", include_str!("invalidate.rs")),
    ("journal.rs", include_str!("journal.rs")),
    ("load_hole.rs", include_str!("load_hole.rs")),
    ("lock.rs", include_str!("lock.rs")),
    ("mkwrite.rs", include_str!("mkwrite.rs")),
    ("mm_fault.rs", include_str!("mm_fault.rs")),
    ("page_cache.rs", include_str!("page_cache.rs")),
    ("pmd_fault.rs", include_str!("pmd_fault.rs")),
    ("pte_fault.rs", include_str!("pte_fault.rs")),
    ("pte_map.rs", include_str!("pte_map.rs")),
    ("rw.rs", include_str!("rw.rs")),
    ("thread.rs", include_str!("thread.rs")),
    ("truncate.rs", include_str!("truncate.rs")),
    ("unlocked_fault.rs", include_str!("unlocked_fault.rs")),
    ("write_protect.rs", include_str!("write_protect.rs")),
    ("writeback.rs", include_str!("writeback.rs")),
];

/// The name and text of the source file of a location, if it is kernel code.
#[must_use]
pub fn source_of(location: &std::panic::Location<'_>) -> Option<(&'static str, &'static str)> {
    let name = location.file().rsplit(['/', '\\']).next()?;
    SOURCES.iter().find(|(file, _)| *file == name).copied()
}
