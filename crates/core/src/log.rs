//! The outcomes that a thread has received, in pieces that copies share.

use crate::op::Outcome;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Outcomes of one piece.
const PIECE: usize = 256;

/// A list that only grows. A copy costs a pointer for each full piece, and the outcomes behind those.
#[derive(Clone, Default, Debug)]
pub struct Log {
    full: Vec<Arc<[Outcome]>>,
    rest: Vec<Outcome>,
}

impl Log {
    /// One more.
    pub fn push(&mut self, outcome: Outcome) {
        self.rest.push(outcome);
        if self.rest.len() == PIECE {
            self.full.push(std::mem::take(&mut self.rest).into());
        }
    }

    /// All, first to last.
    pub fn iter(&self) -> impl Iterator<Item = &Outcome> {
        self.full.iter().flat_map(|piece| piece.iter()).chain(&self.rest)
    }

    /// All but the first `before`.
    pub fn iter_from(&self, before: usize) -> impl Iterator<Item = &Outcome> {
        let full = before / PIECE;
        let (pieces, rest) = (self.full.iter().skip(full), before - full.min(self.full.len()) * PIECE);
        pieces.flat_map(|piece| piece.iter()).chain(&self.rest).skip(rest)
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.full.len() * PIECE + self.rest.len()
    }

    /// Has the thread not begun?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.full.is_empty() && self.rest.is_empty()
    }
}

/// Pieces are full, so equal lists are cut alike.
impl PartialEq for Log {
    fn eq(&self, other: &Log) -> bool {
        self.full == other.full && self.rest == other.rest
    }
}

impl Eq for Log {}

impl Hash for Log {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.len().hash(hasher);
        self.iter().for_each(|outcome| outcome.hash(hasher));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pushed_comes_back_in_order() {
        let mut log = Log::default();
        assert!(log.is_empty());
        for number in 0..1_000 {
            log.push(Outcome::Number(number));
        }
        let copy = log.clone();
        log.push(Outcome::Done);
        assert_eq!((log.len(), copy.len()), (1_001, 1_000));
        assert!(copy.iter().eq((0..1_000).map(Outcome::Number).collect::<Vec<_>>().iter()));
        assert_ne!(log, copy);
        for before in [0, 1, 255, 256, 257, 767, 768, 1_000, 1_001] {
            assert!(log.iter_from(before).eq(log.iter().skip(before)), "{before}");
        }
    }
}
