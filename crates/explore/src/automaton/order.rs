//! The order of places: every loop of a thread has a step that does not go up in it.

use super::{Automaton, Edge, Node, NodeId};

impl Automaton {
    /// Does this step go up in the order of places? Every loop has one that does not.
    #[inline]
    #[must_use]
    pub fn goes_up(&self, from: NodeId, to: NodeId) -> bool {
        to >= NodeId::CRASHED || self.ranks[to.0 as usize] > self.ranks[from.0 as usize]
    }

    /// Orders the known places anew, so that only steps that close a loop do not go up: the order in which a walk through
    /// them, depth first, leaves them, backwards. Places that are learnt later come behind all of them.
    pub fn order(&mut self) {
        let mut entered = vec![false; self.nodes.len()];
        let mut rank = self.nodes.len() as u32;
        let mut walk: Vec<(NodeId, Vec<NodeId>)> = Vec::new();
        let stands_for = std::mem::take(&mut self.stands_for);
        let stand = |node: NodeId| stands_for.get(node.0 as usize).copied().unwrap_or(node);
        let ways = |node: &Node| {
            let goes_on = |edge: &&Edge| edge.received && edge.next < NodeId::CRASHED;
            let mut next: Vec<_> = node.edges.values().filter(goes_on).map(|edge| stand(edge.next)).collect();
            next.sort_unstable();
            next.dedup();
            next
        };
        for start in 0..self.nodes.len() {
            if std::mem::replace(&mut entered[start], true) {
                continue;
            }
            walk.push((NodeId(start as u32), ways(&self.nodes[start])));
            while let Some((node, left)) = walk.last_mut() {
                match left.pop() {
                    Some(to) => {
                        if !std::mem::replace(&mut entered[to.0 as usize], true) {
                            walk.push((to, ways(&self.nodes[to.0 as usize])));
                        }
                    }
                    None => {
                        rank -= 1;
                        self.ranks[node.0 as usize] = rank;
                        walk.pop();
                    }
                }
            }
        }
        self.stands_for = stands_for;
    }

    /// Orders the places as the automaton of an identical thread does.
    pub fn order_as(&mut self, twin: &Automaton) {
        self.ranks.clone_from(&twin.ranks);
    }
}
