//! Going along the entries (`xas_find`, `xas_for_each`, `xas_pause`).

use super::{CHUNK_MASK, CHUNK_SIZE, Standing, Word, XArray, Xas};

impl Xas {
    /// The next entry up to index `max` (`xas_find`): from a fresh state the one at its index or behind, from a state that
    /// stands on an entry the one behind it. The index becomes the first of the entry, except that a search that begins
    /// inside an entry keeps its own.
    pub fn find(&mut self, array: &XArray, max: u64) -> Word {
        if matches!(self.standing, Standing::Failed(_) | Standing::Bounds) {
            return Word::NULL;
        }
        if self.index > max {
            return self.out_of_bounds();
        }
        match self.standing {
            Standing::Head => {
                self.index = 1;
                return self.out_of_bounds();
            }
            Standing::Node(id) => {
                let is_leaf = array.nodes.get(id).shift == 0;
                if is_leaf && u64::from(self.offset) != self.index & CHUNK_MASK as u64 {
                    // Began in the middle of an entry of a leaf: go on behind the index, not behind the first slot.
                    self.offset = (self.index.wrapping_sub(1) as usize & CHUNK_MASK) as u8 + 1;
                }
            }
            _ => {
                let entry = self.load(array);
                if !entry.is_null() || !matches!(self.standing, Standing::Node(_)) {
                    return entry;
                }
            }
        }
        self.find_behind(array, max)
    }

    /// The next entry behind the slot where the state stands.
    fn find_behind(&mut self, array: &XArray, max: u64) -> Word {
        let Standing::Node(mut id) = self.standing else { return Word::NULL };
        let mut node = array.nodes.get(id);
        self.next_offset(node.shift);
        while self.index <= max {
            if usize::from(self.offset) == CHUNK_SIZE {
                self.offset = node.offset.wrapping_add(1);
                let Some(parent) = node.parent.known() else { return self.out_of_bounds() };
                id = parent;
                node = array.nodes.get(id);
                continue;
            }
            let word = node.slot(self.offset);
            if let Some(below) = word.as_node() {
                id = below;
                node = array.nodes.get(id);
                self.offset = 0;
                continue;
            }
            if !word.is_null() && !word.is_sibling() {
                self.standing = Standing::Node(id);
                return word;
            }
            self.next_offset(node.shift);
        }
        self.standing = Standing::Node(id);
        Word::NULL
    }

    /// One slot on in a node of this shift (`xas_next_offset`).
    #[inline]
    fn next_offset(&mut self, shift: u8) {
        self.offset = self.offset.wrapping_add(1);
        self.move_index(shift, self.offset);
    }

    /// The step of a loop over all entries (`xas_next_entry`): [`Xas::find`], with a short way within a leaf.
    #[inline]
    pub fn next_entry(&mut self, array: &XArray, max: u64) -> Word {
        let Standing::Node(id) = self.standing else { return self.find(array, max) };
        let node = array.nodes.get(id);
        if node.shift != 0 || u64::from(self.offset) != self.index & CHUNK_MASK as u64 {
            return self.find(array, max);
        }
        loop {
            if self.index >= max || usize::from(self.offset) >= CHUNK_MASK {
                return self.find(array, max);
            }
            let word = node.slot(self.offset + 1);
            if word.is_internal() {
                return self.find(array, max);
            }
            self.offset += 1;
            self.index += 1;
            if !word.is_null() {
                return word;
            }
        }
    }

    /// Before the lock is dropped in a walk: the next search begins behind this entry (`xas_pause` as of 7.2).
    ///
    /// Right from the first slot of an entry, and from every index of an entry of one slot. From a later slot it goes too far:
    /// by the slots from the first to that one.
    pub fn pause(&mut self, array: &XArray) {
        let at = self.index;
        self.pause_by(array, |shift| at & u64::MAX.wrapping_shl(u32::from(shift)));
    }

    /// `xas_pause` up to 6.12: the same without rounding the index down, so that from any index but the first of an entry it
    /// goes too far.
    pub fn pause_unrounded(&mut self, array: &XArray) {
        let at = self.index;
        self.pause_by(array, |_| at);
    }

    fn pause_by(&mut self, array: &XArray, from: impl FnOnce(u8) -> u64) {
        match self.standing {
            Standing::Head => {
                self.standing = Standing::Restart;
                self.index = self.index.wrapping_add(1);
            }
            Standing::Node(id) => {
                let node = array.nodes.get(id);
                let siblings =
                    node.slots.iter().skip(usize::from(self.offset) + 1).take_while(|word| word.is_sibling());
                let slots = siblings.count() as u64 + 1;
                self.index = from(node.shift).wrapping_add(slots.wrapping_shl(u32::from(node.shift)));
                // Behind the last index there is nothing to go on with.
                self.standing = if self.index == 0 { Standing::Bounds } else { Standing::Restart };
            }
            _ => {}
        }
    }

    /// The order of the entry on which the state stands (`xas_get_order`); 0 on the head.
    #[must_use]
    pub fn order(&self, array: &XArray) -> u8 {
        let Standing::Node(id) = self.standing else { return 0 };
        let node = array.nodes.get(id);
        let mut order = 0;
        while order < super::CHUNK_SHIFT as u8 {
            let slot = usize::from(self.offset) + (1 << order);
            if slot >= CHUNK_SIZE || !node.slots[slot].is_sibling() {
                break;
            }
            order += 1;
        }
        order + node.shift
    }

    /// Is the index behind the first slot of the entry on which the state stands (`xas_sibling`)?
    pub(super) fn is_behind_first_slot(&self, array: &XArray) -> bool {
        let Standing::Node(id) = self.standing else { return false };
        let shift = array.nodes.get(id).shift;
        self.index & super::node::last_index(shift) > super::node::distance(u64::from(self.offset), shift)
    }
}
