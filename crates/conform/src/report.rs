//! What a conformance run found.

use std::fmt;

/// The outcome for one set of recordings.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Report {
    /// Sequences that agree in everything.
    pub passed: usize,
    /// Sequences that differ somewhere, or agree although they are known not to.
    pub failed: usize,
    /// Sequences that differ, as is known.
    pub known: usize,
    /// Steps compared.
    pub steps: usize,
    /// The first difference of each sequence that failed; of [`MAX_FAILURES`] at most.
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
    /// The steps up to this one as a table, if several threads run.
    pub interleaving: String,
}

/// A sequence that the engine is known not to reproduce.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KnownFailure {
    /// Its id.
    pub id: &'static str,
    /// Why.
    pub reason: &'static str,
}

/// Most differences that are kept: who reads more begins with the first. A hostile recording could fill the memory.
pub const MAX_FAILURES: usize = 100;

/// Most characters of a recorded value in a message.
const MAX_SHOWN: usize = 4_000;

impl Report {
    /// Sequences compared.
    pub const fn total(&self) -> usize {
        self.passed + self.failed + self.known
    }

    /// Counts a sequence by its first difference.
    pub fn add(&mut self, failure: Option<Failure>) {
        match failure {
            None => self.passed += 1,
            Some(failure) => {
                self.failed += 1;
                if self.failures.len() < MAX_FAILURES {
                    self.failures.push(failure.shortened());
                }
            }
        }
    }

    /// Counts a sequence that is known to differ: it fails when it does not.
    pub fn add_known(&mut self, known: &KnownFailure, failure: Option<Failure>) {
        if failure.is_some() {
            self.known += 1;
            return;
        }
        self.add(Some(Failure {
            id: known.id.to_owned(),
            step: 0,
            op: String::new(),
            field: "known failure".to_owned(),
            expected: known.reason.to_owned(),
            got: "no difference any more: take it off the list".to_owned(),
            interleaving: String::new(),
        }));
    }

    /// Counts what another run found.
    pub fn merge(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.known += other.known;
        self.steps += other.steps;
        self.failures.extend(other.failures);
        self.failures.truncate(MAX_FAILURES);
    }
}

impl Failure {
    /// The same with no value longer than people read.
    fn shortened(mut self) -> Self {
        for text in [&mut self.expected, &mut self.got, &mut self.op, &mut self.field, &mut self.id] {
            if let Some((end, _)) = text.char_indices().nth(MAX_SHOWN) {
                text.truncate(end);
                text.push_str(" ... (cut)");
            }
        }
        self
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, known, steps, failures } = self;
        write!(f, "{passed} passed, {failed} failed")?;
        if *known > 0 {
            write!(f, ", {known} known to fail")?;
        }
        writeln!(f, ", {steps} steps compared")?;
        failures.iter().try_for_each(|failure| writeln!(f, "{failure}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, step, op, field, expected, got, interleaving } = self;
        write!(f, "{id}, step {step}, {op}: {field} should be {expected}, is {got}")?;
        if interleaving.is_empty() { Ok(()) } else { write!(f, "\n{interleaving}") }
    }
}
