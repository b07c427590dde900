//! What stops a command, as a sentence; and printing that survives a closed pipe.

use std::fmt;
use std::io::Write;

/// What stopped a command.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Wrong usage or input.
    Input(String),
    /// Nobody reads our output any more.
    Closed,
}

impl Failure {
    /// Wrong usage or input.
    pub(crate) fn usage(message: impl Into<String>) -> Failure {
        Failure::Input(message.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Input(message) => f.write_str(message),
            Failure::Closed => f.write_str("the output was closed"),
        }
    }
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Failure {
        Failure::Input(error.to_string())
    }
}

/// Prints, and stops quietly when the reader has gone.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|_| Failure::Closed)
}
