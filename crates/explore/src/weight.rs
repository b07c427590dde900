//! How much memory the values of the parts of the world take, about: what bounds on memory are measured by.

use daxscope_core::event::Bug;
use daxscope_core::mm::{Page, PageTables, Pages, Pmd, Pte};
use daxscope_core::sync::{QueueLock, WaitTable};
use daxscope_core::units::{ThreadId, VirtualPage};
use daxscope_core::world::{AddressSpace, FailureCounts, FileSystem, Run};
use std::sync::Arc;

/// A node of the tree: 64 slots, and what else it has.
const TREE_NODE: usize = 560;
/// What a small list on the heap takes beside its elements, and a value that is shared.
const LIST: usize = 32;

/// A value that takes memory.
pub trait Weight {
    /// Bytes on the heap, about.
    fn held_bytes(&self) -> usize;
}

impl Weight for Arc<AddressSpace> {
    fn held_bytes(&self) -> usize {
        size_of::<AddressSpace>() + LIST + self.live_nodes() as usize * TREE_NODE + size_of_val(&*self.owners)
    }
}

impl Weight for Arc<Pages> {
    fn held_bytes(&self) -> usize {
        let lists: usize = self.iter().map(|page| size_of_val(&*page.waiters) + size_of_val(&*page.woken)).sum();
        let frames = self.frames.get().map_or(0, |frames| {
            size_of_val(frames) + size_of_val(frames.runs()) + size_of_val(frames.folios()) + size_of_val(frames.pins())
        });
        LIST + self.len() * size_of::<Page>() + lists + frames
    }
}

impl Weight for Arc<FileSystem> {
    fn held_bytes(&self) -> usize {
        size_of::<FileSystem>() + 4 * LIST + size_of_val(&*self.stored)
    }
}

impl Weight for PageTables {
    fn held_bytes(&self) -> usize {
        let table = |pmd: &Pmd| match pmd {
            Pmd::Table(ptes) => LIST + ptes.len() * size_of::<(VirtualPage, Pte)>(),
            _ => 0,
        };
        self.ranges().iter().map(|(_, pmd)| size_of::<(VirtualPage, Pmd)>() + table(pmd)).sum()
    }
}

impl Weight for (WaitTable, Vec<Run>) {
    fn held_bytes(&self) -> usize {
        2 * LIST + size_of_val(&*self.1)
    }
}

impl Weight for QueueLock {
    fn held_bytes(&self) -> usize {
        2 * LIST
    }
}

impl Weight for (QueueLock, QueueLock) {
    fn held_bytes(&self) -> usize {
        4 * LIST
    }
}

impl Weight for (FailureCounts, Option<Bug>) {
    fn held_bytes(&self) -> usize {
        LIST
    }
}

impl Weight for Option<ThreadId> {
    fn held_bytes(&self) -> usize {
        0
    }
}

impl Weight for u8 {
    fn held_bytes(&self) -> usize {
        0
    }
}
