//! What the script expects, and whether the run is so.

use super::{Build, Text};
use daxscope_core::expect::unmet;
use daxscope_core::machine::Status;
use daxscope_core::run::Run;
use daxscope_core::scenario::Scenario;
use std::sync::Arc;

/// An `expect` line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExpectationView {
    /// The line without `expect`: `no huge 2M in P`.
    pub words: Text,
    /// Is it so? `None` while the run has not ended, or the reader does not stand at its end.
    pub is_met: Option<bool>,
    /// If it is not so, what is.
    pub instead: Text,
}

impl Build<'_> {
    /// Does the reader stand where a run is judged?
    pub(super) fn is_judged(&self) -> bool {
        self.run().is_at_end() && self.machine().status() != Status::Running
    }

    pub(super) fn expectations(&self) -> Vec<ExpectationView> {
        let scenario = self.run().scenario();
        if scenario.expectations.is_empty() { Vec::new() } else { self.expected(scenario) }
    }

    #[inline(never)]
    fn expected(&self, scenario: &Arc<Scenario>) -> Vec<ExpectationView> {
        let unmet = self.is_judged().then(|| {
            let mut run = Run::new(Arc::clone(scenario));
            // INVARIANT: the run on screen was made by these very steps. One that lets a call fail where nothing fails ends early
            // here; then nothing more is said than what is so by then.
            let _ = run.follow(&self.run().schedule());
            unmet(&run)
        });
        let view = |(at, one): (usize, &daxscope_core::scenario::Expectation)| {
            let broken = unmet.as_ref().map(|unmet| unmet.iter().find(|unmet| unmet.expectation == at));
            ExpectationView {
                words: one.words(scenario).into(),
                is_met: broken.map(|broken| broken.is_none()),
                instead: broken.flatten().map_or_else(Text::default, |unmet| unmet.sentence.as_str().into()),
            }
        };
        scenario.expectations.iter().enumerate().map(view).collect()
    }
}
