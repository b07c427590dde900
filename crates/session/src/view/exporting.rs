//! What the list of exports shows, and what a picture of the run says and carries.

use super::{Build, Text};
use crate::action::Panel;
use crate::export::home::{Reach, TOOL};
use crate::export::table::carried;
use std::rc::Rc;

/// The list of exports.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExportView {
    /// What runs: files are named after it.
    pub title: Text,
    /// Below the title of a picture: `kernel v5, step 33 of 40, by daxscope 0.1.0`.
    pub head: Text,
    /// The names of the lanes in view: threads with their operations, then locks.
    pub lanes: Rc<[Text]>,
    /// How many of them are threads.
    pub threads: usize,
    /// Steps before the part that the lanes show, and before its end.
    pub part: (usize, usize),
    /// Steps made.
    pub position: usize,
    /// What a picture carries inside: title, kernel, link and script.
    pub carried: Text,
    /// The address that was set for links; empty: none.
    pub base: Text,
    /// Who can open a link.
    pub reach: Reach,
    /// Does the page know its own address?
    pub knows_page: bool,
}

impl Build<'_> {
    /// `None` unless [`Panel::Export`] is open.
    pub(super) fn exporting(&self, timeline: &super::TimelineView) -> Option<ExportView> {
        let session = self.session;
        if session.panel != Panel::Export {
            return None;
        }
        let mut lanes: Vec<Text> = Vec::new();
        for lane in timeline.lanes.iter() {
            let script = session.run.scenario().threads.get(lane.thread.index());
            let first = script.and_then(|script| script.operations.first());
            let operation = first.map_or_else(String::new, daxscope_core::narrate::operation);
            lanes.push(format!("{}: {operation}", lane.thread).into());
        }
        let threads = lanes.len();
        lanes.extend(timeline.locks.iter().map(|lane| lane.name.clone()));
        let (position, all) = (session.run.position(), session.told_steps());
        let head = format!("kernel {}, step {position} of {all}, by {TOOL}", session.revision_name());
        Some(ExportView {
            title: session.title().into(),
            head: head.into(),
            lanes: lanes.into(),
            threads,
            part: (timeline.from, timeline.to),
            position,
            carried: carried(session).into(),
            base: session.base.as_str().into(),
            reach: Reach::of(session.home()),
            knows_page: session.knows_page(),
        })
    }
}
