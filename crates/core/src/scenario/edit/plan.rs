//! Failures.

use super::{Change, Refusal, at_limit, line_of};
use crate::scenario::InjectedFailure;
use crate::scenario::limits::MAX_FAILURES;
use crate::scenario::statement::{At, Statement};

impl Change<'_, '_> {
    pub(super) fn add_failure(&mut self, failure: InjectedFailure) -> Result<(), Refusal> {
        at_limit(self.parsed.scenario.failures.len(), MAX_FAILURES, "failures")?;
        self.rows.insert(line(failure));
        Ok(())
    }

    pub(super) fn set_failure(&mut self, index: usize, failure: InjectedFailure) -> Result<(), Refusal> {
        let at = line_of(&self.parsed.source.failures, index, "failure")?;
        self.rows.replace(at, line(failure));
        Ok(())
    }

    pub(super) fn remove_failure(&mut self, index: usize) -> Result<(), Refusal> {
        let at = line_of(&self.parsed.source.failures, index, "failure")?;
        self.rows.remove(at);
        Ok(())
    }
}

fn line(failure: InjectedFailure) -> Statement {
    let InjectedFailure { what, nth, errno, thread } = failure;
    Statement::Fail { what, nth, errno, thread: thread.map(|thread| At::nowhere(thread.letter())) }
}
