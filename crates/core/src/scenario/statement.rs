//! One line of a script: what it says before names are looked up, and how it is written.

use super::expectation::{self, Expectation};
use super::line::{needs_escape, quoted};
use super::schedule::{Run, write_runs};
use super::size::{format_pages, format_range};
use super::{Extent, ExtentKind, FailPoint, Filled, FsKind, Layouts, Operation, Platform, StepSize, Without};
use crate::errno::Errno;
use crate::units::{Block, PageIndex};
use std::fmt::{self, Write};
use std::ops::Range;

/// A value and where it stands in the text, in bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) bytes: Range<usize>,
}

impl<T> At<T> {
    /// A value that no text says.
    pub(crate) fn nowhere(value: T) -> At<T> {
        At { value, bytes: 0..0 }
    }
}

/// How a line refers to a process.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum ProcessRef {
    /// By its name.
    Name(String),
    /// By its position, counted from 1.
    Number(u64),
}

/// Where a mapping is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// File page 0 would be at this virtual page.
    Skew(u64),
    /// The first page of the mapping is at this virtual page.
    Address(u64),
}

/// The words of a `process` line; what it leaves out is `None`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct ProcessLine {
    pub(crate) name: Option<At<String>>,
    pub(crate) range: Option<At<(PageIndex, Option<PageIndex>)>>,
    pub(crate) shared: Option<bool>,
    pub(crate) writable: Option<bool>,
    pub(crate) place: Option<At<Place>>,
    /// `MAP_SYNC`.
    pub(crate) sync: bool,
}

/// The words of an `alloc` line; what it leaves out is `None`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct AllocLine {
    pub(crate) next: Option<At<Block>>,
    pub(crate) align: Option<bool>,
    pub(crate) max: Option<u64>,
}

/// An operation whose process has not been looked up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct OperationLine {
    /// Its `mm` is `None`.
    pub(crate) operation: Operation,
    /// The process of an access or of `munmap`, if the line names one.
    pub(crate) through: Option<At<ProcessRef>>,
    /// Where the offset or range stands.
    pub(crate) place: Range<usize>,
}

/// An expectation whose names have not been looked up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ExpectLine {
    /// Process and thread are `None` in it.
    pub(crate) expectation: Expectation,
    pub(crate) process: Option<At<ProcessRef>>,
    pub(crate) thread: Option<At<char>>,
    /// Where it stands, behind `expect`.
    pub(crate) whole: Range<usize>,
}

/// What a line says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Statement {
    Title(String),
    Revision { preset: &'static str, changes: Vec<(&'static str, &'static str)> },
    File { size: u64, blocks: Option<u64> },
    Extent { extent: Extent, range: Range<usize>, phys: Range<usize> },
    Entries { filled: Filled, range: Range<usize> },
    Alloc(AllocLine),
    Device { blocks: Option<u64>, devmap: Option<bool> },
    Platform(Platform),
    Without(Without),
    FsLock(bool),
    IMmapRwsem(bool),
    Journal(bool),
    Layouts(Layouts),
    Fs(FsKind),
    Process(ProcessLine),
    Thread { letter: At<char>, process: Option<At<ProcessRef>> },
    Operation(OperationLine),
    Fail { what: FailPoint, nth: u32, errno: Errno, thread: Option<At<char>> },
    Expect(ExpectLine),
    Schedule { step_size: Option<At<StepSize>>, runs: Vec<At<Run>>, dense: bool },
    Position(usize),
}

impl Statement {
    /// Does the line belong to the thread above it?
    pub(crate) fn is_operation(&self) -> bool {
        matches!(self, Statement::Operation(_))
    }
}

/// The words that begin a line which stands for itself.
pub(crate) const TOP_KEYWORDS: [&str; 19] = [
    "title",
    "revision",
    "file",
    "extent",
    "entries",
    "alloc",
    "device",
    "platform",
    "without",
    "fs",
    "fs_lock",
    "i_mmap_rwsem",
    "journal",
    "process",
    "thread",
    "fail",
    "expect",
    "schedule",
    "position",
];

/// The words that begin an operation.
pub(crate) const OPERATION_KEYWORDS: [&str; 15] = [
    "read",
    "write",
    "punch",
    "fallocate",
    "zero",
    "collapse",
    "insert",
    "truncate",
    "fsync",
    "invalidate",
    "invalidate2",
    "write(2)",
    "read(2)",
    "dontneed",
    "munmap",
];

/// The words that begin lines which only kernels from 4.20 on have: `kernel` is another word for `revision`.
pub(crate) const XARRAY_KEYWORDS: [&str; 6] = ["layouts", "pin", "unpin", "layout", "hold", "kernel"];

/// The words of a `process` line, which no process can be called without quotes.
pub(crate) const PROCESS_KEYWORDS: [&str; 7] = ["maps", "shared", "private", "rw", "ro", "skew", "at"];

/// `on` or `off`.
const fn switch(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

/// May the name stand without quotes?
pub(crate) fn is_plain_name(name: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || "_-.:/".contains(c);
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(known)
        && !PROCESS_KEYWORDS.contains(&name)
}

/// May the title stand without quotes?
fn is_plain_title(title: &str) -> bool {
    !title.is_empty()
        && title.trim() == title
        && !title.starts_with('"')
        && !title.contains('#')
        && !title.contains(needs_escape)
}

pub(crate) fn name_text(name: &str) -> String {
    if is_plain_name(name) { name.to_owned() } else { quoted(name) }
}

impl fmt::Display for ProcessRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProcessRef::Name(name) => f.write_str(&name_text(name)),
            ProcessRef::Number(number) => write!(f, "{number}"),
        }
    }
}

/// The line as the formatter writes it, without indentation.
impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Statement::Title(title) if is_plain_title(title) => write!(f, "title    {title}"),
            Statement::Title(title) => write!(f, "title    {}", quoted(title)),
            Statement::Revision { preset, changes } => {
                write!(f, "revision {preset}")?;
                changes.iter().try_for_each(|(name, value)| write!(f, " {name}={value}"))
            }
            Statement::File { size, blocks } => {
                write!(f, "file     {}", format_pages(*size))?;
                optional(f, " blocks ", blocks.map(format_pages))
            }
            Statement::Extent { extent, .. } => {
                let end = extent.first.saturating_add(extent.count);
                write!(f, "extent   {} {}", format_range(extent.first, Some(end)), extent.kind.name())?;
                let phys = (extent.kind != ExtentKind::Hole).then(|| format_pages(extent.phys));
                optional(f, " at ", phys)
            }
            Statement::Entries { filled, .. } => write!(f, "entries  {filled}"),
            Statement::Alloc(alloc) => {
                f.write_str("alloc   ")?;
                optional(f, " next ", alloc.next.as_ref().map(|next| format_pages(next.value)))?;
                optional(f, " align ", alloc.align.map(switch))?;
                optional(f, " max ", alloc.max.map(format_pages))
            }
            Statement::Device { blocks, devmap } => {
                f.write_str("device  ")?;
                optional(f, " ", blocks.map(format_pages))?;
                optional(f, " devmap ", devmap.map(switch))
            }
            Statement::Platform(platform) => write!(f, "platform {}", platform.name()),
            Statement::Without(what) => write!(f, "without  {}", what.name()),
            Statement::FsLock(on) => write!(f, "fs_lock  {}", switch(*on)),
            Statement::IMmapRwsem(on) => write!(f, "i_mmap_rwsem {}", switch(*on)),
            Statement::Journal(on) => write!(f, "journal  {}", switch(*on)),
            Statement::Fs(fs) => write!(f, "fs       {}", fs.name()),
            Statement::Layouts(layouts) => write!(f, "layouts  {}", layouts.name()),
            Statement::Process(process) => process.fmt(f),
            Statement::Thread { letter, process } => {
                write!(f, "thread {}", letter.value)?;
                optional(f, " in ", process.as_ref().map(|process| &process.value))
            }
            Statement::Operation(line) => line.fmt(f),
            Statement::Fail { what, nth, errno, thread } => {
                write!(f, "fail     {} {nth}", what.name())?;
                optional(f, " in ", thread.as_ref().map(|thread| thread.value))?;
                match errno.name() {
                    Some(name) => write!(f, " with {name}"),
                    None => write!(f, " with {}", errno.0),
                }
            }
            Statement::Expect(line) => {
                f.write_str("expect   ")?;
                let (process, thread) = (line.process.as_ref(), line.thread.as_ref());
                let (process, thread) = (process.map(|process| &process.value), thread.map(|thread| thread.value));
                expectation::write(f, &line.expectation, process, thread)
            }
            Statement::Schedule { step_size, runs, dense } => {
                f.write_str("schedule")?;
                optional(f, " by ", step_size.as_ref().map(|size| size.value.name()))?;
                write_runs(f, runs.iter().map(|run| run.value), *dense)
            }
            Statement::Position(steps) => write!(f, "position {steps}"),
        }
    }
}

/// A lead-in and a value, or neither.
fn optional(f: &mut fmt::Formatter<'_>, lead: &str, value: Option<impl fmt::Display>) -> fmt::Result {
    value.map_or(Ok(()), |value| write!(f, "{lead}{value}"))
}

impl fmt::Display for ProcessLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = String::new();
        if let Some(name) = &self.name {
            write!(words, " {}", name_text(&name.value))?;
        }
        if let Some(At { value: (first, end), .. }) = self.range {
            write!(words, " maps {}", format_range(first, end))?;
        }
        if let Some(shared) = self.shared {
            words.push_str(if shared { " shared" } else { " private" });
        }
        if let Some(writable) = self.writable {
            words.push_str(if writable { " rw" } else { " ro" });
        }
        match &self.place {
            Some(At { value: Place::Skew(skew), .. }) => write!(words, " skew {}", format_pages(*skew))?,
            Some(At { value: Place::Address(page), .. }) => write!(words, " at {}", format_pages(*page))?,
            None => {}
        }
        if self.sync {
            words.push_str(" sync");
        }
        if words.is_empty() { f.write_str("process") } else { write!(f, "process {words}") }
    }
}

/// A range that may be left out if it is everything.
fn rest(f: &mut fmt::Formatter<'_>, first: PageIndex, count: Option<u64>) -> fmt::Result {
    match (first, count) {
        (0, None) => Ok(()),
        _ => write!(f, " {}", format_range(first, count.map(|count| first.saturating_add(count)))),
    }
}

impl fmt::Display for OperationLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.operation.keyword())?;
        match self.operation {
            Operation::Access { page, huge, .. } => {
                write!(f, " {} at {}", if huge { "2M" } else { "4K" }, format_pages(page))?;
                optional(f, " via ", self.through.as_ref().map(|process| &process.value))
            }
            Operation::Write { first, count, from } => {
                write!(f, " {}", format_range(first, Some(first.saturating_add(count))))?;
                optional(f, " from ", from.map(format_pages))
            }
            Operation::Punch { first, count }
            | Operation::Fallocate { first, count }
            | Operation::Zero { first, count }
            | Operation::Collapse { first, count }
            | Operation::Insert { first, count }
            | Operation::Read { first, count } => {
                write!(f, " {}", format_range(first, Some(first.saturating_add(count))))
            }
            Operation::Truncate { size } => write!(f, " {}", format_pages(size)),
            Operation::Fsync { first, count } | Operation::Invalidate { first, count } => rest(f, first, count),
            Operation::Invalidate2 { first, count, inode_lock } => {
                rest(f, first, count)?;
                f.write_str(if inode_lock { "" } else { " unlocked" })
            }
            Operation::Pin { page } | Operation::Hold { page } => write!(f, " at {}", format_pages(page)),
            Operation::Unpin => Ok(()),
            Operation::Layout { first, count } | Operation::Dontneed { first, count } => rest(f, first, count),
            Operation::Munmap { .. } => optional(f, " ", self.through.as_ref().map(|process| &process.value)),
        }
    }
}

impl Operation {
    /// The word that begins it in a script.
    #[must_use]
    pub const fn keyword(&self) -> &'static str {
        match self {
            Operation::Access { write: false, .. } => "read",
            Operation::Access { write: true, .. } => "write",
            Operation::Write { .. } => "write(2)",
            Operation::Read { .. } => "read(2)",
            other => other.name(),
        }
    }
}

impl ExtentKind {
    /// The word for it in scripts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            ExtentKind::Hole => "hole",
            ExtentKind::Unwritten => "unwritten",
            ExtentKind::Mapped => "mapped",
        }
    }

    /// The one with that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<ExtentKind> {
        [ExtentKind::Hole, ExtentKind::Unwritten, ExtentKind::Mapped].into_iter().find(|kind| kind.name() == name)
    }
}

impl StepSize {
    /// All sizes.
    pub const ALL: [StepSize; 4] = [StepSize::Operation, StepSize::Point, StepSize::Section, StepSize::Atom];

    /// The letter for it in links.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            StepSize::Operation => 'o',
            StepSize::Point => 'p',
            StepSize::Section => 's',
            StepSize::Atom => 'a',
        }
    }

    /// The word for it in scripts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            StepSize::Operation => "operation",
            StepSize::Point => "point",
            StepSize::Section => "section",
            StepSize::Atom => "atom",
        }
    }

    /// The one with that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<StepSize> {
        StepSize::ALL.into_iter().find(|size| size.name() == name)
    }
}
