//! Changes to a script as a person thinks of them: a thread more, an extent in two, another kernel.
//!
//! Each is made in the text, line by line: what it does not concern keeps every byte, comments and layout too. The
//! result is read again, and a change that would make a mistake is refused with a sentence.

mod file;
mod kernel;
mod plan;
mod processes;
mod rewrite;
mod rows;
mod threads;

use super::build::{Parsed, analyse, parse};
use super::limits::MAX_TEXT_BYTES;
use super::{Extent, InjectedFailure, Mapping, Operation, Severity};
use rows::Rows;

/// One change to a script. Threads, processes, extents and so on are counted from 0, as in [`super::Scenario`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Edit {
    /// The kernel: another preset; changes to its switches stay.
    Preset(String),
    /// A switch of the kernel; the setting of the preset removes the change.
    Switch(String, String),
    /// The size of the file in pages.
    FileSize(u64),
    /// A lock or a feature of the file system: `fs_lock`, `i_mmap_rwsem` or `journal`.
    Flag(Flag, bool),
    /// A further extent.
    AddExtent(Extent),
    /// An extent becomes another.
    SetExtent(usize, Extent),
    /// An extent becomes two that meet at this page of the file.
    SplitExtent(usize, u64),
    /// An extent less: a hole.
    RemoveExtent(usize),
    /// A further process of that name, which maps the whole file.
    AddProcess(String),
    /// A process gets another name, in every line that calls it by its name.
    RenameProcess(usize, String),
    /// A process maps the file in another way.
    SetMapping(usize, Mapping),
    /// A process less. One that is used cannot go.
    RemoveProcess(usize),
    /// A further thread, in that process.
    AddThread(usize),
    /// A thread runs in another process.
    SetThreadProcess(usize, usize),
    /// A thread less; those behind it move up by a letter, also in failures, expectations and the schedule.
    RemoveThread(usize),
    /// A further operation at the end of a thread.
    AddOperation(usize, Operation),
    /// An operation of a thread becomes another.
    SetOperation(usize, usize, Operation),
    /// An operation of a thread less.
    RemoveOperation(usize, usize),
    /// A further failure.
    AddFailure(InjectedFailure),
    /// A failure becomes another.
    SetFailure(usize, InjectedFailure),
    /// A failure less.
    RemoveFailure(usize),
}

/// What is on or off in a line of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flag {
    /// `fs_lock`.
    FsLock,
    /// `i_mmap_rwsem`.
    IMmapRwsem,
    /// `journal`.
    Journal,
    /// `fs xfs`.
    Xfs,
}

/// Why a change is not made, in a sentence.
pub type Refusal = String;

/// The text with the change made.
///
/// # Errors
///
/// When the change cannot be made, names something that is not there, or would make a mistake or exceed a limit.
pub fn edit(text: &str, edit: &Edit) -> Result<String, Refusal> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(format!("The script has {} bytes; at most {MAX_TEXT_BYTES} can be edited so.", text.len()));
    }
    let (read, before) = analyse(text);
    let mut rows = Rows::new(text, read);
    let change = Change { rows: &mut rows, parsed: &before };
    change.make(edit)?;
    let changed = rows.text();
    let after = parse(&changed);
    let errors = |parsed: &Parsed| parsed.diagnostics.iter().filter(|it| it.severity == Severity::Error).count();
    if errors(&after) > errors(&before) {
        let known = |message: &str| before.diagnostics.iter().any(|old| old.message == message);
        let new = after.diagnostics.iter().find(|it| it.severity == Severity::Error && !known(&it.message));
        let why = new.map_or("The script would have a mistake.", |it| it.message.as_str());
        return Err(format!("{why} Nothing was changed."));
    }
    Ok(changed)
}

/// A change that is being made.
struct Change<'a, 't> {
    rows: &'a mut Rows<'t>,
    parsed: &'a Parsed,
}

impl Change<'_, '_> {
    fn make(mut self, edit: &Edit) -> Result<(), Refusal> {
        match edit {
            Edit::Preset(name) => self.preset(name),
            Edit::Switch(name, value) => self.switch(name, value),
            Edit::FileSize(pages) => self.file_size(*pages),
            Edit::Flag(flag, on) => self.flag(*flag, *on),
            Edit::AddExtent(extent) => self.add_extent(*extent),
            Edit::SetExtent(index, extent) => self.set_extent(*index, *extent),
            Edit::SplitExtent(index, page) => self.split_extent(*index, *page),
            Edit::RemoveExtent(index) => self.remove_extent(*index),
            Edit::AddProcess(name) => self.add_process(name),
            Edit::RenameProcess(index, name) => self.rename_process(*index, name),
            Edit::SetMapping(index, mapping) => self.set_mapping(*index, *mapping),
            Edit::RemoveProcess(index) => self.remove_process(*index),
            Edit::AddThread(process) => self.add_thread(*process),
            Edit::SetThreadProcess(thread, process) => self.set_thread_process(*thread, *process),
            Edit::RemoveThread(index) => self.remove_thread(*index),
            Edit::AddOperation(thread, operation) => self.add_operation(*thread, *operation),
            Edit::SetOperation(thread, index, operation) => self.set_operation(*thread, *index, *operation),
            Edit::RemoveOperation(thread, index) => self.remove_operation(*thread, *index),
            Edit::AddFailure(failure) => self.add_failure(*failure),
            Edit::SetFailure(index, failure) => self.set_failure(*index, *failure),
            Edit::RemoveFailure(index) => self.remove_failure(*index),
        }
    }
}

/// The line of something, or that it is not there.
fn line_of(lines: &[u32], index: usize, noun: &str) -> Result<usize, Refusal> {
    lines.get(index).map(|&line| line as usize).ok_or_else(|| format!("There is no {noun} {}.", index + 1))
}

/// A refusal that names a limit.
fn at_limit(count: usize, limit: usize, noun: &str) -> Result<(), Refusal> {
    if count < limit { Ok(()) } else { Err(format!("There are {count} {noun} already, and the limit is {limit}.")) }
}
