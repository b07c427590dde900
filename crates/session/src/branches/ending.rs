//! How a branch ends.

use crate::run::Run;
use crate::session::is_violation;
use daxscope_core::machine::Status;

/// How a branch ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Ending {
    /// Every thread is done.
    Done,
    /// Nobody can run.
    Deadlock,
    /// A rule was broken: which, and in which step.
    Broken(String, usize),
    /// It can go on.
    Open,
}

impl Ending {
    /// How the run ends as far as it is recorded.
    pub(crate) fn of(run: &Run) -> Ending {
        if let Some(number) = run.trail().first_broken()
            && let Some(violation) = run.steps().get(number - 1).filter(|step| is_violation(step))
        {
            let headline = violation.violations.first().map_or_else(String::new, |first| first.headline.clone());
            return Ending::Broken(headline, number);
        }
        match run.steps().last().map(|step| &step.status) {
            Some(Status::Done) => Ending::Done,
            Some(Status::Deadlock) => Ending::Deadlock,
            _ => Ending::Open,
        }
    }
}
