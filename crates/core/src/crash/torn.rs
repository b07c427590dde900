//! A page line by line: a power failure spares some of its cache lines, and not others.

use super::device::{Content, Device};
use crate::units::Block;

/// Cache lines of a page, of 64 bytes each.
pub const LINES: usize = 64;

/// A block of which each line may hold one thing or another after the failure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Torn {
    /// What a line may hold, oldest first: what the medium has for sure, then the stores that may have reached it.
    pub contents: Vec<Content>,
    /// What each line holds in one of the ways: its place in `contents`. Of up to eight contents all occur.
    pub lines: [u8; LINES],
}

impl Device {
    /// One of the ways in which a power failure now may tear the block; `None`: all of it is on the medium.
    ///
    /// All stores are of whole pages, so all lines are in the same case: each has been evicted at some time since its last
    /// flush, or not. Which have been is made up here, and always the same.
    #[must_use]
    pub fn torn(&self, block: Block) -> Option<Torn> {
        let state = self.block(block).filter(|state| !state.pending.is_empty())?;
        let mut contents = vec![self.content(block, true)];
        contents.extend(state.pending.iter().copied().map(Content::Store));
        let mut lines = [0; LINES];
        for (at, line) in lines.iter_mut().enumerate() {
            *line = (scattered(at) % contents.len().min(LINES)) as u8;
        }
        Some(Torn { contents, lines })
    }
}

/// Numbers that look as if nobody had chosen them.
const fn scattered(line: usize) -> usize {
    ((line + 3) * (line + 3) * 37 + line * 11) % 101
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_content_occurs() {
        for count in 1..=8 {
            let mut seen = vec![0; count];
            (0..LINES).for_each(|line| seen[scattered(line) % count] += 1);
            assert!(seen.iter().all(|&seen| seen > 3), "{count}: {seen:?}");
        }
    }
}
