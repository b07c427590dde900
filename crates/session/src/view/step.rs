//! The step that led to the state that is shown, and what it changed.

use super::Build;
use super::Text;
use crate::action::Object;
use crate::objects::{location, title, value};
use daxscope_core::scenario::StepSize;
use daxscope_core::units::ThreadId;
use std::rc::Rc;

/// Where the run stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StepView {
    /// Steps made; 0: before the first.
    pub number: usize,
    /// Steps recorded; those made, while the future is hidden.
    pub total: usize,
    /// How long a step is, where that is not one operation: `by section`; else empty.
    pub size: &'static str,
    /// Who made the step.
    pub thread: Option<ThreadId>,
    /// The step in a sentence; before the first, what there is to do.
    pub sentence: Text,
    /// `grab.rs:61`; empty before the first step.
    pub location: Text,
    /// The kernel function; empty before the first step.
    pub function: &'static str,
    /// Did an injected call fail in it?
    pub is_failure: bool,
    /// What it changed.
    pub changes: Rc<[ChangeView]>,
    /// Changes that are not listed.
    pub more_changes: usize,
    /// How the run stands, in a sentence: `Every thread is done.`
    pub status: Text,
    /// Is there a step back?
    pub can_back: bool,
    /// Is there a step forward, recorded or new?
    pub can_forward: bool,
    /// Is what is recorded behind this step hidden? Then nothing here tells whether there is something.
    pub is_future_hidden: bool,
    /// Would a step forward be a new one?
    pub is_at_end: bool,
    /// The thread that a step forward would run; `None` while that is hidden.
    pub next_thread: Option<ThreadId>,
}

/// Where a change shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChangeArea {
    /// An entry of the tree.
    Entry,
    /// A tag.
    Tag,
    /// A counter, or the size of the file.
    Counter,
    /// A lock.
    Lock,
    /// The wait table.
    Wait,
    /// A page table.
    PageTable,
    /// The block map.
    Extent,
    /// A hole page.
    Page,
    /// A thread.
    Thread,
}

/// One thing that is different.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChangeView {
    /// Where it shows.
    pub area: ChangeArea,
    /// What to select to see its history.
    pub object: Object,
    /// What: `entry 0x203`.
    pub what: Text,
    /// Before.
    pub before: Text,
    /// After.
    pub after: Text,
}

/// The most changes that are listed.
const MAX_CHANGES: usize = 64;

impl Build<'_> {
    pub(super) fn step(&self) -> StepView {
        let run = self.run();
        let step = run.current();
        let performed = step.and_then(|step| step.record.performed.first());
        let is_hidden = self.session.hides_future();
        let can_forward = self.session.next_thread().is_some();
        let next_thread = self.session.next_thread().filter(|_| !is_hidden);
        let sentence = match (step, next_thread) {
            (Some(step), _) => step.sentence.clone(),
            (None, None) if can_forward => {
                "Nothing has happened yet, and what will happen is hidden. Choose a thread that runs, or step on."
                    .into()
            }
            (None, None) => "There is nothing to run. Add a thread to the script.".into(),
            (None, Some(_)) if run.len() > 0 => "Nothing has happened yet. Step on to follow the schedule.".into(),
            (None, Some(thread)) => {
                format!("Nothing has happened yet. Choose a thread that runs, or step on with {thread}.").into()
            }
        };
        StepView {
            number: run.position(),
            total: self.session.told_steps(),
            size: match run.size() {
                StepSize::Operation => "",
                StepSize::Point => "by point",
                StepSize::Section => "by section",
                StepSize::Atom => "by atom",
            },
            thread: step.map(|step| step.record.choice.thread),
            sentence,
            location: performed.map_or_else(Text::default, |performed| location(performed.stop.at)),
            function: performed.map_or("", |performed| performed.stop.function()),
            is_failure: step.is_some_and(|step| step.is_failure),
            changes: self.changes.iter().take(MAX_CHANGES).map(|&object| self.change(object)).collect(),
            more_changes: self.changes.len().saturating_sub(MAX_CHANGES),
            status: self.session.status_sentence().into(),
            can_back: run.position() > 0,
            can_forward,
            is_at_end: run.is_at_end() && !is_hidden,
            is_future_hidden: is_hidden,
            next_thread,
        }
    }

    fn change(&self, object: Object) -> ChangeView {
        ChangeView {
            area: area(object),
            object,
            what: title(self.world(), object).into(),
            before: value(self.run().world_before(), object).into(),
            after: value(self.world(), object).into(),
        }
    }
}

const fn area(object: Object) -> ChangeArea {
    match object {
        Object::Slot(_) => ChangeArea::Entry,
        Object::Tag(..) => ChangeArea::Tag,
        Object::NrExceptional | Object::NrPages | Object::FileSize => ChangeArea::Counter,
        Object::TreeLock | Object::Lock(_) => ChangeArea::Lock,
        Object::WaitKey(_) => ChangeArea::Wait,
        Object::Thread(_) => ChangeArea::Thread,
        Object::Page(_) | Object::Frame(_) => ChangeArea::Page,
        Object::Pte(..) | Object::Pmd(..) => ChangeArea::PageTable,
        Object::Block(_) => ChangeArea::Extent,
    }
}
