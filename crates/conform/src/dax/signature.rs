//! What is abnormal about a run: its `sig`, made from its steps and its end.

use super::Fields;
use serde_json::Value;
use std::collections::BTreeSet;

/// The events that a run of a correct kernel does not have.
const ABNORMAL: [&str; 7] =
    ["warn", "vm_bug", "bug", "corrupt", "bad_pmd_cleared", "sleep_while_preloaded", "preempt_leak"];

/// What the recorder of the XArray's era notices by itself; told without the page.
const NOTICED: [&str; 3] = ["not_durable", "missed_busy", "free_busy"];

/// The signature of a run, as far as it has gone.
#[derive(Default)]
pub(super) struct Signature(BTreeSet<String>);

impl Signature {
    /// Adds the abnormal events of a step.
    pub(super) fn add_step(&mut self, step: &Fields) {
        for event in elements(step, "ev") {
            let name = text(event, 0);
            if ABNORMAL.contains(&name) {
                let mut entry = format!("ev:{name}");
                if let Some(what) = event.get(1) {
                    entry.push(':');
                    entry.push_str(what.as_str().unwrap_or(&what.to_string()));
                }
                self.0.insert(entry);
            }
            if NOTICED.contains(&name) {
                self.0.insert(format!("ev:{name}"));
            }
            if name == "result" && text(event, 1) == "LIVELOCK" {
                self.0.insert("LIVELOCK".into());
            }
        }
    }

    /// Adds the end and its findings; answers with the whole, sorted.
    pub(super) fn finish(mut self, end: &Fields) -> Value {
        let text_of = |field: &str| end.get(field).and_then(Value::as_str).unwrap_or_default();
        match text_of("end") {
            "done" => {}
            "bug" => _ = self.0.insert(format!("END:bug:{}", text_of("bug"))),
            how => _ = self.0.insert(format!("END:{how}")),
        }
        for finding in elements(end, "inv") {
            let name = text(finding, 0);
            self.0.insert(match finding.as_array().and_then(|parts| parts.last()?.as_str()) {
                Some(level @ ("pte" | "pmd")) => format!("inv:{name}:{level}"),
                _ => format!("inv:{name}"),
            });
        }
        self.0.into_iter().collect()
    }
}

fn elements<'a>(fields: &'a Fields, name: &str) -> impl Iterator<Item = &'a Value> {
    fields.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn text(list: &Value, at: usize) -> &str {
    list.get(at).and_then(Value::as_str).unwrap_or_default()
}
