//! Where the plug is pulled: a mark on the timeline that stays when the panel is closed, and the places that offer themselves.
//! Those are behind every sync that has just returned success.
//!
//! The run is gone along once more, beside the page's own: step by step as it grows, and from its beginning where it has become
//! another. All of it comes later ([`crate::later`]).

use super::{Address, Session, plural};
use crate::action::{Action, Effect, Panel};
use crate::view::alerts::NoticeKind;
use daxscope_core::crash::{Device, Mark};
use daxscope_core::scenario::{Choice, Operation, Scenario, StepSize};
use daxscope_core::world::World;
use daxscope_explore::crash::{Crash, pull_the_plug};
use std::rc::Rc;
use std::sync::Arc;

/// What is done about the crash mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PlugAction {
    /// Pulls the plug behind that many steps: goes there, and shows what is left.
    PullAt(usize),
    /// To the next place that offers itself, or to the mark; behind the last of them to the first.
    NextPlace,
    /// Takes the mark away.
    TakeAway,
}

/// Steps of a run that are gone along once more; more would make the panel slow to open.
pub(crate) const MAX_STEPS: usize = 5_000;

/// The crash mark, and what is known of power failures in the run on screen.
#[derive(Debug, Default)]
pub(crate) struct Plug {
    /// The plug was pulled behind that many steps.
    at: Option<usize>,
    walked: Option<Box<Walked>>,
    /// What is left at the mark.
    crash: Option<Rc<Crash>>,
}

/// The run, gone along once more.
#[derive(Debug)]
struct Walked {
    scenario: Arc<Scenario>,
    size: StepSize,
    choices: Vec<Choice>,
    device: Device,
    world: World,
}

/// A sync that has returned success.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Returned {
    /// The step behind which it has.
    pub(crate) step: usize,
    /// Whose, and the step in which it began.
    pub(crate) by: Mark,
    /// Was it a fault on a synchronous mapping?
    pub(crate) is_fault: bool,
}

impl Session {
    pub(super) fn plug(&mut self, action: PlugAction, effects: &mut Vec<Effect>) -> Address {
        match action {
            PlugAction::PullAt(step) => {
                if step != self.run.position() {
                    self.go_to(step, effects);
                }
                self.open_panel(Panel::Crash, effects)
            }
            PlugAction::NextPlace => self.next_place(effects),
            PlugAction::TakeAway => {
                self.plug = Plug { at: None, crash: None, walked: self.plug.walked.take() };
                if self.panel == Panel::Crash {
                    self.act(Action::Close, effects);
                }
                effects.push(Effect::Tell("The crash mark is gone from the timeline.".into()));
                Address::Replace
            }
        }
    }

    /// Steps behind which the plug was pulled.
    pub(crate) fn plugged_at(&self) -> Option<usize> {
        if self.panel == Panel::Crash { Some(self.run.position()) } else { self.plug.at }
    }

    /// Another script runs: the mark is that of its link.
    pub(super) fn pull_at(&mut self, step: Option<usize>) {
        let reach = self.run.len() + self.rest.len();
        if let Some(step) = step.filter(|&step| step > reach) {
            let text = format!(
                "The plug was pulled behind step {step}, but the run has {}: there is no crash mark.",
                plural(reach, "step")
            );
            self.notice(NoticeKind::Problem, text);
        }
        self.plug = Plug { at: step.filter(|&step| step <= reach), ..Plug::default() };
    }

    /// Has the timeline something to show that only comes later: a crash mark, or a place to pull the plug at?
    #[must_use]
    pub fn wants_plug(&self) -> bool {
        self.plug.at.is_some() || has_syncs(self.run.scenario())
    }

    /// The syncs of the run on screen that have returned success and may be told of, by step.
    pub(crate) fn returned_syncs(&self) -> Vec<Returned> {
        let mut all = Vec::new();
        let told = self.told_steps();
        for promise in self.plug.walked.iter().flat_map(|walked| walked.device.promises()) {
            let step = promise.returned.filter(|&step| step <= told);
            let is_fault = promise.kind == daxscope_core::crash::PromiseKind::SyncFault;
            all.extend(step.map(|step| Returned { step, by: promise.by, is_fault }));
        }
        daxscope_core::order::sort(&mut all);
        all
    }

    /// What is left where the plug was pulled; `None`: nowhere, or the run is too long.
    pub(crate) fn left_at_mark(&self) -> Option<&Rc<Crash>> {
        self.plug.crash.as_ref().filter(|crash| Some(crash.step) == self.plugged_at())
    }

    /// Follows the run: what a power failure would leave behind each of its steps.
    pub(super) fn look_at_power(&mut self) {
        if self.panel == Panel::Crash {
            self.plug.at = Some(self.run.position());
        }
        let reach = self.run.len() + self.rest.len();
        self.plug.at = self.plug.at.filter(|&at| at <= reach);
        if self.run.len() > MAX_STEPS || !self.wants_plug() {
            (self.plug.walked, self.plug.crash) = (None, None);
            return;
        }
        let mut walked = self.plug.walked.take().filter(|walked| walked.is_of(self)).unwrap_or_else(|| {
            self.plug.crash = None;
            Box::new(Walked::new(self))
        });
        walked.follow(self);
        self.plug.walked = Some(walked);
        let at = self.plug.at.filter(|&at| at <= self.run.len());
        if self.plug.crash.as_ref().map(|crash| crash.step) != at {
            self.plug.crash = at.and_then(|at| self.crash_at(at));
        }
    }

    fn crash_at(&self, step: usize) -> Option<Rc<Crash>> {
        let mut schedule = self.schedule();
        schedule.choices.truncate(self.run.len());
        pull_the_plug(self.run.scenario(), &schedule, step).map(Rc::new)
    }

    fn next_place(&mut self, effects: &mut Vec<Effect>) -> Address {
        let (position, told) = (self.run.position(), self.told_steps());
        let mut places: Vec<usize> = self.returned_syncs().iter().map(|sync| sync.step).collect();
        places.extend(self.plugged_at().filter(|&at| at <= told));
        let next = places.iter().copied().filter(|&at| at > position).min().or_else(|| places.iter().copied().min());
        let why = match next {
            Some(at) if at != position => {
                return self.go_to(at, effects);
            }
            Some(_) => {
                "This is the only step behind which a sync has returned, or the plug was pulled. Press x to see what is left."
            }
            None if self.run.len() > MAX_STEPS => {
                "The run is too long to look for syncs in it. Press x to see its limit."
            }
            None if self.hides_future() => "No sync has returned success so far. Press x to pull the plug here.",
            None => "No sync of this run has returned success. Press x to pull the plug here.",
        };
        effects.push(Effect::Tell(why.into()));
        Address::Same
    }
}

impl Walked {
    fn new(session: &Session) -> Walked {
        let (scenario, size) = (Arc::clone(session.run.scenario()), session.run.size());
        let world = World::new(Arc::clone(&scenario));
        Walked { device: Device::new(&world), world, scenario, size, choices: Vec::new() }
    }

    /// Does the run on screen begin with these steps?
    fn is_of(&self, session: &Session) -> bool {
        Arc::ptr_eq(&self.scenario, session.run.scenario())
            && self.size == session.run.size()
            && session.run.choices().starts_with(&self.choices)
    }

    fn follow(&mut self, session: &Session) {
        let made = self.choices.len();
        for step in &session.run.steps()[made..] {
            self.choices.push(step.record.choice);
            self.world = self.device.step(&self.world, self.choices.len(), &step.record);
        }
    }
}

/// Can anybody promise anything?
fn has_syncs(scenario: &Scenario) -> bool {
    let is_sync = |operation: &Operation| matches!(operation, Operation::Fsync { .. });
    scenario.processes.iter().any(|process| process.mapping.sync)
        || scenario.threads.iter().any(|thread| thread.operations.iter().any(is_sync))
}
