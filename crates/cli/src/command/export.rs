//! `daxscope export`: a script as one HTML file, in which the whole page opens at it.

use crate::args;
use crate::failure::Failure;
use crate::input;
use crate::opened::session;
use crate::output::Target;
use clap::Args;
use daxscope_core::revision::Revision;
use daxscope_core::scenario::{AsRun, Schedule, as_run};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Make one HTML file of the page and a script; it opens in any browser, from a disk too, and asks nobody for anything
#[derive(Args, Debug)]
pub(crate) struct Words {
    /// The script
    #[arg(value_name = "SCRIPT")]
    script: String,
    /// The file to write
    #[arg(long, value_name = "FILE", required = true)]
    html: PathBuf,
    /// Stand behind that many steps; without it, where the script says
    #[arg(long, value_name = "N")]
    position: Option<usize>,
    /// Follow this schedule instead of that of the script
    #[arg(long, value_name = "S", value_parser = args::schedule)]
    schedule: Option<Schedule>,
    /// Another kernel than that of the script
    #[arg(long, value_name = "R", value_parser = args::revision)]
    revision: Option<Revision>,
    /// For slides and books: only picture, sentence and step buttons
    #[arg(long)]
    embedded: bool,
    /// The page to put it into, `daxscope.html`; without it, the one beside this program or in dist/
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
}

/// The name of the page as `cargo xtask build` writes it.
const PAGE: &str = "daxscope.html";
/// Where the page says what it opens with.
const START: &str = "<meta name=\"daxscope-start\" content=\"";

pub(crate) fn run(words: Words) -> Result<ExitCode, Failure> {
    let target = Target::file(&words.html)?;
    let source = input::source(&words.script)?;
    let (page, path) = page(words.page.as_deref())?;
    let kernel = words.revision.map(|revision| revision.name());
    let position = words.position.unwrap_or(daxscope_core::scenario::parse(&source.script).position);
    let run = AsRun { revision: kernel.as_deref(), schedule: words.schedule.as_ref(), position };
    let session = session(&as_run(&source.script, run));
    let mut fragment = session.fragment();
    if words.embedded {
        fragment.push_str("&mode=embedded");
    }
    if fragment.len() > daxscope_session::MAX_LINK_BYTES {
        return Err(Failure::usage(format!(
            "{} would need a link of {} KiB, and 64 are the limit; shorten the script or its schedule",
            words.script,
            fragment.len().div_ceil(1024)
        )));
    }
    let title = session.view().header.title.to_string();
    let whole = filled(&page, &title, &fragment).ok_or_else(|| {
        Failure::usage(format!("{} is no page in one file; `cargo xtask build` makes dist/{PAGE}", path.display()))
    })?;
    target.write(&whole)?;
    Ok(ExitCode::SUCCESS)
}

/// The text of the page, and where it was found.
fn page(asked: Option<&Path>) -> Result<(String, PathBuf), Failure> {
    let beside = std::env::current_exe().ok().and_then(|program| Some(program.parent()?.join(PAGE)));
    let usual = [beside, Some(Path::new("dist").join(PAGE))].into_iter().flatten();
    let found = asked.map(Path::to_owned).or_else(|| usual.into_iter().find(|path| path.is_file()));
    let Some(path) = found else {
        return Err(Failure::usage(format!(
            "there is no {PAGE} beside this program or in dist/; `cargo xtask build` makes it, or save one from any page that is \
             served (`{PAGE}` beside its index.html) and name it with --page"
        )));
    };
    let text = fs::read_to_string(&path)
        .map_err(|error| Failure::usage(format!("cannot read {}: {error}", path.display())))?;
    Ok((text, path))
}

/// The page with a title and what it opens with; `None` if it has no place for that.
fn filled(page: &str, title: &str, fragment: &str) -> Option<String> {
    let started = replaced(page, START, "\"", &escaped(fragment))?;
    replaced(&started, "<title>", "<", &format!("{} - daxscope", escaped(title)))
}

/// The text with `new` between the first `begin` and the `end` behind it.
fn replaced(text: &str, begin: &str, end: &str, new: &str) -> Option<String> {
    let at = text.find(begin)? + begin.len();
    let length = text[at..].find(end)?;
    Some(format!("{}{new}{}", &text[..at], &text[at + length..]))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn title_and_start_are_filled_in_wherever_they_stand() {
        let (meta, title) = ("<meta name=\"daxscope-start\" content=\"old\">", "<title>daxscope</title>");
        let meant = ("<meta name=\"daxscope-start\" content=\"v=1&amp;e=a4\">", "<title>a &lt;b> - daxscope</title>");
        let fill = |page: &str| filled(page, "a <b>", "v=1&e=a4");
        assert_eq!(fill(&format!("x{meta}y{title}z")), Some(format!("x{}y{}z", meant.0, meant.1)));
        assert_eq!(fill(&format!("x{title}y{meta}z")), Some(format!("x{}y{}z", meant.1, meant.0)));
        assert_eq!(fill("<html>"), None);
    }
}
