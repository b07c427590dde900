//! Progress on standard error, and nothing at all where that is no terminal: a bar over all searches, and a line for each
//! that is under way. How far a single search has come, nobody can say in parts of a whole: its line counts.

use daxscope_explore::Counts;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// Time between two looks at a search.
const TICK: Duration = Duration::from_millis(100);

/// The bar, and the lines under it.
#[derive(Debug)]
pub(crate) struct Progress(Option<(MultiProgress, ProgressBar)>);

/// The line of one search.
#[derive(Debug)]
pub(crate) struct Line(Option<ProgressBar>);

impl Progress {
    /// For so many searches.
    pub(crate) fn new(searches: usize) -> Progress {
        if !std::io::stderr().is_terminal() {
            return Progress(None);
        }
        let lines = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let bar = lines.add(ProgressBar::new(searches as u64));
        bar.set_style(style("{wide_bar} {pos} of {len} searches, {elapsed}"));
        bar.enable_steady_tick(TICK);
        Progress(Some((lines, bar)))
    }

    /// A line for a search that begins.
    pub(crate) fn line(&self, name: &str) -> Line {
        Line(self.0.as_ref().map(|(lines, _)| {
            let line = lines.add(ProgressBar::new_spinner());
            line.set_style(style("{spinner} {prefix}: {msg}"));
            line.set_prefix(name.to_owned());
            line
        }))
    }

    /// One more search is done.
    pub(crate) fn step(&self) {
        if let Some((_, bar)) = &self.0 {
            bar.inc(1);
        }
    }

    /// Everything is done.
    pub(crate) fn end(self) {
        if let Some((_, bar)) = self.0 {
            bar.finish_and_clear();
        }
    }
}

impl Line {
    /// How far the search has come.
    pub(crate) fn show(&self, counts: Counts, begun: Instant) {
        if let Some(line) = &self.0 {
            let per_second = counts.states as f64 / begun.elapsed().as_secs_f64().max(1e-9);
            line.set_message(if counts.runs > 0 {
                format!("{} runs, {} transitions", counts.runs, counts.transitions)
            } else {
                format!(
                    "{} states, {per_second:.0} states/s, depth {}, frontier {}",
                    counts.states, counts.depth, counts.frontier
                )
            });
            line.tick();
        }
    }

    /// What it does now.
    pub(crate) fn tell(&self, what: String) {
        if let Some(line) = &self.0 {
            line.set_message(what);
            line.tick();
        }
    }

    /// What the search is about.
    pub(crate) fn rename(&self, name: String) {
        if let Some(line) = &self.0 {
            line.set_prefix(name);
        }
    }

    /// Takes the line away.
    pub(crate) fn remove(self) {
        if let Some(line) = self.0 {
            line.finish_and_clear();
        }
    }
}

/// The bar of a file that is being read.
#[derive(Debug)]
pub(crate) struct Reading(Option<ProgressBar>);

impl Reading {
    /// For a file of so many bytes; `None`: nobody knows how many will come.
    pub(crate) fn new(name: &str, bytes: Option<u64>) -> Reading {
        if !std::io::stderr().is_terminal() {
            return Reading(None);
        }
        let bar = bytes.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        bar.set_draw_target(ProgressDrawTarget::stderr());
        let template = if bytes.is_some() {
            "{prefix}: {wide_bar} {bytes} of {total_bytes}, {elapsed}"
        } else {
            "{spinner} {prefix}: {bytes}, {elapsed}"
        };
        bar.set_style(style(template));
        bar.set_prefix(name.to_owned());
        Reading(Some(bar))
    }

    /// So many bytes are read.
    pub(crate) fn at(&self, bytes: u64) {
        if let Some(bar) = &self.0 {
            bar.set_position(bytes);
        }
    }

    /// Takes the bar away.
    pub(crate) fn end(self) {
        if let Some(bar) = self.0 {
            bar.finish_and_clear();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}
