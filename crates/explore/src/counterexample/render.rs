//! A counterexample as plain text for a terminal or a mail: the table of steps with the reasons beside the switches.

use super::explained::{Explained, Size};
use super::story::counted;
use daxscope_core::narrate::{Row, WIDTH, table_with_round, wrap};
use daxscope_core::scenario::format;
use daxscope_core::units::ThreadId;
use std::fmt::Write;

/// The text: what became of the scenario, the story, the table, the key steps, and the script to try it with.
#[must_use]
pub fn render(explained: &Explained) -> String {
    let mut text = String::new();
    let rule =
        format!("{} ({}). {}", explained.violation.headline, explained.rule.name(), explained.violation.sentence);
    paragraph(&mut text, "", &rule);
    text.push('\n');
    sizes(&mut text, explained);
    text.push('\n');
    paragraph(&mut text, "", &explained.story);
    text.push('\n');
    steps(&mut text, explained);
    text.push_str("\nThe steps that matter:\n");
    for key in &explained.key_steps {
        paragraph(&mut text, &format!("{:>4} ", key.step), &format!("{}: {}", key.why, key.what));
    }
    text.push_str("\nThe script:\n\n");
    text.push_str(&format(&explained.scenario));
    text
}

/// Wrapped text behind a head; the lines that follow are indented as far.
fn paragraph(text: &mut String, head: &str, words: &str) {
    let indent = head.chars().count();
    for (at, line) in wrap(words, WIDTH - indent).iter().enumerate() {
        let head = if at == 0 { head } else { "" };
        let _ = writeln!(text, "{head:indent$}{line}");
    }
}

/// What was found, what is left, and how sure that is.
fn sizes(text: &mut String, explained: &Explained) {
    let line = |size: &Size| {
        let parts = [
            counted(size.threads, "thread", "threads"),
            counted(size.operations, "operation", "operations"),
            counted(size.failures, "failure", "failures"),
            counted(size.steps, "step", "steps"),
            counted(size.switches, "context switch", "context switches"),
        ];
        parts.join(", ")
    };
    paragraph(text, "found     ", &line(&explained.found));
    paragraph(text, "now       ", &line(&explained.size));
    if !explained.removed.is_empty() {
        paragraph(text, "gone      ", &explained.removed.join(", "));
    }
    if !explained.simpler.is_empty() {
        paragraph(text, "simpler   ", &explained.simpler.join(", "));
    }
    let moved = explained.threads.iter().enumerate().filter(|&(at, thread)| thread.index() != at);
    let moved: Vec<_> = moved.map(|(at, thread)| format!("{} was {thread}", ThreadId(at as u8))).collect();
    if !moved.is_empty() {
        paragraph(text, "letters   ", &moved.join(", "));
    }
    signature(text, explained);
    paragraph(text, "smallest  ", &explained.smallest.sentence());
    paragraph(text, "shortest  ", &explained.shortest.sentence());
    paragraph(text, "switches  ", &explained.fewest_switches.sentence());
}

/// What makes it the bug that was found.
fn signature(text: &mut String, explained: &Explained) {
    if !explained.place.is_empty() {
        paragraph(text, "place     ", &explained.place);
    }
    if explained.is_concurrent {
        paragraph(
            text,
            "needs     ",
            "operations that overlap: one after another, in whatever order, they break nothing here",
        );
    }
    if !explained.in_turn.is_empty() {
        paragraph(text, "needs     ", &explained.in_turn);
    }
    if !explained.excluded_by.is_empty() {
        paragraph(text, "excluded  ", &format!("by {}", explained.excluded_by.join(", by ")));
    }
    if !explained.not_known.is_empty() {
        paragraph(text, "unknown   ", &explained.not_known.join(", "));
    }
}

/// The table, cut where threads change; the reason stands between.
fn steps(text: &mut String, explained: &Explained) {
    let threads = explained.scenario.threads.len();
    let mut begin = 0;
    let cuts = explained.switches.iter().map(|switch| (switch.step - 1, Some(switch)));
    for (end, switch) in cuts.chain([(explained.sentences.len(), None)]) {
        let rows = explained.sentences[begin..end].iter().enumerate();
        let rows = rows.map(|(at, (thread, sentence))| Row {
            number: begin + at + 1,
            thread: *thread,
            sentence,
            function: "",
        });
        let part = table_with_round(threads, rows, explained.violation.round);
        // The line of letters stands once.
        let headless = begin > 0 && threads <= 4;
        text.push_str(if headless { part.split_once('\n').map_or("", |(_, rest)| rest) } else { &part });
        if let Some(switch) = switch {
            text.push('\n');
            paragraph(text, "  >> ", &switch.sentence);
            text.push('\n');
        }
        begin = end;
    }
}
