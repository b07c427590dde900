//! Which guards a scenario needs, as a table and as JSON.

use super::model::{Counterexample, names};
use super::{certificate, json};
use daxscope_core::revision::Switch;
use daxscope_core::scenario::{Scenario, format};
use daxscope_explore::crash::pull_the_plug;
use daxscope_explore::{Bound, Found, Necessity, Need, Options, Progress, Row, Verdict};
use serde_json::{Value, json};
use std::sync::Arc;

/// What was asked.
#[derive(Debug)]
pub(crate) struct Asked {
    /// The script.
    pub(crate) script: String,
    /// With the kernel that was asked for.
    pub(crate) scenario: Arc<Scenario>,
    /// Of every search.
    pub(crate) options: Options,
    /// Seconds on the clock, of all searches.
    pub(crate) seconds: f64,
    /// Only what makes stores durable?
    pub(crate) flushes: bool,
}

impl Asked {
    fn repeat(&self) -> String {
        let command = certificate::command("necessity", &self.script, &self.scenario, &self.options);
        if self.flushes { format!("{command} --flushes") } else { command }
    }

    /// The guards that are not at their corrected setting: there is nothing to take away.
    fn not_tried(&self) -> impl Iterator<Item = &'static Switch> {
        let revision = self.scenario.revision;
        revision
            .switches()
            .iter()
            .filter(|switch| switch.is_guard)
            .filter(move |switch| (switch.get)(&revision) != (switch.get)(revision.fixed()))
    }
}

/// A table.
pub(crate) fn to_text(asked: &Asked, trials: &Necessity) -> String {
    let mut text = format!(
        "{}, kernel {}\nallowed: {}\nnothing changed: {}\n",
        asked.script,
        asked.scenario.revision.name(),
        certificate::allowed(&asked.options),
        baseline(trials),
    );
    if trials.baseline() == Some(&Verdict::Complete) {
        text.push_str("\nguard                               tried        without it\n");
        for row in trials.rows() {
            let guard = format!("{}={}", row.trial.guard.name(), row.trial.from);
            text.push_str(&format!("{guard:<35} {:<12} {}\n", row.trial.to, need(row)));
        }
        let needed = |row: &&Row| matches!(row.need, Need::Needed { .. });
        let unknown = |row: &&Row| matches!(row.need, Need::Unknown(_));
        let (all, needed, unknown) = (
            trials.rows().len(),
            trials.rows().iter().filter(needed).count(),
            trials.rows().iter().filter(unknown).count(),
        );
        text.push_str(&format!(
            "\n{all} trials: {needed} break a rule, {} do not within the bound, {unknown} hit a bound\n",
            all - needed - unknown
        ));
        if asked.flushes {
            text.push_str(&what_is_lost(asked, trials));
        }
        let left = trials.trials().len() - all;
        if left > 0 {
            text.push_str(&format!(
                "not complete: interrupted; {left} guards were not tried, so nobody knows about them\n"
            ));
        }
    }
    for switch in asked.not_tried() {
        let (here, corrected) = ((switch.get)(&asked.scenario.revision), (switch.get)(asked.scenario.revision.fixed()));
        text.push_str(&format!("not tried: {}={here}; its corrected setting is {corrected}\n", switch.name));
    }
    text.push_str(&format!(
        "{:.3} s; probability that a state was left out: {:.1e}\nrepeat: {}\n",
        asked.seconds,
        trials.omission_probability(),
        asked.repeat()
    ));
    text
}

/// What a power failure would take without each of those that are needed.
fn what_is_lost(asked: &Asked, trials: &Necessity) -> String {
    let mut text = String::new();
    for row in trials.rows() {
        let Need::Needed { found, .. } = &row.need else { continue };
        for sentence in losses(asked, row, found) {
            text.push_str(&format!("* without {}: {sentence}\n", row.trial.guard.name()));
        }
    }
    if text.is_empty() { text } else { format!("\nWhat would be lost\n{text}") }
}

/// A sentence for each promise that is broken at the end of the way.
fn losses(asked: &Asked, row: &Row, found: &Found) -> Vec<String> {
    let scenario = row.trial.scenario(&asked.scenario);
    let crash = pull_the_plug(&scenario, &found.schedule, found.schedule.choices.len());
    crash.map_or(Vec::new(), |crash| crash.losses.into_iter().map(|loss| loss.sentence).collect())
}

fn baseline(trials: &Necessity) -> String {
    match trials.baseline() {
        Some(Verdict::Complete) => "complete: no rule is broken in any interleaving".to_owned(),
        Some(Verdict::Violation(found)) => format!(
            "violation: {}, after {} steps; so taking a guard away would say nothing",
            names(&found.rules),
            found.schedule.choices.len()
        ),
        Some(Verdict::BoundHit(bound)) => {
            format!("not complete: {}; so nothing was tried", cut(*bound))
        }
        Some(Verdict::Running) | None => "not complete: interrupted; so nothing was tried".to_owned(),
    }
}

/// What ended a search.
fn cut(bound: Bound) -> String {
    match bound {
        Bound::Interrupted => "interrupted".to_owned(),
        bound => format!("the bound on {} was hit", bound.name()),
    }
}

fn need(row: &Row) -> String {
    match &row.need {
        Need::Needed { found, shortest } => format!(
            "{} after {} steps{}",
            names(&found.rules),
            found.schedule.choices.len(),
            if *shortest { "" } else { ", perhaps fewer" }
        ),
        Need::NotNeeded => format!("not needed within the bound ({} states)", row.counts.states),
        Need::Unknown(bound) => format!("unknown: {}; this proves nothing", cut(*bound)),
    }
}

/// The same with the ways into the broken rules; docs/report.schema.json.
pub(crate) fn to_json(asked: &Asked, trials: &Necessity, exit_code: u8) -> String {
    let rows = trials.rows().iter().map(|row| trial(asked, row));
    let whole = json!({
        "version": json::VERSION,
        "tool": { "name": "daxscope", "version": env!("CARGO_PKG_VERSION") },
        "command": "necessity",
        "exitCode": exit_code,
        "script": asked.script,
        "scenario": format(&asked.scenario),
        "revision": asked.scenario.revision.name(),
        "options": json::options(&asked.options),
        "repeat": asked.repeat(),
        "seconds": asked.seconds,
        "omissionProbability": trials.omission_probability(),
        "baseline": trials.baseline().map(json::verdict),
        "interrupted": trials.progress() == Progress::Running,
        "trials": rows.collect::<Vec<_>>(),
        "notTried": asked.not_tried().map(|switch| switch.name).collect::<Vec<_>>(),
    });
    format!("{whole:#}\n")
}

fn trial(asked: &Asked, row: &Row) -> Value {
    let scenario = row.trial.scenario(&asked.scenario);
    let (need, steps, shortest, way, bound) = match &row.need {
        Need::Needed { found, shortest } => {
            let way = json::counterexample(&Counterexample::replay(&scenario, found));
            ("needed", Some(found.schedule.choices.len()), Some(*shortest), Some(way), None)
        }
        Need::NotNeeded => ("not needed within the bound", None, None, None, None),
        Need::Unknown(bound) => ("unknown", None, None, None, Some(bound.name())),
    };
    json!({
        "switch": row.trial.guard.name(),
        "about": row.trial.guard.about(),
        "source": row.trial.guard.source(),
        "from": row.trial.from,
        "to": row.trial.to,
        "need": need,
        "bound": bound,
        "steps": steps,
        "shortest": shortest,
        "states": row.counts.states,
        "counterexample": way,
    })
}
