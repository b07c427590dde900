//! Making the array tall enough and building the way to a slot (`xas_expand`, `xas_create`, `xas_create_range`).

use super::node::NodeId;
use super::{CHUNK_MASK, CHUNK_SHIFT, CHUNK_SIZE, Standing, Word, XArray, Xas};
use crate::errno::Errno;

const SHIFT: u8 = CHUNK_SHIFT as u8;

impl Xas {
    /// The largest index that the array must reach (`xas_max`). A block at the very start asks for one more than it covers,
    /// so that it never becomes the head itself.
    fn needed(&self) -> u64 {
        if self.shift == 0 && self.sibs == 0 {
            return self.index;
        }
        let mask = self.size().wrapping_sub(1);
        let last = self.index | mask;
        if last == mask { last.wrapping_add(1) } else { last }
    }

    /// A node below where the state stands (`xas_alloc`); a failure becomes the state's error.
    fn alloc(&mut self, array: &mut XArray, shift: u8) -> Option<NodeId> {
        let (parent, offset) = match self.standing {
            Standing::Node(id) => (id, self.offset),
            Standing::Head => (NodeId::NONE, 0),
            _ => return None,
        };
        let node = if self.spare > 0 {
            self.spare -= 1;
            Some(array.nodes.take_reserved(parent, shift, offset))
        } else {
            array.nodes.alloc(parent, shift, offset)
        };
        match node {
            None => self.set_error(Errno::ENOMEM),
            Some(_) if parent == NodeId::NONE => {}
            Some(_) => {
                let parent = array.nodes.get_mut(parent);
                parent.count = parent.count.wrapping_add(1);
            }
        }
        node
    }

    /// Puts nodes on top until the state's range fits; answers with the shift one level above the head, or nothing if
    /// memory ran out (`xas_expand`). An empty array gets no node here, only a height to start from.
    fn expand(&mut self, array: &mut XArray) -> Option<u8> {
        let needed = self.needed();
        let head = array.head;
        let mut shift = 0;
        if head.is_null() {
            if needed == 0 {
                return Some(0);
            }
            while needed >> shift >= CHUNK_SIZE as u64 {
                shift += SHIFT;
            }
            return Some(shift + SHIFT);
        }
        if let Some(top) = head.as_node() {
            shift = array.nodes.get(top).shift + SHIFT;
        }
        while needed > array.last_index() {
            self.standing = Standing::Head;
            self.push_top(array, shift)?;
            shift += SHIFT;
        }
        self.stand_above(array.head.as_node().unwrap_or(NodeId::NONE));
        Some(shift)
    }

    /// One node on top, with the old head in its slot 0 and the marks of the array on it.
    fn push_top(&mut self, array: &mut XArray, shift: u8) -> Option<()> {
        let id = self.alloc(array, shift)?;
        let (head, marks) = (array.head, array.marks);
        let node = array.nodes.get_mut(id);
        node.count = 1;
        node.values = u8::from(head.is_value());
        node.slots[0] = head;
        for (mark, bits) in node.marks.iter_mut().enumerate() {
            *bits |= u64::from(marks >> mark & 1);
        }
        if let Some(below) = head.as_node() {
            let below = array.nodes.get_mut(below);
            below.offset = 0;
            below.parent = id;
        }
        array.head = Word::node(id);
        Some(())
    }

    /// Builds the way to the state's slot and answers with what is there (`xas_create`). It ends early on a larger entry
    /// that covers the index. `in_head`: may the word become the head?
    pub(super) fn create(&mut self, array: &mut XArray, in_head: bool) -> Word {
        let (mut shift, mut word, mut parent) = match self.standing {
            Standing::Failed(_) => return Word::NULL,
            Standing::Node(id) => {
                let node = array.nodes.get(id);
                (node.shift, node.slot(self.offset), Some(id))
            }
            Standing::Restart | Standing::Bounds | Standing::Head => {
                self.standing = Standing::Head;
                let Some(shift) = self.expand(array) else { return Word::NULL };
                let shift = if shift == 0 && !in_head { SHIFT } else { shift };
                (shift, array.head, None)
            }
        };
        while shift > self.shift {
            shift -= SHIFT;
            let id = match word.as_node() {
                Some(id) => id,
                None if word.is_null() => {
                    let Some(id) = self.alloc(array, shift) else { break };
                    match parent {
                        None => array.head = Word::node(id),
                        Some(parent) => {
                            array.nodes.get_mut(parent).slots[usize::from(self.offset) % CHUNK_SIZE] = Word::node(id);
                        }
                    }
                    id
                }
                None => break,
            };
            word = self.descend(array, id);
            parent = Some(id);
        }
        word
    }

    /// Makes all nodes that stores of single indices in the state's range will need (`xas_create_range`), last to first.
    /// Afterwards the state is one for the single first index, if there was memory.
    pub fn create_range(&mut self, array: &mut XArray) {
        self.before_change(array);
        let wanted = *self;
        self.index |= self.size().wrapping_sub(1);
        if let Standing::Node(id) = self.standing
            && array.nodes.get(id).shift == self.shift
        {
            self.offset |= self.sibs;
        }
        (self.shift, self.sibs) = (0, 0);
        loop {
            self.create(array, true);
            if matches!(self.standing, Standing::Failed(_)) {
                (self.index, self.shift, self.sibs) = (wanted.index, wanted.shift, wanted.sibs);
                return;
            }
            if self.index <= (wanted.index | CHUNK_MASK as u64) {
                break;
            }
            self.index = self.index.wrapping_sub(CHUNK_SIZE as u64);
            self.climb_to_previous(array, wanted.shift);
        }
        self.index = wanted.index;
        if let Standing::Node(id) = self.standing {
            self.offset = array.nodes.get(id).offset_of(self.index);
        }
    }

    /// Up to the slot before the one that leads here, or to a node of `shift`.
    fn climb_to_previous(&mut self, array: &XArray, shift: u8) {
        while let Standing::Node(id) = self.standing {
            let node = array.nodes.get(id);
            if node.shift >= shift {
                break;
            }
            let at = node.offset;
            self.stand_above(node.parent);
            self.offset = at.wrapping_sub(1);
            if at != 0 {
                break;
            }
        }
    }
}
