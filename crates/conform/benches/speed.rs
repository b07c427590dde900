//! How fast the engine is, as one table on standard output. `docs/benches.md` says how to read it.
//!
//! Without a harness: the inputs of the tree are fixed by `tests/vectors/tree/README.md`, whose C figures stand beside
//! ours, and they are best of three there too.

mod keys;

use daxscope_conform::dax::{KNOWN_FAILURES, read, run_dax_file};
use daxscope_conform::input;
use daxscope_core::machine::Machine;
use daxscope_core::radix::{RadixTree, Tag};
use daxscope_core::scenario::{Choice, Scenario, StepSize, format, parse};
use keys::{Spread, numbers};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

const ROUNDS: usize = 3;

fn main() {
    // `cargo test --all-targets` runs this too, without the argument.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    println!("{:<52}{:>12}{:>12}{:>8}", "ns per operation, best of 3", "here", "C, 4.10", "ratio");
    radix_trees();
    tags_and_splits();
    machine();
    conformance();
}

/// The best of three, as ns for each of `operations`.
fn best(operations: usize, mut round: impl FnMut() -> Duration) -> f64 {
    let best = (0..ROUNDS).map(|_| round()).min().expect("three rounds");
    best.as_secs_f64() * 1e9 / operations as f64
}

/// How long `work` takes. What it returns is dropped behind the clock.
fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    let result = black_box(work());
    let elapsed = start.elapsed();
    drop(result);
    elapsed
}

fn row(name: &str, here: f64, c: Option<f64>) {
    match c {
        Some(c) => println!("{name:<52}{here:>12.1}{c:>12.1}{:>8.2}", here / c),
        None => println!("{name:<52}{here:>12.1}"),
    }
}

/// A line of the README's table.
struct Case {
    name: &'static str,
    keys: usize,
    order: u8,
    spread: Spread,
    /// Insert, lookup hit, miss, iterate, delete.
    c: [f64; 5],
}

const CASES: [Case; 7] = [
    Case {
        name: "order 0, sequential",
        keys: 1_000_000,
        order: 0,
        spread: Spread::Sequential,
        c: [15.3, 6.5, 6.6, 1.6, 17.2],
    },
    Case {
        name: "order 0, shuffled, 1 in 4",
        keys: 1_000_000,
        order: 0,
        spread: Spread::OneInFour,
        c: [124.0, 44.5, 43.6, 23.9, 126.0],
    },
    Case {
        name: "order 0, random in 2^36",
        keys: 1_000_000,
        order: 0,
        spread: Spread::Random,
        c: [539.0, 281.0, 276.0, 1105.0, 869.0],
    },
    Case {
        name: "order 9, sequential",
        keys: 1_000_000,
        order: 9,
        spread: Spread::Sequential,
        c: [100.0, 69.0, 69.0, 73.0, 75.0],
    },
    Case {
        name: "order 9, shuffled, 1 in 4",
        keys: 1_000_000,
        order: 9,
        spread: Spread::OneInFour,
        c: [619.0, 169.0, 147.0, 361.0, 645.0],
    },
    Case {
        name: "order 0, 1,000 keys shuffled, 1 in 4",
        keys: 1000,
        order: 0,
        spread: Spread::OneInFour,
        c: [23.8, 5.6, 5.1, 5.4, 27.5],
    },
    Case {
        name: "order 9, 1,000 keys shuffled, 1 in 4",
        keys: 1000,
        order: 9,
        spread: Spread::OneInFour,
        c: [63.2, 15.2, 13.3, 63.1, 65.1],
    },
];

/// Keys in the order of insertion, and keys that are not there.
fn keys(case: &Case) -> (Vec<u64>, Vec<u64>) {
    let keys = numbers(case.keys, case.spread);
    let missing = keys.iter().map(|key| match case.spread {
        Spread::Sequential => key + case.keys as u64,
        Spread::OneInFour => key ^ 1,
        Spread::Random => key ^ (1 << 35),
    });
    let missing = missing.map(|key| key << case.order).collect();
    (keys.into_iter().map(|key| key << case.order).collect(), missing)
}

fn filled(keys: &[u64], order: u8) -> RadixTree {
    let mut tree = RadixTree::default();
    for (at, &key) in keys.iter().enumerate() {
        // Of random keys a few come twice.
        let _ = tree.insert(key, order, (at as u64) << 6 | 2);
    }
    tree
}

fn look_up(tree: &RadixTree, keys: &[u64], order: u8) -> u64 {
    let inside = if order == 9 { 511 } else { 0 };
    keys.iter().fold(0, |sum, &key| sum ^ tree.lookup(key + (key >> order & inside)))
}

fn radix_trees() {
    for case in &CASES {
        let (keys, missing) = keys(case);
        // Short rounds are repeated, so that the clock can tell.
        let repeat = 1_000_000 / case.keys;
        let count = case.keys * repeat;
        let [insert, hit, miss, iterate, delete] = case.c;
        let mut trees = Vec::new();
        let here = best(count, || {
            trees.clear();
            timed(|| trees.extend((0..repeat).map(|_| filled(&keys, case.order))))
        });
        row(&format!("{}: insert", case.name), here, Some(insert));
        trees.truncate(1);
        let tree = &trees[0];
        let here = best(count, || timed(|| (0..repeat).fold(0, |sum, _| sum ^ look_up(tree, &keys, case.order))));
        row(&format!("{}: lookup hit", case.name), here, Some(hit));
        let here = best(count, || timed(|| (0..repeat).fold(0, |sum, _| sum ^ look_up(tree, &missing, case.order))));
        row(&format!("{}: lookup miss", case.name), here, Some(miss));
        let here = best(count, || timed(|| (0..repeat).map(|_| tree.gang_lookup(0, usize::MAX).len()).sum::<usize>()));
        row(&format!("{}: iterate (gang lookup)", case.name), here, Some(iterate));
        let full = trees.pop().expect("one is left");
        let here = best(count, || {
            let mut trees: Vec<_> = (0..repeat).map(|_| full.clone()).collect();
            timed(|| {
                for tree in &mut trees {
                    keys.iter().for_each(|&key| {
                        tree.delete(key);
                    });
                }
                trees
            })
        });
        row(&format!("{}: delete", case.name), here, Some(delete));
    }
}

fn tags_and_splits() {
    const RANGES: u64 = 1000;
    const PAGES: u64 = 1_000_000;
    let pages: Vec<u64> = (0..PAGES).collect();
    let tree = filled(&pages, 0);
    let here = best(pages.len(), || {
        let mut tree = tree.clone();
        timed(|| {
            pages.iter().for_each(|&page| {
                tree.tag_set(page, Tag::Dirty).expect("it is there");
            });
            tree
        })
    });
    row("order 0, sequential: tag_set", here, None);
    let starts: Vec<u64> = (0..RANGES).map(|range| range << 9).collect();
    let huge = filled(&starts, 9);
    let here = best(starts.len(), || {
        let mut tree = huge.clone();
        timed(|| {
            starts.iter().for_each(|&start| {
                tree.split_fill(start, 0, 2).expect("memory is not limited");
            });
            tree
        })
    });
    row("order 9: split into 512 entries, each filled", here, None);
    let here = best(starts.len(), || {
        let mut tree = huge.clone();
        timed(|| {
            starts.iter().for_each(|&start| {
                tree.delete(start);
                tree.insert(start + 3, 0, 2).expect("memory is not limited");
            });
            tree
        })
    });
    row("order 9: downgrade (delete, insert order 0)", here, None);
}

/// Three threads that meet on one range: the lost wake-up of series v5.
const SCRIPT: &str = "title lost wake-up\nrevision v5\nfile 4M\nextent 2M..4M mapped at 0x1007p\nthread A\n  read 2M at 0x202p\n\
                      thread B\n  read 4K at 0x203p\nthread C\n  read 4K at 0x204p\n";

/// Lets the first thread that can run make every step; the machine at the end, and the number of steps.
fn run(scenario: &Arc<Scenario>, size: StepSize) -> (Machine, usize) {
    let mut machine = Machine::new(Arc::clone(scenario));
    let mut count = 0;
    loop {
        let next = machine.enabled().next();
        let Some(thread) = next else { return (machine, count) };
        machine.step(Choice::run(thread), size);
        count += 1;
    }
}

fn machine() {
    const RUNS: usize = 1000;
    let scenario = Arc::new(parse(SCRIPT).scenario);
    for (name, size) in [("operation", StepSize::Operation), ("point", StepSize::Point)] {
        let count = run(&scenario, size).1 * RUNS;
        let here = best(count, || timed(|| (0..RUNS).for_each(|_| drop(black_box(run(&scenario, size))))));
        row(&format!("machine: one step by {name}"), here, None);
    }
    let (end, _) = run(&scenario, StepSize::Point);
    let here = best(RUNS, || timed(|| (0..RUNS).for_each(|_| drop(black_box(end.world.clone())))));
    row("world: clone", here, None);
    let mut halfway = Machine::new(Arc::clone(&scenario));
    for _ in 0..run(&scenario, StepSize::Point).1 / 2 {
        let thread = halfway.enabled().next().expect("not at its end");
        halfway.step(Choice::run(thread), StepSize::Point);
    }
    let thread = halfway.enabled().next().expect("not at its end");
    let here = best(RUNS, || timed(|| (0..RUNS).for_each(|_| drop(black_box(halfway.clone())))));
    row("machine: fork halfway", here, None);
    let here = best(RUNS, || {
        timed(|| {
            for _ in 0..RUNS {
                let mut fork = halfway.clone();
                black_box(fork.step(Choice::run(thread), StepSize::Point));
            }
        })
    });
    row("machine: fork halfway, rebuild a thread, one step", here, None);
    let here = best(RUNS, || timed(|| (0..RUNS).for_each(|_| drop(black_box(parse(SCRIPT))))));
    row("script: parse 9 lines", here, None);
    let here = best(RUNS, || timed(|| (0..RUNS).for_each(|_| drop(black_box(format(&scenario))))));
    row("script: format", here, None);
}

fn conformance() {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/dax/mt.jsonl.gz");
    let open = || input::open(&path).expect("a shipped recording");
    let steps: usize = read(open()).expect("it reads").map(|run| run.expect("it reads").1.schedule().len()).sum();
    let here = best(steps, || timed(|| run_dax_file(open(), KNOWN_FAILURES).expect("it reads")));
    row("conformance: one step read, replayed and compared", here, None);
    println!("conformance: {:.0} steps/s", 1e9 / here);
}
