//! The memory of the nodes.
//!
//! Nodes name each other by number. The one freed last is the first used again, and when the last one is freed all begins
//! anew, which makes the numbers a function of the operations alone. Slots and books stand apart: a walk reads slots only.

use super::node::{Books, Node, NodeId, Slots, distance};
use super::word::Word;
use super::{CHUNK_SHIFT, CHUNK_SIZE};

/// Which allocations of nodes fail: the next `succeed` do not, then `fail` do, then none.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct AllocationFailures {
    /// So many more allocations succeed.
    pub succeed: u64,
    /// Then so many fail.
    pub fail: u64,
}

/// Where a state of another time stands.
static NO_BOOKS: Books = Books { in_use: false, ..Books::new(NodeId::NONE, 0, 0) };
static NO_SLOTS: Slots = [Word::NULL; CHUNK_SIZE];

#[cold]
fn no_books() -> &'static Books {
    &NO_BOOKS
}

#[cold]
fn no_slots() -> &'static Slots {
    &NO_SLOTS
}

/// The memory of the nodes of an array.
///
/// # Invariants
///
/// The slots of free nodes are empty.
#[derive(Debug)]
pub(super) struct Nodes {
    /// Books and slots of a number; as long as each other.
    books: Vec<Books>,
    slots: Vec<Slots>,
    free: Vec<NodeId>,
    /// Freed nodes are never used again.
    keeps_freed: bool,
    in_use: u32,
    /// Nodes that states hold ready.
    spare: u32,
    pub(super) failures: AllocationFailures,
    pub(super) allocations: u64,
    pub(super) freed: u64,
}

impl Nodes {
    pub(super) const fn new(keeps_freed: bool) -> Self {
        Self {
            books: Vec::new(),
            slots: Vec::new(),
            free: Vec::new(),
            keeps_freed,
            in_use: 0,
            spare: 0,
            failures: AllocationFailures { succeed: 0, fail: 0 },
            allocations: 0,
            freed: 0,
        }
    }

    pub(super) const fn live(&self) -> u32 {
        self.in_use + self.spare
    }

    /// The node of this number; one that holds nothing if it is unknown, which only a state of another time can ask.
    #[inline]
    pub(super) fn get(&self, id: NodeId) -> Node<'_> {
        Node::new(self.books(id), self.slots(id))
    }

    #[inline]
    pub(super) fn slots(&self, id: NodeId) -> &Slots {
        match self.slots.get(id.index()) {
            Some(slots) => slots,
            None => no_slots(),
        }
    }

    #[inline]
    pub(super) fn books(&self, id: NodeId) -> &Books {
        match self.books.get(id.index()) {
            Some(books) => books,
            None => no_books(),
        }
    }

    /// The books of a node in use.
    #[inline]
    pub(super) fn books_mut(&mut self, id: NodeId) -> &mut Books {
        &mut self.books[id.index()]
    }

    /// The slots of a node in use.
    #[inline]
    pub(super) fn slots_mut(&mut self, id: NodeId) -> &mut Slots {
        &mut self.slots[id.index()]
    }

    pub(super) const fn in_use(&self) -> u32 {
        self.in_use
    }

    /// Asks for memory; does it fail?
    fn fails(&mut self) -> bool {
        self.allocations += 1;
        let AllocationFailures { succeed, fail } = &mut self.failures;
        if *fail == 0 {
            return false;
        }
        if *succeed > 0 {
            *succeed -= 1;
            return false;
        }
        *fail -= 1;
        true
    }

    /// A node that a state holds ready; false if there is no memory.
    pub(super) fn reserve(&mut self) -> bool {
        let got = !self.fails();
        self.spare += u32::from(got);
        got
    }

    /// Gives back nodes that a state held ready.
    pub(super) fn unreserve(&mut self, count: u8) {
        self.spare = self.spare.saturating_sub(u32::from(count));
        self.freed += u64::from(count);
    }

    /// A node made of one that a state held ready.
    pub(super) fn take_reserved(&mut self, parent: NodeId, shift: u8, offset: u8) -> NodeId {
        self.spare = self.spare.saturating_sub(1);
        self.place(Books::new(parent, shift, offset))
    }

    /// A new node, if there is memory.
    pub(super) fn alloc(&mut self, parent: NodeId, shift: u8, offset: u8) -> Option<NodeId> {
        // The last number is `NodeId::NONE`; the one before it is never reached on machines of this size.
        (!self.fails() && self.books.len() < u32::MAX as usize).then(|| self.place(Books::new(parent, shift, offset)))
    }

    fn place(&mut self, books: Books) -> NodeId {
        self.in_use += 1;
        match self.free.pop() {
            Some(id) => {
                self.books[id.index()] = books;
                id
            }
            None => {
                self.books.push(books);
                self.slots.push(NO_SLOTS);
                NodeId((self.books.len() - 1) as u32)
            }
        }
    }

    /// Gives back a node whose slots are all empty (`xa_node_free`).
    #[inline]
    pub(super) fn free_empty(&mut self, id: NodeId) {
        self.books[id.index()].in_use = false;
        self.in_use -= 1;
        self.freed += 1;
        if self.keeps_freed {
            return;
        }
        self.free.push(id);
        if self.in_use == 0 {
            // As if there had never been one: the same numbers come again, and a clone needs no memory.
            self.free.clear();
            self.free.extend((0..self.books.len() as u32).rev().map(NodeId));
        }
    }

    /// Gives back a node with all that its slots say (`xa_node_free`).
    pub(super) fn free(&mut self, id: NodeId) {
        if !self.keeps_freed {
            self.slots[id.index()] = NO_SLOTS;
        }
        self.free_empty(id);
    }

    /// The first index that a node covers, counted from the top of the array.
    pub(super) fn first_index(&self, mut id: NodeId) -> u64 {
        let mut index = 0_u64;
        // No array is taller than the bits of an index.
        for _ in 0..=u64::BITS / CHUNK_SHIFT {
            let node = self.get(id);
            let Some(parent) = node.parent.known() else { break };
            index = index.wrapping_add(distance(u64::from(node.offset), self.get(parent).shift));
            id = parent;
        }
        index
    }
}

impl Clone for Nodes {
    /// Memory in which nothing is comes to nothing.
    fn clone(&self) -> Self {
        let Self { keeps_freed, in_use, spare, failures, allocations, freed, .. } = *self;
        let (mut books, mut slots, mut free) = (Vec::new(), Vec::new(), Vec::new());
        if in_use > 0 || keeps_freed {
            (books, slots, free) = (self.books.clone(), self.slots.clone(), self.free.clone());
        }
        Self { books, slots, free, keeps_freed, in_use, spare, failures, allocations, freed }
    }
}
