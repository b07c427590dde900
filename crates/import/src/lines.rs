//! Lines of a stream, without keeping it: a line that lies in the reader's buffer is not even copied.

use crate::limits::MAX_LINE_BYTES;
use std::io::{self, BufRead};

/// Reads lines, at most [`MAX_LINE_BYTES`] of each.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    input: R,
    /// Bytes of the buffer that the last line took.
    taken: usize,
    long: Vec<u8>,
    /// Bytes read so far.
    pub(crate) bytes: u64,
    /// Number of the last line.
    pub(crate) number: u64,
}

/// A line without its end.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    pub(crate) text: &'a [u8],
    /// Was it longer, and is the rest left out?
    pub(crate) is_cut: bool,
}

impl<R: BufRead> Lines<R> {
    pub(crate) const fn new(input: R) -> Lines<R> {
        Lines { input, taken: 0, long: Vec::new(), bytes: 0, number: 0 }
    }

    /// The next line; `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.input.consume(std::mem::take(&mut self.taken));
        let buffer = filled(&mut self.input)?;
        if buffer.is_empty() {
            return Ok(None);
        }
        self.number += 1;
        match buffer.iter().position(|&byte| byte == b'\n') {
            Some(end) if end <= MAX_LINE_BYTES => {
                self.taken = end + 1;
                self.bytes += self.taken as u64;
                // Asked again because the compiler cannot know that it is the same buffer.
                let buffer = self.input.fill_buf()?;
                Ok(Some(Line { text: without_return(buffer.get(..end).unwrap_or(buffer)), is_cut: false }))
            }
            _ => self.gather().map(Some),
        }
    }

    /// A line that is longer than what the buffer holds.
    fn gather(&mut self) -> io::Result<Line<'_>> {
        self.long.clear();
        let mut is_cut = false;
        loop {
            let buffer = filled(&mut self.input)?;
            if buffer.is_empty() {
                break;
            }
            let end = buffer.iter().position(|&byte| byte == b'\n');
            let part = &buffer[..end.unwrap_or(buffer.len())];
            let room = MAX_LINE_BYTES - self.long.len();
            is_cut |= part.len() > room;
            self.long.extend_from_slice(&part[..part.len().min(room)]);
            let used = end.map_or(part.len(), |end| end + 1);
            self.bytes += used as u64;
            self.input.consume(used);
            if end.is_some() {
                break;
            }
        }
        Ok(Line { text: without_return(&self.long), is_cut })
    }
}

/// The buffer, filled; a call that was interrupted by a signal is made again.
pub(crate) fn filled<R: BufRead>(input: &mut R) -> io::Result<&[u8]> {
    loop {
        match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
            Ok(_) => return input.fill_buf(),
        }
    }
}

fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    fn all(text: &[u8], capacity: usize) -> Vec<(Vec<u8>, bool)> {
        let mut lines = Lines::new(BufReader::with_capacity(capacity, text));
        let mut found = Vec::new();
        while let Some(line) = lines.next().expect("memory") {
            found.push((line.text.to_vec(), line.is_cut));
        }
        assert_eq!(lines.bytes, text.len() as u64);
        assert_eq!(lines.number, found.len() as u64);
        found
    }

    #[test]
    fn lines_are_the_same_whatever_the_buffer() {
        let text = b"one\r\n\nthree and more\nlast without end";
        let expected: Vec<(Vec<u8>, bool)> = [&b"one"[..], b"", b"three and more", b"last without end"]
            .into_iter()
            .map(|line| (line.to_vec(), false))
            .collect();
        for capacity in 1..50 {
            assert_eq!(all(text, capacity), expected, "{capacity}");
        }
        assert!(all(b"", 8).is_empty());
    }

    #[test]
    fn a_line_without_end_is_cut() {
        let mut text = vec![b'x'; 3 * MAX_LINE_BYTES];
        text.extend_from_slice(b"\nnext\n");
        for capacity in [100, 1 << 20] {
            let found = all(&text, capacity);
            assert_eq!(found.len(), 2);
            assert!(found[0].1 && found[0].0.len() == MAX_LINE_BYTES);
            assert_eq!(found[1], (b"next".to_vec(), false));
        }
    }
}
