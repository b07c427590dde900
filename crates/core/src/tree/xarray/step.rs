//! One index forwards or backwards (`xas_next`, `xas_prev`), over empty slots and siblings too.

use super::node::NodeId;
use super::{CHUNK_MASK, CHUNK_SIZE, Standing, Word, XArray, Xas};

impl Xas {
    /// `xas_frozen`: the index of such a state was not looked at yet, so the first step does not move it.
    const fn is_frozen(&self) -> bool {
        matches!(self.standing, Standing::Restart | Standing::Failed(_))
    }

    /// Moves to the next index and answers with the word in its slot as it is, sibling words too (`xas_next`). A state that
    /// begins anew does not move.
    pub fn next(&mut self, array: &XArray) -> Word {
        if let Standing::Node(id) = self.standing {
            let node = array.nodes.get(id);
            if node.shift == 0 && usize::from(self.offset) != CHUNK_MASK {
                self.index = self.index.wrapping_add(1);
                self.offset = self.offset.wrapping_add(1);
                return node.slot(self.offset);
            }
        }
        if !self.is_frozen() {
            self.index = self.index.wrapping_add(1);
        }
        let mut id = match self.standing {
            Standing::Head => return self.out_of_bounds(),
            Standing::Node(id) => id,
            _ => return self.load(array),
        };
        if self.offset != array.nodes.get(id).offset_of(self.index) {
            self.offset = self.offset.wrapping_add(1);
        }
        while usize::from(self.offset) == CHUNK_SIZE {
            let node = array.nodes.get(id);
            self.offset = node.offset.wrapping_add(1);
            match node.parent.known() {
                Some(parent) => id = parent,
                None => return self.out_of_bounds(),
            }
        }
        self.down_to_slot(array, id)
    }

    /// Moves to the index before and answers with the word in its slot as it is (`xas_prev`).
    pub fn prev(&mut self, array: &XArray) -> Word {
        if let Standing::Node(id) = self.standing {
            let node = array.nodes.get(id);
            if node.shift == 0 && self.offset != 0 {
                self.index = self.index.wrapping_sub(1);
                self.offset -= 1;
                return node.slot(self.offset);
            }
        }
        if !self.is_frozen() {
            self.index = self.index.wrapping_sub(1);
        }
        let mut id = match self.standing {
            Standing::Head => return self.out_of_bounds(),
            Standing::Node(id) => id,
            _ => return self.load(array),
        };
        if self.offset != array.nodes.get(id).offset_of(self.index) {
            self.offset = self.offset.wrapping_sub(1);
        }
        while self.offset == u8::MAX {
            let node = array.nodes.get(id);
            self.offset = node.offset.wrapping_sub(1);
            match node.parent.known() {
                Some(parent) => id = parent,
                None => return self.out_of_bounds(),
            }
        }
        self.down_to_slot(array, id)
    }

    /// From the slot where the state is in node `id` down to the slot of its index.
    fn down_to_slot(&mut self, array: &XArray, mut id: NodeId) -> Word {
        loop {
            self.standing = Standing::Node(id);
            let word = array.nodes.get(id).slot(self.offset);
            match word.as_node() {
                Some(below) => id = below,
                None => return word,
            }
            self.offset = array.nodes.get(id).offset_of(self.index);
        }
    }
}
