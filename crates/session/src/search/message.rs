//! Lines of `key value`: all that a page and its worker tell each other.

use std::fmt::Display;

/// Writes lines.
#[derive(Debug, Default)]
pub(crate) struct Writer(String);

impl Writer {
    pub(crate) fn line(&mut self, key: &str, value: impl Display) {
        // A value never holds a line break: names, numbers, schedules.
        self.0.push_str(&format!("{key} {value}\n"));
    }

    /// The lines, then a text that may hold anything.
    pub(super) fn finish(mut self, text: &str) -> String {
        self.0.push('\n');
        self.0.push_str(text);
        self.0
    }
}

/// The lines up to the first empty one, each as key and value, and the text behind it.
pub(super) fn read(message: &str) -> (impl Iterator<Item = (&str, &str)>, &str) {
    let (head, text) = message.split_once("\n\n").unwrap_or((message, ""));
    (head.lines().filter_map(|line| line.split_once(' ')), text)
}
