//! Everything that a power failure may leave of a few pages, not only the least.

use super::device::{Content, Device};
use crate::scenario::ExtentKind;
use crate::units::PageIndex;
use std::collections::BTreeSet;

/// What recovery finds at a page.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Found {
    /// The page is beyond the end of the file.
    End,
    /// No block, or one that counts as never written.
    Hole,
    /// A block with that.
    Block(Content),
}

/// What recovery finds, page by page.
pub type Outcome = Vec<Found>;

impl Device {
    /// All that a power failure now may leave of these pages: each store that is in the caches may have been evicted, and each
    /// block map since the last commit may have been committed in the background. For a few pages: it is their product.
    #[must_use]
    pub fn outcomes(&self, pages: &[PageIndex]) -> BTreeSet<Outcome> {
        let mut all = BTreeSet::new();
        for (map, size) in std::iter::once(&self.committed).chain(&self.since) {
            let mut some: Vec<Outcome> = vec![Vec::new()];
            for &page in pages {
                let found = match map.at(page) {
                    _ if page >= *size => vec![Found::End],
                    (ExtentKind::Mapped, block) => self.contents(block).into_iter().map(Found::Block).collect(),
                    _ => vec![Found::Hole],
                };
                let longer = some.iter().flat_map(|some| found.iter().map(|&one| [some.as_slice(), &[one]].concat()));
                some = longer.collect();
            }
            all.extend(some);
        }
        all
    }

    /// What a block may hold on the medium.
    fn contents(&self, block: u64) -> Vec<Content> {
        let pending = self.block(block).into_iter().flat_map(|state| state.pending.iter().copied().map(Content::Store));
        std::iter::once(self.content(block, true)).chain(pending).collect()
    }
}
