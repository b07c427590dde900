//! From lines to a scenario: looks names up, fills in defaults, and reports what does not fit together.

mod entries;
mod eras;
mod expect;
mod file;
mod plan;
mod process;
mod refused;
mod thread;

use crate::revision::{Revision, preset, switch};
use crate::scenario::Scenario;
use crate::scenario::diagnostic::{Diagnostic, Severity, nearest};
use crate::scenario::limits::{MAX_DIAGNOSTICS, MAX_LINE_CHARS, MAX_TEXT_BYTES};
use crate::scenario::line::{Line, is_space, lines};
use crate::scenario::read::statement;
use crate::scenario::statement::{Statement, TOP_KEYWORDS};
use crate::units::ThreadId;
use std::ops::Range;

/// A script that has been read: what can run, and what is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parsed {
    /// The scenario of the good lines; it can always run.
    pub scenario: Scenario,
    /// The mistakes in the order of the text, at most [`MAX_DIAGNOSTICS`] and one that says that there are more.
    pub diagnostics: Vec<Diagnostic>,
    /// Where whoever opens the script should stand: after that many steps of its schedule. It is no part of what runs.
    pub position: usize,
    /// Where the parts of the scenario stand in the text.
    pub source: SourceMap,
}

impl Parsed {
    /// Is there no error? Warnings do not count.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error)
    }
}

/// The line of each part of a scenario, counted from 1; each list runs beside the one of [`Scenario`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SourceMap {
    /// `title`.
    pub title: Option<u32>,
    /// `revision`.
    pub revision: Option<u32>,
    /// `file`.
    pub file: Option<u32>,
    /// The extents.
    pub extents: Vec<u32>,
    /// The `entries` lines.
    pub entries: Vec<u32>,
    /// `alloc`.
    pub allocator: Option<u32>,
    /// `device`.
    pub device: Option<u32>,
    /// `platform`.
    pub platform: Option<u32>,
    /// `without`.
    pub without: Option<u32>,
    /// `fs`.
    pub fs: Option<u32>,
    /// `fs_lock`.
    pub fs_lock: Option<u32>,
    /// `i_mmap_rwsem`.
    pub i_mmap_rwsem: Option<u32>,
    /// `journal`.
    pub journal: Option<u32>,
    /// `layouts`.
    pub layouts: Option<u32>,
    /// The processes; `None` for the one that is there because no line is.
    pub processes: Vec<Option<u32>>,
    /// The threads.
    pub threads: Vec<u32>,
    /// The operations of each thread.
    pub operations: Vec<Vec<u32>>,
    /// The injected failures.
    pub failures: Vec<u32>,
    /// What is expected.
    pub expectations: Vec<u32>,
    /// The first `schedule` line.
    pub schedule: Option<u32>,
    /// `position`.
    pub position: Option<u32>,
}

impl SourceMap {
    /// The line of an operation of a thread.
    #[must_use]
    pub fn operation(&self, thread: ThreadId, index: usize) -> Option<u32> {
        self.operations.get(thread.index())?.get(index).copied()
    }
}

/// Reads a script. It never fails: what is wrong is in the diagnostics, and the scenario is made of the rest.
///
/// Behind the line with which there are more than [`MAX_DIAGNOSTICS`] errors nothing is read, so that a text that is
/// no script costs no more than a script: an editor asks at each key.
#[must_use]
pub fn parse(text: &str) -> Parsed {
    let (_, mut parsed, unread) = read(text, Thorough::UntilHopeless);
    limit_diagnostics(&mut parsed.diagnostics, unread);
    parsed
}

/// How much of a text is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Thorough {
    /// Every line, blank ones too.
    EveryLine,
    /// What makes a scenario, until there are more errors than are reported.
    UntilHopeless,
}

/// A line that has been read.
#[derive(Debug)]
pub(crate) struct ReadLine<'t> {
    pub(crate) line: Line<'t>,
    /// The keyword of the statement.
    pub(crate) keyword: Range<usize>,
    /// The statement, if the line has a good one.
    pub(crate) statement: Option<Statement>,
    /// From `#` on.
    pub(crate) comment: Option<&'t str>,
    /// What a line without a good statement was probably meant to be.
    meant: Option<&'static str>,
}

/// Reads all lines and builds the scenario; all diagnostics, in the order of the text.
pub(crate) fn analyse(text: &str) -> (Vec<ReadLine<'_>>, Parsed) {
    let (lines, parsed, _) = read(text, Thorough::EveryLine);
    (lines, parsed)
}

impl ReadLine<'_> {
    /// Does the scenario depend on it?
    fn is_something(&self) -> bool {
        self.statement.is_some() || self.meant.is_some()
    }
}

/// Reads lines and builds the scenario; also the number of the first line that was not read because there are too many
/// errors.
fn read(text: &str, thorough: Thorough) -> (Vec<ReadLine<'_>>, Parsed, Option<u32>) {
    let mut builder = Builder::default();
    let (mut read, mut last, mut unread) = (Vec::new(), None, None);
    for line in lines(text).take_while(|line| line.start + line.text.len() <= MAX_TEXT_BYTES) {
        if thorough == Thorough::UntilHopeless && builder.is_hopeless() {
            unread = Some(line.number);
            // Whatever is named and not found may stand there.
            (builder.broken_processes, builder.broken_threads) = (true, true);
            break;
        }
        last = Some(line);
        let line = builder.read(line);
        if thorough == Thorough::EveryLine || line.is_something() {
            read.push(line);
        }
    }
    if text.len() > MAX_TEXT_BYTES && unread.is_none() {
        builder.report_long_text(text);
    }
    builder.leave_out_of_other_era(&mut read);
    let scenario = builder.scenario(&read);
    let position = builder.position(&read);
    if scenario.threads.is_empty() && !builder.broken_threads {
        let end = last.unwrap_or(Line { number: 1, start: 0, text: "" });
        let at = end.start + end.text.len();
        let message = "There is no thread: nothing will run.";
        builder.warn(&end, &(at..at), message, "`thread A` and its operations");
    }
    let Builder { mut diagnostics, map: source, .. } = builder;
    crate::order::sort_by_key(&mut diagnostics, |diagnostic| (diagnostic.span.bytes.start, diagnostic.span.bytes.end));
    (read, Parsed { scenario, diagnostics, position, source }, unread)
}

/// Keeps the first ones and says how many there were, as far as the text was read.
fn limit_diagnostics(diagnostics: &mut Vec<Diagnostic>, unread: Option<u32>) {
    let more = diagnostics.len().saturating_sub(MAX_DIAGNOSTICS);
    if more == 0 {
        return;
    }
    let span = diagnostics[MAX_DIAGNOSTICS].span.clone();
    let errors = diagnostics[MAX_DIAGNOSTICS..].iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    diagnostics.truncate(MAX_DIAGNOSTICS);
    let message = match unread {
        None => format!("There are {more} more mistakes from here on."),
        Some(line) => {
            format!("There are more than {MAX_DIAGNOSTICS} mistakes: from line {line} on the script is not read.")
        }
    };
    diagnostics.push(if errors {
        Diagnostic::error(span, message, "")
    } else {
        Diagnostic::warning(span, message, "")
    });
}

/// What has been found so far.
#[derive(Default)]
struct Builder {
    diagnostics: Vec<Diagnostic>,
    map: SourceMap,
    /// A line was left out that may have named a process, so that an unknown process is no news.
    broken_processes: bool,
    /// The same for threads.
    broken_threads: bool,
    /// The letters under which the threads were declared.
    letters: Vec<char>,
    /// Diagnostics of which it is known whether they are errors.
    counted: usize,
    /// Errors among those.
    errors: usize,
}

impl Builder {
    fn error(
        &mut self,
        line: &Line<'_>,
        bytes: &Range<usize>,
        message: impl Into<String>,
        expected: impl Into<String>,
    ) {
        self.diagnostics.push(Diagnostic::error(line.span(bytes.clone()), message, expected));
    }

    fn warn(&mut self, line: &Line<'_>, bytes: &Range<usize>, message: impl Into<String>, expected: impl Into<String>) {
        self.diagnostics.push(Diagnostic::warning(line.span(bytes.clone()), message, expected));
    }

    /// Are there more errors than will be reported? Each diagnostic is looked at once.
    fn is_hopeless(&mut self) -> bool {
        let is_error = |diagnostic: &&Diagnostic| diagnostic.severity == Severity::Error;
        self.errors += self.diagnostics[self.counted..].iter().filter(is_error).count();
        self.counted = self.diagnostics.len();
        self.errors > MAX_DIAGNOSTICS
    }

    /// Reads one line.
    fn read<'t>(&mut self, line: Line<'t>) -> ReadLine<'t> {
        let mut read = ReadLine { line, keyword: line.start..line.start, statement: None, comment: None, meant: None };
        let length = line.text.chars().count();
        if length > MAX_LINE_CHARS {
            let message = format!("The line has {length} characters.");
            let bytes = line.start..line.start + line.text.len();
            self.error(&line, &bytes, message, format!("at most {MAX_LINE_CHARS}; a schedule may have several lines"));
            read.meant = self.meant(&line);
            return read;
        }
        let result = line.lex().and_then(|lexed| {
            read.comment = lexed.comment;
            let Some(first) = lexed.words.first() else { return Ok(None) };
            read.keyword = first.bytes.clone();
            statement(&line, &lexed.words, &mut self.diagnostics).map(Some)
        });
        match result {
            Ok(statement) => read.statement = statement,
            Err(diagnostic) => {
                self.diagnostics.push(*diagnostic);
                read.meant = self.meant(&line);
            }
        }
        read
    }

    /// What a line that is left out was probably meant to be. Names may be unknown because of it.
    fn meant(&mut self, line: &Line<'_>) -> Option<&'static str> {
        let keyword = line.text.split(is_space).find(|word| !word.is_empty())?;
        let meant = nearest(keyword, TOP_KEYWORDS);
        self.broken_processes |= meant == Some("process");
        self.broken_threads |= meant == Some("thread");
        meant
    }

    fn report_long_text(&mut self, text: &str) {
        let Some(line) = lines(text).find(|line| line.start + line.text.len() > MAX_TEXT_BYTES) else { return };
        let message = format!("The script has {} bytes; from this line on it is not read.", text.len());
        self.error(&line, &(line.start..line.start), message, format!("at most {MAX_TEXT_BYTES} bytes"));
    }

    fn scenario(&mut self, read: &[ReadLine<'_>]) -> Scenario {
        let title = self.once(
            read,
            |map| &mut map.title,
            |statement| match statement {
                Statement::Title(title) => Some(title.clone()),
                _ => None,
            },
        );
        let fs_lock = self.once(
            read,
            |map| &mut map.fs_lock,
            |statement| match statement {
                Statement::FsLock(on) => Some(*on),
                _ => None,
            },
        );
        let i_mmap_rwsem = self.once(
            read,
            |map| &mut map.i_mmap_rwsem,
            |statement| match statement {
                Statement::IMmapRwsem(on) => Some(*on),
                _ => None,
            },
        );
        let journal = self.once(
            read,
            |map| &mut map.journal,
            |statement| match statement {
                Statement::Journal(on) => Some(*on),
                _ => None,
            },
        );
        let platform = self.once(
            read,
            |map| &mut map.platform,
            |statement| match statement {
                Statement::Platform(platform) => Some(*platform),
                _ => None,
            },
        );
        let without = self.once(
            read,
            |map| &mut map.without,
            |statement| match statement {
                Statement::Without(what) => Some(*what),
                _ => None,
            },
        );
        let fs = self.once(
            read,
            |map| &mut map.fs,
            |statement| match statement {
                Statement::Fs(fs) => Some(*fs),
                _ => None,
            },
        );
        let journal = self.journal_of(read, fs.unwrap_or_default(), journal);
        let layouts = self.once(
            read,
            |map| &mut map.layouts,
            |statement| match statement {
                Statement::Layouts(layouts) => Some(*layouts),
                _ => None,
            },
        );
        let revision = self.revision(read);
        let device = self.device(read);
        let file = self.file(read, &device);
        let allocator = self.allocator(read, &file, &device);
        let entries = self.entries(read, (&file, &device, &revision));
        let processes = self.processes(read, &file);
        let threads = self.threads(read, &processes);
        self.warn_of_refused(read, &file);
        let failures = self.failures(read);
        let expectations = self.expectations(read, &processes, &threads);
        let schedule = self.schedule(read);
        Scenario {
            title: title.unwrap_or_default(),
            revision,
            file,
            entries,
            allocator,
            device,
            platform: platform.unwrap_or_default(),
            without,
            fs_lock: fs_lock.unwrap_or(true),
            i_mmap_rwsem: i_mmap_rwsem.unwrap_or(true),
            journal: journal.unwrap_or(false),
            layouts: layouts.unwrap_or_default(),
            fs: fs.unwrap_or_default(),
            processes,
            threads,
            failures,
            expectations,
            schedule,
            recorded: false,
        }
    }

    /// What a statement says that may stand only once; the first counts.
    fn once<T>(
        &mut self,
        read: &[ReadLine<'_>],
        place: impl Fn(&mut SourceMap) -> &mut Option<u32>,
        pick: impl Fn(&Statement) -> Option<T>,
    ) -> Option<T> {
        let mut found = None;
        for read in read {
            let Some(value) = read.statement.as_ref().and_then(&pick) else { continue };
            let first = *place(&mut self.map).get_or_insert(read.line.number);
            if found.is_none() {
                found = Some(value);
                continue;
            }
            let keyword = &read.line.text[read.keyword.start - read.line.start..read.keyword.end - read.line.start];
            let message = format!("There is a `{keyword}` line already, line {first}.");
            self.error(&read.line, &read.keyword, message, "one such line");
        }
        found
    }

    fn revision(&mut self, read: &[ReadLine<'_>]) -> Revision {
        let line = self.once(
            read,
            |map| &mut map.revision,
            |statement| match statement {
                Statement::Revision { preset, changes } => Some((*preset, changes.clone())),
                _ => None,
            },
        );
        let Some((name, changes)) = line else { return Revision::V4_10 };
        let mut revision = preset(name).map_or(Revision::V4_10, |known| known.revision);
        for (name, value) in changes {
            if let Some(switch) = switch(name) {
                (switch.set)(&mut revision, value);
            }
        }
        revision
    }
}

/// A revision as the `revision` statement has it: a preset and changes to its switches (`fixed wake_mode_delete=one`).
///
/// # Errors
///
/// What is wrong with it, as the diagnostic of a script that holds only this statement.
pub fn parse_revision(text: &str) -> Result<Revision, Diagnostic> {
    let one_line = !text.contains('\n') && !text.trim().is_empty();
    let script = if one_line { format!("revision {text}\nthread A\n") } else { "revision\nthread A\n".into() };
    let parsed = parse(&script);
    match parsed.diagnostics.into_iter().next() {
        Some(diagnostic) => Err(diagnostic),
        None => Ok(parsed.scenario.revision),
    }
}
