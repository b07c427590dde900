//! The wait table of entry locks: 4096 hashed queues of exclusive waiters, filtered by key.
//!
//! Source: fs/dax.c of v4.10 (`dax_entry_waitqueue`, `wake_exceptional_entry_func`, `dax_wake_mapping_entry_waiter`);
//! kernel-semantics §3.

use crate::entry::{Entry, XEntry};
use crate::renaming::Renaming;
use crate::revision::WakeMode;
use crate::units::{PageIndex, ThreadId, pmd_start};
use std::hash::{Hash, Hasher};

/// `DAX_WAIT_TABLE_BITS`.
pub(crate) const DAX_WAIT_TABLE_BITS: u32 = 12;

/// The address that the model gives the one mapping, so that buckets can be shown.
const MAPPING_ADDRESS: u64 = 0xffff_8800_3c5a_1be8;

/// `struct exceptional_entry_key`: what a waiter waits for. The mapping is always the same one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct WaitKey(pub PageIndex);

impl WaitKey {
    /// The key for `index` under an entry that was seen there: a 2 MiB entry rounds it down to its range.
    ///
    /// The key depends on the entry *seen*, so waiter and waker must agree on its size or a wake-up is lost.
    #[must_use]
    pub const fn new(index: PageIndex, entry: Entry) -> WaitKey {
        WaitKey(if entry.is_pmd() { pmd_start(index) } else { index })
    }

    /// The same under an entry of the XArray's era, or where there was none.
    #[must_use]
    pub const fn of_xarray(index: PageIndex, entry: Option<XEntry>) -> WaitKey {
        match entry {
            Some(entry) if entry.is_pmd() => WaitKey(pmd_start(index)),
            _ => WaitKey(index),
        }
    }

    /// The bucket of the wait table: `hash_long(mapping ^ index, 12)` for the modelled address of the mapping.
    #[must_use]
    pub const fn bucket(self) -> u64 {
        const GOLDEN_RATIO_64: u64 = 0x61c8_8646_80b5_83eb;
        (MAPPING_ADDRESS ^ self.0).wrapping_mul(GOLDEN_RATIO_64) >> (64 - DAX_WAIT_TABLE_BITS)
    }
}

/// A thread in a queue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Waiter {
    /// Who.
    pub thread: ThreadId,
    /// For what.
    pub key: WaitKey,
    /// Does a wake-up of one stop here? Who waits to look only (`dax_lock_folio`) stands at the front and is woken along.
    pub exclusive: bool,
}

/// Only what is not exclusive is told: in the radix tree's era everybody is.
impl Hash for Waiter {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.thread.hash(hasher);
        self.key.hash(hasher);
        if !self.exclusive {
            u64::MAX.hash(hasher);
        }
    }
}

/// All waiters: by key, and for each key in the order in which they came. The order across keys has no effect.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct WaitTable {
    waiters: Vec<Waiter>,
}

impl WaitTable {
    /// All waiters, by key, and for each key first come first.
    #[must_use]
    pub fn waiters(&self) -> &[Waiter] {
        &self.waiters
    }

    /// The same with other names for the threads.
    #[must_use]
    pub fn renamed(&self, renaming: &Renaming) -> WaitTable {
        let renamed = |waiter: &Waiter| Waiter { thread: renaming.of(waiter.thread), ..*waiter };
        WaitTable { waiters: self.waiters.iter().map(renamed).collect() }
    }

    /// The key that `thread` is queued on.
    #[must_use]
    pub fn key_of(&self, thread: ThreadId) -> Option<WaitKey> {
        self.waiters.iter().find(|waiter| waiter.thread == thread).map(|waiter| waiter.key)
    }

    /// Those who wait for `key`, first in line first.
    pub fn waiting_for(&self, key: WaitKey) -> impl Iterator<Item = ThreadId> + '_ {
        self.waiters.iter().filter(move |waiter| waiter.key == key).map(|waiter| waiter.thread)
    }

    /// `prepare_to_wait_exclusive`: queues the thread at the tail unless it is queued already.
    pub fn enqueue(&mut self, thread: ThreadId, key: WaitKey) {
        if self.key_of(thread).is_none() {
            let at = self.waiters.partition_point(|waiter| waiter.key <= key);
            self.waiters.insert(at, Waiter { thread, key, exclusive: true });
        }
    }

    /// `prepare_to_wait`: queues the thread before all others of the key; a wake-up of one goes on behind it.
    pub fn enqueue_first(&mut self, thread: ThreadId, key: WaitKey) {
        if self.key_of(thread).is_none() {
            let at = self.waiters.partition_point(|waiter| waiter.key < key);
            self.waiters.insert(at, Waiter { thread, key, exclusive: false });
        }
    }

    /// `finish_wait`: takes the thread off its queue, if it still is on one.
    pub fn dequeue(&mut self, thread: ThreadId) {
        self.waiters.retain(|waiter| waiter.thread != thread);
    }

    /// `__wake_up` with the key filter: takes off and returns the first exclusive waiter of the key with all
    /// that stand before it, or all of them.
    pub fn wake(&mut self, key: WaitKey, mode: WakeMode) -> Vec<ThreadId> {
        let mut woken = Vec::new();
        let mut goes_on = true;
        self.waiters.retain(|waiter| {
            let wake = waiter.key == key && goes_on;
            if wake {
                woken.push(waiter.thread);
                goes_on = mode == WakeMode::All || !waiter.exclusive;
            }
            !wake
        });
        woken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::EntrySize;

    const A: ThreadId = ThreadId(0);
    const B: ThreadId = ThreadId(1);
    const C: ThreadId = ThreadId(2);

    #[test]
    fn the_key_follows_the_entry_that_was_seen() {
        assert_eq!(WaitKey::new(0x203, Entry::locked_hzp()), WaitKey(0x200));
        assert_eq!(WaitKey::new(0x203, Entry::locked_empty(EntrySize::Pte)), WaitKey(0x203));
    }

    #[test]
    fn wake_one_skips_other_keys_and_takes_the_first() {
        let mut table = WaitTable::default();
        table.enqueue(A, WaitKey(1));
        table.enqueue(B, WaitKey(2));
        table.enqueue(C, WaitKey(2));
        assert_eq!(table.wake(WaitKey(2), WakeMode::One), [B]);
        assert_eq!(table.wake(WaitKey(2), WakeMode::All), [C]);
        assert_eq!(table.wake(WaitKey(2), WakeMode::All), []);
        assert_eq!(table.key_of(A), Some(WaitKey(1)));
    }

    #[test]
    fn buckets_are_within_the_table() {
        for index in [0, 1, 0x200, 0x203, u64::MAX] {
            assert!(WaitKey(index).bucket() < 1 << DAX_WAIT_TABLE_BITS);
        }
    }
}
