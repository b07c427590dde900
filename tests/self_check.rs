//! The search checked against itself and the machine on random scripts: docs/self-checks.md.
//!
//! `DAXSCOPE_SEEDS=17..18` chooses the cases; `DAXSCOPE_SLOW=1` (`cargo xtask test --slow`) makes them many and thorough.

use daxscope_explore::self_check::shrink::shrink;
use daxscope_explore::self_check::{Case, Difference, Effort, differences};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// How the case of a seed is drawn.
type Draw = fn(u64) -> Case;

fn is_slow() -> bool {
    std::env::var_os("DAXSCOPE_SLOW").is_some()
}

/// The cases: a hundred, or two thousand, or those asked for.
fn seeds() -> Range<u64> {
    let Ok(asked) = std::env::var("DAXSCOPE_SEEDS") else { return if is_slow() { 0..2_000 } else { 0..100 } };
    let (first, end) = asked.split_once("..").expect("DAXSCOPE_SEEDS=FIRST..END");
    first.parse().expect("the first seed")..end.parse().expect("the seed behind the last")
}

fn effort() -> Effort {
    if is_slow() { Effort::THOROUGH } else { Effort::QUICK }
}

/// The differences of each case that has any.
fn failing(draw: Draw) -> BTreeMap<u64, Vec<Difference>> {
    let (seeds, effort) = (seeds(), effort());
    let next = AtomicU64::new(seeds.start);
    let failing = Mutex::new(BTreeMap::new());
    let jobs = std::thread::available_parallelism().map_or(1, |jobs| jobs.get());
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        break;
                    }
                    let found = differences(&draw(seed), effort);
                    if !found.is_empty() {
                        failing.lock().expect("no job died").insert(seed, found);
                    }
                }
            });
        }
    });
    failing.into_inner().expect("no job died")
}

/// What a person needs to look into a case: the command that repeats it, the script made smaller, and what differs.
fn told(draw: Draw, seed: u64, found: &[Difference]) -> String {
    let (case, effort) = (draw(seed), effort());
    let kind = found[0].kind();
    let small = shrink(&case, |case| differences(case, effort).iter().any(|difference| difference.kind() == kind));
    let slow = if is_slow() { "DAXSCOPE_SLOW=1 " } else { "" };
    let end = seed + 1;
    let again = format!("{slow}DAXSCOPE_SEEDS={seed}..{end} cargo test -p daxscope-explore --test self_check");
    let list = |found: &[Difference]| found.iter().map(|one| format!("  {one}\n")).collect::<String>();
    let (whole, now) = (list(found), list(&differences(&small, effort)));
    let (script, text) = (case.text(), small.text());
    format!("seed {seed}: {again}\n{script}{whole}made smaller:\n{text}{now}")
}

#[test]
fn all_ways_of_searching_find_the_same_rules() {
    check(Case::random);
}

#[test]
fn all_ways_of_searching_find_the_same_rules_on_kernels_with_an_xarray() {
    check(Case::random_of_xarray);
}

fn check(draw: Draw) {
    let failing = failing(draw);
    let mut kinds: BTreeMap<_, Vec<u64>> = BTreeMap::new();
    for (&seed, found) in &failing {
        found.iter().for_each(|difference| kinds.entry(difference.kind()).or_default().push(seed));
    }
    for (kind, seeds) in &kinds {
        println!("{:3} {kind:?}: {seeds:?}", seeds.len());
    }
    let first: Vec<String> = failing.iter().take(5).map(|(&seed, found)| told(draw, seed, found)).collect();
    assert!(failing.is_empty(), "{} of {} cases differ\n{}", failing.len(), seeds().count(), first.join("\n"));
}
