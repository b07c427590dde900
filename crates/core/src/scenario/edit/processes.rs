//! Processes, and the lines that call them by name or number.

use super::{Change, Refusal, at_limit};
use crate::scenario::limits::MAX_PROCESSES;
use crate::scenario::statement::{At, Place, ProcessLine, ProcessRef, Statement};
use crate::scenario::{Mapping, Process};
use crate::units::MmId;

impl Change<'_, '_> {
    pub(super) fn process(&self, index: usize) -> Result<&Process, Refusal> {
        let process = self.parsed.scenario.processes.get(index);
        process.ok_or_else(|| format!("There is no process {}.", index + 1))
    }

    /// The line of a process; the one that is there without a line has none.
    fn process_line(&self, index: usize) -> Option<usize> {
        self.parsed.source.processes.get(index).copied().flatten().map(|line| line as usize)
    }

    pub(super) fn process_ref(&self, index: usize) -> At<ProcessRef> {
        At::nowhere(self.parsed.scenario.process_ref(MmId(index as u8)))
    }

    pub(super) fn add_process(&mut self, name: &str) -> Result<(), Refusal> {
        // The one that is there without a line would be gone with the first line.
        let count = self.parsed.source.processes.iter().flatten().count();
        if count == 0 {
            let mapping = ProcessLine { name: Some(At::nowhere(self.free_name(name))), ..ProcessLine::default() };
            self.rows.insert(Statement::Process(mapping));
        }
        at_limit(count, MAX_PROCESSES, "processes")?;
        let name = At::nowhere(name.to_owned());
        self.rows.insert(Statement::Process(ProcessLine { name: Some(name), ..ProcessLine::default() }));
        Ok(())
    }

    /// A name for the process that had none.
    fn free_name(&self, taken: &str) -> String {
        if taken == "P" { "P1".into() } else { "P".into() }
    }

    pub(super) fn rename_process(&mut self, index: usize, name: &str) -> Result<(), Refusal> {
        let old = self.process(index)?.name.clone();
        if name.trim().is_empty() {
            return Err("A process without a name can only be called by its number. Write a name.".into());
        }
        let new = Some(At::nowhere(name.to_owned()));
        let Some(line) = self.process_line(index) else {
            self.rows.insert(Statement::Process(ProcessLine { name: new, ..ProcessLine::default() }));
            return Ok(());
        };
        if let Some(Statement::Process(process)) = self.rows.statement(line).cloned() {
            self.rows.replace(line, Statement::Process(ProcessLine { name: new, ..process }));
        }
        if !old.is_empty() {
            self.each_reference(&mut |called| {
                if matches!(called, ProcessRef::Name(name) if *name == old) {
                    *called = ProcessRef::Name(name.to_owned());
                }
            });
        }
        Ok(())
    }

    pub(super) fn set_mapping(&mut self, index: usize, mapping: Mapping) -> Result<(), Refusal> {
        let old = self.process(index)?.mapping;
        let line = self.process_line(index);
        let mut words = match line.and_then(|line| self.rows.statement(line)) {
            Some(Statement::Process(process)) => process.clone(),
            _ => ProcessLine::default(),
        };
        let range = (mapping.start, mapping.pages);
        if range != (old.start, old.pages) {
            let end = mapping.start.saturating_add(mapping.pages);
            words.range = Some(At::nowhere((mapping.start, Some(end))));
        }
        if mapping.shared != old.shared {
            words.shared = Some(mapping.shared);
        }
        if mapping.writable != old.writable {
            words.writable = Some(mapping.writable);
        }
        let address = mapping.start.saturating_add(mapping.skew);
        match words.place.as_ref().map(|place| place.value) {
            Some(Place::Address(_)) => words.place = Some(At::nowhere(Place::Address(address))),
            _ if mapping.skew != old.skew => words.place = Some(At::nowhere(Place::Skew(mapping.skew))),
            _ => {}
        }
        match line {
            Some(line) => self.rows.replace(line, Statement::Process(words)),
            None => self.rows.insert(Statement::Process(words)),
        }
        Ok(())
    }

    pub(super) fn remove_process(&mut self, index: usize) -> Result<(), Refusal> {
        self.process(index)?;
        let Some(line) = self.process_line(index) else {
            return Err("The only process is there without a line.".into());
        };
        if let Some(user) = self.user_of(index) {
            return Err(format!("{user} needs this process. Give it another one first."));
        }
        self.rows.remove(line);
        self.each_reference(&mut |called| {
            if let ProcessRef::Number(number) = called
                && *number > index as u64 + 1
            {
                *number -= 1;
            }
        });
        Ok(())
    }

    /// Which line means that process.
    fn user_of(&self, index: usize) -> Option<String> {
        let processes = &self.parsed.scenario.processes;
        let means = |called: &ProcessRef| match called {
            ProcessRef::Name(name) => processes[index].name == *name,
            ProcessRef::Number(number) => *number == index as u64 + 1,
        };
        for (line, statement) in self.rows.statements() {
            let implied = match &statement {
                Statement::Thread { process: None, .. } => index == 0 && processes.len() > 1,
                _ => false,
            };
            if implied || references(&statement).is_some_and(means) {
                return Some(format!("Line {line}"));
            }
        }
        None
    }

    /// Changes whatever calls a process.
    fn each_reference(&mut self, change: &mut dyn FnMut(&mut ProcessRef)) {
        for (line, mut statement) in self.rows.statements() {
            let Some(called) = references_mut(&mut statement) else { continue };
            let before = called.clone();
            change(called);
            if *called != before {
                self.rows.replace(line, statement);
            }
        }
    }
}

/// The process that a line calls.
fn references(statement: &Statement) -> Option<&ProcessRef> {
    let called = match statement {
        Statement::Thread { process, .. } => process,
        Statement::Operation(line) => &line.through,
        Statement::Expect(line) => &line.process,
        _ => return None,
    };
    called.as_ref().map(|called| &called.value)
}

fn references_mut(statement: &mut Statement) -> Option<&mut ProcessRef> {
    let called = match statement {
        Statement::Thread { process, .. } => process,
        Statement::Operation(line) => &mut line.through,
        Statement::Expect(line) => &mut line.process,
        _ => return None,
    };
    called.as_mut().map(|called| &mut called.value)
}
