//! Long texts that are fetched when somebody reads them: they are not in the page's module.
//!
//! Whoever builds a view asks [`Texts::part`] for a part of a text by its name. A text that is not there yet is fetched
//! then: [`Effect::FetchText`](crate::Effect::FetchText) goes out, [`Action::TextArrived`](crate::Action::TextArrived)
//! or [`Action::TextFailed`](crate::Action::TextFailed) comes back, and the view is built anew. Until then
//! [`MissingText`] says in words how it stands.
//!
//! A text is one file of `dist/texts/`, which `cargo xtask build` joins from the files of a folder. Outside of browsers the
//! same text is joined from what is compiled in. To add one: a variant of [`TextId`] with its arms, and a line in
//! `crates/xtask/src/texts.rs`; a test there compares the two.

use daxscope_core::kernel;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::OnceLock;

/// A text that is fetched.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TextId {
    /// The kernel functions: a part for each file.
    Kernel,
    /// The stories of the museum, without their heads: a part for each exhibit.
    Stories,
    /// The lessons: a part for each file, by its path below `units/`.
    Lessons,
    /// Pages of docs/: the glossary and the page for teachers.
    Docs,
    /// The script language, docs/script.md: one part.
    Script,
}

/// What is shown where a text is not there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MissingText {
    /// Which.
    pub text: TextId,
    /// How it stands, as a sentence.
    pub sentence: Rc<str>,
    /// Did it fail, so that [`Action::FetchText`](crate::Action::FetchText) is worth a try?
    pub has_failed: bool,
}

/// What a part begins with: `=== NAME`.
const MARK: &str = "=== ";

impl TextId {
    /// All of them.
    pub const ALL: [TextId; 5] = [TextId::Kernel, TextId::Stories, TextId::Lessons, TextId::Docs, TextId::Script];

    /// Where it lies, relative to the page.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            TextId::Kernel => "texts/kernel.txt",
            TextId::Stories => "texts/stories.txt",
            TextId::Lessons => "texts/lessons.txt",
            TextId::Docs => "texts/docs.txt",
            TextId::Script => "texts/script.txt",
        }
    }

    /// What it is, at the beginning of a sentence.
    #[must_use]
    pub fn what(self) -> &'static str {
        match self {
            TextId::Kernel => "The listing of the kernel functions",
            TextId::Stories => "The story",
            TextId::Lessons => "The text of the lessons",
            TextId::Docs => "The glossary",
            TextId::Script => "What the words mean",
        }
    }

    /// The text as it is compiled in; in a browser there is none.
    #[must_use]
    pub fn compiled_in(self) -> Option<&'static str> {
        // Decided while compiling, so that the page's module does not carry the texts.
        if cfg!(target_arch = "wasm32") {
            return None;
        }
        static JOINED: [OnceLock<String>; TextId::ALL.len()] = [const { OnceLock::new() }; TextId::ALL.len()];
        Some(JOINED[self as usize].get_or_init(|| join(self.parts())))
    }

    /// Names and contents.
    fn parts(self) -> Vec<(&'static str, &'static str)> {
        match self {
            TextId::Kernel => kernel::SOURCES.to_vec(),
            TextId::Script => vec![("script.md", include_str!("../../../docs/script.md"))],
            TextId::Stories => {
                daxscope_museum::exhibits().iter().map(|exhibit| (exhibit.id, exhibit.story())).collect()
            }
            TextId::Lessons => daxscope_lessons::lesson::SOURCES.to_vec(),
            TextId::Docs => vec![
                ("glossary.md", include_str!("../../../docs/glossary.md")),
                ("teaching.md", include_str!("../../../docs/teaching.md")),
            ],
        }
    }
}

/// Parts as one text, in the order of their names.
fn join(mut parts: Vec<(&str, &str)>) -> String {
    daxscope_core::order::sort(&mut parts);
    let mut text = String::new();
    for (name, content) in parts {
        text.push_str(&format!("{MARK}{name}\n{}\n", content.trim_end()));
    }
    text
}

/// A part of a joined text.
pub(crate) fn part<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let mut rest = text;
    while let Some(found) = rest.strip_prefix(MARK) {
        let (head, content) = found.split_once('\n')?;
        let end = content.find("\n=== ").map_or(content.len(), |end| end + 1);
        if head == name {
            return Some(&content[..end]);
        }
        rest = &content[end..];
    }
    None
}

/// What has come.
#[derive(Debug)]
pub(crate) struct Texts {
    states: [State; TextId::ALL.len()],
    /// Has somebody asked for it?
    wanted: [Cell<bool>; TextId::ALL.len()],
    uses_compiled_in: bool,
    /// Goes up with every change.
    pub(crate) generation: u32,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum State {
    Absent,
    OnItsWay,
    Here(&'static str),
    Failed(String),
}

impl Default for Texts {
    /// Texts of which those that are compiled in are there.
    fn default() -> Texts {
        Texts {
            states: [const { State::Absent }; _],
            wanted: Default::default(),
            uses_compiled_in: true,
            generation: 0,
        }
    }
}

impl Texts {
    /// Texts of which nothing is there, as in a browser.
    pub(crate) fn absent() -> Texts {
        Texts { uses_compiled_in: false, ..Texts::default() }
    }

    /// A part of a text by its name; if the text is not there, it is wanted from now on.
    pub(crate) fn part(&self, text: TextId, name: &str) -> Result<&'static str, MissingText> {
        let whole = self.whole(text)?;
        part(whole, name).ok_or_else(|| {
            missing(text, format!("has no part `{name}`: it is of another build. Reload the page."), true)
        })
    }

    /// A whole text; if it is not there, it is wanted from now on.
    pub(crate) fn whole(&self, text: TextId) -> Result<&'static str, MissingText> {
        if let Some(compiled_in) = text.compiled_in().filter(|_| self.uses_compiled_in) {
            return Ok(compiled_in);
        }
        match &self.states[text as usize] {
            State::Here(text) => Ok(text),
            State::Failed(why) => {
                let said = format!("did not come ({why}). Everything else works without it.");
                Err(missing(text, said, true))
            }
            State::Absent | State::OnItsWay => {
                self.wanted[text as usize].set(true);
                Err(missing(text, "is on its way.".to_owned(), false))
            }
        }
    }

    /// What has to be fetched now: what was asked for and is not there. Each text is named once.
    pub(crate) fn take_wanted(&mut self) -> Vec<TextId> {
        let mut named = Vec::new();
        for text in TextId::ALL {
            let state = &mut self.states[text as usize];
            if self.wanted[text as usize].take() && *state == State::Absent {
                *state = State::OnItsWay;
                named.push(text);
            }
        }
        named
    }

    /// A text has come. It stays as long as the page, so parts of it are lent without end.
    pub(crate) fn arrived(&mut self, text: TextId, content: String) {
        let state = &mut self.states[text as usize];
        if !content.starts_with(MARK) {
            *state = State::Failed("what came is not this text".to_owned());
        } else if !matches!(state, State::Here(_)) {
            *state = State::Here(content.leak());
        }
        self.generation += 1;
    }

    /// A text cannot come, and why.
    pub(crate) fn failed(&mut self, text: TextId, why: String) {
        if !matches!(self.states[text as usize], State::Here(_)) {
            self.states[text as usize] = State::Failed(why);
            self.generation += 1;
        }
    }

    /// Tries again what has failed.
    pub(crate) fn again(&mut self, text: TextId) {
        if matches!(self.states[text as usize], State::Failed(_)) {
            self.states[text as usize] = State::Absent;
            self.generation += 1;
        }
    }
}

fn missing(text: TextId, said: String, has_failed: bool) -> MissingText {
    MissingText { text, sentence: format!("{} {said}", text.what()).into(), has_failed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_out_as_they_went_in() {
        for text in TextId::ALL {
            let joined = text.compiled_in().expect("native");
            for (name, content) in text.parts() {
                assert_eq!(part(joined, name).map(str::trim_end), Some(content.trim_end()), "{name} of {text:?}");
            }
            assert_eq!(part(joined, "no such part"), None);
        }
    }

    #[test]
    fn what_is_no_joined_text_has_no_parts() {
        for text in ["", "=== ", "=== a", "<!doctype html>\n=== a\nx\n"] {
            assert_eq!(part(text, "a"), None, "{text:?}");
        }
        assert_eq!(part("=== a\n", "a"), Some(""));
        assert_eq!(part("=== a\n=== b\nx\n", "b"), None, "a part has at least one line");
    }

    #[test]
    fn a_text_is_fetched_once_and_again_only_when_asked() {
        let mut texts = Texts::absent();
        assert!(texts.take_wanted().is_empty(), "nobody has asked");
        assert!(!texts.part(TextId::Stories, "a4").unwrap_err().has_failed);
        assert_eq!(texts.take_wanted(), [TextId::Stories]);
        assert!(texts.part(TextId::Stories, "a4").is_err() && texts.take_wanted().is_empty(), "it is on its way");
        texts.failed(TextId::Stories, "404".into());
        assert!(texts.part(TextId::Stories, "a4").unwrap_err().has_failed && texts.take_wanted().is_empty());
        texts.again(TextId::Stories);
        assert!(texts.part(TextId::Stories, "a4").is_err());
        assert_eq!(texts.take_wanted(), [TextId::Stories]);
        texts.arrived(TextId::Stories, "<!doctype html>".into());
        assert!(texts.part(TextId::Stories, "a4").unwrap_err().sentence.contains("not this text"));
        texts.arrived(TextId::Stories, "=== a4\nOnce upon a time.\n".into());
        assert_eq!(texts.part(TextId::Stories, "a4"), Ok("Once upon a time.\n"));
        assert!(texts.part(TextId::Stories, "zz").unwrap_err().sentence.contains("another build"));
    }
}
