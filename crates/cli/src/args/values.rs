//! Values of words: numbers with a limit, sizes, policies. What is wrong is a sentence that names the limit.

use super::names::Named;
use daxscope_core::check::Rule;
use daxscope_explore::shard::MOST_SHARDS;
use daxscope_explore::{Bounds, Policy, Shard};

/// Most threads of one call. Each has room of its own to work in, and no machine has more processors to gain from.
pub(crate) const MAX_JOBS: usize = 256;
/// Most priorities that fall in a run of `pct`. A bug that takes more orderings than that is not found by chance.
pub(crate) const MAX_CHANGES: u32 = 1_000;
/// The longest time that `--bound seconds=N` takes: a year.
pub(crate) const MAX_SECONDS: u64 = 366 * 24 * 60 * 60;
/// The least memory that `--bound memory=SIZE` takes: less is gone before the first state is stored.
pub(crate) const MIN_MEMORY: u64 = 16 << 20;

/// One `--bound`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum BoundWord {
    /// Most states.
    States(u32),
    /// Most steps from the start.
    Depth(u32),
    /// Most seconds on the clock.
    Seconds(u64),
    /// Most bytes.
    Memory(u64),
}

/// `states=N`, `depth=N`, `seconds=N`, `memory=500M`.
pub(crate) fn bound(text: &str) -> Result<BoundWord, String> {
    let wrong = || format!("it is `states=N`, `depth=N`, `seconds=N` or `memory=SIZE` (500M, 2G), not `{text}`");
    let (name, value) = text.split_once('=').ok_or_else(wrong)?;
    let number = || value.parse::<u32>().map_err(|_| format!("{}; N is a number from 0 to {}", wrong(), u32::MAX));
    match name {
        "states" => number().map(BoundWord::States),
        "depth" => number().map(BoundWord::Depth),
        "seconds" => match value.parse() {
            Ok(seconds @ 1..=MAX_SECONDS) => Ok(BoundWord::Seconds(seconds)),
            _ => Err(format!("`seconds` is a number from 1 to {MAX_SECONDS} (a year), not `{value}`")),
        },
        "memory" => memory(value).map(BoundWord::Memory),
        _ => Err(wrong()),
    }
}

/// `500M`, `2G`, or a number of bytes.
fn memory(text: &str) -> Result<u64, String> {
    let wrong = || {
        let least = MIN_MEMORY >> 20;
        format!("`memory` is a size like 500M or 2G (K, M, G and T count in 1024s), {least}M at least, not `{text}`")
    };
    let shift = match text.chars().last().ok_or_else(wrong)?.to_ascii_uppercase() {
        'K' => 10,
        'M' => 20,
        'G' => 30,
        'T' => 40,
        _ => 0,
    };
    let digits = if shift > 0 { &text[..text.len() - 1] } else { text };
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    number.checked_mul(1 << shift).filter(|bytes| *bytes >= MIN_MEMORY).ok_or_else(wrong)
}

/// A size as [`bound`] takes it.
pub(crate) fn size(bytes: u64) -> String {
    [(30, 'G'), (20, 'M'), (10, 'K')]
        .into_iter()
        .find(|(shift, _)| bytes > 0 && bytes.trailing_zeros() >= *shift)
        .map_or_else(|| bytes.to_string(), |(shift, letter)| format!("{}{letter}", bytes >> shift))
}

/// A number of jobs.
pub(crate) fn jobs(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(jobs @ 1..=MAX_JOBS) => Ok(jobs),
        _ => Err(format!("--jobs is a number from 1 to {MAX_JOBS}, not `{text}`")),
    }
}

/// `3/8`: the third of eight.
pub(crate) fn shard(text: &str) -> Result<Shard, String> {
    let numbers = text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
    match numbers {
        Some((number @ 1.., of @ 1..=MOST_SHARDS)) if number <= of => Ok(Shard { number, of }),
        _ => Err(format!("it is `K/N` with K from 1 to N and N from 1 to {MOST_SHARDS}, such as `3/8`, not `{text}`")),
    }
}

/// `N`, or `any`.
pub(crate) fn failures(text: &str) -> Result<u32, String> {
    if text == "any" {
        return Ok(Bounds::ANY_FAILURES);
    }
    text.parse().map_err(|_| format!("it is a number or `any`, not `{text}`"))
}

/// `breadth`, `random:7:1000`.
pub(crate) fn policy(text: &str) -> Result<Policy, String> {
    let wrong = || {
        format!(
            "it is `breadth`, `depth`, `switches`, `random:SEED:RUNS` or `pct:SEED:RUNS:CHANGES` with numbers, not `{text}`"
        )
    };
    let mut words = text.split(':');
    let name = words.next().unwrap_or_default();
    let numbers: Vec<u64> = words.map(|word| word.parse().map_err(|_| wrong())).collect::<Result<_, _>>()?;
    let number = |at: usize, standard: u64| numbers.get(at).copied().unwrap_or(standard);
    let runs = || {
        let runs = number(1, 10_000);
        u32::try_from(runs).map_err(|_| format!("RUNS is a number up to {}, not {runs}", u32::MAX))
    };
    let changes = || match number(2, 3) {
        changes if changes <= u64::from(MAX_CHANGES) => Ok(changes as u32),
        changes => Err(format!("CHANGES of `pct` is a number up to {MAX_CHANGES}, not {changes}: 3 finds most")),
    };
    let (policy, most) = match name {
        "breadth" => (Policy::BreadthFirst, 0),
        "depth" => (Policy::DepthFirst, 0),
        "switches" => (Policy::FewestSwitches, 0),
        "random" => (Policy::Random { seed: number(0, 1), runs: runs()? }, 2),
        "pct" => (Policy::Pct { seed: number(0, 1), runs: runs()?, changes: changes()? }, 3),
        _ => return Err(wrong()),
    };
    if numbers.len() > most { Err(wrong()) } else { Ok(policy) }
}

/// What `--rule` names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RuleWord {
    /// `any`: every rule.
    Any,
    /// That one.
    One(Rule),
}

/// Every rule by its name.
pub(crate) const RULES: Named<Rule> = Named::new(&Rule::ALL, Rule::name);

/// What `--rule` takes: every rule by its name, and `any`.
pub(crate) const RULE_WORDS: Named<RuleWord> = Named::new(&EVERY_RULE_WORD, RuleWord::name);

const EVERY_RULE_WORD: [RuleWord; Rule::ALL.len() + 1] = {
    let mut words = [RuleWord::Any; Rule::ALL.len() + 1];
    let mut at = 0;
    while at < Rule::ALL.len() {
        words[at] = RuleWord::One(Rule::ALL[at]);
        at += 1;
    }
    words
};

impl RuleWord {
    const fn name(self) -> &'static str {
        match self {
            RuleWord::Any => "any",
            RuleWord::One(rule) => rule.name(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_have_units_and_limits() {
        assert_eq!(bound("states=5"), Ok(BoundWord::States(5)));
        assert_eq!(bound("memory=500M"), Ok(BoundWord::Memory(500 << 20)));
        assert_eq!(bound("memory=2g"), Ok(BoundWord::Memory(2 << 30)));
        assert_eq!(bound("memory=16777216"), Ok(BoundWord::Memory(16 << 20)));
        assert_eq!(bound("seconds=90"), Ok(BoundWord::Seconds(90)));
        for wrong in
            ["memory=", "memory=M", "memory=1K", "memory=99999999999T", "memory=2é", "memory=-1G", "memory=1.5G"]
        {
            assert!(bound(wrong).is_err_and(|message| message.contains("16M at least")), "{wrong}");
        }
        for wrong in ["seconds=0", "seconds=31622401", "seconds=x"] {
            assert!(bound(wrong).is_err_and(|message| message.contains("from 1 to 31622400")), "{wrong}");
        }
        assert!(bound("states=4294967296").is_err_and(|message| message.contains("from 0 to 4294967295")));
    }

    #[test]
    fn sizes_are_written_as_they_are_read() {
        for text in ["16M", "500M", "2G", "1025M", "16777217"] {
            let Ok(BoundWord::Memory(bytes)) = bound(&format!("memory={text}")) else { panic!("{text}") };
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn shards_are_counted_from_one() {
        assert_eq!(shard("3/8"), Ok(Shard { number: 3, of: 8 }));
        for wrong in ["0/8", "9/8", "1/0", "1/1001", "1", "a/b", "1/2/3", "-1/2"] {
            assert!(shard(wrong).is_err_and(|message| message.contains("N from 1 to 1000")), "{wrong}");
        }
    }

    #[test]
    fn the_changes_of_pct_have_a_limit() {
        assert_eq!(policy("pct:1:2:1000"), Ok(Policy::Pct { seed: 1, runs: 2, changes: 1000 }));
        for wrong in ["pct:1:1:1001", "pct:1:1:4294967295", "pct:1:1:99999999999"] {
            assert!(policy(wrong).is_err_and(|message| message.contains("up to 1000")), "{wrong}");
        }
    }
}
