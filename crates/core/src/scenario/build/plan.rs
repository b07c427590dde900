//! What fails, and who runs when.

use super::{Builder, ReadLine};
use crate::scenario::limits::{MAX_FAILURES, MAX_SCHEDULE_STEPS};
use crate::scenario::line::Line;
use crate::scenario::schedule::Run;
use crate::scenario::statement::{At, Statement};
use crate::scenario::{Choice, InjectedFailure, Schedule};

impl Builder {
    pub(super) fn failures(&mut self, read: &[ReadLine<'_>]) -> Vec<InjectedFailure> {
        let mut failures: Vec<InjectedFailure> = Vec::new();
        for read in read {
            let Some(Statement::Fail { what, nth, errno, thread }) = &read.statement else { continue };
            let mut failure = InjectedFailure { what: *what, nth: *nth, errno: *errno, thread: None };
            if let Some(letter) = thread {
                failure.thread = self.find_thread(letter.value);
                if failure.thread.is_none() {
                    self.report_thread(&read.line, &letter.bytes, letter.value);
                    continue;
                }
            }
            let same = |other: &InjectedFailure| InjectedFailure { errno: other.errno, ..failure } == *other;
            if let Some(index) = failures.iter().position(same) {
                let message = format!("Line {} makes the same call fail.", self.map.failures[index]);
                self.error(&read.line, &read.keyword, message, "another call");
            } else if failures.len() == MAX_FAILURES {
                let message = format!("This is failure {}.", MAX_FAILURES + 1);
                self.error(&read.line, &read.keyword, message, format!("at most {MAX_FAILURES}"));
            } else {
                failures.push(failure);
                self.map.failures.push(read.line.number);
            }
        }
        failures
    }

    pub(super) fn schedule(&mut self, read: &[ReadLine<'_>]) -> Option<Schedule> {
        let mut schedule: Option<Schedule> = None;
        let mut said = None;
        for read in read {
            if read.meant == Some("schedule") {
                // A schedule with a gap would mean something else: what follows is not used.
                return schedule;
            }
            let Some(Statement::Schedule { step_size, runs, .. }) = &read.statement else { continue };
            self.map.schedule.get_or_insert(read.line.number);
            let schedule = schedule.get_or_insert_default();
            if let Some(size) = step_size {
                if said.is_some_and(|said| said != size.value) {
                    let message = "Another `schedule` line has another step size.";
                    self.error(&read.line, &size.bytes, message, "one step size for all of them");
                }
                schedule.step_size = *said.get_or_insert(size.value);
            }
            for run in runs {
                if !self.run(&read.line, run, &mut schedule.choices) {
                    return Some(std::mem::take(schedule));
                }
            }
        }
        schedule
    }

    pub(super) fn position(&mut self, read: &[ReadLine<'_>]) -> usize {
        let steps = |statement: &Statement| match statement {
            Statement::Position(steps) => Some(*steps),
            _ => None,
        };
        self.once(read, |map| &mut map.position, steps).unwrap_or(0)
    }

    /// Adds the steps of a run; `false` if they do not fit, so that the schedule ends before them.
    fn run(&mut self, line: &Line<'_>, run: &At<Run>, choices: &mut Vec<Choice>) -> bool {
        let Run { letter, count, fail } = run.value;
        let Some(thread) = self.find_thread(letter) else {
            self.report_thread(line, &run.bytes, letter);
            return false;
        };
        if count > MAX_SCHEDULE_STEPS - choices.len() {
            let expected = format!("at most {MAX_SCHEDULE_STEPS} steps in all");
            self.error(line, &run.bytes, format!("The schedule has more than {MAX_SCHEDULE_STEPS} steps."), expected);
            return false;
        }
        choices.extend(std::iter::repeat_n(Choice { thread, fail }, count));
        true
    }
}
