//! What stops a command, as a sentence.

use std::fmt;

/// Wrong usage, bad input, or output that cannot be written: a sentence that says what to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Failure(String);

impl Failure {
    /// With that sentence.
    pub(crate) fn usage(message: impl Into<String>) -> Failure {
        Failure(message.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
