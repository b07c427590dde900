//! Scripts that a mailer has quoted or broken into lines.

use super::errors_in;
use daxscope_core::scenario::{Severity, parse};

/// Longer texts are taken as they are: each attempt reads the whole script.
const MAX_BYTES: usize = 32 * 1024;
/// No mailer breaks lines that are not wider than this.
const NARROWEST: usize = 50;
const MAX_ATTEMPTS: usize = 200;

/// The script as it was before it was mailed, and what was done, in sentences. A text without errors stays as it is.
pub(super) fn mended(text: &str) -> (String, Vec<String>) {
    let (continued, joined) = continued(text);
    if text.len() > MAX_BYTES || errors_in(&continued) == 0 {
        return (continued, said(0, joined));
    }
    let (unquoted, quoted) = unquoted(&continued);
    let (script, more) = joined_lines(unquoted);
    // What was no better for it is shown as it came.
    if errors_in(&script) < errors_in(&continued) {
        (script, said(quoted, joined + more))
    } else {
        (continued, said(0, joined))
    }
}

fn said(quoted: usize, joined: usize) -> Vec<String> {
    let mut all = Vec::new();
    let lines = |count: usize| if count == 1 { "1 line".to_owned() } else { format!("{count} lines") };
    if quoted > 0 {
        all.push(format!("The marks of quotation before {} are left out.", lines(quoted)));
    }
    if joined > 0 {
        all.push(format!(
            "{} that a mail had broken {} joined again.",
            lines(joined),
            if joined == 1 { "is" } else { "are" }
        ));
    }
    all
}

/// Joins lines of which the first ends in a backslash.
fn continued(text: &str) -> (String, usize) {
    let mut all = String::new();
    let mut joined = 0;
    let mut goes_on = false;
    for line in text.lines() {
        let line = if goes_on { line.trim_start() } else { line };
        goes_on = line.ends_with(" \\");
        joined += usize::from(goes_on);
        all.push_str(if goes_on { &line[..line.len() - 1] } else { line });
        if !goes_on {
            all.push('\n');
        }
    }
    if joined == 0 { (text.to_owned(), 0) } else { (all, joined) }
}

/// The lines without `> `: all of them if all are quoted, or only the quoted ones if those are most.
fn unquoted(text: &str) -> (String, usize) {
    let is_quoted = |line: &&str| line.trim_start().starts_with('>');
    let said = text.lines().filter(|line| !line.trim().is_empty()).count();
    let quoted = text.lines().filter(is_quoted).count();
    if quoted * 2 <= said {
        return (text.to_owned(), 0);
    }
    let mut all = String::new();
    for line in text.lines().filter(is_quoted) {
        all.push_str(without_marks(line));
        all.push('\n');
    }
    (all, quoted)
}

/// A line without all of its `> `.
fn without_marks(line: &str) -> &str {
    let mut line = line;
    while let Some(rest) = line.trim_start().strip_prefix('>') {
        line = rest.strip_prefix(' ').unwrap_or(rest);
    }
    line
}

/// An address out of quoted lines: without marks of quotation, and without breaks.
pub(crate) fn unquoted_address(text: &str) -> String {
    text.lines().map(|line| without_marks(line).trim()).collect()
}

/// Joins lines as long as that leaves fewer errors: a line with an error to the one before it, or the next one to it.
fn joined_lines(text: String) -> (String, usize) {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let (mut joined, mut attempts, mut from) = (0, 0, 0);
    let whole = |lines: &[String]| lines.join("\n") + "\n";
    let mut errors = errors_in(&whole(&lines));
    while errors > 0 && attempts < MAX_ATTEMPTS {
        let Some(at) = first_error(&whole(&lines), from) else { break };
        let attempt = [at.checked_sub(1), Some(at)].into_iter().flatten().find_map(|first| {
            let line = format!("{} {}", lines[first].trim_end(), lines.get(first + 1)?.trim_start());
            if !is_broken_at(lines[first].trim_end(), &line) {
                return None;
            }
            let mut others = lines.clone();
            others.splice(first..first + 2, [line]);
            let text = whole(&others);
            let left = errors_in(&text);
            (left < errors && first_error(&text, first) != Some(first)).then_some((others, left))
        });
        attempts += 1;
        match attempt {
            Some((others, left)) => {
                (lines, errors) = (others, left);
                joined += 1;
            }
            None => from = at + 1,
        }
    }
    (whole(&lines), joined)
}

/// Would a mailer have broken the line there? It does so only where the next word has no room.
fn is_broken_at(before: &str, line: &str) -> bool {
    let behind = line[before.len()..].trim_start();
    let word = behind.split(' ').next().unwrap_or("");
    before.chars().count() + 1 + word.chars().count() > NARROWEST
}

/// The first line with an error, from 0, that is not before `from`.
fn first_error(script: &str, from: usize) -> Option<usize> {
    let errors = parse(script).diagnostics.into_iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    errors.map(|error| error.span.line.saturating_sub(1) as usize).filter(|&line| line >= from).min()
}
