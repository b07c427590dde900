//! Nobody can run: who waits for whom, in which rings, and who sleeps although nobody will wake him.
//!
//! In a standstill every thread that is not done waits. Whoever waits for a thread that waits as well is in a *ring*, behind
//! one, or behind somebody who waits for nobody: that one has lost his wake-up, or waits for a thread that is done.

use crate::event::LockId;
use crate::machine::{Blocked, Machine, Status};
use crate::sync::{LockMode, WaitKey};
use crate::units::{Block, PageId, ThreadId};

/// One thread waits for another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wait {
    /// Who waits.
    pub thread: ThreadId,
    /// For whom.
    pub on: ThreadId,
    /// What the other one has.
    pub reason: Reason,
}

/// What the other one has that a thread waits for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reason {
    /// `tree_lock`.
    TreeLock,
    /// The lock of the entry that makes this key.
    Entry(WaitKey),
    /// A page lock.
    Page(PageId),
    /// A pin: this block is waited for until it is idle (XArray's era).
    Pin(Block),
    /// A sleeping lock that it holds, in a way that excludes what is wanted.
    Held {
        /// Which.
        lock: LockId,
        /// How it is wanted.
        wanted: LockMode,
    },
    /// A place further ahead in the queue of a sleeping lock.
    Ahead {
        /// Which.
        lock: LockId,
        /// How it is wanted.
        wanted: LockMode,
        /// How the one ahead wants it.
        ahead: LockMode,
    },
}

/// How a standstill hangs together.
///
/// # Invariants
///
/// A thread that is not done is in exactly one ring, or `lost`, or `abandoned`, or waits for somebody who is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Standstill {
    /// Each ring: every wait is for the thread of the next one, the last for that of the first. The one with the first letter
    /// begins. Of rings that share threads only the shortest is here.
    pub rings: Vec<Vec<Wait>>,
    /// Who sleeps on what nobody holds, where nobody is left who could wake him: not even if a ring came apart.
    pub lost: Vec<ThreadId>,
    /// The same where a ring keeps those from running who may still wake him.
    pub perhaps_woken: Vec<ThreadId>,
    /// Who waits for what a thread holds that is done, or that nobody knows the owner of.
    pub abandoned: Vec<ThreadId>,
}

impl Standstill {
    /// How the machine stands still; `None` if somebody can run, or everybody is done, or the kernel is dead.
    #[must_use]
    pub fn of(machine: &Machine) -> Option<Standstill> {
        (machine.status() == Status::Deadlock).then(|| Graph::of(machine).standstill(machine))
    }

    /// Has the thread lost its wake-up?
    #[must_use]
    pub fn is_lost(&self, thread: ThreadId) -> bool {
        self.lost.contains(&thread)
    }
}

/// For whom a thread waits, as far as they are known and wait themselves or could run; nobody if it can run or is done.
#[must_use]
pub fn waits(machine: &Machine, thread: ThreadId) -> Vec<Wait> {
    let wait = |on, reason| Wait { thread, on, reason };
    match machine.blocked(thread) {
        None => Vec::new(),
        Some(Blocked::TreeLock { holder }) => vec![wait(holder, Reason::TreeLock)],
        Some(Blocked::Page { page, holder }) => holder.map(|on| wait(on, Reason::Page(page))).into_iter().collect(),
        Some(Blocked::Entry { key, .. }) => {
            let holder = machine.world.mapping.owner(key.0).filter(|_| is_locked_behind(machine, key));
            holder.map(|on| wait(on, Reason::Entry(key))).into_iter().collect()
        }
        Some(Blocked::Idle { block, pins }) => pins.into_iter().map(|on| wait(on, Reason::Pin(block))).collect(),
        Some(Blocked::Lock { lock, mode, holders, ahead }) => {
            let held = holders.into_iter().filter(|&(_, held)| held.excludes(mode));
            let held = held.map(|(on, _)| wait(on, Reason::Held { lock, wanted: mode }));
            let ahead = ahead.into_iter().filter(|&(_, other)| other.excludes(mode));
            let ahead = ahead.map(|(on, ahead)| wait(on, Reason::Ahead { lock, wanted: mode, ahead }));
            held.chain(ahead).collect()
        }
    }
}

/// Is there a locked entry that makes this key? The one that is there now may be another one than a thread went to sleep for.
#[must_use]
pub fn is_locked_behind(machine: &Machine, key: WaitKey) -> bool {
    if let Some(entry) = machine.world.mapping.entry(key.0) {
        return entry.is_locked() && WaitKey::of_xarray(key.0, Some(entry)) == key;
    }
    let entry = machine.world.mapping.slot(key.0).entry();
    entry.is_some_and(|entry| entry.is_locked() && WaitKey::new(key.0, entry) == key)
}

/// All waits.
struct Graph {
    /// Per thread: those waits of it that are for a thread that waits too.
    waits: Vec<Vec<Wait>>,
}

impl Graph {
    fn of(machine: &Machine) -> Graph {
        let is_blocked = |wait: &Wait| machine.blocked(wait.on).is_some();
        let of_thread = |thread| waits(machine, thread).into_iter().filter(is_blocked).collect();
        Graph { waits: machine.thread_ids().map(of_thread).collect() }
    }

    fn standstill(&self, machine: &Machine) -> Standstill {
        let mut found = Standstill { rings: self.rings(), ..Standstill::default() };
        for thread in machine.thread_ids().filter(|thread| self.waits[thread.index()].is_empty()) {
            let is_orphan = match machine.blocked(thread) {
                None => continue,
                Some(Blocked::Entry { key, .. }) => !is_locked_behind(machine, key),
                Some(Blocked::Page { holder, .. }) => holder.is_none(),
                Some(Blocked::Idle { pins, .. }) => pins.is_empty(),
                Some(Blocked::TreeLock { .. } | Blocked::Lock { .. }) => false,
            };
            match (is_orphan, found.rings.is_empty()) {
                (true, true) => found.lost.push(thread),
                (true, false) => found.perhaps_woken.push(thread),
                (false, _) => found.abandoned.push(thread),
            }
        }
        found
    }

    /// The shortest ring through each thread, unless it shares a thread with one that is told already.
    fn rings(&self) -> Vec<Vec<Wait>> {
        let threads = (0..self.waits.len() as u8).map(ThreadId);
        let mut found: Vec<Vec<Wait>> = threads.filter_map(|thread| self.shortest_ring(thread)).collect();
        crate::order::sort_by_key(&mut found, Vec::len);
        let mut rings: Vec<Vec<Wait>> = Vec::new();
        for ring in found {
            let is_told = |wait: &Wait| rings.iter().flatten().any(|told| told.thread == wait.thread);
            if !ring.iter().any(is_told) {
                rings.push(ring);
            }
        }
        rings.iter_mut().for_each(|ring| {
            let first = (0..ring.len()).min_by_key(|&at| ring[at].thread).unwrap_or(0);
            ring.rotate_left(first);
        });
        crate::order::sort_by_key(&mut rings, |ring| ring.first().map(|wait| wait.thread));
        rings
    }

    /// The fewest waits from a thread back to itself.
    fn shortest_ring(&self, start: ThreadId) -> Option<Vec<Wait>> {
        let mut came_by: Vec<Option<Wait>> = vec![None; self.waits.len()];
        let mut next = std::collections::VecDeque::from([start]);
        while let Some(thread) = next.pop_front() {
            for &wait in &self.waits[thread.index()] {
                if wait.on == start {
                    return Some(way(&came_by, start, wait));
                }
                if came_by[wait.on.index()].is_none() {
                    came_by[wait.on.index()] = Some(wait);
                    next.push_back(wait.on);
                }
            }
        }
        None
    }
}

/// The waits from `start` up to `last`.
fn way(came_by: &[Option<Wait>], start: ThreadId, last: Wait) -> Vec<Wait> {
    let mut ring = vec![last];
    let mut thread = last.thread;
    while thread != start
        && let Some(wait) = came_by[thread.index()]
    {
        ring.push(wait);
        thread = wait.thread;
    }
    ring.reverse();
    ring
}
