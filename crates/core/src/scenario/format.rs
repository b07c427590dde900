//! Scenarios and scripts as text in the one canonical form.

use super::build::{ReadLine, analyse};
use super::diagnostic::Severity;
use super::limits::{MAX_LINE_CHARS, MAX_TEXT_BYTES};
use super::schedule::{Run, runs};
use super::statement::{AllocLine, At, ExpectLine, OperationLine, Place, ProcessLine, ProcessRef, Statement};
use super::{
    Device, FsKind, InjectedFailure, Layouts, Operation, Platform, Process, Scenario, Schedule, StepSize, ThreadScript,
};
use crate::units::{MmId, ThreadId};
use std::collections::BTreeSet;

/// Columns after which a schedule continues on the next line.
const SCHEDULE_COLUMNS: usize = 96;
/// From this many runs on a schedule is written without spaces, so that the longest fits into a script.
const DENSE_RUNS: usize = 10_000;
/// A statement longer than this does not take part in the alignment of comments,
const ALIGNED_COLUMNS: usize = 60;
/// nor one with a comment longer than this.
const ALIGNED_COMMENT: usize = 200;
/// The indentation of the operations of a thread.
const INDENT: &str = "  ";

/// The script of a scenario. Reading it back gives an equal scenario, provided that the scenario keeps the limits of
/// [`super::limits`].
#[must_use]
pub fn format(scenario: &Scenario) -> String {
    let mut text = String::new();
    for statement in statements(scenario) {
        text.push_str(&line_text(&statement));
        text.push('\n');
    }
    text
}

fn line_text(statement: &Statement) -> String {
    let indent = if statement.is_operation() { INDENT } else { "" };
    format!("{indent}{statement}")
}

/// The lines of a scenario, defaults left out where the line says nothing else.
fn statements(scenario: &Scenario) -> Vec<Statement> {
    let mut all = Vec::new();
    if !scenario.title.is_empty() {
        all.push(Statement::Title(scenario.title.clone()));
    }
    let (preset, changes) = scenario.revision.nearest_preset();
    all.push(Statement::Revision { preset: preset.name, changes });
    file_statements(scenario, &mut all);
    if scenario.platform != Platform::default() {
        all.push(Statement::Platform(scenario.platform));
    }
    if let Some(what) = scenario.without {
        all.push(Statement::Without(what));
    }
    if !scenario.fs_lock {
        all.push(Statement::FsLock(false));
    }
    if !scenario.i_mmap_rwsem {
        all.push(Statement::IMmapRwsem(false));
    }
    if scenario.journal {
        all.push(Statement::Journal(true));
    }
    if scenario.fs != FsKind::default() {
        all.push(Statement::Fs(scenario.fs));
    }
    if scenario.layouts != Layouts::default() {
        all.push(Statement::Layouts(scenario.layouts));
    }
    if scenario.processes != [scenario.file.default_process()] {
        all.extend(scenario.processes.iter().map(process_statement));
    }
    for (index, thread) in scenario.threads.iter().enumerate() {
        thread_statements(scenario, ThreadId(index as u8), thread, &mut all);
    }
    all.extend(scenario.failures.iter().map(fail_statement));
    all.extend(scenario.expectations.iter().map(|expectation| {
        let (mm, thread) = expectation.named();
        Statement::Expect(ExpectLine {
            expectation: *expectation,
            process: mm.map(|mm| process_ref(scenario, mm)),
            thread: thread.map(|thread| At::nowhere(thread.letter())),
            whole: 0..0,
        })
    }));
    if let Some(schedule) = &scenario.schedule {
        schedule_statements(schedule, &mut all);
    }
    all
}

/// `file`, `extent`, `entries`, `alloc` and `device`.
fn file_statements(scenario: &Scenario, all: &mut Vec<Statement>) {
    let file = &scenario.file;
    let blocks = Some(file.block_count).filter(|&blocks| blocks != file.default_block_count());
    all.push(Statement::File { size: file.size_pages, blocks });
    all.extend(file.extents.iter().map(|&extent| Statement::Extent { extent, range: 0..0, phys: 0..0 }));
    all.extend(scenario.entries.iter().map(|&filled| Statement::Entries { filled, range: 0..0 }));
    let (alloc, usual) = (scenario.allocator, file.default_allocator());
    let line = AllocLine {
        next: Some(alloc.next).filter(|&next| next != usual.next).map(At::nowhere),
        align: Some(alloc.align).filter(|&align| align != usual.align),
        max: Some(alloc.max).filter(|&max| max != usual.max),
    };
    if line != AllocLine::default() {
        all.push(Statement::Alloc(line));
    }
    if scenario.device != Device::default() {
        let devmap = (!scenario.device.devmap).then_some(false);
        all.push(Statement::Device { blocks: Some(scenario.device.blocks), devmap });
    }
}

fn process_statement(process: &Process) -> Statement {
    let mapping = process.mapping;
    let end = mapping.start.saturating_add(mapping.pages);
    Statement::Process(ProcessLine {
        name: (!process.name.is_empty()).then(|| At::nowhere(process.name.clone())),
        range: Some(At::nowhere((mapping.start, Some(end)))),
        shared: Some(mapping.shared),
        writable: Some(mapping.writable),
        place: (mapping.skew != 0).then(|| At::nowhere(Place::Skew(mapping.skew))),
        sync: mapping.sync,
    })
}

fn process_ref(scenario: &Scenario, mm: MmId) -> At<ProcessRef> {
    At::nowhere(scenario.process_ref(mm))
}

fn thread_statements(scenario: &Scenario, id: ThreadId, thread: &ThreadScript, all: &mut Vec<Statement>) {
    let process = Some(process_ref(scenario, thread.mm)).filter(|process| process.value != ProcessRef::Number(1));
    all.push(Statement::Thread { letter: At::nowhere(id.letter()), process });
    all.extend(thread.operations.iter().map(|&operation| Statement::Operation(operation_line(scenario, operation))));
}

fn operation_line(scenario: &Scenario, operation: Operation) -> OperationLine {
    let through = match operation {
        Operation::Access { mm, .. } | Operation::Munmap { mm } => mm.map(|mm| process_ref(scenario, mm)),
        _ => None,
    };
    OperationLine { operation, through, place: 0..0 }
}

/// An operation as the script has it: `write 4K at 0x202p via Q`.
#[must_use]
pub fn operation_text(scenario: &Scenario, operation: &Operation) -> String {
    operation_line(scenario, *operation).to_string()
}

fn fail_statement(failure: &InjectedFailure) -> Statement {
    let InjectedFailure { what, nth, errno, thread } = *failure;
    Statement::Fail { what, nth, errno, thread: thread.map(|thread| At::nowhere(thread.letter())) }
}

/// The schedule on as many lines as it needs.
pub(super) fn schedule_statements(schedule: &Schedule, all: &mut Vec<Statement>) {
    let runs: Vec<Run> = runs(&schedule.choices).collect();
    let dense = runs.len() > DENSE_RUNS;
    let mut step_size = (schedule.step_size != StepSize::Operation).then(|| At::nowhere(schedule.step_size));
    let (mut row, mut width) = (Vec::new(), 0);
    for run in runs {
        let length = run.to_string().len() + usize::from(!dense);
        if width + length > SCHEDULE_COLUMNS - "schedule by point".len() {
            all.push(Statement::Schedule { step_size: step_size.take(), runs: std::mem::take(&mut row), dense });
            width = 0;
        }
        row.push(At::nowhere(run));
        width += length;
    }
    if !row.is_empty() || schedule.choices.is_empty() {
        all.push(Statement::Schedule { step_size, runs: row, dense });
    }
}

/// One line of a script while it is being formatted.
pub(super) struct Row<'t> {
    body: String,
    comment: Option<&'t str>,
}

/// The same script in canonical form, line by line: comments, blank lines and the order stay, and so do lines with
/// errors. Comments behind statements are aligned from one blank line to the next.
#[must_use]
pub fn format_text(text: &str) -> String {
    if text.len() > MAX_TEXT_BYTES {
        return text.to_owned();
    }
    let (read, parsed) = analyse(text);
    let errors = parsed.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    let errors: BTreeSet<u32> = errors.map(|diagnostic| diagnostic.span.line).collect();
    let rows: Vec<Row<'_>> = read.iter().map(|read| Row::new(read, errors.contains(&read.line.number))).collect();
    let formatted = rows_text(&rows);
    if formatted.len() > MAX_TEXT_BYTES { text.to_owned() } else { formatted }
}

/// Rows as text, comments aligned.
pub(super) fn rows_text(rows: &[Row<'_>]) -> String {
    rows.chunk_by(|a, b| !a.is_blank() && !b.is_blank()).map(paragraph_text).collect()
}

impl<'t> Row<'t> {
    /// A line that holds one statement.
    pub(super) fn of(statement: &Statement) -> Row<'t> {
        Row { body: line_text(statement), comment: None }
    }

    pub(super) fn new(read: &ReadLine<'t>, has_error: bool) -> Row<'t> {
        let source = read.line.text;
        let body = match &read.statement {
            Some(statement) => line_text(statement),
            None if read.comment.is_some() && source.starts_with([' ', '\t']) => INDENT.into(),
            None => String::new(),
        };
        let longest = body.chars().count() + source.chars().count() + ALIGNED_COLUMNS + 2;
        if has_error || longest > MAX_LINE_CHARS {
            return Row { body: source.to_owned(), comment: None };
        }
        Row { body, comment: read.comment }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.comment.is_none() && self.body.trim().is_empty()
    }

    /// The columns of a statement whose comment is aligned with others.
    fn aligned_width(&self) -> Option<usize> {
        let width = self.body.chars().count();
        let short = self.comment.is_some_and(|comment| comment.chars().count() <= ALIGNED_COMMENT);
        (short && width <= ALIGNED_COLUMNS && !self.body.trim().is_empty()).then_some(width)
    }
}

/// Lines whose comments begin in one column.
fn paragraph_text(rows: &[Row<'_>]) -> String {
    let widest = rows.iter().filter_map(Row::aligned_width).max().unwrap_or(0);
    let mut text = String::new();
    for row in rows {
        let width = row.aligned_width().map_or(0, |_| widest);
        let gap = if row.body.trim().is_empty() { "" } else { "  " };
        match row.comment {
            Some(comment) => text.push_str(&format!("{:width$}{gap}{comment}", row.body)),
            None => text.push_str(&row.body),
        }
        text.push('\n');
    }
    text
}
