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
    /// Who holds it, in order; of readers at one time the first.
    pub bars: Rc<[LockBar]>,
}

/// A stretch during which a lock is held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LockBar {
    /// Steps made before the one that took it.
    pub start: usize,
    /// Steps made before the one that gave it back.
    pub end: usize,
    /// By whom.
    pub thread: ThreadId,
}

/// The most locks that have a lane.
const MAX_LANES: usize = 8;
/// The same where nobody asked for them.
const FEW_LANES: usize = 4;

impl Build<'_> {
    pub(super) fn lock_lanes(&self, from: usize, to: usize) -> Vec<LockLane> {
        let mut lanes: Vec<(Object, Vec<LockBar>)> = Vec::new();
        let mut seen = Seen::default();
        for at in from..to {
            for (object, thread) in seen.held(self.run().world_at(at + 1)) {
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
                    Some(bar) if bar.end == at && bar.thread == thread => bar.end = at + 1,
                    _ => bars.push(LockBar { start: at, end: at + 1, thread }),
                }
            }
        }
        lanes.sort_by_key(|(object, _)| order(*object));
        if self.session.lanes.locks == LocksShown::Auto {
            lanes.truncate(FEW_LANES);
        }
        let mut named = Vec::new();
        for (object, bars) in lanes {
            named.push(LockLane { name: title(self.world(), object).into(), object, bars: bars.into() });
        }
        named
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
    entries: Vec<(Object, ThreadId)>,
    pages: Vec<(Object, ThreadId)>,
}

impl<'w> Seen<'w> {
    fn held(&mut self, world: &'w World) -> Vec<(Object, ThreadId)> {
        if !self.last.is_some_and(|last| Arc::ptr_eq(&last.mapping, &world.mapping)) {
            self.entries.clear();
            for &(index, owner) in &world.mapping.owners {
                if holds_entry(world, index, owner) {
                    self.entries.push((Object::Slot(index), owner));
                }
            }
        }
        if !self.last.is_some_and(|last| Arc::ptr_eq(&last.pages, &world.pages)) {
            self.pages.clear();
            for (at, page) in world.pages.iter().enumerate() {
                let id = PageId(at as u16);
                if let Some(owner) = page.locked_by.filter(|&owner| holds_page(world, id, owner)) {
                    self.pages.push((Object::Page(id), owner));
                }
            }
        }
        self.last = Some(world);
        let mut held = Vec::new();
        for (lock, state) in world.locks.queue_locks() {
            if let Some(&(thread, _)) = state.holders().first() {
                held.push((Object::Lock(lock), thread));
            }
        }
        if let Some(thread) = world.locks.tree_lock {
            held.push((Object::TreeLock, thread));
        }
        held.extend(&self.entries);
        held.extend(&self.pages);
        held
    }
}
