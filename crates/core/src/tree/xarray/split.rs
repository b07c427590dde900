//! Taking an entry apart in place (`xas_split_alloc`, `xas_split`, `xas_try_split`). DAX does not; the page cache does.

use super::node::NodeId;
use super::{CHUNK_SHIFT, CHUNK_SIZE, Standing, Word, XArray, Xas};
use crate::errno::Errno;

const SHIFT: u8 = CHUNK_SHIFT as u8;

/// The smallest order into which [`XArray`]'s `try_split` takes an entry of `order` apart with one new node at most
/// (`xas_try_split_min_order`).
#[must_use]
pub const fn smallest_order_of_one_split(order: u8) -> u8 {
    if order.is_multiple_of(SHIFT) { order.saturating_sub(1) } else { order - order % SHIFT }
}

/// What the slots of an entry get when it is taken apart.
struct Split {
    node: NodeId,
    word: Word,
    old: Word,
    marks: u8,
}

impl Xas {
    /// Gets ready the nodes that splitting an entry of `order` into entries of the state's order needs (`xas_split_alloc` as of
    /// 7.3). Answers with true if the kernel would warn: more than one new level of nodes is refused with `ENOMEM`.
    pub fn split_alloc(&mut self, array: &mut XArray, order: u8) -> bool {
        let too_deep = self.shift + 2 * SHIFT <= order;
        if !too_deep && self.shift + SHIFT > order {
            return false;
        }
        let nodes = if too_deep { 0 } else { 1_u8 << (order % SHIFT) };
        for _ in 0..nodes {
            if !array.nodes.reserve() {
                self.destroy(array);
                self.set_error(Errno::ENOMEM);
                return false;
            }
            self.spare += 1;
        }
        if too_deep {
            self.destroy(array);
            self.set_error(Errno::ENOMEM);
        }
        too_deep
    }

    /// Splits the entry of `order` at the state's index into entries of the state's order, all holding `word` and all with its
    /// marks (`xas_split`). Without the nodes of [`Xas::split_alloc`], where the kernel would crash, it fails with `ENOMEM`.
    pub fn split(&mut self, array: &mut XArray, word: Word, order: u8) {
        let Some(split) = self.before_split(array, word) else { return };
        let sibs = (1 << (order % SHIFT)) - 1;
        if self.shift < array.nodes.get(split.node).shift {
            if self.spare <= sibs {
                self.destroy(array);
                self.set_error(Errno::ENOMEM);
                return;
            }
            for offset in (self.offset..=self.offset.saturating_add(sibs).min(CHUNK_SIZE as u8 - 1)).rev() {
                self.spare -= 1;
                let child = array.nodes.take_reserved(split.node, 0, offset);
                self.hang_child(array, &split, child, offset);
            }
        } else {
            self.split_slots(array, &split, sibs);
        }
    }

    /// The same with at most one new node, for which it asks without waiting (`xas_try_split`, since 6.15); anything else is
    /// `EINVAL`. What is compared is the number of siblings, not of levels: order 12 can be "split" to 5 and gives order 11.
    pub fn try_split(&mut self, array: &mut XArray, word: Word, order: u8) {
        let Some(split) = self.before_split(array, word) else { return };
        let sibs = (1 << (order % SHIFT)) - 1;
        if self.shift >= array.nodes.get(split.node).shift {
            self.split_slots(array, &split, sibs);
            return;
        }
        if sibs != 0 || self.sibs != (1_u8 << (order.wrapping_sub(1) % SHIFT)) - 1 {
            self.destroy(array);
            self.set_error(Errno::EINVAL);
            return;
        }
        let child = if self.spare > 0 {
            self.spare -= 1;
            array.nodes.take_reserved(split.node, 0, self.offset)
        } else {
            match array.nodes.alloc(split.node, 0, self.offset) {
                Some(child) => child,
                None => {
                    self.set_error(Errno::ENOMEM);
                    return;
                }
            }
        };
        self.hang_child(array, &split, child, self.offset);
    }

    /// Finds what is to be split; nothing to do if the state is not on a node then.
    fn before_split(&mut self, array: &XArray, word: Word) -> Option<Split> {
        self.before_change(array);
        let old = self.load(array);
        let Standing::Node(node) = self.standing else { return None };
        let marks = array.nodes.get(node).marks_at(usize::from(self.offset));
        Some(Split { node, word, old, marks })
    }

    /// A full child in place of one slot of the entry.
    fn hang_child(&self, array: &mut XArray, split: &Split, child: NodeId, offset: u8) {
        let slots_each = usize::from(self.sibs) + 1;
        let parent = array.nodes.get_mut(split.node);
        let shift = parent.shift - SHIFT;
        parent.values = parent.values.wrapping_sub(u8::from(split.old.is_value()));
        parent.slots[usize::from(offset)] = Word::node(child);
        for (mark, bits) in parent.marks.iter_mut().enumerate() {
            *bits |= u64::from(split.marks >> mark & 1) << offset;
        }
        let node = array.nodes.get_mut(child);
        node.shift = shift;
        node.count = CHUNK_SIZE as u8;
        node.values = if split.word.is_value() { CHUNK_SIZE as u8 } else { 0 };
        for (slot, held) in node.slots.iter_mut().enumerate() {
            let canonical = slot - slot % slots_each;
            *held = if slot == canonical { split.word } else { Word::sibling(canonical) };
            for (mark, bits) in node.marks.iter_mut().enumerate() {
                *bits |= u64::from(slot == canonical && split.marks >> mark & 1 != 0) << slot;
            }
        }
    }

    /// The same node holds all the new entries, last to first. The state ends before the first slot.
    fn split_slots(&mut self, array: &mut XArray, split: &Split, sibs: u8) {
        let node = array.nodes.get_mut(split.node);
        let each = i32::from(self.sibs) + 1;
        let change = (i32::from(split.word.is_value()) - i32::from(split.old.is_value())) * each;
        let first = i32::from(self.offset);
        let mut last = first + i32::from(sibs);
        while last >= first {
            // Blocks larger than the entry would begin before it; there the kernel would write before the node.
            let canonical = (last + 1 - each).max(0) as usize;
            for (mark, bits) in node.marks.iter_mut().enumerate() {
                *bits |= u64::from(split.marks >> mark & 1) << (canonical % CHUNK_SIZE);
            }
            for slot in canonical..=(last as usize).min(CHUNK_SIZE - 1) {
                node.slots[slot] = if slot == canonical { split.word } else { Word::sibling(canonical) };
            }
            node.values = node.values.wrapping_add(change as u8);
            last = canonical as i32 - 1;
        }
    }
}
