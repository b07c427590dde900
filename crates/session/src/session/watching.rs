//! Objects whose values stay in sight. They are part of the link.

use super::{Address, Session};
use crate::action::{Effect, Object};
use crate::objects::{title, value};
use crate::tokens::{object_of, token};

/// What is done about the watch list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WatchAction {
    /// Watches an object, or watches it no longer.
    Toggle(Object),
    /// The same with the object whose history is open.
    ToggleSelected,
    /// To the previous step that changed it.
    Previous(Object),
    /// To the next step that changes it.
    Next(Object),
}

/// The most objects that are watched at once.
pub(crate) const MAX_WATCHED: usize = 12;

impl Session {
    pub(super) fn watch(&mut self, action: WatchAction, effects: &mut Vec<Effect>) -> Address {
        match action {
            WatchAction::Toggle(object) => self.toggle_watched(object, effects),
            WatchAction::ToggleSelected => match self.selection {
                Some(object) => self.toggle_watched(object, effects),
                None => {
                    let text =
                        "Nothing is selected. Click an entry, a lock or a value first, then press w to watch it.";
                    effects.push(Effect::Tell(text.into()));
                    Address::Same
                }
            },
            WatchAction::Previous(object) => self.go_to_change(object, false, effects),
            WatchAction::Next(object) => self.go_to_change(object, true, effects),
        }
    }

    fn toggle_watched(&mut self, object: Object, effects: &mut Vec<Effect>) -> Address {
        let name = title(self.run.world(), object);
        if let Some(at) = self.watched.iter().position(|watched| *watched == object) {
            self.watched.remove(at);
            effects.push(Effect::Tell(format!("{name} is watched no longer.")));
            return Address::Replace;
        }
        if self.watched.len() >= MAX_WATCHED {
            let text = format!("At most {MAX_WATCHED} objects are watched at once. Remove one from the list first.");
            effects.push(Effect::Tell(text));
            return Address::Same;
        }
        self.watched.push(object);
        effects.push(Effect::Tell(format!("{name} is watched: its value stays in the list, and in the link.")));
        Address::Replace
    }

    /// Does the step of that number, from 1, change what the page says of the object?
    pub(crate) fn changes_value(&self, object: Object, number: usize) -> bool {
        let (before, after) = (self.run.world_at(number - 1), self.run.world_at(number));
        value(before, object) != value(after, object)
    }

    fn go_to_change(&mut self, object: Object, is_forward: bool, effects: &mut Vec<Effect>) -> Address {
        let place = if is_forward { "after" } else { "before" };
        let nothing = format!("No recorded step {place} this one changes {}.", title(self.run.world(), object));
        self.find(is_forward, |session, number| session.changes_value(object, number), nothing, effects)
    }

    /// The list for a link.
    pub(super) fn watched_words(&self) -> String {
        let mut words = String::new();
        for &object in &self.watched {
            if !words.is_empty() {
                words.push('.');
            }
            words.push_str(&token(object));
        }
        words
    }

    /// Takes the list of a link. What it names and this script does not have is left out.
    pub(super) fn watch_words(&mut self, words: &str) {
        self.watched.clear();
        for object in words.split('.').filter_map(object_of) {
            if self.watched.len() < MAX_WATCHED && !self.watched.contains(&object) && self.is_here(object) {
                self.watched.push(object);
            }
        }
    }

    /// Forgets what another script does not have.
    pub(super) fn keep_watched(&mut self) {
        let watched = std::mem::take(&mut self.watched);
        self.watched = watched.into_iter().filter(|&object| self.is_here(object)).collect();
    }

    /// Are there the thread and the process that the object belongs to?
    fn is_here(&self, object: Object) -> bool {
        let scenario = self.run.scenario();
        let (threads, processes) = (scenario.threads.len(), scenario.processes.len());
        match object {
            Object::Thread(thread) => thread.index() < threads,
            Object::Pte(mm, _) | Object::Pmd(mm, _) | Object::Lock(daxscope_core::event::LockId::Mm(mm)) => {
                mm.index() < processes
            }
            _ => true,
        }
    }
}
