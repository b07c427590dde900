//! One lane for each thread over all steps.

use super::Build;
use super::Text;
use crate::run::{Lane, Step};
use crate::session::is_violation;
use daxscope_core::event::Event;
use daxscope_core::narrate::page as hex;
use daxscope_core::units::ThreadId;
use std::rc::Rc;

/// The lanes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TimelineView {
    /// Steps recorded; the lanes reach from 0 to it.
    pub total: usize,
    /// One for each thread.
    pub lanes: Rc<[LaneView]>,
    /// Who wakes whom.
    pub wakes: Rc<[WakeArrow]>,
    /// Steps that broke something, from 1.
    pub violations: Rc<[usize]>,
}

/// The lane of a thread.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LaneView {
    /// Whose.
    pub thread: ThreadId,
    /// Its bars in order; between them the thread is runnable and does not run.
    pub bars: Rc<[Bar]>,
}

/// A stretch of a lane.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bar {
    /// Steps made before it begins.
    pub start: usize,
    /// Steps made when it ends.
    pub end: usize,
    /// What the thread does.
    pub kind: BarKind,
    /// `grab_mapping_entry`, `asleep on 0x200`.
    pub label: Text,
}

/// What a thread does during a bar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BarKind {
    /// It makes the steps.
    Running,
    /// It waits for a lock.
    Blocked,
    /// It sleeps on an entry.
    Asleep,
    /// It sleeps, and nobody who can still run will wake it.
    Lost,
}

/// A wake-up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WakeArrow {
    /// The step, from 1.
    pub step: usize,
    /// Who wakes.
    pub from: ThreadId,
    /// Who is woken.
    pub to: ThreadId,
}

impl Build<'_> {
    pub(super) fn timeline(&self) -> TimelineView {
        let steps = self.told();
        let lane = |thread: ThreadId| LaneView { thread, bars: bars(steps, thread).into() };
        let news = steps.iter().enumerate().filter(|(_, step)| step.has_news);
        let wakes = news.flat_map(|(at, step)| {
            let from = step.record.choice.thread;
            step.record.events().filter_map(move |event| match *event {
                Event::Wake(to) | Event::Granted { thread: to, .. } => Some(WakeArrow { step: at + 1, from, to }),
                _ => None,
            })
        });
        let broken = steps.iter().enumerate().filter(|(_, step)| is_violation(step));
        TimelineView {
            total: steps.len(),
            lanes: self.machine().thread_ids().map(lane).collect(),
            wakes: wakes.collect(),
            violations: broken.map(|(at, _)| at + 1).collect(),
        }
    }
}

/// What a thread does during one step: the bar goes on as long as this stays the same.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Does {
    Runs(&'static str),
    Waits(Lane),
}

/// Its bars. While somebody else steps, a thread is as it stood after its own last step.
fn bars(steps: &[Step], thread: ThreadId) -> Vec<Bar> {
    let mut bars: Vec<(Does, Bar)> = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let does = if step.record.choice.thread == thread {
            let function = step.record.performed.first().map_or("", |performed| performed.stop.function());
            Does::Runs(if function.is_empty() { "start" } else { function })
        } else {
            let before = at.checked_sub(1).map_or(Lane::Free, |before| lane(&steps[before], thread));
            match before {
                Lane::Free => continue,
                waits => Does::Waits(waits),
            }
        };
        match bars.last_mut() {
            Some((last, bar)) if *last == does && bar.end == at => bar.end = at + 1,
            _ => bars.push((does, new_bar(at, at + 1, does))),
        }
    }
    // What stands at the end has no step of its own yet.
    let end = steps.len();
    if let Some(waits) = steps.last().map(|step| lane(step, thread)).filter(|waits| *waits != Lane::Free) {
        match (bars.last_mut(), waits) {
            (Some((Does::Waits(Lane::Asleep(was)), bar)), Lane::Lost(key)) if *was == key && bar.end == end => {
                *bar = new_bar(bar.start, end, Does::Waits(waits));
            }
            (Some((Does::Waits(_), bar)), _) if bar.end == end => {}
            _ => bars.push((Does::Waits(waits), new_bar(end, end, Does::Waits(waits)))),
        }
    }
    bars.into_iter().map(|(_, bar)| bar).collect()
}

fn lane(step: &Step, thread: ThreadId) -> Lane {
    step.lanes.get(thread.index()).copied().unwrap_or(Lane::Free)
}

fn new_bar(start: usize, end: usize, does: Does) -> Bar {
    let (kind, label): (BarKind, Text) = match does {
        Does::Runs(function) => (BarKind::Running, function.into()),
        Does::Waits(Lane::Free) => (BarKind::Running, Text::default()),
        Does::Waits(Lane::TreeLock) => (BarKind::Blocked, "waits for tree_lock".into()),
        Does::Waits(Lane::Page(page)) => (BarKind::Blocked, format!("waits for {page}").into()),
        Does::Waits(Lane::Lock(lock)) => (BarKind::Blocked, format!("waits for {lock}").into()),
        Does::Waits(Lane::Asleep(key)) => (BarKind::Asleep, format!("asleep on {}", hex(key)).into()),
        Does::Waits(Lane::Lost(key)) => (BarKind::Lost, format!("asleep on {}, never woken", hex(key)).into()),
    };
    Bar { start, end, kind, label }
}
