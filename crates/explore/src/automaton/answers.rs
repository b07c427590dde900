//! Answers by place, received and tried, and the places that stand for others ([`crate::alike`]).

use super::{Automaton, NodeId};
use crate::alike::Answer;

impl Automaton {
    /// Every answer that was really received, and where, in the order in which they were learnt.
    #[must_use]
    pub fn received(&self) -> &[(NodeId, Answer)] {
        &self.received
    }

    /// Is it known where an answer leads from a place?
    #[must_use]
    pub fn knows(&self, node: NodeId, answer: &Answer) -> bool {
        self.node(node).edges.contains_key(answer)
    }

    /// Where an answer leads from a place, and a number for what is noted on the way that rules look at; the thread's end
    /// if that was never asked.
    #[must_use]
    pub fn leads(&self, node: NodeId, answer: &Answer) -> (NodeId, u32) {
        self.node(node).edges.get(answer).map_or((NodeId::FINISHED, u32::MAX), |edge| (edge.next, edge.judged))
    }

    /// Tries an answer at a place where it was never received: nothing is learnt of what the thread can do.
    pub fn attempt(&mut self, node: NodeId, answer: &Answer) {
        let edge = self.resume(node, answer, &mut None);
        self.nodes[node.0 as usize].edges.insert(answer.clone(), edge);
    }

    /// The place that stands for a place.
    #[inline]
    #[must_use]
    pub fn stands_for(&self, node: NodeId) -> NodeId {
        self.stands_for.get(node.0 as usize).copied().unwrap_or(node)
    }

    /// Says which place stands for one that nobody has come to yet.
    pub fn stand_for_one(&mut self, node: NodeId, representative: NodeId) {
        let known = self.stands_for.len() as u32;
        self.stands_for.extend((known..=node.0).map(NodeId));
        self.stands_for[node.0 as usize] = representative;
    }

    /// Says which place stands for each.
    pub fn stand_for(&mut self, representative: impl Fn(NodeId) -> NodeId) {
        self.stands_for = (0..self.nodes.len() as u32).map(|at| representative(NodeId(at))).collect();
    }
}
