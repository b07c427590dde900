//! What can be chosen to fix a kernel.

use daxscope_core::revision::switch;
use daxscope_core::scenario::{Scenario, parse};

/// Something that can be put into the kernel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Guard {
    /// The name in answers: small letters and `-`.
    pub id: String,
    /// What it does, in one line.
    pub text: String,
    /// What it sets.
    pub settings: Vec<Setting>,
    /// Why it is right, or why it is not enough; in Markdown.
    pub explanation: String,
    /// Under which it would be enough by itself.
    pub assumption: Option<Assumption>,
}

/// A switch of the kernel and its setting.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setting {
    /// The name in scripts.
    pub name: String,
    /// The value.
    pub value: String,
}

/// Under which a guard would be enough: the same kernel with the guard, in other circumstances.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assumption {
    /// A clause behind "if": `nobody else faults there`.
    pub clause: String,
    /// The script; its kernel is that of the challenge.
    pub script: String,
    /// What else the kernel has.
    pub with: Vec<Setting>,
    /// How many calls may fail.
    pub failures: u32,
}

impl Setting {
    /// Reads `switch=value` words.
    ///
    /// # Errors
    ///
    /// A sentence: what is wrong.
    pub fn read_all(text: &str) -> Result<Vec<Setting>, String> {
        let one = |word: &str| {
            let (name, value) = word.split_once('=').ok_or_else(|| format!("`{word}` is no `switch=value`."))?;
            let known = switch(name).ok_or_else(|| format!("There is no switch `{name}`."))?;
            if !known.values.contains(&value) {
                return Err(format!("`{name}` cannot be `{value}`: {}.", known.values.join(", ")));
            }
            Ok(Setting { name: name.into(), value: value.into() })
        };
        text.split_whitespace().map(one).collect()
    }
}

/// The scenario of a script without its schedule, on the kernel of `like` with these settings.
#[must_use]
pub fn with_settings<'a>(script: &str, like: &str, settings: impl Iterator<Item = &'a Setting>) -> Scenario {
    let mut revision = parse(like).scenario.revision;
    for setting in settings {
        if let Some(known) = switch(&setting.name) {
            (known.set)(&mut revision, &setting.value);
        }
    }
    Scenario { revision, schedule: None, ..parse(script).scenario }
}
