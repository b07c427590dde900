//! Historic bugs of DAX entry locking, as data: a scenario, the revisions with and without the fix, a schedule, and
//! the story with its source.
//!
//! Each exhibit is a folder of `exhibits/`: `story.md` with a head of `key: value` lines, and `scenario.dax`.

use daxscope_core::check::Rule;
use std::sync::OnceLock;

/// A historic bug.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exhibit {
    /// Its name in links and on the command line: the one of kernel-bugs, in lower case.
    pub id: &'static str,
    /// One line.
    pub title: &'static str,
    /// One sentence.
    pub about: &'static str,
    /// Presets that have the bug and presets that do not, worth comparing; the broken one first.
    pub revisions: Vec<&'static str>,
    /// How many of `revisions` are broken.
    pub broken: usize,
    /// The rule that the broken ones break.
    pub expect: Option<Rule>,
    /// How the bug is known: mail, code, inferred.
    pub confirmed: &'static str,
    /// Commit, mail or patch.
    pub source: &'static str,
    /// The story, in Markdown.
    pub story: &'static str,
    /// The scenario, with revision and schedule.
    pub script: &'static str,
}

/// The files of one exhibit.
macro_rules! files {
    ($id:literal) => {
        (
            $id,
            include_str!(concat!("../exhibits/", $id, "/story.md")),
            include_str!(concat!("../exhibits/", $id, "/scenario.dax")),
        )
    };
}

/// All exhibits, the one to begin with first.
const FILES: &[(&str, &str, &str)] = &[files!("a5"), files!("a4")];

/// All exhibits, the one to begin with first.
#[must_use]
pub fn exhibits() -> &'static [Exhibit] {
    static EXHIBITS: OnceLock<Vec<Exhibit>> = OnceLock::new();
    EXHIBITS.get_or_init(|| FILES.iter().map(|&(id, story, script)| Exhibit::read(id, story, script)).collect())
}

/// The exhibit of that name.
#[must_use]
pub fn exhibit(id: &str) -> Option<&'static Exhibit> {
    exhibits().iter().find(|exhibit| exhibit.id == id)
}

impl Exhibit {
    /// Reads the head of a story. What is missing stays empty; a test sees to it that nothing is.
    fn read(id: &'static str, text: &'static str, script: &'static str) -> Exhibit {
        let body = text.strip_prefix("---\n").unwrap_or(text);
        let (head, story) = body.split_once("\n---\n").unwrap_or(("", body));
        let field = |name: &str| {
            let lines = head.lines().filter_map(|line| line.split_once(": "));
            lines.filter(|(key, _)| *key == name).map(|(_, value)| value.trim()).next().unwrap_or_default()
        };
        let list = |name: &str| field(name).split(", ").filter(|item| !item.is_empty()).collect::<Vec<_>>();
        let broken = list("broken");
        Exhibit {
            id,
            title: field("title"),
            about: field("about"),
            broken: broken.len(),
            revisions: broken.into_iter().chain(list("fixed")).collect(),
            expect: Rule::from_name(field("expect")),
            confirmed: field("confirmed"),
            source: field("source"),
            story: story.trim(),
            script,
        }
    }
}
