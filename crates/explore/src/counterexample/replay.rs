//! What has to break again, and the runs that show whether it does.

use super::site::Site;
use daxscope_core::check::{Rule, Violation};
use daxscope_core::event::Bug;
use daxscope_core::machine::{Machine, StepRecord};
use daxscope_core::run::{Run, RunStep};
use daxscope_core::scenario::{Choice, Scenario, StepSize};
use daxscope_core::units::ThreadId;
use daxscope_core::world::World;
use std::sync::Arc;

/// Steps that a run may go on for when nobody says who is next.
const RUN_ON_STEPS: usize = 5_000;

/// How far a step goes.
pub(super) const STEP_SIZE: StepSize = StepSize::Section;

/// What has to break: a rule, and if the kernel dies, by the same bug, at the same place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Aim {
    pub(super) rule: Rule,
    pub(super) bug: Option<Bug>,
    /// `None`: wherever.
    pub(super) site: Option<Site>,
}

impl Aim {
    /// Is this the bug that the kernel has to die of, if it has to be one? For other rules every state will do.
    pub(super) fn fits(&self, world: &World) -> bool {
        self.rule != Rule::KernelBug || self.bug.is_none() || world.bug == self.bug
    }

    /// The violation of the step that is aimed at, if it has one.
    pub(super) fn violation<'a>(&self, step: &'a RunStep, after: &Machine) -> Option<&'a Violation> {
        step.violations.iter().find(|violation| violation.rule == self.rule).filter(|_| self.fits(&after.world))
    }
}

/// A run that stops where the rule is broken, with the world before each step and after the last.
#[derive(Debug)]
pub(super) struct Replay {
    pub(super) run: Run,
    pub(super) worlds: Vec<World>,
    aim: Aim,
    /// The rule is broken, here or elsewhere: nothing is left to be shown.
    is_over: bool,
    is_met: bool,
}

impl Replay {
    pub(super) fn new(scenario: &Arc<Scenario>, aim: Aim) -> Replay {
        let run = Run::new(Arc::clone(scenario));
        let worlds = vec![run.machine.world.clone()];
        Replay { run, worlds, aim, is_over: false, is_met: false }
    }

    /// A run that was made already, with its worlds: it aims at nothing.
    pub(super) fn of(run: Run, worlds: Vec<World>) -> Replay {
        let aim = Aim { rule: Rule::LostDurability, bug: None, site: None };
        Replay { run, worlds, aim, is_over: true, is_met: false }
    }

    /// The run along exactly these choices; `None` if a thread cannot make its step.
    pub(super) fn along(scenario: &Arc<Scenario>, aim: Aim, choices: &[Choice]) -> Option<Replay> {
        let mut replay = Replay::new(scenario, aim);
        for &choice in choices {
            if !replay.is_over && !replay.step(choice) {
                return None;
            }
        }
        Some(replay)
    }

    /// The run along these choices as far as they can be made, and then on: who can run first, runs.
    pub(super) fn loosely_along(scenario: &Arc<Scenario>, aim: Aim, choices: &[Choice]) -> Replay {
        let mut replay = Replay::new(scenario, aim);
        for &choice in choices {
            replay.step(choice);
        }
        replay.run_on();
        replay
    }

    /// Makes a step; `false` if the thread cannot, or if nothing is left to be shown.
    pub(super) fn step(&mut self, choice: Choice) -> bool {
        if self.is_over || self.run.step(choice, STEP_SIZE).is_none() {
            return false;
        }
        self.worlds.push(self.run.machine.world.clone());
        if self.violation().is_some() {
            self.is_met = self.aim.site.is_none_or(|site| site == Site::of(self, self.aim.rule));
            self.is_over = true;
        }
        true
    }

    /// Lets the first thread that can run make every step.
    pub(super) fn run_on(&mut self) {
        for _ in 0..RUN_ON_STEPS {
            let Some(thread) = self.run.machine.enabled().next() else { return };
            if !self.step(Choice::run(thread)) {
                return;
            }
        }
    }

    /// Did the last step break what is aimed at?
    pub(super) fn is_met(&self) -> bool {
        self.is_met
    }

    /// What the last step broke, if it is what is aimed at.
    pub(super) fn violation(&self) -> Option<&Violation> {
        self.aim.violation(self.run.steps.last()?, &self.run.machine)
    }

    /// The choices that were made.
    pub(super) fn choices(&self) -> Vec<Choice> {
        self.run.steps.iter().map(|step| step.record.choice).collect()
    }

    /// The record of a step, counted from 0.
    pub(super) fn record(&self, at: usize) -> &StepRecord {
        &self.run.steps[at].record
    }

    /// The steps of a thread, counted from 0.
    pub(super) fn steps_of(&self, thread: ThreadId) -> Vec<usize> {
        (0..self.run.steps.len()).filter(|&at| self.record(at).choice.thread == thread).collect()
    }

    /// Does the thread sleep, or wait for a lock, after this step of its own?
    pub(super) fn sleeps_after(&self, at: usize) -> bool {
        let record = self.record(at);
        let asleep = record.after.stop().filter(|stop| stop.op.sleeps_until_woken());
        asleep.is_some_and(|stop| !self.worlds[at + 1].can_perform(record.choice.thread, &stop.op))
    }

    /// The worlds inside a step: after each of its operations.
    pub(super) fn worlds_within(&self, at: usize) -> Vec<World> {
        self.record(at).worlds_within(&self.worlds[at])
    }
}

/// How often another thread runs than the one before.
pub(super) fn switches(choices: &[Choice]) -> usize {
    choices.windows(2).filter(|pair| pair[0].thread != pair[1].thread).count()
}

/// Calls that the scheduler makes fail.
pub(super) fn failures(choices: &[Choice]) -> u32 {
    choices.iter().filter(|choice| choice.fail).count() as u32
}
