//! The verdict of all shards of a search together.

use super::json::{self, VERSION};
use crate::failure::Failure;
use serde_json::{Value, json};

/// A shard of a search, as its report has it.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// The file of the report.
    pub(crate) file: String,
    /// Which shard, from 1.
    pub(crate) number: u64,
    /// How many there are.
    pub(crate) of: u64,
    /// What wrote the report.
    pub(crate) tool: Value,
    /// The search: docs/report.schema.json.
    pub(crate) search: Value,
}

/// The shards of a search that are there; at least one.
#[derive(Clone, Debug)]
pub(crate) struct United {
    parts: Vec<Part>,
}

/// What all shards together say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Whole<'a> {
    /// Everything was looked at.
    Complete,
    /// A rule is broken; in that shard by the shortest way of all.
    Violation(&'a Part),
    /// Shards are missing, or were cut.
    NotComplete,
}

impl PartialEq for Part {
    fn eq(&self, other: &Part) -> bool {
        (self.number, &self.file) == (other.number, &other.file)
    }
}

impl Eq for Part {}

impl Part {
    fn verdict(&self) -> &str {
        self.search["verdict"].as_str().unwrap_or_default()
    }

    fn steps(&self) -> usize {
        self.search["counterexample"]["steps"].as_array().map_or(usize::MAX, Vec::len)
    }

    fn rules(&self) -> Vec<&str> {
        let rules = self.search["counterexample"]["rules"].as_array();
        rules.into_iter().flatten().filter_map(Value::as_str).collect()
    }
}

impl United {
    /// With one shard.
    pub(crate) fn new(part: Part) -> United {
        United { parts: vec![part] }
    }

    /// The first that was read.
    pub(crate) fn first(&self) -> &Part {
        &self.parts[0]
    }

    /// Adds a shard of the same search.
    pub(crate) fn add(&mut self, part: Part) -> Result<(), Failure> {
        if let Some(same) = self.parts.iter().find(|other| other.number == part.number) {
            return Err(Failure::usage(format!(
                "shard {} of {} is there twice ({}, {}): leave one of them out",
                part.number, part.of, same.file, part.file
            )));
        }
        self.parts.push(part);
        Ok(())
    }

    /// In the order of their numbers.
    pub(crate) fn sort(&mut self) {
        self.parts.sort_by_key(|part| part.number);
    }

    /// The numbers of the shards that are not there.
    fn missing(&self) -> Vec<u64> {
        (1..=self.first().of).filter(|number| self.parts.iter().all(|part| part.number != *number)).collect()
    }

    /// Those that have neither come to their end nor found anything.
    fn cut(&self) -> Vec<&Part> {
        self.parts.iter().filter(|part| !matches!(part.verdict(), "shard complete" | "violation")).collect()
    }

    fn whole(&self) -> Whole<'_> {
        let broken = self.parts.iter().filter(|part| part.verdict() == "violation");
        match broken.min_by_key(|part| (!self.is_expected(part), part.steps(), part.number)) {
            Some(part) => Whole::Violation(part),
            None if self.missing().is_empty() && self.cut().is_empty() => Whole::Complete,
            None => Whole::NotComplete,
        }
    }

    /// Is it the broken rule that was expected, if one was?
    fn is_expected(&self, part: &Part) -> bool {
        let expected = &self.first().search["expected"];
        let rule = expected["rule"].as_str();
        expected["verdict"] == "violation" && rule.is_none_or(|rule| part.rules().contains(&rule))
    }

    fn sum(&self, of: impl Fn(&Value) -> u64) -> u64 {
        self.parts.iter().map(|part| of(&part.search)).sum()
    }

    fn omission(&self) -> f64 {
        self.parts.iter().filter_map(|part| part.search["omissionProbability"].as_f64()).sum()
    }

    fn seconds(&self) -> f64 {
        self.parts.iter().filter_map(|part| part.search["seconds"].as_f64()).sum()
    }

    /// Every line of the script that expects something: not met in any shard, then not met; met in all, and all there, then met.
    fn expectations(&self) -> Vec<Value> {
        let lines = self.first().search["expectations"].as_array().map_or(0, Vec::len);
        let all_there = self.whole() == Whole::Complete;
        let line = |at: usize| {
            let answers = self.parts.iter().map(|part| &part.search["expectations"][at]);
            let unmet = answers.clone().find(|answer| answer["met"] == false);
            let met = answers.clone().all(|answer| answer["met"] == true) && all_there;
            let mut told = unmet.unwrap_or(&self.first().search["expectations"][at]).clone();
            if unmet.is_none() {
                told["met"] = if met { true.into() } else { Value::Null };
            }
            told
        };
        (0..lines).map(line).collect()
    }

    fn exit_code(&self) -> u8 {
        let expectations = self.expectations();
        if expectations.iter().any(|line| line["met"] == false) {
            return 1;
        }
        let wants_violation = self.first().search["expected"]["verdict"] == "violation";
        match self.whole() {
            Whole::Violation(part) => match self.is_expected(part) {
                true if expectations.is_empty() => 0,
                true => 3,
                false => 1,
            },
            Whole::Complete => u8::from(wants_violation),
            Whole::NotComplete => 3,
        }
    }

    /// The verdict as a sentence without its end.
    fn sentence(&self) -> String {
        let of = self.first().of;
        match self.whole() {
            Whole::Complete => {
                let rules = self.first().search["sentence"].as_str().unwrap_or_default();
                // The sentence of a shard says what it looked for.
                let looked_for = rules.split_once(" is complete: ").map_or("", |(_, rest)| rest);
                let looked_for = looked_for.split("; `daxscope merge`").next().unwrap_or_default();
                format!("complete: {}", looked_for.replace("in the runs that it has", "in any interleaving"))
            }
            Whole::Violation(part) => format!(
                "violation: {}, after {} steps, in shard {} of {of}",
                part.rules().join(", "),
                part.steps(),
                part.number
            ),
            Whole::NotComplete => {
                let missing = self.missing();
                let mut why = Vec::new();
                if !missing.is_empty() {
                    why.push(format!(
                        "{} of {of} {} missing",
                        shards(&missing),
                        if missing.len() == 1 { "is" } else { "are" }
                    ));
                }
                for part in self.cut() {
                    let sentence = part.search["sentence"].as_str().unwrap_or_default();
                    let sentence =
                        sentence.trim_start_matches("not complete: ").split("; this proves").next().unwrap_or_default();
                    why.push(format!("shard {} is not complete: {sentence}", part.number));
                }
                format!("not complete: {}; this proves nothing", why.join("; "))
            }
        }
    }
}

fn shards(numbers: &[u64]) -> String {
    let list = numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    if numbers.len() == 1 { format!("shard {list}") } else { format!("shards {list}") }
}

/// 1 if one is not as expected, else 3 if one is not complete, else 0.
pub(crate) fn exit_code(all: &[United]) -> u8 {
    let codes: Vec<u8> = all.iter().map(United::exit_code).collect();
    if codes.contains(&1) { 1 } else { codes.into_iter().max().unwrap_or(0) }
}

/// For people.
pub(crate) fn human(all: &[United]) -> String {
    let mut text = String::new();
    for united in all {
        let first = &united.first().search;
        if all.len() > 1 {
            text.push_str(&format!("{}{}\n", if text.is_empty() { "" } else { "\n" }, words(&first["script"])));
        }
        text.push_str(&format!("{}\nkernel {}\n", united.sentence(), words(&first["revision"])));
        let states = united.sum(|search| search["counts"]["states"].as_u64().unwrap_or(0));
        text.push_str(&format!(
            "{} of {} shards, {states} states (some in several of them), {:.3} s in all; probability that a state was left out: {:.1e}\n",
            united.parts.len(),
            united.first().of,
            united.seconds(),
            united.omission(),
        ));
        if matches!(united.whole(), Whole::Violation(_)) && !united.missing().is_empty() {
            text.push_str(&format!("{} missing, which changes nothing\n", shards(&united.missing())));
        }
        for line in united.expectations() {
            let met = match &line["met"] {
                Value::Bool(true) => "as expected",
                Value::Bool(false) => "not as expected",
                _ => "not asked of every run",
            };
            text.push_str(&format!("{met}: {}\n", words(&line["expect"])));
            if line["met"] == false {
                text.push_str(&format!("{}\nschedule {}\n", words(&line["sentence"]), words(&line["schedule"])));
            }
        }
        if let Whole::Violation(part) = united.whole() {
            text.push_str(&format!("repeat: {}\n", words(&part.search["repeat"])));
            text.push_str(&format!("schedule {}\n", words(&part.search["counterexample"]["schedule"])));
            if let Some(story) = part.search["explained"]["story"].as_str() {
                text.push_str(&format!("\n{story}\n"));
            }
        }
    }
    text
}

fn words(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// docs/report.schema.json.
pub(crate) fn json(all: &[United], exit_code: u8) -> String {
    let searches = all.iter().map(|united| {
        let first = &united.first().search;
        let (verdict, found) = match united.whole() {
            Whole::Complete => ("complete", None),
            Whole::Violation(part) => ("violation", Some(part)),
            Whole::NotComplete => ("not complete", None),
        };
        let parts = united.parts.iter().map(|part| {
            json!({
                "number": part.number,
                "file": part.file,
                "verdict": part.verdict(),
                "sentence": part.search["sentence"],
                "states": part.search["counts"]["states"],
                "seconds": part.search["seconds"],
            })
        });
        let sum = |name: &str| united.sum(|search| search["counts"][name].as_u64().unwrap_or(0));
        json!({
            "script": first["script"],
            "title": first["title"],
            "scenario": first["scenario"],
            "revision": first["revision"],
            "options": first["options"],
            "expected": first["expected"],
            "verdict": verdict,
            "sentence": united.sentence(),
            "of": united.first().of,
            "shards": parts.collect::<Vec<_>>(),
            "missing": united.missing(),
            "states": sum("states"),
            "transitions": sum("allTransitions"),
            "runs": sum("runs"),
            "seconds": united.seconds(),
            "omissionProbability": united.omission(),
            "expectations": united.expectations(),
            "counterexample": found.map(|part| part.search["counterexample"].clone()),
            "explained": found.map(|part| part.search["explained"].clone()),
        })
    });
    let whole = json!({
        "version": VERSION,
        "tool": json::tool(),
        "command": "merge",
        "exitCode": exit_code,
        "united": searches.collect::<Vec<_>>(),
    });
    format!("{whole:#}\n")
}
