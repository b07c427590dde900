//! Questions: a prompt, options with an explanation each, one of them right.
//!
//! ```text
//! ## tree-siblings
//! What the reader is asked, in Markdown.
//!
//! - a: An answer.
//!   no: Why it is wrong.
//!   false: read at end: nrexceptional 8
//! - b: Another.
//!   yes: Why it is right.
//!   true: read at end: nrexceptional 1
//! ```
//!
//! `true:` and `false:` are claims; tests hold that the first are so and the second are not. A right option has at least
//! one `true:`, a wrong one at least one `false:`, or either says `argued:` why no machine can tell.

use crate::claim::Claim;
use crate::text::{File, Section, joined, key_value, sections};

/// A question.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Question {
    /// Stable: links with answers name it.
    pub id: String,
    /// What is asked, in Markdown.
    pub prompt: String,
    /// From two to six.
    pub options: Vec<Choice>,
}

/// An option of a question.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Choice {
    /// Its letter: stable, links with answers name it.
    pub letter: char,
    /// The answer.
    pub text: String,
    /// Is it the right one?
    pub is_right: bool,
    /// Why.
    pub because: String,
    /// Claims, and whether each is so.
    pub claims: Vec<(bool, Claim)>,
    /// Why no machine can tell.
    pub argued: Option<String>,
}

impl Question {
    /// The right option.
    #[must_use]
    pub fn right(&self) -> Option<&Choice> {
        self.options.iter().find(|option| option.is_right)
    }

    /// The option of that letter.
    #[must_use]
    pub fn option(&self, letter: char) -> Option<&Choice> {
        self.options.iter().find(|option| option.letter == letter)
    }
}

/// Reads all questions of a file. `here`: the scene of claims that name none.
pub(crate) fn read(file: &mut File<'_>, here: &str) -> Vec<Question> {
    let (_, all) = sections(file.text);
    let mut questions = Vec::new();
    for section in &all {
        let question = one(file, section, here);
        check(file, section.line, &question);
        questions.push(question);
    }
    questions
}

fn one(file: &mut File<'_>, section: &Section<'_>, here: &str) -> Question {
    let mut question = Question { id: section.heading.to_owned(), ..Question::default() };
    let first = section.lines.iter().position(|(_, line)| line.starts_with("- ")).unwrap_or(section.lines.len());
    let (prompt, options) = section.lines.split_at(first);
    question.prompt = joined(prompt);
    for &(line, text) in options {
        if let Some(option) = text.strip_prefix("- ") {
            match key_value(option) {
                Some((letter, answer)) if letter.len() == 1 => {
                    let letter = letter.chars().next().unwrap_or('a');
                    question.options.push(Choice { letter, text: answer.to_owned(), ..Choice::default() });
                }
                _ => file.problem(line, "An option begins with its letter: `- a: text`."),
            }
        } else if !text.trim().is_empty() {
            match question.options.last_mut() {
                Some(option) => detail(file, line, text.trim(), option, here),
                None => file.problem(line, "There is no option above this line. Write `- a: text` first."),
            }
        }
    }
    question
}

fn detail(file: &mut File<'_>, line: usize, text: &str, option: &mut Choice, here: &str) {
    match key_value(text) {
        Some((key @ ("yes" | "no"), because)) => {
            option.is_right = key == "yes";
            option.because = because.to_owned();
        }
        // Claims are for tests; a browser does without.
        Some(("true" | "false", _)) if cfg!(target_arch = "wasm32") => {}
        Some((key @ ("true" | "false"), claim)) => {
            if let Some(claim) = file.take(line, Claim::read(claim, here)) {
                option.claims.push((key == "true", claim));
            }
        }
        Some(("argued", why)) => option.argued = Some(why.to_owned()),
        _ => file.problem(line, "Below an option stand `yes:` or `no:`, `true:`, `false:` and `argued:`."),
    }
}

fn check(file: &mut File<'_>, line: usize, question: &Question) {
    let mut tell = |text: String| file.problem(line, text);
    let Question { id, prompt, options } = question;
    if !id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') || id.is_empty() {
        tell(format!("`{id}` is no id: small letters, digits and `-`."));
    }
    if prompt.is_empty() {
        tell(format!("{id} asks nothing."));
    }
    if !(2..=6).contains(&options.len()) {
        tell(format!("{id} has {} options. Write 2 to 6.", options.len()));
    }
    if options.iter().filter(|option| option.is_right).count() != 1 {
        tell(format!("{id} needs one option with `yes:`."));
    }
    for (at, option) in options.iter().enumerate() {
        let letter = option.letter;
        if u32::from(letter) != u32::from('a') + at as u32 {
            tell(format!("{id}: the options are lettered a, b, c; `{letter}` is out of order."));
        }
        if option.because.is_empty() {
            tell(format!("{id}, {letter}: say why, with `yes:` or `no:`."));
        }
        let is_shown = option.claims.iter().any(|(is_so, _)| *is_so == option.is_right);
        if !is_shown && option.argued.is_none() {
            let key = if option.is_right { "true" } else { "false" };
            tell(format!("{id}, {letter}: nothing shows it. Write `{key}:` with a claim."));
        }
    }
}
