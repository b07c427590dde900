//! Which steps changed an object, so that nobody has to look through a long run for it.

use crate::action::Object;
use std::collections::HashMap;

/// The steps, from 1, that changed each object.
#[derive(Debug, Default)]
pub(super) struct Changed {
    steps: HashMap<Object, Vec<u32>>,
}

impl Changed {
    /// A step at the end changed these.
    pub(super) fn add(&mut self, step: usize, objects: &[Object]) {
        for &object in objects {
            self.steps.entry(object).or_default().push(step as u32);
        }
    }

    /// Forgets all but the first steps.
    pub(super) fn truncate(&mut self, steps: usize) {
        self.steps.retain(|_, at| {
            at.truncate(at.partition_point(|&step| step as usize <= steps));
            !at.is_empty()
        });
    }

    /// The steps up to a number that changed the object, last first.
    pub(super) fn back_from(&self, object: Object, number: usize) -> impl Iterator<Item = usize> + '_ {
        let all = self.steps.get(&object).map_or(&[][..], Vec::as_slice);
        let end = all.partition_point(|&step| step as usize <= number);
        all[..end].iter().rev().map(|&step| step as usize)
    }
}
