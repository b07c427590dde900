//! Locks with their owners, and the wait table.

use super::Text;
use super::{Build, sentence};
use crate::action::Object;
use crate::objects::{hole, mode_name, title};
use crate::tree_of_era::Cell;
use daxscope_core::event::LockId;
use daxscope_core::narrate::page as hex;
use daxscope_core::op::{Op, TreeLockOp, WaitOp};
use daxscope_core::standstill::Standstill;
use daxscope_core::sync::WaitKey;
use daxscope_core::units::PageId;
use daxscope_core::units::ThreadId;
use daxscope_core::world::World;
use std::rc::Rc;

/// A lock.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LockView {
    /// The kernel's name: `tree_lock`, `i_mmap_sem`, `entry 0x200`, `page 3`.
    pub name: Text,
    /// What to select to see its history.
    pub object: Object,
    /// Who holds it; empty: free.
    pub holders: Rc<[LockHolder]>,
    /// Is it held although nobody is known to hold it?
    pub is_orphaned: bool,
    /// Who waits for it, first in line first.
    pub waiters: Rc<[ThreadId]>,
    /// All of it in a sentence.
    pub sentence: Text,
    /// Did this step change it?
    pub is_changed: bool,
}

/// Who holds a lock.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LockHolder {
    /// Who.
    pub thread: ThreadId,
    /// `read`, `write` or empty.
    pub mode: &'static str,
    /// Since which step, from 1.
    pub since: Option<usize>,
}

/// The waiters of one key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaitQueueView {
    /// The key: a page index.
    pub key: u64,
    /// The bucket of the hashed wait table.
    pub bucket: u64,
    /// Who waits, first in line first.
    pub waiters: Rc<[WaiterView]>,
    /// What covers that index now, in words.
    pub entry: Text,
    /// All of it in a sentence.
    pub sentence: Text,
    /// Did this step change it?
    pub is_changed: bool,
}

/// Somebody in a queue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaiterView {
    /// Who.
    pub thread: ThreadId,
    /// Does a wake-up of one stop here? To 4.19 all are; later who waits only to look is not, and stands before the others.
    pub is_exclusive: bool,
    /// Is it asleep, rather than about to be?
    pub is_asleep: bool,
    /// Will nobody wake it any more?
    pub is_lost: bool,
    /// Since which step, from 1.
    pub since: Option<usize>,
}

/// The most locked entries and pages that are listed.
const MAX_LISTED: usize = 64;

impl Build<'_> {
    pub(super) fn locks(&self) -> Vec<LockView> {
        let world = self.world();
        let mut locks = vec![self.tree_lock()];
        let ids = world.locks.queue_locks().map(|(lock, _)| lock);
        let is_used = |lock: &LockId| match lock {
            LockId::Fs => world.scenario.fs_lock,
            LockId::Journal => world.scenario.journal,
            // It is of interest only while somebody walks the mappings.
            LockId::IMmap => !world.locks.i_mmap.holders().is_empty(),
            _ => true,
        };
        locks.extend(ids.filter(is_used).map(|lock| self.queue_lock(lock)));
        locks.extend(self.session.tree_facts.locked().take(MAX_LISTED).map(|at| self.entry_lock(at)));
        let pages = world.pages.iter().enumerate().filter(|(_, page)| page.locked_by.is_some());
        locks.extend(pages.take(MAX_LISTED).map(|(at, _)| self.page_lock(PageId(at as u16))));
        locks
    }

    fn tree_lock(&self) -> LockView {
        let holder = self.world().locks.tree_lock;
        let waits = |&thread: &ThreadId| {
            let stop = self.machine().position(thread).stop();
            holder.is_some_and(|holder| holder != thread)
                && stop.is_some_and(|stop| stop.op == Op::TreeLock(TreeLockOp::SpinLock))
        };
        let waiters = self.machine().thread_ids().filter(waits).collect();
        self.lock(Object::TreeLock, holder.into_iter().map(|thread| (thread, "")), waiters, |world, thread| {
            world.locks.tree_lock == Some(thread)
        })
    }

    fn queue_lock(&self, id: LockId) -> LockView {
        let lock = self.world().locks.queue_lock(id);
        let holders = lock.holders().iter().map(|&(thread, mode)| (thread, mode_name(mode)));
        let waiters = lock.queue().iter().map(|&(thread, _)| thread).collect();
        self.lock(Object::Lock(id), holders, waiters, |world, thread| world.locks.queue_lock(id).is_held_by(thread))
    }

    fn entry_lock(&self, index: u64) -> LockView {
        let world = self.world();
        let waiters = world.waits.waiting_for(WaitKey(index)).collect();
        let holder = world.mapping.owner(index).map(|thread| (thread, ""));
        self.lock(Object::Slot(index), holder.into_iter(), waiters, |world, thread| holds_entry(world, index, thread))
    }

    fn page_lock(&self, page: PageId) -> LockView {
        let state = hole(self.world(), page);
        let holder = state.and_then(|page| page.locked_by).map(|thread| (thread, ""));
        let waiters = state.map_or(Vec::new(), |page| page.waiters.clone());
        self.lock(Object::Page(page), holder.into_iter(), waiters, |world, thread| holds_page(world, page, thread))
    }

    fn lock(
        &self,
        object: Object,
        holders: impl Iterator<Item = (ThreadId, &'static str)>,
        waiters: Vec<ThreadId>,
        holds: impl Fn(&World, ThreadId) -> bool,
    ) -> LockView {
        let since = |thread| self.run().since(object, |world| holds(world, thread));
        let holders: Rc<[LockHolder]> =
            holders.map(|(thread, mode)| LockHolder { thread, mode, since: since(thread) }).collect();
        let is_entry = matches!(object, Object::Slot(_));
        let name = title(self.world(), object);
        let held = match &*holders {
            [] if is_entry => format!("{name} is locked, nobody knows by whom"),
            [] => format!("{name} is free"),
            some => format!("{name} is held by {}", some.iter().map(describe).collect::<Vec<_>>().join(", ")),
        };
        let wanted = match &*waiters {
            [] => String::new(),
            some => format!("; waiting: {}", some.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        };
        LockView {
            name: name.into(),
            object,
            is_orphaned: is_entry && holders.is_empty(),
            holders,
            waiters: waiters.into(),
            sentence: format!("{held}{wanted}.").into(),
            is_changed: self.is_changed(object),
        }
    }

    pub(super) fn waits(&self) -> Vec<WaitQueueView> {
        let waiters = self.world().waits.waiters();
        let keys = daxscope_core::order::distinct(waiters.iter().map(|waiter| waiter.key));
        keys.into_iter().map(|key| self.wait_queue(key)).collect()
    }

    fn wait_queue(&self, key: WaitKey) -> WaitQueueView {
        let (world, machine) = (self.world(), self.machine());
        let standstill = Standstill::of(machine).unwrap_or_default();
        let waiter = |thread| {
            let stop = machine.position(thread).stop();
            WaiterView {
                thread,
                is_exclusive: world.waits.waiters().iter().any(|one| one.thread == thread && one.exclusive),
                is_asleep: stop.is_some_and(|stop| stop.op == Op::Wait(WaitOp::Schedule)),
                is_lost: standstill.is_lost(thread),
                since: self.run().since(Object::WaitKey(key.0), |world| world.waits.key_of(thread) == Some(key)),
            }
        };
        let waiters: Rc<[WaiterView]> = world.waits.waiting_for(key).map(waiter).collect();
        let entry = crate::objects::value(world, Object::Slot(key.0));
        let names = queued(&waiters);
        let there = match Cell::at(&world.mapping, key.0) {
            Cell::Nothing => "no entry is there any more".to_owned(),
            _ => format!("now there is {entry}"),
        };
        let all = format!("key {}: {names}; {there}", hex(key.0));
        WaitQueueView {
            key: key.0,
            bucket: key.bucket(),
            waiters,
            entry: entry.into(),
            sentence: sentence(&all).into(),
            is_changed: self.is_changed(Object::WaitKey(key.0)),
        }
    }
}

/// `A, B, exclusive`; where some are not, each says it.
fn queued(waiters: &[WaiterView]) -> String {
    let all_exclusive = waiters.iter().all(|waiter| waiter.is_exclusive);
    let mut names = Vec::new();
    for waiter in waiters {
        let how = if waiter.is_exclusive { "exclusive" } else { "not exclusive" };
        names.push(if all_exclusive { waiter.thread.to_string() } else { format!("{} ({how})", waiter.thread) });
    }
    format!("{}{}", names.join(", "), if all_exclusive { ", exclusive" } else { "" })
}

/// `A (read) since step 3`.
fn describe(holder: &LockHolder) -> String {
    let mode = if holder.mode.is_empty() { String::new() } else { format!(" ({})", holder.mode) };
    let since = holder.since.map_or(String::new(), |step| format!(" since step {step}"));
    format!("{}{mode}{since}", holder.thread)
}

/// Does the thread hold the lock of the entry that covers `index`?
pub(super) fn holds_entry(world: &World, index: u64, thread: ThreadId) -> bool {
    let is_locked = Cell::at(&world.mapping, index).is_locked();
    is_locked && world.mapping.owner(index) == Some(thread)
}

/// Does the thread hold the lock of the page?
pub(super) fn holds_page(world: &World, page: PageId, thread: ThreadId) -> bool {
    hole(world, page).is_some_and(|page| page.locked_by == Some(thread))
}
