//! `daxscope import`: reads traces of real kernels and answers: mapped huge or not, why not, what fsync flushed, what may be lost.

mod json;
mod model;

use crate::args::output::OutputArgs;
use crate::failure::Failure;
use crate::progress::Reading;
use clap::Args;
use daxscope_conform::input::gunzip;
use daxscope_import::event::Event;
use daxscope_import::kernel::{Kernel, Release};
use daxscope_import::snapshot::{self, Snapshot};
use daxscope_import::tell::snapshot::snapshots;
use daxscope_import::tell::{Amount, report};
use daxscope_import::{Answers, Diagnosis, Findings, Kind, Visitor, import, known};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::process::ExitCode;

/// Why did a 2 MiB fault fall back, and what did fsync flush? Answers out of a trace of fs_dax events
#[derive(Args, Debug)]
#[command(after_help = "\
Reads /sys/kernel/tracing/trace, `trace-cmd report`, `perf script`, `perf data convert --to-json` and snapshots of a tree (.tree.json), plain or
.gz; docs/import.md says what each of them shows and hides.

Exit codes: 0 everything was understood and nothing is suspect, 1 data may be lost (see Suspects) or a snapshot contradicts itself,
2 wrong words or no trace, 3 part of the trace is missing or was not understood. With --check: 0 the model does what was seen and its trees
are those of the snapshots, 1 something differs, 3 the search for a schedule was ended or part of the trace is missing.")]
pub(crate) struct Words {
    /// Traces or snapshots of a tree, or `-` for standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<String>,
    /// Print JSON instead of text
    #[arg(long)]
    json: bool,
    /// Show all rows of tables, and not the first 20
    #[arg(long)]
    all: bool,
    /// The kernel that was traced, such as 7.3: what the text does not say
    #[arg(long, value_name = "RELEASE", value_parser = release)]
    kernel: Option<Release>,
    #[command(flatten)]
    model: model::ModelArgs,
    #[command(flatten)]
    output: OutputArgs,
}

fn release(text: &str) -> Result<Release, String> {
    let release = Release::parse(text).filter(|release| *release >= Release::FIRST);
    release.ok_or_else(|| {
        format!("`{text}` is no kernel with fs_dax events: write a release from {} on, such as 6.12", Release::FIRST)
    })
}

/// A file with its answers.
struct Imported {
    name: String,
    what: What,
}

/// What a file is.
enum What {
    Trace(Box<Findings>, Box<Diagnosis>),
    Snapshots(Vec<Snapshot>),
}

/// The answers, and a bar that shows how far the reading is.
struct Watched {
    answers: Answers,
    reading: Reading,
}

impl Visitor for Watched {
    fn event(&mut self, event: &Event<'_>, kernel: &Kernel) {
        self.answers.event(event, kernel);
    }

    fn progress(&mut self, bytes: u64) -> bool {
        self.reading.at(bytes);
        true
    }
}

pub(crate) fn run(words: Words) -> Result<ExitCode, Failure> {
    let target = words.output.target()?;
    let kernel = words.kernel.map(Kernel::named).unwrap_or_default();
    if words.model.is_asked() {
        return model::run(&words, kernel, &target);
    }
    let mut all = Vec::new();
    for name in &words.files {
        all.push(read(name, kernel.clone())?);
    }
    let amount = if words.all { Amount::ALL } else { Amount::SHORT };
    target.write(&if words.json { json::report(&all) } else { text(&all, amount) })?;
    Ok(ExitCode::from(
        all.iter().map(code).max_by_key(|code| [0, 3, 1].iter().position(|known| known == code)).unwrap_or(0),
    ))
}

fn read(name: &str, kernel: Kernel) -> Result<Imported, Failure> {
    let shown = if name == "-" { "standard input" } else { name };
    let wrong = |why: &dyn std::fmt::Display| Failure::usage(format!("{shown}: {why}"));
    let (input, bytes) = open(name).map_err(|why| wrong(&why))?;
    let (kind, input) = known(input).map_err(|error| wrong(&format!("cannot be read: {error}")))?;
    if kind == Kind::Snapshots {
        let snapshots = snapshot::read(input).map_err(|why| wrong(&why))?;
        return Ok(Imported { name: shown.to_owned(), what: What::Snapshots(snapshots) });
    }
    let mut watched = Watched { answers: Answers::default(), reading: Reading::new(shown, bytes) };
    let diagnosis = import(input, kernel, &mut watched);
    watched.reading.end();
    let diagnosis = diagnosis.map_err(|why| wrong(&why))?;
    if !diagnosis.has_events() {
        return Err(wrong(&nothing_in(&diagnosis)));
    }
    let findings = watched.answers.finish(&diagnosis);
    Ok(Imported { name: shown.to_owned(), what: What::Trace(Box::new(findings), Box::new(diagnosis)) })
}

type Opened = (Box<dyn BufRead>, Option<u64>);

/// The text of a file, packed with gzip or not, and how long it is where that is known.
fn open(name: &str) -> Result<Opened, String> {
    let told = |error: std::io::Error| format!("cannot be read: {error}");
    if name == "-" {
        return Ok((unpacked(std::io::stdin()).map_err(told)?, None));
    }
    let file = File::open(name).map_err(told)?;
    let meta = file.metadata().map_err(told)?;
    if meta.is_dir() {
        return Err("this is a folder; name the traces in it".into());
    }
    let bytes = (meta.is_file() && !name.ends_with(".gz")).then_some(meta.len());
    Ok((unpacked(file).map_err(told)?, bytes))
}

fn unpacked(input: impl Read + 'static) -> std::io::Result<Box<dyn BufRead>> {
    const BUFFER: usize = 256 << 10;
    let mut input = BufReader::with_capacity(BUFFER, input);
    if input.fill_buf()?.first() == Some(&GZIP) {
        let unpacked = gunzip(input).map_err(|error| std::io::Error::other(error.to_string()))?;
        return Ok(Box::new(BufReader::with_capacity(BUFFER, unpacked)));
    }
    Ok(Box::new(input))
}

/// The first byte of what gzip writes; no text begins with it.
const GZIP: u8 = 0x1f;

/// Why there is nothing to answer.
fn nothing_in(diagnosis: &Diagnosis) -> String {
    let lines = diagnosis.lines;
    let mut said = format!("no event of fs_dax is in its {lines} lines");
    if let Some(first) = diagnosis.shown.first() {
        said.push_str(&format!("; line {} is {}", first.line, first.why));
    } else if diagnosis.others > 0 {
        said.push_str(&format!(", only {} of something else", diagnosis.others));
    }
    said.push_str(". Record with `trace-cmd record -e fs_dax`, or `echo 1 > /sys/kernel/tracing/events/fs_dax/enable`");
    said
}

/// 0, 1 or 3, as the help says.
fn code(imported: &Imported) -> u8 {
    match &imported.what {
        What::Snapshots(snapshots) => u8::from(snapshots.iter().any(|snapshot| !snapshot.differences().is_empty())),
        What::Trace(findings, _) if findings.taken_count + findings.passed_count > 0 => 1,
        What::Trace(findings, diagnosis) if is_incomplete(diagnosis, findings) => 3,
        What::Trace(..) => 0,
    }
}

fn is_incomplete(diagnosis: &Diagnosis, findings: &Findings) -> bool {
    let is_overwritten = diagnosis.header.is_some_and(|(there, written)| there < written);
    diagnosis.not_understood > 0
        || diagnosis.lost.is_some()
        || is_overwritten
        || !diagnosis.notes.is_empty()
        || diagnosis.kernel.contradiction().is_some()
        || findings.left_out > 0
}

fn text(all: &[Imported], amount: Amount) -> String {
    let mut text = String::new();
    for imported in all {
        if all.len() > 1 {
            text.push_str(&format!("== {}\n", imported.name));
        }
        match &imported.what {
            What::Trace(findings, diagnosis) => text.push_str(&report(findings, diagnosis, amount)),
            What::Snapshots(found) => text.push_str(&snapshots(found)),
        }
        if all.len() > 1 {
            text.push('\n');
        }
    }
    text
}
