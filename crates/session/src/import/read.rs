//! Reads a file and answers: what the Worker does. The page never calls this where there are Workers.

use super::answers;
use super::lanes::Lanes;
use super::report::{Report, TreeEntry, TreeReport};
use super::scenario::scenario;
use daxscope_import::event::Event;
use daxscope_import::kernel::{Kernel, Release};
use daxscope_import::snapshot::{self, Page, Snapshot};
use daxscope_import::{Answers, Diagnosis, Kind, Refused, Visitor, import, known};
use std::io::{BufRead, BufReader, Read};

/// Which question a file is asked.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Question {
    /// Everything that a report answers.
    #[default]
    Answers,
    /// A script of what happened around the line.
    Scenario,
}

/// What is asked of a file.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Request {
    /// What it is to answer.
    pub question: Question,
    /// The kernel, if the reader has named it: `7.3`.
    pub kernel: String,
    /// The line around which lanes or script are wanted; 0: from the beginning.
    pub around: u64,
}

impl Request {
    /// As a message to the Worker.
    #[must_use]
    pub fn to_message(&self) -> String {
        let question = match self.question {
            Question::Answers => "answers",
            Question::Scenario => "scenario",
        };
        format!("{question} {} {}", self.around, self.kernel)
    }

    fn from_message(message: &str) -> Request {
        let mut words = message.splitn(3, ' ');
        let question = if words.next() == Some("scenario") { Question::Scenario } else { Question::Answers };
        let around = words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
        Request { question, around, kernel: words.next().unwrap_or_default().to_owned() }
    }
}

/// Bytes that are asked of the file at once.
const BUFFER_BYTES: usize = 1 << 20;
/// Entries of all snapshots that are kept.
const MAX_TREE_ENTRIES: usize = 200_000;

/// The answers, the lanes, and who hears how far it is.
struct Watched<'p> {
    answers: Answers,
    lanes: Lanes,
    progress: &'p mut dyn FnMut(u64) -> bool,
}

impl Visitor for Watched<'_> {
    fn event(&mut self, event: &Event<'_>, kernel: &Kernel) {
        self.lanes.see(event);
        self.answers.event(event, kernel);
    }

    fn progress(&mut self, bytes: u64) -> bool {
        (self.progress)(bytes)
    }
}

/// Reads everything that `input` gives, in bounded memory, and returns the message with the [`Report`]. `request` is a message too
/// ([`Request::to_message`]); `progress` hears of the bytes that were read, and says whether to go on.
#[must_use]
pub fn read(input: &mut dyn Read, request: &str, progress: &mut dyn FnMut(u64) -> bool) -> String {
    let report = report(input, &Request::from_message(request), progress);
    report.unwrap_or_else(|refused| Report::Failed(told(&refused))).to_message()
}

fn report(input: &mut dyn Read, request: &Request, progress: &mut dyn FnMut(u64) -> bool) -> Result<Report, Refused> {
    let (kind, mut input) = known(BufReader::with_capacity(BUFFER_BYTES, input))?;
    if kind == Kind::Snapshots {
        return Ok(Report::Trees(trees(snapshot::read(input)?)?));
    }
    if input.fill_buf()?.is_empty() {
        return Err(Refused::Other("it is empty".into()));
    }
    let kernel = Release::parse(&request.kernel).map(Kernel::named).unwrap_or_default();
    if request.question == Question::Scenario {
        return Ok(Report::Scenario(Box::new(scenario(input, kernel, request.around, progress)?)));
    }
    let mut watched = Watched { answers: Answers::default(), lanes: Lanes::new(request.around), progress };
    let diagnosis = import(input, kernel, &mut watched)?;
    if !diagnosis.has_events() {
        return Err(Refused::Other(nothing_in(&diagnosis)));
    }
    let findings = watched.answers.finish(&diagnosis);
    let mut trace = answers::trace_report(&findings, &diagnosis);
    trace.is_ticks = diagnosis.ticks.0 > 0;
    (trace.spans, trace.names, trace.beyond.0, trace.beyond.1) = watched.lanes.finish();
    Ok(Report::Trace(Box::new(trace)))
}

fn told(refused: &Refused) -> String {
    let said = refused.to_string();
    let mut chars = said.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str().trim_end_matches('.'))
}

/// Why there is nothing to answer.
fn nothing_in(diagnosis: &Diagnosis) -> String {
    let mut said = format!("no event of fs_dax is in its {} lines", diagnosis.lines);
    if let Some(first) = diagnosis.shown.first() {
        said.push_str(&format!("; line {} is {}", first.line, first.why));
    } else if diagnosis.others > 0 {
        said.push_str(&format!(", only {} of something else", diagnosis.others));
    }
    said.push_str(". Record with `trace-cmd record -e fs_dax`, or `echo 1 > /sys/kernel/tracing/events/fs_dax/enable`");
    said
}

fn trees(snapshots: Vec<Snapshot>) -> Result<Vec<TreeReport>, Refused> {
    let entries: usize = snapshots.iter().map(|snapshot| snapshot.entries.len()).sum();
    if snapshots.is_empty() {
        return Err(Refused::Other(
            "it holds no snapshot of a tree: one has `entries`, each with `index` and `raw`".into(),
        ));
    }
    if entries > MAX_TREE_ENTRIES {
        return Err(Refused::Other(format!(
            "its snapshots have {entries} entries, and {MAX_TREE_ENTRIES} are what the page shows: split the file, or use `daxscope import`"
        )));
    }
    let mut trees = Vec::new();
    for snapshot in snapshots {
        let mut tree = TreeReport {
            tag: if snapshot.tag.is_empty() { format!("line {}", snapshot.line) } else { snapshot.tag.clone() },
            ino: snapshot.ino,
            size: snapshot.size,
            pages: snapshot.pages,
            exceptional: snapshot.exceptional,
            entries: Vec::new(),
            wrong: snapshot.differences(),
        };
        tree.wrong.truncate(20);
        for entry in &snapshot.entries {
            let page = entry.page.as_ref().map(words).unwrap_or_default();
            tree.entries.push(TreeEntry { index: entry.index, raw: entry.raw, marks: entry.marks.join(" "), page });
        }
        trees.push(tree);
    }
    Ok(trees)
}

/// `refcount 1, mapcount 1, folio order 9, page->index 0x205`.
fn words(page: &Page) -> String {
    let mut said = Vec::new();
    let numbers = [("refcount", page.references), ("mapcount", page.mappings), ("folio order", page.folio_order)];
    for (name, value) in numbers {
        if let Some(value) = value {
            said.push(format!("{name} {value}"));
        }
    }
    match (page.is_of_file, page.index_or_share) {
        (Some(true), Some(index)) => said.push(format!("belongs to the file, index {index:#x}")),
        (Some(true), None) => said.push("belongs to the file".into()),
        (Some(false), Some(share)) if share > 0 => said.push(format!("shared by {share} files, or of another")),
        (Some(false), _) => said.push("of no file or of another".into()),
        (None, _) => {}
    }
    said.join(", ")
}
