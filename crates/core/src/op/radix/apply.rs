//! What operations on the radix tree do.

use crate::entry::{Entry, Slot};
use crate::errno::Errno;
use crate::event::{Bug, Event};
use crate::op::Outcome;
use crate::op::step::Step;
use crate::radix::{Tag, TreeError};
use crate::units::PageIndex;
use crate::world::AddressSpace;
use std::sync::Arc;

impl Step<'_> {
    pub(super) fn preload(&mut self) -> Outcome {
        let thread = &mut self.world.threads[self.thread.index()];
        thread.has_pool = true;
        thread.preloads += 1;
        Outcome::Status(Ok(()))
    }

    pub(super) fn preload_end(&mut self) -> Outcome {
        let thread = &mut self.world.threads[self.thread.index()];
        match thread.preloads.checked_sub(1) {
            Some(preloads) => thread.preloads = preloads,
            None => self.emit(Event::Warn("radix_tree_preload_end")),
        }
        Outcome::Done
    }

    fn mapping(&mut self) -> &mut AddressSpace {
        Arc::make_mut(&mut self.world.mapping)
    }

    /// Changes the lock bit of the entry that covers `index`. The slot is rewritten without accounting, as the kernel
    /// does; where there is no entry nothing happens.
    pub(super) fn set_lock_bit(&mut self, index: PageIndex, lock: bool) -> Outcome {
        let thread = self.thread;
        let Some(entry) = self.world.mapping.slot(index).entry() else { return Outcome::Slot(Slot::Null) };
        let changed = if lock { entry.locked() } else { entry.unlocked() };
        let mapping = self.mapping();
        mapping.tree.replace_slot(index, changed.word());
        if let Some(first) = mapping.first_index(index) {
            if lock { mapping.set_owner(first, thread) } else { mapping.clear_owner(first) }
        }
        Outcome::Slot(Slot::Entry(changed))
    }

    pub(super) fn insert(&mut self, index: PageIndex, entry: Entry) -> Outcome {
        let thread = self.thread;
        let mapping = self.mapping();
        let status = match mapping.tree.insert(index, entry.size().order() as u8, entry.word()) {
            Ok(()) => {
                mapping.nrexceptional += 1;
                if entry.is_locked() {
                    mapping.set_owner(entry.size().start(index), thread);
                }
                Ok(())
            }
            Err(TreeError::Exist) => Err(Errno::EEXIST),
            Err(TreeError::NoMem) => Err(Errno::ENOMEM),
            Err(TreeError::NoEnt | TreeError::Bug) => Err(Errno::EINVAL),
        };
        Outcome::Status(status)
    }

    pub(super) fn delete(&mut self, index: PageIndex) -> Outcome {
        let mapping = self.mapping();
        if let Some(first) = mapping.first_index(index) {
            mapping.clear_owner(first);
        }
        let old = mapping.tree.delete(index);
        mapping.nrexceptional -= 1;
        Outcome::Slot(Slot::from_word(old))
    }

    pub(super) fn replace(&mut self, index: PageIndex, entry: Entry) -> Outcome {
        let thread = self.thread;
        let mapping = self.mapping();
        let old = match mapping.tree.replace(index, entry.word()) {
            Some(old) => old,
            None if mapping.tree.replace_nothing(index, entry.word()) => 0,
            None => {
                self.emit(Event::Warn("dax_insert_mapping_entry"));
                self.crash(Bug::NullPointer("__radix_tree_replace"));
                return Outcome::Slot(Slot::Null);
            }
        };
        let mapping = self.mapping();
        if let Some(first) = mapping.first_index(index)
            && old != entry.word()
        {
            mapping.set_owner(first, thread);
        }
        Outcome::Slot(Slot::from_word(old))
    }

    pub(super) fn tag_set(&mut self, index: PageIndex, tag: Tag) -> Outcome {
        if self.mapping().tree.tag_set(index, tag).is_err() {
            self.crash(Bug::TagSet);
        }
        Outcome::Done
    }

    pub(super) fn tag_clear(&mut self, index: PageIndex, tag: Tag) -> Outcome {
        self.mapping().tree.tag_clear(index, tag);
        Outcome::Done
    }

    pub(super) fn tag_towrite(&mut self, first: PageIndex, last: PageIndex) -> Outcome {
        let (count, next) = self.mapping().tree.range_tag_if_tagged(first, last, 4096, Tag::Dirty, Tag::Towrite);
        Outcome::Tagged { count, next }
    }

    pub(super) fn find_get_entry(&mut self, index: PageIndex) -> Outcome {
        let slot = self.world.mapping.slot(index);
        if let Slot::Page(page) = slot {
            self.get_page(page);
        }
        Outcome::Slot(slot)
    }

    pub(super) fn find_get_entries(&mut self, first: PageIndex, max: u8) -> Outcome {
        let found: Vec<_> = self.world.mapping.tree.iter(first).take(max.into()).collect();
        self.get_entries(found)
    }

    pub(super) fn find_get_entries_tag(&mut self, first: PageIndex, tag: Tag, max: u8) -> Outcome {
        let found: Vec<_> = self.world.mapping.tree.iter_tagged(first, tag).take(max.into()).collect();
        self.get_entries(found)
    }

    /// Each page that was found gets a reference.
    fn get_entries(&mut self, found: Vec<(PageIndex, u64)>) -> Outcome {
        let entries: Arc<[_]> = found.into_iter().map(|(index, word)| (index, Slot::from_word(word))).collect();
        for (_, slot) in entries.iter() {
            if let Slot::Page(page) = slot {
                self.get_page(*page);
            }
        }
        Outcome::Entries(entries)
    }
}
