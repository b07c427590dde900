//! `daxscope merge`: one verdict of the reports of all shards.

use crate::args::names::Named;
use crate::args::output::OutputArgs;
use crate::failure::Failure;
use crate::report::judged::JudgedFormat;
use crate::report::merged::{self, Part, United};
use clap::Args;
use serde_json::Value;
use std::process::ExitCode;

/// Unite the JSON reports of `explore --shard K/N` into one verdict
///
/// Complete only if all N are there, are of the same search, and are complete; a broken rule in any of them is broken in the whole. docs/shards.md
/// has ways to run them. Exit codes are those of `explore`.
#[derive(Args, Debug)]
pub(crate) struct Words {
    /// The reports, in any order: what `explore --shard K/N --format json` wrote
    #[arg(value_name = "REPORT", required = true)]
    reports: Vec<String>,
    /// human or json
    #[arg(long, value_name = "FORMAT", default_value = "human", hide_default_value = true)]
    #[arg(value_parser = Named::new(&JudgedFormat::ALL, JudgedFormat::name))]
    format: JudgedFormat,
    #[command(flatten)]
    output: OutputArgs,
}

pub(crate) fn run(words: Words) -> Result<ExitCode, Failure> {
    let target = words.output.target()?;
    let mut parts = Vec::new();
    for name in &words.reports {
        parts.extend(parts_of(name)?);
    }
    let united = unite(parts)?;
    let code = merged::exit_code(&united);
    target.write(&match words.format {
        JudgedFormat::Human => merged::human(&united),
        JudgedFormat::Json => merged::json(&united, code),
    })?;
    Ok(ExitCode::from(code))
}

/// The shards in a report: one for each FILE that was searched.
fn parts_of(name: &str) -> Result<Vec<Part>, Failure> {
    let refuse = |why: &str| Failure::usage(format!("{name}: {why}"));
    let text = std::fs::read_to_string(name).map_err(|error| Failure::usage(format!("cannot read {name}: {error}")))?;
    let report: Value = serde_json::from_str(&text).map_err(|error| {
        refuse(&format!("this is no whole JSON ({error}): was the search ended before it had written its report? run that shard again"))
    })?;
    if report["command"] != "explore" || report["version"] != 1 {
        return Err(refuse("this is no report of `daxscope explore --format json`, version 1"));
    }
    let searches = report["searches"].as_array().map_or(&[][..], Vec::as_slice);
    if searches.is_empty() {
        return Err(refuse("there is no search in this report"));
    }
    let one = |search: &Value| {
        let number = |word: &str| search["shard"][word].as_u64();
        let (Some(number), Some(of)) = (number("number"), number("of")) else {
            return Err(refuse("this is the report of a whole search, not of a shard: there is nothing to merge"));
        };
        if of == 0 || number == 0 || number > of {
            return Err(refuse(&format!("it says that it is shard {number} of {of}, which is none")));
        }
        Ok(Part { file: name.to_owned(), number, of, tool: report["tool"].clone(), search: search.clone() })
    };
    searches.iter().map(one).collect()
}

/// What has to be the same in all shards of a search, and what people call it.
const SAME: [(&str, &str); 5] = [
    ("scenario", "script"),
    ("revision", "kernel"),
    ("options", "options"),
    ("expected", "expectation"),
    ("ran/stepSize", "step size"),
];

/// The parts of each search together, in the order of their shards.
fn unite(parts: Vec<Part>) -> Result<Vec<United>, Failure> {
    let mut all: Vec<United> = Vec::new();
    for part in parts {
        match all.iter_mut().find(|united| united.first().search["script"] == part.search["script"]) {
            Some(united) => {
                fits(united.first(), &part)?;
                united.add(part)?;
            }
            None => all.push(United::new(part)),
        }
    }
    all.iter_mut().for_each(United::sort);
    Ok(all)
}

/// Is it a shard of the same search?
fn fits(first: &Part, part: &Part) -> Result<(), Failure> {
    let refuse = |what: &str, a: &Value, b: &Value| {
        let short = |value: &Value| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            if text.len() > 60 || text.contains('\n') { String::new() } else { format!(" ({text})") }
        };
        Err(Failure::usage(format!(
            "{} and {} are not of one search: another {what}{}{}; every shard is started with the same words, but for K in --shard K/N",
            first.file,
            part.file,
            short(a),
            if short(b).is_empty() { String::new() } else { format!(" and{}", short(b)) },
        )))
    };
    if first.of != part.of {
        return refuse("number of shards", &first.of.into(), &part.of.into());
    }
    if first.tool != part.tool {
        return refuse("version of daxscope", &first.tool["version"], &part.tool["version"]);
    }
    for (field, what) in SAME {
        let of = |part: &Part| field.split('/').fold(part.search.clone(), |value, name| value[name].clone());
        let (a, b) = (of(first), of(part));
        if a != b {
            return refuse(what, &a, &b);
        }
    }
    Ok(())
}
