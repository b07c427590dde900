//! What a script expects of its runs, so that it is a regression test: the `expect` lines.

use super::Scenario;
use super::size::format_pages;
use super::statement::{ProcessRef, name_text};
use crate::check::Rule;
use crate::entry::EntrySize;
use crate::errno::Errno;
use crate::event::{FaultFlags, OpResult};
use crate::units::{MmId, PageIndex, ThreadId};
use std::fmt;

/// One `expect` line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expectation {
    /// No rule breaks.
    Clean,
    /// A rule breaks: this one, or any.
    Violation(Option<Rule>),
    /// Something is so when a run has ended, or is not so.
    Fact {
        /// `false`: `expect no ...`.
        holds: bool,
        /// What.
        fact: Fact,
    },
}

/// What can be expected of a run that has ended. A place that is left out is any place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fact {
    /// A file page is mapped.
    Mapped {
        /// How.
        how: MappedHow,
        /// The file page.
        page: Option<PageIndex>,
        /// In which process.
        mm: Option<MmId>,
    },
    /// The tree has an entry for a file page.
    Entry {
        /// The file page.
        page: Option<PageIndex>,
        /// Of that size.
        size: Option<EntrySize>,
        /// Of that kind.
        kind: Option<EntryKind>,
    },
    /// The entry of a file page is tagged dirty.
    Dirty {
        /// The file page.
        page: Option<PageIndex>,
    },
    /// An operation has ended in that way. Without `no` thread and operation are always there.
    Ended {
        /// How.
        how: EndedHow,
        /// Whose operation.
        thread: Option<ThreadId>,
        /// Which one, from 0.
        operation: Option<u16>,
    },
}

/// How a page is mapped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MappedHow {
    /// By a huge pmd.
    Huge,
    /// At all.
    AtAll,
    /// Writable.
    Writable,
}

/// What an entry holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EntryKind {
    /// Nothing.
    Empty,
    /// The huge zero page.
    Zero,
    /// Blocks.
    Block,
    /// A hole page.
    Page,
}

/// How an operation ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EndedHow {
    /// With that result.
    Result(ResultWord),
    /// A 2 MiB fault in it fell back: for the reason of that name, or for any.
    Fallback(Option<&'static str>),
}

/// The result of an operation in one word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResultWord {
    /// It succeeded.
    Done,
    /// `SIGBUS`.
    Sigbus,
    /// `SIGSEGV`.
    Sigsegv,
    /// A fault ran out of memory.
    Oom,
    /// The access gave up after many faults.
    Livelock,
    /// An error.
    Error(Errno),
    /// It succeeded with that number, such as bytes written.
    Number(u64),
}

impl MappedHow {
    /// All of them.
    pub(crate) const ALL: [MappedHow; 3] = [MappedHow::Huge, MappedHow::AtAll, MappedHow::Writable];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            MappedHow::Huge => "huge",
            MappedHow::AtAll => "mapped",
            MappedHow::Writable => "writable",
        }
    }
}

impl EntryKind {
    /// All of them.
    pub(crate) const ALL: [EntryKind; 4] = [EntryKind::Empty, EntryKind::Zero, EntryKind::Block, EntryKind::Page];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            EntryKind::Empty => "empty",
            EntryKind::Zero => "zero",
            EntryKind::Block => "block",
            EntryKind::Page => "page",
        }
    }
}

impl ResultWord {
    /// Those that are words and no errors.
    pub(crate) const WORDS: [ResultWord; 5] =
        [ResultWord::Done, ResultWord::Sigbus, ResultWord::Sigsegv, ResultWord::Oom, ResultWord::Livelock];

    /// Does the word fit the result?
    #[must_use]
    pub fn fits(self, result: OpResult) -> bool {
        match (self, result) {
            (ResultWord::Number(wanted), OpResult::Number(number)) => i64::try_from(wanted) == Ok(number),
            (ResultWord::Done, OpResult::Number(number)) => number >= 0,
            _ => ResultWord::of(result) == self,
        }
    }

    /// The word for a result.
    #[must_use]
    pub fn of(result: OpResult) -> ResultWord {
        match result {
            OpResult::Accessed { .. } | OpResult::Done => ResultWord::Done,
            OpResult::FaultFailed { flags, .. } if flags.has(FaultFlags::OOM) => ResultWord::Oom,
            OpResult::FaultFailed { .. } => ResultWord::Sigbus,
            OpResult::Segv => ResultWord::Sigsegv,
            OpResult::Livelock { .. } => ResultWord::Livelock,
            OpResult::Number(number) if number < 0 => ResultWord::Error(Errno(number.unsigned_abs() as u16)),
            OpResult::Number(number) => ResultWord::Number(number as u64),
        }
    }
}

impl fmt::Display for ResultWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ResultWord::Done => f.write_str("done"),
            ResultWord::Sigbus => f.write_str("SIGBUS"),
            ResultWord::Sigsegv => f.write_str("SIGSEGV"),
            ResultWord::Oom => f.write_str("OOM"),
            ResultWord::Livelock => f.write_str("livelock"),
            ResultWord::Error(errno) => match errno.name() {
                Some(name) => f.write_str(name),
                None => write!(f, "-{}", errno.0),
            },
            ResultWord::Number(number) => write!(f, "{number}"),
        }
    }
}

/// Writes an expectation behind `expect `; `process` and `thread` name those that the line names.
pub(crate) fn write(
    f: &mut impl fmt::Write,
    expectation: &Expectation,
    process: Option<&ProcessRef>,
    thread: Option<char>,
) -> fmt::Result {
    let (holds, fact) = match expectation {
        Expectation::Clean => return f.write_str("clean"),
        Expectation::Violation(None) => return f.write_str("violation"),
        Expectation::Violation(Some(rule)) => return write!(f, "violation {}", rule.name()),
        Expectation::Fact { holds, fact } => (holds, fact),
    };
    f.write_str(if *holds { "" } else { "no " })?;
    let at = |page: Option<PageIndex>| page.map_or(String::new(), |page| format!(" {}", format_pages(page)));
    match fact {
        Fact::Mapped { how, page, .. } => {
            write!(f, "{}{}", how.name(), at(*page))?;
            process.map_or(Ok(()), |process| write!(f, " in {process}"))
        }
        Fact::Entry { page, size, kind } => {
            write!(f, "entry{}", at(*page))?;
            if let Some(size) = size {
                f.write_str(if *size == EntrySize::Pmd { " 2M" } else { " 4K" })?;
            }
            kind.map_or(Ok(()), |kind| write!(f, " {}", kind.name()))
        }
        Fact::Dirty { page } => write!(f, "dirty{}", at(*page)),
        Fact::Ended { how, operation, .. } => {
            match how {
                EndedHow::Result(word) => write!(f, "result {word}")?,
                EndedHow::Fallback(None) => f.write_str("fallback")?,
                EndedHow::Fallback(Some(reason)) => write!(f, "fallback {reason}")?,
            }
            if let Some(thread) = thread {
                write!(f, " in {thread}")?;
            }
            operation.map_or(Ok(()), |number| write!(f, " {}", number + 1))
        }
    }
}

impl Expectation {
    /// The process or thread that it names.
    pub(crate) const fn named(&self) -> (Option<MmId>, Option<ThreadId>) {
        match *self {
            Expectation::Fact { fact: Fact::Mapped { mm, .. }, .. } => (mm, None),
            Expectation::Fact { fact: Fact::Ended { thread, .. }, .. } => (None, thread),
            _ => (None, None),
        }
    }

    /// The line in a script without `expect`: `no huge 2M in P`.
    #[must_use]
    pub fn words(&self, scenario: &Scenario) -> String {
        let (mm, thread) = self.named();
        let process = mm.map(|mm| scenario.process_ref(mm));
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = write(&mut text, self, process.as_ref(), thread.map(ThreadId::letter));
        text
    }
}

impl Scenario {
    /// How a line refers to a process: by its name if it has one.
    pub(crate) fn process_ref(&self, mm: MmId) -> ProcessRef {
        match self.processes.get(mm.index()) {
            Some(process) if !process.name.is_empty() => ProcessRef::Name(process.name.clone()),
            _ => ProcessRef::Number(mm.index() as u64 + 1),
        }
    }

    /// A process as sentences call it.
    pub(crate) fn process_title(&self, mm: MmId) -> String {
        match self.processes.get(mm.index()) {
            Some(process) if !process.name.is_empty() => format!("process {}", name_text(&process.name)),
            _ => format!("process {}", mm.index() + 1),
        }
    }
}
