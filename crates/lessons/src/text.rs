//! What the readers share: problems with their place, and sections of lines.

use std::fmt;

/// What is wrong in a text, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// The file, as `tree/unit.md`.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// A sentence: what is wrong and what to write.
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.text)
    }
}

/// A file with what was wrong in it so far.
pub(crate) struct File<'a> {
    name: String,
    pub(crate) text: &'a str,
    problems: &'a mut Vec<Problem>,
}

/// A heading of the second level, and the lines below it with their numbers.
pub(crate) struct Section<'t> {
    pub(crate) line: usize,
    pub(crate) heading: &'t str,
    pub(crate) lines: Vec<(usize, &'t str)>,
}

impl<'a> File<'a> {
    pub(crate) fn new(name: String, text: &'a str, problems: &'a mut Vec<Problem>) -> File<'a> {
        File { name, text, problems }
    }

    pub(crate) fn problem(&mut self, line: usize, text: impl Into<String>) {
        self.problems.push(Problem { file: self.name.clone(), line, text: text.into() });
    }

    /// The value, or the problem with it.
    pub(crate) fn take<T>(&mut self, line: usize, result: Result<T, String>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(text) => {
                self.problem(line, text);
                None
            }
        }
    }
}

/// The lines before the first `## `, and the sections behind it.
pub(crate) fn sections(text: &str) -> (Vec<(usize, &str)>, Vec<Section<'_>>) {
    let (mut head, mut all) = (Vec::new(), Vec::<Section<'_>>::new());
    for (at, content) in text.lines().enumerate() {
        let line = at + 1;
        match (content.strip_prefix("## "), all.last_mut()) {
            (Some(heading), _) => all.push(Section { line, heading: heading.trim(), lines: Vec::new() }),
            (None, Some(section)) => section.lines.push((line, content)),
            (None, None) => head.push((line, content)),
        }
    }
    (head, all)
}

/// The lines as one text, without blank ones around it.
pub(crate) fn joined(lines: &[(usize, &str)]) -> String {
    let text: Vec<&str> = lines.iter().map(|&(_, line)| line).collect();
    text.join("\n").trim().to_owned()
}

/// `key: value` if the key is one word of small letters.
pub(crate) fn key_value(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let is_word = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase());
    (is_word && value.starts_with(' ')).then(|| (key, value.trim()))
}
