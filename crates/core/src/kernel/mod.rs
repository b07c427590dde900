//! The kernel functions, as straight-line code over [`crate::op::Op`].
//!
//! Each function names the one it models, with release and file. They are written after what the kernel does
//! (kernel-semantics §3 to §9 and the recorded runs), not after its text, but keep its names, branches and order.
//!
//! [`mm`] and [`file`] are what the memory manager and the file system do around DAX; DAX itself is one module for each
//! era. A thread begins in [`thread`]; for the order of reading see [`radix_era`].

pub mod file;
pub mod mm;
pub mod radix_era;
pub mod thread;
pub mod xarray_era;

/// The names and the texts of source files, from one list.
macro_rules! sources {
    ($($file:literal in $path:literal)*) => {
        /// The names of the source files of this module, and where they are below it. The page shows names.
        const PATHS: &[(&str, &str)] = &[$(($file, $path)),*];

        /// The source files of this module, by name: what the page shows as the program that runs. The page fetches them
        /// when it is there; a program that does not name this constant does not carry the texts.
        pub const SOURCES: &[(&str, &str)] = &[$(($file, include_str!($path))),*];
    };
}

sources! {
    "asked.rs" in "file/asked.rs"
    "dontneed.rs" in "mm/dontneed.rs"
    "fallocate.rs" in "file/fallocate.rs"
    "fs_fault.rs" in "file/fs_fault.rs"
    "fs_lock.rs" in "file/fs_lock.rs"
    "grab.rs" in "radix_era/grab.rs"
    "insert.rs" in "radix_era/insert.rs"
    "invalidate.rs" in "radix_era/invalidate.rs"
    "journal.rs" in "file/journal.rs"
    "load_hole.rs" in "radix_era/load_hole.rs"
    "lock.rs" in "radix_era/lock.rs"
    "mkwrite.rs" in "radix_era/mkwrite.rs"
    "mm_fault.rs" in "mm/mm_fault.rs"
    "page_cache.rs" in "radix_era/page_cache.rs"
    "pagevec.rs" in "radix_era/pagevec.rs"
    "pmd_fallback.rs" in "radix_era/pmd_fallback.rs"
    "pmd_fault.rs" in "radix_era/pmd_fault.rs"
    "pte_fault.rs" in "radix_era/pte_fault.rs"
    "pte_map.rs" in "mm/pte_map.rs"
    "rw.rs" in "file/rw.rs"
    "thread.rs" in "thread.rs"
    "truncate.rs" in "radix_era/truncate.rs"
    "truncate_pagecache.rs" in "mm/truncate_pagecache.rs"
    "unlocked_fault.rs" in "radix_era/unlocked_fault.rs"
    "write_protect.rs" in "mm/write_protect.rs"
    "writeback.rs" in "radix_era/writeback.rs"
    "xarray/cow.rs" in "xarray_era/cow.rs"
    "xarray/fault_iter.rs" in "xarray_era/fault_iter.rs"
    "xarray/fs_fault.rs" in "xarray_era/fs_fault.rs"
    "xarray/grab.rs" in "xarray_era/grab.rs"
    "xarray/hold.rs" in "xarray_era/hold.rs"
    "xarray/insert.rs" in "xarray_era/insert.rs"
    "xarray/install.rs" in "xarray_era/install.rs"
    "xarray/invalidate.rs" in "xarray_era/invalidate.rs"
    "xarray/layout.rs" in "xarray_era/layout.rs"
    "xarray/mkclean.rs" in "xarray_era/mkclean.rs"
    "xarray/mm_fault.rs" in "xarray_era/mm_fault.rs"
    "xarray/pmd_fault.rs" in "xarray_era/pmd_fault.rs"
    "xarray/pte_fault.rs" in "xarray_era/pte_fault.rs"
    "xarray/script.rs" in "xarray_era/script.rs"
    "xarray/state.rs" in "xarray_era/state.rs"
    "xarray/sync_fault.rs" in "xarray_era/sync_fault.rs"
    "xarray/truncate.rs" in "xarray_era/truncate.rs"
    "xarray/wait.rs" in "xarray_era/wait.rs"
    "xarray/writeback.rs" in "xarray_era/writeback.rs"
    "xfs.rs" in "file/xfs.rs"
}

/// The name of the source file of a location, if it is kernel code.
#[must_use]
pub fn file_of(location: &std::panic::Location<'_>) -> Option<&'static str> {
    let path = location.file();
    let below = path.get(path.rfind("kernel")? + "kernel/".len()..)?;
    PATHS.iter().find(|(_, path)| is_same_path(path, below)).map(|&(file, _)| file)
}

/// Are the paths the same, whatever stands between the folders?
fn is_same_path(one: &str, other: &str) -> bool {
    one.split('/').eq(other.split(['/', '\\']))
}

/// The name and text of the source file of a location, if it is kernel code.
#[must_use]
pub fn source_of(location: &std::panic::Location<'_>) -> Option<(&'static str, &'static str)> {
    let name = file_of(location)?;
    SOURCES.iter().find(|(file, _)| *file == name).copied()
}
