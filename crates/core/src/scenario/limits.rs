//! The limits of a script, and what it means where it says nothing.
//!
//! Every limit has a diagnostic of its own. They are far above what a person writes and far below what could
//! overflow: no sum of offsets and lengths inside them leaves 64 bits.

use super::{Allocator, Device, FileLayout, Mapping, Process};
use crate::units::{Block, PMD_PAGES};

/// Bytes of a script; what follows is not read.
pub const MAX_TEXT_BYTES: usize = 256 * 1024;
/// Characters of a line.
pub const MAX_LINE_CHARS: usize = 2000;
/// Characters of a title.
pub const MAX_TITLE_CHARS: usize = 120;
/// Characters of the name of a process.
pub const MAX_NAME_CHARS: usize = 32;
/// Threads: each has a key from 1 to 9.
pub const MAX_THREADS: usize = 9;
/// Operations of one thread.
pub const MAX_OPERATIONS: usize = 4096;
/// Processes.
pub const MAX_PROCESSES: usize = 8;
/// Extents.
pub const MAX_EXTENTS: usize = 64;
/// Entries that the tree holds before the first step.
pub const MAX_ENTRIES: u64 = 16_384;
/// Injected failures.
pub const MAX_FAILURES: usize = 64;
/// Lines that say what is expected.
pub const MAX_EXPECTATIONS: usize = 64;
/// Pages of the file and of its block map, and the end of every range of it: 8 TiB.
pub const MAX_FILE_PAGES: u64 = 1 << 31;
/// Blocks of the device, and the end of every range of it: 8 TiB.
pub const MAX_DEVICE_BLOCKS: u64 = 1 << 31;
/// Pages of the address space of a process, the limit of virtual addresses and of `skew`: 128 TiB.
pub const MAX_VIRTUAL_PAGES: u64 = 1 << 35;
/// Steps of a schedule.
pub const MAX_SCHEDULE_STEPS: usize = 100_000;
/// The largest error number (the kernel's `MAX_ERRNO`).
pub const MAX_ERRNO: u16 = 4095;
/// Diagnostics that are reported; one more says that there were others.
pub const MAX_DIAGNOSTICS: usize = 100;

/// Pages of the file when no line says otherwise: two ranges of 2 MiB.
pub const DEFAULT_FILE_PAGES: u64 = 2 * PMD_PAGES;
/// The least device block that the allocator begins with when no line says otherwise: 32 MiB.
pub const DEFAULT_NEXT: Block = 8192;
/// Most blocks that the allocator hands out at once when no line says otherwise: 4 GiB.
pub const DEFAULT_MAX: u64 = 1 << 20;

impl Default for Device {
    /// 4 GiB with `struct page`s.
    fn default() -> Device {
        Device { blocks: 1 << 20, devmap: true }
    }
}

impl FileLayout {
    /// The end of the last extent, in file blocks.
    #[must_use]
    pub fn extents_end(&self) -> Block {
        self.extents.iter().map(|extent| extent.first.saturating_add(extent.count)).max().unwrap_or(0)
    }

    /// The length of the block map when no line says otherwise: it ends with the file or with the last extent.
    #[must_use]
    pub fn default_block_count(&self) -> u64 {
        self.size_pages.max(self.extents_end())
    }

    /// The allocator when no line says otherwise: it begins at 32 MiB of the device, or at the first multiple of
    /// 2 MiB behind all extents if that is further.
    #[must_use]
    pub fn default_allocator(&self) -> Allocator {
        let end = self
            .extents
            .iter()
            .map(|extent| match extent.kind {
                super::ExtentKind::Hole => 0,
                _ => extent.phys.saturating_add(extent.count),
            })
            .max()
            .unwrap_or(0);
        let next = end.div_ceil(PMD_PAGES).saturating_mul(PMD_PAGES).max(DEFAULT_NEXT);
        Allocator { next, align: true, max: DEFAULT_MAX }
    }

    /// The mapping of a process whose line says nothing: the whole file (2 MiB if it is empty), shared and writable.
    #[must_use]
    pub fn default_mapping(&self) -> Mapping {
        let pages = if self.size_pages == 0 { PMD_PAGES } else { self.size_pages };
        Mapping { shared: true, writable: true, start: 0, pages, skew: 0, sync: false }
    }

    /// The only process of a script without `process` lines.
    #[must_use]
    pub fn default_process(&self) -> Process {
        Process { name: String::new(), mapping: self.default_mapping() }
    }
}
