//! JSON as a stream of tokens, in any layout, in bounded memory.

use crate::limits::{MAX_JSON_DEPTH, MAX_JSON_STRING};
use crate::lines::filled;
use std::io::{self, BufRead};

/// A piece of JSON. Its text is in [`Tokens::text`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Token {
    /// `{` or `[`.
    Open(u8),
    /// `}` or `]`.
    Close(u8),
    /// A string before a colon.
    Key,
    /// Another string.
    String,
    /// A number, `true`, `false` or `null`.
    Word,
}

/// Why reading has ended.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The stream failed.
    Io(io::Error),
    /// No JSON from that line on, with a sentence.
    Broken(u64, &'static str),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Io(error)
    }
}

/// The tokens of a stream.
#[derive(Debug)]
pub(crate) struct Tokens<R> {
    input: R,
    /// Of the last token: what a string says, or a word.
    pub(crate) text: Vec<u8>,
    /// Its line.
    pub(crate) line: u64,
    /// Bytes read.
    pub(crate) bytes: u64,
    depth: usize,
}

impl<R: BufRead> Tokens<R> {
    pub(crate) const fn new(input: R) -> Tokens<R> {
        Tokens { input, text: Vec::new(), line: 1, bytes: 0, depth: 0 }
    }

    /// How many brackets are open.
    pub(crate) const fn depth(&self) -> usize {
        self.depth
    }

    /// The next token; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Token>, Stop> {
        loop {
            let Some(byte) = self.peek()? else {
                return if self.depth == 0 { Ok(None) } else { Err(self.broken("the JSON ends in the middle")) };
            };
            self.take(byte);
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b',' => {}
                b'{' | b'[' if self.depth == MAX_JSON_DEPTH => return Err(self.broken("the JSON is nested too deeply")),
                b'{' | b'[' => {
                    self.depth += 1;
                    return Ok(Some(Token::Open(byte)));
                }
                b'}' | b']' if self.depth == 0 => return Err(self.broken("a bracket closes that was never open")),
                b'}' | b']' => {
                    self.depth -= 1;
                    return Ok(Some(Token::Close(byte)));
                }
                b'"' => return self.string().map(Some),
                byte if byte.is_ascii_alphanumeric() || byte == b'-' => return self.word(byte).map(Some),
                _ => return Err(self.broken("a character that JSON has not here")),
            }
        }
    }

    /// Goes behind the value that begins with the last token.
    pub(crate) fn skip(&mut self, token: Token) -> Result<(), Stop> {
        if let Token::Open(_) = token {
            let outside = self.depth - 1;
            while self.depth > outside {
                self.next()?;
            }
        }
        Ok(())
    }

    fn peek(&mut self) -> Result<Option<u8>, Stop> {
        Ok(filled(&mut self.input)?.first().copied())
    }

    fn take(&mut self, byte: u8) {
        self.input.consume(1);
        self.bytes += 1;
        self.line += u64::from(byte == b'\n');
    }

    fn broken(&self, why: &'static str) -> Stop {
        Stop::Broken(self.line, why)
    }

    fn keep(&mut self, byte: u8) {
        if self.text.len() < MAX_JSON_STRING {
            self.text.push(byte);
        }
    }

    fn word(&mut self, first: u8) -> Result<Token, Stop> {
        self.text.clear();
        self.text.push(first);
        while let Some(byte) = self.peek()? {
            if !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')) {
                break;
            }
            self.take(byte);
            self.keep(byte);
        }
        Ok(Token::Word)
    }

    fn string(&mut self) -> Result<Token, Stop> {
        self.text.clear();
        loop {
            let byte = self.inside()?;
            match byte {
                b'"' => break,
                b'\\' => self.escape()?,
                byte => self.keep(byte),
            }
        }
        while let Some(byte) = self.peek()? {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => self.take(byte),
                b':' => {
                    self.take(byte);
                    return Ok(Token::Key);
                }
                _ => break,
            }
        }
        Ok(Token::String)
    }

    fn inside(&mut self) -> Result<u8, Stop> {
        let byte = self.peek()?.ok_or_else(|| self.broken("the JSON ends inside of a string"))?;
        self.take(byte);
        Ok(byte)
    }

    fn escape(&mut self) -> Result<(), Stop> {
        match self.inside()? {
            b'n' => self.keep(b'\n'),
            b't' => self.keep(b'\t'),
            b'r' => self.keep(b'\r'),
            b'b' | b'f' => self.keep(b' '),
            b'u' => {
                let mut code = 0;
                for _ in 0..4 {
                    let digit = self.inside()?;
                    let digit = (digit as char).to_digit(16).ok_or_else(|| self.broken("a broken \\u in a string"))?;
                    code = code * 16 + digit;
                }
                let mut buffer = [0; 4];
                for byte in char::from_u32(code).unwrap_or('\u{fffd}').encode_utf8(&mut buffer).bytes() {
                    self.keep(byte);
                }
            }
            byte => self.keep(byte),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Result<Vec<(Token, String)>, Stop> {
        let mut tokens = Tokens::new(text.as_bytes());
        let mut found = Vec::new();
        while let Some(token) = tokens.next()? {
            let text = if matches!(token, Token::Open(_) | Token::Close(_)) { Vec::new() } else { tokens.text.clone() };
            found.push((token, String::from_utf8_lossy(&text).into_owned()));
        }
        Ok(found)
    }

    #[test]
    fn tokens_are_found_in_any_layout() {
        let close = tokens("{\"a\":[1,\"x\\n\\u0041\",null]}").expect("JSON");
        let open = tokens("{\n\t\"a\" : [\n1 ,\n \"x\\n\\u0041\" , null ] }\n").expect("JSON");
        assert_eq!(close, open);
        assert_eq!(close.iter().filter(|(token, _)| *token == Token::Key).count(), 1);
        assert!(close.contains(&(Token::String, "x\nA".into())));
    }

    #[test]
    fn broken_json_is_told() {
        for text in ["{", "}", "\"a", "[\"\\u12g4\"]", "[;]"] {
            assert!(matches!(tokens(text), Err(Stop::Broken(1, _))), "{text}");
        }
        let deep = "[".repeat(1000);
        assert!(matches!(tokens(&deep), Err(Stop::Broken(..))));
    }
}
