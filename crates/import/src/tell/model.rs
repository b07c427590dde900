//! What the model makes of a trace, in plain text: the table of `--check`.

use super::table::aligned;
use super::{line, many};
use crate::model::follow::{Followed, Row};
use crate::model::lift::Lifted;
use crate::model::schedules::Trees;

/// Schedules beyond that are not told as a number.
const MANY: u64 = 1_000_000;

/// The table, and one sentence that says how it came out.
#[must_use]
pub fn followed(lifted: &Lifted, followed: &Followed) -> String {
    let mut text = String::new();
    line(&mut text, &verdict(followed));
    if !followed.is_whole && lifted.facts.iter().any(|fact| fact.how == "left out") {
        line(&mut text, "Something was left out of the scenario, which may be why: see below.");
    }
    line(&mut text, "");
    let mut rows = vec![vec!["line".to_owned(), "seen".into(), "model".into()]];
    rows.extend(followed.rows.iter().map(row));
    for (at, row) in aligned(&rows, 0).iter().enumerate() {
        line(&mut text, &format!("  {row}"));
        let Some(differing) = at.checked_sub(1).and_then(|at| followed.rows.get(at)) else { continue };
        for difference in &differing.differences {
            let name =
                difference.name.map_or_else(String::new, |name| format!(" (known as {name}: docs/conformance.md)"));
            line(&mut text, &format!("        {}{name}", difference.what));
            line(&mut text, &format!("          real:  {}", difference.real));
            line(&mut text, &format!("          model: {}", difference.model));
        }
    }
    line(&mut text, "");
    line(&mut text, "What this rests on");
    for fact in &lifted.facts {
        let place = fact.line.map_or_else(String::new, |line| format!(" (line {line})"));
        line(&mut text, &format!("  {}: {}{place}", fact.how, fact.words));
    }
    for lane in &lifted.lanes {
        line(&mut text, &format!("  thread {} is {}-{}", lane.thread.letter(), lane.name, lane.tid));
    }
    text
}

fn row(row: &Row) -> Vec<String> {
    let said = match (row.differences.is_empty(), row.is_snapshot) {
        (true, true) => "same tree",
        (true, false) => "same",
        (false, _) => "DIFFERS",
    };
    vec![row.line.to_string(), row.what.clone(), said.into()]
}

/// How it came out, in one sentence or two.
#[must_use]
pub fn verdict(followed: &Followed) -> String {
    let snapshots = followed.rows.iter().filter(|row| row.is_snapshot).count();
    let differing = followed.differing();
    let trees = match snapshots {
        0 => String::from("there is no snapshot to compare"),
        1 => String::from("one snapshot was compared"),
        many => format!("{many} snapshots were compared"),
    };
    let Some(found) = &followed.fits else {
        return match differing {
            0 => format!("The model does what was seen, in the order in which it was seen; {trees}."),
            1 => format!("The model differs in one place; {trees}."),
            many => format!("The model differs in {many} places; {trees}."),
        };
    };
    match (&found.first, &found.stuck) {
        (Some(_), _) => {
            let differ = match (differing, found.trees) {
                (0, _) => String::new(),
                (_, Trees::Open) => {
                    "; in all that was looked at there are other trees, but the search came to its bound".into()
                }
                (1, _) => "; in every one a tree differs".into(),
                (many, _) => format!("; {many} places differ, and in no other one all trees are the same"),
            };
            let what = if found.trees == Trees::Same {
                "The order and the trees that were seen fit"
            } else {
                "The order that was seen fits"
            };
            if !found.is_complete {
                return format!(
                    "{what} a schedule of the model; others were not counted, there is too much of it; {trees}{differ}."
                );
            }
            let ways = match found.ways {
                1 => "one schedule".into(),
                ways if ways > MANY => "more than a million schedules".into(),
                ways => format!("{ways} schedules"),
            };
            let ends = many(found.ends as u64, "state", "states");
            format!("{what} {ways} of the model, which end in {ends}; one of them is taken; {trees}{differ}.")
        }
        (None, Some(stuck)) => {
            let instead = if stuck.model.is_empty() { "nothing".into() } else { stuck.model.join("; ") };
            format!(
                "No schedule of the model prints the events in the order that was seen. The first that does not fit is in line {}.\n  seen:  {}\n  model: {instead}",
                stuck.line, stuck.seen
            )
        }
        (None, None) => format!(
            "The search for schedules ended after {} states: choose a smaller window with --around. This says nothing about the order.",
            found.states
        ),
    }
}
