//! Opening recordings, packed or not, and the error that malformed ones give.

use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Chain, Cursor, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

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

/// The lines of a recording that are not blank, with their numbers.
pub fn lines(reader: impl BufRead) -> impl Iterator<Item = Result<(usize, String), InputError>> {
    (1..)
        .zip(reader.lines())
        .map(|(number, line)| match line {
            Ok(line) => Ok((number, line)),
            Err(error) => Err(InputError::at(number, error)),
        })
        .filter(|line| !matches!(line, Ok((_, text)) if text.trim().is_empty()))
}
