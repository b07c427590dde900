//! Giving nodes back (`xas_free_nodes`, `xas_delete_node`, `xas_shrink`).

use super::node::NodeId;
use super::{CHUNK_SIZE, Standing, Word, XArray, Xas};

impl Xas {
    /// Frees a node and everything below it (`xas_free_nodes`). Who still reads there finds retry words and goes back.
    pub(super) fn free_nodes(&self, array: &mut XArray, id: NodeId) {
        let shift = array.nodes.get(id).shift;
        for offset in 0..CHUNK_SIZE {
            let word = array.nodes.get(id).slots[offset];
            match word.as_node().filter(|_| shift > 0) {
                Some(below) => self.free_nodes(array, below),
                None if word.is_null() => {}
                None => array.nodes.get_mut(id).slots[offset] = Word::RETRY,
            }
        }
        let node = array.nodes.get_mut(id);
        (node.count, node.values) = (0, 0);
        array.nodes.free(id);
    }

    /// Frees empty nodes from here upwards, and tops that are not needed (`xas_delete_node`). The state ends on the node that
    /// lost a child, or out of bounds.
    pub(super) fn delete_node(&mut self, array: &mut XArray, mut id: NodeId) {
        while array.nodes.get(id).count == 0 {
            let node = array.nodes.get(id);
            let (parent, offset) = (node.parent, node.offset);
            self.offset = offset;
            array.nodes.free(id);
            let Some(above) = parent.known() else {
                array.head = Word::NULL;
                self.standing = Standing::Bounds;
                return;
            };
            self.standing = Standing::Node(above);
            let node = array.nodes.get_mut(above);
            node.slots[usize::from(offset)] = Word::NULL;
            node.count = node.count.wrapping_sub(1);
            id = above;
        }
        if array.nodes.get(id).parent == NodeId::NONE {
            self.shrink(array, id);
        }
    }

    /// Takes tops away that only hold slot 0 (`xas_shrink`). An entry becomes the head only from a node of shift 0: a larger one
    /// would lose its size.
    fn shrink(&mut self, array: &mut XArray, mut id: NodeId) {
        loop {
            let node = array.nodes.get(id);
            let word = node.slots[0];
            if node.count != 1 || word.is_null() || (!word.is_node() && node.shift > 0) {
                return;
            }
            self.standing = Standing::Bounds;
            array.head = word;
            let node = array.nodes.get_mut(id);
            (node.count, node.values) = (0, 0);
            let Some(below) = word.as_node() else {
                node.slots[0] = Word::RETRY;
                array.nodes.free(id);
                return;
            };
            array.nodes.free(id);
            array.nodes.get_mut(below).parent = NodeId::NONE;
            id = below;
        }
    }
}
