//! Storing over whatever is there (`xas_store`).

use super::node::{NodeId, Slots};
use super::{CHUNK_MASK, CHUNK_SIZE, Mark, Standing, Word, XArray, Xas};

/// What a store changed in the books of its node.
#[derive(Clone, Copy, Default)]
struct Change {
    count: i32,
    values: i32,
}

/// Writes the word into the first slot and siblings (or null) into the `sibs` others. An erase goes on over all siblings of the
/// last entry. Answers with the content of the last slot that was no sibling.
#[inline]
fn store_slots(slots: &mut Slots, start: usize, sibs: usize, word: Word) -> (Change, Word) {
    let end = (start + sibs).min(CHUNK_MASK);
    let mut change = Change::default();
    // What the kind of the slots is judged by: siblings are what their entry is.
    let mut last = Word::NULL;
    for (offset, slot) in slots.iter_mut().enumerate().skip(start) {
        let old = *slot;
        if offset > end && !(word.is_null() && old.is_sibling()) {
            break;
        }
        if offset == start || !old.is_sibling() {
            last = old;
        }
        let new = if word.is_null() || offset == start { word } else { Word::sibling(start) };
        *slot = new;
        change.count += i32::from(old.is_null()) - i32::from(new.is_null());
        change.values += i32::from(word.is_value()) - i32::from(last.is_value());
    }
    (change, last)
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
        let first = if word.is_null() { self.load(array) } else { self.way_to_slot(array, word) };
        let id = match self.standing {
            Standing::Node(id) => id,
            Standing::Head => return self.store_head(array, first, word),
            _ => return first,
        };
        let shift = array.nodes.books(id).shift;
        if self.shift < shift {
            self.sibs = 0;
        }
        if first == word && self.sibs == 0 {
            return first;
        }
        if self.sibs > 0 {
            self.squash_marks(array, id);
        }
        if word.is_null() {
            if array.nodes.books(id).marks_at(usize::from(self.offset)) != 0 {
                self.init_marks(array);
            }
        } else if self.sibs == 0 {
            self.store_one(array, id, first, word);
            return first;
        }
        if shift > 0 {
            self.free_children(array, id);
        }
        let slots = array.nodes.slots_mut(id);
        let (change, last) = store_slots(slots, usize::from(self.offset), usize::from(self.sibs), word);
        self.update(array, id, change);
        last
    }

    /// To the slot where the word goes, which is made if need be; answers with what is there.
    #[inline]
    fn way_to_slot(&mut self, array: &mut XArray, word: Word) -> Word {
        if self.standing == Standing::Restart && usize::from(self.sibs) < CHUNK_MASK {
            // Mostly the way is there already, and then the array is tall enough as well: a whole node of this size is there.
            let first = self.walk_down(array);
            if let Standing::Node(id) = self.standing {
                if array.nodes.books(id).shift == self.shift {
                    return first;
                }
                if self.needed() <= array.last_index() {
                    // The rest of the way is made from here.
                    return self.create(array, true);
                }
            }
            self.standing = Standing::Restart;
        }
        self.create(array, word != Word::ZERO)
    }

    /// The head holds one entry, for index 0.
    fn store_head(&mut self, array: &mut XArray, first: Word, word: Word) -> Word {
        if self.sibs == 0 && first == word {
            return first;
        }
        if word.is_null() {
            self.init_marks(array);
        }
        array.head = word;
        if let Some(top) = first.as_node() {
            self.free_nodes(array, top);
        }
        first
    }

    /// The common case: one slot gets an entry. The count cannot sink.
    #[inline]
    fn store_one(&mut self, array: &mut XArray, id: NodeId, first: Word, word: Word) {
        array.nodes.slots_mut(id)[usize::from(self.offset) % CHUNK_SIZE] = word;
        let books = array.nodes.books_mut(id);
        books.count = books.count.wrapping_add(u8::from(first.is_null()));
        books.values = books.values.wrapping_add(u8::from(word.is_value())).wrapping_sub(u8::from(first.is_value()));
        if let Some(top) = first.as_node().filter(|_| books.shift > 0) {
            self.free_nodes(array, top);
        }
    }

    /// Frees the children in the range.
    fn free_children(&self, array: &mut XArray, id: NodeId) {
        let start = usize::from(self.offset);
        for offset in start..=(start + usize::from(self.sibs)).min(CHUNK_MASK) {
            if let Some(below) = array.nodes.slots(id)[offset].as_node() {
                self.free_nodes(array, below);
            }
        }
    }

    /// Gathers the marks of the range on its first slot (`xas_squash_marks`).
    fn squash_marks(&self, array: &mut XArray, id: NodeId) {
        let behind = (((1_u128 << self.sibs) - 1) << (u32::from(self.offset) + 1)) as u64;
        for bits in &mut array.nodes.books_mut(id).marks {
            if *bits & behind != 0 {
                *bits = *bits & !behind | 1 << self.offset;
            }
        }
    }

    /// Brings the books of a node up to date and removes it if it became empty (`update_node`).
    fn update(&mut self, array: &mut XArray, id: NodeId, change: Change) {
        if change.count == 0 && change.values == 0 {
            return;
        }
        let books = array.nodes.books_mut(id);
        books.count = books.count.wrapping_add(change.count as u8);
        books.values = books.values.wrapping_add(change.values as u8);
        if change.count < 0 {
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
