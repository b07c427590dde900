//! Modest colouring of Rust source: enough to read a listing from the back of a lecture room.
//!
//! Works on one line at a time. The embedded listings use line comments only, so no state crosses lines.

/// What a piece of a line is; the style sheet has a colour for each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Everything else.
    Plain,
    /// `// …`
    Comment,
    /// A reserved word, and `.await`.
    Keyword,
    /// A name that starts with a capital letter.
    Type,
    /// A number.
    Number,
    /// A string or character.
    Text,
    /// A name followed by `(`.
    Call,
}

impl Kind {
    /// The class in the style sheet; empty for plain text.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Kind::Plain => "",
            Kind::Comment => "s-c",
            Kind::Keyword => "s-k",
            Kind::Type => "s-t",
            Kind::Number => "s-n",
            Kind::Text => "s-s",
            Kind::Call => "s-f",
        }
    }
}

const KEYWORDS: [&str; 27] = [
    "async", "await", "break", "const", "continue", "else", "enum", "false", "fn", "for", "if", "impl", "in", "let",
    "loop", "match", "mod", "move", "mut", "pub", "return", "self", "struct", "true", "use", "while", "crate",
];

/// Cuts a line into coloured pieces; together they are the line.
#[must_use]
pub fn pieces(line: &str) -> Vec<(Kind, &str)> {
    let mut found: Vec<(Kind, &str)> = Vec::new();
    let (mut rest, mut plain_from, mut at) = (line, 0, 0);
    while let Some(first) = rest.chars().next() {
        let (kind, length) = piece(rest, first);
        if kind != Kind::Plain {
            if plain_from < at {
                found.push((Kind::Plain, &line[plain_from..at]));
            }
            found.push((kind, &rest[..length]));
            plain_from = at + length;
        }
        at += length;
        rest = &rest[length..];
    }
    if plain_from < line.len() {
        found.push((Kind::Plain, &line[plain_from..]));
    }
    found
}

/// The kind and the length in bytes of the piece at the start of `text`.
fn piece(text: &str, first: char) -> (Kind, usize) {
    match first {
        '/' if text.starts_with("//") => (Kind::Comment, text.len()),
        '"' => (Kind::Text, string_length(text)),
        '\'' if text.chars().nth(2) == Some('\'') => {
            (Kind::Text, text.char_indices().nth(2).map_or(1, |(at, _)| at + 1))
        }
        _ if first.is_ascii_digit() => (Kind::Number, word_length(text)),
        _ if first.is_alphabetic() || first == '_' => word(text),
        _ => (Kind::Plain, first.len_utf8()),
    }
}

fn word(text: &str) -> (Kind, usize) {
    let length = word_length(text);
    let name = &text[..length];
    let kind = if KEYWORDS.contains(&name) {
        Kind::Keyword
    } else if text[length..].starts_with('(') {
        Kind::Call
    } else if name.starts_with(|letter: char| letter.is_uppercase()) {
        Kind::Type
    } else {
        Kind::Plain
    };
    (kind, length)
}

fn word_length(text: &str) -> usize {
    text.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(text.len())
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    fn check(line: &str, expect: &[(Kind, &str)]) {
        assert_eq!(pieces(line), expect);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_pieces_of_a_line_of_kernel_code() {
        check(
            "    task.spin_lock(TREE_LOCK).await;",
            &[
                (Kind::Plain, "    task."),
                (Kind::Call, "spin_lock"),
                (Kind::Plain, "("),
                (Kind::Type, "TREE_LOCK"),
                (Kind::Plain, ")."),
                (Kind::Keyword, "await"),
                (Kind::Plain, ";"),
            ],
        );
        check("// a comment", &[(Kind::Comment, "// a comment")]);
        check("\"a\\\"b\" 0x200", &[(Kind::Text, "\"a\\\"b\""), (Kind::Plain, " "), (Kind::Number, "0x200")]);
        check("", &[]);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn nothing_is_lost_whatever_the_line() {
        for line in ["'a' 'x", "\"open", "é→ü(1)", "let s = '\\'';", "a//b\"c"] {
            assert_eq!(pieces(line).iter().map(|piece| piece.1).collect::<String>(), line);
        }
    }
}
