//! What the dialog asks for: one choice from each of a few lists, kept as they were chosen.

use super::wanted::{Wanted, wanted_of};
use super::{Condition, FaultEnd};
use crate::action::Object;
use crate::tokens::{object_of, page_of, thread_of};
use crate::view::pages_of;
use daxscope_core::check::Rule;
use daxscope_core::scenario::Scenario;
use daxscope_core::units::ThreadId;

/// The kind of condition.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum What {
    /// [`Condition::Broken`].
    #[default]
    Broken,
    /// [`Condition::Changes`].
    Changes,
    /// [`Condition::Becomes`].
    Becomes,
    /// [`Condition::Sleeps`].
    Sleeps,
    /// [`Condition::Wakes`].
    Wakes,
    /// [`Condition::Begins`].
    Begins,
    /// [`Condition::Ends`].
    Ends,
    /// [`Condition::Faulted`].
    Faulted,
}

impl What {
    /// All, with their words in forms and in lists.
    pub const ALL: [(What, &'static str, &'static str); 8] = [
        (What::Broken, "broken", "a rule is broken"),
        (What::Changes, "changes", "an object changes"),
        (What::Becomes, "becomes", "an object comes to be …"),
        (What::Sleeps, "sleeps", "a thread falls asleep"),
        (What::Wakes, "wakes", "a thread is woken"),
        (What::Begins, "begins", "a thread begins an operation"),
        (What::Ends, "ends", "a thread ends an operation"),
        (What::Faulted, "faulted", "a page fault returns"),
    ];
}

/// A field of the dialog.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldId {
    /// The kind of condition.
    What,
    /// The object.
    Object,
    /// Its page, as text.
    Page,
    /// What it comes to be.
    Wanted,
    /// The number that it comes to be, as text.
    Number,
    /// The rule.
    Rule,
    /// The thread.
    Thread,
    /// Its operation.
    Operation,
    /// How the page fault ends.
    Fault,
}

impl FieldId {
    /// The word in the page.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            FieldId::What => "what",
            FieldId::Object => "object",
            FieldId::Page => "page",
            FieldId::Wanted => "wanted",
            FieldId::Number => "number",
            FieldId::Rule => "rule",
            FieldId::Thread => "thread",
            FieldId::Operation => "operation",
            FieldId::Fault => "fault",
        }
    }
}

/// Everything that is chosen, also in fields that are not shown now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    pub(crate) what: What,
    pub(crate) object: Object,
    pub(crate) page: String,
    pub(crate) wanted: Wanted,
    pub(crate) number: String,
    pub(crate) rule: Option<Rule>,
    pub(crate) thread: Option<ThreadId>,
    pub(crate) operation: Option<usize>,
    pub(crate) end: FaultEnd,
}

impl Default for Question {
    fn default() -> Question {
        Question {
            what: What::default(),
            object: Object::TreeLock,
            page: String::new(),
            wanted: Wanted::Locked,
            number: "0".into(),
            rule: None,
            thread: None,
            operation: None,
            end: FaultEnd::Any,
        }
    }
}

/// The page that somebody typed: `0x202` and `514` are numbers of pages, `2M` and `0x202p` are offsets.
fn page_number(text: &str) -> Option<u64> {
    let text = text.trim();
    match text.strip_prefix("0x") {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => u64::from_str_radix(digits, 16).ok(),
        _ if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
        _ => pages_of(text),
    }
}

impl Question {
    /// The page, if what was typed is one.
    pub(crate) fn page(&self) -> Option<u64> {
        page_number(&self.page)
    }

    /// Takes a choice, or what was typed; a value that is in no list changes nothing.
    pub(crate) fn choose(&mut self, field: FieldId, value: &str, scenario: &Scenario) {
        match field {
            FieldId::What => {
                let found = What::ALL.iter().find(|(_, word, _)| *word == value);
                self.what = found.map_or(self.what, |&(what, ..)| what);
            }
            FieldId::Object => self.choose_object(value, scenario),
            FieldId::Page => {
                self.page = value.chars().take(24).collect();
                self.choose_object(&crate::tokens::family(self.object), scenario);
            }
            FieldId::Wanted => {
                let all = wanted_of(self.object, scenario.threads.len());
                self.wanted = all.into_iter().find(|wanted| wanted.token() == value).unwrap_or(self.wanted);
            }
            FieldId::Number => self.number = value.chars().take(24).collect(),
            FieldId::Rule => self.rule = Rule::from_name(value),
            FieldId::Thread => {
                let thread = thread_of(value).filter(|thread| thread.index() < scenario.threads.len());
                if thread != self.thread {
                    (self.thread, self.operation) = (thread, None);
                }
            }
            FieldId::Operation => self.operation = value.parse().ok(),
            FieldId::Fault => {
                let found = FaultEnd::ALL.iter().find(|(_, word, _)| *word == value);
                self.end = found.map_or(self.end, |&(end, ..)| end);
            }
        }
    }

    /// An object by its word without a page.
    fn choose_object(&mut self, family: &str, scenario: &Scenario) {
        let page = self.page().unwrap_or(0);
        let Some(object) = object_of(family).or_else(|| object_of(&format!("{family}-{page:#x}"))) else { return };
        self.ask_about(object, scenario);
    }

    /// Asks about an object that something else has named.
    pub(crate) fn ask_about(&mut self, object: Object, scenario: &Scenario) {
        self.object = object;
        let all = wanted_of(object, scenario.threads.len());
        if !all.contains(&self.wanted) {
            self.wanted = all.first().copied().unwrap_or(self.wanted);
        }
    }

    /// The condition, or why there is none, in a sentence.
    pub(crate) fn condition(&self) -> Result<Condition, String> {
        let object = || {
            if page_of(self.object).is_some() && self.page().is_none() {
                let how = "Write its number, 0x202 or 514, or an offset like 2M.";
                return Err(match self.page.trim() {
                    "" => format!("Which page? {how}"),
                    page => format!("`{page}` is no page. {how}"),
                });
            }
            Ok(self.object)
        };
        Ok(match self.what {
            What::Broken => Condition::Broken(self.rule),
            What::Changes => Condition::Changes(object()?),
            What::Becomes => Condition::Becomes(object()?, self.wanted_value()?),
            What::Sleeps => Condition::Sleeps(self.thread),
            What::Wakes => Condition::Wakes(self.thread),
            What::Begins => Condition::Begins(self.thread, self.operation),
            What::Ends => Condition::Ends(self.thread, self.operation),
            What::Faulted => Condition::Faulted(self.thread, self.end),
        })
    }

    fn wanted_value(&self) -> Result<Wanted, String> {
        if !matches!(self.wanted, Wanted::Number(_)) {
            return Ok(self.wanted);
        }
        let number = match self.number.trim().parse() {
            Ok(number) => Some(number),
            Err(_) => page_number(&self.number).and_then(|pages| i64::try_from(pages).ok()),
        };
        number.map(Wanted::Number).ok_or_else(|| format!("`{}` is no number. Write one, like 1 or 0x400.", self.number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_read_as_people_write_them() {
        for (text, page) in [("0x202", 0x202), ("514", 514), (" 0x202p ", 0x202), ("2M", 512), ("0", 0)] {
            assert_eq!(page_number(text), Some(page), "{text}");
        }
        for text in ["", "x", "-1", "0x", "1.5M", "3K", "99999999999999999999999"] {
            assert_eq!(page_number(text), None, "{text}");
        }
    }
}
