//! Historic bugs of DAX entry locking, as data: a scenario, the revisions with and without the fix, a schedule, and
//! the story with its source.
//!
//! Each exhibit is a folder of `exhibits/`: `story.md` with a head of `key: value` lines, and `scenario.dax`.

use daxscope_core::check::Rule;
use daxscope_core::scenario::FailPoint;
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
    /// Revisions that have the bug and revisions that do not, worth comparing; the broken ones first. Each as the
    /// `revision` statement of a script has it: a preset, perhaps with changes to its switches.
    pub revisions: Vec<&'static str>,
    /// How many of `revisions` are broken.
    pub broken: usize,
    /// The rule that the broken ones break.
    pub expect: Option<Rule>,
    /// Rules that the fixed ones break as well, for a reason of their own, which the story gives.
    pub besides: Vec<Rule>,
    /// Length in scheduling points of the shortest way into it, in the first of the broken revisions.
    pub length: Option<u32>,
    /// How many calls the search may make fail in one run, beyond those of the script; `u32::MAX`: any number.
    pub failures: u32,
    /// Which calls.
    pub fail_points: Vec<FailPoint>,
    /// Most states that the search may store.
    pub states: Option<usize>,
    /// Takes so long that it is checked in a job of its own.
    pub slow: bool,
    /// How the bug is known: mail, code, inferred; more than one with commas between.
    pub confirmed: &'static str,
    /// What the model leaves out of the story.
    pub leaves_out: &'static str,
    /// Found by reading code only, and never confirmed by history.
    pub candidate: bool,
    /// Why it cannot be shown yet; such an exhibit is not checked.
    pub known_failure: Option<&'static str>,
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
const FILES: &[(&str, &str, &str)] = &[
    // To begin with.
    files!("a5"),
    files!("a4"),
    // The seed patch and its own history.
    files!("a1"),
    files!("a2"),
    files!("a3"),
    files!("a6"),
    files!("a7"),
    // Lost wake-ups.
    files!("b1"),
    files!("b2"),
    files!("b2b"),
    // Races on insertion and downgrade.
    files!("c1"),
    files!("c2"),
    files!("c4"),
    files!("c5"),
    files!("c7"),
    files!("c8"),
    // Stale mappings and data corruption.
    files!("d1"),
    files!("d3"),
    files!("d4"),
    files!("d5"),
    files!("d6"),
    // fsync.
    files!("e1"),
    files!("e2"),
    files!("e3"),
    files!("e4"),
    // Candidates.
    files!("h3"),
    files!("h4"),
    files!("n1"),
];

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
    /// The rules that the fixed revisions keep; none stands for all.
    #[must_use]
    pub fn rules_of_the_fixed(&self) -> Vec<Rule> {
        let kept = Rule::ALL.into_iter().filter(|rule| !self.besides.contains(rule));
        if self.besides.is_empty() { Vec::new() } else { kept.collect() }
    }

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
            besides: list("besides").into_iter().filter_map(Rule::from_name).collect(),
            length: field("length").parse().ok(),
            failures: match field("failures") {
                "any" => u32::MAX,
                number => number.parse().unwrap_or(0),
            },
            fail_points: match field("fail") {
                "" => vec![FailPoint::Preload],
                _ => list("fail").into_iter().filter_map(FailPoint::from_name).collect(),
            },
            states: field("states").parse().ok(),
            slow: field("slow") == "yes",
            confirmed: field("confirmed"),
            leaves_out: field("leaves-out"),
            candidate: field("candidate") == "yes",
            known_failure: Some(field("known-failure")).filter(|reason| !reason.is_empty()),
            source: field("source"),
            story: story.trim(),
            script,
        }
    }
}
