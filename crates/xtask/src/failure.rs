//! What went wrong, as a sentence that says what to do next.

use std::fmt;

/// A failed task: one or more sentences for the person at the keyboard.
#[derive(Debug)]
pub(crate) struct Failure(String);

/// The result of everything that can fail here.
pub(crate) type Result<T = ()> = std::result::Result<T, Failure>;

impl Failure {
    /// A failure in the given words.
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Failure(sentence.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Failure(format!("{error}. `cargo xtask help` lists what there is."))
    }
}

/// Puts a sentence in front of the cause that a library or the system gave.
pub(crate) trait Explain<T> {
    /// Turns an error into a [`Failure`] that reads `sentence (cause)`.
    fn explain(self, sentence: impl FnOnce() -> String) -> Result<T>;
}

impl<T, E: fmt::Display> Explain<T> for std::result::Result<T, E> {
    fn explain(self, sentence: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|cause| Failure(format!("{} ({cause})", sentence())))
    }
}
