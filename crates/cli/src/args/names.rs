//! Values that are one of a list of names: read, completed by shells, and corrected where they are misspelt.

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::ffi::OsStr;

/// How alike two names have to be for one to be suggested for the other, from 0 to 1.
const ALIKE: f64 = 0.7;

/// Names that have others now, but stand in scripts of continuous integration.
const RENAMED: [(&str, &str); 1] = [("fsync-missed", "lost-durability")];

/// Reads one of a list of things by its name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named<T: 'static> {
    all: &'static [T],
    name_of: fn(T) -> &'static str,
}

impl<T: Copy> Named<T> {
    /// One of `all`, each called as `name_of` says.
    pub(crate) const fn new(all: &'static [T], name_of: fn(T) -> &'static str) -> Named<T> {
        Named { all, name_of }
    }

    fn names(self) -> impl Iterator<Item = &'static str> {
        self.all.iter().map(move |&one| (self.name_of)(one))
    }

    /// The one with that name, or a sentence that says what there is.
    pub(crate) fn find(self, name: &str) -> Result<T, String> {
        let name = RENAMED.iter().find(|(old, _)| *old == name).map_or(name, |&(_, new)| new);
        self.all.iter().copied().find(|&one| (self.name_of)(one) == name).ok_or_else(|| {
            let known = self.names().collect::<Vec<_>>().join(", ");
            match closest(name, self.names()) {
                Some(meant) => format!("there is no `{name}`; did you mean `{meant}`? known are {known}"),
                None => format!("there is no `{name}`; known are {known}"),
            }
        })
    }
}

/// The name that is most like it, if one is.
fn closest(name: &str, names: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let name = name.to_lowercase();
    names
        .map(|known| (strsim::jaro_winkler(&name, known), known))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, known)| known)
}

impl<T: Copy + Send + Sync> TypedValueParser for Named<T> {
    type Value = T;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<T, clap::Error> {
        self.find(&value.to_string_lossy()).map_err(|message| wrong_value(command, argument, value, &message))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.names().map(PossibleValue::new)))
    }
}

/// clap's error for a value, with a sentence of ours.
fn wrong_value(command: &clap::Command, argument: Option<&clap::Arg>, value: &OsStr, message: &str) -> clap::Error {
    let word = argument.map_or_else(|| "a value".to_owned(), ToString::to_string);
    let text = format!("invalid value '{}' for '{word}': {message}\n", value.to_string_lossy());
    let mut error = clap::Error::raw(ErrorKind::ValueValidation, text).with_cmd(command);
    error.insert(ContextKind::InvalidArg, ContextValue::String(word));
    error
}

#[cfg(test)]
mod tests {
    use super::*;
    use daxscope_core::check::Rule;

    #[test]
    fn what_is_misspelt_is_suggested_and_what_is_something_else_is_not() {
        let rules = Named::new(&Rule::ALL, Rule::name);
        assert_eq!(rules.find("livelock"), Ok(Rule::Livelock));
        assert_eq!(rules.find("fsync-missed"), Ok(Rule::LostDurability));
        for (written, meant) in [("lost-wakup", "lost-wakeup"), ("dead-lock", "deadlock"), ("Livelock", "livelock")] {
            let message = rules.find(written).expect_err("a message");
            assert!(message.contains(&format!("did you mean `{meant}`? known are ")), "{message}");
        }
        let message = rules.find("xyz").expect_err("a message");
        assert!(message.starts_with("there is no `xyz`; known are kernel-bug"), "{message}");
    }
}
