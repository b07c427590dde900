//! State that only one era has.

use std::hash::{Hash, Hasher};

/// State of the XArray's era, in a part of the world that both eras have. Where there is none it costs a pointer, and leaves
/// hashes as they were.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OfEra<T>(Option<Box<T>>);

impl<T> OfEra<T> {
    /// Of a kernel of the other era.
    pub(super) const ABSENT: OfEra<T> = OfEra(None);

    /// Of a kernel of that era.
    #[must_use]
    pub fn new(state: T) -> OfEra<T> {
        OfEra(Some(Box::new(state)))
    }

    /// The state, if the kernel is of the era that has it.
    #[must_use]
    pub fn get(&self) -> Option<&T> {
        self.0.as_deref()
    }
}

impl<T> OfEra<T> {
    /// Another state in its place, if there is one.
    #[must_use]
    pub(crate) fn map(&self, change: impl FnOnce(&T) -> T) -> OfEra<T> {
        OfEra(self.0.as_deref().map(|state| Box::new(change(state))))
    }
}

impl<T: Default> OfEra<T> {
    /// The state, to be changed. A kernel of the other era runs no code that asks.
    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_or_insert_default()
    }
}

impl<T> Default for OfEra<T> {
    fn default() -> Self {
        Self::ABSENT
    }
}

impl<T: Hash> Hash for OfEra<T> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        if let Some(state) = &self.0 {
            state.hash(hasher);
        }
    }
}
