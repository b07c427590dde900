//! Places that are one, because what tells them apart can no longer matter: the thread does the same from both, whatever
//! it is told.
//!
//! A place of an automaton is told apart by all that the thread remembers there. Much of it is never used again: an entry
//! that it found and has decided on, a batch of which the last one is done. Two places are alike if the thread is about to
//! perform the same operation at the same site, and if each outcome that was ever received at a place of their kind leads
//! from both to places that are alike, by notes that are the same for all rules. What an outcome does at a place where it was never received is tried: kernel
//! code runs without a world, so any outcome can be handed to any place.
//!
//! A state then holds one place instead of all that are alike ([`Automaton::stands_for`]), and says less. Nothing is lost:
//! all worlds answer an operation by the operation alone, so a run through the places that stand for others makes the same
//! operations with the same outcomes, step by step, as the run that it stands for. All that this rests on is outcomes
//! that have been received. When one is received for the first time, every place of its class is handed it at once, before anything
//! else is done ([`Alike::read`]); if two that were taken for one prove different the search begins anew, as it does when a
//! decision of persistent sets proves wrong. So no operation is ever performed that the thread would not perform there.
//!
//! Identical threads number their places alike ([`crate::symmetry`]); theirs are left as they are.
//!
//! Source: M. Bozga, J.-C. Fernandez, L. Ghirvu, State Space Reduction based on Live Variables Analysis, SAS 1999, for what is left out; E. F. Moore,
//! Gedanken-experiments on Sequential Machines (1956), for the refinement.

use crate::Map;
use crate::automaton::{Automaton, NodeId};
use daxscope_core::op::Outcome;

/// An outcome, and whether the operation that it answers has left alone what rules for quiet moments look at.
pub type Answer = (Outcome, bool);

/// Which places of one thread are alike.
#[derive(Clone, Default, Debug)]
pub struct Alike {
    /// By place, its class, if it has been compared.
    class_of: Vec<Option<u32>>,
    classes: Vec<Class>,
    /// How many of the answers that the automaton has received are known here.
    read: usize,
    /// By kind, the classes of places that were met.
    by_kind: Map<daxscope_core::digest::Digest, Vec<u32>>,
}

/// Places that are alike, and every answer that one of them was seen to receive.
#[derive(Clone, Default, Debug)]
struct Class {
    members: Vec<NodeId>,
    answers: Vec<Answer>,
    /// The class that it has become a part of.
    joined: Option<u32>,
}

/// Most answers that are tried to find out whether two places are alike. Those that ask for more are left apart.
const MOST_TRIED: usize = 2_000;

/// Places were taken for one and are not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ProvedDifferent;

impl Alike {
    /// Compares places by what is known now: they stand for one another accordingly. `met`: the places where the thread
    /// stops.
    ///
    /// # Errors
    ///
    /// Those of [`Alike::read`]; places are compared all the same.
    pub fn compare(&mut self, automaton: &mut Automaton, met: &[NodeId]) -> Result<(), ProvedDifferent> {
        let held = self.read(automaton);
        // If not, all that was received is read anew, where nothing is taken for one that could prove different.
        self.read(automaton)?;
        for &node in met {
            self.place(automaton, node);
        }
        automaton.stand_for(|node| self.representative(node));
        held
    }

    /// Compares one place more, where the thread stops for the first time: it stands for itself or another stands for it from
    /// now on. What else proves alike thereby stays apart until all are compared again.
    pub fn compare_one(&mut self, automaton: &mut Automaton, met: NodeId) {
        self.place(automaton, met);
        automaton.stand_for_one(met, self.representative(met));
    }

    /// The first place that a place is alike to.
    fn representative(&self, node: NodeId) -> NodeId {
        let class = self.class_of.get(node.0 as usize).copied().flatten();
        class.map_or(node, |class| self.classes[self.root(class) as usize].members[0])
    }

    fn root(&self, class: u32) -> u32 {
        std::iter::successors(Some(class), |&at| self.classes[at as usize].joined).last().unwrap_or(class)
    }

    /// The class of a place; of its own if it was in none.
    fn class(&mut self, node: NodeId) -> u32 {
        let at = node.0 as usize;
        if at >= self.class_of.len() {
            self.class_of.resize(at + 1, None);
        }
        match self.class_of[at] {
            Some(class) => self.root(class),
            None => {
                let class = self.classes.len() as u32;
                self.classes.push(Class { members: vec![node], ..Class::default() });
                self.class_of[at] = Some(class);
                class
            }
        }
    }

    /// Reads what was received since the last time. Every place of a class has to agree on it.
    ///
    /// # Errors
    ///
    /// If places that were taken for one are not: nothing that is done from a place that stands for others can be relied on
    /// any more. All that was known is forgotten, and everything is to be compared anew.
    pub fn read(&mut self, automaton: &mut Automaton) -> Result<(), ProvedDifferent> {
        let agree = self.agree(automaton);
        if agree.is_err() {
            *self = Alike::default();
        }
        agree
    }

    fn agree(&mut self, automaton: &mut Automaton) -> Result<(), ProvedDifferent> {
        let news = automaton.received()[self.read..].to_vec();
        self.read = automaton.received().len();
        let mut again = Vec::new();
        for (node, answer) in news {
            let class = self.class(node);
            let class = &mut self.classes[class as usize];
            if !class.answers.contains(&answer) {
                again.extend(class.members.iter().skip(1).map(|&member| (class.members[0], member, answer.clone())));
                class.answers.push(answer);
            }
        }
        let mut open = Vec::new();
        for (one, other, answer) in again {
            let leads = [one, other].map(|node| leads(automaton, node, &answer));
            if leads[0].1 != leads[1].1 {
                return Err(ProvedDifferent);
            }
            open.push((leads[0].0, leads[1].0));
        }
        self.join(automaton, open).then_some(()).ok_or(ProvedDifferent)
    }

    /// Finds the class of a place that was met.
    fn place(&mut self, automaton: &mut Automaton, node: NodeId) {
        let class = self.class(node);
        let kind = automaton.node(node).kind();
        let known = self.by_kind.get(&kind).cloned().unwrap_or_default();
        if known.iter().any(|&other| self.root(other) == class) {
            return;
        }
        let joined = known.iter().any(|&other| {
            let other = self.classes[self.root(other) as usize].members[0];
            self.join(automaton, vec![(other, node)])
        });
        if !joined {
            self.by_kind.entry(kind).or_default().push(class);
        }
    }

    /// Takes places for one, pair by pair, with all that follows; `false`, and nothing is changed, if that contradicts
    /// what is known, or takes too many trials.
    ///
    /// Source: J. E. Hopcroft, R. M. Karp, A Linear Algorithm for Testing Equivalence of Finite Automata (1971).
    fn join(&mut self, automaton: &mut Automaton, mut open: Vec<(NodeId, NodeId)>) -> bool {
        let mut undo: Vec<(u32, Class)> = Vec::new();
        let mut to_try: Vec<(NodeId, Answer, NodeId, u32)> = Vec::new();
        let mut tried = 0;
        let holds = loop {
            let Some((one, other)) = open.pop() else {
                let Some((node, answer, next, judged)) = to_try.pop() else { break true };
                tried += usize::from(!automaton.knows(node, &answer));
                if tried > MOST_TRIED {
                    break false;
                }
                let found = leads(automaton, node, &answer);
                if found.1 != judged {
                    break false;
                }
                open.push((next, found.0));
                continue;
            };
            if one == other {
                continue;
            }
            if one >= NodeId::CRASHED || other >= NodeId::CRASHED {
                break false;
            }
            let (one_class, other_class) = (self.class(one), self.class(other));
            if one_class == other_class {
                continue;
            }
            if automaton.node(one).kind() != automaton.node(other).kind() {
                break false;
            }
            let (to, from) = (one_class.min(other_class), one_class.max(other_class));
            if !self.unite(automaton, (to, from), &mut undo, &mut open, &mut to_try) {
                break false;
            }
        };
        if !holds {
            for (class, before) in undo.into_iter().rev() {
                self.classes[class as usize] = before;
            }
        }
        holds
    }

    /// Makes two classes one: what is known of the answers of both is to be compared at once, what is not is to be tried.
    fn unite(
        &mut self,
        automaton: &Automaton,
        (to, from): (u32, u32),
        undo: &mut Vec<(u32, Class)>,
        open: &mut Vec<(NodeId, NodeId)>,
        to_try: &mut Vec<(NodeId, Answer, NodeId, u32)>,
    ) -> bool {
        let (one, other) = (&self.classes[to as usize], &self.classes[from as usize]);
        for (class, others) in [(one, other), (other, one)] {
            for answer in &class.answers {
                let Some(seen) = class.members.iter().find(|&&member| automaton.knows(member, answer)) else {
                    continue;
                };
                let (next, judged) = automaton.leads(*seen, answer);
                for &member in &others.members {
                    if !automaton.knows(member, answer) {
                        to_try.push((member, answer.clone(), next, judged));
                        continue;
                    }
                    let found = automaton.leads(member, answer);
                    if found.1 != judged {
                        return false;
                    }
                    open.push((next, found.0));
                }
            }
        }
        let joined = Class { joined: Some(to), ..Class::default() };
        let from_class = std::mem::replace(&mut self.classes[from as usize], joined);
        let mut united = self.classes[to as usize].clone();
        for answer in &from_class.answers {
            if !united.answers.contains(answer) {
                united.answers.push(answer.clone());
            }
        }
        united.members.extend_from_slice(&from_class.members);
        undo.push((from, from_class));
        undo.push((to, std::mem::replace(&mut self.classes[to as usize], united)));
        true
    }

    /// Bytes in use, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let class = |class: &Class| class.members.capacity() * 4 + class.answers.capacity() * size_of::<Answer>();
        self.classes.iter().map(class).sum::<usize>() + self.classes.capacity() * size_of::<Class>()
    }
}

/// Where an answer leads, tried if that is not known.
fn leads(automaton: &mut Automaton, node: NodeId, answer: &Answer) -> (NodeId, u32) {
    if !automaton.knows(node, answer) {
        automaton.attempt(node, answer);
    }
    automaton.leads(node, answer)
}
