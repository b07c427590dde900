//! All pages that the scenario needs: hole pages and private copies.

use super::Page;
use crate::renaming::Renaming;
use crate::world::{Frames, OfEra};
use std::ops::{Deref, DerefMut};

/// Hole pages and private copies, in order of allocation; and in the XArray's era the pages of the device.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Pages {
    list: Vec<Page>,
    /// The pages of the device.
    pub frames: OfEra<Frames>,
}

impl Pages {
    /// None yet; with those of the device in the XArray's era.
    #[must_use]
    pub(crate) fn new(frames: OfEra<Frames>) -> Pages {
        Pages { list: Vec::new(), frames }
    }

    /// The same with other names for the threads.
    #[must_use]
    pub fn renamed(&self, renaming: &Renaming) -> Pages {
        Pages {
            list: self.list.iter().map(|page| page.renamed(renaming)).collect(),
            frames: self.frames.map(|frames| frames.renamed(renaming)),
        }
    }
}

impl Deref for Pages {
    type Target = Vec<Page>;

    fn deref(&self) -> &Vec<Page> {
        &self.list
    }
}

impl DerefMut for Pages {
    fn deref_mut(&mut self) -> &mut Vec<Page> {
        &mut self.list
    }
}
