//! Lines and words: the lexer.
//!
//! A line ends with LF, with or without CR before it. `#` begins a comment, except inside a string. Words are
//! separated by white space; a word that begins with `"` is a string and ends with the next `"` that no backslash
//! escapes. The text of a title is one word.

use super::diagnostic::{Diagnostic, Fallible, Span};
use std::ops::Range;

/// A line without its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'t> {
    /// From 1.
    pub(crate) number: u32,
    /// Where it begins in the text, in bytes.
    pub(crate) start: usize,
    pub(crate) text: &'t str,
}

/// A word and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Word<'t> {
    /// As written, quotes included.
    pub(crate) text: &'t str,
    /// In bytes of the whole text.
    pub(crate) bytes: Range<usize>,
    /// What a string says, escapes resolved.
    pub(crate) string: Option<String>,
}

/// The words of a line and its comment from `#` on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lexed<'t> {
    pub(crate) words: Vec<Word<'t>>,
    pub(crate) comment: Option<&'t str>,
}

/// The lines of a text; a final line end begins no further line.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    (1..).zip(text.split_inclusive('\n')).map(move |(number, whole)| {
        let body = whole.strip_suffix('\n').unwrap_or(whole);
        let body = body.trim_end_matches('\r');
        let line = Line { number, start, text: body };
        start += whole.len();
        line
    })
}

impl<'t> Line<'t> {
    /// The place of `bytes`, which lie inside this line.
    pub(crate) fn span(&self, bytes: Range<usize>) -> Span {
        let column = |offset: usize| {
            let before = self.text.get(..offset.saturating_sub(self.start)).unwrap_or(self.text);
            before.chars().count() as u32 + 1
        };
        Span { line: self.number, start: column(bytes.start), end: column(bytes.end), bytes }
    }

    /// The part of the line from `from` to `to`, in bytes of the line, as a word.
    fn word(&self, from: usize, to: usize) -> Word<'t> {
        Word { text: &self.text[from..to], bytes: self.start + from..self.start + to, string: None }
    }

    /// Splits the line into words.
    pub(crate) fn lex(&self) -> Fallible<Lexed<'t>> {
        let mut lexed = Lexed::default();
        let mut at = 0;
        loop {
            at = self.skip_space(at);
            let rest = &self.text[at..];
            if rest.is_empty() {
                return Ok(lexed);
            }
            if rest.starts_with('#') {
                lexed.comment = Some(rest.trim_end());
                return Ok(lexed);
            }
            let word = if rest.starts_with('"') {
                self.string(at)?
            } else if lexed.words.len() == 1 && lexed.words[0].text == "title" {
                self.rest_of_title(at)
            } else {
                let length = rest.find(|c: char| is_space(c) || c == '#').unwrap_or(rest.len());
                self.word(at, at + length)
            };
            at = word.bytes.end - self.start;
            lexed.words.push(word);
        }
    }

    fn skip_space(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        at + (rest.len() - rest.trim_start_matches(is_space).len())
    }

    /// The title that begins at `at`, up to a comment.
    fn rest_of_title(&self, at: usize) -> Word<'t> {
        let rest = &self.text[at..];
        let title = rest[..rest.find('#').unwrap_or(rest.len())].trim_end_matches(is_space);
        Word { string: Some(title.to_owned()), ..self.word(at, at + title.len()) }
    }

    /// The string that begins at `at`.
    fn string(&self, at: usize) -> Fallible<Word<'t>> {
        let mut value = String::new();
        let mut chars = self.text[at..].char_indices().skip(1);
        while let Some((offset, c)) = chars.next() {
            match c {
                '"' => return Ok(Word { string: Some(value), ..self.word(at, at + offset + 1) }),
                '\\' => match escape(&self.text[at + offset + 1..]) {
                    Some((c, length)) => {
                        value.push(c);
                        chars.nth(length - 1);
                    }
                    None => {
                        let bad = self.start + at + offset;
                        return Err(Box::new(Diagnostic::error(
                            self.span(bad..bad + 1),
                            "A backslash in a string begins an escape, and this is none.",
                            "`\\\"`, `\\\\` or `\\u{...}` with a character number in hexadecimal",
                        )));
                    }
                },
                c => value.push(c),
            }
        }
        let end = at + self.text[at..].trim_end_matches(is_space).len();
        let span = self.span(self.start + at..self.start + end);
        Err(Box::new(Diagnostic::error(span, "The string has no end.", "a closing `\"`")))
    }
}

/// White space between words, and the byte order mark that some editors leave.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// The character of an escape without its backslash, and the number of characters it takes.
fn escape(text: &str) -> Option<(char, usize)> {
    match text.chars().next()? {
        c @ ('"' | '\\') => Some((c, 1)),
        'u' => {
            let (digits, _) = text.strip_prefix("u{")?.split_once('}')?;
            let plain = (1..=6).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_hexdigit());
            let number = plain.then(|| u32::from_str_radix(digits, 16).ok())??;
            Some((char::from_u32(number)?, digits.len() + 3))
        }
        _ => None,
    }
}

/// A text as a string of the language.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            _ if needs_escape(c) => quoted.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Can `c` not stand as itself on a line?
pub(crate) fn needs_escape(c: char) -> bool {
    c.is_control() || (is_space(c) && c != ' ')
}
