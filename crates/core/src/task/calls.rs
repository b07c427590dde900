//! Operations under the names that the kernel gives them: what kernel code reads like.

use super::{Perform, ROUNDS_PER_POINT, Task};
use crate::entry::{Entry, Slot};
use crate::errno::Errno;
use crate::event::LockId;
use crate::op::{LockOp, PageOp, PageTableOp, PauseOp, RadixOp, TreeLockOp, WaitOp};
use crate::radix::Tag;
use crate::scenario::FailPoint;
use crate::sync::{LockMode, WaitKey};
use crate::units::{PageId, PageIndex};
use std::future::Future;
use std::panic::Location;

impl Task {
    /// `spin_lock_irq(&mapping->tree_lock)`.
    #[track_caller]
    pub fn spin_lock_tree(&self) -> Perform<()> {
        self.perform(TreeLockOp::SpinLock)
    }

    /// `spin_unlock_irq(&mapping->tree_lock)`, and the scheduling point behind it.
    #[track_caller]
    pub fn spin_unlock_tree(&self) -> impl Future<Output = ()> + '_ {
        let at = Location::caller();
        async move {
            self.perform_at::<()>(TreeLockOp::SpinUnlock, at).await;
            self.perform_at::<()>(PauseOp::TreeUnlocked, at).await;
        }
    }

    /// `__radix_tree_lookup(&mapping->page_tree, index)`.
    #[track_caller]
    pub fn radix_tree_lookup(&self, index: PageIndex) -> Perform<Slot> {
        self.perform(RadixOp::Lookup { index })
    }

    /// `lock_slot`: sets the lock bit and returns the locked entry.
    #[track_caller]
    pub fn lock_slot(&self, index: PageIndex) -> Perform<Slot> {
        self.perform(RadixOp::LockSlot { index })
    }

    /// `unlock_slot`: clears the lock bit and returns the unlocked entry.
    #[track_caller]
    pub fn unlock_slot(&self, index: PageIndex) -> Perform<Slot> {
        self.perform(RadixOp::UnlockSlot { index })
    }

    /// `__radix_tree_insert`, and `nrexceptional++` if it succeeds.
    #[track_caller]
    pub fn radix_tree_insert(&self, index: PageIndex, entry: Entry) -> Perform<Result<(), Errno>> {
        self.perform(RadixOp::Insert { index, entry })
    }

    /// `radix_tree_delete`, and `nrexceptional--` whatever was there.
    #[track_caller]
    pub fn radix_tree_delete(&self, index: PageIndex) -> Perform<Slot> {
        self.perform(RadixOp::Delete { index })
    }

    /// `__radix_tree_lookup` and `__radix_tree_replace`; returns what was there.
    #[track_caller]
    pub fn radix_tree_replace(&self, index: PageIndex, entry: Entry) -> Perform<Slot> {
        self.perform(RadixOp::Replace { index, entry })
    }

    /// `radix_tree_tag_set`.
    #[track_caller]
    pub fn radix_tree_tag_set(&self, index: PageIndex, tag: Tag) -> Perform<()> {
        self.perform(RadixOp::TagSet { index, tag })
    }

    /// `radix_tree_tag_clear`.
    #[track_caller]
    pub fn radix_tree_tag_clear(&self, index: PageIndex, tag: Tag) -> Perform<()> {
        self.perform(RadixOp::TagClear { index, tag })
    }

    /// `radix_tree_tag_get`.
    #[track_caller]
    pub fn radix_tree_tag_get(&self, index: PageIndex, tag: Tag) -> Perform<bool> {
        self.perform(RadixOp::TagGet { index, tag })
    }

    /// `radix_tree_preload`, or `radix_tree_maybe_preload` of the page cache.
    #[track_caller]
    pub fn radix_tree_preload(&self, what: FailPoint) -> Perform<Result<(), Errno>> {
        self.perform(RadixOp::Preload(what))
    }

    /// `radix_tree_preload_end`.
    #[track_caller]
    pub fn radix_tree_preload_end(&self) -> Perform<()> {
        self.perform(RadixOp::PreloadEnd)
    }

    /// `prepare_to_wait_exclusive`.
    #[track_caller]
    pub fn prepare_to_wait_exclusive(&self, key: WaitKey) -> Perform<()> {
        self.perform(WaitOp::PrepareToWait { key })
    }

    /// `schedule`.
    #[track_caller]
    pub fn schedule(&self) -> Perform<()> {
        self.perform(WaitOp::Schedule)
    }

    /// `finish_wait`.
    #[track_caller]
    pub fn finish_wait(&self) -> Perform<()> {
        self.perform(WaitOp::FinishWait)
    }

    /// `unmap_mapping_range` over `count` pages; 0: to the end.
    #[track_caller]
    pub fn unmap_mapping_range(&self, first: PageIndex, count: u64, even_cows: bool) -> Perform<()> {
        self.perform(PageTableOp::UnmapMappingRange { first, count, even_cows })
    }

    /// `cond_resched` of a scan: a scheduling point once it has gone round 64 times without another one, so that a
    /// scan that never ends can be stopped.
    #[track_caller]
    pub fn cond_resched(&self) -> impl Future<Output = ()> + '_ {
        let at = Location::caller();
        async move {
            self.0.rounds.set(self.0.rounds.get() + 1);
            if self.0.rounds.get() >= ROUNDS_PER_POINT {
                self.perform_at::<()>(PauseOp::CondResched, at).await;
            }
        }
    }

    /// `get_page`.
    #[track_caller]
    pub fn get_page(&self, page: PageId) -> Perform<()> {
        self.perform(PageOp::GetPage(page))
    }

    /// `put_page`.
    #[track_caller]
    pub fn put_page(&self, page: PageId) -> Perform<()> {
        self.perform(PageOp::PutPage(page))
    }

    /// `lock_page`: sleeps until the page is ours.
    #[track_caller]
    pub fn lock_page(&self, page: PageId) -> impl Future<Output = ()> + '_ {
        let at = Location::caller();
        async move {
            let knowledge = self.knowledge();
            let mut locked: bool = self.perform_at(PageOp::LockPage(page), at).await;
            self.forget_since(knowledge, &locked);
            while !locked {
                locked = self.perform_at(PageOp::AwaitPage(page), at).await;
                self.forget_since(knowledge, &locked);
            }
        }
    }

    /// `unlock_page`, also of what is no page.
    #[track_caller]
    pub fn unlock_page(&self, page: Slot) -> Perform<()> {
        self.perform(PageOp::UnlockPage(page))
    }

    /// Takes a sleeping lock: `down_read`, `down_write`, `inode_lock`.
    #[track_caller]
    pub fn acquire(&self, lock: LockId, mode: LockMode) -> impl Future<Output = ()> + '_ {
        let at = Location::caller();
        async move {
            let knowledge = self.knowledge();
            let granted: bool = self.perform_at(LockOp::Acquire { lock, mode }, at).await;
            self.forget_since(knowledge, &granted);
            if !granted {
                self.perform_at::<()>(LockOp::AwaitGrant { lock, mode }, at).await;
                self.forget_since(knowledge, &true);
            }
        }
    }

    /// Releases a sleeping lock.
    #[track_caller]
    pub fn release(&self, lock: LockId) -> Perform<()> {
        self.perform(LockOp::Release { lock })
    }
}
