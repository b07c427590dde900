//! The keys of the C figures: those of `tests/vectors/tree/README.md`, which the XArray's figures are for too.

/// How keys lie in the file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spread {
    /// One behind the other, inserted in that order.
    Sequential,
    /// One in each group of four, shuffled.
    OneInFour,
    /// Anywhere below 2^36.
    Random,
}

/// The generator of the README.
struct Xorshift(u64);

impl Xorshift {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

/// The numbers of `count` ranges, in the order of insertion.
pub(crate) fn numbers(count: usize, spread: Spread) -> Vec<u64> {
    let mut random = Xorshift(88_172_645_463_325_252);
    let mut numbers: Vec<u64> = (0..count as u64)
        .map(|at| match spread {
            Spread::Sequential => at,
            Spread::OneInFour => 4 * at + random.next() % 4,
            Spread::Random => random.next() % (1 << 36),
        })
        .collect();
    if spread != Spread::Sequential {
        for at in (1..numbers.len()).rev() {
            numbers.swap(at, (random.next() % (at as u64 + 1)) as usize);
        }
    }
    numbers
}
