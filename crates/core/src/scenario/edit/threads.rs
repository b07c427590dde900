//! Threads and their operations, and the lines that call them by their letters.

use super::{Change, Refusal, at_limit, line_of};
use crate::scenario::Operation;
use crate::scenario::limits::{MAX_OPERATIONS, MAX_THREADS};
use crate::scenario::statement::{At, OperationLine, Statement};
use crate::units::ThreadId;

impl Change<'_, '_> {
    pub(super) fn add_thread(&mut self, process: usize) -> Result<(), Refusal> {
        let count = self.parsed.scenario.threads.len();
        at_limit(count, MAX_THREADS, "threads")?;
        self.process(process)?;
        let process = (process > 0).then(|| self.process_ref(process));
        self.rows.insert(Statement::Thread { letter: At::nowhere(letter(count)), process });
        Ok(())
    }

    pub(super) fn set_thread_process(&mut self, thread: usize, process: usize) -> Result<(), Refusal> {
        let line = line_of(&self.parsed.source.threads, thread, "thread")?;
        self.process(process)?;
        let is_said = matches!(self.rows.statement(line), Some(Statement::Thread { process: Some(_), .. }));
        let process = (process > 0 || is_said).then(|| self.process_ref(process));
        self.rows.replace(line, Statement::Thread { letter: At::nowhere(letter(thread)), process });
        Ok(())
    }

    pub(super) fn remove_thread(&mut self, index: usize) -> Result<(), Refusal> {
        let line = line_of(&self.parsed.source.threads, index, "thread")?;
        if !self.are_lettered_in_order() {
            return Err("The threads are not lettered in order. Mend their lines first.".into());
        }
        self.rows.remove(line);
        for &line in &self.parsed.source.operations[index] {
            self.rows.remove(line as usize);
        }
        for (line, statement) in self.rows.statements() {
            match without_thread(&statement, letter(index)) {
                Some(changed) if changed == statement => {}
                Some(changed) => self.rows.replace(line, changed),
                None => self.rows.remove(line),
            }
        }
        Ok(())
    }

    fn are_lettered_in_order(&self) -> bool {
        let lines = self.parsed.source.threads.iter().enumerate();
        lines.into_iter().all(|(index, &line)| {
            matches!(self.rows.statement(line as usize), Some(Statement::Thread { letter: it, .. }) if it.value == letter(index))
        })
    }

    pub(super) fn add_operation(&mut self, thread: usize, operation: Operation) -> Result<(), Refusal> {
        let line = line_of(&self.parsed.source.threads, thread, "thread")?;
        let lines = &self.parsed.source.operations[thread];
        at_limit(lines.len(), MAX_OPERATIONS, &format!("operations of thread {}", letter(thread)))?;
        let behind = lines.last().map_or(line, |&last| last as usize);
        let statement = self.operation_line(operation)?;
        self.rows.insert_behind(behind, statement);
        Ok(())
    }

    pub(super) fn set_operation(&mut self, thread: usize, at: usize, operation: Operation) -> Result<(), Refusal> {
        line_of(&self.parsed.source.threads, thread, "thread")?;
        let line = line_of(&self.parsed.source.operations[thread], at, "operation")?;
        let statement = self.operation_line(operation)?;
        self.rows.replace(line, statement);
        Ok(())
    }

    pub(super) fn remove_operation(&mut self, thread: usize, at: usize) -> Result<(), Refusal> {
        line_of(&self.parsed.source.threads, thread, "thread")?;
        let line = line_of(&self.parsed.source.operations[thread], at, "operation")?;
        self.rows.remove(line);
        Ok(())
    }

    fn operation_line(&self, operation: Operation) -> Result<Statement, Refusal> {
        let through = match operation {
            Operation::Access { mm: Some(mm), .. } | Operation::Munmap { mm: Some(mm) } => {
                self.process(mm.index())?;
                Some(self.process_ref(mm.index()))
            }
            _ => None,
        };
        Ok(Statement::Operation(OperationLine { operation, through, place: 0..0 }))
    }
}

fn letter(index: usize) -> char {
    ThreadId(index as u8).letter()
}

/// The same with the threads behind `gone` one letter further up; `None`: the line was about that thread only.
fn without_thread(statement: &Statement, gone: char) -> Option<Statement> {
    let moved = |letter: char| if letter > gone { (letter as u8 - 1) as char } else { letter };
    let mut statement = statement.clone();
    match &mut statement {
        Statement::Thread { letter, .. } => letter.value = moved(letter.value),
        Statement::Fail { thread: Some(letter), .. } => {
            if letter.value == gone {
                return None;
            }
            letter.value = moved(letter.value);
        }
        Statement::Expect(line) => {
            if let Some(letter) = &mut line.thread {
                if letter.value == gone {
                    return None;
                }
                letter.value = moved(letter.value);
            }
        }
        Statement::Schedule { step_size, runs, .. } => {
            let had_runs = !runs.is_empty();
            runs.retain(|run| run.value.letter != gone);
            for run in runs.iter_mut() {
                run.value.letter = moved(run.value.letter);
            }
            if had_runs && runs.is_empty() && step_size.is_none() {
                return None;
            }
        }
        _ => {}
    }
    Some(statement)
}
