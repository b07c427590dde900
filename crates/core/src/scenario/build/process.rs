//! Processes and their mappings.

use super::{Builder, ReadLine};
use crate::scenario::diagnostic::{Diagnostic, nearest, quote};
use crate::scenario::limits::MAX_PROCESSES;
use crate::scenario::line::Line;
use crate::scenario::size::format_pages;
use crate::scenario::statement::{At, Place, ProcessLine, ProcessRef, Statement};
use crate::scenario::{FileLayout, Mapping, Process};
use crate::units::MmId;

impl Builder {
    pub(super) fn processes(&mut self, read: &[ReadLine<'_>], file: &FileLayout) -> Vec<Process> {
        let mut processes: Vec<Process> = Vec::new();
        for read in read {
            let Some(Statement::Process(line)) = &read.statement else { continue };
            let process = self.process(read, line, file, &processes);
            match process {
                Some(process) => {
                    processes.push(process);
                    self.map.processes.push(Some(read.line.number));
                }
                None => self.broken_processes = true,
            }
        }
        if processes.is_empty() {
            processes.push(file.default_process());
            self.map.processes.push(None);
        }
        processes
    }

    fn process(
        &mut self,
        read: &ReadLine<'_>,
        line: &ProcessLine,
        file: &FileLayout,
        processes: &[Process],
    ) -> Option<Process> {
        if processes.len() == MAX_PROCESSES {
            let message = format!("This is process {}.", MAX_PROCESSES + 1);
            self.error(&read.line, &read.keyword, message, format!("at most {MAX_PROCESSES}"));
            return None;
        }
        let name = line.name.as_ref().map_or("", |name| &name.value);
        if let (Some(at), Some(same)) = (&line.name, processes.iter().position(|process| process.name == name))
            && !name.is_empty()
        {
            let number = self.map.processes[same].unwrap_or(0);
            let message = format!("There is a process {} already, line {number}.", quote(name));
            self.error(&read.line, &at.bytes, message, "another name");
            return None;
        }
        let mapping = self.mapping(read, line, file)?;
        Some(Process { name: name.to_owned(), mapping })
    }

    fn mapping(&mut self, read: &ReadLine<'_>, line: &ProcessLine, file: &FileLayout) -> Option<Mapping> {
        let mut mapping = file.default_mapping();
        mapping.shared = line.shared.unwrap_or(mapping.shared);
        mapping.writable = line.writable.unwrap_or(mapping.writable);
        mapping.sync = line.sync;
        if let Some(At { value: (first, end), bytes }) = &line.range {
            let end = end.unwrap_or(mapping.pages);
            if end <= *first {
                let message = format!("The mapping begins beyond the end of the file, {}.", format_pages(end));
                self.error(&read.line, bytes, message, "a range with an end");
                return None;
            }
            (mapping.start, mapping.pages) = (*first, end - first);
        }
        match &line.place {
            None => {}
            Some(At { value: Place::Skew(skew), .. }) => mapping.skew = *skew,
            Some(At { value: Place::Address(page), bytes }) => match page.checked_sub(mapping.start) {
                Some(skew) => mapping.skew = skew,
                None => {
                    let message = "The virtual address of file page 0 would be negative.";
                    let least = format_pages(mapping.start);
                    self.error(&read.line, bytes, message, format!("an address of at least {least}"));
                    return None;
                }
            },
        }
        Some(mapping)
    }

    /// The process that a line refers to. An unknown one is reported.
    pub(super) fn find_process(
        &mut self,
        line: &Line<'_>,
        name: &At<ProcessRef>,
        processes: &[Process],
    ) -> Option<MmId> {
        let position = match &name.value {
            ProcessRef::Name(name) => processes.iter().position(|process| process.name == *name),
            ProcessRef::Number(number) => {
                usize::try_from(*number).ok().and_then(|n| n.checked_sub(1)).filter(|&n| n < processes.len())
            }
        };
        if let Some(position) = position {
            return Some(MmId(position as u8));
        }
        if !self.broken_processes {
            let names = || processes.iter().map(|process| process.name.as_str()).filter(|name| !name.is_empty());
            let message = match &name.value {
                ProcessRef::Name(name) => format!("There is no process {}.", quote(name)),
                ProcessRef::Number(number) => format!("There is no process number {number}."),
            };
            let quoted: Vec<String> = names().map(quote).collect();
            let expected = match (processes.len(), self.map.processes.first()) {
                (_, Some(None)) => "a `process` line with that name, or no `in` and no `via`".into(),
                (1, _) if quoted.is_empty() => "the number 1".into(),
                (count, _) if quoted.is_empty() => format!("a number from 1 to {count}"),
                _ => quoted.join(" or "),
            };
            let guess = match &name.value {
                ProcessRef::Name(name) => nearest(name, names()),
                ProcessRef::Number(_) => None,
            };
            let guess = guess.map(|name| ProcessRef::Name(name.to_owned()).to_string());
            self.diagnostics
                .push(Diagnostic::error(line.span(name.bytes.clone()), message, expected).suggest_if(guess));
        }
        None
    }
}
