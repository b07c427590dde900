//! What a search did, move by move, for somebody who wants to watch it ([`crate::Search::watched_closely`]).
//!
//! The search itself tells it: a state that is taken out, a step that is made from it, what came of that. Nothing is searched a
//! second time. What a search leaves out it never looks at, so it can only say where it did ([`Move::Looks::only`],
//! [`End::Passed`]); what else could have run there, a machine in that state says.

use crate::Map;
use crate::expand::Hop;
use daxscope_core::check::Rule;

/// The number of a node in a trail: the start is 0, and every step that is made leads to the next one.
pub type Node = u32;

/// What a search did.
#[derive(Clone, Debug)]
pub struct Trail {
    most: usize,
    steps: Vec<Step>,
    moves: Vec<Move>,
    /// States that were stored or passed, as far as they are told.
    states: usize,
    is_full: bool,
    pub(crate) by_number: Map<u32, Node>,
    pub(crate) by_identity: Map<u64, Node>,
    /// By the numbers that make the state.
    pub(crate) by_numbers: Map<Vec<u32>, Node>,
    /// The state whose steps are told.
    pub(crate) looked_at: Node,
}

/// A step that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// From where.
    pub from: Node,
    /// Who made it.
    pub hop: Hop,
    /// What came of it.
    pub end: End,
}

/// What came of a step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum End {
    /// A state that nobody had seen: it is stored, and will be looked at.
    Stored,
    /// A state in which only one thread has to be looked at, and that has one step there: it is taken at once, and the state is
    /// not stored.
    Passed,
    /// A state that was there before.
    Known {
        /// Where, as far as that is told.
        before: Option<Node>,
        /// Only up to the names of identical threads.
        swapped: bool,
    },
    /// The kernel is dead, and no rule that is looked for is broken by that.
    Dead,
    /// Rules are broken.
    Broken(Vec<Rule>),
    /// A bound was hit.
    Bound,
}

/// A move of a search.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Move {
    /// A state is taken out of those that wait.
    Looks {
        /// Which.
        at: Node,
        /// The only thread whose steps have to be looked at.
        only: Option<u8>,
    },
    /// A step is made, to the node of that number.
    Goes(Node),
    /// A call in the step of this thread could be made to fail, but as many as may fail have failed.
    Spares {
        /// In which state.
        at: Node,
        /// Whose step.
        thread: u8,
    },
    /// Nobody can run.
    Ends(Node),
}

impl Trail {
    /// Tells of up to so many states.
    pub(crate) fn new(most: usize) -> Trail {
        Trail {
            most,
            steps: Vec::new(),
            moves: Vec::new(),
            states: 1,
            is_full: false,
            by_number: Map::default(),
            by_identity: Map::default(),
            by_numbers: Map::default(),
            looked_at: 0,
        }
    }

    /// The search begins, or begins anew: nothing that it did before counts.
    pub(crate) fn begin(&mut self, identity: u64, numbers: Vec<u32>) {
        *self = Trail::new(self.most);
        self.by_number.insert(0, 0);
        self.by_identity.insert(identity, 0);
        self.by_numbers.insert(numbers, 0);
    }

    /// The steps that were made; the one at `n` leads to the node `n + 1`.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// All moves, in order.
    #[must_use]
    pub fn moves(&self) -> &[Move] {
        &self.moves
    }

    /// Is there more than is told?
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.is_full
    }

    pub(crate) fn add_move(&mut self, told: Move) {
        if !self.is_full {
            self.moves.push(told);
        }
    }

    /// A step to a new node; `None` if there is no more room.
    pub(crate) fn add_step(&mut self, from: Node, hop: Hop, end: End) -> Option<Node> {
        let is_state = matches!(end, End::Stored | End::Passed);
        if self.is_full || is_state && self.states >= self.most {
            self.is_full = true;
            return None;
        }
        self.states += usize::from(is_state);
        self.steps.push(Step { from, hop, end });
        let node = self.steps.len() as Node;
        self.moves.push(Move::Goes(node));
        Some(node)
    }
}
