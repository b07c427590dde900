//! Drawing lots for a random script, and the script as it grows.

use crate::mix::{Random, scramble};

/// A script being drawn.
pub(super) struct Draw {
    random: Random,
    text: String,
    /// The pages that most operations are about, so that threads meet.
    pub(super) hot: [u64; 2],
}

impl Draw {
    pub(super) fn new(seed: u64) -> Draw {
        // Neighbouring seeds are to have nothing in common.
        Draw { random: Random::new(scramble(seed ^ 0x5ca1_ab1e)), text: String::new(), hot: [0; 2] }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.random.below(end)
    }

    pub(super) fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    pub(super) fn one_of<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len() as u64) as usize]
    }

    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }
}
