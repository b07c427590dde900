//! Moving through a run, and making it longer.

use super::{Address, Session, is_violation, plural};
use crate::action::{Effect, FocusTarget};
use crate::run::{MAX_STEPS, resized};
use crate::view::alerts::NoticeKind;
use daxscope_core::machine::{Machine, Position, Status};
use daxscope_core::narrate;
use daxscope_core::run::nothing_fails;
use daxscope_core::scenario::{Choice, StepSize};
use daxscope_core::units::ThreadId;

/// The most steps that one key press makes.
pub(super) const MAX_BURST_STEPS: usize = 2_000;

/// How a step came out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stepped {
    /// The recorded next step.
    Followed,
    /// A new step behind the last one.
    New,
    /// A new step in place of recorded ones.
    Branched,
    /// None.
    Impossible,
}

impl Session {
    /// One step, recorded or new.
    fn advance(&mut self, choice: Choice) -> Stepped {
        if self.run.next().is_some_and(|next| next.record.choice == choice) {
            self.run.go_to(self.run.position() + 1);
            return Stepped::Followed;
        }
        if !self.run.here().is_enabled(choice.thread) || self.run.position() >= MAX_STEPS {
            return Stepped::Impossible;
        }
        let is_branch = !self.run.is_at_end() || !self.rest.is_empty();
        if is_branch {
            self.part_branch();
        }
        self.rest.clear();
        self.run.truncate();
        self.run.extend(choice);
        self.generation += 1;
        if is_branch { Stepped::Branched } else { Stepped::New }
    }

    /// The choice of a step forward: the recorded one, or the first thread that can run.
    pub(super) fn next_choice(&self) -> Option<Choice> {
        match self.run.next() {
            Some(step) => Some(step.record.choice),
            None => self.run.default_thread().map(Choice::run),
        }
    }

    pub(crate) fn next_thread(&self) -> Option<ThreadId> {
        self.next_choice().map(|choice| choice.thread)
    }

    pub(super) fn step(&mut self, choice: Choice, effects: &mut Vec<Effect>) -> Address {
        if choice.fail
            && let Some(why) = self.nothing_to_fail(choice.thread)
        {
            effects.push(Effect::Tell(why));
            return Address::Same;
        }
        let stepped = self.advance(choice);
        self.after_step(stepped, choice.thread, effects)
    }

    /// `f`: the next thread, with a call that fails.
    pub(super) fn fail_next(&mut self, thread: Option<ThreadId>, effects: &mut Vec<Effect>) -> Address {
        match thread.or(self.next_thread()) {
            Some(thread) => self.step(Choice { thread, fail: true }, effects),
            None => self.forward(effects),
        }
    }

    /// Why a step of that thread with a failing call would be no other than without, in a sentence.
    fn nothing_to_fail(&self, thread: ThreadId) -> Option<String> {
        let choice = Choice { thread, fail: true };
        let record = self.run.here().clone().step(choice, self.run.size())?;
        nothing_fails(&record)?;
        let next = format!("Nothing in the next step of {thread} can fail, so no step was made.");
        Some(format!("{next} A thread with a Fail button is before a call that can."))
    }

    pub(super) fn forward(&mut self, effects: &mut Vec<Effect>) -> Address {
        match self.next_choice() {
            Some(choice) => self.step(choice, effects),
            None => {
                effects.push(Effect::Tell(format!("No step is left. {}", self.status_sentence())));
                Address::Same
            }
        }
    }

    fn after_step(&mut self, stepped: Stepped, thread: ThreadId, effects: &mut Vec<Effect>) -> Address {
        if stepped == Stepped::Impossible {
            effects.push(Effect::Tell(why_not(self.run.here(), thread)));
            return Address::Same;
        }
        self.announce_here(effects);
        match stepped {
            Stepped::Branched => {
                effects.push(Effect::Tell(self.put_aside()));
                Address::Push
            }
            _ => Address::Replace,
        }
    }

    /// What the last branch put aside, in a sentence.
    fn put_aside(&self) -> String {
        if self.hides_future() {
            return "A new branch: what was recorded after this step is put aside; Ctrl+Z has it.".into();
        }
        let left = self.branches.last_place();
        let branch = left.and_then(|place| Some((self.branches.get(place.branch)?, place.position)));
        let steps = branch.map_or(0, |(branch, at)| branch.choices.len().saturating_sub(at));
        let (were, has) = if steps == 1 { ("was", "it") } else { ("were", "them") };
        format!("A new branch: {} after this one {were} put aside; Ctrl+Z has {has}.", plural(steps, "recorded step"))
    }

    pub(super) fn go_to(&mut self, number: usize, effects: &mut Vec<Effect>) -> Address {
        let number = number.min(self.run.len());
        if number == self.run.position() {
            effects.push(Effect::Tell(match (number, self.run.len()) {
                (_, 0) => "No step has been made yet. Step a thread first.".into(),
                (0, _) => "This is before the first step.".into(),
                _ => "This is after the last step.".to_owned(),
            }));
            return Address::Same;
        }
        self.run.go_to(number);
        self.announce_here(effects);
        Address::Replace
    }

    /// The step that is shown, in a sentence.
    pub(crate) fn here_sentence(&self) -> String {
        match self.run.current() {
            Some(step) if self.hides_future() => format!("Step {}: {}", self.run.position(), step.sentence),
            Some(step) => format!("Step {} of {}: {}", self.run.position(), self.run.len(), step.sentence),
            None => "Before the first step.".into(),
        }
    }

    /// How the run stands at the position.
    pub(crate) fn status_sentence(&self) -> String {
        match self.run.here().status() {
            Status::Running if self.run.position() == 0 => "Nobody has run yet.".into(),
            Status::Running if self.run.is_at_end() || self.hides_future() => {
                let can: Vec<_> = self.run.here().enabled().map(|thread| thread.to_string()).collect();
                format!("{} can still run.", can.join(", "))
            }
            status => narrate::status(&status),
        }
    }

    /// How the run stands behind its last step.
    pub(crate) fn end_sentence(&self) -> String {
        match self.run.steps().last() {
            Some(step) => narrate::status(&step.status),
            None => self.status_sentence(),
        }
    }

    fn announce_here(&self, effects: &mut Vec<Effect>) {
        effects.push(Effect::Announce(self.here_sentence()));
    }

    /// Steps while `choose` says whom; at most [`MAX_BURST_STEPS`].
    pub(super) fn burst(
        &mut self,
        choose: impl Fn(&Session, usize) -> Option<Choice>,
        effects: &mut Vec<Effect>,
    ) -> Address {
        let (mut made, mut address) = (0, Address::Same);
        while made < MAX_BURST_STEPS
            && let Some(choice) = choose(self, made)
        {
            match self.advance(choice) {
                Stepped::Impossible => break,
                Stepped::Branched => address = Address::Push,
                _ if address == Address::Same => address = Address::Replace,
                _ => {}
            }
            made += 1;
        }
        if self.run.is_at_end() && self.run.len() >= MAX_STEPS {
            effects.push(Effect::Tell(is_full()));
        } else if made == MAX_BURST_STEPS {
            effects.push(Effect::Tell(format!("Stopped after {made} steps. Press the key again to go on.")));
        }
        if made > 0 {
            self.announce_here(effects);
        }
        if address == Address::Push {
            effects.push(Effect::Tell(self.put_aside()));
        }
        address
    }

    pub(super) fn run_until_blocked(&mut self, thread: ThreadId, effects: &mut Vec<Effect>) -> Address {
        if !self.run.here().is_enabled(thread) {
            effects.push(Effect::Tell(why_not(self.run.here(), thread)));
            return Address::Same;
        }
        let address = self.burst(
            |session, made| {
                let broke = made > 0 && session.run.current().is_some_and(is_violation);
                let next = session.run.next().map(|step| step.record.choice);
                let choice = next.filter(|next| next.thread == thread).unwrap_or(Choice::run(thread));
                (!broke && session.run.here().is_enabled(thread)).then_some(choice)
            },
            effects,
        );
        if let Some(why) = narrate::why_blocked(self.run.here(), thread) {
            effects.push(Effect::Announce(format!("{thread}: {why}.")));
        }
        address
    }

    pub(super) fn run_until_violation(&mut self, effects: &mut Vec<Effect>) -> Address {
        let address = self.burst(
            |session, made| {
                let broke = made > 0 && session.run.current().is_some_and(is_violation);
                session.next_choice().filter(|_| !broke)
            },
            effects,
        );
        if self.run.current().is_some_and(is_violation) {
            effects.push(Effect::Focus(FocusTarget::Alert));
        } else {
            effects.push(Effect::Tell(format!("Nothing is broken. {}", self.status_sentence())));
        }
        address
    }

    pub(super) fn set_step_size(&mut self, size: StepSize, effects: &mut Vec<Effect>) -> Address {
        if size == self.run.size() {
            return Address::Same;
        }
        let (all_before, left_at) = (self.run.len(), self.run.position());
        self.keep_branch();
        self.run = resized(&self.run, size);
        let lost = std::mem::take(&mut self.rest).len();
        self.adopt_run(left_at, false);
        self.generation += 1;
        // The steps of another size have other numbers.
        self.plug = Default::default();
        let name = match size {
            StepSize::Operation => "one operation",
            StepSize::Point => "up to the next scheduling point",
            StepSize::Section => "up to the next operation that others can see or that can see others",
            StepSize::Atom => "one operation alone",
        };
        effects.push(Effect::Tell(match self.hides_future() {
            true => format!("One step is now {name}."),
            false => format!("One step is now {name}: {all_before} steps became {}.", self.run.len()),
        }));
        if lost > 0 && !self.hides_future() {
            let text = format!("{lost} steps of the schedule that could not be followed were left out.");
            self.notice(NoticeKind::Information, text);
        }
        Address::Push
    }
}

/// Why a thread cannot make a step, in a sentence.
pub(crate) fn why_not(machine: &Machine, thread: ThreadId) -> String {
    if thread.index() >= machine.scenario().threads.len() {
        return format!("There is no thread {thread}.");
    }
    if let Some(why) = narrate::why_blocked(machine, thread) {
        return format!("{thread} cannot run: {why}.");
    }
    match machine.position(thread) {
        Position::Finished => format!("{thread} is done."),
        _ if machine.world.bug.is_some() => "The kernel is dead: nothing runs any more.".into(),
        _ => is_full(),
    }
}

fn is_full() -> String {
    format!("This page holds at most {MAX_STEPS} steps of a run. Step back or load the exhibit again.")
}
