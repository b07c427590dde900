//! Going along the entries that have a mark (`xas_find_marked`, `xas_for_each_marked`).

use super::node::{Node, NodeId, index_in_node};
use super::{CHUNK_MASK, CHUNK_SIZE, Mark, Standing, WOULD_NOT_RETURN, Word, XArray, Xas};

/// The first slot of a node with this mark, from `offset` or behind it; 64 if there is none (`xas_find_chunk`).
#[inline]
fn marked_slot(node: Node<'_>, offset: u8, behind: bool, mark: Mark) -> u8 {
    let from = u32::from(offset) + u32::from(behind);
    let bits = node.marks[mark as usize].checked_shr(from).unwrap_or(0);
    if bits == 0 { CHUNK_SIZE as u8 } else { (bits.trailing_zeros() + from) as u8 }
}

/// What a search came to.
enum Met {
    Entry(Word),
    /// The last slot of the array, or an index behind the range.
    MaxOrEnd,
    /// The next marked slot is behind the range.
    PastMax,
    /// A slot that it was at before.
    Itself,
}

/// A slot on the way.
struct Cursor {
    id: NodeId,
    index: u64,
    offset: u8,
}

impl Cursor {
    /// To slot `offset` of a node of this shift (`xas_move_index`).
    #[inline]
    const fn move_index(&mut self, shift: u8, offset: u8) {
        self.index = index_in_node(self.index, shift, offset);
    }

    #[inline]
    fn find(&mut self, array: &XArray, max: u64, mark: Mark, mut behind: bool) -> Met {
        let mut node = array.nodes.get(self.id);
        let mut turned_back_at = None;
        while self.index <= max {
            if usize::from(self.offset) == CHUNK_SIZE {
                // On behind this node. What stands there is no sibling.
                while usize::from(self.offset) == CHUNK_SIZE {
                    self.offset = node.offset.wrapping_add(1);
                    let Some(parent) = node.parent.known() else { return Met::MaxOrEnd };
                    (self.id, node) = (parent, array.nodes.get(parent));
                }
                behind = false;
            } else if !behind
                && self.offset > 0
                && let Some(canonical) = node.slot(self.offset).as_sibling()
            {
                self.offset = canonical as u8;
                self.move_index(node.shift, self.offset);
            }
            let offset = marked_slot(node, self.offset, behind, mark);
            if offset > self.offset {
                behind = false;
                self.move_index(node.shift, offset);
                // The index may have wrapped to 0.
                if self.index.wrapping_sub(1) >= max {
                    return Met::PastMax;
                }
                self.offset = offset;
                if usize::from(offset) == CHUNK_SIZE {
                    continue;
                }
            }
            let word = node.slot(self.offset);
            if word.is_null() || word.is_sibling() {
                // Looked at again, as the kernel does: only someone else can change what is there.
                if turned_back_at == Some((self.id, self.offset)) {
                    return Met::Itself;
                }
                turned_back_at = Some((self.id, self.offset));
                continue;
            }
            let Some(below) = word.as_node() else { return Met::Entry(word) };
            let next = marked_slot(node, self.offset, true, mark);
            let next = if usize::from(next) < CHUNK_SIZE { node.slot(next).as_node() } else { None };
            (self.id, node) = (below, array.nodes.get(below));
            self.offset = node.offset_of(self.index);
            if node.shift == 0 {
                node.ask_for_marked(mark, next.map(|next| array.nodes.get(next)));
            }
        }
        Met::MaxOrEnd
    }
}

impl Xas {
    /// The next entry up to index `max` that has the mark (`xas_find_marked`). A search that begins in a later slot of an
    /// entry moves the index back to the first slot.
    ///
    /// A mark on an empty slot would hold the kernel for ever; here the state fails with [`WOULD_NOT_RETURN`].
    pub fn find_marked(&mut self, array: &XArray, max: u64, mark: Mark) -> Word {
        if matches!(self.standing, Standing::Failed(_)) {
            return Word::NULL;
        }
        if self.index > max {
            return self.past_max();
        }
        let behind = match self.standing {
            Standing::Head => {
                self.index = 1;
                return self.ran_out(max);
            }
            Standing::Node(_) => true,
            _ => {
                self.standing = Standing::Head;
                if self.index > array.last_index() {
                    return self.ran_out(max);
                }
                let Some(top) = array.head.as_node() else {
                    if array.is_marked(mark) {
                        return array.head;
                    }
                    self.index = 1;
                    return self.ran_out(max);
                };
                self.standing = Standing::Node(top);
                self.offset = array.nodes.get(top).offset_of(self.index);
                false
            }
        };
        self.find_marked_from(array, max, mark, behind)
    }

    /// From the slot where the state stands, or from behind it.
    fn find_marked_from(&mut self, array: &XArray, max: u64, mark: Mark, behind: bool) -> Word {
        let Standing::Node(id) = self.standing else { return self.ran_out(max) };
        let mut cursor = Cursor { id, index: self.index, offset: self.offset };
        let met = cursor.find(array, max, mark, behind);
        (self.index, self.offset) = (cursor.index, cursor.offset);
        match met {
            Met::Entry(word) => {
                self.standing = Standing::Node(cursor.id);
                word
            }
            Met::MaxOrEnd => self.ran_out(max),
            Met::PastMax => self.past_max(),
            Met::Itself => {
                self.set_error(WOULD_NOT_RETURN);
                Word::NULL
            }
        }
    }

    /// The array ended.
    fn ran_out(&mut self, max: u64) -> Word {
        if self.index > max { self.past_max() } else { self.out_of_bounds() }
    }

    /// The range ended.
    fn past_max(&mut self) -> Word {
        self.standing = Standing::Restart;
        Word::NULL
    }

    /// The step of a loop over all marked entries (`xas_next_marked`): [`Xas::find_marked`], with a short way within a leaf.
    ///
    /// A mark that it finds behind `max` on the short way ends the loop, but leaves the state on that entry.
    #[inline]
    pub fn next_marked(&mut self, array: &XArray, max: u64, mark: Mark) -> Word {
        let Standing::Node(id) = self.standing else { return self.find_marked(array, max, mark) };
        let node = array.nodes.get(id);
        if node.shift != 0 {
            if self.index > max {
                return self.past_max();
            }
            return self.find_marked_from(array, max, mark, true);
        }
        let offset = marked_slot(node, self.offset, true, mark);
        self.offset = offset;
        self.index = (self.index & !(CHUNK_MASK as u64)).wrapping_add(u64::from(offset));
        if self.index > max {
            return Word::NULL;
        }
        if usize::from(offset) == CHUNK_SIZE {
            return self.find_marked(array, max, mark);
        }
        let word = node.slot(offset);
        if word.is_null() { self.find_marked(array, max, mark) } else { word }
    }
}
