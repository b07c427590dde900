//! Historic bugs of DAX entry locking, as data: a scenario, the revisions with and without the fix, a schedule, and
//! the story with its source.
//!
//! Each exhibit is a folder of `exhibits/`: `story.md` with a head of `key: value` lines, and `scenario.dax`.

use daxscope_core::check::Rule;
use daxscope_core::revision::preset;
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
    /// The scenario, with revision and schedule.
    pub script: &'static str,
}

/// What is read of one exhibit: its id, the head of its story, its script.
type Files = (&'static str, &'static [u8], &'static str);

/// The lists of all exhibits, from one list of their folders.
macro_rules! exhibits {
    ($($id:literal)*) => {
        /// All exhibits, the one to begin with first. Of the stories the heads only: the page fetches the rest when
        /// somebody reads it.
        const FILES: &[Files] = &[$({
            const STORY: &str = include_str!(concat!("../exhibits/", $id, "/story.md"));
            const HEAD: [u8; head_length(STORY)] = head(STORY);
            ($id, &HEAD, include_str!(concat!("../exhibits/", $id, "/scenario.dax")))
        }),*];

        /// The stories with their heads. A program that does not name this constant does not carry them.
        const STORIES: &[(&str, &str)] =
            &[$(($id, include_str!(concat!("../exhibits/", $id, "/story.md")))),*];
    };
}

exhibits! {
    // To begin with.
    "a5"
    "a4"
    // The seed patch and its own history.
    "a1"
    "a2"
    "a3"
    "a6"
    "a7"
    // Lost wake-ups.
    "b1"
    "b2"
    "b2b"
    // Races on insertion and downgrade.
    "c1"
    "c2"
    "c4"
    "c5"
    "c7"
    "c8"
    // Stale mappings and data corruption.
    "d1"
    "d3"
    "d4"
    "d5"
    "d6"
    // fsync.
    "e1"
    "e2"
    "e3"
    "e4"
    // Candidates.
    "h3"
    "h4"
    "n1"
    // Kernels with an XArray: candidates in kernels that people run, then history.
    "k1"
    "k2"
    "k3"
    "k4"
    "b3"
    "b4"
    "b5"
    "b6"
    "b7"
    "c6"
    "c6b"
    "e3b"
    "f1"
    "f2"
    "f6"
    "f7"
    "f8"
}

/// What stands between the head of a story and the story.
const HEAD_ENDS: &str = "\n---\n";

/// How long the head of a story is; without one, nothing.
const fn head_length(text: &str) -> usize {
    let (text, end) = (text.as_bytes(), HEAD_ENDS.as_bytes());
    let mut at = 0;
    while at + end.len() <= text.len() {
        let mut same = 0;
        while same < end.len() && text[at + same] == end[same] {
            same += 1;
        }
        if same == end.len() {
            return at;
        }
        at += 1;
    }
    0
}

/// A copy of the head of a story. A part of the text itself would keep all of it.
const fn head<const LENGTH: usize>(text: &str) -> [u8; LENGTH] {
    let mut head = [0; LENGTH];
    let mut at = 0;
    while at < LENGTH {
        head[at] = text.as_bytes()[at];
        at += 1;
    }
    head
}

/// All exhibits, the one to begin with first.
#[must_use]
pub fn exhibits() -> &'static [Exhibit] {
    static EXHIBITS: OnceLock<Vec<Exhibit>> = OnceLock::new();
    EXHIBITS.get_or_init(|| FILES.iter().map(|&(id, head, script)| Exhibit::read(id, head, script)).collect())
}

/// The exhibit of that name.
#[must_use]
pub fn exhibit(id: &str) -> Option<&'static Exhibit> {
    exhibits().iter().find(|exhibit| exhibit.id == id)
}

impl Exhibit {
    /// Is its bug one of kernels with an XArray?
    #[must_use]
    pub fn is_of_xarray(&self) -> bool {
        let name = self.revisions.first().and_then(|revision| revision.split(' ').next());
        name.and_then(preset).is_some_and(|preset| preset.revision.is_xarray())
    }

    /// The rules that the fixed revisions keep; none stands for all.
    #[must_use]
    pub fn rules_of_the_fixed(&self) -> Vec<Rule> {
        let kept = Rule::ALL.into_iter().filter(|rule| !self.besides.contains(rule));
        if self.besides.is_empty() { Vec::new() } else { kept.collect() }
    }

    /// What whoever is sent a run of a candidate has to know; `None`: its bug is known to history.
    #[must_use]
    pub fn caveat(&self) -> Option<String> {
        if !self.candidate {
            return None;
        }
        let mut text =
            "A candidate: found by reading code and in this model; nobody of the kernel has confirmed it.".to_owned();
        if self.expect == Some(Rule::LostDurability) {
            text.push_str(" No loss of data was seen: not flushed means that no flush was called.");
        }
        if !self.leaves_out.is_empty() {
            text.push_str(" What the model leaves out: ");
            text.push_str(self.leaves_out);
        }
        Some(text)
    }

    /// The story, in Markdown.
    #[must_use]
    pub fn story(&self) -> &'static str {
        let text = STORIES.iter().find(|(id, _)| *id == self.id).map_or("", |&(_, text)| text);
        text.split_once(HEAD_ENDS).map_or(text, |(_, story)| story).trim()
    }

    /// Reads the head of a story. What is missing stays empty; a test sees to it that nothing is.
    fn read(id: &'static str, head: &'static [u8], script: &'static str) -> Exhibit {
        let head = std::str::from_utf8(head).unwrap_or_default();
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
            script,
        }
    }
}
