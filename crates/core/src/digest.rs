//! A 128-bit hash that is the same on every machine and target.

use std::hash::{Hash, Hasher};

/// Two 64-bit halves, mixed with every word that is written. Not for adversaries.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Digest(u64, u64);

impl Default for Digest {
    fn default() -> Digest {
        Digest(0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344)
    }
}

impl Digest {
    /// The digest of a value.
    #[must_use]
    pub fn of(value: &impl Hash) -> Digest {
        let mut digest = Digest::default();
        value.hash(&mut digest);
        digest
    }

    /// All 128 bits.
    #[must_use]
    pub const fn bits(self) -> u128 {
        (self.0 as u128) << 64 | self.1 as u128
    }

    /// One round: both halves see the word, each through a 128-bit product of its own.
    #[inline]
    const fn mix(&mut self, word: u64) {
        const A: u64 = 0x9e37_79b9_7f4a_7c15;
        const B: u64 = 0xd1b5_4a32_d192_ed03;
        let first = (self.0 ^ word) as u128 * A as u128;
        let second = (self.1.rotate_left(29) ^ word ^ B) as u128 * (B ^ (A << 1)) as u128;
        self.0 = (first as u64 ^ (first >> 64) as u64).wrapping_add(self.1);
        self.1 = second as u64 ^ (second >> 64) as u64 ^ self.0.rotate_left(17);
    }
}

/// Numbers are written as 64-bit words, so that `usize` gives the same digest on a 32-bit target.
impl Hasher for Digest {
    fn finish(&self) -> u64 {
        self.0 ^ self.1.rotate_left(32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.mix(u64::from_le_bytes(word));
        }
        self.mix(bytes.len() as u64);
    }

    fn write_u8(&mut self, number: u8) {
        self.mix(number.into());
    }

    fn write_u16(&mut self, number: u16) {
        self.mix(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        self.mix(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.mix(number);
    }

    fn write_usize(&mut self, number: usize) {
        self.mix(number as u64);
    }

    fn write_isize(&mut self, number: isize) {
        self.mix(number as i64 as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_values_differ_in_both_halves() {
        let mut seen: Vec<Digest> = (0_u64..1000).map(|number| Digest::of(&number)).collect();
        seen.extend((0_u64..1000).map(|number| Digest::of(&(number, 1_u8))));
        let (mut high, mut low): (Vec<_>, Vec<_>) = seen.iter().map(|digest| (digest.0, digest.1)).unzip();
        for half in [&mut high, &mut low] {
            crate::order::sort(half);
            half.dedup();
            assert_eq!(half.len(), 2000);
        }
    }

    #[test]
    fn the_digest_is_the_same_everywhere() {
        assert_eq!(Digest::of(&(1_usize, "daxscope", [3_u8; 3])), Digest::of(&(1_usize, "daxscope", [3_u8; 3])));
        assert_ne!(Digest::of(&"ab"), Digest::of(&"ba"));
    }
}
