//! The objects that are watched.

use super::{Build, Text};
use crate::action::Object;
use crate::objects::{title, value};

/// A watched object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WatchRow {
    /// Which.
    pub object: Object,
    /// Its name.
    pub title: Text,
    /// What it is in the state that is shown.
    pub value: Text,
    /// What it was before the step that is shown, if that step changed it.
    pub before: Option<Text>,
}

/// A step that changes what is watched.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WatchMark {
    /// The step, from 1.
    pub step: usize,
    /// What it changes: `entry 0x202, tree_lock`.
    pub names: Text,
}

impl Build<'_> {
    pub(super) fn watch(&self) -> Vec<WatchRow> {
        let mut rows = Vec::new();
        for &object in &self.session.watched {
            rows.push(self.watched(object));
        }
        rows
    }

    #[inline(never)]
    fn watched(&self, object: Object) -> WatchRow {
        let now: Text = value(self.world(), object).into();
        let before = value(self.run().world_before(), object);
        WatchRow {
            object,
            title: title(self.world(), object).into(),
            before: (self.run().position() > 0 && before != *now).then(|| before.into()),
            value: now,
        }
    }

    /// The steps of a part of the run that change what is watched.
    pub(super) fn watch_marks(&self, from: usize, to: usize) -> Vec<WatchMark> {
        let mut marks = Vec::new();
        if self.session.watched.is_empty() {
            return marks;
        }
        for step in from + 1..=to {
            let mut names = String::new();
            for &object in &self.session.watched {
                if self.session.changes_value(object, step) {
                    if !names.is_empty() {
                        names.push_str(", ");
                    }
                    names.push_str(&title(self.world(), object));
                }
            }
            if !names.is_empty() {
                marks.push(WatchMark { step, names: names.into() });
            }
        }
        marks
    }
}
