//! What is wrong with bad scripts, drawn as a person reads it: a file for each kind of line.

mod accesses;
mod device;
mod entries;
mod expectations;
mod extents;
mod failures;
mod fallocate;
mod numbers_and_titles;
mod processes;
mod ranges;
mod revisions;
mod schedules;
mod sizes;
mod statements;
mod threads;
mod verbs;

use daxscope_core::scenario::{Severity, format_text, parse, render};

/// Checks the diagnostics of a script, drawn one after the other. Every suggestion must be good enough that its
/// diagnostic goes away, and the formatter must leave lines with errors alone.
#[track_caller]
fn check(text: &str, expect: &str) {
    let parsed = parse(text);
    let drawn: String = parsed.diagnostics.iter().map(|diagnostic| render(diagnostic, text)).collect();
    assert_eq!(drawn.trim_end(), expect.trim(), "\n{drawn}");
    let formatted = format_text(text);
    for diagnostic in &parsed.diagnostics {
        let line = diagnostic.span.line as usize - 1;
        if diagnostic.severity == Severity::Error {
            assert_eq!(formatted.lines().nth(line), text.lines().nth(line));
        }
        if let Some(suggestion) = &diagnostic.suggestion {
            let mut repaired = text.to_owned();
            repaired.replace_range(diagnostic.span.bytes.clone(), suggestion);
            assert!(!parse(&repaired).diagnostics.contains(diagnostic), "{repaired}");
        }
    }
}

/// The same for lines of a script whose first line is `thread A`.
#[track_caller]
fn check_line(lines: &str, expect: &str) {
    check(&format!("thread A\n{lines}"), expect);
}
