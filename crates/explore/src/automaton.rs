//! What a thread does, learnt: where it can be, and where each outcome takes it.

mod answers;
mod order;

use crate::Map;
use crate::alike::Answer;
use crate::footprints::{AccessSet, Accesses};
use daxscope_core::digest::Digest;
use daxscope_core::entry::{Entry, XEntry};
use daxscope_core::event::Event;
use daxscope_core::machine::{LiveThread, Position};
use daxscope_core::op::{Access, Object, Op, Outcome, PauseOp, RadixOp, TreeLockOp, XArrayOp};
use daxscope_core::scenario::Scenario;
use daxscope_core::task::Posted;
use daxscope_core::units::{PageIndex, ThreadId};
use daxscope_core::world::World;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Where a thread is: a node of its automaton, or its end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
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
    /// From where the first visit came, and by which outcome: how to come here again.
    from: Option<(NodeId, Outcome)>,
    /// What tells apart all that the thread has received, if places are not merged.
    received: Digest,
    edges: Map<(Outcome, bool), Edge>,
    /// Has the thread left everything as it was that a rule for quiet moments looks at, since it was last between two
    /// operations?
    pub calm: bool,
    /// Where in the source this is, whatever the thread knows there.
    pub site: SiteId,
    /// The operation of the script that the thread is in.
    operation: u16,
    /// What tells its kind from others.
    kind: Digest,
}

/// A number for a [`Site`] of one thread.
pub type SiteId = u32;

/// A place in the source: the kernel functions that the thread is in, the line, and the operation of the script. Places
/// that differ only in what the thread knows are one site.
#[derive(Debug, Default)]
pub struct Site {
    /// The index that is looked up here.
    pub looks_up: Option<PageIndex>,
    /// Is `tree_lock` taken here?
    pub takes_tree_lock: bool,
    /// What the operation here was seen to touch.
    pub touched: AccessSet,
    /// Where it was seen to lead; `true`: by finding a locked entry.
    pub next: BTreeSet<(bool, SiteId)>,
}

impl Node {
    /// The operation that the thread is about to perform.
    #[must_use]
    pub const fn op(&self) -> &Op {
        &self.posted.op
    }

    /// The operation of the script that the thread is in, by its number.
    #[must_use]
    pub const fn operation(&self) -> u16 {
        self.operation
    }

    /// What tells its kind from others: places of one kind are at one site, about to perform the same operation, and
    /// equally calm.
    #[must_use]
    pub const fn kind(&self) -> Digest {
        self.kind
    }

    /// Is the thread between two operations?
    #[must_use]
    pub const fn is_quiet(&self) -> bool {
        self.op().begins_operation()
    }
}

/// A thread that stands at a place: it can go on from there without coming there anew.
#[derive(Debug)]
pub struct Standing {
    /// The place.
    at: NodeId,
    /// What runs there.
    thread: LiveThread,
}

/// Where an outcome leads.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The next place.
    pub next: NodeId,
    /// What the thread notes on the way.
    pub notes: Arc<[Event]>,
    /// A number for those of the notes that rules look at.
    judged: u32,
    /// Was the outcome really received there, not only tried?
    received: bool,
}

/// About what it takes to know one thing of a site.
const SITE_BYTES: usize = 16;

/// The automaton of one thread.
#[derive(Debug)]
pub struct Automaton {
    thread: ThreadId,
    scenario: Arc<Scenario>,
    nodes: Vec<Node>,
    by_digest: Map<(Digest, bool), NodeId>,
    /// Are places merged that the thread cannot tell apart?
    merge: bool,
    sites: Vec<Site>,
    site_numbers: Map<Digest, SiteId>,
    knowledge: usize,
    /// Bytes of what places and edges hold, beside themselves.
    held_bytes: usize,
    /// By place: its site, close together because searches ask for it all the time.
    site_of: Vec<SiteId>,
    /// By place: an order in which every loop has a step that does not go up ([`Automaton::goes_up`]).
    ranks: Vec<u32>,
    /// By place: the one that stands for it. Places that are not in here stand for themselves.
    stands_for: Vec<NodeId>,
    /// Every answer that was really received, and where, in the order in which they were learnt.
    received: Vec<(NodeId, Answer)>,
    /// Different notes that rules look at.
    judged: Vec<Box<[Event]>>,
}

impl Automaton {
    /// An automaton that knows only where the thread begins.
    #[must_use]
    pub fn new(thread: ThreadId, scenario: Arc<Scenario>, merge: bool) -> Automaton {
        let (_, posted) = LiveThread::start(thread, Arc::clone(&scenario));
        let mut automaton = Automaton {
            thread,
            scenario,
            nodes: Vec::new(),
            by_digest: Map::default(),
            merge,
            sites: Vec::new(),
            site_numbers: Map::default(),
            knowledge: 0,
            held_bytes: 0,
            site_of: Vec::new(),
            ranks: Vec::new(),
            stands_for: Vec::new(),
            received: Vec::new(),
            judged: Vec::new(),
        };
        if let Some(posted) = posted {
            automaton.intern(posted, None, true, 0);
        }
        automaton
    }

    /// Those of all threads, with merging.
    #[must_use]
    pub fn of_all(scenario: &Arc<Scenario>) -> Vec<Automaton> {
        (0..scenario.threads.len()).map(|at| Automaton::new(ThreadId(at as u8), Arc::clone(scenario), true)).collect()
    }

    /// Where the thread begins.
    #[must_use]
    pub fn start(&self) -> NodeId {
        if self.nodes.is_empty() { NodeId::FINISHED } else { NodeId(0) }
    }

    /// Places known so far.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// A place.
    #[must_use]
    pub fn node(&self, node: NodeId) -> &Node {
        &self.nodes[node.0 as usize]
    }

    /// The site of a place.
    #[inline]
    #[must_use]
    pub fn site_of(&self, node: NodeId) -> SiteId {
        self.site_of[node.0 as usize]
    }

    /// All sites, by number.
    #[must_use]
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// How much is known of the sites: ways between them, and what operations touch.
    #[must_use]
    pub const fn knowledge(&self) -> usize {
        self.knowledge
    }

    /// All that a thread has received that comes to a place as the first visit did.
    fn log(&self, node: NodeId) -> Vec<Outcome> {
        let before = |&(node, _): &(NodeId, &Outcome)| self.node(node).from.as_ref().map(|(from, got)| (*from, got));
        let first = self.node(node).from.as_ref().map(|(from, got)| (*from, got));
        let mut log: Vec<_> = std::iter::successors(first, before).map(|(_, outcome)| outcome.clone()).collect();
        log.reverse();
        log
    }

    /// Bytes in use, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.nodes.capacity() * size_of::<Node>()
            + self.by_digest.capacity() * size_of::<((Digest, bool), NodeId)>()
            + self.sites.len() * size_of::<Site>()
            + self.knowledge * SITE_BYTES
            + self.received.capacity() * size_of::<(NodeId, Answer)>()
            + self.stands_for.capacity() * size_of::<NodeId>()
            + self.held_bytes
    }

    /// Where an outcome leads from a place; runs kernel code if it was never asked. `calm`: did the operation leave
    /// alone what rules for quiet moments look at? `standing`: a thread that stands at some place, to go on from there if
    /// it is this one.
    pub fn follow(&mut self, node: NodeId, outcome: &Outcome, calm: bool, standing: &mut Option<Standing>) -> Edge {
        let calm = calm && self.node(node).calm;
        let key = (outcome.clone(), calm);
        if let Some(edge) = self.node(node).edges.get(&key).filter(|edge| edge.received) {
            return edge.clone();
        }
        let mut edge = match self.node(node).edges.get(&key) {
            Some(tried) => tried.clone(),
            None => self.resume(node, &key, standing),
        };
        edge.received = true;
        if edge.next < NodeId::CRASHED {
            let to = self.node(edge.next).site;
            let finds_locked = match *outcome {
                Outcome::Slot(slot) => slot.entry().is_some_and(Entry::is_locked),
                Outcome::Entry(entry) => entry.is_some_and(XEntry::is_locked),
                _ => false,
            };
            let site = self.node(node).site as usize;
            self.knowledge += usize::from(self.sites[site].next.insert((finds_locked, to)));
        }
        self.received.push((node, key.clone()));
        self.nodes[node.0 as usize].edges.insert(key, edge.clone());
        edge
    }

    /// Runs kernel code from a place with an outcome; the edge is not kept.
    fn resume(&mut self, node: NodeId, (outcome, calm): &Answer, standing: &mut Option<Standing>) -> Edge {
        let mut live = match standing.take() {
            Some(Standing { at, thread }) if at == node => thread,
            _ => LiveThread::rebuild(self.thread, Arc::clone(&self.scenario), &self.log(node)),
        };
        let (posted, notes) = live.resume(outcome.clone());
        let next = match posted {
            None => NodeId::FINISHED,
            Some(posted) => match self.closes_loop(node, &posted, &notes, *calm) {
                Some(known) => known,
                None => {
                    let next = self.intern(posted, Some((node, outcome.clone())), *calm, self.node(node).operation);
                    *standing = Some(Standing { at: next, thread: live });
                    next
                }
            },
        };
        self.held_bytes += 3 * size_of::<((Outcome, bool), Edge)>() + notes.len() * size_of::<Event>();
        let judged: Box<[Event]> = notes.iter().filter(|note| !note.is_only_told()).cloned().collect();
        let known = self.judged.iter().position(|other| *other == judged);
        let judged = known.unwrap_or_else(|| {
            self.judged.push(judged);
            self.judged.len() - 1
        });
        Edge { next, notes: notes.into(), judged: judged as u32, received: false }
    }

    /// Where a thread has been before that went round a loop of the kernel. Without merging, histories that meet in a place
    /// stay apart, but a loop has to close, or there would be no end of places.
    fn closes_loop(&self, from: NodeId, posted: &Posted, notes: &[Event], calm: bool) -> Option<NodeId> {
        if self.merge || !notes.iter().any(Event::goes_round) {
            return None;
        }
        let mut history =
            std::iter::successors(Some(from), |&at| self.node(at).from.as_ref().map(|(before, _)| *before));
        history.find(|&at| self.node(at).posted.digest == posted.digest && self.node(at).calm == calm)
    }

    /// The operation at a place was seen to touch something.
    pub fn touches(&mut self, node: NodeId, access: usize) {
        let site = self.node(node).site as usize;
        self.knowledge += usize::from(self.sites[site].touched.insert(access));
    }

    /// Learns the places and sites of the automaton of an identical thread, which has learnt more since both knew the same.
    /// So both number them alike.
    pub fn catch_up(&mut self, twin: &Automaton, accesses: &mut Accesses) {
        for node in &twin.nodes[self.nodes.len().min(twin.nodes.len())..] {
            let id = NodeId(self.nodes.len() as u32);
            let digest = self.digest(&node.posted, node.received);
            self.by_digest.insert((digest, node.calm), id);
            let (posted, from) = (node.posted.clone(), node.from.clone());
            self.held_bytes += size_of_val(&*posted.frames);
            self.nodes.push(Node { posted, from, edges: Map::default(), ..*node });
            self.site_of.push(node.site);
            self.ranks.push(twin.ranks[id.0 as usize]);
        }
        if self.knowledge == twin.knowledge && self.sites.len() == twin.sites.len() {
            return;
        }
        self.site_numbers.clone_from(&twin.site_numbers);
        for (at, theirs) in twin.sites.iter().enumerate() {
            if at == self.sites.len() {
                let (looks_up, takes_tree_lock) = (theirs.looks_up, theirs.takes_tree_lock);
                self.sites.push(Site { looks_up, takes_tree_lock, ..Site::default() });
            }
            let site = &mut self.sites[at];
            for number in theirs.touched.iter() {
                let number = match accesses.access(number) {
                    Some(access) if access.object == Object::Cpu(twin.thread) => {
                        accesses.number(Access { object: Object::Cpu(self.thread), ..access })
                    }
                    _ => number,
                };
                self.knowledge += usize::from(site.touched.insert(number));
            }
            for &next in &theirs.next {
                self.knowledge += usize::from(site.next.insert(next));
            }
        }
        debug_assert_eq!(self.knowledge, twin.knowledge, "identical threads know the same");
    }

    /// What tells a place from others.
    const fn digest(&self, posted: &Posted, received: Digest) -> Digest {
        if self.merge { posted.digest } else { received }
    }

    fn site(&mut self, posted: &Posted, operation: u16) -> SiteId {
        let looks_up = match posted.op {
            Op::Radix(RadixOp::Lookup { index } | RadixOp::FindGetEntry { index }) => Some(index),
            // A state that stands on a slot finds nothing, locked or not.
            Op::XArray(XArrayOp::FindConflict(at) | XArrayOp::Load(at)) if !at.positioned => Some(at.index),
            _ => None,
        };
        let digest =
            Digest::of(&(operation, &posted.frames, posted.at.line(), posted.at.column(), looks_up, posted.op.kind()));
        *self.site_numbers.entry(digest).or_insert_with(|| {
            self.sites.push(Site {
                looks_up,
                takes_tree_lock: posted.op == Op::TreeLock(TreeLockOp::SpinLock),
                ..Site::default()
            });
            (self.sites.len() - 1) as SiteId
        })
    }

    fn intern(&mut self, posted: Posted, from: Option<(NodeId, Outcome)>, calm: bool, operation: u16) -> NodeId {
        let before = from.as_ref().map(|(node, outcome)| (self.node(*node).received, outcome));
        let received = Digest::of(&before);
        let digest = self.digest(&posted, received);
        let calm = calm || posted.op.begins_operation();
        if let Some(&known) = self.by_digest.get(&(digest, calm)) {
            debug_assert_eq!(self.node(known).posted.op, posted.op, "two places have one digest");
            if cfg!(debug_assertions) {
                self.check_merging(known, from.as_ref());
            }
            return known;
        }
        let operation = if let Op::Pause(PauseOp::NextOperation { number }) = posted.op { number } else { operation };
        let site = self.site(&posted, operation);
        let id = NodeId(self.nodes.len() as u32);
        self.held_bytes += size_of_val(&*posted.frames);
        let kind = Digest::of(&(site, calm, &posted.op));
        self.nodes.push(Node { posted, from, received, edges: Map::default(), calm, site, operation, kind });
        self.by_digest.insert((digest, calm), id);
        self.site_of.push(site);
        self.ranks.push(id.0);
        id
    }

    /// Panics if a thread that comes from there would go on otherwise than the one that the place was first met with.
    fn check_merging(&self, place: NodeId, from: Option<&(NodeId, Outcome)>) {
        let Some((before, last)) = from else { return };
        let mut log = self.log(*before);
        log.push(last.clone());
        for ((outcome, _), edge) in &self.node(place).edges {
            let mut live = LiveThread::rebuild(self.thread, Arc::clone(&self.scenario), &log);
            let other = live.resume(outcome.clone()).0.map(|posted| (posted.op, posted.digest));
            let known = (edge.next < NodeId::CRASHED).then(|| &self.node(edge.next).posted);
            assert_eq!(other, known.map(|posted| (posted.op, posted.digest)), "after {:?}", self.node(place).posted);
        }
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
