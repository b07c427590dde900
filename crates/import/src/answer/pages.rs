//! A set of pages of one range of 2 MiB.

use daxscope_core::units::PMD_PAGES;

/// Up to 512 pages.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Pages([u64; 8]);

impl Pages {
    /// Is it in?
    pub(super) const fn has(&self, page: u64) -> bool {
        let at = page % PMD_PAGES;
        self.0[(at / 64) as usize] >> (at % 64) & 1 == 1
    }

    /// Puts it in.
    pub(super) const fn add(&mut self, page: u64) {
        let at = page % PMD_PAGES;
        self.0[(at / 64) as usize] |= 1 << (at % 64);
    }

    /// Takes the pages of the range from `first` to `last` out, counted from its start.
    pub(super) fn remove(&mut self, first: u64, last: u64) {
        for page in first..=last.min(PMD_PAGES - 1) {
            self.0[(page / 64) as usize] &= !(1 << (page % 64));
        }
    }

    /// Nothing in it?
    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// The first one from `first` to `last`.
    pub(super) fn first_in(&self, first: u64, last: u64) -> Option<u64> {
        (first..=last.min(PMD_PAGES - 1)).find(|page| self.has(*page))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_come_and_go() {
        let mut pages = Pages::default();
        pages.add(0x3ff);
        pages.add(0);
        assert!(pages.has(511) && pages.has(0x200));
        assert_eq!(pages.first_in(1, u64::MAX), Some(511));
        pages.remove(511, u64::MAX);
        assert_eq!(pages.first_in(1, 511), None);
        pages.remove(0, 0);
        assert!(pages.is_empty());
    }
}
