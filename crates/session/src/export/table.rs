//! The run as a table for a mail: what runs above it, what is broken and the script below it, and the link that opens it.

use crate::session::Session;
use daxscope_core::narrate::{self, MailHead, WIDTH, mail_head, mail_script, mail_table, wrap};
use daxscope_core::run::{Run, fell_back};
use std::sync::Arc;

/// The table: no line but that of the link is wider than a mail. `only_what_matters`: without the steps that change nothing.
pub(crate) fn table(session: &Session, only_what_matters: bool) -> String {
    let run = again(session);
    let scenario = session.run.scenario();
    let (title, kernel) = (session.title(), session.revision_name());
    let link = session.address();
    let mut text = mail_head(scenario, &MailHead { title: &title, kernel: &kernel, link: &link });
    text += "\n";
    let round = run.violations().find_map(|(_, violation)| violation.round);
    text += &mail_table(scenario, &run.steps, only_what_matters, round);
    text += "\n";
    text += &paragraph(&session.end_sentence());
    for (number, violation) in run.violations() {
        text += &paragraph(&format!("step {number}: {}. {}", violation.headline, violation.sentence));
    }
    for line in narrate::fallbacks(&fell_back(run.steps.iter().map(|step| &step.record))).lines() {
        text += &paragraph(line);
    }
    text += "\n";
    text + &mail_script(&session.script_as_it_runs())
}

/// The diagram of commit messages.
pub(crate) fn commit(session: &Session) -> String {
    narrate::commit(session.run.scenario(), &session.run.schedule())
}

/// The same run, as the core tells it.
fn again(session: &Session) -> Run {
    let mut run = Run::new(Arc::clone(session.run.scenario()));
    // What was made can be made again: the machine is deterministic.
    let _ = run.follow(&session.run.schedule());
    run
}

/// Words in lines of a mail.
fn paragraph(words: &str) -> String {
    wrap(words, WIDTH).join("\n") + "\n"
}
