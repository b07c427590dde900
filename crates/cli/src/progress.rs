//! Lines of progress on standard error, and nothing at all where that is no terminal.

use daxscope_explore::Counts;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::time::Instant;

/// All lines.
#[derive(Debug)]
pub(crate) struct Progress(Option<MultiProgress>);

/// The line of one search.
#[derive(Debug)]
pub(crate) struct Line(Option<ProgressBar>);

impl Progress {
    /// No lines yet.
    pub(crate) fn new() -> Progress {
        let drawn = || MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        Progress(std::io::stderr().is_terminal().then(drawn))
    }

    /// A line for a search.
    pub(crate) fn line(&self, name: &str) -> Line {
        Line(self.0.as_ref().map(|lines| {
            let bar = lines.add(ProgressBar::new_spinner());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix}: {msg}") {
                bar.set_style(style);
            }
            bar.set_prefix(name.to_owned());
            bar
        }))
    }
}

impl Line {
    /// How far the search has come.
    pub(crate) fn show(&self, counts: Counts, begun: Instant) {
        if let Some(bar) = &self.0 {
            let per_second = counts.states as f64 / begun.elapsed().as_secs_f64().max(1e-9);
            bar.set_message(format!(
                "{} states, {per_second:.0}/s, depth {}, {} to look at",
                counts.states, counts.depth, counts.frontier
            ));
            bar.tick();
        }
    }

    /// Shows any text instead.
    pub(crate) fn say(&self, text: String) {
        if let Some(bar) = &self.0 {
            bar.set_message(text);
            bar.tick();
        }
    }

    /// Takes the line away.
    pub(crate) fn remove(self) {
        if let Some(bar) = self.0 {
            bar.finish_and_clear();
        }
    }
}
