//! Opening recordings, packed or not, and the error that malformed ones give.

use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Chain, Cursor, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use serde::de::DeserializeOwned;

/// The longest line of a recording, unpacked. Those of the kernel have 5 MiB at most; a hostile one is refused before it
/// fills the memory, however small it was packed.
pub const MAX_LINE_BYTES: u64 = 16 << 20;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The input could not be read or understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InputError {
    /// Line number from 1, if the fault is in a certain line.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
}

impl InputError {
    /// An error in a line, counted from 1.
    pub fn at(line: usize, message: impl fmt::Display) -> Self {
        Self { line: Some(line), message: message.to_string() }
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for InputError {}

/// The text of a recording. Whether it is packed with gzip is told by its first two bytes.
pub fn gunzip<'a>(mut reader: impl Read + 'a) -> Result<Box<dyn BufRead + 'a>, InputError> {
    let mut magic = Vec::with_capacity(GZIP_MAGIC.len());
    reader
        .by_ref()
        .take(GZIP_MAGIC.len() as u64)
        .read_to_end(&mut magic)
        .map_err(|error| InputError { line: None, message: error.to_string() })?;
    let packed = magic == GZIP_MAGIC;
    let whole: Chain<Cursor<Vec<u8>>, _> = Cursor::new(magic).chain(reader);
    Ok(if packed { Box::new(BufReader::new(MultiGzDecoder::new(whole))) } else { Box::new(BufReader::new(whole)) })
}

/// Opens a recording, packed or not.
pub fn open(path: &Path) -> Result<Box<dyn BufRead>, InputError> {
    let file =
        File::open(path).map_err(|error| InputError { line: None, message: format!("{}: {error}", path.display()) })?;
    gunzip(file)
}

/// What each line of a recording says, with the number of the line; the recording may be packed with gzip.
///
/// # Errors
///
/// A line that cannot be read (see [`lines`]), or that says something else.
pub fn recordings<'a, T: DeserializeOwned>(
    reader: impl Read + 'a,
) -> Result<impl Iterator<Item = Result<(usize, T), InputError>> + 'a, InputError> {
    Ok(lines(gunzip(reader)?).map(|line| {
        let (number, text) = line?;
        let recording = serde_json::from_str(&text).map_err(|error| InputError::at(number, error))?;
        Ok((number, recording))
    }))
}

/// The lines of a recording that are not blank, with their numbers. After an error there are no more.
///
/// # Errors
///
/// A line that cannot be read, is no text, or is longer than [`MAX_LINE_BYTES`].
pub fn lines(mut reader: impl BufRead) -> impl Iterator<Item = Result<(usize, String), InputError>> {
    let mut number = 0;
    let mut is_over = false;
    std::iter::from_fn(move || {
        while !is_over {
            number += 1;
            match line(&mut reader) {
                Ok(Some(text)) if text.trim().is_empty() => {}
                Ok(Some(text)) => return Some(Ok((number, text))),
                Ok(None) => is_over = true,
                Err(error) => {
                    is_over = true;
                    return Some(Err(InputError::at(number, error)));
                }
            }
        }
        None
    })
}

/// The next line, if there is one.
fn line(reader: &mut impl BufRead) -> Result<Option<String>, String> {
    let mut bytes = Vec::new();
    reader.take(MAX_LINE_BYTES + 1).read_until(b'\n', &mut bytes).map_err(|error| error.to_string())?;
    if bytes.is_empty() {
        return Ok(None);
    }
    if bytes.len() as u64 > MAX_LINE_BYTES {
        let limit = MAX_LINE_BYTES >> 20;
        return Err(format!("longer than a recording may be, {limit} MiB; the longest of the kernel's is 5 MiB"));
    }
    String::from_utf8(bytes).map(Some).map_err(|_| "no text (it is not UTF-8)".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> Vec<Result<(usize, String), InputError>> {
        lines(bytes).collect()
    }

    #[test]
    fn blank_lines_are_counted_and_left_out() {
        let text = |number, text: &str| Ok((number, text.to_owned()));
        assert_eq!(all(b"a\n\n  \nb"), [text(1, "a\n"), text(4, "b")]);
        assert_eq!(all(b""), []);
    }

    #[test]
    fn a_line_without_an_end_is_refused_before_it_fills_the_memory() {
        // Endless input: it is the limit that ends it.
        let endless = BufReader::new(std::io::repeat(b'x'));
        let read: Vec<_> = lines(Read::chain(&b"{}\n"[..], endless)).collect();
        assert_eq!(read[0], Ok((1, "{}\n".to_owned())));
        assert!(read[1].as_ref().is_err_and(|error| error.line == Some(2) && error.message.contains("16 MiB")));
        assert_eq!(read.len(), 2);
    }

    #[test]
    fn what_is_no_text_is_an_error_of_its_line() {
        assert_eq!(all(b"a\n\xff\nb")[1], Err(InputError::at(2, "no text (it is not UTF-8)")));
    }
}
