//! The run as a table for a mail: what runs above it, what is broken and the script below it, and the link that opens it.

use super::home::{TOOL, foot, link_of};
use crate::session::Session;
use daxscope_core::narrate::{self, COMMIT_WIDTH, MailHead, WIDTH, mail_head, mail_script, mail_table, wrap};
use daxscope_core::run::{Run, fell_back};
use std::sync::Arc;

/// The table: no line but that of the link is wider than a mail. `only_what_matters`: without the steps that change nothing.
pub(crate) fn table(session: &Session, only_what_matters: bool) -> String {
    let run = again(session);
    let scenario = session.run.scenario();
    let (title, kernel) = (session.title(), session.revision_name());
    let (link, note) = link_of(session);
    let note = if link.is_empty() { "" } else { note };
    let mut text = mail_head(scenario, &MailHead { title: &title, kernel: &kernel, link: &link, note });
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
    text += &paragraph(&foot(session));
    text += "\n";
    text + &mail_script(&session.script_as_it_runs(), WIDTH)
}

/// The diagram of commit messages: title and kernel above it, link and script below, for whoever wants to see it run.
pub(crate) fn commit(session: &Session) -> String {
    let mut text = String::new();
    let (title, kernel) = (session.title(), format!("kernel: {}", session.revision_name()));
    for line in wrap(&title, COMMIT_WIDTH).iter().chain(&wrap(&kernel, COMMIT_WIDTH)) {
        text += line;
        text += "\n";
    }
    text += "\n";
    text += &narrate::commit(session.run.scenario(), &session.run.schedule());
    text += "\n";
    let (link, note) = link_of(session);
    let note = if link.is_empty() { "" } else { note };
    if !link.is_empty() {
        text += &format!("link: {link}\n");
    }
    for line in wrap(note, COMMIT_WIDTH).iter().chain(&wrap(&foot(session), COMMIT_WIDTH)) {
        if !line.is_empty() {
            text += line;
            text += "\n";
        }
    }
    text += "\n";
    text + &mail_script(&session.script_as_it_runs(), COMMIT_WIDTH)
}

/// What a picture carries so that its run can be had again: link and script.
pub(crate) fn carried(session: &Session) -> String {
    let (link, _) = link_of(session);
    let link = if link.is_empty() { String::new() } else { format!("link: {link}\n") };
    let head = format!("{}\nkernel: {}\n{link}written by: {TOOL}\n\n", session.title(), session.revision_name());
    head + &mail_script(&session.script_as_it_runs(), WIDTH)
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
