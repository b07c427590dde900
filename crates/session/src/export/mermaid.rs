//! The run as a Mermaid sequence diagram.

use crate::session::Session;
use daxscope_core::event::Event;
use daxscope_core::narrate;

/// Longer diagrams are refused by the tools that draw them.
const MAX_STEPS: usize = 400;

/// The diagram: one participant for each thread, one message for each step and each wake-up.
pub(crate) fn mermaid(session: &Session) -> String {
    let run = &session.run;
    let mut lines = vec!["sequenceDiagram".to_owned(), "  autonumber".to_owned()];
    for (thread, script) in run.here().thread_ids().zip(&run.scenario().threads) {
        let what = script.operations.first().map_or_else(String::new, |operation| {
            format!(": {}{}", narrate::operation(operation), if script.operations.len() > 1 { ", ..." } else { "" })
        });
        lines.push(format!("  participant {thread} as {}", plain(&format!("{thread}{what}"))));
    }
    for step in run.steps().iter().take(MAX_STEPS) {
        let thread = step.record.choice.thread;
        let sentence = step.sentence.strip_prefix(&format!("{thread} ")).unwrap_or(&step.sentence);
        lines.push(format!("  {thread}->>{thread}: {}", plain(sentence)));
        for event in step.record.events() {
            match event {
                Event::Wake(woken) => lines.push(format!("  {thread}-->>{woken}: wakes")),
                Event::Granted { lock, thread: woken } => {
                    lines.push(format!("  {thread}-->>{woken}: {} is granted", plain(&lock.to_string())));
                }
                _ => {}
            }
        }
        for violation in &step.violations {
            lines.push(format!("  Note over {thread}: {}", plain(&violation.sentence)));
        }
    }
    if run.len() > MAX_STEPS {
        lines.push(format!("  %% {} more steps", run.len() - MAX_STEPS));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// Text without the characters that mean something to Mermaid.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            ';' => ',',
            '#' => '+',
            '<' | '>' | '{' | '}' => ' ',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect()
}
