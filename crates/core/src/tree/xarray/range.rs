//! Operations on many indices that need no state (`xa_store_range`, `xa_find`, `xa_find_after`, `xa_extract`).

use super::{CHUNK_MASK, CHUNK_SHIFT, Mark, Standing, WOULD_NOT_RETURN, Word, XArray, Xas};
use crate::errno::Errno;

const MASK: u64 = CHUNK_MASK as u64;

/// Which entries a search is for (`xa_mark_t` and `XA_PRESENT`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Filter {
    /// All entries.
    Present,
    /// Those with the mark.
    Marked(Mark),
}

impl Xas {
    /// The largest part of `first..=last` that one entry of whole slots can hold (`xas_set_range`).
    fn set_range(&mut self, first: u64, last: u64) {
        self.set(first);
        let (mut shift, mut sibs, mut start) = (0_u32, last.wrapping_sub(first), first);
        let mut rest = MASK;
        while start & MASK == 0 && sibs >= MASK && (sibs > MASK || rest >= MASK) {
            shift += CHUNK_SHIFT;
            if rest == MASK {
                rest = sibs & MASK;
            }
            sibs >>= CHUNK_SHIFT;
            start >>= CHUNK_SHIFT;
        }
        let offset = start & MASK;
        sibs = sibs.min(MASK - offset);
        let end = start.wrapping_add(sibs).wrapping_add(1).wrapping_shl(shift).wrapping_sub(1);
        if end > last {
            sibs = sibs.wrapping_sub(1);
        }
        (self.shift, self.sibs) = (shift as u8, sibs as u8);
    }

    fn find_any(&mut self, array: &XArray, max: u64, filter: Filter) -> Word {
        match filter {
            Filter::Present => self.find(array, max),
            Filter::Marked(mark) => self.find_marked(array, max, mark),
        }
    }

    fn next_any(&mut self, array: &XArray, max: u64, filter: Filter) -> Word {
        match filter {
            Filter::Present => self.next_entry(array, max),
            Filter::Marked(mark) => self.next_marked(array, max, mark),
        }
    }
}

impl XArray {
    /// Stores one word over all indices from `first` to `last`, as few entries as there can be (`xa_store_range`); null
    /// erases every entry that begins or lies there.
    ///
    /// # Errors
    ///
    /// `EINVAL` if `last` is less than `first`, `ENOMEM`; [`WOULD_NOT_RETURN`] if the range ends with the last index of
    /// all, where the kernel goes round for ever once it has stored it.
    pub fn store_range(&mut self, mut first: u64, last: u64, word: Word) -> Result<(), Errno> {
        if last < first {
            return Err(Errno::EINVAL);
        }
        let mut xas = Xas::new(0);
        loop {
            self.store_range_once(&mut xas, &mut first, last, word);
            if !xas.nomem(self) {
                return xas.error().map_or(Ok(()), Err);
            }
        }
    }

    /// As much as there is memory for.
    fn store_range_once(&mut self, xas: &mut Xas, first: &mut u64, last: u64, word: Word) {
        if !word.is_null() {
            // One block that ends where the range does: it makes the array tall enough.
            let order = if last == u64::MAX { 64 } else { (last + 1).trailing_zeros() };
            xas.set_order(last, order as u8);
            xas.create(self, true);
        }
        while xas.error().is_none() {
            xas.set_range(*first, last);
            xas.store(self, word);
            if xas.error().is_some() {
                return;
            }
            let next = first.wrapping_add(xas.size());
            if next <= *first {
                xas.set_error(WOULD_NOT_RETURN);
                return;
            }
            *first = next;
            if next > last {
                return;
            }
        }
    }

    /// The first entry from `index` to `max` that the filter lets through, with its index (`xa_find`).
    #[must_use]
    pub fn find(&self, index: u64, max: u64, filter: Filter) -> Option<(u64, Word)> {
        let mut xas = Xas::new(index);
        loop {
            let word = xas.find_any(self, max, filter);
            if !xas.retry(word) {
                return (!word.is_null()).then_some((xas.index, word));
            }
        }
    }

    /// The first entry behind `index` up to `max` that the filter lets through and that does not cover `index`
    /// (`xa_find_after`).
    #[must_use]
    pub fn find_after(&self, index: u64, max: u64, filter: Filter) -> Option<(u64, Word)> {
        let mut xas = Xas::new(index.checked_add(1)?);
        loop {
            let word = xas.find_any(self, max, filter);
            let done = xas.is_invalid() || (!xas.is_behind_first_slot(self) && !xas.retry(word));
            if done {
                return (!word.is_null()).then_some((xas.index, word));
            }
        }
    }

    /// All entries from `first` to `last`, with their indices (`xa_for_each_range`).
    #[must_use]
    pub fn entries(&self, first: u64, last: u64) -> Vec<(u64, Word)> {
        let mut found = Vec::new();
        let mut next = self.find(first, last, Filter::Present);
        while let Some((index, word)) = next {
            found.push((index, word));
            next = self.find_after(index, last, Filter::Present);
        }
        found
    }

    /// Up to `count` entries from `first` to `max` that the filter lets through (`xa_extract`).
    #[must_use]
    pub fn extract(&self, first: u64, max: u64, count: usize, filter: Filter) -> Vec<Word> {
        let mut found = Vec::new();
        let mut xas = Xas::new(first);
        let mut word = if count > 0 { xas.find_any(self, max, filter) } else { Word::NULL };
        while !word.is_null() && !matches!(xas.standing, Standing::Failed(_)) {
            if !xas.retry(word) {
                found.push(word);
                if found.len() == count {
                    break;
                }
            }
            word = xas.next_any(self, max, filter);
        }
        found
    }
}
