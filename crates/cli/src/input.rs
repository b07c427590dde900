//! Reading a scenario: a file, standard input (`-`), or an exhibit (`museum:a5`). A file may also be anything that daxscope
//! writes: a mail, JSON, a diagram, a picture, the page in one file.

use crate::args;
use crate::failure::Failure;
use crate::output::complain;
use daxscope_core::check::Rule;
use daxscope_core::revision::Revision;
use daxscope_core::scenario::limits::MAX_TEXT_BYTES;
use daxscope_core::scenario::{Scenario, Severity, parse, render};
use daxscope_museum::Exhibit;
use daxscope_session::Session;
use daxscope_session::received::{MAX_RECEIVED_BYTES, Received, is_png, png_text, received, received_in_picture};
use std::io::Read;

/// A script with its name.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// As it was asked for.
    pub(crate) name: String,
    /// The exhibit, if it is one.
    pub(crate) exhibit: Option<&'static Exhibit>,
    /// The script.
    pub(crate) script: String,
    /// What it says.
    pub(crate) scenario: Scenario,
}

impl Source {
    /// The rule that the exhibit breaks, if it is one and that kernel is one of those that have the bug.
    pub(crate) fn rule_on(&self, revision: Revision) -> Option<Rule> {
        let exhibit = self.exhibit?;
        let broken = exhibit.revisions.iter().take(exhibit.broken);
        let has_it = broken.filter_map(|name| args::revision(name).ok()).any(|broken| broken == revision);
        exhibit.expect.filter(|_| has_it)
    }
}

/// Reads a script that can be run, and keeps its name.
pub(crate) fn source(name: &str) -> Result<Source, Failure> {
    let exhibit = name.strip_prefix("museum:").and_then(daxscope_museum::exhibit);
    let script = script(name)?;
    Ok(Source { name: name.to_owned(), exhibit, scenario: scenario_of(name, &script)?, script })
}

/// All of them, or the first that cannot be run.
pub(crate) fn sources(names: &[String]) -> Result<Vec<Source>, Failure> {
    names.iter().map(|name| source(name)).collect()
}

/// The text of a script.
pub(crate) fn script(name: &str) -> Result<String, Failure> {
    if let Some(id) = name.strip_prefix("museum:") {
        return Ok(exhibit(id)?.script.to_owned());
    }
    let script = script_in(name, bytes(name)?)?;
    if script.len() > MAX_TEXT_BYTES {
        let limit = MAX_TEXT_BYTES / 1024;
        return Err(Failure::usage(format!("{name} is longer than a script may be, {limit} KiB; nothing was run")));
    }
    Ok(script)
}

/// What is in a file, or comes from standard input (`-`), as far as anything is read.
fn bytes(name: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let limit = MAX_RECEIVED_BYTES as u64 + 1;
    let read = if name == "-" {
        std::io::stdin().take(limit).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(name).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure::usage(format!("cannot read {name}: {error}")))?;
    Ok(bytes)
}

/// A text as it is, whatever it holds; no longer than a script may be.
pub(crate) fn text(name: &str) -> Result<String, Failure> {
    let text =
        String::from_utf8(bytes(name)?).map_err(|_| Failure::usage(format!("{name} is no text (it is not UTF-8)")))?;
    if text.len() > MAX_TEXT_BYTES {
        let limit = MAX_TEXT_BYTES / 1024;
        return Err(Failure::usage(format!("{name} is longer than is read, {limit} KiB; nothing was done")));
    }
    Ok(text)
}

/// The script in what was read, whatever stands around it.
fn script_in(name: &str, bytes: Vec<u8>) -> Result<String, Failure> {
    let is_picture = is_png(&bytes);
    let text = if is_picture {
        png_text(&bytes).ok_or_else(|| Failure::usage(format!("{name} is a picture without a run in it")))?
    } else {
        String::from_utf8(bytes).map_err(|_| Failure::usage(format!("{name} is no text (it is not UTF-8)")))?
    };
    let held = if is_picture { received_in_picture(&text) } else { received(&text) };
    let (script, said) = match held {
        Received::Run { script, from, mended } => {
            (script, [vec![format!("the script in {from} is taken")], mended].concat())
        }
        Received::Link { fragment, .. } => {
            let session = Session::open(&fragment);
            for notice in session.view().notices.iter() {
                complain(&format!("{name}: {}", notice.text));
            }
            (session.script_as_it_runs(), vec!["the link in it is taken".into()])
        }
        Received::Script { text: script, mended } => (script, mended),
        // Its errors say more.
        Received::Foreign(_) => (text, Vec::new()),
    };
    for sentence in said {
        complain(&format!("{name}: {sentence}"));
    }
    Ok(script)
}

/// An exhibit by its name.
pub(crate) fn exhibit(id: &str) -> Result<&'static Exhibit, Failure> {
    daxscope_museum::exhibit(id)
        .ok_or_else(|| Failure::usage(format!("there is no exhibit `{id}`; `daxscope museum` lists them")))
}

/// A script without errors and with threads. Warnings are printed and do not stop.
pub(crate) fn scenario(name: &str) -> Result<Scenario, Failure> {
    scenario_of(name, &script(name)?)
}

/// What a script says that has no errors and has threads.
pub(crate) fn scenario_of(name: &str, script: &str) -> Result<Scenario, Failure> {
    let scenario = checked(name, script)?;
    if scenario.threads.is_empty() {
        return Err(Failure::usage(format!(
            "{name} has no thread, so there is nothing to run: write `thread A` and below it what A does, such as \
             `read 4K at 0`"
        )));
    }
    Ok(scenario)
}

/// The scenario, if the kernel that was put under it has everything that the script says.
pub(crate) fn fitting(scenario: Scenario) -> Result<Scenario, Failure> {
    let Some(what) = scenario.misfit() else { return Ok(scenario) };
    let (kernel, era) =
        (scenario.revision.name(), if scenario.revision.is_xarray() { "to 4.19" } else { "from 4.20 on" });
    Err(Failure::usage(format!(
        "the script has `{what}`, which is of kernels {era}: {kernel} cannot run it; take the line out, or choose another kernel"
    )))
}

/// What a script without errors says; it need not have threads.
pub(crate) fn checked(name: &str, text: &str) -> Result<Scenario, Failure> {
    let parsed = parse(text);
    let mut errors = 0;
    for diagnostic in &parsed.diagnostics {
        complain(&format!("{name}: {}", render(diagnostic, text)));
        errors += usize::from(diagnostic.severity == Severity::Error);
    }
    if errors > 0 {
        return Err(Failure::usage(format!("{name} has {errors} error(s), see above; nothing was run")));
    }
    Ok(parsed.scenario)
}
