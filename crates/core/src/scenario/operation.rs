//! What a thread can be told to do.

use crate::units::{MmId, PageIndex};

/// One operation of a thread.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Operation {
    /// A load or store of a mapped page: one page fault after another until the page table allows it.
    Access {
        /// File page.
        page: PageIndex,
        /// A store?
        write: bool,
        /// May 2 MiB faults be tried (transparent huge pages on)?
        huge: bool,
        /// Through the mapping of this process; `None`: the thread's own.
        mm: Option<MmId>,
    },
    /// `fallocate(FALLOC_FL_PUNCH_HOLE)`.
    Punch {
        /// First page.
        first: PageIndex,
        /// Number of pages.
        count: u64,
    },
    /// `fallocate(2)` without flags: blocks that nobody has written, and the size if the range goes beyond it.
    Fallocate {
        /// First page.
        first: PageIndex,
        /// Number of pages.
        count: u64,
    },
    /// `fallocate(FALLOC_FL_ZERO_RANGE)`: the same, and what was written reads as zeroes.
    Zero {
        /// First page.
        first: PageIndex,
        /// Number of pages.
        count: u64,
    },
    /// `fallocate(FALLOC_FL_COLLAPSE_RANGE)`: cuts the range out; what is behind it moves to its place.
    Collapse {
        /// First page.
        first: PageIndex,
        /// Number of pages.
        count: u64,
    },
    /// `fallocate(FALLOC_FL_INSERT_RANGE)`: makes room for a hole; what is there moves behind it.
    Insert {
        /// First page of the hole.
        first: PageIndex,
        /// Number of pages.
        count: u64,
    },
    /// `truncate(2)` to `size` pages.
    Truncate {
        /// New size in pages.
        size: u64,
    },
    /// `fsync(2)` of a range.
    Fsync {
        /// First page.
        first: PageIndex,
        /// Number of pages; `None`: to the end.
        count: Option<u64>,
    },
    /// Opportunistic cache invalidation (`invalidate_mapping_pages`: drop_caches, fadvise).
    Invalidate {
        /// First page.
        first: PageIndex,
        /// Number of pages; `None`: to the end.
        count: Option<u64>,
    },
    /// Strict cache invalidation (`invalidate_inode_pages2_range`: direct I/O, write(2) over new blocks).
    Invalidate2 {
        /// First page.
        first: PageIndex,
        /// Number of pages; `None`: to the end.
        count: Option<u64>,
        /// Under the inode lock, as direct I/O calls it; FUSE and virtiofs call it without.
        inode_lock: bool,
    },
    /// `write(2)` of whole pages.
    Write {
        /// First page.
        first: PageIndex,
        /// Number of pages.
        count: u64,
        /// The user's buffer is the thread's own mapping of the file from this page on; `None`: other memory.
        from: Option<PageIndex>,
    },
    /// `read(2)` of whole pages.
    Read {
        /// First page.
        first: PageIndex,
        /// Number of pages.
        count: u64,
    },
    /// Takes a reference of the block that is mapped at a page, as direct I/O and RDMA do (XArray's era).
    Pin {
        /// File page.
        page: PageIndex,
    },
    /// Drops the reference that the thread has taken last (XArray's era).
    Unpin,
    /// Looks for pages that somebody uses (`dax_layout_busy_page_range`, XArray's era).
    Layout {
        /// First page.
        first: PageIndex,
        /// Number of pages; `None`: to the end.
        count: Option<u64>,
    },
    /// Locks the entry of the block of a page by its page, and unlocks it, as memory failure does (XArray's era).
    Hold {
        /// File page.
        page: PageIndex,
    },
    /// `madvise(MADV_DONTNEED)` of the thread's own mapping: drops what its page table has of a range. The tree stays.
    Dontneed {
        /// First file page.
        first: PageIndex,
        /// Number of pages; `None`: to the end of the mapping.
        count: Option<u64>,
    },
    /// Removes all mappings and page tables of a process; the mapping itself stays usable.
    Munmap {
        /// The process; `None`: the thread's own.
        mm: Option<MmId>,
    },
}

impl Operation {
    /// The name in recordings, and of the outermost function of the thread while it runs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Operation::Access { .. } => "access",
            Operation::Punch { .. } => "punch",
            Operation::Fallocate { .. } => "fallocate",
            Operation::Zero { .. } => "zero",
            Operation::Collapse { .. } => "collapse",
            Operation::Insert { .. } => "insert",
            Operation::Truncate { .. } => "truncate",
            Operation::Fsync { .. } => "fsync",
            Operation::Invalidate { .. } => "invalidate",
            Operation::Invalidate2 { .. } => "invalidate2",
            Operation::Write { .. } => "write",
            Operation::Read { .. } => "read",
            Operation::Dontneed { .. } => "dontneed",
            Operation::Munmap { .. } => "munmap",
            Operation::Pin { .. } => "pin",
            Operation::Unpin => "unpin",
            Operation::Layout { .. } => "layout",
            Operation::Hold { .. } => "hold",
        }
    }
}
