//! Which operations of its script each thread has begun and ended, and at which step, so that nobody has to look for it.

use daxscope_core::event::{Event, OpResult};
use daxscope_core::fallback::FallbackReason;
use daxscope_core::machine::StepRecord;
use daxscope_core::units::ThreadId;

/// An operation that was begun.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Begun {
    /// At which step, from 1.
    at: usize,
    /// Why its 2 MiB fault first went on as a 4 KiB fault, and at which step.
    fell_back: Option<(usize, FallbackReason)>,
    /// How it ended, and at which step.
    ended: Option<(usize, OpResult)>,
}

impl Begun {
    /// How it had ended by then.
    pub(crate) fn result_at(&self, step: usize) -> Option<OpResult> {
        self.ended.filter(|&(at, _)| at <= step).map(|(_, result)| result)
    }

    /// Why it had fallen back by then.
    pub(crate) fn fell_back_at(&self, step: usize) -> Option<FallbackReason> {
        self.fell_back.filter(|&(at, _)| at <= step).map(|(_, reason)| reason)
    }
}

/// The operations that were begun, of each thread in order.
#[derive(Debug, Default)]
pub(crate) struct Operations {
    all: Vec<Vec<Begun>>,
}

impl Operations {
    /// One more step.
    pub(super) fn add(&mut self, step: usize, record: &StepRecord) {
        let thread = record.choice.thread.index();
        if self.all.len() <= thread {
            self.all.resize(thread + 1, Vec::new());
        }
        let own = &mut self.all[thread];
        for event in record.events() {
            let current = own.last_mut().filter(|begun| begun.ended.is_none());
            match (event, current) {
                (Event::Operation(_), _) => own.push(Begun { at: step, fell_back: None, ended: None }),
                (&Event::FallBack(reason), Some(begun)) => {
                    begun.fell_back.get_or_insert((step, reason));
                }
                (&Event::Result(result), Some(begun)) => begun.ended = Some((step, result)),
                _ => {}
            }
        }
    }

    /// Forgets all but the first steps.
    pub(super) fn truncate(&mut self, steps: usize) {
        for own in &mut self.all {
            own.truncate(own.partition_point(|begun| begun.at <= steps));
            // Only the last one can have been ended behind them.
            if let Some(last) = own.last_mut() {
                last.fell_back = last.fell_back.filter(|&(at, _)| at <= steps);
                last.ended = last.ended.filter(|&(at, _)| at <= steps);
            }
        }
    }

    /// The operations that a thread had begun after so many steps.
    pub(crate) fn begun(&self, thread: ThreadId, steps: usize) -> &[Begun] {
        let all = self.all.get(thread.index()).map_or(&[][..], Vec::as_slice);
        &all[..all.partition_point(|begun| begun.at <= steps)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Run;
    use daxscope_core::scenario::parse;
    use daxscope_core::scenario::{Choice, StepSize};
    use std::sync::Arc;

    /// What the events up to a step tell of a thread's operations: fallen back, and ended.
    fn counted(run: &Run, thread: ThreadId, steps: usize) -> Vec<(Option<FallbackReason>, Option<OpResult>)> {
        let mut all: Vec<(Option<FallbackReason>, Option<OpResult>)> = Vec::new();
        for step in run.steps()[..steps].iter().filter(|step| step.record.choice.thread == thread) {
            for event in step.record.events() {
                match (event, all.last_mut()) {
                    (Event::Operation(_), _) => all.push((None, None)),
                    (&Event::FallBack(reason), Some(last)) => drop(last.0.get_or_insert(reason)),
                    (&Event::Result(result), Some(last)) => last.1 = Some(result),
                    _ => {}
                }
            }
        }
        all
    }

    #[test]
    fn operations_are_known_at_every_step_and_after_steps_were_taken_back() {
        let script = "file 4M\nthread A\n  read 2M at 1M\n  write 4K at 0x203p\n  write 2M at 2M\nthread B\n  write 4K at 0x203p\n  \
                      fsync 0..4M\n  read 4K at 0\n";
        let parsed = parse(script);
        assert!(parsed.is_ok(), "{:?}", parsed.diagnostics);
        let mut run = Run::new(Arc::new(parsed.scenario), StepSize::Section);
        for round in 0..12 {
            for number in 0..200 {
                let able: Vec<ThreadId> = run.here().enabled().collect();
                let Some(&thread) = able.get((number / (round + 1)) % able.len().max(1)) else { break };
                run.extend(Choice::run(thread));
            }
            for steps in 0..=run.len() {
                run.go_to(steps);
                for thread in [ThreadId(0), ThreadId(1)] {
                    let of = |begun: &Begun| (begun.fell_back_at(steps), begun.result_at(steps));
                    let known: Vec<_> = run.begun(thread).iter().map(of).collect();
                    assert_eq!(known, counted(&run, thread, steps), "{thread} after {steps}");
                }
            }
            assert_eq!(run.begun(ThreadId(1)).len(), 3);
            run.go_to(run.len() * round / 12);
            run.truncate();
        }
    }
}
