//! The state of the page as the fragment of its address. A fragment is never sent to a server.
//!
//! ```text
//! v=1&e=a5&r=v9&s=o1x5.22&p=12&w=story&mode=embedded
//! ```
//!
//! | key | |
//! |---|---|
//! | `v` | version of this grammar; always first |
//! | `k` | only in links that were copied: how many bytes stand behind it, and a checksum of them, so that a cut is told (`k=41.03fa`); further keys may follow those bytes |
//! | `e` | exhibit, or `c`: a script in the zlib format (its checksum finds damage), in base64url |
//! | `r` | kernel revision, if it is another than the script says: a preset, then `+switch=value` for each change |
//! | `s` | step size and schedule (`Schedule::to_compact`), if they are others than the script says |
//! | `p` | steps made |
//! | `w` | open panel |
//! | `l` | in the panel of lessons: a lesson and its step (`wake.3`), or `teachers`; without `e` and `c` the scene of the step runs |
//! | `q` | a challenge, with `:` and an answer behind it if there is one (`fix-wakeup:wake-all`); without `e` and `c` its script runs |
//! | `a` | a student's answers (crate::learn); opens the page for teachers |
//! | `mode` | `embedded`: for slides and books; `presenter`: for a projector |
//! | `show` | the parts on screen in presenter mode beside the tree: their letters ([`Part::ALL`](crate::Part::ALL)) |
//! | `future` | `hidden`: what is recorded behind the step that is shown is not shown |
//! | `x` | the crash mark: steps made before the power fails (while the panel `crash` is open, that is `p`) |
//! | `watch` | objects whose values stay in sight, with `.` between (`entry-0x202.tree_lock.thread-A`; crate::tokens) |
//!
//! Unknown keys are passed over, so that a later page can add some without a new version.

mod checked;

pub(crate) use checked::{fragment_in, with_check};

use crate::action::{Future, Layout, Panel};
use crate::parts::Parts;
use crate::session::canonical_name;
use base64ct::{Base64UrlUnpadded, Encoding};
use checked::{State, cleaned};
use daxscope_core::revision::Revision;
use daxscope_core::scenario::Schedule;
use daxscope_core::scenario::limits::MAX_TEXT_BYTES;
use daxscope_core::scenario::parse_revision;

/// The version that is written.
const VERSION: &str = "1";
/// The longest fragment that is written or read: every browser can hold it.
pub const MAX_LINK_BYTES: usize = 64 * 1024;

/// The position of a place that stands at the end of its run, however long that is. No link says it.
pub(crate) const THE_END: usize = usize::MAX;

/// What a link says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Link {
    pub(crate) subject: Subject,
    /// The script as the link has it packed; empty where it was written here.
    pub(crate) packed: String,
    /// A preset, perhaps with changes to its switches.
    pub(crate) revision: Option<Revision>,
    /// Its name as it was chosen; empty: that of [`Revision::name`].
    pub(crate) revision_name: String,
    pub(crate) schedule: Option<Schedule>,
    pub(crate) position: usize,
    pub(crate) panel: Panel,
    pub(crate) layout: Layout,
    /// The challenge that is open, and the answer in it.
    pub(crate) challenge: String,
    /// What presenter mode shows.
    pub(crate) parts: Option<Parts>,
    /// What of the lessons is open.
    pub(crate) lesson: String,
    /// A student's answers.
    pub(crate) answers: String,
    pub(crate) future: Future,
    /// What is watched.
    pub(crate) watched: String,
    /// Steps before the power fails.
    pub(crate) plug: Option<usize>,
}

/// What a link shows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) enum Subject {
    /// The first exhibit.
    #[default]
    Default,
    /// What the page opens on where the address is no link.
    Opening,
    /// What the link shows is lost: nothing is shown in its place.
    Lost,
    /// The exhibit with that id, which may be none.
    Exhibit(String),
    /// A script.
    Script(String),
}

/// What a link says, and sentences about what it does not say clearly.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct ReadLink {
    pub(crate) link: Link,
    pub(crate) problems: Vec<String>,
    subject_is_lost: bool,
}

/// A script for [`write()`], packed once and used many times.
pub(crate) fn pack(script: &str) -> String {
    Base64UrlUnpadded::encode_string(&miniz_oxide::deflate::compress_to_vec_zlib(script.as_bytes(), 9))
}

const DAMAGED: &str = "The script in this link is damaged, perhaps because the link was cut off. Copy it again; nothing is shown in its place.";

fn unpack(packed: &str) -> Result<String, &'static str> {
    const TOO_LONG: &str = "The script in this link is longer than 256 KiB. Paste it into the editor instead.";
    let bytes = Base64UrlUnpadded::decode_vec(packed).map_err(|_| DAMAGED)?;
    let text =
        miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(&bytes, MAX_TEXT_BYTES).map_err(|error| match error
            .status
        {
            miniz_oxide::inflate::TINFLStatus::HasMoreOutput => TOO_LONG,
            _ => DAMAGED,
        })?;
    String::from_utf8(text).map_err(|_| DAMAGED)
}

/// The fragment of a link; `packed` is its script from [`pack`], if it shows one, and `schedule` what stands for its schedule
/// ([`Schedule::to_compact`]).
pub(crate) fn write(link: &Link, packed: &str, schedule: Option<&str>) -> String {
    let mut fragment = format!("v={VERSION}");
    let mut add = |key: &str, value: &str| fragment.extend(["&", key, "=", value]);
    match &link.subject {
        Subject::Default | Subject::Opening | Subject::Lost => {}
        Subject::Exhibit(id) => add("e", id),
        Subject::Script(_) => add("c", packed),
    }
    if let Some(revision) = link.revision {
        let name = if link.revision_name.is_empty() { revision.name() } else { link.revision_name.clone() };
        add("r", &name.replace(' ', "+"));
    }
    if let Some(schedule) = schedule {
        add("s", schedule);
    }
    if link.position > 0 {
        add("p", &link.position.to_string());
    }
    // What only lies over the page for a moment is not worth a link.
    if !matches!(link.panel, Panel::None | Panel::Help | Panel::Palette | Panel::Export | Panel::Until) {
        add("w", link.panel.name());
    }
    if !link.challenge.is_empty() {
        add("q", &link.challenge);
    }
    if !link.lesson.is_empty() {
        add("l", &link.lesson);
    }
    match link.layout {
        Layout::Full => {}
        Layout::Embedded => add("mode", "embedded"),
        Layout::Presenter => add("mode", "presenter"),
    }
    if let Some(parts) = link.parts.filter(|&parts| parts != Parts::NONE) {
        add("show", &parts.letters());
    }
    if link.future == Future::Hidden {
        add("future", "hidden");
    }
    if let Some(step) = link.plug {
        add("x", &step.to_string());
    }
    if !link.watched.is_empty() {
        add("watch", &link.watched);
    }
    fragment
}

/// Reads a fragment, with or without its `#`. Never fails: what cannot be read is left out and told.
pub(crate) fn read(fragment: &str) -> ReadLink {
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    let mut read = ReadLink::default();
    let (fragment, state) =
        if fragment.len() > MAX_LINK_BYTES { (fragment.to_owned(), State::Whole) } else { cleaned(fragment) };
    if fragment.len() > MAX_LINK_BYTES {
        read.problem("This link is longer than 64 KiB and was not read. Paste its script into the editor instead.");
        return read;
    }
    let parts = || fragment.split('&').filter_map(|part| part.split_once('='));
    match parts().find(|&(key, _)| key == "v") {
        Some((_, VERSION)) => {}
        Some((_, version)) => {
            let version: String = version.chars().take(12).collect();
            read.problem(format!(
                "This link has version {version}, and this page reads version {VERSION}. Reload the page to get its \
                 newest release; the first exhibit is shown instead."
            ));
            return read;
        }
        // An empty address, `mode` alone, or any anchor of an old page.
        None if parts().any(|(key, _)| matches!(key, "e" | "c" | "s")) => {
            read.problem("This link names no version, so it may be damaged; it is read as well as it can be.");
        }
        None => read.link.subject = Subject::Opening,
    }
    match state {
        State::Whole => {}
        State::Cut(_) => {}
        State::Changed => read.problem(
            "This link says something else than when it was copied: it was changed or damaged on its way. What it says now is shown.",
        ),
    }
    for (key, value) in parts() {
        read.part(key, value);
    }
    if let State::Cut(missing) = state {
        // The cut is why the rest is damaged: it is said first, and once.
        read.problems.retain(|problem| problem != DAMAGED);
        let what = if read.subject_is_lost {
            "and with them its script: nothing is shown in its place. Copy"
        } else {
            "and what is left of it is shown. Copy"
        };
        let cut = format!(
            "This link was cut off: its last {missing} characters are missing, {what} it again to see the run that was meant."
        );
        read.problems.insert(0, cut);
    }
    if read.subject_is_lost {
        read.link.forget_run();
        read.link.subject = Subject::Lost;
    }
    read
}

impl Link {
    /// Does it open the panel of lessons, perhaps beneath another?
    pub(crate) fn is_learning(&self) -> bool {
        self.panel == Panel::Learn || !(self.lesson.is_empty() && self.challenge.is_empty() && self.answers.is_empty())
    }

    /// Leaves out what makes no sense for another script.
    pub(crate) fn forget_run(&mut self) {
        (self.revision, self.schedule, self.position) = (None, None, 0);
        self.revision_name.clear();
        self.packed.clear();
    }
}

impl ReadLink {
    fn kernel(&mut self, value: &str, name: &str) {
        match parse_revision(name) {
            Ok(revision) => {
                self.link.revision = Some(revision);
                self.link.revision_name = canonical_name(name);
            }
            Err(_) => self.problem(format!(
                "There is no kernel revision `{}`; the one of the script runs. Choose another in the head line.",
                value.chars().take(60).collect::<String>()
            )),
        }
    }

    fn problem(&mut self, problem: impl Into<String>) {
        self.problems.push(problem.into());
    }

    /// Lessons and challenges stand beside the picture, whatever lies over it.
    fn learning(&mut self) {
        if !self.link.panel.is_over() {
            self.link.panel = Panel::Learn;
        }
    }

    fn part(&mut self, key: &str, value: &str) {
        match key {
            "e" => self.link.subject = Subject::Exhibit(value.chars().take(64).collect()),
            "c" => match unpack(value) {
                Ok(script) => (self.link.subject, self.link.packed) = (Subject::Script(script), value.to_owned()),
                Err(problem) => {
                    self.subject_is_lost = true;
                    self.problem(problem);
                }
            },
            // Some programs write a space in an address as `%20`.
            "r" => self.kernel(value, &value.replace("%20", " ").replace('+', " ")),
            "s" => match Schedule::from_compact(value) {
                Ok(schedule) => self.link.schedule = Some(schedule),
                Err(error) => {
                    self.problem(format!("{error} The script's own schedule is used instead, if it has one."));
                }
            },
            "p" => match value.parse() {
                Ok(position) => self.link.position = position,
                Err(_) => self.problem("The link says no step to stand at; the run begins at its start."),
            },
            "w" => self.link.panel = Panel::from_name(value).unwrap_or_default(),
            "q" => {
                self.learning();
                self.link.challenge = value.chars().take(200).collect();
            }
            "l" => {
                self.learning();
                self.link.lesson = value.chars().take(80).collect();
            }
            "a" => {
                self.learning();
                self.link.answers = value.to_owned();
            }
            "future" if value == "hidden" => self.link.future = Future::Hidden,
            "x" => match value.parse() {
                Ok(step) => self.link.plug = Some(step),
                Err(_) => self.problem("The link says no step behind which the power fails; x pulls the plug again."),
            },
            "watch" => self.link.watched = value.chars().take(1000).collect(),
            "mode" if value == "embedded" => self.link.layout = Layout::Embedded,
            "mode" if value == "presenter" => {
                self.link.layout = Layout::Presenter;
                self.link.parts = Some(self.link.parts.unwrap_or_default());
            }
            "show" => self.link.parts = Some(Parts::of_letters(value)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_of_every_length_come_back() {
        for length in 0..70 {
            let script: String = (0..length).map(|at| char::from(b'a' + (at * 7 % 26) as u8)).collect();
            let packed = pack(&script);
            assert!(packed.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{packed}");
            assert_eq!(unpack(&packed), Ok(script));
        }
    }

    #[test]
    fn what_is_not_base64url_is_damaged() {
        let packed = pack("thread A\n");
        for damaged in ["A", "AB=", "A B", "AAAAA", "-_9", "ä", &packed[1..], &format!("{packed}=")] {
            assert!(unpack(damaged).is_err_and(|why| why.contains("damaged")), "{damaged}");
        }
    }
}
