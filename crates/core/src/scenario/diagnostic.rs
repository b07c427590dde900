//! What is wrong with a script, as data, and its plain-text picture.

use super::line::needs_escape;
use std::ops::Range;

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// The line is left out of the scenario.
    Error,
    /// The line counts, but will probably not do what was meant.
    Warning,
}

/// A place in a script: part of one line, possibly empty.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Span {
    /// The line, from 1.
    pub line: u32,
    /// The first column in characters, from 1.
    pub start: u32,
    /// The column behind the last one.
    pub end: u32,
    /// The same place in bytes of the text.
    pub bytes: Range<usize>,
}

/// The whole of a line, counted from 1, without blanks around it; an empty place at the end if there is no such line.
#[must_use]
pub fn line_span(text: &str, number: u32) -> Span {
    let mut start = 0;
    for (at, line) in text.split_inclusive('\n').enumerate() {
        if at as u32 + 1 == number {
            let (inner, before) = (line.trim(), line.len() - line.trim_start().len());
            let first = line[..before].chars().count() as u32 + 1;
            let bytes = start + before..start + before + inner.len();
            return Span { line: number, start: first, end: first + inner.chars().count() as u32, bytes };
        }
        start += line.len();
    }
    Span { line: number, start: 1, end: 1, bytes: start..start }
}

/// One mistake.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// Where.
    pub span: Span,
    /// A sentence: what is wrong.
    pub message: String,
    /// What was expected there; may be empty.
    pub expected: String,
    /// What to write in place of the span, where there is a good guess.
    pub suggestion: Option<String>,
}

/// A result whose error is a diagnostic.
pub(crate) type Fallible<T> = Result<T, Box<Diagnostic>>;

impl Diagnostic {
    pub(crate) fn error(span: Span, message: impl Into<String>, expected: impl Into<String>) -> Diagnostic {
        let (message, expected) = (message.into(), expected.into());
        Diagnostic { severity: Severity::Error, span, message, expected, suggestion: None }
    }

    pub(crate) fn warning(span: Span, message: impl Into<String>, expected: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(span, message, expected) }
    }

    pub(crate) fn suggest(self, suggestion: impl Into<String>) -> Diagnostic {
        Diagnostic { suggestion: Some(suggestion.into()), ..self }
    }

    pub(crate) fn suggest_if(self, suggestion: Option<impl Into<String>>) -> Diagnostic {
        Diagnostic { suggestion: suggestion.map(Into::into), ..self }
    }
}

/// The columns of a source line that a picture shows.
const WINDOW_CHARS: usize = 100;

/// A diagnostic as three lines of plain text: the message, the source line, and carets with what was expected.
///
/// `text` is the script that it belongs to.
#[must_use]
pub fn render(diagnostic: &Diagnostic, text: &str) -> String {
    let span = &diagnostic.span;
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let source: Vec<char> = line_at(text, span.bytes.start).chars().collect();
    let start = span.start.saturating_sub(1) as usize;
    let skip = if start >= WINDOW_CHARS { start - WINDOW_CHARS / 2 } else { 0 };
    let shown: String = source.iter().skip(skip).take(WINDOW_CHARS).map(|&c| printable(c)).collect();
    let indent = " ".repeat(start - skip);
    let length = (span.end.saturating_sub(span.start) as usize).clamp(1, (WINDOW_CHARS + skip - start).max(1));
    let advice = [
        (!diagnostic.expected.is_empty()).then(|| format!("expected {}", diagnostic.expected)),
        diagnostic.suggestion.as_ref().map(|suggestion| match suggestion.as_str() {
            "" => "leave it out".into(),
            suggestion => format!("write `{suggestion}`"),
        }),
    ];
    let advice = advice.into_iter().flatten().collect::<Vec<_>>().join("; ");
    let under = format!("    {indent}{} {advice}", "^".repeat(length));
    let shown = format!("    {shown}");
    format!("{severity} on line {}: {}\n{}\n{}\n", span.line, diagnostic.message, shown.trim_end(), under.trim_end())
}

/// The line that holds the byte at `offset`, without its end.
fn line_at(text: &str, offset: usize) -> &str {
    let before = text.get(..offset).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or("")
}

/// One column wide whatever it is.
fn printable(c: char) -> char {
    match c {
        '\t' => ' ',
        _ if needs_escape(c) => '?',
        _ => c,
    }
}

/// A word for a message: in backquotes, cut short when it is long.
pub(crate) fn quote(word: &str) -> String {
    const LONGEST: usize = 40;
    let mut shown: String = word.chars().take(LONGEST).map(printable).collect();
    if word.chars().nth(LONGEST).is_some() {
        shown.push_str("...");
    }
    format!("`{shown}`")
}

/// The candidate that was probably meant: equal but for case, or few enough typing mistakes away.
pub(crate) fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    const LONGEST: usize = 40;
    let word: Vec<char> = word.chars().take(LONGEST + 1).map(|c| c.to_ascii_lowercase()).collect();
    if word.len() > LONGEST {
        return None;
    }
    candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= candidate.len().max(word.len()) / 3)
        .map(|candidate| {
            let lower: Vec<char> = candidate.chars().map(|c| c.to_ascii_lowercase()).collect();
            (edit_distance(&word, &lower), lower.len(), candidate)
        })
        .filter(|&(distance, length, _)| distance <= length.max(word.len()) / 3)
        .min_by_key(|&(distance, ..)| distance)
        .map(|(.., candidate)| candidate)
}

/// The least number of letters to insert, delete, change or swap with their neighbour.
fn edit_distance(a: &[char], b: &[char]) -> usize {
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let swap = if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    rows[i - 2][j - 2] + 1
                } else {
                    usize::MAX
                };
                change.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(swap)
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_a_few_letters_away() {
        let check = |word: &str, expect: Option<&str>| {
            assert_eq!(nearest(word, ["read", "write", "invalidate", "invalidate2"]), expect, "{word}");
        };
        check("raed", Some("read"));
        check("Read", Some("read"));
        check("wirte", Some("write"));
        check("invalidat", Some("invalidate"));
        check("invalidate3", Some("invalidate"));
        check("xyz", None);
        check("", None);
        check(&"a".repeat(10_000), None);
    }
}
