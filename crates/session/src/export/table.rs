//! The run as a table for a mail: 78 columns, one column for each thread.

use crate::session::Session;
use daxscope_core::units::ThreadId;

const COLUMNS: usize = 78;
/// Room for the number of a step.
const NUMBER: usize = 6;
/// With more threads a column would be too narrow to read; they share one.
const MOST_COLUMNS: usize = 5;

/// The table, with what runs above it and what is broken below.
pub(crate) fn table(session: &Session) -> String {
    let run = &session.run;
    let threads = run.scenario().threads.len();
    let mut text = String::new();
    let mut line = |line: &str| {
        text.push_str(line.trim_end());
        text.push('\n');
    };
    for words in wrap(&session.title(), COLUMNS) {
        line(&words);
    }
    for words in wrap(&format!("kernel revision {}", run.scenario().revision.name()), COLUMNS) {
        line(&words);
    }
    line("");
    let shared = threads > MOST_COLUMNS;
    let columns = if shared { 1 } else { threads.max(1) };
    let width = (COLUMNS - NUMBER - (columns - 1) * 2) / columns;
    let gap = |thread: ThreadId| if shared { 0 } else { thread.index() * (width + 2) };
    let head: String = match shared {
        true => "all threads".into(),
        false => {
            run.here().thread_ids().map(|thread| format!("{:width$}", format!("{thread}"), width = width + 2)).collect()
        }
    };
    line(&format!("{:NUMBER$}{head}", "step"));
    line(&"-".repeat(COLUMNS));
    for (at, step) in run.steps().iter().enumerate() {
        let thread = step.record.choice.thread;
        let sentence = match shared {
            true => &step.sentence[..],
            // The column says who.
            false => step.sentence.strip_prefix(&format!("{thread} ")).unwrap_or(&step.sentence),
        };
        for (row, words) in wrap(sentence, width).iter().enumerate() {
            let number = if row == 0 { format!("{:>4}", at + 1) } else { String::new() };
            line(&format!("{number:NUMBER$}{:indent$}{words}", "", indent = gap(thread)));
        }
        for violation in &step.violations {
            for words in wrap(&format!("{}: {}", violation.headline, violation.sentence), COLUMNS - NUMBER - 4) {
                line(&format!("{:NUMBER$}*** {words}", ""));
            }
        }
    }
    line(&"-".repeat(COLUMNS));
    for words in wrap(&session.end_sentence(), COLUMNS) {
        line(&words);
    }
    text
}

/// Lines of at most `width` columns; a longer word is cut.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let mut word: Vec<char> = word.chars().collect();
        loop {
            let used = lines.last().map_or(0, |line| line.chars().count());
            let room = width.saturating_sub(used + usize::from(used > 0));
            if word.len() <= room {
                if let Some(line) = lines.last_mut() {
                    if used > 0 {
                        line.push(' ');
                    }
                    line.extend(&word);
                }
                break;
            }
            if used == 0 {
                let rest = word.split_off(width.max(1));
                lines.last_mut().into_iter().for_each(|line| line.extend(&word));
                word = rest;
            }
            lines.push(String::new());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_wrapped_and_long_ones_cut() {
        assert_eq!(wrap("a bb ccc", 4), ["a bb", "ccc"]);
        assert_eq!(wrap("abcdefgh i", 3), ["abc", "def", "gh", "i"]);
        assert_eq!(wrap("", 10), [""]);
    }
}
