//! Finding the slot of an index (`xas_load`, `xas_reload`, `xas_find_conflict`).

use super::node::{NodeId, last_index, slot_of};
use super::{CHUNK_MASK, CHUNK_SIZE, Standing, Word, XArray, Xas};

impl XArray {
    /// The last index below the head as it stands (`max_index`).
    pub(super) fn last_index(&self) -> u64 {
        self.head.as_node().map_or(0, |top| last_index(self.nodes.get(top).shift))
    }

    /// The entry at `index`; null for a reservation (`xa_load`).
    #[must_use]
    #[inline]
    pub fn load(&self, index: u64) -> Word {
        let Some(mut id) = self.head.as_node() else {
            return if index == 0 { self.head.zero_to_null() } else { Word::NULL };
        };
        let mut shift = self.nodes.get(id).shift;
        if index >> shift >= CHUNK_SIZE as u64 {
            return Word::NULL;
        }
        loop {
            let node = self.nodes.get(id);
            let word = node.slots[slot_of(index, shift)];
            if !word.is_internal() {
                return word;
            }
            if let Some(canonical) = word.as_sibling() {
                return node.slots[canonical].zero_to_null();
            }
            match word.as_node() {
                // A child's shift is six less, so the node itself need not be asked: one cache line per level.
                Some(below) if shift > 0 => (id, shift) = (below, shift.wrapping_sub(6)),
                // A reservation. Retry words are in freed nodes only.
                _ => return Word::NULL,
            }
        }
    }
}

impl Xas {
    /// The entry at the index of the state, or what is found first of its range (`xas_load`): a state for a large block
    /// looks at its first slot only, and may answer with a node.
    ///
    /// A state that stands somewhere reads that slot again and walks on from there.
    #[inline]
    pub fn load(&mut self, array: &XArray) -> Word {
        let mut entry = self.start(array);
        while let Some(id) = entry.as_node() {
            let shift = array.nodes.get(id).shift;
            if self.shift > shift {
                break;
            }
            entry = self.descend(array, id);
            if shift == 0 {
                break;
            }
        }
        entry
    }

    /// The word at the index in the node where the state stands (`xas_reload`).
    pub fn reload(&mut self, array: &XArray) -> Word {
        match self.standing {
            Standing::Node(id) => {
                let node = array.nodes.get(id);
                let word = node.slot(node.offset_of(self.index));
                word.as_sibling().map_or(word, |canonical| node.slot(canonical as u8))
            }
            Standing::Head => array.head,
            Standing::Restart | Standing::Bounds | Standing::Failed(_) => Word::NULL,
        }
    }

    /// The word from which a walk goes on (`xas_start`).
    #[inline]
    pub(super) fn start(&mut self, array: &XArray) -> Word {
        match self.standing {
            Standing::Restart | Standing::Bounds => {}
            Standing::Head | Standing::Node(_) => return self.reload(array),
            Standing::Failed(_) => return Word::NULL,
        }
        let beyond = match array.head.as_node() {
            Some(top) => self.index >> array.nodes.get(top).shift > CHUNK_MASK as u64,
            None => self.index > 0,
        };
        if beyond {
            return self.out_of_bounds();
        }
        self.standing = Standing::Head;
        array.head
    }

    /// One level down into a node; siblings lead to the first slot of their entry, and the index stays (`xas_descend`).
    #[inline]
    pub(super) fn descend(&mut self, array: &XArray, id: NodeId) -> Word {
        let node = array.nodes.get(id);
        let mut offset = node.offset_of(self.index);
        let mut word = node.slot(offset);
        if let Some(canonical) = word.as_sibling() {
            offset = canonical as u8;
            word = node.slot(offset);
            // Only a reader without the lock sees a sibling of a node.
            if word.is_node() && node.shift > 0 {
                word = Word::RETRY;
            }
        }
        self.standing = Standing::Node(id);
        self.offset = offset;
        word
    }

    /// The next entry that a store with this state would overwrite (`xas_find_conflict`): first the one that covers the
    /// index, then all others in the range.
    ///
    /// A state that already stands on a node of its own size looks *behind* its slot only; for a single index that is
    /// nowhere, and the answer is null. On the head it is null as well.
    pub fn find_conflict(&mut self, array: &XArray) -> Word {
        if matches!(self.standing, Standing::Failed(_) | Standing::Head) {
            return Word::NULL;
        }
        if self.is_top() {
            let mut word = self.start(array);
            if word.is_null() {
                return Word::NULL;
            }
            while let Some(id) = word.as_node() {
                word = self.descend(array, id);
            }
            if !word.is_null() {
                return word;
            }
        }
        let Standing::Node(id) = self.standing else { return Word::NULL };
        if array.nodes.get(id).shift > self.shift {
            return Word::NULL;
        }
        self.conflict_behind(array)
    }

    /// The next entry behind the slot where the state stands, within its range.
    fn conflict_behind(&mut self, array: &XArray) -> Word {
        while let Standing::Node(id) = self.standing {
            let node = array.nodes.get(id);
            if node.shift == self.shift {
                if self.offset & self.sibs == self.sibs {
                    break;
                }
            } else if usize::from(self.offset) == CHUNK_MASK {
                self.offset = node.offset;
                self.stand_above(node.parent);
                continue;
            }
            self.offset = self.offset.wrapping_add(1);
            let mut word = node.slot(self.offset);
            if word.is_sibling() {
                continue;
            }
            while let Some(below) = word.as_node() {
                self.standing = Standing::Node(below);
                self.offset = 0;
                word = array.nodes.get(below).slot(0);
            }
            if !word.is_null() {
                return word;
            }
        }
        // On the head the number means nothing any more, and may wrap.
        self.offset = self.offset.wrapping_sub(self.sibs);
        Word::NULL
    }
}
