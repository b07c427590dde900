//! The same schedule on a kernel on which it breaks nothing: the good counterpart of an alert.

use super::stepping::MAX_BURST_STEPS;
use super::{Session, is_violation, plural};
use daxscope_core::event::{Event, OpResult};
use daxscope_core::machine::Status;
use daxscope_core::narrate;
use daxscope_core::revision::Revision;
use daxscope_core::scenario::{Choice, Schedule};
use daxscope_core::units::ThreadId;

/// A run that passes where it broke a rule before.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Passed {
    /// The run before, for going back to its kernel: this one is followed further.
    before: Before,
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
    /// Did a step break a rule? Not asked at the start: who stands there is about to walk the run, not to see how it ends.
    is_broken: bool,
    revision: Revision,
}

impl Session {
    /// The run that another kernel is to follow: what is on screen, or, behind a pass, the run that passed.
    pub(super) fn before_change(&mut self) -> Before {
        let passed = self.passed.take().filter(|passed| passed.steps == self.run.len());
        passed.map_or_else(
            || Before {
                schedule: self.schedule(),
                position: self.run.position(),
                is_broken: self.run.position() > 0 && self.run.steps().iter().any(is_violation),
                revision: self.run.scenario().revision,
            },
            |passed| passed.before,
        )
    }

    /// If the run broke a rule before, and does not on the kernel that it has now: goes on to where nobody can run, so that
    /// everybody sees how it ends, and says so in a sentence.
    pub(super) fn follow_to_a_pass(&mut self, before: Before) -> Option<String> {
        let is_other = before.revision != self.run.scenario().revision;
        if !before.is_broken || !is_other || self.run.steps().iter().any(is_violation) {
            return None;
        }
        let (position, followed) = (self.run.position(), self.run.len());
        self.run.go_to(followed);
        let mut thread = self.run.default_thread();
        while let Some(next) = thread.filter(|_| self.run.len() < followed + MAX_BURST_STEPS)
            && self.run.extend(Choice::run(next))
            && !self.run.current().is_some_and(is_violation)
        {
            thread = self.run.default_thread();
        }
        self.generation += 1;
        if self.run.current().is_some_and(is_violation) {
            self.run.go_to(followed);
            self.run.truncate();
            self.run.go_to(position);
            return None;
        }
        self.rest.clear();
        self.notices.clear();
        self.passed = Some(Passed { before, followed, steps: self.run.len() });
        self.passed_sentence()
    }

    /// `The same 9 steps break nothing on v9. A: failed with VM_FAULT_OOM after 1 fault.` `None`: no run has passed, or it is
    /// not the one on screen, or the reader does not stand at its end.
    pub(crate) fn passed_sentence(&self) -> Option<String> {
        let passed = self.passed.as_ref()?;
        if passed.steps != self.run.len() || !self.run.is_at_end() {
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
            1 => ", nor does the one behind them".into(),
            more => format!(", nor do the {more} behind them"),
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
                    OpResult::FaultFailed { flags, .. } => format!("got {flags} and gave up"),
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
