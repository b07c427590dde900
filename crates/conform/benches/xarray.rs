//! How fast the XArray is, as one table on standard output, beside the figures of the C code. `docs/benches.md` says how to
//! read it.
//!
//! The keys are those of `tests/vectors/xarray-tree/README.md`, whose C figures stand beside ours.

use cpu_time::ThreadTime;
mod keys;

use daxscope_core::tree::xarray::{Mark, Word, XArray, Xas};
use keys::{Spread, numbers};
use std::hint::black_box;
use std::time::Duration;

fn main() {
    // `cargo test --all-targets` runs this too, without the argument.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let only: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    println!("{:<40}{:<18}{:>10}{:>10}{:>8}", "ns of CPU time per operation, lowest", "", "here", "C, 7.3", "ratio");
    let cases: Vec<&Case> =
        CASES.iter().filter(|case| only.is_empty() || only.iter().any(|part| case.name.contains(part))).collect();
    let mut lowest = vec![[f64::INFINITY; ROWS.len()]; cases.len()];
    for _ in 0..PASSES {
        for (case, lowest) in cases.iter().zip(&mut lowest) {
            for (lowest, here) in lowest.iter_mut().zip(measure(case)) {
                *lowest = lowest.min(here);
            }
        }
    }
    let mut ratios = Vec::new();
    for (case, lowest) in cases.iter().zip(lowest) {
        for ((name, here), c) in ROWS.iter().zip(lowest).zip(case.c) {
            println!("{:<40}{name:<18}{here:>10.1}{c:>10.1}{:>8.2}", case.name, here / c);
            ratios.push(here / c);
        }
    }
    let mean = (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp();
    let most = ratios.iter().copied().fold(0.0, f64::max);
    println!("geometric mean of {} ratios: {mean:.2}; largest: {most:.2}", ratios.len());
}

/// How often everything is measured; the lowest figure counts, as it does for the C code. Others use the machine as well.
const PASSES: usize = 3;

const ROWS: [&str; 7] = ["insert", "lookup hit", "lookup miss", "iterate", "mark set", "marked iterate", "delete"];

/// A line of the README's table.
struct Case {
    name: &'static str,
    keys: usize,
    order: u8,
    spread: Spread,
    c: [f64; ROWS.len()],
}

const CASES: [Case; 7] = [
    Case {
        name: "order 0, sequential",
        keys: 1_000_000,
        order: 0,
        spread: Spread::Sequential,
        c: [17.0, 9.8, 10.7, 1.9, 9.5, 3.6, 19.8],
    },
    Case {
        name: "order 0, shuffled, 1 in 4",
        keys: 1_000_000,
        order: 0,
        spread: Spread::OneInFour,
        c: [193.0, 94.0, 83.0, 31.0, 95.0, 17.0, 195.0],
    },
    Case {
        name: "order 0, random in 2^36",
        keys: 1_000_000,
        order: 0,
        spread: Spread::Random,
        c: [2136.0, 983.0, 1108.0, 2115.0, 2313.0, 2204.0, 3126.0],
    },
    Case {
        name: "order 9, sequential",
        keys: 1_000_000,
        order: 9,
        spread: Spread::Sequential,
        c: [47.0, 18.5, 66.0, 18.5, 18.8, 15.4, 38.0],
    },
    Case {
        name: "order 9, shuffled, 1 in 4",
        keys: 1_000_000,
        order: 9,
        spread: Spread::OneInFour,
        c: [812.0, 286.0, 219.0, 351.0, 341.0, 268.0, 887.0],
    },
    Case {
        name: "order 0, 1,000 keys shuffled, 1 in 4",
        keys: 1000,
        order: 0,
        spread: Spread::OneInFour,
        c: [13.4, 5.6, 5.8, 3.8, 6.4, 3.8, 17.2],
    },
    Case {
        name: "order 9, 1,000 keys shuffled, 1 in 4",
        keys: 1000,
        order: 9,
        spread: Spread::OneInFour,
        c: [44.0, 10.9, 7.5, 70.0, 13.3, 8.5, 43.0],
    },
];

/// The best of some rounds, as ns for each of `operations`: three of long rounds, more of short ones.
fn best(operations: usize, mut round: impl FnMut() -> Duration) -> f64 {
    const ENOUGH: Duration = Duration::from_millis(400);
    let (mut best, mut spent, mut rounds) = (Duration::MAX, Duration::ZERO, 0);
    while rounds < 3 || (spent < ENOUGH && rounds < 2000) {
        let took = round();
        best = best.min(took);
        spent += took;
        rounds += 1;
    }
    best.as_secs_f64() * 1e9 / operations as f64
}

/// The CPU time of `work`: others use the machine as well.
fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = ThreadTime::now();
    black_box(work());
    start.elapsed()
}

fn word(at: usize) -> Word {
    Word::value((at as u64) << 4)
}

fn insert_all(array: &mut XArray, keys: &[u64], order: u8) {
    for (at, &key) in keys.iter().enumerate() {
        Xas::with_order(key, order).store(array, word(at));
    }
}

fn delete_all(array: &mut XArray, keys: &[u64], order: u8) {
    for &key in keys {
        Xas::with_order(key, order).store(array, Word::NULL);
    }
}

fn look_up(array: &XArray, indices: &[u64]) -> u64 {
    indices.iter().fold(0, |sum, &index| sum ^ array.load(index).bits())
}

fn iterate(array: &XArray) -> u64 {
    let mut xas = Xas::new(0);
    let mut sum = 0;
    let mut found = xas.find(array, u64::MAX);
    while !found.is_null() {
        sum ^= found.bits();
        found = xas.next_entry(array, u64::MAX);
    }
    sum
}

fn iterate_marked(array: &XArray) -> u64 {
    let mut xas = Xas::new(0);
    let mut sum = 0;
    let mut found = xas.find_marked(array, u64::MAX, Mark::Dirty);
    while !found.is_null() {
        sum ^= found.bits();
        found = xas.next_marked(array, u64::MAX, Mark::Dirty);
    }
    sum
}

/// Mark set as `xas_load` and `xas_set_mark` on a fresh state of the entry's order.
fn mark_all(array: &mut XArray, keys: &[u64]) {
    for &key in keys {
        let mut xas = Xas::new(key);
        xas.load(array);
        xas.set_mark(array, Mark::Dirty);
    }
}

/// The rows of one case, ns each.
fn measure(case: &Case) -> [f64; ROWS.len()] {
    let (order, count) = (case.order, case.keys);
    let numbers = numbers(case.keys, case.spread);
    let inside = if order == 9 { 511 } else { 0 };
    let keys: Vec<u64> = numbers.iter().map(|number| number << order).collect();
    let hits: Vec<u64> = numbers.iter().map(|number| (number << order) + (number & inside)).collect();
    let mut array = XArray::new();
    insert_all(&mut array, &keys, order);
    // The memory of the nodes is there from the first round on, as it is in the C figures.
    delete_all(&mut array, &keys, order);
    let insert = best(count, || {
        let took = timed(|| insert_all(&mut array, &keys, order));
        delete_all(&mut array, &keys, order);
        took
    });
    insert_all(&mut array, &keys, order);
    let hit = best(count, || timed(|| look_up(&array, &hits)));
    let miss = misses(case, &mut array, &numbers, &hits);
    let all = best(count, || timed(|| iterate(&array)));
    let mark = best(count, || {
        let mut unmarked = Xas::new(0);
        while !unmarked.find_marked(&array, u64::MAX, Mark::Dirty).is_null() {
            unmarked.clear_mark(&mut array, Mark::Dirty);
        }
        timed(|| mark_all(&mut array, &keys))
    });
    let marked = best(count, || timed(|| iterate_marked(&array)));
    let delete = best(count, || {
        let took = timed(|| delete_all(&mut array, &keys, order));
        insert_all(&mut array, &keys, order);
        took
    });
    [insert, hit, miss, all, mark, marked, delete]
}

/// Look-ups of what is not there: the key with bit 1 flipped, in the same node. Where all keys are there, every fourth is
/// erased first, and those are looked up four times over.
fn misses(case: &Case, array: &mut XArray, numbers: &[u64], hits: &[u64]) -> f64 {
    if case.spread != Spread::Sequential {
        let inside = if case.order == 9 { 511 } else { 0 };
        let missing: Vec<u64> = numbers.iter().map(|number| ((number ^ 2) << case.order) + (number & inside)).collect();
        return best(case.keys, || timed(|| look_up(array, &missing)));
    }
    let mut thinned = array.clone();
    let missing: Vec<u64> = hits.iter().copied().step_by(4).collect();
    for &index in &missing {
        thinned.erase(index);
    }
    best(case.keys, || timed(|| (0..4).fold(0, |sum, _| sum ^ look_up(&thinned, &missing))))
}
