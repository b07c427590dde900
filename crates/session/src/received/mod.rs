//! What came from elsewhere: a file, something pasted, a mail. Every text that daxscope writes is read here again, whatever
//! stands around it; so are scripts that a mailer has quoted or broken into lines.

mod marked;
mod mended;
mod packed;
mod png;

pub use png::{is_png, png_text, png_with_text};

use crate::link;
use daxscope_core::scenario::{Severity, parse};
use marked::marked_script;
use mended::mended;
pub(crate) use mended::unquoted_address;
use packed::{json_script, page_start, unescaped};

/// The most bytes that are read: the page in one file has some millions.
pub const MAX_RECEIVED_BYTES: usize = 16 << 20;

/// What a text holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Received {
    /// A script with its kernel, steps and position, out of something that daxscope wrote.
    Run {
        /// The script.
        script: String,
        /// Where it stood, as `the mail`.
        from: &'static str,
        /// What was done to read it, in sentences.
        mended: Vec<String>,
    },
    /// A link, without its `#`.
    Link {
        /// What stands behind the `#`.
        fragment: String,
        /// Is there nothing else in the text?
        is_alone: bool,
    },
    /// A script, perhaps with errors.
    Script {
        /// The script.
        text: String,
        /// What was done to read it, in sentences.
        mended: Vec<String>,
    },
    /// Something else, and why it is not for daxscope.
    Foreign(String),
}

/// Reads a text. Never fails.
#[must_use]
pub fn received(text: &str) -> Received {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if let Some(fragment) = page_start(start) {
        return if fragment.is_empty() {
            foreign("this is a page without a run in it")
        } else {
            linked(fragment, true)
        };
    }
    if start.starts_with('{') || start.starts_with('[') {
        return json_script(start).map_or_else(
            || foreign("this is JSON, but no run of daxscope"),
            |script| Received::Run { script, from: "the JSON", mended: Vec::new() },
        );
    }
    let is_markup = start.starts_with('<') && link::fragment_in(start).is_none_or(|(_, is_alone)| !is_alone);
    let unescaped = is_markup.then(|| unescaped(start));
    let text = unescaped.as_deref().unwrap_or(text);
    if let Some((script, mended)) = marked_script(text) {
        let from = if is_markup { "the picture" } else { name_of(start) };
        return Received::Run { script, from, mended };
    }
    if is_markup {
        return link::fragment_in(text).map_or_else(
            || foreign("this is a picture or a page, but none that says its run"),
            |(fragment, _)| linked(fragment, false),
        );
    }
    a_script_or_a_link(text)
}

/// Reads the text that a picture carries.
#[must_use]
pub fn received_in_picture(text: &str) -> Received {
    match received(text) {
        Received::Run { script, mended, .. } => Received::Run { script, from: "the picture", mended },
        other => other,
    }
}

fn a_script_or_a_link(text: &str) -> Received {
    let link = link::fragment_in(text);
    if let Some((fragment, true)) = link {
        return linked(fragment, true);
    }
    let (script, mended) = mended(text);
    let (errors, lines) = (errors_in(&script), lines_of(&script));
    if errors == 0 || errors < lines {
        return Received::Script { text: script, mended };
    }
    match link {
        Some((fragment, _)) => linked(fragment, false),
        None => foreign("none of its lines is one of a script"),
    }
}

/// What wrote the text.
fn name_of(start: &str) -> &'static str {
    match start {
        _ if start.starts_with("sequenceDiagram") => "the diagram",
        _ if start.contains("CPU0 (A") => "the diagram",
        _ => "the mail",
    }
}

fn linked(fragment: String, is_alone: bool) -> Received {
    Received::Link { fragment, is_alone }
}

fn foreign(why: &str) -> Received {
    Received::Foreign(why.to_owned())
}

/// How many lines have an error.
fn errors_in(script: &str) -> usize {
    let errors = parse(script).diagnostics.into_iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    let mut lines: Vec<u32> = errors.map(|error| error.span.line).collect();
    lines.dedup();
    lines.len()
}

/// How many lines say something.
fn lines_of(script: &str) -> usize {
    script.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')).count()
}
