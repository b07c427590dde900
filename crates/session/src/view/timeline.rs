//! One lane for each thread, and one for each lock, over the part of the run that is in view; and the whole run as a strip.
//!
//! What is made here costs as much as the part has steps, however long the run is.

use super::lock_lanes::LockLane;
use super::watch::WatchMark;
use super::{Build, Text};
use crate::action::LocksShown;
use crate::run::{Lane, Step};
use crate::session::is_violation;
use daxscope_core::event::Event;
use daxscope_core::narrate::{LockNames, page as hex};
use daxscope_core::units::ThreadId;
use std::rc::Rc;

/// The lanes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TimelineView {
    /// Steps that may be told of: those recorded, or those made while the future is hidden.
    pub total: usize,
    /// Steps before the part that is in view.
    pub from: usize,
    /// Steps before its end.
    pub to: usize,
    /// One for each thread.
    pub lanes: Rc<[LaneView]>,
    /// One for each lock that is held in the part, those of entries first; empty if they are not shown.
    pub locks: Rc<[LockLane]>,
    /// How many more are held in the part: they have a lane once locks are asked for ([`LocksShown::Yes`]).
    pub more_locks: usize,
    /// Are locks shown?
    pub shows_locks: bool,
    /// Who wakes whom in the part.
    pub wakes: Rc<[WakeArrow]>,
    /// Steps of the part that broke something, from 1.
    pub violations: Rc<[usize]>,
    /// The first and the last step of the loop that the run goes round in for ever.
    pub round: Option<(usize, usize)>,
    /// Is something watched?
    pub is_watching: bool,
    /// Steps of the part that change what is watched.
    pub watched: Rc<[WatchMark]>,
    /// The whole run; empty if all of it is in view.
    pub overview: Rc<[OverviewBar]>,
    /// Can fewer steps be shown?
    pub can_zoom_in: bool,
    /// Can more steps be shown?
    pub can_zoom_out: bool,
}

/// The lane of a thread.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LaneView {
    /// Whose.
    pub thread: ThreadId,
    /// Its bars in order; between them the thread is runnable and does not run.
    pub bars: Rc<[Bar]>,
}

/// A stretch of a lane, cut where the part in view begins and ends.
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
    /// The same in a word, where there is little room: `grab`, `0x200`.
    pub short: Text,
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

/// A stretch of the whole run in which one thread made most of the steps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OverviewBar {
    /// Steps made before it begins.
    pub start: usize,
    /// Steps made when it ends.
    pub end: usize,
    /// Who.
    pub thread: ThreadId,
    /// Does one of the steps break something?
    pub is_broken: bool,
}

/// With more threads than that, locks are shown only if somebody asks for them.
const FEW_THREADS: usize = 5;

impl Build<'_> {
    pub(super) fn timeline(&self) -> TimelineView {
        let told = self.told();
        let lanes = &self.session.lanes;
        let (from, to) = lanes.window(told.len());
        let part = Part { told, from, to, locks: LockNames::of(&self.run().scenario().revision) };
        let mut wakes = Vec::new();
        let mut violations = Vec::new();
        for (at, step) in told.iter().enumerate().take(to).skip(from) {
            if step.has_news {
                add_wakes(&mut wakes, at + 1, step);
            }
            if is_violation(step) {
                violations.push(at + 1);
            }
        }
        let mut rows = Vec::new();
        for thread in self.machine().thread_ids() {
            rows.push(LaneView { thread, bars: part.bars(thread).into() });
        }
        let shows_locks = match lanes.locks {
            LocksShown::Auto => rows.len() <= FEW_THREADS,
            LocksShown::Yes => true,
            LocksShown::No => false,
        };
        let locks = shows_locks.then(|| self.lock_lanes(from, to));
        TimelineView {
            total: told.len(),
            from,
            to,
            lanes: rows.into(),
            more_locks: locks.as_ref().map_or(0, |locks| locks.more),
            locks: locks.map_or_else(Vec::new, |locks| locks.lanes).into(),
            shows_locks,
            wakes: wakes.into(),
            violations: violations.into(),
            round: self.session.round().map(|round| (round.first, round.last)),
            is_watching: !self.session.watched.is_empty(),
            watched: self.watch_marks(from, to).into(),
            overview: if to - from < told.len() { self.overview().into() } else { Rc::from([]) },
            can_zoom_in: lanes.can_zoom_in(told.len()),
            can_zoom_out: lanes.can_zoom_out(told.len()),
        }
    }

    fn overview(&self) -> Vec<OverviewBar> {
        let (trail, total) = (self.run().trail(), self.session.told_steps());
        let mut bars: Vec<OverviewBar> = Vec::new();
        for (at, cell) in trail.first(total).iter().enumerate() {
            let (start, end) = (at * trail.width(), ((at + 1) * trail.width()).min(total));
            match bars.last_mut() {
                Some(bar) if (bar.thread, bar.is_broken) == (cell.thread(), cell.is_broken) => bar.end = end,
                _ => bars.push(OverviewBar { start, end, thread: cell.thread(), is_broken: cell.is_broken }),
            }
        }
        bars
    }
}

fn add_wakes(wakes: &mut Vec<WakeArrow>, number: usize, step: &Step) {
    let from = step.record.choice.thread;
    for event in step.record.events() {
        if let Event::Wake(to) | Event::Granted { thread: to, .. } = *event {
            wakes.push(WakeArrow { step: number, from, to });
        }
    }
}

/// What a thread does during one step: the bar goes on as long as this stays the same.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Does {
    Runs(&'static str),
    Waits(Lane),
}

/// The steps that may be told of, and which of them are in view.
struct Part<'s> {
    /// What the kernel calls its locks.
    locks: LockNames,
    told: &'s [Step],
    from: usize,
    to: usize,
}

impl Part<'_> {
    /// The bars of a thread. While somebody else steps, it is as it stood after its own last step.
    fn bars(&self, thread: ThreadId) -> Vec<Bar> {
        let mut bars: Vec<(Does, Bar)> = Vec::new();
        for at in self.from..self.to {
            let Some(does) = self.does(at, thread) else { continue };
            match bars.last_mut() {
                Some((last, bar)) if *last == does && bar.end == at => bar.end = at + 1,
                _ => bars.push((does, self.new_bar(at, at + 1, does))),
            }
        }
        self.add_end(thread, &mut bars);
        bars.into_iter().map(|(_, bar)| bar).collect()
    }

    /// What it does during the step behind `at` others; `None`: it could run.
    fn does(&self, at: usize, thread: ThreadId) -> Option<Does> {
        let step = &self.told[at];
        if step.record.choice.thread == thread {
            let function = step.record.performed.first().map_or("", |performed| performed.stop.function());
            return Some(Does::Runs(if function.is_empty() { "start" } else { function }));
        }
        match at.checked_sub(1).map_or(Lane::Free, |before| lane(&self.told[before], thread)) {
            Lane::Free => None,
            waits => Some(Does::Waits(waits)),
        }
    }

    /// What stands at the end of the run has no step of its own yet; and whoever will never be woken slept in vain from
    /// the beginning.
    fn add_end(&self, thread: ThreadId, bars: &mut Vec<(Does, Bar)>) {
        let Some(last) = self.told.last() else { return };
        let end = self.told.len();
        let waits = lane(last, thread);
        if waits == Lane::Free {
            return;
        }
        let since = last.last_by.get(thread.index()).map_or(0, |&step| step as usize);
        if let Some((does, bar)) = bars.last_mut()
            && let (Does::Waits(Lane::Asleep(was)), Lane::Lost(key)) = (*does, waits)
            && was == key
            && bar.start >= since
            && bar.end == self.to
        {
            *bar = self.new_bar(bar.start, bar.end, Does::Waits(waits));
            return;
        }
        let reaches_end = bars.last().is_some_and(|(does, bar)| matches!(does, Does::Waits(_)) && bar.end == end);
        if self.to == end && !reaches_end {
            bars.push((Does::Waits(waits), self.new_bar(end, end, Does::Waits(waits))));
        }
    }

    fn new_bar(&self, start: usize, end: usize, does: Does) -> Bar {
        let (kind, label, short): (BarKind, Text, Text) = match does {
            Does::Runs(function) => (BarKind::Running, function.into(), short_name(function).into()),
            Does::Waits(Lane::Free) => (BarKind::Running, Text::default(), Text::default()),
            Does::Waits(Lane::TreeLock) => waits(BarKind::Blocked, self.locks.tree().into()),
            Does::Waits(Lane::Page(page)) => waits(BarKind::Blocked, page.to_string()),
            Does::Waits(Lane::Idle(block)) => waits(BarKind::Blocked, format!("block {block:#x}")),
            Does::Waits(Lane::Lock(lock)) => waits(BarKind::Blocked, self.locks.of_lock(lock)),
            Does::Waits(Lane::Asleep(key)) => {
                (BarKind::Asleep, format!("asleep on {}", hex(key)).into(), hex(key).into())
            }
            Does::Waits(Lane::Lost(key)) => {
                (BarKind::Lost, format!("asleep on {}, never woken", hex(key)).into(), "lost".into())
            }
        };
        Bar { start, end, kind, label, short }
    }
}

fn lane(step: &Step, thread: ThreadId) -> Lane {
    step.lanes.get(thread.index()).copied().unwrap_or(Lane::Free)
}

fn waits(kind: BarKind, what: String) -> (BarKind, Text, Text) {
    (kind, format!("waits for {what}").into(), what.into())
}

/// The word that tells a kernel function from its neighbours: `dax_insert_mapping_entry` is `insert`.
fn short_name(function: &str) -> &str {
    let mut name = function.trim_start_matches('_');
    for prefix in ["dax_", "fs_", "iomap_", "ext4_", "mm_", "do_", "vm_", "radix_tree_"] {
        if let Some(rest) = name.strip_prefix(prefix)
            && !rest.is_empty()
        {
            name = rest;
        }
    }
    name.split('_').next().unwrap_or(name)
}
