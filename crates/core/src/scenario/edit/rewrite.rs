//! A line that says something else: only the words that differ are written anew.

use crate::scenario::build::ReadLine;
use crate::scenario::line::{Line, Word};
use crate::scenario::read::statement;
use crate::scenario::statement::Statement;

/// The line, without its end, with `new` in place of what it says. Blanks, comment, and the way in which other words are
/// spelled stay, if the reader then finds the same as in the new words alone.
pub(super) fn rewritten(read: &ReadLine<'_>, new: &Statement) -> String {
    let source = read.line.text;
    let line = Line { number: 1, start: 0, text: source };
    let words = line.lex().map(|lexed| lexed.words).unwrap_or_default();
    let wanted = new.to_string();
    let few = read.statement.as_ref().and_then(|old| fewest_words(source, &words, &old.to_string(), &wanted));
    if let Some(text) = few.filter(|text| says(text).as_deref() == Some(&wanted)) {
        return text;
    }
    match (words.first(), words.last()) {
        (Some(first), Some(last)) => {
            format!("{}{wanted}{}", &source[..first.bytes.start], &source[last.bytes.end..])
        }
        _ => wanted,
    }
}

/// The source with those words exchanged that differ between the two statements in their canonical form.
fn fewest_words(source: &str, words: &[Word<'_>], old: &str, new: &str) -> Option<String> {
    let (old, new) = (split(old)?, split(new)?);
    let same = |(a, b): &(&String, &String)| a == b;
    let front = old.iter().zip(&new).take_while(same).count();
    let most = old.len().min(new.len()) - front;
    let back = old.iter().rev().zip(new.iter().rev()).take_while(same).count().min(most);
    let (from, to) = (front, old.len() - back);
    let middle = new[front..new.len() - back].join(" ");
    if old.len() != words.len() {
        return only_place(source, words, &old[from..to], &middle);
    }
    let (start, end, middle) = if from < to && !middle.is_empty() {
        (words[from].bytes.start, words[to - 1].bytes.end, middle)
    } else if from < to {
        (words.get(from.checked_sub(1)?)?.bytes.end, words[to - 1].bytes.end, middle)
    } else {
        let at = words.get(from.checked_sub(1)?)?.bytes.end;
        (at, at, if middle.is_empty() { middle } else { format!(" {middle}") })
    };
    Some(format!("{}{middle}{}", &source[..start], &source[end..]))
}

/// The source, which leaves out what goes without saying, with those words exchanged, if they stand there once.
fn only_place(source: &str, words: &[Word<'_>], old: &[String], new: &str) -> Option<String> {
    let is_there = |part: &[Word<'_>]| part.iter().map(|word| word.text).eq(old.iter().map(String::as_str));
    let mut places = words.windows(old.len().max(1)).filter(|part| is_there(part));
    let place = places.next().filter(|_| places.next().is_none())?;
    let (start, end) = (place.first()?.bytes.start, place.last()?.bytes.end);
    Some(format!("{}{new}{}", &source[..start], &source[end..]))
}

fn split(text: &str) -> Option<Vec<String>> {
    let line = Line { number: 1, start: 0, text };
    Some(line.lex().ok()?.words.into_iter().map(|word| word.text.to_owned()).collect())
}

/// What the reader makes of a line, in canonical form.
fn says(text: &str) -> Option<String> {
    let line = Line { number: 1, start: 0, text };
    let lexed = line.lex().ok()?;
    let mut mistakes = Vec::new();
    let read = statement(&line, &lexed.words, &mut mistakes).ok()?;
    Some(read.to_string())
}
