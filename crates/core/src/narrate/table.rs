//! The interleaving as plain text for a mail: one column per thread, 78 characters wide.

use crate::check::Round;
use crate::units::ThreadId;
use std::fmt::Write;

/// The width of a table.
pub const WIDTH: usize = 78;

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The number of the step, from 1.
    pub number: usize,
    /// Who made it.
    pub thread: ThreadId,
    /// What it did, beginning with the thread's letter.
    pub sentence: &'a str,
    /// The kernel function in which it did it; empty: not told.
    pub function: &'a str,
}

/// The table, with a line of letters on top. With more than four threads the columns would be too narrow, so every
/// step gets the whole line behind its thread's letter.
#[must_use]
pub fn table<'a>(threads: usize, rows: impl IntoIterator<Item = Row<'a>>) -> String {
    table_with_round(threads, rows, None)
}

/// The table of a run that goes round for ever from some step on: a line says so in front of that step.
#[must_use]
pub fn table_with_round<'a>(threads: usize, rows: impl IntoIterator<Item = Row<'a>>, round: Option<Round>) -> String {
    let columns = if threads <= 4 { threads.max(1) } else { 1 };
    let width = (WIDTH - 5) / columns - 1;
    let mut text = String::new();
    if columns == threads {
        let head: Vec<_> = (0..threads).map(|at| format!("{:<width$}", ThreadId(at as u8).letter())).collect();
        let _ = writeln!(text, "     {}", head.join(" ").trim_end());
    }
    let mut functions = vec![""; threads.max(1)];
    for row in rows {
        if let Some(round) = round.filter(|round| round.first == row.number) {
            let _ = writeln!(text, "  -- steps {} to {} again and again, for ever:", round.first, round.last);
        }
        let column = if columns == 1 { 0 } else { row.thread.index() };
        let indent = 5 + column * (width + 1);
        let own_column = columns == threads;
        let words = if own_column { row.sentence.split_once(' ').map_or("", |(_, rest)| rest) } else { row.sentence };
        if let Some(told) =
            functions.get_mut(row.thread.index()).filter(|told| !row.function.is_empty() && **told != row.function)
        {
            *told = row.function;
            let name = format!("{}:", row.function);
            let name = if own_column { name } else { format!("{} {name}", row.thread) };
            line(&mut text, indent, &name);
        }
        for (at, part) in wrap_whole(words, width, WIDTH - 5).iter().enumerate() {
            let number = if at == 0 { format!("{:>4}", row.number) } else { "    ".into() };
            let pad = indent.min(WIDTH.saturating_sub(part.chars().count())).max(5) - 4;
            let _ = writeln!(text, "{}", format!("{number}{:pad$}{part}", "").trim_end());
        }
    }
    text
}

/// A name on a line of its own, whole: it may reach over the next column, or begin before its own, for on each line there is
/// only one of them.
fn line(text: &mut String, indent: usize, name: &str) {
    let indent = indent.min(WIDTH.saturating_sub(name.chars().count()));
    for part in wrap(name, WIDTH) {
        let _ = writeln!(text, "{:indent$}{part}", "");
    }
}

/// Breaks text between words; a word that is too long is broken too.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    wrap_whole(text, width, width)
}

/// Breaks text between words. A word that is wider than `width` has a line of its own, and is broken only if it is wider than
/// `most`: names stay such that they can be searched for.
pub(super) fn wrap_whole(text: &str, width: usize, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let mut word: Vec<char> = word.chars().collect();
        loop {
            let line = lines.last_mut().expect("there is a line");
            let used = line.chars().count();
            let gap = usize::from(used > 0);
            if used + gap + word.len() <= width {
                if gap > 0 {
                    line.push(' ');
                }
                line.extend(&word);
                break;
            }
            if used > 0 {
                lines.push(String::new());
                continue;
            }
            if word.len() <= most {
                line.extend(&word);
                break;
            }
            // A name is broken behind one of its underscores.
            let end = word[..width].iter().rposition(|&c| c == '_').map_or(width, |at| at + 1);
            line.extend(word.drain(..end));
            lines.push(String::new());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_a_mail() {
        let long = format!("B {} {}", "takes tree_lock and ".repeat(20), "x".repeat(200));
        for threads in 1..=9 {
            let rows = [
                Row { number: 1, thread: ThreadId(0), sentence: "A begins.", function: "" },
                Row {
                    number: 2,
                    thread: ThreadId(1.min(threads as u8 - 1)),
                    sentence: &long,
                    function: "get_unlocked_mapping_entry",
                },
            ];
            let text = table(threads, rows);
            assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
        }
    }

    #[test]
    fn every_thread_has_its_column() {
        let rows = [
            Row { number: 1, thread: ThreadId(0), sentence: "A takes tree_lock.", function: "" },
            Row { number: 2, thread: ThreadId(1), sentence: "B waits.", function: "grab_mapping_entry" },
        ];
        let text = table(2, rows);
        assert_eq!(
            text,
            "     A                                   B\n   1 takes tree_lock.\n                                         grab_mapping_entry:\n   2                                     waits.\n"
        );
    }
}
