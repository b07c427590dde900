//! Progress on standard error, and nothing at all where that is no terminal and nobody asked for it: a bar over all searches, and a line for each
//! that is under way; where it is no terminal, a line of text every few seconds. How far a search has come, nobody can say for sure: its line counts,
//! and says about how long it still takes ([`daxscope_explore::pace`]).

use daxscope_core::narrate::grouped;
use daxscope_explore::pace::seconds_left;
use daxscope_explore::{Bounds, Counts};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::cell::Cell;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// Time between two looks at a search.
const TICK: Duration = Duration::from_millis(100);

/// Time between two lines of text.
const PAUSE: Duration = Duration::from_secs(2);

/// The bar, and the lines under it.
#[derive(Debug)]
pub(crate) struct Progress {
    bars: Option<(MultiProgress, ProgressBar)>,
    /// Text, because there is no terminal and somebody asked.
    is_text: bool,
}

/// The line of one search.
#[derive(Debug)]
pub(crate) enum Line {
    /// Nobody looks.
    Nowhere,
    /// On a terminal.
    Bar(ProgressBar),
    /// As text, with the name of the search, and when it was told last.
    Text(String, Cell<Option<Instant>>),
}

impl Progress {
    /// For so many searches; `is_asked`: told as text where there is no terminal.
    pub(crate) fn new(searches: usize, is_asked: bool) -> Progress {
        if !std::io::stderr().is_terminal() {
            return Progress { bars: None, is_text: is_asked };
        }
        let lines = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let bar = lines.add(ProgressBar::new(searches as u64));
        bar.set_style(style("{wide_bar} {pos} of {len} searches, {elapsed}"));
        bar.enable_steady_tick(TICK);
        Progress { bars: Some((lines, bar)), is_text: false }
    }

    /// A line for a search that begins.
    pub(crate) fn line(&self, name: &str) -> Line {
        match &self.bars {
            None if self.is_text => Line::Text(name.to_owned(), Cell::default()),
            None => Line::Nowhere,
            Some((lines, _)) => {
                let line = lines.add(ProgressBar::new_spinner());
                line.set_style(style("{spinner} {prefix}: {msg}"));
                line.set_prefix(name.to_owned());
                Line::Bar(line)
            }
        }
    }

    /// One more search is done.
    pub(crate) fn step(&self) {
        if let Some((_, bar)) = &self.bars {
            bar.inc(1);
        }
    }

    /// Everything is done.
    pub(crate) fn end(self) {
        if let Some((_, bar)) = self.bars {
            bar.finish_and_clear();
        }
    }
}

impl Line {
    /// Does anybody look?
    pub(crate) const fn is_shown(&self) -> bool {
        !matches!(self, Line::Nowhere)
    }

    /// How far the search has come. `longest`: how long its runs are, if that is known.
    pub(crate) fn show(&self, counts: Counts, begun: Instant, bounds: &Bounds, longest: Option<u32>) {
        if self.is_shown() {
            self.tell(told(&counts, begun.elapsed().as_secs_f64(), bounds, longest));
        }
    }

    /// What it does now.
    pub(crate) fn tell(&self, what: String) {
        match self {
            Line::Nowhere => {}
            Line::Bar(line) => {
                line.set_message(what);
                line.tick();
            }
            Line::Text(name, told) => {
                if told.get().is_none_or(|told| told.elapsed() >= PAUSE) {
                    told.set(Some(Instant::now()));
                    eprintln!("{name}: {what}");
                }
            }
        }
    }

    /// What the search is about.
    pub(crate) fn rename(&self, name: String) {
        if let Line::Bar(line) = self {
            line.set_prefix(name);
        }
    }

    /// Takes the line away.
    pub(crate) fn remove(self) {
        if let Line::Bar(line) = self {
            line.finish_and_clear();
        }
    }
}

/// Counts, and about how long it still takes.
fn told(counts: &Counts, seconds: f64, bounds: &Bounds, longest: Option<u32>) -> String {
    if counts.runs > 0 {
        return format!("{} runs, {} transitions", grouped(counts.runs), grouped(counts.transitions));
    }
    let per_second = counts.states as f64 / seconds.max(1e-9);
    let mut text = format!(
        "{} states, {} states/s, depth {}, frontier {}, {} MB",
        grouped(counts.states),
        grouped(per_second as u64),
        counts.depth,
        grouped(counts.frontier),
        counts.memory >> 20
    );
    if let Some(left) = longest.and_then(|longest| seconds_left(counts, longest, seconds)) {
        // Never longer than until a bound is hit.
        let to_states = (bounds.states as f64 - counts.states as f64) / per_second.max(1.0);
        let to_seconds = bounds.seconds.map_or(f64::INFINITY, |most| most as f64 - seconds);
        let bound = to_states.min(to_seconds);
        let is_bound = bound < left;
        let (left, what) = (left.min(bound).max(1.0) as u64, if is_bound { " to a bound" } else { " left" });
        let time = if left < 120 { format!("{left} s") } else { format!("{} minutes", left.div_ceil(60)) };
        text.push_str(&format!(", about {time}{what}"));
    }
    text
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_long_it_still_takes() {
        let counts = Counts {
            states: 10_000,
            transitions: 1,
            all_transitions: 1,
            depth: 90,
            frontier: 1_000,
            ..Counts::default()
        };
        let text = |bounds: &Bounds, longest| told(&counts, 10.0, bounds, longest);
        let plain = "10,000 states, 1,000 states/s, depth 90, frontier 1,000, 0 MB";
        assert_eq!(text(&Bounds::default(), None), plain);
        assert_eq!(text(&Bounds::default(), Some(100)), format!("{plain}, about 4 s left"));
        let tight = Bounds { states: 12_000, ..Bounds::default() };
        assert_eq!(text(&tight, Some(100)), format!("{plain}, about 2 s to a bound"));
        assert_eq!(text(&Bounds::default(), Some(1_000)), format!("{plain}, about 7 minutes left"));
    }
}
