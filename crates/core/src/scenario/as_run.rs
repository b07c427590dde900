//! A script that says what became of it: the kernel that was chosen, the steps that were made, where the reader stands.

use super::build::{ReadLine, analyse};
use super::diagnostic::Severity;
use super::format::{Row, rows_text, schedule_statements};
use super::statement::Statement;
use super::{Schedule, parse_revision};
use std::collections::BTreeSet;

/// How a script is being run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AsRun<'a> {
    /// The kernel, as a `revision` line has it; `None`: the one that the script says.
    pub revision: Option<&'a str>,
    /// Every step; `None`: as the script says.
    pub schedule: Option<&'a Schedule>,
    /// Steps before the state that is shown.
    pub position: usize,
}

/// The script in canonical form with what is run of it: its `revision`, `schedule` and `position` lines are those of `run`,
/// and all other lines stay, comments and lines with errors too.
///
/// A comment behind a line that is replaced goes with it, for it speaks of what was there. The revision is always said, so
/// that the text means the same wherever it is read.
#[must_use]
pub fn as_run(text: &str, run: AsRun<'_>) -> String {
    let (read, parsed) = analyse(text);
    let errors = parsed.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    let errors: BTreeSet<u32> = errors.map(|diagnostic| diagnostic.span.line).collect();
    let mut revision = revision_line(run.revision.unwrap_or("4.10.0"));
    if run.revision.is_none() && parsed.source.revision.is_some() {
        revision = None;
    }
    let mut schedule = Vec::new();
    if let Some(steps) = run.schedule {
        schedule_statements(steps, &mut schedule);
    }
    let place = revision_place(&read);
    let mut rows: Vec<Row<'_>> = Vec::new();
    for (at, line) in read.iter().enumerate() {
        if at == place {
            rows.extend(revision.take().as_ref().map(Row::of));
        }
        match &line.statement {
            Some(Statement::Revision { .. }) if run.revision.is_some() => {}
            Some(Statement::Schedule { .. }) if run.schedule.is_some() => {
                rows.extend(std::mem::take(&mut schedule).iter().map(Row::of));
            }
            Some(Statement::Position(_)) => {}
            _ => rows.push(Row::new(line, errors.contains(&line.line.number))),
        }
    }
    while rows.last().is_some_and(Row::is_blank) {
        rows.pop();
    }
    rows.extend(revision.as_ref().map(Row::of));
    rows.extend(schedule.iter().map(Row::of));
    if run.position > 0 {
        rows.push(Row::of(&Statement::Position(run.position)));
    }
    rows_text(&rows)
}

/// The kernel of a script as its `revision` line names it, in canonical form; `None`: no line does.
#[must_use]
pub fn revision_name(text: &str) -> Option<String> {
    let (read, _) = analyse(text);
    let line = read.iter().find_map(|line| match &line.statement {
        Some(revision @ Statement::Revision { .. }) => Some(revision.to_string()),
        _ => None,
    })?;
    line.strip_prefix("revision ").map(Into::into)
}

/// Where the `revision` line belongs: where it was, or behind the title, or before the first statement.
fn revision_place(read: &[ReadLine<'_>]) -> usize {
    let is = |wanted: fn(&Statement) -> bool| read.iter().position(|line| line.statement.as_ref().is_some_and(wanted));
    is(|statement| matches!(statement, Statement::Revision { .. }))
        .or_else(|| is(|statement| matches!(statement, Statement::Title(_))).map(|title| title + 1))
        .or_else(|| is(|_| true))
        .unwrap_or(read.len())
}

/// The statement that names a kernel, its words as they are given; `None` if there is no such kernel.
fn revision_line(name: &str) -> Option<Statement> {
    parse_revision(name).ok()?;
    let script = format!("revision {name}\n");
    let (mut read, _) = analyse(&script);
    read.first_mut()?.statement.take()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::parse;

    fn schedule(words: &str) -> Schedule {
        parse(&format!("thread A\nthread B\nschedule {words}\n")).scenario.schedule.expect("a schedule")
    }

    #[test]
    fn what_is_run_takes_the_place_of_what_was_written() {
        let text = "# a mail\ntitle x\nrevision  v5 # one waiter\nthread A\nread 4K at 0 # a fault\nschedule A2\nschedule A3\n\n\n";
        let steps = schedule("by point A4 B!");
        let run = AsRun { revision: Some("v6 wake_mode_delete=all"), schedule: Some(&steps), position: 3 };
        assert_eq!(
            as_run(text, run),
            "# a mail\ntitle    x\nrevision v6 wake_mode_delete=all\nthread A\n  read 4K at 0  # a fault\n\
             schedule by point A4 B!\nposition 3\n"
        );
        assert_eq!(as_run(&as_run(text, run), run), as_run(text, run), "it is canonical");
        assert_eq!(
            as_run(text, AsRun::default()),
            "# a mail\ntitle    x\nrevision v5     # one waiter\nthread A\n  read 4K at 0  # a fault\nschedule A2\nschedule A3\n",
        );
    }

    #[test]
    fn what_was_not_written_is_added() {
        let steps = schedule("A B");
        let run = AsRun { revision: None, schedule: Some(&steps), position: 0 };
        assert_eq!(as_run("thread A\nthread B", run), "revision 4.10.0\nthread A\nthread B\nschedule A B\n");
        assert_eq!(
            as_run("# c\n\ntitle x\nthread A", AsRun::default()),
            "# c\n\ntitle    x\nrevision 4.10.0\nthread A\n"
        );
        assert_eq!(as_run("", AsRun::default()), "revision 4.10.0\n");
    }

    #[test]
    fn the_name_of_a_kernel_is_as_written() {
        assert_eq!(
            revision_name("thread A\nrevision v6  wake_mode_delete=all"),
            Some("v6 wake_mode_delete=all".into())
        );
        assert_eq!(revision_name("thread A"), None);
        assert_eq!(revision_name("revision v77"), None);
    }

    #[test]
    fn a_position_is_read_once_and_within_its_limit() {
        let position = |text: &str| (parse(text).position, parse(text).is_ok());
        assert_eq!(position("thread A\nposition 24"), (24, true));
        assert_eq!(position("thread A"), (0, true));
        for wrong in ["position", "position 1 2", "position -1", "position 100001", "position 1\nposition 2"] {
            assert!(!position(&format!("thread A\n{wrong}")).1, "{wrong}");
        }
    }
}
