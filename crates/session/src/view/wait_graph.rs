//! Nobody can run: who waits for whom, as a graph and in words.

use super::{Build, Text, sentence};
use crate::action::Object;
use crate::objects::title;
use daxscope_core::narrate::{self, LockNames};
use daxscope_core::standstill::{Reason, Standstill, waits};
use daxscope_core::units::ThreadId;
use std::rc::Rc;

/// Who waits for whom.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaitGraphView {
    /// Every thread that waits, or is waited for.
    pub nodes: Rc<[WaitNode]>,
    /// Who waits for whom.
    pub edges: Rc<[WaitEdge]>,
    /// Each ring once, then who waits for nobody that is left.
    pub sentences: Rc<[Text]>,
}

/// A thread.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaitNode {
    /// Which.
    pub thread: ThreadId,
    /// Does it sleep although nobody will wake it?
    pub is_lost: bool,
}

/// One thread waits for another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaitEdge {
    /// Who waits.
    pub from: ThreadId,
    /// For whom.
    pub to: ThreadId,
    /// For what: `entry 0x200`.
    pub label: Text,
    /// Is it part of a ring?
    pub is_in_ring: bool,
}

impl Build<'_> {
    /// `None`: somebody can run, or everybody is done.
    pub(super) fn wait_graph(&self) -> Option<WaitGraphView> {
        let machine = self.machine();
        let standstill = Standstill::of(machine)?;
        let mut nodes: Vec<WaitNode> = Vec::new();
        let mut edges = Vec::new();
        let mut add = |thread: ThreadId| {
            if nodes.iter().all(|node: &WaitNode| node.thread != thread) {
                nodes.push(WaitNode { thread, is_lost: standstill.is_lost(thread) });
            }
        };
        for thread in machine.thread_ids().filter(|&thread| machine.blocked(thread).is_some()) {
            add(thread);
            for wait in waits(machine, thread) {
                add(wait.on);
                let is_in_ring = standstill.rings.iter().flatten().any(|ring| *ring == wait);
                edges.push(WaitEdge { from: thread, to: wait.on, label: self.reason(wait.reason), is_in_ring });
            }
        }
        daxscope_core::order::sort_by_key(&mut nodes, |node| node.thread);
        let mut sentences: Vec<Text> = Vec::new();
        for ring in &standstill.rings {
            sentences.push(sentence(&narrate::ring(ring, LockNames::of(&machine.scenario().revision))).into());
        }
        let outside = |thread: &ThreadId| standstill.rings.iter().flatten().all(|wait| wait.thread != *thread);
        for thread in machine.thread_ids().filter(outside) {
            if let Some(why) = narrate::why_blocked(machine, thread) {
                let lost = if standstill.is_lost(thread) { " Nobody is left who could wake it." } else { "" };
                sentences.push(format!("{thread} {why}.{lost}").into());
            }
        }
        Some(WaitGraphView { nodes: nodes.into(), edges: edges.into(), sentences: sentences.into() })
    }

    fn reason(&self, reason: Reason) -> Text {
        let name = |object| title(self.world(), object);
        match reason {
            Reason::TreeLock => name(Object::TreeLock),
            Reason::Entry(key) => name(Object::Slot(key.0)),
            Reason::Page(page) => name(Object::Page(page)),
            Reason::Pin(block) => format!("block {block:#x}, pinned"),
            Reason::Held { lock, .. } => name(Object::Lock(lock)),
            Reason::Ahead { lock, .. } => format!("{}, in the queue", name(Object::Lock(lock))),
        }
        .into()
    }
}
