//! Scripts to begin with.

/// A script to begin with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Template {
    /// What it is called.
    pub name: &'static str,
    /// The script.
    pub text: &'static str,
}

macro_rules! template {
    ($name:literal, $file:literal) => {
        Template { name: $name, text: include_str!(concat!("templates/", $file, ".dax")) }
    };
}

/// All of them, the simplest first.
pub const TEMPLATES: [Template; 9] = [
    template!("Two faults race", "two-faults"),
    template!("The huge zero page", "huge-zero-page"),
    template!("An empty entry and 2 MiB", "empty-entry"),
    template!("A downgrade under waiters", "downgrade"),
    template!("A punch against a fault", "punch"),
    template!("fsync against a write", "fsync"),
    template!("Two processes and msync", "msync"),
    template!("Why no huge page", "fallback"),
    template!("A failure to be handled", "failure"),
];
