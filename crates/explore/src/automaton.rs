//! What a thread does, learnt: where it can be, and where each outcome takes it.

use crate::Map;
use daxscope_core::digest::Digest;
use daxscope_core::event::Event;
use daxscope_core::machine::{LiveThread, Position};
use daxscope_core::op::{Op, Outcome};
use daxscope_core::scenario::Scenario;
use daxscope_core::task::Posted;
use daxscope_core::units::ThreadId;
use daxscope_core::world::World;
use std::sync::Arc;

/// Where a thread is: a node of its automaton, or its end.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The script is done.
    pub const FINISHED: NodeId = NodeId(u32::MAX);
    /// The thread killed the kernel.
    pub const CRASHED: NodeId = NodeId(u32::MAX - 1);
}

/// A place in kernel code.
#[derive(Debug)]
pub struct Node {
    /// What the thread is about to do, and where.
    posted: Posted,
    /// The outcomes of the first visit: how to come here again.
    log: Arc<[Outcome]>,
    edges: Map<Outcome, Edge>,
}

impl Node {
    /// The operation that the thread is about to perform.
    #[must_use]
    pub const fn op(&self) -> &Op {
        &self.posted.op
    }
}

/// Where an outcome leads.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The next place.
    pub next: NodeId,
    /// What the thread notes on the way.
    pub notes: Arc<[Event]>,
}

/// The automaton of one thread.
#[derive(Debug)]
pub struct Automaton {
    thread: ThreadId,
    scenario: Arc<Scenario>,
    nodes: Vec<Node>,
    by_digest: Map<Digest, NodeId>,
    /// Are places merged that the thread cannot tell apart?
    merge: bool,
}

impl Automaton {
    /// An automaton that knows only where the thread begins.
    #[must_use]
    pub fn new(thread: ThreadId, scenario: Arc<Scenario>, merge: bool) -> Automaton {
        let (_, posted) = LiveThread::start(thread, Arc::clone(&scenario));
        let mut automaton = Automaton { thread, scenario, nodes: Vec::new(), by_digest: Map::default(), merge };
        if let Some(posted) = posted {
            automaton.intern(posted, Vec::new().into());
        }
        automaton
    }

    /// Where the thread begins.
    #[must_use]
    pub fn start(&self) -> NodeId {
        if self.nodes.is_empty() { NodeId::FINISHED } else { NodeId(0) }
    }

    /// Places known so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Has the thread nothing to do?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// A place.
    #[must_use]
    pub fn node(&self, node: NodeId) -> &Node {
        &self.nodes[node.0 as usize]
    }

    /// Where an outcome leads from a place; runs kernel code if it was never asked.
    pub fn follow(&mut self, node: NodeId, outcome: &Outcome) -> Edge {
        if let Some(edge) = self.node(node).edges.get(outcome) {
            return edge.clone();
        }
        let log = Arc::clone(&self.node(node).log);
        let mut live = LiveThread::rebuild(self.thread, Arc::clone(&self.scenario), &log);
        let (posted, notes) = live.resume(outcome.clone());
        let next = match posted {
            None => NodeId::FINISHED,
            Some(posted) => {
                let log: Vec<_> = log.iter().cloned().chain([outcome.clone()]).collect();
                self.intern(posted, log.into())
            }
        };
        let edge = Edge { next, notes: notes.into() };
        self.nodes[node.0 as usize].edges.insert(outcome.clone(), edge.clone());
        edge
    }

    fn intern(&mut self, posted: Posted, log: Arc<[Outcome]>) -> NodeId {
        let digest = if self.merge { posted.digest } else { Digest::of(&log) };
        if let Some(&known) = self.by_digest.get(&digest) {
            debug_assert_eq!(self.node(known).posted.op, posted.op, "two places have one digest");
            return known;
        }
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(Node { posted, log, edges: Map::default() });
        self.by_digest.insert(digest, id);
        id
    }

    /// The place as the engine's records have it.
    #[must_use]
    pub fn position(&self, world: &World, node: NodeId) -> Position {
        match node {
            NodeId::FINISHED => Position::Finished,
            NodeId::CRASHED => Position::Crashed,
            node => Position::from_posted(world, self.thread, Some(&self.node(node).posted)),
        }
    }
}
