//! Operations by index that need no state (`xa_store`, `xa_erase`, `xa_cmpxchg`, `xa_insert`, ...).
//!
//! Each asks for memory as the kernel's loop with an allocation that may wait does: what fails at once is asked for again, and
//! only the second failure is the caller's.

use super::{Mark, Standing, Word, XArray, Xas};
use crate::errno::Errno;

impl XArray {
    /// The result of an operation whose state is done.
    fn result(xas: &Xas, word: Word) -> Result<Word, Errno> {
        xas.error().map_or(Ok(word.zero_to_null()), Err)
    }

    /// Stores a word at one index, or erases with null; answers with what was there (`xa_store`).
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub fn store(&mut self, index: u64, word: Word) -> Result<Word, Errno> {
        let mut xas = Xas::new(index);
        loop {
            let old = xas.store(self, word);
            if !xas.nomem(self) {
                return Self::result(&xas, old);
            }
        }
    }

    /// Erases the entry at an index, all of it; answers with it (`xa_erase`).
    pub fn erase(&mut self, index: u64) -> Word {
        Xas::new(index).store(self, Word::NULL).zero_to_null()
    }

    /// Stores `word` if `old` is there; answers with what was there (`xa_cmpxchg`). A reservation is told as null, but is
    /// not equal to it.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub fn compare_exchange(&mut self, index: u64, old: Word, word: Word) -> Result<Word, Errno> {
        self.compare_exchange_raw(index, old, word).map(Word::zero_to_null)
    }

    fn compare_exchange_raw(&mut self, index: u64, old: Word, word: Word) -> Result<Word, Errno> {
        let mut xas = Xas::new(index);
        loop {
            let found = xas.load(self);
            if found == old {
                xas.store(self, word);
            }
            if !xas.nomem(self) {
                return xas.error().map_or(Ok(found), Err);
            }
        }
    }

    /// Stores a word where nothing is, not even a reservation (`xa_insert`); null reserves.
    ///
    /// # Errors
    ///
    /// `EBUSY` if something is there, `ENOMEM`.
    pub fn insert(&mut self, index: u64, word: Word) -> Result<(), Errno> {
        let word = if word.is_null() { Word::ZERO } else { word };
        let found = self.compare_exchange_raw(index, Word::NULL, word)?;
        if found.is_null() { Ok(()) } else { Err(Errno::EBUSY) }
    }

    /// Reserves an index if nothing is there (`xa_reserve`).
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub fn reserve(&mut self, index: u64) -> Result<(), Errno> {
        self.compare_exchange_raw(index, Word::NULL, Word::ZERO).map(|_| ())
    }

    /// Takes a reservation back; an entry stays (`xa_release`).
    pub fn release(&mut self, index: u64) {
        let mut xas = Xas::new(index);
        if xas.load(self) == Word::ZERO {
            xas.store(self, Word::NULL);
        }
    }

    /// Marks the entry at an index, if there is one (`xa_set_mark`).
    pub fn set_mark(&mut self, index: u64, mark: Mark) {
        let mut xas = Xas::new(index);
        if !xas.load(self).is_null() {
            xas.set_mark(self, mark);
        }
    }

    /// Takes the mark from the entry at an index, if there is one (`xa_clear_mark`).
    pub fn clear_mark(&mut self, index: u64, mark: Mark) {
        let mut xas = Xas::new(index);
        if !xas.load(self).is_null() {
            xas.clear_mark(self, mark);
        }
    }

    /// Has the slot of an index this mark, and everything above it (`xa_get_mark`)?
    #[must_use]
    pub fn get_mark(&self, index: u64, mark: Mark) -> bool {
        let mut xas = Xas::new(index);
        let mut word = xas.start(self);
        while xas.get_mark(self, mark) {
            match word.as_node() {
                Some(id) => word = xas.descend(self, id),
                None => return true,
            }
        }
        false
    }

    /// The order of the entry at an index, 0 if there is none (`xa_get_order`).
    #[must_use]
    pub fn order_at(&self, index: u64) -> u8 {
        let mut xas = Xas::new(index);
        if xas.load(self).is_null() { 0 } else { xas.order(self) }
    }

    /// Frees all nodes and forgets all entries and marks (`xa_destroy`).
    pub fn destroy(&mut self) {
        let mut xas = Xas::new(0);
        xas.standing = Standing::Head;
        let head = std::mem::take(&mut self.head);
        xas.init_marks(self);
        if let Some(top) = head.as_node() {
            xas.free_nodes(self, top);
        }
    }
}
