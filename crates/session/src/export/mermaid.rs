//! The run as a Mermaid sequence diagram.

use crate::run::Step;
use crate::session::Session;
use daxscope_core::event::Event;
use daxscope_core::narrate;
use daxscope_core::scenario::Scenario;
use daxscope_core::units::ThreadId;

/// Longer diagrams are refused by the tools that draw them.
const MAX_STEPS: usize = 400;

/// The diagram: one participant for each thread, one message for each step and each wake-up.
pub(crate) fn mermaid(session: &Session) -> String {
    let run = &session.run;
    let mut lines = vec!["sequenceDiagram".to_owned(), "  autonumber".to_owned()];
    lines.push(format!("  %% {}", comment(&session.title())));
    lines.push(format!("  %% kernel {}", comment(&session.revision_name())));
    let (link, note) = super::home::link_of(session);
    for line in [link.as_str(), note, super::home::TOOL].into_iter().filter(|line| !line.is_empty()) {
        lines.push(format!("  %% {}", comment(line)));
    }
    for (thread, script) in run.here().thread_ids().zip(&run.scenario().threads) {
        let what = script.operations.first().map_or_else(String::new, |operation| {
            format!(": {}{}", narrate::operation(operation), if script.operations.len() > 1 { ", ..." } else { "" })
        });
        lines.push(format!("  participant {thread} as {}", plain(&format!("{thread}{what}"))));
    }
    for step in run.steps().iter().take(MAX_STEPS) {
        write_step(step, run.scenario(), &mut lines);
    }
    if run.len() > MAX_STEPS {
        lines.push(format!("  %% {} more steps: a diagram of them all would not be drawn", run.len() - MAX_STEPS));
    }
    for line in narrate::mail_script(&session.script_as_it_runs(), narrate::WIDTH).lines() {
        lines.push(format!("  %% {}", comment(line)).trim_end().to_owned());
    }
    lines.push(String::new());
    lines.join("\n")
}

fn write_step(step: &Step, scenario: &Scenario, lines: &mut Vec<String>) {
    let thread = step.record.choice.thread;
    let sentence = step.sentence.strip_prefix(&format!("{thread} ")).unwrap_or(&step.sentence);
    lines.push(format!("  {thread}->>{thread}: {}", plain(sentence)));
    for event in step.record.events() {
        match event {
            Event::Wake(woken) => lines.push(format!("  {thread}-->>{woken}: wakes")),
            Event::Granted { lock, thread: woken } => {
                let name = narrate::LockNames::of(&scenario.revision).of_lock(*lock);
                let name = narrate::with_process_names(&name, scenario);
                lines.push(format!("  {thread}-->>{woken}: {} is granted", plain(&name)));
            }
            _ => {}
        }
    }
    for violation in &step.violations {
        let over = over(&violation.sentence, violation.thread.unwrap_or(thread));
        lines.push(format!("  Note over {over}: {}", plain(&violation.sentence)));
    }
}

/// The thread of which a sentence speaks: the one that it begins with, or the one that is to blame.
fn over(sentence: &str, blamed: ThreadId) -> ThreadId {
    let mut letters = sentence.split(' ').next().unwrap_or("").chars();
    match (letters.next(), letters.next()) {
        (Some(letter @ 'A'..='I'), None) => ThreadId(letter as u8 - b'A'),
        _ => blamed,
    }
}

/// Text in which no character means anything to Mermaid: those that do are written as entities.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for c in text.chars() {
        match c {
            '#' | ';' | '<' | '>' | '{' | '}' | '"' | '%' | '\\' | '`' => plain.push_str(&format!("#{};", c as u32)),
            c if c.is_control() => plain.push(' '),
            c => plain.push(c),
        }
    }
    // `end` alone closes a block.
    if plain == "end" { "#101;nd".into() } else { plain }
}

/// A comment ends with its line, and braces in one have been taken for a directive: they are written as entities.
fn comment(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    text.replace('{', "#123;").replace('}', "#125;")
}
