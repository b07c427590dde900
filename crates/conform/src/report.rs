//! What a conformance run found.

use std::fmt;

/// The outcome for one set of recordings.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Report {
    /// Sequences that agree in everything.
    pub passed: usize,
    /// Sequences that differ somewhere.
    pub failed: usize,
    /// Steps compared.
    pub steps: usize,
    /// The first difference of every sequence that failed.
    pub failures: Vec<Failure>,
}

/// A difference between a recording and the engine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// The sequence.
    pub id: String,
    /// The step, from 0.
    pub step: usize,
    /// The operation of that step.
    pub op: String,
    /// The recorded field, as a path.
    pub field: String,
    /// What was recorded.
    pub expected: String,
    /// What the engine did.
    pub got: String,
}

impl Report {
    /// Sequences compared.
    pub const fn total(&self) -> usize {
        self.passed + self.failed
    }

    /// Counts a sequence by its first difference.
    pub fn add(&mut self, failure: Option<Failure>) {
        match failure {
            None => self.passed += 1,
            Some(failure) => {
                self.failed += 1;
                self.failures.push(failure);
            }
        }
    }

    /// Counts what another run found.
    pub fn merge(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.steps += other.steps;
        self.failures.extend(other.failures);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, steps, failures } = self;
        writeln!(f, "{passed} passed, {failed} failed, {steps} steps compared")?;
        failures.iter().try_for_each(|failure| writeln!(f, "{failure}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, step, op, field, expected, got } = self;
        write!(f, "{id}, step {step}, {op}: {field} should be {expected}, is {got}")
    }
}
