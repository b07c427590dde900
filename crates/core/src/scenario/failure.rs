//! Calls that can be made to fail.

use crate::errno::Errno;
use crate::revision::Revision;
use crate::units::ThreadId;

/// A call that fails when it is reached.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct InjectedFailure {
    /// Which call.
    pub what: FailPoint,
    /// The nth such call fails, counted from 1: over all threads, or in `thread`.
    pub nth: u32,
    /// The error that it returns.
    pub errno: Errno,
    /// Count only the calls of this thread.
    pub thread: Option<ThreadId>,
}

/// The calls that can be made to fail.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FailPoint {
    /// `radix_tree_preload` of an entry insertion or of a hole replacement.
    Preload,
    /// `radix_tree_maybe_preload` of a page-cache insertion.
    MaybePreload,
    /// Allocation of a hole page; it returns nothing, the error is not used.
    PageAlloc,
    /// Allocation of the huge zero page; it returns nothing, the error is not used.
    HzpAlloc,
    /// `bdev_direct_access`.
    DirectAccess,
    /// The file system's `iomap_begin`.
    IomapBegin,
    /// Allocation of a node of the XArray under its lock.
    NodeAlloc,
    /// Allocation of a node of the XArray without the lock, where it may wait.
    NodeAllocWait,
}

impl FailPoint {
    /// Those of the radix tree's era.
    pub const RADIX: [FailPoint; 6] = [
        FailPoint::Preload,
        FailPoint::MaybePreload,
        FailPoint::PageAlloc,
        FailPoint::HzpAlloc,
        FailPoint::DirectAccess,
        FailPoint::IomapBegin,
    ];

    /// Those of the XArray's era.
    pub const XARRAY: [FailPoint; 6] = [
        FailPoint::NodeAlloc,
        FailPoint::NodeAllocWait,
        FailPoint::PageAlloc,
        FailPoint::HzpAlloc,
        FailPoint::DirectAccess,
        FailPoint::IomapBegin,
    ];

    /// Those of a kernel's era.
    #[must_use]
    pub const fn of(revision: &Revision) -> [FailPoint; 6] {
        if revision.is_xarray() { Self::XARRAY } else { Self::RADIX }
    }

    /// Those of both eras, each once.
    pub const EVERY: [FailPoint; 8] = [
        FailPoint::Preload,
        FailPoint::MaybePreload,
        FailPoint::PageAlloc,
        FailPoint::HzpAlloc,
        FailPoint::DirectAccess,
        FailPoint::IomapBegin,
        FailPoint::NodeAlloc,
        FailPoint::NodeAllocWait,
    ];

    /// The name in scripts and recordings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            FailPoint::Preload => "preload",
            FailPoint::MaybePreload => "maybe_preload",
            FailPoint::PageAlloc => "page_alloc",
            FailPoint::HzpAlloc => "hzp_alloc",
            FailPoint::DirectAccess => "direct_access",
            FailPoint::IomapBegin => "iomap_begin",
            FailPoint::NodeAlloc => "node_alloc",
            FailPoint::NodeAllocWait => "node_alloc_wait",
        }
    }

    /// The one with that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<FailPoint> {
        Self::EVERY.into_iter().find(|what| what.name() == name)
    }
}
