//! The words for the counters of `struct address_space`.

use super::{LockNames, Told, Words};
use crate::op::{CounterOp, Outcome};

impl CounterOp {
    const fn name(self) -> &'static str {
        match self {
            CounterOp::NrExceptional => "nrexceptional",
            CounterOp::NrPages => "nrpages",
        }
    }
}

impl Words for CounterOp {
    fn next(&self, _: LockNames) -> String {
        format!("read {}", self.name())
    }

    fn done(&self, told: Told<'_>) -> Option<String> {
        match told.outcome() {
            Outcome::Number(number) => Some(format!("reads {}: {number}", self.name())),
            _ => None,
        }
    }

    fn aside(&self, _: &Outcome) -> Option<String> {
        None
    }

    fn call(&self, _: Told<'_>) -> Option<(String, String)> {
        None
    }

    fn is_visible(&self, _: &Outcome) -> bool {
        match self {
            CounterOp::NrExceptional | CounterOp::NrPages => false,
        }
    }
}
