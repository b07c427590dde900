//! The run as a table for a mail, with what runs above it and what is broken below.

use crate::session::Session;
use daxscope_core::narrate::{self, Row, WIDTH, wrap};
use daxscope_core::run::fell_back;

/// The table: no line is wider than a mail.
pub(crate) fn table(session: &Session) -> String {
    let run = &session.run;
    let rows = run.steps().iter().enumerate().map(|(at, step)| Row {
        number: at + 1,
        thread: step.record.choice.thread,
        sentence: &step.sentence,
    });
    let mut text = paragraph(&session.title());
    text += &paragraph(&format!("kernel revision {}", run.scenario().revision.name()));
    text += "\n";
    text += &narrate::table(run.scenario().threads.len(), rows);
    text += "\n";
    text += &paragraph(&session.end_sentence());
    for (at, step) in run.steps().iter().enumerate() {
        for violation in &step.violations {
            text += &paragraph(&format!("step {}: {}. {}", at + 1, violation.headline, violation.sentence));
        }
    }
    for line in narrate::fallbacks(&fell_back(run.steps().iter().map(|step| &step.record))).lines() {
        text += &paragraph(line);
    }
    text
}

/// Words in lines of a mail.
fn paragraph(words: &str) -> String {
    wrap(words, WIDTH).join("\n") + "\n"
}
