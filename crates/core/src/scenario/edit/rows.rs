//! The lines of a script while it is changed: kept, replaced, removed, or with new ones behind them.

use super::rewrite::rewritten;
use crate::scenario::build::ReadLine;
use crate::scenario::statement::Statement;

/// The lines, in order.
pub(super) struct Rows<'t> {
    rows: Vec<Row<'t>>,
    /// What stands in front of the first line.
    front: Vec<Statement>,
}

struct Row<'t> {
    read: Option<ReadLine<'t>>,
    /// As written, with its end.
    whole: &'t str,
    /// What stands there instead.
    change: Option<Statement>,
    is_removed: bool,
    behind: Vec<Statement>,
}

/// Where a new statement goes: the order of docs/script.md.
fn rank(statement: &Statement) -> u8 {
    match statement {
        Statement::Title(_) => 0,
        Statement::Revision { .. } => 1,
        Statement::File { .. } => 2,
        Statement::Extent { .. } => 3,
        Statement::Entries { .. } | Statement::Alloc(_) => 4,
        Statement::Device { .. } | Statement::Platform(_) | Statement::Without(_) => 5,
        Statement::FsLock(_) => 6,
        Statement::IMmapRwsem(_) => 7,
        Statement::Journal(_) | Statement::Fs(_) | Statement::Layouts(_) => 8,
        Statement::Process(_) => 9,
        Statement::Thread { .. } | Statement::Operation(_) => 10,
        Statement::Fail { .. } => 11,
        Statement::Expect(_) => 12,
        Statement::Schedule { .. } => 13,
        Statement::Position(_) => 14,
    }
}

impl<'t> Rows<'t> {
    pub(super) fn new(text: &'t str, read: Vec<ReadLine<'t>>) -> Rows<'t> {
        let mut read = read.into_iter();
        let mut rows = Vec::new();
        for whole in text.split_inclusive('\n') {
            rows.push(Row { read: read.next(), whole, change: None, is_removed: false, behind: Vec::new() });
        }
        Rows { rows, front: Vec::new() }
    }

    /// What the line with that number, from 1, says now.
    pub(super) fn statement(&self, line: usize) -> Option<&Statement> {
        let row = self.rows.get(line.checked_sub(1)?)?;
        row.change.as_ref().or(row.read.as_ref()?.statement.as_ref())
    }

    /// All lines that say something, by their numbers.
    pub(super) fn statements(&self) -> Vec<(usize, Statement)> {
        let mut all = Vec::new();
        for line in 1..=self.rows.len() {
            if let Some(statement) = self.statement(line).filter(|_| !self.rows[line - 1].is_removed) {
                all.push((line, statement.clone()));
            }
        }
        all
    }

    pub(super) fn replace(&mut self, line: usize, statement: Statement) {
        if let Some(row) = self.rows.get_mut(line - 1) {
            row.change = Some(statement);
        }
    }

    pub(super) fn remove(&mut self, line: usize) {
        if let Some(row) = self.rows.get_mut(line - 1) {
            row.is_removed = true;
        }
    }

    /// A new line behind that one.
    pub(super) fn insert_behind(&mut self, line: usize, statement: Statement) {
        if let Some(row) = self.rows.get_mut(line - 1) {
            row.behind.push(statement);
        }
    }

    /// A new line where the order of statements has it.
    pub(super) fn insert(&mut self, statement: Statement) {
        let rank_here = rank(&statement);
        let all = self.statements();
        let last_before = all.iter().rev().find(|(_, other)| rank(other) <= rank_here).map(|(line, _)| *line);
        let first_behind = all.first().map(|(line, _)| *line);
        match (last_before, first_behind) {
            (Some(line), _) => self.insert_behind(line, statement),
            (None, Some(line)) if line > 1 => self.insert_behind(line - 1, statement),
            (None, Some(_)) => self.front.push(statement),
            (None, None) if self.rows.is_empty() => self.front.push(statement),
            (None, None) => self.insert_behind(self.rows.len(), statement),
        }
    }

    /// The whole text as it is now.
    pub(super) fn text(&self) -> String {
        let end = if self.rows.iter().any(|row| row.whole.ends_with("\r\n")) { "\r\n" } else { "\n" };
        let mut text = String::new();
        for statement in &self.front {
            add_line(&mut text, &indented(statement, None), end);
        }
        for row in &self.rows {
            let body = row.whole.trim_end_matches(['\n', '\r']);
            if !row.is_removed {
                match (&row.change, &row.read) {
                    (Some(new), Some(read)) => text.push_str(&rewritten(read, new)),
                    _ => text.push_str(body),
                }
                text.push_str(&row.whole[body.len()..]);
            }
            for statement in &row.behind {
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push_str(end);
                }
                add_line(&mut text, &indented(statement, row.indent()), end);
            }
        }
        text
    }
}

impl Row<'_> {
    /// The blanks before an operation, if this is one.
    fn indent(&self) -> Option<&str> {
        let is_operation = self.read.as_ref()?.statement.as_ref()?.is_operation();
        let blanks = self.whole.len() - self.whole.trim_start_matches([' ', '\t']).len();
        is_operation.then(|| &self.whole[..blanks])
    }
}

fn add_line(text: &mut String, line: &str, end: &str) {
    text.push_str(line);
    text.push_str(end);
}

fn indented(statement: &Statement, like: Option<&str>) -> String {
    let indent = if statement.is_operation() { like.unwrap_or("  ") } else { "" };
    format!("{indent}{statement}")
}
