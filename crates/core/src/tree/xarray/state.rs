//! The state of an operation (`struct xa_state`): which indices it is about and where in the array it stands.

use super::node::NodeId;
use super::{CHUNK_MASK, CHUNK_SHIFT, Word, XArray};
use crate::errno::Errno;

/// Where a state stands (`xa_node`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Standing {
    /// Nowhere yet: the next operation walks from the head (`XAS_RESTART`).
    Restart,
    /// Off the end of the array (`XAS_BOUNDS`).
    Bounds,
    /// On the head itself (a null `xa_node`): the array is empty or holds one entry for index 0.
    Head,
    /// On a slot of this node.
    Node(NodeId),
    /// Ended with an error; everything but [`Xas::reset`] and [`Xas::nomem`] leaves it so.
    Failed(Errno),
}

/// Where a state stands, in words that do not depend on node numbers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Place {
    /// [`Standing::Restart`]
    Restart,
    /// [`Standing::Bounds`]
    Bounds,
    /// [`Standing::Head`]
    Head,
    /// On the node with this first index and shift.
    Node(u64, u8),
    /// On a node that is no longer in the array.
    Freed,
    /// [`Standing::Failed`]
    Failed(Errno),
}

/// The state of an operation: a plain value that each operation takes and leaves changed.
///
/// A state belongs to one array. With that of another it finds nothing useful, but does no harm.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Xas {
    pub(super) index: u64,
    pub(super) shift: u8,
    pub(super) sibs: u8,
    pub(super) offset: u8,
    pub(super) spare: u8,
    pub(super) standing: Standing,
}

/// Shift and siblings of an order.
const fn levels(order: u8) -> (u8, u8) {
    let rest = order % CHUNK_SHIFT as u8;
    (order - rest, (1 << rest) - 1)
}

impl XArray {
    /// Where the node of a word is; [`Place::Freed`] if it is no node word.
    #[must_use]
    pub fn place_of(&self, word: Word) -> Place {
        word.as_node().map_or(Place::Freed, |id| self.place_of_node(id))
    }

    fn place_of_node(&self, id: NodeId) -> Place {
        let node = self.nodes.get(id);
        if node.in_use { Place::Node(self.nodes.first_index(id), node.shift) } else { Place::Freed }
    }
}

impl Xas {
    /// A state for one index (`XA_STATE`).
    #[must_use]
    pub const fn new(index: u64) -> Self {
        Self { index, shift: 0, sibs: 0, offset: 0, spare: 0, standing: Standing::Restart }
    }

    /// A state for the aligned block of 2^`order` indices around `index` (`XA_STATE_ORDER`).
    #[must_use]
    pub const fn with_order(index: u64, order: u8) -> Self {
        let mut xas = Self::new(index);
        xas.set_order(index, order);
        xas
    }

    /// The same with so many nodes that it holds ready: those of a state that is no more.
    #[must_use]
    pub const fn with_spare(mut self, spare: u8) -> Self {
        self.spare = spare;
        self
    }

    /// The index it is about, or has come to.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// Index bits below one slot of the nodes that the state is made for.
    #[must_use]
    pub const fn shift(&self) -> u8 {
        self.shift
    }

    /// How many slots more than one the state is about.
    #[must_use]
    pub const fn siblings(&self) -> u8 {
        self.sibs
    }

    /// The slot, if it stands on a node; otherwise what was left there.
    #[must_use]
    pub const fn offset(&self) -> u8 {
        self.offset
    }

    /// Nodes it holds ready.
    #[must_use]
    pub const fn spare(&self) -> u8 {
        self.spare
    }

    /// Where it stands.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        self.standing
    }

    /// Where it stands, without node numbers.
    #[must_use]
    pub fn place(&self, array: &XArray) -> Place {
        match self.standing {
            Standing::Restart => Place::Restart,
            Standing::Bounds => Place::Bounds,
            Standing::Head => Place::Head,
            Standing::Failed(error) => Place::Failed(error),
            Standing::Node(id) => array.place_of_node(id),
        }
    }

    /// The first index of the slot where it stands; its own index elsewhere.
    #[must_use]
    pub fn slot_index(&self, array: &XArray) -> u64 {
        let Standing::Node(id) = self.standing else { return self.index };
        let below = super::node::distance(u64::from(self.offset), array.nodes.get(id).shift);
        array.nodes.first_index(id).wrapping_add(below)
    }

    /// The error that it ended with (`xas_error`).
    #[must_use]
    pub const fn error(&self) -> Option<Errno> {
        match self.standing {
            Standing::Failed(error) => Some(error),
            _ => None,
        }
    }

    /// Does it stand neither on the head nor on a node (`xas_invalid`)?
    #[must_use]
    pub const fn is_invalid(&self) -> bool {
        !matches!(self.standing, Standing::Head | Standing::Node(_))
    }

    /// `xas_top`: a store or a search begins at the head.
    pub(super) const fn is_top(&self) -> bool {
        matches!(self.standing, Standing::Restart | Standing::Bounds | Standing::Head)
    }

    /// How many indices it is about, 0 for all of them (`xas_size`).
    pub(super) const fn size(&self) -> u64 {
        (self.sibs as u64 + 1).wrapping_shl(self.shift as u32)
    }

    /// Begins anew at another index (`xas_set`).
    pub const fn set(&mut self, index: u64) {
        self.index = index;
        self.standing = Standing::Restart;
    }

    /// Begins anew at the aligned block of 2^`order` indices around `index` (`xas_set_order`).
    pub const fn set_order(&mut self, index: u64, order: u8) {
        (self.shift, self.sibs) = levels(order);
        self.index = if order < 64 { index >> order << order } else { 0 };
        self.standing = Standing::Restart;
    }

    /// Begins anew at the same index, errors forgotten (`xas_reset`).
    pub const fn reset(&mut self) {
        self.standing = Standing::Restart;
    }

    /// Ends with an error (`xas_set_err`).
    pub const fn set_error(&mut self, error: Errno) {
        self.standing = Standing::Failed(error);
    }

    /// Goes on to `index`, which is in the same node, without a walk (`xas_advance`).
    pub fn advance(&mut self, array: &XArray, index: u64) {
        let shift = match self.standing {
            Standing::Node(id) => array.nodes.get(id).shift,
            _ => 0,
        };
        self.index = index;
        self.offset = super::node::slot_of(index, shift) as u8;
    }

    /// Must a reader go on to the next entry, because this one is a reservation or because the array changed under it?
    /// In the second case the state begins anew (`xas_retry`).
    pub fn retry(&mut self, entry: Word) -> bool {
        if entry == Word::RETRY {
            self.reset();
        }
        entry == Word::ZERO || entry == Word::RETRY
    }

    /// After a store: if memory ran out, gets one node ready and answers true, and the caller tries again (`xas_nomem`
    /// with an allocation that may wait). Otherwise gives back what was held ready.
    pub fn nomem(&mut self, array: &mut XArray) -> bool {
        if self.standing != Standing::Failed(Errno::ENOMEM) {
            self.destroy(array);
            return false;
        }
        let got = array.nodes.reserve();
        if got {
            self.spare = self.spare.saturating_add(1);
            self.standing = Standing::Restart;
        }
        got
    }

    /// Gives back the nodes that it holds ready (`xas_destroy`). A state that is forgotten without it leaks them.
    pub fn destroy(&mut self, array: &mut XArray) {
        array.nodes.unreserve(self.spare);
        self.spare = 0;
    }

    /// Off the end of the array, with nothing to answer (`set_bounds`).
    pub(super) const fn out_of_bounds(&mut self) -> Word {
        self.standing = Standing::Bounds;
        Word::NULL
    }

    /// On `node`, or on the head.
    pub(super) const fn stand_above(&mut self, node: NodeId) {
        self.standing = match node.known() {
            Some(id) => Standing::Node(id),
            None => Standing::Head,
        };
    }

    /// To slot `offset` of a node of this shift; 64 is the first index behind it (`xas_move_index`).
    pub(super) const fn move_index(&mut self, shift: u8, offset: u8) {
        self.index = super::node::index_in_node(self.index, shift, offset);
    }

    /// Before a change: a state that stands on a freed node or behind its last slot, where the kernel would write into foreign
    /// memory, begins anew.
    pub(super) fn before_change(&mut self, array: &XArray) {
        if let Standing::Node(id) = self.standing
            && (!array.nodes.get(id).in_use || usize::from(self.offset) > CHUNK_MASK)
        {
            self.reset();
        }
    }
}
