//! Threads and their operations.

use super::{Builder, ReadLine};
use crate::scenario::diagnostic::{Diagnostic, quote};
use crate::scenario::limits::{MAX_OPERATIONS, MAX_THREADS};
use crate::scenario::line::Line;
use crate::scenario::size::format_range;
use crate::scenario::statement::{At, OperationLine, Statement};
use crate::scenario::{Mapping, Operation, Process, ThreadScript};
use crate::units::{MmId, ThreadId};
use std::ops::Range;

impl Builder {
    pub(super) fn threads(&mut self, read: &[ReadLine<'_>], processes: &[Process]) -> Vec<ThreadScript> {
        let mut threads: Vec<ThreadScript> = Vec::new();
        // Operations belong to the thread line above them; if that was left out, so are they, without a word.
        let mut lost = false;
        for read in read {
            match &read.statement {
                Some(Statement::Thread { letter, process }) => {
                    lost = threads.len() == MAX_THREADS;
                    if lost {
                        let expected = format!("at most {MAX_THREADS}");
                        let message = format!("This is thread {}.", MAX_THREADS + 1);
                        self.error(&read.line, &read.keyword, message, expected);
                        self.broken_threads = true;
                        continue;
                    }
                    self.letter(read, letter);
                    let found = process.as_ref().and_then(|name| self.find_process(&read.line, name, processes));
                    threads.push(ThreadScript { mm: found.unwrap_or(MmId(0)), operations: Vec::new() });
                    self.map.threads.push(read.line.number);
                    self.map.operations.push(Vec::new());
                }
                Some(Statement::Operation(_)) if lost => {}
                Some(Statement::Operation(line)) => self.operation(read, line, &mut threads, processes),
                None => lost |= read.meant == Some("thread"),
                _ => {}
            }
        }
        threads
    }

    /// Threads are lettered in order; one that is not keeps the name that its line gives it, if that is free.
    fn letter(&mut self, read: &ReadLine<'_>, letter: &At<char>) {
        let due = ThreadId(self.letters.len() as u8).letter();
        if letter.value == due {
            self.letters.push(due);
            return;
        }
        let same = self.letters.iter().position(|&other| other == letter.value);
        let message = match same {
            Some(index) => format!("There is a thread {} already, line {}.", letter.value, self.map.threads[index]),
            None => format!("Threads are lettered in order, and `{}` is not the next one.", letter.value),
        };
        let span = read.line.span(letter.bytes.clone());
        self.diagnostics.push(Diagnostic::error(span, message, "the next letter").suggest(due));
        self.letters.push(if same.is_some() { due } else { letter.value });
    }

    fn operation(
        &mut self,
        read: &ReadLine<'_>,
        line: &OperationLine,
        threads: &mut [ThreadScript],
        processes: &[Process],
    ) {
        let count = threads.len();
        let Some(thread) = threads.last_mut() else {
            if !self.broken_threads {
                let message = "The operation belongs to no thread.";
                self.error(&read.line, &read.keyword, message, "a line `thread A` above it");
            }
            return;
        };
        if thread.operations.len() == MAX_OPERATIONS {
            let message = format!("This is operation {} of thread {}.", MAX_OPERATIONS + 1, ThreadId(count as u8 - 1));
            self.error(&read.line, &read.keyword, message, format!("at most {MAX_OPERATIONS}"));
            return;
        }
        let mut operation = line.operation;
        if let Some(name) = &line.through {
            let Some(found) = self.find_process(&read.line, name, processes) else { return };
            if let Operation::Access { mm, .. } | Operation::Munmap { mm } = &mut operation {
                *mm = Some(found);
            }
        }
        if let Operation::Access { page, write, mm, .. } = operation {
            let process = &processes[mm.unwrap_or(thread.mm).index()];
            self.check_access(read, &line.place, (page, write), process);
        }
        if let Operation::Dontneed { first, count } = operation {
            self.check_dontneed(read, &line.place, (first, count), &processes[thread.mm.index()]);
        }
        thread.operations.push(operation);
        self.map.operations[count - 1].push(read.line.number);
    }

    /// Warns about an access that the mapping does not allow.
    fn check_access(
        &mut self,
        read: &ReadLine<'_>,
        place: &Range<usize>,
        (page, write): (u64, bool),
        process: &Process,
    ) {
        let Mapping { start, pages, writable, .. } = process.mapping;
        let whose = if process.name.is_empty() { String::new() } else { format!(" of {}", quote(&process.name)) };
        if page < start || page - start >= pages {
            let range = format_range(start, Some(start + pages));
            let message = format!("The mapping{whose} is {range}: this access will be a SIGSEGV.");
            self.warn(&read.line, place, message, "an offset inside the mapping");
        } else if write && !writable {
            let message = format!("The mapping{whose} is read-only: this store will be a SIGSEGV.");
            self.warn(&read.line, &read.keyword, message, "a process that maps `rw`");
        }
    }

    /// Warns about a range of `dontneed` that is not all mapped.
    fn check_dontneed(
        &mut self,
        read: &ReadLine<'_>,
        place: &Range<usize>,
        (first, count): (u64, Option<u64>),
        process: &Process,
    ) {
        let Mapping { start, pages, .. } = process.mapping;
        let end = start.saturating_add(pages);
        let fits = match count {
            Some(count) => first >= start && first.saturating_add(count) <= end,
            None => first < end,
        };
        if !fits {
            let whose = if process.name.is_empty() { String::new() } else { format!(" of {}", quote(&process.name)) };
            let range = format_range(start, Some(end));
            let message = format!("The mapping{whose} is {range}: `dontneed` drops what is in it and returns ENOMEM.");
            self.warn(&read.line, place, message, "a range inside the mapping, or no range for all of it");
        }
    }

    /// The thread of a letter.
    pub(super) fn find_thread(&self, letter: char) -> Option<ThreadId> {
        self.letters.iter().position(|&known| known == letter).map(|index| ThreadId(index as u8))
    }

    pub(super) fn report_thread(&mut self, line: &Line<'_>, bytes: &Range<usize>, letter: char) {
        if self.broken_threads {
            return;
        }
        let expected = match (self.letters.first(), self.letters.last()) {
            (Some(first), Some(last)) if first != last => format!("a thread from {first} to {last}"),
            (Some(only), _) => format!("thread {only}"),
            (None, _) => "a line `thread A`".into(),
        };
        self.error(line, bytes, format!("There is no thread {letter}."), expected);
    }
}
