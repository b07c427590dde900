//! Who holds which lock over the part of the run that is in view.

use super::locks::{holds_entry, holds_page};
use super::{Build, Text};
use crate::action::{LocksShown, Object};
use crate::objects::title;
use daxscope_core::units::{PageId, ThreadId};
use daxscope_core::world::World;
use std::rc::Rc;
use std::sync::Arc;

/// The lane of a lock.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LockLane {
    /// `tree_lock`, `entry 0x200`.
    pub name: Text,
    /// What to select to see its history.
    pub object: Object,
    /// Who holds it, in order.
    pub bars: Rc<[LockBar]>,
}

/// A stretch during which a lock is held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LockBar {
    /// Steps made before the one that took it.
    pub start: usize,
    /// Steps made before the one that gave it back.
    pub end: usize,
    /// By whom: several if they read.
    pub holders: Holders,
}

/// Some threads.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Holders(u16);

impl Holders {
    fn add(&mut self, thread: ThreadId) {
        self.0 |= 1 << thread.index();
    }

    /// One after another, in the order of their letters.
    pub fn iter(self) -> impl Iterator<Item = ThreadId> {
        (0..16).filter(move |at| self.0 >> at & 1 == 1).map(ThreadId)
    }
}

/// The lanes, and how many have none because nobody has asked for all.
pub(super) struct LockLanes {
    pub(super) lanes: Vec<LockLane>,
    pub(super) more: usize,
}

/// The most locks that have a lane.
const MAX_LANES: usize = 40;
/// The same where nobody asked for them.
const FEW_LANES: usize = 4;

impl Build<'_> {
    pub(super) fn lock_lanes(&self, from: usize, to: usize) -> LockLanes {
        let mut lanes: Vec<(Object, Vec<LockBar>)> = Vec::new();
        let mut seen = Seen::default();
        for at in from..to {
            for (object, holders) in seen.held(self.run().world_at(at + 1)) {
                let lane = match lanes.iter().position(|(known, _)| *known == object) {
                    Some(known) => known,
                    None if lanes.len() < MAX_LANES => {
                        lanes.push((object, Vec::new()));
                        lanes.len() - 1
                    }
                    None => continue,
                };
                let bars = &mut lanes[lane].1;
                match bars.last_mut() {
                    Some(bar) if bar.end > at => {}
                    Some(bar) if bar.end == at && bar.holders == holders => bar.end = at + 1,
                    _ => bars.push(LockBar { start: at, end: at + 1, holders }),
                }
            }
        }
        lanes.sort_by_key(|(object, _)| order(*object));
        let shown = if self.session.lanes.locks == LocksShown::Auto { FEW_LANES } else { MAX_LANES };
        let more = lanes.len().saturating_sub(shown);
        lanes.truncate(shown);
        let mut named = Vec::new();
        for (object, bars) in lanes {
            named.push(LockLane { name: title(self.world(), object).into(), object, bars: bars.into() });
        }
        LockLanes { lanes: named, more }
    }
}

/// The locks of entries and pages first, those of the file system last: against the order in which they nest.
fn order(object: Object) -> (u8, u64) {
    match object {
        Object::Slot(index) => (0, index),
        Object::Page(page) => (1, u64::from(page.0)),
        Object::TreeLock => (2, 0),
        Object::Lock(_) => (3, 0),
        _ => (4, 0),
    }
}

/// What was held in the state looked at last: entries and pages are looked through only where they changed.
#[derive(Default)]
struct Seen<'w> {
    last: Option<&'w World>,
    entries: Vec<(Object, Holders)>,
    pages: Vec<(Object, Holders)>,
}

impl<'w> Seen<'w> {
    fn held(&mut self, world: &'w World) -> Vec<(Object, Holders)> {
        if !self.last.is_some_and(|last| Arc::ptr_eq(&last.mapping, &world.mapping)) {
            self.entries.clear();
            for &(index, owner) in &world.mapping.owners {
                if holds_entry(world, index, owner) {
                    self.entries.push((Object::Slot(index), one(owner)));
                }
            }
        }
        if !self.last.is_some_and(|last| Arc::ptr_eq(&last.pages, &world.pages)) {
            self.pages.clear();
            for (at, page) in world.pages.iter().enumerate() {
                let id = PageId(at as u16);
                if let Some(owner) = page.locked_by.filter(|&owner| holds_page(world, id, owner)) {
                    self.pages.push((Object::Page(id), one(owner)));
                }
            }
        }
        self.last = Some(world);
        let mut held = Vec::new();
        for (lock, state) in world.locks.queue_locks() {
            let mut holders = Holders::default();
            for &(thread, _) in state.holders() {
                holders.add(thread);
            }
            if holders != Holders::default() {
                held.push((Object::Lock(lock), holders));
            }
        }
        if let Some(thread) = world.locks.tree_lock {
            held.push((Object::TreeLock, one(thread)));
        }
        held.extend(&self.entries);
        held.extend(&self.pages);
        held
    }
}

fn one(thread: ThreadId) -> Holders {
    let mut holders = Holders::default();
    holders.add(thread);
    holders
}
