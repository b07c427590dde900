//! Hashing of states: every number of a state, by its position, has a 64-bit value of its own; a state's value is their
//! sum, so that a step changes it by a difference.

/// The value of a number at a position.
#[inline]
#[must_use]
pub const fn value(position: usize, number: u32) -> u64 {
    scramble((position as u64 + 1) << 32 | number as u64)
}

/// A bijection of 64-bit numbers in which every bit of the result depends on every bit given (the finalizer of
/// SplitMix64; Steele, Lea and Flood, OOPSLA 2014).
#[inline]
#[must_use]
pub const fn scramble(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ number >> 31
}

/// Passes hashes through, for maps whose keys are hashes already.
#[derive(Clone, Copy, Default, Debug)]
pub struct Identity;

impl std::hash::BuildHasher for Identity {
    type Hasher = IdentityHasher;

    fn build_hasher(&self) -> IdentityHasher {
        IdentityHasher(0)
    }
}

/// Passes a 64-bit number through.
#[derive(Clone, Copy, Debug)]
pub struct IdentityHasher(u64);

impl std::hash::Hasher for IdentityHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = scramble(self.0 ^ u64::from(byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }

    fn write_u128(&mut self, number: u128) {
        self.0 = scramble(number as u64 ^ scramble((number >> 64) as u64));
    }
}

/// Random numbers from a seed: the same seed gives the same numbers everywhere (SplitMix64).
#[derive(Clone, Copy, Debug)]
pub struct Random(u64);

impl Random {
    /// The numbers of that seed.
    #[must_use]
    pub const fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// A number below `end`, which is small.
    pub const fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        scramble(self.0) % end
    }
}
