//! Storing over whatever is there (`xas_store`).

use super::node::NodeId;
use super::{CHUNK_MASK, CHUNK_SIZE, Mark, Standing, Word, XArray, Xas};

/// What a store changed in the books of its node.
#[derive(Clone, Copy, Default)]
struct Books {
    count: i32,
    values: i32,
}

impl Xas {
    /// Stores a word over the range of the state, or erases with null (`xas_store`). Nothing is refused: smaller entries in
    /// the range are freed, and a store *inside* a larger entry changes or erases that whole entry, whose size stays.
    ///
    /// Marks of what is replaced go to the new entry; an erase clears them. If memory runs out, the state fails with
    /// `ENOMEM` and the nodes made so far stay.
    ///
    /// The answer is the content of the last slot of the range that is no sibling, before the store; for a single slot
    /// that is what was replaced.
    pub fn store(&mut self, array: &mut XArray, word: Word) -> Word {
        self.before_change(array);
        let first = if word.is_null() { self.load(array) } else { self.create(array, word != Word::ZERO) };
        let (node, shift) = match self.standing {
            Standing::Node(id) => (Some(id), array.nodes.get(id).shift),
            Standing::Head => (None, 0),
            _ => return first,
        };
        if self.shift < shift {
            self.sibs = 0;
        }
        if first == word && self.sibs == 0 {
            return first;
        }
        let Some(id) = node else {
            if word.is_null() {
                self.init_marks(array);
            }
            array.head = word;
            if let Some(top) = first.as_node() {
                self.free_nodes(array, top);
            }
            return first;
        };
        if self.sibs == 0 && !word.is_null() {
            return self.store_one(array, id, first, word);
        }
        if self.sibs > 0 {
            self.squash_marks(array, id);
        }
        if word.is_null() {
            self.init_marks(array);
        }
        let (books, last) = self.store_slots(array, id, first, word);
        self.update(array, id, books);
        last
    }

    /// The common case: one slot gets an entry. The count cannot sink.
    #[inline]
    fn store_one(&mut self, array: &mut XArray, id: NodeId, first: Word, word: Word) -> Word {
        let node = array.nodes.get_mut(id);
        node.slots[usize::from(self.offset) % CHUNK_SIZE] = word;
        node.count = node.count.wrapping_add(u8::from(first.is_null()));
        node.values = node.values.wrapping_add(u8::from(word.is_value())).wrapping_sub(u8::from(first.is_value()));
        if let Some(top) = first.as_node().filter(|_| node.shift > 0) {
            self.free_nodes(array, top);
        }
        first
    }

    /// Writes the word into the first slot and siblings (or null) into the others. An erase goes on over all siblings of the
    /// last entry.
    fn store_slots(&mut self, array: &mut XArray, id: NodeId, first: Word, word: Word) -> (Books, Word) {
        let start = usize::from(self.offset);
        let end = start + usize::from(self.sibs);
        let has_children = array.nodes.get(id).shift > 0;
        let mut books = Books::default();
        // What the kind of the slots is judged by: siblings are what their entry is.
        let mut kind = first;
        let mut old = first;
        let mut offset = start;
        loop {
            let new = if word.is_null() || offset == start { word } else { Word::sibling(start) };
            array.nodes.get_mut(id).slots[offset % CHUNK_SIZE] = new;
            if let Some(below) = old.as_node().filter(|_| has_children) {
                self.free_nodes(array, below);
            }
            books.count += i32::from(old.is_null()) - i32::from(new.is_null());
            books.values += i32::from(!kind.is_value()) - i32::from(!word.is_value());
            if offset >= if word.is_null() { CHUNK_MASK } else { end.min(CHUNK_MASK) } {
                break;
            }
            offset += 1;
            old = array.nodes.get(id).slots[offset];
            if !old.is_sibling() {
                if word.is_null() && offset > end {
                    break;
                }
                kind = old;
            }
        }
        // "count" above counts slots that were filled.
        (books, kind)
    }

    /// Gathers the marks of the range on its first slot (`xas_squash_marks`).
    fn squash_marks(&self, array: &mut XArray, id: NodeId) {
        let behind = (((1_u128 << self.sibs) - 1) << (u32::from(self.offset) + 1)) as u64;
        for bits in &mut array.nodes.get_mut(id).marks {
            if *bits & behind != 0 {
                *bits = *bits & !behind | 1 << self.offset;
            }
        }
    }

    /// Brings the books of a node up to date and removes it if it became empty (`update_node`).
    fn update(&mut self, array: &mut XArray, id: NodeId, books: Books) {
        if books.count == 0 && books.values == 0 {
            return;
        }
        let node = array.nodes.get_mut(id);
        node.count = node.count.wrapping_add(books.count as u8);
        node.values = node.values.wrapping_add(books.values as u8);
        if books.count < 0 {
            self.delete_node(array, id);
        }
    }

    /// Clears all marks of the slot where the state stands (`xas_init_marks`).
    pub fn init_marks(&mut self, array: &mut XArray) {
        for mark in Mark::ALL {
            self.clear_mark(array, mark);
        }
    }
}
