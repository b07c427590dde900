//! What becomes of a run when its kernel is changed. One rule for all: the schedule is followed as far as it goes; whoever stands in
//! the middle stays there, and whoever has seen how it ended sees how it ends now: at the step that breaks a rule, or where nobody
//! can run. The kernel before brings back the run before.

use super::stepping::MAX_BURST_STEPS;
use super::{Session, is_violation, plural};
use crate::view::alerts::NoticeKind;
use daxscope_core::event::{Event, OpResult};
use daxscope_core::machine::Status;
use daxscope_core::narrate;
use daxscope_core::revision::Revision;
use daxscope_core::scenario::{Choice, Schedule};
use daxscope_core::units::ThreadId;

/// A run that came from another kernel and has not been changed since.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Passed {
    /// The run before, for going back to its kernel: this one may be followed further, or less far.
    before: Before,
    /// [`Session::generation`] of this one: with another, somebody has changed it.
    generation: u64,
    /// Where this one stood at first.
    stood_at: usize,
    /// Does it break nothing where the one before did, or where that had ended?
    is_pass: bool,
    /// How many of its steps were followed.
    followed: usize,
    /// How many steps this run had when it passed: with more, or fewer, it is another one.
    steps: usize,
}

/// A run before its kernel is changed.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Before {
    pub(super) schedule: Schedule,
    pub(super) position: usize,
    /// Has the reader seen how it ends: a broken rule, or nobody who can run? Not at the start: who stands there is about to walk it.
    is_over: bool,
    pub(super) revision: Revision,
}

impl Session {
    /// The run that another kernel is to follow: what is on screen, or, where that has come from another kernel and was not
    /// changed, the run that it came from.
    pub(super) fn before_change(&mut self) -> Before {
        let position = self.run.position();
        let carried = self.passed.take().filter(|carried| carried.generation == self.generation);
        if let Some(Passed { before, stood_at, .. }) = carried {
            let has_moved = position != stood_at && position <= before.schedule.choices.len();
            return if has_moved { Before { position, ..before } } else { before };
        }
        let is_broken = self.run.steps().iter().any(is_violation);
        let has_ended = self.run.is_at_end() && self.run.default_thread().is_none();
        Before {
            schedule: self.schedule(),
            position,
            is_over: position > 0 && (is_broken || has_ended),
            revision: self.run.scenario().revision,
        }
    }

    /// After the schedule was followed on another kernel: goes to where it breaks a rule, or on to where nobody can run, if the
    /// end of the run before was seen; says so in a sentence.
    pub(super) fn follow_to_a_verdict(&mut self, before: Before) -> Option<String> {
        if before.revision == self.run.scenario().revision {
            return None;
        }
        let followed = self.run.len();
        let stop_at = if before.is_over { followed } else { before.position.min(followed) };
        let broken = self.run.steps()[..stop_at].iter().position(is_violation);
        let mut sentence = None;
        let mut is_pass = false;
        if let Some(broken) = broken {
            self.run.go_to(broken + 1);
        } else if before.is_over {
            self.run_to_a_verdict(followed);
            let is_broken = self.run.current().is_some_and(is_violation);
            is_pass = !is_broken;
            if is_broken {
                sentence = Some(self.broken_further(followed));
            }
        }
        let (stood_at, steps, generation) = (self.run.position(), self.run.len(), self.generation);
        self.passed = Some(Passed { before, generation, stood_at, is_pass, followed, steps });
        if let Some(sentence) = &sentence {
            self.notice(NoticeKind::Information, sentence.clone());
        }
        if is_pass {
            self.notices.clear();
            sentence = self.passed_sentence();
        }
        sentence
    }

    /// Runs on from the end of what was followed, until something is broken or nobody can run.
    fn run_to_a_verdict(&mut self, followed: usize) {
        self.run.go_to(followed);
        let mut thread = self.run.default_thread();
        while let Some(next) = thread.filter(|_| self.run.len() < followed + MAX_BURST_STEPS)
            && self.run.extend(Choice::run(next))
            && !self.run.current().is_some_and(is_violation)
        {
            thread = self.run.default_thread();
        }
        self.rest.clear();
        self.generation += 1;
    }

    /// `v6: the 50 steps that could be followed break nothing; step 51, after them, does.`
    fn broken_further(&self, followed: usize) -> String {
        let (kernel, broken) = (self.run.scenario().revision.name(), self.run.position());
        let breaks = if followed == 1 { "breaks" } else { "break" };
        format!(
            "{kernel}: the {} that could be followed {breaks} nothing; the threads ran on, and step {broken} does.",
            plural(followed, "step")
        )
    }

    /// `The same 9 steps break nothing on v9. A got VM_FAULT_OOM, and its access ends there (...).` `None`: no run has passed, or it is
    /// not the one on screen, or the reader does not stand at its end.
    pub(crate) fn passed_sentence(&self) -> Option<String> {
        let passed = self.passed.as_ref()?;
        if !passed.is_pass || passed.steps != self.run.len() || !self.run.is_at_end() {
            return None;
        }
        let kernel = self.run.scenario().revision.name();
        let of = passed.before.schedule.choices.len();
        let same = match passed.followed {
            all if all == of => {
                format!("the same {} {} nothing", plural(of, "step"), if of == 1 { "breaks" } else { "break" })
            }
            some => format!(
                "the first {some} of the same {} break nothing; then the threads go other ways",
                plural(of, "step")
            ),
        };
        let further = match passed.steps - passed.followed {
            0 => String::new(),
            1 => ", nor does the one after them".into(),
            more => format!(", nor do the {more} after them"),
        };
        let gave_up: String = self.gave_up().iter().map(|(thread, why)| format!(" {thread} {why}.")).collect();
        let end = match self.run.here().status() {
            Status::Done if gave_up.is_empty() => " Every thread is done.".into(),
            Status::Done => " So every thread is done.".into(),
            status => format!(" {}", narrate::status(&status)),
        };
        Some(format!("{kernel}: {same}{further}.{gave_up}{end}"))
    }

    /// Whose operation failed, and how.
    fn gave_up(&self) -> Vec<(ThreadId, String)> {
        let mut all = Vec::new();
        for step in self.run.steps().iter().filter(|step| step.has_news) {
            for event in step.record.events() {
                let Event::Result(result) = event else { continue };
                let why = match *result {
                    OpResult::FaultFailed { flags, .. } => {
                        format!("got VM_FAULT_{flags}, and its access ends there ({})", flags.afterwards())
                    }
                    OpResult::Segv => "was refused by its mapping".into(),
                    OpResult::Number(number) if number < 0 => {
                        format!("got {}", daxscope_core::errno::Errno(number.unsigned_abs() as u16))
                    }
                    _ => continue,
                };
                all.push((step.record.choice.thread, why));
            }
        }
        all
    }
}
