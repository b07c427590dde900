//! What stands around the table of a mail, so that whoever reads it can see the same run: above it what runs, below it the script.

use super::functions::function_of;
use super::matters::matters;
use super::{Row, WIDTH, table_with_round, wrap};
use crate::check::Round;
use crate::revision::Revision;
use crate::run::RunStep;
use crate::scenario::{Scenario, operation_text};
use std::fmt::Write;

/// What the head of a mail says besides the threads.
#[derive(Clone, Copy, Debug)]
pub struct MailHead<'a> {
    /// One line.
    pub title: &'a str,
    /// The kernel, as it was named.
    pub kernel: &'a str,
    /// An address that opens the run; the only line that may be wider than a mail. Empty: there is none.
    pub link: &'a str,
    /// Who can open the link, in a sentence; may be empty.
    pub note: &'a str,
}

/// Title, kernel, link, and for each thread its process and operations as a script has them.
#[must_use]
pub fn mail_head(scenario: &Scenario, head: &MailHead<'_>) -> String {
    let mut text = wrap(head.title, WIDTH).join("\n") + "\n\n";
    named(&mut text, "kernel", head.kernel);
    for (at, thread) in scenario.threads.iter().enumerate() {
        let letter = crate::units::ThreadId(at as u8).letter();
        let operations: Vec<_> =
            thread.operations.iter().map(|operation| operation_text(scenario, operation)).collect();
        let process = match scenario.processes.len() {
            0 | 1 => String::new(),
            _ => format!(" in {}", scenario.process_title(thread.mm)),
        };
        named(&mut text, &format!("{letter}{process}"), &operations.join("; "));
    }
    if !head.link.is_empty() {
        let _ = writeln!(text, "link: {}", head.link);
    }
    for line in wrap(head.note, WIDTH).iter().filter(|line| !line.is_empty()) {
        let _ = writeln!(text, "{line}");
    }
    text
}

/// The table of a run with the functions in which each thread is; perhaps only the steps that matter, and then it says so.
#[must_use]
pub fn mail_table(scenario: &Scenario, steps: &[RunStep], only_what_matters: bool, round: Option<Round>) -> String {
    let shown = if only_what_matters { matters(steps) } else { vec![true; steps.len()] };
    let mut text = String::new();
    if only_what_matters {
        let count = shown.iter().filter(|shown| **shown).count();
        let what = format!(
            "{count} of {} steps: the ends of each turn, and those that change entries, mappings or blocks, wait, wake, fail, or \
             break a rule",
            steps.len()
        );
        text = wrap(&what, WIDTH).join("\n") + "\n\n";
    }
    let rows = steps.iter().zip(shown).enumerate().filter(|(_, (_, shown))| *shown).map(|(at, (step, _))| Row {
        number: at + 1,
        thread: step.record.choice.thread,
        sentence: &step.sentence,
        function: function(step, &scenario.revision),
    });
    text + &table_with_round(scenario.threads.len(), rows, round)
}

/// The function of the kernel in which a step begins; empty outside of them.
fn function(step: &RunStep, revision: &Revision) -> &'static str {
    let stop = step.record.performed.first().map(|made| &made.stop);
    stop.map_or("", |stop| function_of(&stop.frames, &stop.op, revision))
}

/// The line above the script of a run, by which it is found again.
pub const SCRIPT_HEAD: &str = "The script of this run, for the link's page or `daxscope run FILE`:";

/// The script that gives the run again, indented as a quotation that can be copied. Where a line is wider than `width`, it ends in
/// a backslash and goes on in the next one; pages and `daxscope run` join them.
#[must_use]
pub fn mail_script(script: &str, width: usize) -> String {
    let mut text = format!("{SCRIPT_HEAD}\n\n");
    for line in script.lines() {
        let mut rest = line;
        let mut indent = "  ";
        while let Some(at) = break_of(rest, width.saturating_sub(indent.len() + 2)) {
            let _ = writeln!(text, "{indent}{} \\", &rest[..at]);
            (rest, indent) = (&rest[at + 1..], "      ");
        }
        text.push_str(format!("{indent}{rest}").trim_end());
        text.push('\n');
    }
    text
}

/// Where a line is broken that is longer than `most` characters: the last single blank before that which has words before it.
/// `None`: it fits, or has no such place.
fn break_of(line: &str, most: usize) -> Option<usize> {
    if line.chars().count() <= most + 2 {
        return None;
    }
    let indent = line.len() - line.trim_start().len();
    let is_single = |at: usize| {
        let (before, after) = (&line[..at], &line[at + 1..]);
        at > indent && !before.ends_with([' ', '\\']) && !after.starts_with(' ') && !after.is_empty()
    };
    let blanks: Vec<usize> = line.match_indices(' ').map(|(at, _)| at).filter(|&at| is_single(at)).collect();
    let fits = |at: &usize| line[..*at].chars().count() <= most;
    blanks.iter().rev().find(|at| fits(at)).or(blanks.first()).copied()
}

/// `kernel: v5`, further lines indented.
fn named(text: &mut String, name: &str, what: &str) {
    for (at, line) in wrap(&format!("{name}: {what}"), WIDTH - 2).iter().enumerate() {
        text.push_str(if at > 0 { "  " } else { "" });
        text.push_str(line);
        text.push('\n');
    }
}
