//! The lines of a script in colour, with what is wrong in them: as many as are in sight.

use crate::view::DiagnosticView;
use daxscope_core::scenario::{WordKind, words};
use std::ops::Range;

/// Characters of a line that are coloured; a longer line is an error anyway.
const MOST_BYTES: usize = 2000;

/// One line.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LineView {
    /// Its pieces; together they are the line.
    pub pieces: Vec<Piece>,
    /// The worst that is wrong with it.
    pub message: Option<(Mark, String)>,
}

/// A piece of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    /// What is written.
    pub text: String,
    /// What it is; `None`: blanks, or a word that means nothing.
    pub kind: Option<WordKind>,
    /// What is wrong with it.
    pub mark: Option<Mark>,
}

/// What is wrong.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Mark {
    /// It will probably not do what was meant.
    Warning,
    /// It is left out.
    Error,
}

/// Some lines of a text, from `first` on, which counts from 1.
#[must_use]
pub fn lines_from(text: &str, first: usize, count: usize, diagnostics: &[DiagnosticView]) -> Vec<LineView> {
    let mut lines = Vec::new();
    let mut start = 0;
    for (number, line) in (1..).zip(text.split('\n')) {
        if number >= first + count {
            break;
        }
        if number >= first {
            lines.push(line_view(line.trim_end_matches('\r'), start, number, diagnostics));
        }
        start += line.len() + 1;
    }
    lines
}

fn line_view(line: &str, start: usize, number: usize, diagnostics: &[DiagnosticView]) -> LineView {
    let mut marks: Vec<(Range<usize>, Mark)> = Vec::new();
    let mut message: Option<(Mark, String)> = None;
    for it in diagnostics {
        if it.line as usize != number {
            continue;
        }
        let mark = if it.is_error { Mark::Error } else { Mark::Warning };
        marks.push((it.start_byte.saturating_sub(start)..it.end_byte.saturating_sub(start), mark));
        if message.as_ref().is_none_or(|(worst, _)| *worst < mark) {
            let instead = it.suggestion.as_ref().map(|text| text.trim()).filter(|text| !text.is_empty());
            let instead = instead.map_or_else(String::new, |text| format!(" Write {text}?"));
            message = Some((mark, format!("{}{instead}", it.message)));
        }
    }
    LineView { pieces: pieces(line, &marks), message }
}

fn pieces(line: &str, marks: &[(Range<usize>, Mark)]) -> Vec<Piece> {
    if line.len() > MOST_BYTES {
        return vec![Piece { text: line.to_owned(), kind: None, mark: marks.first().map(|(_, mark)| *mark) }];
    }
    let words = words(line);
    let mut cuts = vec![0, line.len()];
    for word in &words {
        cuts.extend([word.bytes.start, word.bytes.end]);
    }
    for (bytes, _) in marks {
        cuts.extend([bytes.start.min(line.len()), bytes.end.min(line.len())]);
    }
    cuts.sort_unstable();
    cuts.dedup();
    let mut pieces = Vec::new();
    for pair in cuts.windows(2) {
        let Some(text) = line.get(pair[0]..pair[1]) else { continue };
        let holds = |bytes: &Range<usize>| bytes.start <= pair[0] && pair[1] <= bytes.end;
        let kind = words.iter().find(|word| holds(&word.bytes)).map(|word| word.kind);
        let mark = marks.iter().filter(|(bytes, _)| holds(bytes)).map(|(_, mark)| *mark).max();
        pieces.push(Piece { text: text.to_owned(), kind, mark });
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use daxscope_core::scenario::parse;
    use daxscope_museum::exhibits;

    #[test]
    fn the_pieces_of_a_line_are_the_line_and_good_lines_have_no_word_without_a_kind() {
        for exhibit in exhibits() {
            for (view, line) in lines_from(exhibit.script, 1, 1000, &[]).iter().zip(exhibit.script.split('\n')) {
                let together: String = view.pieces.iter().map(|piece| piece.text.as_str()).collect();
                assert_eq!(together, line);
                let unknown = view.pieces.iter().find(|piece| piece.kind.is_none() && !piece.text.trim().is_empty());
                assert_eq!(unknown, None, "{}: {line}", exhibit.id);
            }
        }
        assert!(parse("thread A\n").is_ok());
    }

    #[test]
    fn kinds_are_those_that_the_reader_sees() {
        use WordKind::{Comment, Keyword, Name, Number, Steps, Text, Thread, Word};
        let check = |line: &str, expect: &[WordKind]| {
            let kinds: Vec<_> = words(line).iter().map(|word| word.kind).collect();
            assert_eq!(kinds, expect, "{line}");
        };
        check("  read 2M at 0x203p via Q  # why", &[Keyword, Number, Word, Number, Word, Name, Comment]);
        check("title  two faults # x", &[Keyword, Text, Comment]);
        check("revision v6 lock_before_drop=off", &[Keyword, Word, Word]);
        check(
            "process \"pid 17\" maps 0..4M shared rw skew 1p",
            &[Keyword, Name, Word, Number, Word, Word, Word, Number],
        );
        check("thread A in P", &[Keyword, Thread, Word, Name]);
        check("fail preload 1 in A with ENOMEM", &[Keyword, Word, Number, Word, Thread, Word, Word]);
        check("schedule by point A5 B!", &[Keyword, Word, Word, Steps, Steps]);
        check("invalidate2 0..2M unlocked", &[Keyword, Number, Word]);
        check("wriet 4K at 0", &[]);
        check("fs_lock maybe", &[Keyword, Word]);
    }
}
