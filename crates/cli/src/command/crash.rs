//! `daxscope run --crash`: pulls the plug behind a step, and shows the file before the failure and after recovery.

use daxscope_core::crash::LINES;
use daxscope_core::narrate::page;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Scenario, Schedule};
use daxscope_explore::crash::{Crash, LossTold, content, device_state, pull_the_plug, syncs_returned};
use serde_json::{Value, json};
use std::sync::Arc;

/// Where the power fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CrashPoint {
    /// Behind that many steps.
    Step(usize),
    /// Behind every step in which a sync returns success.
    Syncs,
}

/// Reads `40` or `syncs`.
pub(crate) fn crash_point(text: &str) -> Result<CrashPoint, String> {
    match text {
        "syncs" => Ok(CrashPoint::Syncs),
        _ => text.parse().map(CrashPoint::Step).map_err(|_| {
            format!("`{text}` is no step: write its number, 0 for before the first, or `syncs` for behind every sync that has returned")
        }),
    }
}

/// The power failures of one run.
pub(crate) struct Crashes {
    scenario: Arc<Scenario>,
    steps: usize,
    all: Vec<Crash>,
}

impl Crashes {
    /// Pulls the plug in a run that was made; the sentence says why it cannot be.
    pub(crate) fn of(run: &Run, made: &Schedule, point: CrashPoint) -> Result<Crashes, String> {
        let scenario = Arc::clone(run.machine.scenario());
        let steps = run.steps.len();
        let at = match point {
            CrashPoint::Step(step) if step > steps => {
                return Err(format!(
                    "--crash {step}: the run has {steps} steps; write a number from 0 to {steps}, or `syncs`"
                ));
            }
            CrashPoint::Step(step) => vec![step],
            CrashPoint::Syncs => syncs_returned(&scenario, made),
        };
        let all = at.into_iter().filter_map(|step| pull_the_plug(&scenario, made, step)).collect();
        Ok(Crashes { scenario, steps, all })
    }

    /// Would any of them break a promise?
    pub(crate) fn breaks_a_promise(&self) -> bool {
        self.all.iter().any(|crash| !crash.losses.is_empty())
    }

    /// For people.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        if !self.scenario.title.is_empty() {
            text.push_str(&format!("{}\n", self.scenario.title));
        }
        let (kernel, platform) = (self.scenario.revision.name(), self.scenario.platform.name());
        text.push_str(&format!("kernel {kernel}, platform {platform}\n"));
        if self.all.is_empty() {
            text.push_str("\nNo sync has returned success in this run: `--crash STEP` pulls the plug anywhere.\n");
        }
        for crash in &self.all {
            text.push_str(&self.one(crash));
        }
        text
    }

    fn one(&self, crash: &Crash) -> String {
        let mut text = format!("\nThe power fails behind step {} of {}.\n", crash.step, self.steps);
        for line in crash.returned.iter().chain(&crash.flushes) {
            text.push_str(&format!("  {line}\n"));
        }
        if crash.left.size_before != crash.left.size_after {
            let (before, after) = (crash.left.size_before, crash.left.size_after);
            text.push_str(&format!("  size before {before:#x} pages, after recovery {after:#x}\n"));
        }
        text.push('\n');
        text.push_str(&table(crash));
        text.push_str(&torn(crash));
        if crash.losses.is_empty() {
            text.push_str("\nNo promise is broken.\n");
        } else {
            text.push_str("\nBroken promises\n");
        }
        let told = crash.losses.iter().map(|loss| &loss.sentence).chain(&crash.unpromised);
        for sentence in told {
            text.push_str(&format!("* {sentence}\n"));
        }
        text
    }

    /// For programs.
    pub(crate) fn json(&self) -> Value {
        json!({
            "format": "daxscope crash",
            "version": 1,
            "title": self.scenario.title,
            "kernel": self.scenario.revision.name(),
            "platform": self.scenario.platform.name(),
            "steps": self.steps,
            "crashes": self.all.iter().map(as_json).collect::<Vec<_>>(),
        })
    }
}

/// Pages side by side, in columns as wide as they have to be.
fn table(crash: &Crash) -> String {
    let mut rows = vec![["page", "before the failure", "after recovery", "on the device", ""].map(str::to_owned)];
    for row in &crash.left.rows {
        let pages = match row.count {
            1 => page(row.first),
            count => format!("{}..{}", page(row.first), page(row.first + count - 1)),
        };
        let within = |at: u64| (row.first..row.first + row.count).contains(&at);
        let is_promised = crash.losses.iter().any(|loss| within(loss.broken.page));
        let verdict = match (row.is_lost(), is_promised) {
            (_, true) => "LOST, though promised",
            (true, false) => "lost",
            (false, false) => "",
        };
        rows.push([pages, content(row.before), content(row.after), device_state(row), verdict.to_owned()]);
    }
    if rows.len() == 1 {
        return "Nobody has stored anything, and the file is as it was.\n".into();
    }
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let width = rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
            line.push_str(&format!("{cell:width$}  "));
        }
        text.push_str(&format!("  {}\n", line.trim_end()));
    }
    text
}

/// Pages line by line, with what the digits say.
fn torn(crash: &Crash) -> String {
    let mut text = String::new();
    for (at, torn) in &crash.torn {
        if text.is_empty() {
            text.push_str(&format!("\nTorn, in one of the ways: {LINES} lines of 64 bytes, each evicted or not\n"));
        }
        let lines: String = torn.lines.iter().map(|&line| symbol(usize::from(line))).collect();
        let contents = torn.contents.iter().enumerate().map(|(at, it)| format!("{} {}", symbol(at), content(*it)));
        let contents = contents.collect::<Vec<_>>().join(", ");
        text.push_str(&format!("  {}  {lines}\n  {contents}\n", page(*at)));
    }
    text
}

/// `.` for what the medium has, digits and letters for stores that may have reached it.
fn symbol(content: usize) -> char {
    match content {
        0 => '.',
        store => u32::try_from(store).ok().and_then(|store| char::from_digit(store, 36)).unwrap_or('+'),
    }
}

fn as_json(crash: &Crash) -> Value {
    let rows = crash.left.rows.iter().map(|row| {
        json!({
            "first": row.first,
            "count": row.count,
            "before": content(row.before),
            "after": content(row.after),
            "lost": row.is_lost(),
            "device": device_state(row),
        })
    });
    json!({
        "step": crash.step,
        "size_before": crash.left.size_before,
        "size_after": crash.left.size_after,
        "returned": crash.returned,
        "flushes": crash.flushes,
        "pages": rows.collect::<Vec<_>>(),
        "torn": crash.torn.iter().map(|(page, torn)| json!({
            "page": page,
            "contents": torn.contents.iter().map(|&it| content(it)).collect::<Vec<_>>(),
            "lines": torn.lines.as_slice(),
        })).collect::<Vec<_>>(),
        "broken": crash.losses.iter().map(loss).collect::<Vec<_>>(),
        "unpromised": crash.unpromised,
    })
}

fn loss(told: &LossTold) -> Value {
    let by = |mark: daxscope_core::crash::Mark| json!({ "thread": mark.thread.to_string(), "step": mark.step });
    json!({
        "page": told.broken.page,
        "block": told.broken.block,
        "store": told.broken.store.by.map(by),
        "sync": by(told.promise.by),
        "returned": told.promise.returned,
        "lock_holder": told.holder.map(by),
        "sentence": told.sentence,
    })
}
